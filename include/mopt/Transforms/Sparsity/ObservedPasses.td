//===- ObservedPasses.td - Passes that prune by data -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_SPARSITY_OBSERVEDPASSES_TD
#define MOPT_TRANSFORMS_SPARSITY_OBSERVEDPASSES_TD

include "mlir/Pass/PassBase.td"

// What every pass that prunes by data is told.
defvar ObservedPruningOptions = [
  Option<"sparsity", "sparsity", "double", /*default=*/"0.5",
         "Part of the weights that are zero afterwards, 0 to 1">,
  Option<"pattern", "pattern", "std::string", /*default=*/"\"element\"",
         "What is removed together: element, ROWSxCOLUMNS, or KEPT:OF">,
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
  Option<"damping", "damping", "double", /*default=*/"0.0",
         "Trust in the given weights against the data; 0 = by the number of "
         "samples for each input">,
  Option<"exactProducts", "exact-products", "double", /*default=*/"3e10",
         "Multiplications that the exact search may take in a layer; larger "
         "ones are swept, and solved for once more where that takes at most "
         "16 times as many">,
  Option<"exclude", "exclude", "std::string", /*default=*/"",
         "Regular expression: tensors or layers whose name matches are kept">,
  Option<"only", "only", "std::string", /*default=*/"",
         "Regular expression: only tensors or layers whose name matches">,
  Option<"excludeOps", "exclude-ops", "std::string", /*default=*/"",
         "Types of ops that are left alone, as depthwise_conv_2d">,
  Option<"onlyOps", "only-ops", "std::string", /*default=*/"",
         "Types of ops that are changed, where others are not">,
  Option<"threads", "threads", "unsigned", /*default=*/"0",
         "Threads; 0 = one per core. The result does not depend on them">
];

def OptimizeSparsityPass : Pass<"mopt-optimize-sparsity", "::mlir::ModuleOp"> {
  let summary = "Set weights to zero such that layers keep their outputs";
  let description = [{
    Goes through the `conv_2d`, `depthwise_conv_2d` and `fully_connected` ops of
    the entry function in program order. Of each it observes, over all samples,
    the inputs x that it gets from the layers before it as they are now, already
    pruned, and the outputs t that the model had in its place, before the fused
    activation (where the outputs are only added to another tensor, t also takes
    on the error of that one). Then

    1. `W = (Cov(t, x) + d W0) (Cov(x, x) + d I)^-1` are the weights that bring
       the outputs nearest to t in the least squares, undoing what the pruning
       of the layers before has done; d is `damping` times the mean variance of
       the inputs;
    2. `round(sparsity * n)` of them go (of blocks, with a pattern of blocks):
       those whose removal costs least when all others make up for it, one after
       the other, with the rows of the layer in competition (optimal brain
       surgeon). Layers of r rows and n inputs where this would take more than
       `exact-products` multiplications, r n^3 / 6, are searched in one pass over
       the inputs, 64 at a time (SparseGPT), which takes r n^2 / 2;
    3. those that stay are solved for exactly (behind a search in one pass,
       which solves for them too, where this takes at most 16 times
       `exact-products`), and the bias makes the mean of the outputs that of t.

    The ratio and the pattern of an op are those of its `mopt.recipe`, where it
    has one that says so. Layers of unknown shapes, quantised ones, those whose
    weights are shared, and those that cannot have the pattern are left alone
    with a remark: `mopt-prune-weights` prunes them by magnitude, and leaves
    alone what has its zeros already.

    Memory does not grow with the number of samples, and the result does not
    depend on the number of threads.

    Before:

    ```mlir
    %w = mopt.const {value = dense<[[1.0, -3.0, 0.5, 2.0]]> : tensor<1x4xf32>}
    %0 = mopt.fully_connected %x, %w, %b
         : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1xf32>) -> tensor<1x1xf32>
    ```

    After (`sparsity=0.5`; the third input was seen to follow the first, the
    fourth the second):

    ```mlir
    %w2 = mopt.const {value = dense_resource<w> : tensor<1x4xf32>} // 1.5 -1 0 0
    %0 = mopt.fully_connected %x, %w2, %b2
         : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1xf32>) -> tensor<1x1xf32>
    ```
  }];
  let options = ObservedPruningOptions;
}

def AllocateSparsityPass : Pass<"mopt-allocate-sparsity", "::mlir::ModuleOp"> {
  let summary = "Choose the sparsity of each layer by what it costs";
  let description = [{
    Writes a ratio onto every layer that `mopt-optimize-sparsity` can prune
    (`mopt.recipe`), such that the model has the sparsity asked for and the sum of
    what the ratios cost is least. What a ratio costs is measured on data at 14
    levels from 0.1 to 1, with the layer pruned as that pass would, alone, the rest
    of the model as it is:

    - `measure=divergence`: how far the model's outputs move, in the mean over
      samples: the Kullback-Leibler divergence from the original probabilities,
      where an output comes from a softmax or the data is labelled, else the power
      of the noise against that of the signal;
    - `measure=error`: the squared error of the layer's own outputs against their
      variance; no model is run for it.

    Between levels the square root of a cost is linear; dynamic programming over
    steps of 1/200 of a layer finds the least sum. With `pattern=element` exactly
    `round(sparsity * n)` weights are gone in all. Layers whose recipe names a
    ratio keep it and do not count; layers that cannot be pruned by data have
    `sparsity` each.

    Before:

    ```mlir
    %0 = mopt.conv_2d %x, %w, %b : (...) -> ...
    ```

    After:

    ```mlir
    %0 = mopt.conv_2d %x, %w, %b {mopt.recipe = {sparsity = 3.750000e-01 : f64}} : (...) -> ...
    ```
  }];
  let options = ObservedPruningOptions # [
    Option<"measure", "measure", "::mlir::mopt::SparsityMeasure",
           /*default=*/"::mlir::mopt::SparsityMeasure::Divergence",
           "What a ratio costs",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::SparsityMeasure::Divergence,
                        "divergence", "how far the model's outputs move"),
             clEnumValN(::mlir::mopt::SparsityMeasure::Error, "error",
                        "how far the layer's outputs move"))}]>,
    Option<"measureSamples", "measure-samples", "int64_t", /*default=*/"256",
           "At most this many samples, spread evenly, measure the divergence">
  ];
}

def LimitSparsityPass : Pass<"mopt-limit-sparsity", "::mlir::ModuleOp"> {
  let summary = "Choose the largest sparsity that meets a limit on the loss";
  let description = [{
    Prunes copies of the model and runs them on data, and writes onto every
    layer (`mopt.recipe`) the ratio that it had in the sparsest that was good
    enough. The sparsity of the model is searched in steps of 0.01 from 0.99
    downwards, by doubling the steps and then by bisection. Ratios of layers are
    all the same (`search=uniform`) or those that `mopt-allocate-sparsity`
    chooses for that sparsity, whose costs are measured once. With
    `by-data=false` the copies are pruned by magnitude, and ratios are uniform.

    - `metric=top1`: the data is labelled; at most `max-drop` percentage points
      of top-1 are lost against the model as it is;
    - `metric=snr`: no labels are needed; every output keeps a signal-to-noise
      ratio of at least `max-drop` dB.

    It is an error if even a sparsity of 0.01 loses too much. A remark tells what
    was measured.

    Before:

    ```mlir
    %0 = mopt.conv_2d %x, %w, %b : (...) -> ...
    ```

    After:

    ```mlir
    %0 = mopt.conv_2d %x, %w, %b {mopt.recipe = {sparsity = 5.200000e-01 : f64}} : (...) -> ...
    ```
  }];
  let options = ObservedPruningOptions # [
    Option<"maxDrop", "max-drop", "double", /*default=*/"0.5",
           "The limit: percentage points of top-1, or dB">,
    Option<"metric", "metric", "::mlir::mopt::DropMetric",
           /*default=*/"::mlir::mopt::DropMetric::Top1", "What is limited",
           [{::mlir::mopt::getDropMetricValues()}]>,
    Option<"eval", "eval", "std::string", /*default=*/"",
           "Samples to measure the loss on, labelled for top1; default: data">,
    Option<"evalSamples", "eval-samples", "int64_t", /*default=*/"0",
           "Number of samples to measure the loss on, from the first; 0 = all">,
    Option<"byData", "by-data", "bool", /*default=*/"true",
           "Prune as mopt-optimize-sparsity does; false: by magnitude">,
    Option<"search", "search", "::mlir::mopt::SparsitySearch",
           /*default=*/"::mlir::mopt::SparsitySearch::Uniform",
           "How the ratios of layers are chosen",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::SparsitySearch::Uniform, "uniform",
                        "all the same"),
             clEnumValN(::mlir::mopt::SparsitySearch::Divergence,
                        "divergence", "as mopt-allocate-sparsity does"),
             clEnumValN(::mlir::mopt::SparsitySearch::Error, "error",
                        "as mopt-allocate-sparsity does"))}]>,
    Option<"measureSamples", "measure-samples", "int64_t", /*default=*/"256",
           "As of mopt-allocate-sparsity">
  ];
}

def DropSparsityRecipesPass
    : Pass<"mopt-drop-sparsity-recipes", "::mlir::ModuleOp"> {
  let summary = "Remove what recipes say of sparsity";
  let description = [{
    Removes `sparsity` and `pattern` from the `mopt.recipe` of all ops, once they
    are obeyed and checked.

    Before:

    ```mlir
    %0 = mopt.conv_2d %x, %w, %b {mopt.recipe = {bits = 4 : i64, sparsity = 5.000000e-01 : f64}} : (...) -> ...
    ```

    After:

    ```mlir
    %0 = mopt.conv_2d %x, %w, %b {mopt.recipe = {bits = 4 : i64}} : (...) -> ...
    ```
  }];
}

#endif // MOPT_TRANSFORMS_SPARSITY_OBSERVEDPASSES_TD
