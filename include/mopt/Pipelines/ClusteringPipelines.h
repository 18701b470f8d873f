//===- ClusteringPipelines.h - Pipelines that cluster weights ---*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_PIPELINES_CLUSTERINGPIPELINES_H
#define MOPT_PIPELINES_CLUSTERINGPIPELINES_H

#include "mlir/Pass/PassOptions.h"
#include "mopt/Transforms/Clustering/Passes.h"
#include "llvm/Support/Error.h"

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace mlir::mopt {

/// Options of `--cluster`.
struct ClusterOptions : public PassPipelineOptions<ClusterOptions> {
  Option<unsigned> clusters{
      *this, "clusters",
      llvm::cl::desc("Different values of a tensor or channel, 2 to 256"),
      llvm::cl::init(16)};
  Option<CentroidInit> init{
      *this, "init", llvm::cl::desc("Where the search for centroids begins"),
      llvm::cl::init(CentroidInit::KMeansPlusPlus),
      llvm::cl::values(
          clEnumValN(CentroidInit::KMeansPlusPlus, "kmeans++",
                     "drawn far from each other"),
          clEnumValN(CentroidInit::Linear, "linear",
                     "evenly from the least weight to the greatest"),
          clEnumValN(CentroidInit::Density, "density",
                     "as many weights between each two"),
          clEnumValN(CentroidInit::Random, "random",
                     "drawn from the weights"))};
  Option<std::string> method{
      *this, "method",
      llvm::cl::desc("How weights are assigned: plain, to the nearest "
                     "centroid; obs, such that layers keep their outputs on "
                     "the samples of calibration"),
      llvm::cl::init("plain")};
  Option<ClusterScope> scope{
      *this, "scope", llvm::cl::desc("What has centroids of its own"),
      llvm::cl::init(ClusterScope::Tensor),
      llvm::cl::values(
          clEnumValN(ClusterScope::Tensor, "tensor", "each tensor"),
          clEnumValN(ClusterScope::Channel, "channel", "each output channel"))};
  Option<bool> keepZeros{
      *this, "keep-zeros",
      llvm::cl::desc("Zeros stay zeros, and nothing else becomes zero"),
      llvm::cl::init(true)};
  Option<uint64_t> seed{*this, "seed",
                        llvm::cl::desc("Of the drawn beginnings"),
                        llvm::cl::init(0)};
  Option<unsigned> convClusters{
      *this, "conv-clusters",
      llvm::cl::desc("Different values of the weights of a convolution "
                     "(method=obs); 0 = as clusters says"),
      llvm::cl::init(0)};
  Option<std::string> calibration{
      *this, "calibration",
      llvm::cl::desc("Samples for method=obs: .npy, .npz (arrays named after "
                     "the inputs, or x), or a folder of images")};
  Option<int64_t> samples{
      *this, "samples",
      llvm::cl::desc("Number of samples to use, from the first; 0 = all"),
      llvm::cl::init(0)};
  Option<std::string> preprocess{
      *this, "preprocess",
      llvm::cl::desc("What to do with uint8 data, e.g. mean:127,std:128")};
  Option<unsigned> threads{
      *this, "threads",
      llvm::cl::desc("Threads that run the model; 0 = one per core"),
      llvm::cl::init(0)};
  Option<std::string> exclude{
      *this, "exclude",
      llvm::cl::desc("Regular expression: layers whose name matches are kept")};
  Option<std::string> only{
      *this, "only",
      llvm::cl::desc("Regular expression: only layers whose name matches")};
};

/// Gives weights few different values and checks that it did:
/// mopt-cluster-weights, or mopt-fold-batch-norm and mopt-optimize-palettes;
/// mopt-verify-clusters. Fails with a message where the options ask for what
/// there is not; nothing is added then.
llvm::Error buildClusterPipeline(OpPassManager &manager,
                                 const ClusterOptions &options);

} // namespace mlir::mopt

#endif // MOPT_PIPELINES_CLUSTERINGPIPELINES_H
