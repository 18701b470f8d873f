//===- LimitSize.cpp - Bits of weights under a size limit -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelSize.h"
#include "PrefixSearch.h"
#include "RunSilently.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Pass/PassManager.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Transforms/Accuracy/LayerScheme.h"
#include "mopt/Transforms/Accuracy/Passes.h"
#include "mopt/Transforms/Accuracy/Sensitivity.h"
#include "mopt/Transforms/Quantization/LayerRecipe.h"
#include "mopt/Transforms/Quantization/Passes.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_LIMITSIZEPASS
#include "mopt/Transforms/Accuracy/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

namespace {

struct LimitSizePass
    : public mlir::mopt::impl::LimitSizePassBase<LimitSizePass> {
  using LimitSizePassBase::LimitSizePassBase;

  void runOnOperation() override;

private:
  Error limitSize(func::FuncOp func);
  LogicalResult quantize(ModuleOp module, unsigned bits) const;
  Expected<Sensitivity> measure(func::FuncOp func);
  Expected<int64_t> countBytes(ArrayRef<Operation *> narrow);
};

} // namespace

LogicalResult LimitSizePass::quantize(ModuleOp module, unsigned bits) const {
  QuantizeWeightsPassOptions options;
  options.form = WeightForm::Stored;
  options.bits = bits;
  options.granularity = granularity;
  options.minElements = minElements;
  options.exclude = exclude;
  options.only = only;
  options.excludeOps = excludeOps;
  options.onlyOps = onlyOps;
  return runSilently(module, createQuantizeWeightsPass(options));
}

static void useFourBits(Operation *op) {
  LayerRecipe recipe = LayerRecipe::get(op);
  recipe.bits = 4;
  recipe.set(op);
}

/// Bytes of the file when the layers `narrow` have 4 bits and others 8.
Expected<int64_t> LimitSizePass::countBytes(ArrayRef<Operation *> narrow) {
  IRMapping mapping;
  OwningOpRef<ModuleOp> module(cast<ModuleOp>(getOperation()->clone(mapping)));
  for (Operation *op : narrow)
    useFourBits(mapping.lookup(op));
  if (failed(quantize(*module, 8)))
    return llvm::createStringError("the weights cannot be quantised");
  int64_t bytes = countModelBytes(*module);
  if (bytes == 0)
    return llvm::createStringError("the model cannot be written as .tflite");
  return bytes;
}

Expected<Sensitivity> LimitSizePass::measure(func::FuncOp func) {
  Expected<SmallVector<InputSpec>> specs = getInputSpecs(func);
  if (!specs)
    return specs.takeError();
  Expected<std::unique_ptr<Dataset>> dataset =
      openDatasetFor(*specs, data, Labels::Ignore, samples);
  if (!dataset)
    return dataset.takeError();
  StringRef text = preprocess;
  if (auto recorded =
          getOperation()->getAttrOfType<StringAttr>(kPreprocessAttr);
      recorded && text.empty())
    text = recorded.getValue();
  Expected<Preprocess> steps = Preprocess::parse(text);
  if (!steps)
    return steps.takeError();
  SensitivityOptions options;
  options.dataset = dataset->get();
  options.preprocess = *steps;
  options.threads = threads;
  return measureSensitivity(
      func,
      [&](ModuleOp layer) -> FailureOr<bool> {
        if (failed(quantize(layer, 4)))
          return failure();
        return holdsQuantizedOps(layer);
      },
      options);
}

/// Elements of the constants of `op`.
static double countElements(Operation *op) {
  double elements = 0;
  for (Value operand : op->getOperands())
    if (operand.getDefiningOp<ConstOp>())
      elements += cast<RankedTensorType>(operand.getType()).getNumElements();
  return elements;
}

Error LimitSizePass::limitSize(func::FuncOp func) {
  Expected<int64_t> wide = countBytes({});
  if (!wide)
    return wide.takeError();
  if (*wide <= maxSize) {
    mlir::emitRemark(func.getLoc())
        << "max-size needs no layer in 4 bits: " << *wide << " bytes";
    return Error::success();
  }
  Expected<Sensitivity> sensitivity = measure(func);
  if (!sensitivity)
    return sensitivity.takeError();
  // Noise against the signal, for each weight that becomes smaller.
  std::vector<std::pair<double, Operation *>> costs;
  for (const LayerSensitivity &layer : sensitivity->layers)
    costs.emplace_back(std::pow(10.0, -layer.cost.getSNR() / 10) /
                           std::max(1.0, countElements(layer.op)),
                       layer.op);
  llvm::sort(costs, [](const auto &a, const auto &b) {
    return a.first != b.first ? a.first < b.first
                              : a.second->isBeforeInBlock(b.second);
  });
  SmallVector<Operation *> order;
  for (auto [cost, op] : costs)
    order.push_back(op);
  int64_t bytes = *wide;
  Expected<std::optional<unsigned>> count =
      findShortestPrefix(order.size(), [&](unsigned length) -> Expected<bool> {
        Expected<int64_t> found =
            countBytes(ArrayRef<Operation *>(order).take_front(length));
        if (!found)
          return found.takeError();
        if (*found <= maxSize || length == order.size())
          bytes = *found;
        return *found <= maxSize;
      });
  if (!count)
    return count.takeError();
  if (!*count)
    return llvm::createStringError(
        "max-size=" + Twine(maxSize.getValue()) +
        " cannot be met: with every layer in 4 bits the file has " +
        Twine(bytes) + " bytes");
  for (Operation *op : ArrayRef<Operation *>(order).take_front(**count))
    useFourBits(op);
  mlir::emitRemark(func.getLoc())
      << "max-size stores " << **count << " of " << order.size()
      << " layers in 4 bits: " << bytes << " bytes; without: " << *wide;
  return Error::success();
}

void LimitSizePass::runOnOperation() {
  auto funcs = getOperation().getOps<func::FuncOp>();
  auto report = [&](const Twine &what) {
    mlir::emitError(getOperation().getLoc()) << getArgument() << ": " << what;
    signalPassFailure();
  };
  if (funcs.empty() || (*funcs.begin()).isExternal())
    return report("there is no function to measure");
  if (maxSize <= 0)
    return report("max-size must be positive");
  if (data.empty())
    return report("there is no data to measure on; give calibration=DATA");
  if (Error error = limitSize(*funcs.begin()))
    report(llvm::toString(std::move(error)));
}
