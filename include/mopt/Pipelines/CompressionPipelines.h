//===- CompressionPipelines.h - Pipelines of all means -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_PIPELINES_COMPRESSIONPIPELINES_H
#define MOPT_PIPELINES_COMPRESSIONPIPELINES_H

#include "mlir/Pass/PassOptions.h"
#include "mopt/Transforms/Compression/Passes.h"
#include "llvm/Support/Error.h"

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace mlir::mopt {

/// Options of `--deep-compress`.
struct DeepCompressOptions : public PassPipelineOptions<DeepCompressOptions> {
  Option<double> sparsity{
      *this, "sparsity",
      llvm::cl::desc("Part of the weights that become zero, 0 to below 1 "
                     "(default: 0.9); with max-drop or smaller: at most "
                     "(default: 0.98)"),
      llvm::cl::init(0.9)};
  Option<unsigned> clusters{
      *this, "clusters",
      llvm::cl::desc("Different values of a tensor, 2 to 256"),
      llvm::cl::init(16)};
  Option<unsigned> convClusters{
      *this, "conv-clusters",
      llvm::cl::desc("The same of convolutions; 0 = as clusters says"),
      llvm::cl::init(0)};
  Option<CompressedForm> form{
      *this, "form", llvm::cl::desc("What the model computes in"),
      llvm::cl::init(CompressedForm::Float),
      llvm::cl::values(clEnumValN(CompressedForm::Float, "float", "float32"),
                       clEnumValN(CompressedForm::Int8, "int8",
                                  "int8; needs calibration=DATA"))};
  Option<std::string> calibration{
      *this, "calibration",
      llvm::cl::desc("Samples to repair on: .npy, .npz (arrays named after the "
                     "inputs, or x), or a folder of images. Without: by "
                     "magnitude and nearest centroids")};
  Option<int64_t> samples{
      *this, "samples",
      llvm::cl::desc("Number of samples to use, from the first; 0 = all"),
      llvm::cl::init(0)};
  Option<std::string> preprocess{
      *this, "preprocess",
      llvm::cl::desc("What to do with uint8 data, e.g. mean:127,std:128")};
  Option<double> damping{
      *this, "damping",
      llvm::cl::desc("While pruning, trust in the given weights against the "
                     "samples; 0 = by their number, 0.01 at least; 0.001 suits "
                     "thousands of samples"),
      llvm::cl::init(0.0)};
  Option<BudgetMeasure> measure{
      *this, "measure",
      llvm::cl::desc("What the sparsity of a layer costs, by which it is "
                     "chosen"),
      llvm::cl::init(BudgetMeasure::Auto),
      llvm::cl::values(
          clEnumValN(BudgetMeasure::Auto, "auto",
                     "both are tried on samples that are kept back"),
          clEnumValN(BudgetMeasure::Divergence, "divergence",
                     "how far the model's outputs move"),
          clEnumValN(BudgetMeasure::Error, "error",
                     "how far the layer's outputs move: better where the model "
                     "is sure of nearly all samples"))};
  Option<double> heldOut{
      *this, "held-out",
      llvm::cl::desc("Part of the samples that is kept back where something is "
                     "chosen by them; 0 = none, 0.5 at most"),
      llvm::cl::init(0.2)};
  Option<double> smaller{
      *this, "smaller",
      llvm::cl::desc("In place of sparsity: the least with which the container "
                     "is so many times smaller than the .tflite")};
  Option<double> maxDrop{
      *this, "max-drop",
      llvm::cl::desc("The sparsest model that loses no more than this: "
                     "percentage points of top-1 (eval=; without: percent of "
                     "the answers that change on samples kept back), or, with "
                     "metric=snr, the dB that every output keeps")};
  Option<DropMetric> metric{
      *this, "metric",
      llvm::cl::desc("What max-drop limits and the table shows"),
      llvm::cl::init(DropMetric::Top1), getDropMetricValues()};
  Option<std::string> eval{
      *this, "eval",
      llvm::cl::desc("Labelled data to measure on; without: signal-to-noise "
                     "ratio on that of calibration")};
  Option<int64_t> evalSamples{
      *this, "eval-samples",
      llvm::cl::desc(
          "Number of samples to measure on, from the first; 0 = all"),
      llvm::cl::init(0)};
  Option<std::string> exclude{
      *this, "exclude",
      llvm::cl::desc("Regular expression: layers whose name matches keep their "
                     "weights")};
  Option<std::string> only{
      *this, "only",
      llvm::cl::desc("Regular expression: only layers whose name matches")};
  Option<std::string> report{
      *this, "report", llvm::cl::desc("JSON file to write, one object a step")};
  Option<unsigned> threads{
      *this, "threads",
      llvm::cl::desc("Threads that run the model; 0 = one per core"),
      llvm::cl::init(0)};
};

/// mopt-fold-batch-norm, mopt-deep-compress, mopt-verify-clusters. Fails with a
/// message where the options contradict each other; nothing is added then.
llvm::Error buildDeepCompressPipeline(OpPassManager &manager,
                                      const DeepCompressOptions &options);

} // namespace mlir::mopt

#endif // MOPT_PIPELINES_COMPRESSIONPIPELINES_H
