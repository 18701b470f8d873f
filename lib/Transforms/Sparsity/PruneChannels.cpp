//===- PruneChannels.cpp - Setting whole channels to zero -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelLimit.h"
#include "ChannelRepair.h"
#include "mlir/IR/Remarks.h"
#include "mopt/Target/ModelFile.h"
#include "mopt/Transforms/Quantization/Plan.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

#include <cmath>
#include <thread>

namespace mlir::mopt {
#define GEN_PASS_DEF_PRUNECHANNELSPASS
#include "mopt/Transforms/Sparsity/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

struct PruneChannelsPass
    : public mlir::mopt::impl::PruneChannelsPassBase<PruneChannelsPass> {
  using PruneChannelsPassBase::PruneChannelsPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto fail = [&](const Twine &message) {
      mlir::emitError(module.getLoc()) << getArgument() << ": " << message;
      signalPassFailure();
    };
    if (!(sparsity >= 0.0 && sparsity < 1.0))
      return fail(llvm::formatv("sparsity is {0}, must be from 0 to below 1: "
                                "a layer keeps one channel",
                                sparsity.getValue())
                      .str());
    if (multiple < 0 || multiple > 1024)
      return fail("channel-multiple is " + Twine(multiple.getValue()) +
                  ", must be from 1 to 1024, or 0 for automatic");
    if (std::isnan(maxDrop))
      return fail("max-drop is no number");
    if (isLimited() && data.empty() && eval.empty())
      return fail("there is no data to measure on; give some with eval= or "
                  "calibration=");
    FailureOr<OpFilter> filter =
        OpFilter::create(module, getArgument(), exclude, only);
    if (failed(filter))
      return signalPassFailure();
    if (data.empty() && allocation == ChannelAllocation::Auto)
      return fail("sparsity-allocation=auto needs data; give samples with "
                  "data=FILE");
    bool isEntry = true;
    for (auto func : module.getOps<func::FuncOp>()) {
      if (func.isExternal())
        continue;
      // Data runs through the entry function.
      if ((!data.empty() || isLimited()) && !isEntry)
        break;
      if (failed(prune(func, *filter)))
        return signalPassFailure();
      isEntry = false;
    }
    if (!report.empty() &&
        failed(writeJSONFile(getOperation().getLoc(), report, std::move(rows))))
      signalPassFailure();
  }

  LogicalResult prune(func::FuncOp func, const OpFilter &filter) {
    ChannelGraph graph(func);
    if (graph.getLayers().empty())
      return success();
    int64_t unit = multiple > 0 ? multiple.getValue()
                                : (measure == ChannelMeasure::MACs ? 8 : 1);
    std::vector<double> magnitudes = measureMagnitudes(graph);
    std::vector<ChannelSet> sets =
        collectChannelSets(graph, filter, magnitudes, unit);
    ObservedLayerSettings settings = getSettings();
    if (!data.empty() && failed(rank(graph, magnitudes, settings, sets)))
      return failure();
    llvm::Expected<SmallVector<int64_t>> removals =
        isLimited()
            ? findRemovals(graph, sets, settings)
            : chooseRemovals(graph, sets, measure, sparsity, allocation);
    if (!removals)
      return mlir::emitError(getOperation().getLoc())
             << getArgument() << ": " << llvm::toString(removals.takeError());
    describe(graph, sets, getRemoved(graph, sets, *removals));
    // What a limit lets nothing go of stays as it is.
    if (isLimited() &&
        llvm::all_of(*removals, [](int64_t n) { return n == 0; }))
      return success();
    return remove(getOperation(), graph, sets, *removals, settings);
  }

  bool isLimited() const { return maxDrop >= 0.0; }

  /// As many of the sets of `graph` as the limit allows.
  llvm::Expected<SmallVector<int64_t>>
  findRemovals(const ChannelGraph &graph, ArrayRef<ChannelSet> sets,
               const ObservedLayerSettings &settings) {
    ChannelLimit limit(
        getOperation(),
        {{eval.empty() ? data : eval, evalSamples, metric, preprocess, threads},
         maxDrop,
         isShrunk});
    RemovalSteps steps(graph, sets, measure, allocation);
    return limit.find(steps, [&](ModuleOp copy, ArrayRef<int64_t> removals) {
      // Its nodes have the numbers that those of the original have.
      ChannelGraph same(*copy.getOps<func::FuncOp>().begin());
      return remove(copy, same, sets, removals, settings);
    });
  }

  /// Masks what goes of the function of `graph`, in `module`, and repairs what
  /// is left.
  LogicalResult remove(ModuleOp module, const ChannelGraph &graph,
                       ArrayRef<ChannelSet> sets, ArrayRef<int64_t> removals,
                       const ObservedLayerSettings &settings) const {
    llvm::BitVector removed = getRemoved(graph, sets, removals);
    if (!data.empty())
      return maskAndRepair(module, graph, removed, settings);
    maskChannels(graph, removed);
    return success();
  }

  ObservedLayerSettings getSettings() {
    ObservedLayerSettings settings;
    settings.verb = "solved for";
    settings.pass = getArgument().str();
    settings.data = data;
    settings.preprocess = preprocess;
    settings.samples = samples;
    settings.threads = threads;
    return settings;
  }

  /// Orders channels by what data says.
  LogicalResult rank(const ChannelGraph &graph, ArrayRef<double> magnitudes,
                     const ObservedLayerSettings &settings,
                     std::vector<ChannelSet> &sets) {
    FailureOr<ObservedFunction> observed =
        observeFunction(getOperation(), settings);
    if (failed(observed))
      return failure();
    rankByReconstruction(graph, *observed, magnitudes, sets,
                         threads ? threads.getValue()
                                 : std::thread::hardware_concurrency());
    if (allocation != ChannelAllocation::Auto)
      return success();
    return measureLosses(getOperation(), graph, *observed, settings, sets,
                         measureSamples);
  }

  static llvm::BitVector getRemoved(const ChannelGraph &graph,
                                    ArrayRef<ChannelSet> sets,
                                    ArrayRef<int64_t> removals) {
    llvm::BitVector roots(graph.getNumNodes()), removed(graph.getNumNodes());
    for (auto [set, count] : llvm::zip_equal(sets, removals))
      for (int root : ArrayRef<int>(set.classes).take_front(count))
        roots.set(root);
    for (int node = 0; node < graph.getNumNodes(); ++node)
      if (roots[graph.find(node)])
        removed.set(node);
    // Sets of one unit each may still be all that a tensor has.
    graph.keepOneOfEach(removed);
    return removed;
  }

  void describe(const ChannelGraph &graph, ArrayRef<ChannelSet> sets,
                const llvm::BitVector &removed) {
    ChannelCosts costs(graph);
    ChannelCosts::Totals before = costs.getTotals();
    SmallVector<int> roots;
    for (const ChannelSet &set : sets)
      for (int root : set.classes)
        if (removed[root])
          roots.push_back(root);
    costs.remove(roots);
    ChannelCosts::Totals after = costs.getTotals();
    if (!graph.getLayers().empty())
      remark::passed(
          graph.getLayers().front().op->getParentOp()->getLoc(),
          remark::RemarkOpts::name("PrunedChannels").category("prune"))
          << remark::metric("weights before", before.weights)
          << remark::metric("weights", after.weights)
          << remark::metric("macs before", before.products)
          << remark::metric("macs", after.products);
    for (const ChannelLayer &layer : graph.getLayers()) {
      int64_t channels = layer.outputs.size();
      int64_t kept = llvm::count_if(layer.outputs,
                                    [&](int node) { return !removed[node]; });
      remark::passed(
          layer.op->getLoc(),
          remark::RemarkOpts::name("PrunedChannels").category("prune"))
          << describeOp(layer.op) << remark::metric("channels", channels)
          << remark::metric("kept", kept);
      rows.push_back(
          llvm::json::Object{{"name", getTensorName(layer.op->getResult(0))},
                             {"op", layer.op->getName().getStringRef()},
                             {"channels", channels},
                             {"kept", kept}});
    }
  }

  llvm::json::Array rows;
};

} // namespace
