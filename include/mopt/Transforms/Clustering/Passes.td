//===- Passes.td - Clustering passes -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_CLUSTERING_PASSES_TD
#define MOPT_TRANSFORMS_CLUSTERING_PASSES_TD

include "mlir/Pass/PassBase.td"

def ClusterWeightsPass : Pass<"mopt-cluster-weights", "::mlir::ModuleOp"> {
  let summary = "Give weights few different values";
  let description = [{
    Replaces the weights of each tensor, or of each of its output channels, by
    the nearest of `clusters` centroids, which k-means finds (S. Han et al., Deep
    Compression, 2016). Weights are the operands that WeightedOp names, float32 or
    int8 (uint8) quantised; weights that several ops share count once, biases are
    not weights. The centroids of quantised weights are whole numbers, and
    distances count by the scale of each channel.

    Zeros stay zeros and are one of the centroids (`keep-zeros`), so that pruned
    weights stay pruned; other weights may not become zero then.

    A tensor (or channel) of no more different values than `clusters` is left as
    it is, with a remark. If that is all there is, it is an error. What a tensor
    got is a remark of the category `cluster` (`--remarks-filter=cluster`). The
    result depends on the model and `seed` only.

    Before:

    ```mlir
    %w = mopt.const {value = dense<[1.0, 1.2, 0.0, 3.0]> : tensor<4xf32>}
    ```

    After (`clusters=3`):

    ```mlir
    %w = mopt.const {value = dense_resource<w> : tensor<4xf32>} // 1.1 1.1 0 3
    ```
  }];
  let options = [
    Option<"clusters", "clusters", "unsigned", /*default=*/"16",
           "Different values of a tensor or channel, 2 to 256">,
    Option<"init", "init", "::mlir::mopt::CentroidInit",
           /*default=*/"::mlir::mopt::CentroidInit::KMeansPlusPlus",
           "Where the search for centroids begins",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::CentroidInit::KMeansPlusPlus, "kmeans++",
                        "drawn far from each other"),
             clEnumValN(::mlir::mopt::CentroidInit::Linear, "linear",
                        "evenly from the least weight to the greatest"),
             clEnumValN(::mlir::mopt::CentroidInit::Density, "density",
                        "as many weights between each two"),
             clEnumValN(::mlir::mopt::CentroidInit::Random, "random",
                        "drawn from the weights"))}]>,
    Option<"scope", "scope", "::mlir::mopt::ClusterScope",
           /*default=*/"::mlir::mopt::ClusterScope::Tensor",
           "What has centroids of its own",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::ClusterScope::Tensor, "tensor",
                        "each tensor"),
             clEnumValN(::mlir::mopt::ClusterScope::Channel, "channel",
                        "each output channel"))}]>,
    Option<"keepZeros", "keep-zeros", "bool", /*default=*/"true",
           "Zeros stay zeros, and nothing else becomes zero">,
    Option<"seed", "seed", "uint64_t", /*default=*/"0",
           "Of the drawn beginnings">,
    Option<"exclude", "exclude", "std::string", /*default=*/"",
           "Regular expression: tensors or layers whose name matches are kept">,
    Option<"only", "only", "std::string", /*default=*/"",
           "Regular expression: only tensors or layers whose name matches">
  ];
}

def VerifyClustersPass : Pass<"mopt-verify-clusters", "::mlir::ModuleOp"> {
  let summary = "Check that weights have few different values";
  let description = [{
    Changes nothing. Fails with one error and a note a tensor where the weights
    of a tensor, or of an output channel, have more than `clusters` different
    values. Run `mopt-cluster-weights` first.
  }];
  let options = [
    Option<"clusters", "clusters", "unsigned", /*default=*/"16",
           "Different values that a tensor or channel may have">,
    Option<"scope", "scope", "::mlir::mopt::ClusterScope",
           /*default=*/"::mlir::mopt::ClusterScope::Tensor",
           "What has centroids of its own",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::ClusterScope::Tensor, "tensor",
                        "each tensor"),
             clEnumValN(::mlir::mopt::ClusterScope::Channel, "channel",
                        "each output channel"))}]>,
    Option<"exclude", "exclude", "std::string", /*default=*/"",
           "Regular expression: tensors or layers whose name matches are not "
           "checked">,
    Option<"only", "only", "std::string", /*default=*/"",
           "Regular expression: only tensors or layers whose name matches">
  ];
}

#endif // MOPT_TRANSFORMS_CLUSTERING_PASSES_TD
