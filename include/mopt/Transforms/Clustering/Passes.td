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

def OptimizePalettesPass : Pass<"mopt-optimize-palettes", "::mlir::ModuleOp"> {
  let summary = "Give weights few values that reproduce each layer's outputs";
  let description = [{
    Goes through the `conv_2d`, `depthwise_conv_2d` and `fully_connected` ops of
    the entry function in program order. Of each it observes, over all samples,
    the inputs x that it gets from the layers before it as they are now, already
    clustered, and the outputs t that the model had in its place, before the
    fused activation; and gives its weights `clusters` different values, and its
    bias, that bring the outputs nearest to t in the least squares:

    1. `regression`: the weights to be clustered are
       `W = (Cov(t, x) + d W0) (Cov(x, x) + d I)^-1`, of pruned rows over the
       inputs that they read; without it they are W0. d is `damping` times the
       mean variance of the inputs.
    2. Centroids come from k-means over W, each weight counting by the variance
       of its input; `init` says where that begins.
    3. Weights take the nearest centroid one after the other, from the input of
       largest variance on, each after the error of those before it was taken
       into account (GPTQ with a palette instead of a grid).
    4. Single weights are changed while that lowers the error, then all centroids
       refitted in the least squares, `refinements` times.
    5. The bias makes the mean of the outputs that of t.

    `residual`: where the layer's outputs are only added to another tensor, t
    also takes on the error of that one. Zeros stay zeros and are one of the
    values (`keep-zeros`); nothing else becomes zero then.

    Layers that are not reconstructed (a remark tells why: unknown shapes, shared
    weights, other ops) get the nearest centroids of plain k-means, as
    `mopt-cluster-weights` does it. Weights must be float32. If no tensor or
    channel has more different values than `clusters`, that is an error.

    Memory does not grow with the number of samples, and the result does not
    depend on the number of threads.

    Before:

    ```mlir
    %w = mopt.const {value = dense<[[1.0, 1.2, 0.0, 3.0]]> : tensor<1x4xf32>}
    %0 = mopt.fully_connected %x, %w, %b : (...) -> tensor<1x1xf32>
    ```

    After (`clusters=3`):

    ```mlir
    %w2 = mopt.const {value = dense_resource<w> : tensor<1x4xf32>} // 1.1 1.1 0 3
    %0 = mopt.fully_connected %x, %w2, %b2 : (...) -> tensor<1x1xf32>
    ```
  }];
  let options = [
    Option<"data", "data", "std::string", /*default=*/"",
           "Samples: .npy, .npz (arrays named after the inputs, or x), or a "
           "folder of images; needed">,
    Option<"samples", "samples", "int64_t", /*default=*/"0",
           "Number of samples to run; 0 = all">,
    Option<"first", "first", "int64_t", /*default=*/"0",
           "Samples to leave out before the first one">,
    Option<"preprocess", "preprocess", "std::string", /*default=*/"",
           "What to do with uint8 data, e.g. mean:127,std:128; default: the "
           "module's mopt.preprocess">,
    Option<"clusters", "clusters", "unsigned", /*default=*/"16",
           "Different values of a tensor or channel, 2 to 256">,
    Option<"convClusters", "conv-clusters", "unsigned", /*default=*/"0",
           "The same of convolutions, which have fewer weights that are read "
           "more often; 0 = as clusters says">,
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
    Option<"damping", "damping", "double", /*default=*/"0.0",
           "Trust in the given weights against the data; 0 = by the number of "
           "samples for each input">,
    Option<"regression", "regression", "bool", /*default=*/"true",
           "Start from the weights that reproduce the outputs best">,
    Option<"residual", "residual", "bool", /*default=*/"true",
           "Let a layer correct the error of what its outputs are added to">,
    Option<"refinements", "refinements", "unsigned", /*default=*/"6",
           "How often single weights and centroids are improved">,
    Option<"exclude", "exclude", "std::string", /*default=*/"",
           "Regular expression: tensors or layers whose name matches are kept">,
    Option<"only", "only", "std::string", /*default=*/"",
           "Regular expression: only tensors or layers whose name matches">,
    Option<"threads", "threads", "unsigned", /*default=*/"0",
           "Threads; 0 = one per core. The result does not depend on them">
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
