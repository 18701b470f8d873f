//===- QuantizationPipelines.cpp - Pipelines that quantize -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Pipelines/QuantizationPipelines.h"

#include "NotAvailable.h"
#include "mlir/Pass/PassManager.h"
#include "mopt/Transforms/Graph/Passes.h"

using namespace mlir;
using namespace mlir::mopt;

/// Writes a recipe onto the ops, if there is one. The passes to come know
/// `schemes`, and weights of `bits`.
static void addRecipe(OpPassManager &manager, const SelectionOptions &selection,
                      ArrayRef<std::string> schemes, ArrayRef<unsigned> bits) {
  if (selection.recipe.empty())
    return;
  ApplyRecipePassOptions recipe;
  recipe.file = selection.recipe;
  recipe.schemes.assign(schemes.begin(), schemes.end());
  recipe.bits.assign(bits.begin(), bits.end());
  manager.addPass(createApplyRecipePass(recipe));
}

template <typename Options>
static llvm::Error buildFixedPoint(OpPassManager &manager,
                                   const Options &options,
                                   ActivationType activations) {
  if (options.effort != 0)
    return notAvailable("effort", Twine(options.effort), "0");
  if (!options.requantize.empty() &&
      !symbolizeRequantizeMode(options.requantize))
    return notAvailable("requantize", StringRef(options.requantize),
                        "float, fixed");

  manager.addNestedPass<func::FuncOp>(createFoldBatchNormPass());
  addRecipe(manager, options.selection,
            {activations == ActivationType::Int8 ? "int8" : "int16x8", "float"},
            {8});

  CalibratePassOptions calibrate;
  calibrate.data = options.calibration;
  calibrate.samples = options.samples;
  calibrate.first = options.first;
  calibrate.cacheFile = options.calibrationCache;
  calibrate.preprocess = options.preprocess;
  calibrate.method = options.method;
  calibrate.threads = options.threads;
  manager.addPass(createCalibratePass(calibrate));
  manager.addPass(createVerifyCalibratedPass());

  QuantizePassOptions quantize;
  quantize.activations = activations;
  quantize.io = options.io;
  quantize.granularity = options.granularity;
  quantize.requantize = options.requantize;
  options.selection.apply(quantize);
  quantize.strict = options.strict;
  manager.addPass(createQuantizePass(quantize));
  manager.addPass(createVerifyQuantizedPass());
  return llvm::Error::success();
}

llvm::Error
mopt::buildQuantizeInt8Pipeline(OpPassManager &manager,
                                const QuantizeInt8Options &options) {
  return buildFixedPoint(manager, options, ActivationType::Int8);
}

llvm::Error
mopt::buildQuantizeInt16x8Pipeline(OpPassManager &manager,
                                   const QuantizeInt16x8Options &options) {
  return buildFixedPoint(manager, options, ActivationType::Int16);
}

/// The options that all passes over weights have.
template <typename PassOptions, typename Options>
static PassOptions getWeightOptions(const Options &options) {
  PassOptions result;
  result.minElements = options.minElements;
  options.selection.apply(result);
  return result;
}

/// Folds what can be folded, then quantizes the weights alone.
static void addQuantizeWeights(OpPassManager &manager,
                               const QuantizeWeightsPassOptions &options,
                               const SelectionOptions &selection,
                               ArrayRef<unsigned> bits) {
  manager.addNestedPass<func::FuncOp>(createFoldBatchNormPass());
  addRecipe(manager, selection, {"float"}, bits);
  manager.addPass(createQuantizeWeightsPass(options));
  manager.addPass(createVerifyQuantizedPass());
}

llvm::Error
mopt::buildQuantizeDynamicPipeline(OpPassManager &manager,
                                   const QuantizeDynamicOptions &options) {
  auto weights = getWeightOptions<QuantizeWeightsPassOptions>(options);
  weights.form = WeightForm::Hybrid;
  weights.granularity = options.granularity;
  addQuantizeWeights(manager, weights, options.selection, {8});
  return llvm::Error::success();
}

llvm::Error
mopt::buildQuantizeWeightsPipeline(OpPassManager &manager,
                                   const QuantizeWeightsOptions &options) {
  if (options.bits != 8 && options.bits != 4)
    return notAvailable("bits", Twine(options.bits), "8, 4");
  auto weights = getWeightOptions<QuantizeWeightsPassOptions>(options);
  weights.form = WeightForm::Stored;
  weights.bits = options.bits;
  weights.granularity = options.granularity;
  addQuantizeWeights(manager, weights, options.selection, {8, 4});
  return llvm::Error::success();
}

llvm::Error
mopt::buildQuantizeFloat16Pipeline(OpPassManager &manager,
                                   const QuantizeFloat16Options &options) {
  manager.addNestedPass<func::FuncOp>(createFoldBatchNormPass());
  addRecipe(manager, options.selection, {"float"}, {16});
  manager.addPass(createConvertWeightsToFloat16Pass(
      getWeightOptions<ConvertWeightsToFloat16PassOptions>(options)));
  return llvm::Error::success();
}
