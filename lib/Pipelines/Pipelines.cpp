//===- Pipelines.cpp - Named pipelines -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Pipelines/Pipelines.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

using namespace mlir;
using namespace mlir::mopt;

static llvm::Error notAvailable(StringRef option, const Twine &value,
                                StringRef available) {
  return llvm::createStringError(option + "=" + value +
                                 " is not available; available: " + available);
}

llvm::Error
mopt::buildQuantizeInt8Pipeline(OpPassManager &manager,
                                const QuantizeInt8Options &options) {
  if (options.effort != 0)
    return notAvailable("effort", Twine(options.effort), "0");
  if (!options.requantize.empty() &&
      !symbolizeRequantizeMode(options.requantize))
    return notAvailable("requantize", StringRef(options.requantize),
                        "float, fixed");

  manager.addNestedPass<func::FuncOp>(createFoldBatchNormPass());

  CalibratePassOptions calibrate;
  calibrate.data = options.calibration;
  calibrate.samples = options.samples;
  calibrate.preprocess = options.preprocess;
  calibrate.method = options.method;
  calibrate.threads = options.threads;
  manager.addPass(createCalibratePass(calibrate));
  manager.addPass(createVerifyCalibratedPass());

  QuantizePassOptions quantize;
  quantize.io = options.io;
  quantize.granularity = options.granularity;
  quantize.requantize = options.requantize;
  quantize.exclude = options.exclude;
  quantize.only = options.only;
  quantize.strict = options.strict;
  manager.addPass(createQuantizePass(quantize));
  manager.addPass(createVerifyQuantizedPass());
  return llvm::Error::success();
}

/// The options that all passes over weights have.
template <typename PassOptions, typename Options>
static PassOptions getWeightOptions(const Options &options) {
  PassOptions result;
  result.minElements = options.minElements;
  result.exclude = options.exclude;
  result.only = options.only;
  return result;
}

llvm::Error
mopt::buildQuantizeDynamicPipeline(OpPassManager &manager,
                                   const QuantizeDynamicOptions &options) {
  manager.addNestedPass<func::FuncOp>(createFoldBatchNormPass());
  auto weights = getWeightOptions<QuantizeWeightsPassOptions>(options);
  weights.form = WeightForm::Hybrid;
  weights.granularity = options.granularity;
  manager.addPass(createQuantizeWeightsPass(weights));
  manager.addPass(createVerifyQuantizedPass());
  return llvm::Error::success();
}

llvm::Error
mopt::buildQuantizeWeightsPipeline(OpPassManager &manager,
                                   const QuantizeWeightsOptions &options) {
  if (options.bits != 8 && options.bits != 4)
    return notAvailable("bits", Twine(options.bits), "8, 4");
  manager.addNestedPass<func::FuncOp>(createFoldBatchNormPass());
  auto weights = getWeightOptions<QuantizeWeightsPassOptions>(options);
  weights.form = WeightForm::Stored;
  weights.bits = options.bits;
  weights.granularity = options.granularity;
  manager.addPass(createQuantizeWeightsPass(weights));
  manager.addPass(createVerifyQuantizedPass());
  return llvm::Error::success();
}

llvm::Error
mopt::buildQuantizeFloat16Pipeline(OpPassManager &manager,
                                   const QuantizeFloat16Options &options) {
  manager.addNestedPass<func::FuncOp>(createFoldBatchNormPass());
  manager.addPass(createConvertWeightsToFloat16Pass(
      getWeightOptions<ConvertWeightsToFloat16PassOptions>(options)));
  return llvm::Error::success();
}

llvm::Error mopt::buildPrunePipeline(OpPassManager &manager,
                                     const PruneOptions &options) {
  if (StringRef(options.pattern) != "element")
    return notAvailable("pattern", StringRef(options.pattern), "element");
  if (StringRef(options.method) != "magnitude")
    return notAvailable("method", StringRef(options.method), "magnitude");
  if (!options.calibration.empty())
    return llvm::createStringError(
        "calibration= is for methods that need data; magnitude needs none");
  SparsityAllocation allocation = SparsityAllocation::Uniform;
  if (StringRef(options.allocation) == "global")
    allocation = SparsityAllocation::Global;
  else if (StringRef(options.allocation) != "uniform")
    return notAvailable("sparsity-allocation", StringRef(options.allocation),
                        "uniform, global");

  PruneWeightsPassOptions prune;
  prune.sparsity = options.sparsity;
  prune.allocation = allocation;
  prune.exclude = options.exclude;
  prune.only = options.only;
  prune.report = options.report;
  manager.addPass(createPruneWeightsPass(prune));

  VerifyWeightsPassOptions verify;
  verify.sparsity = options.sparsity;
  verify.allocation = allocation;
  verify.exclude = options.exclude;
  verify.only = options.only;
  manager.addPass(createVerifyWeightsPass(verify));
  return llvm::Error::success();
}

/// Registers a pipeline whose builder may refuse its options.
template <typename Options>
static void registerPipeline(StringRef name, StringRef description,
                             llvm::Error (*build)(OpPassManager &,
                                                  const Options &)) {
  registerPassPipeline(
      name, description,
      [name, build](OpPassManager &manager, StringRef text,
                    function_ref<LogicalResult(const Twine &)> errorHandler)
          -> LogicalResult {
        Options options;
        if (failed(options.parseFromString(text)))
          return failure();
        if (llvm::Error error = build(manager, options))
          return errorHandler(name + ": " + llvm::toString(std::move(error)));
        return success();
      },
      [](function_ref<void(const mlir::detail::PassOptions &)> handler) {
        handler(Options());
      });
}

void mopt::registerPipelines() {
  registerPipeline<QuantizeInt8Options>(
      "quantize-int8",
      "Make a float model compute in 8-bit integers, with ranges observed on "
      "samples: --quantize-int8=\"calibration=data.npz\"",
      buildQuantizeInt8Pipeline);
  registerPipeline<QuantizeDynamicOptions>(
      "quantize-dynamic",
      "Store weights as int8; kernels quantise activations as they come",
      buildQuantizeDynamicPipeline);
  registerPipeline<QuantizeWeightsOptions>(
      "quantize-weights",
      "Store weights in fewer bits and compute in float32: "
      "--quantize-weights=\"bits=4\"",
      buildQuantizeWeightsPipeline);
  registerPipeline<QuantizeFloat16Options>(
      "quantize-float16", "Store weights and biases as float16",
      buildQuantizeFloat16Pipeline);
  registerPipeline<PruneOptions>("prune",
                                 "Set the weights of least magnitude to zero: "
                                 "--prune=\"sparsity=0.5\"",
                                 buildPrunePipeline);
}
