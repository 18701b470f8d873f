//===- LimitDrop.cpp - Layers that stay float for accuracy -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DropMeter.h"
#include "PrefixSearch.h"
#include "RunSilently.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Pass/PassManager.h"
#include "mopt/Transforms/Accuracy/LayerScheme.h"
#include "mopt/Transforms/Accuracy/Passes.h"
#include "mopt/Transforms/Accuracy/Sensitivity.h"
#include "mopt/Transforms/Quantization/LayerRecipe.h"
#include "mopt/Transforms/Quantization/Passes.h"
#include "mopt/Transforms/Quantization/Plan.h"
#include "mopt/Transforms/Utils/OpFilter.h"
#include "llvm/Support/Format.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_LIMITDROPPASS
#include "mopt/Transforms/Accuracy/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

/// More layers than these are not tried without, one by one.
static constexpr unsigned kMostTriedAlone = 16;

namespace {

struct LimitDropPass
    : public mlir::mopt::impl::LimitDropPassBase<LimitDropPass> {
  using LimitDropPassBase::LimitDropPassBase;

  void runOnOperation() override;

private:
  Error limitDrop(func::FuncOp func);
  LogicalResult quantize(ModuleOp module) const;
  /// Gives `op` the higher precision.
  void mark(Operation *op, const Twine &reason) const;
  Expected<DropMeter::Measured> measure(const DropMeter &meter,
                                        ArrayRef<Operation *> kept) const;
};

} // namespace

LogicalResult LimitDropPass::quantize(ModuleOp module) const {
  QuantizePassOptions options;
  options.activations = activations;
  options.granularity = granularity;
  options.exclude = exclude;
  options.only = only;
  options.excludeOps = excludeOps;
  options.onlyOps = onlyOps;
  return runSilently(module, createQuantizePass(options));
}

void LimitDropPass::mark(Operation *op, const Twine &reason) const {
  if (fallback == DropFallback::Float) {
    op->setAttr(kKeepAttr, StringAttr::get(op->getContext(), reason));
    return;
  }
  LayerRecipe recipe = LayerRecipe::get(op);
  recipe.activations = ActivationType::Int16;
  recipe.set(op);
}

/// Quantises a copy of the model but for the layers `kept`, and runs it.
Expected<DropMeter::Measured>
LimitDropPass::measure(const DropMeter &meter,
                       ArrayRef<Operation *> kept) const {
  IRMapping mapping;
  OwningOpRef<ModuleOp> module(cast<ModuleOp>(
      const_cast<LimitDropPass *>(this)->getOperation()->clone(mapping)));
  for (Operation *op : kept)
    mark(mapping.lookup(op), "kept");
  if (failed(quantize(*module)))
    return llvm::createStringError("the model cannot be quantised");
  return meter.measure(*module);
}

Error LimitDropPass::limitDrop(func::FuncOp func) {
  Expected<DropMeter> meter =
      DropMeter::open(func, {data, samples, metric, "", threads});
  if (!meter)
    return meter.takeError();
  Expected<DropMeter::Measured> plain = measure(*meter, {});
  if (!plain)
    return plain.takeError();
  if (meter->isGoodEnough(*plain, maxDrop)) {
    mlir::emitRemark(func.getLoc())
        << "max-drop keeps no layer: " << meter->describe(*plain);
    return Error::success();
  }

  SensitivityOptions options;
  options.dataset = &meter->getDataset();
  options.preprocess = meter->getPreprocess();
  options.threads = threads;
  Expected<Sensitivity> sensitivity = measureSensitivity(
      func,
      [&](ModuleOp layer) -> FailureOr<bool> {
        if (failed(quantize(layer)))
          return failure();
        return holdsQuantizedOps(layer);
      },
      options);
  if (!sensitivity)
    return sensitivity.takeError();

  std::optional<DropMeter::Measured> last, tried;
  auto suffices = [&](ArrayRef<unsigned> chosen) -> Expected<bool> {
    SmallVector<Operation *> kept;
    for (unsigned index : chosen)
      kept.push_back(sensitivity->layers[index].op);
    Expected<DropMeter::Measured> measured = measure(*meter, kept);
    if (!measured)
      return measured.takeError();
    tried = *measured;
    if (!meter->isGoodEnough(*measured, maxDrop))
      return false;
    last = *measured;
    return true;
  };
  auto ranks =
      llvm::to_vector(llvm::seq<unsigned>(0, sensitivity->layers.size()));
  Expected<std::optional<unsigned>> count =
      findShortestPrefix(ranks.size(), [&](unsigned length) -> Expected<bool> {
        if (length == 0)
          return false;
        return suffices(ArrayRef<unsigned>(ranks).take_front(length));
      });
  if (!count)
    return count.takeError();
  if (!*count)
    return llvm::createStringError(
        "max-drop cannot be met: with every layer in the fallback's precision "
        "the model has " +
        meter->describe(tried ? *tried : *plain) +
        (fallback == DropFallback::Int16x8 ? "; try fallback=float" : ""));
  ranks.resize(**count);
  if (ranks.size() <= kMostTriedAlone)
    if (Error error = dropUnneeded(ranks, suffices))
      return error;

  for (unsigned rank : ranks) {
    const LayerSensitivity &layer = sensitivity->layers[rank];
    std::string reason;
    llvm::raw_string_ostream(reason)
        << "max-drop keeps it; quantised alone it leaves the outputs "
        << llvm::format("%.1f dB", layer.cost.getSNR());
    mark(layer.op, reason);
    if (fallback == DropFallback::Int16x8)
      mlir::emitRemark(layer.op->getLoc())
          << describeOp(layer.op) << " computes in int16x8: " << reason;
  }
  mlir::emitRemark(func.getLoc())
      << "max-drop keeps " << ranks.size() << " of "
      << sensitivity->layers.size() << " layers: " << meter->describe(*last)
      << "; without: " << meter->describe(*plain);
  return Error::success();
}

void LimitDropPass::runOnOperation() {
  auto funcs = getOperation().getOps<func::FuncOp>();
  auto report = [&](const Twine &what) {
    mlir::emitError(getOperation().getLoc()) << getArgument() << ": " << what;
    signalPassFailure();
  };
  if (funcs.empty() || (*funcs.begin()).isExternal())
    return report("there is no function to measure");
  if (data.empty())
    return report("there is no data to measure on; give some with eval= or "
                  "calibration=");
  if (!(maxDrop >= 0))
    return report("max-drop must not be negative");
  if (Error error = limitDrop(*funcs.begin()))
    report(llvm::toString(std::move(error)));
}
