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
#include "mopt/Transforms/Reconstruction/Passes.h"

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

/// What the passes that observe layers are told by every pipeline.
template <typename PassOptions, typename Options>
static PassOptions getObservedLayerOptions(const Options &options) {
  PassOptions result;
  result.data = options.calibration;
  result.samples = options.samples;
  result.preprocess = options.preprocess;
  result.granularity = options.granularity;
  options.selection.apply(result);
  result.threads = options.threads;
  return result;
}

/// Adds the pass that `options.effort` asks for, told more by `tell`.
template <typename Options, typename Tell>
static void addRepair(OpPassManager &manager, const Options &options,
                      Tell tell) {
  if (options.effort == 1) {
    auto biases = getObservedLayerOptions<CorrectBiasesPassOptions>(options);
    tell(biases);
    manager.addPass(createCorrectBiasesPass(biases));
  }
  if (options.effort == 2) {
    auto rounding =
        getObservedLayerOptions<OptimizeRoundingPassOptions>(options);
    tell(rounding);
    manager.addPass(createOptimizeRoundingPass(rounding));
  }
}

template <typename Options>
static llvm::Error checkEffort(const Options &options) {
  if (options.effort < 0 || options.effort > 2)
    return notAvailable("effort", Twine(options.effort), "0, 1, 2");
  if (options.effort > 0 && options.calibration.empty())
    return llvm::createStringError("effort=" + Twine(options.effort) +
                                   " needs samples; give calibration=DATA");
  return llvm::Error::success();
}

/// Adds passes by `add`, and a report of what they do where one is asked for.
static llvm::Error
addReported(OpPassManager &manager, const MeasureOptions &measure,
            StringRef data, StringRef preprocess, unsigned threads,
            llvm::function_ref<llvm::Error(OpPassManager &)> add) {
  if (measure.report.empty())
    return add(manager);
  OpPassManager passes(ModuleOp::getOperationName());
  if (llvm::Error error = add(passes))
    return error;
  ReportPassOptions report;
  report.file = measure.report;
  report.data = data.str();
  report.samples = measure.evalSamples;
  report.preprocess = preprocess.str();
  report.threads = threads;
  manager.addPass(createReportPass(report, std::move(passes)));
  return llvm::Error::success();
}

/// What a fixed-point pipeline measures on.
template <typename Options>
static StringRef getMeasuredData(const Options &options) {
  if (options.measure.eval.empty())
    return options.calibration.getValue();
  return options.measure.eval.getValue();
}

/// Marks the layers that have to stay float.
template <typename Options>
static void addLimitDrop(OpPassManager &manager, const Options &options,
                         ActivationType activations) {
  LimitDropPassOptions drop;
  drop.maxDrop = options.drop.maxDrop;
  drop.metric = options.drop.metric;
  drop.fallback = options.drop.fallback;
  drop.data = getMeasuredData(options).str();
  drop.samples = options.measure.evalSamples;
  drop.activations = activations;
  drop.granularity = options.granularity;
  options.selection.apply(drop);
  drop.threads = options.threads;
  manager.addPass(createLimitDropPass(drop));
}

/// Outliers are a matter of fully connected layers: convolutions have had their
/// inputs clipped or normalised.
template <typename Options>
static void addMigration(OpPassManager &manager, const Options &options) {
  MigrateScalesPassOptions migrate;
  migrate.alpha = options.migration;
  migrate.data = options.calibration;
  migrate.samples = options.samples;
  migrate.first = options.first;
  migrate.preprocess = options.preprocess;
  options.selection.apply(migrate);
  if (options.selection.onlyOps.empty())
    migrate.onlyOps = "fully_connected";
  migrate.threads = options.threads;
  manager.addPass(createMigrateScalesPass(migrate));
}

template <typename Options>
static llvm::Error addFixedPoint(OpPassManager &manager, const Options &options,
                                 ActivationType activations) {
  if (llvm::Error error = checkEffort(options))
    return error;
  if (!(options.migration >= 0.0 && options.migration <= 1.0))
    return notAvailable("migration", std::to_string(options.migration),
                        "0 to 1");
  if (!options.requantize.empty() &&
      !symbolizeRequantizeMode(options.requantize))
    return notAvailable("requantize", StringRef(options.requantize),
                        "float, fixed");

  manager.addNestedPass<func::FuncOp>(createImportQATPass());
  manager.addNestedPass<func::FuncOp>(createFoldBatchNormPass());
  addRecipe(manager, options.selection, {"int8", "int16x8", "float"}, {8});

  // With a scale a channel the ranges of weights need no help.
  if (options.effort > 0 && options.granularity == WeightGranularity::Tensor) {
    EqualizeLayersPassOptions equalize;
    options.selection.apply(equalize);
    manager.addPass(createEqualizeLayersPass(equalize));
  }

  if (options.effort > 0 && options.migration > 0.0)
    addMigration(manager, options);

  CalibratePassOptions calibrate;
  calibrate.data = options.calibration;
  calibrate.samples = options.samples;
  calibrate.first = options.first;
  calibrate.cacheFile = options.calibrationCache;
  calibrate.preprocess = options.preprocess;
  calibrate.method = options.method;
  if (!options.method.hasValue() && activations == ActivationType::Int8)
    calibrate.method = CalibrationMethod::Percentile;
  calibrate.threads = options.threads;
  manager.addPass(createCalibratePass(calibrate));
  manager.addPass(createVerifyCalibratedPass());

  if (options.drop.maxDrop.getNumOccurrences())
    addLimitDrop(manager, options, activations);

  addRepair(manager, options, [&](auto &repair) {
    repair.first = options.first;
    repair.activations = activations == ActivationType::Int8
                             ? ActivationForm::Int8
                             : ActivationForm::Int16;
  });

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

template <typename Options>
static llvm::Error buildFixedPoint(OpPassManager &manager,
                                   const Options &options,
                                   ActivationType activations) {
  return addReported(manager, options.measure, getMeasuredData(options),
                     options.preprocess, options.threads,
                     [&](OpPassManager &passes) {
                       return addFixedPoint(passes, options, activations);
                     });
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

/// Folds what can be folded, then changes the weights alone by the passes that
/// `add` adds. They know weights of `bits`.
template <typename Options>
static llvm::Error
addWeightPasses(OpPassManager &manager, const Options &options,
                ArrayRef<unsigned> bits,
                llvm::function_ref<void(OpPassManager &)> add) {
  return addReported(
      manager, options.measure, options.measure.eval.getValue(),
      options.preprocess.getValue(), /*threads=*/0, [&](OpPassManager &passes) {
        passes.addNestedPass<func::FuncOp>(createFoldBatchNormPass());
        addRecipe(passes, options.selection, {"float"}, bits);
        add(passes);
        return llvm::Error::success();
      });
}

/// Quantizes the weights alone.
static void addQuantizeWeights(OpPassManager &manager,
                               const QuantizeWeightsPassOptions &options) {
  manager.addPass(createQuantizeWeightsPass(options));
  manager.addPass(createVerifyQuantizedPass());
}

llvm::Error
mopt::buildQuantizeDynamicPipeline(OpPassManager &manager,
                                   const QuantizeDynamicOptions &options) {
  auto weights = getWeightOptions<QuantizeWeightsPassOptions>(options);
  weights.form = WeightForm::Hybrid;
  weights.granularity = options.granularity;
  return addWeightPasses(manager, options, {8}, [&](OpPassManager &passes) {
    addQuantizeWeights(passes, weights);
  });
}

/// Marks the layers that are to have weights of 4 bits.
static void addLimitSize(OpPassManager &manager,
                         const QuantizeWeightsOptions &options) {
  LimitSizePassOptions limit;
  limit.maxSize = options.maxSize;
  limit.data = options.calibration;
  limit.samples = options.samples;
  limit.preprocess = options.preprocess;
  limit.granularity = options.granularity;
  limit.minElements = options.minElements;
  options.selection.apply(limit);
  limit.threads = options.threads;
  manager.addPass(createLimitSizePass(limit));
}

llvm::Error
mopt::buildQuantizeWeightsPipeline(OpPassManager &manager,
                                   const QuantizeWeightsOptions &options) {
  if (options.bits != 8 && options.bits != 4 && options.bits != 2)
    return notAvailable("bits", Twine(options.bits), "8, 4, 2");
  if (options.depthwiseBits != 0 && options.depthwiseBits != 8 &&
      options.depthwiseBits != 4 && options.depthwiseBits != 2)
    return notAvailable("depthwise-bits", Twine(options.depthwiseBits),
                        "8, 4, 2");
  if (llvm::Error error = checkEffort(options))
    return error;
  // Repair rounds to the scales of 8 and 4 bits a channel.
  bool isRepairable =
      options.block == 0 && options.bits != 2 && options.depthwiseBits != 2;
  if (options.effort != 0 && !isRepairable)
    return notAvailable("effort",
                        Twine(options.effort) + " of 2 bits or blocks", "0");
  auto weights = getWeightOptions<QuantizeWeightsPassOptions>(options);
  weights.form = WeightForm::Stored;
  weights.bits = options.bits;
  weights.depthwiseBits = options.depthwiseBits;
  weights.block = options.block;
  weights.granularity = options.granularity;
  bool isLimited = options.maxSize.getNumOccurrences();
  if (isLimited && (options.bits != 8 || options.effort != 0))
    return llvm::createStringError(
        "max-size= chooses the bits itself: give neither bits= nor effort=");
  return addWeightPasses(manager, options, {8, 4}, [&](OpPassManager &passes) {
    if (isLimited)
      addLimitSize(passes, options);
    addRepair(passes, options, [&](auto &repair) {
      repair.bits = options.bits;
      repair.depthwiseBits = options.depthwiseBits;
      repair.minElements = options.minElements;
    });
    addQuantizeWeights(passes, weights);
  });
}

llvm::Error
mopt::buildQuantizeFloat16Pipeline(OpPassManager &manager,
                                   const QuantizeFloat16Options &options) {
  return addWeightPasses(manager, options, {16}, [&](OpPassManager &passes) {
    passes.addPass(createConvertWeightsToFloat16Pass(
        getWeightOptions<ConvertWeightsToFloat16PassOptions>(options)));
  });
}
