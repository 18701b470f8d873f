//===- QuantizationPipelines.h - Pipelines that quantize -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_PIPELINES_QUANTIZATIONPIPELINES_H
#define MOPT_PIPELINES_QUANTIZATIONPIPELINES_H

#include "mlir/Pass/PassOptions.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Pipelines/MeasureOptions.h"
#include "mopt/Pipelines/SelectionOptions.h"
#include "mopt/Transforms/Calibration/Passes.h"
#include "mopt/Transforms/Quantization/Passes.h"
#include "llvm/Support/Error.h"

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace mlir::mopt {

/// How many scales the weights of a layer get.
struct GranularityOption
    : public mlir::detail::PassOptions::Option<WeightGranularity> {
  explicit GranularityOption(mlir::detail::PassOptions &parent)
      : Option(parent, "granularity",
               llvm::cl::desc("How many weight scales there are"),
               llvm::cl::init(WeightGranularity::Channel),
               llvm::cl::values(clEnumValN(WeightGranularity::Channel,
                                           "channel", "one an output channel"),
                                clEnumValN(WeightGranularity::Tensor, "tensor",
                                           "one a tensor"))) {}
  using Option::operator=;
};

/// What the pipelines that make fixed-point models have in common.
template <typename Derived>
struct FixedPointOptions : public PassPipelineOptions<Derived> {
  template <typename T>
  using Option = typename PassPipelineOptions<Derived>::template Option<T>;

  Option<std::string> calibration{
      *this, "calibration",
      llvm::cl::desc("Samples to observe ranges on: .npy, .npz (arrays named "
                     "after the inputs, or x), or a folder of images. Without: "
                     "the ranges in the model, else generated inputs")};
  Option<int64_t> samples{*this, "samples",
                          llvm::cl::desc("Number of samples to use; 0 = all"),
                          llvm::cl::init(0)};
  Option<int64_t> first{
      *this, "first",
      llvm::cl::desc("Samples to leave out before the first one"),
      llvm::cl::init(0)};
  Option<std::string> calibrationCache{
      *this, "calibration-cache",
      llvm::cl::desc("File of what calibration saw: written with calibration=, "
                     "read without; --merge-calibration joins such files")};
  Option<std::string> preprocess{
      *this, "preprocess",
      llvm::cl::desc("What to do with uint8 data, e.g. mean:127,std:128")};
  Option<CalibrationMethod> method{
      *this, "method",
      llvm::cl::desc("How a range is made of what was seen; default: "
                     "percentile for 8 bits, which have no steps to spare for "
                     "outliers, minmax for 16"),
      llvm::cl::init(CalibrationMethod::MinMax),
      llvm::cl::values(
          clEnumValN(CalibrationMethod::MinMax, "minmax",
                     "least and greatest value"),
          clEnumValN(CalibrationMethod::MovingAverage, "moving-average",
                     "moving average of the samples' extremes"),
          clEnumValN(CalibrationMethod::Percentile, "percentile",
                     "without the outermost 0.005 % of the values"),
          clEnumValN(CalibrationMethod::MSE, "mse",
                     "least mean squared error of quantization"),
          clEnumValN(CalibrationMethod::Entropy, "entropy",
                     "least Kullback-Leibler divergence"))};
  GranularityOption granularity{*this};
  Option<int> effort{
      *this, "effort",
      llvm::cl::desc("Repair from the samples: 0 none; 1 biases; 2 weights "
                     "rounded such that layers keep their outputs"),
      llvm::cl::init(0)};
  Option<double> migration{
      *this, "migration",
      llvm::cl::desc("With effort 1 and 2: what part of the outliers of their "
                     "inputs the weights of fully connected layers take, from "
                     "0 (none) to 1"),
      llvm::cl::init(0.5)};
  /// float or fixed; empty keeps what the module says.
  Option<std::string> requantize{
      *this, "requantize",
      llvm::cl::desc("Arithmetic of requantisation to record in the model: "
                     "float or fixed")};
  SelectionOptions selection{*this};
  DropOptions drop{*this};
  MeasureOptions measure{*this};
  Option<bool> strict{*this, "strict",
                      llvm::cl::desc("An op that stays float is an error"),
                      llvm::cl::init(false)};
  Option<unsigned> threads{
      *this, "threads",
      llvm::cl::desc("Threads that run the float model; 0 = one per core"),
      llvm::cl::init(0)};
};

/// Options of `--quantize-int8`.
struct QuantizeInt8Options : public FixedPointOptions<QuantizeInt8Options> {
  Option<QuantizedIO> io{
      *this, "io", llvm::cl::desc("Element type of the inputs and outputs"),
      llvm::cl::init(QuantizedIO::Float),
      llvm::cl::values(clEnumValN(QuantizedIO::Float, "float", "float32"),
                       clEnumValN(QuantizedIO::Int8, "int8", "int8"),
                       clEnumValN(QuantizedIO::UInt8, "uint8", "uint8"))};
};

/// Tidies and calibrates a float model and makes it compute in int8:
/// mopt-fold-batch-norm, by effort mopt-equalize-layers and
/// mopt-migrate-scales, mopt-calibrate, mopt-verify-calibrated, by effort
/// mopt-correct-biases or mopt-optimize-rounding, mopt-quantize,
/// mopt-verify-quantized. Fails with a message where the options ask for what
/// there is not; nothing is added then.
llvm::Error buildQuantizeInt8Pipeline(OpPassManager &manager,
                                      const QuantizeInt8Options &options);

/// Options of `--quantize-int16x8`.
struct QuantizeInt16x8Options
    : public FixedPointOptions<QuantizeInt16x8Options> {
  Option<QuantizedIO> io{
      *this, "io", llvm::cl::desc("Element type of the inputs and outputs"),
      llvm::cl::init(QuantizedIO::Float),
      llvm::cl::values(clEnumValN(QuantizedIO::Float, "float", "float32"),
                       clEnumValN(QuantizedIO::Int16, "int16", "int16"))};
};

/// As buildQuantizeInt8Pipeline, with activations of 16 bits, weights of 8 and
/// biases of 64.
llvm::Error buildQuantizeInt16x8Pipeline(OpPassManager &manager,
                                         const QuantizeInt16x8Options &options);

/// What the pipelines of weights beside float activations have in common.
template <typename Derived>
struct WeightOptions : public PassPipelineOptions<Derived> {
  template <typename T>
  using Option = typename PassPipelineOptions<Derived>::template Option<T>;

  explicit WeightOptions(int64_t minElements)
      : minElements(*this, "min-elements",
                    llvm::cl::desc("Fewer weights than these stay float32"),
                    llvm::cl::init(minElements)) {}

  Option<int64_t> minElements;
  SelectionOptions selection{*this};
  MeasureOptions measure{*this};
  Option<std::string> preprocess{
      *this, "preprocess",
      llvm::cl::desc("What to do with uint8 data, e.g. mean:127,std:128")};
};

/// Options of `--quantize-dynamic`.
struct QuantizeDynamicOptions : public WeightOptions<QuantizeDynamicOptions> {
  QuantizeDynamicOptions() : WeightOptions(1024) {}

  GranularityOption granularity{*this};
};

/// Weights in int8, read by kernels that quantise activations as they come:
/// mopt-fold-batch-norm, mopt-quantize-weights, mopt-verify-quantized.
llvm::Error buildQuantizeDynamicPipeline(OpPassManager &manager,
                                         const QuantizeDynamicOptions &options);

/// Options of `--quantize-weights`.
struct QuantizeWeightsOptions : public WeightOptions<QuantizeWeightsOptions> {
  QuantizeWeightsOptions() : WeightOptions(1024) {}

  Option<unsigned> bits{*this, "bits",
                        llvm::cl::desc("Bits of a weight: 8, 4 or 2"),
                        llvm::cl::init(8)};
  Option<unsigned> depthwiseBits{
      *this, "depthwise-bits",
      llvm::cl::desc("Bits of a weight of a depthwise convolution, which are "
                     "few and lose most; 0 = as bits says"),
      llvm::cl::init(0)};
  Option<int64_t> maxSize{
      *this, "max-size",
      llvm::cl::desc("Store as few layers in 4 bits, and the others in 8, as "
                     "give a file of at most this many bytes; needs "
                     "calibration=DATA"),
      llvm::cl::init(0)};
  Option<unsigned> block{
      *this, "block",
      llvm::cl::desc("Weights of a channel that have a scale together: 32, 64, "
                     "128 or 256; 0 = as granularity says"),
      llvm::cl::init(0)};
  GranularityOption granularity{*this};
  Option<int> effort{
      *this, "effort",
      llvm::cl::desc(
          "Repair from samples (calibration=DATA): 0 none; 1 biases; "
          "2 weights rounded such that layers keep their outputs"),
      llvm::cl::init(0)};
  Option<std::string> calibration{
      *this, "calibration",
      llvm::cl::desc("Samples for effort=1 and 2: .npy, .npz (arrays named "
                     "after the inputs, or x), or a folder of images")};
  Option<int64_t> samples{
      *this, "samples",
      llvm::cl::desc("Number of samples to use, from the first; 0 = all"),
      llvm::cl::init(0)};
  Option<unsigned> threads{
      *this, "threads",
      llvm::cl::desc("Threads that run the model; 0 = one per core"),
      llvm::cl::init(0)};
};

/// Weights in 8, 4 or 2 bits and everything else in float32:
/// mopt-fold-batch-norm, by effort mopt-correct-biases or
/// mopt-optimize-rounding, mopt-quantize-weights, mopt-verify-quantized.
llvm::Error buildQuantizeWeightsPipeline(OpPassManager &manager,
                                         const QuantizeWeightsOptions &options);

/// Options of `--quantize-float16`.
struct QuantizeFloat16Options : public WeightOptions<QuantizeFloat16Options> {
  QuantizeFloat16Options() : WeightOptions(128) {}
};

/// Weights and biases in float16: mopt-fold-batch-norm,
/// mopt-convert-weights-to-float16.
llvm::Error buildQuantizeFloat16Pipeline(OpPassManager &manager,
                                         const QuantizeFloat16Options &options);

} // namespace mlir::mopt

#endif // MOPT_PIPELINES_QUANTIZATIONPIPELINES_H
