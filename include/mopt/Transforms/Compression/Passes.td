//===- Passes.td - Passes that make models small -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_COMPRESSION_PASSES_TD
#define MOPT_TRANSFORMS_COMPRESSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def DeepCompressPass : Pass<"mopt-deep-compress", "::mlir::ModuleOp"> {
  let summary = "Prune, cluster and, if asked, quantize a model, and report it";
  let description = [{
    Makes a model small in the compressed form (`-o model.mopt`), as S. Han et al.
    do (Deep Compression, 2016), but without training. With `data`:

    1. weights are pruned to `sparsity` as `mopt-optimize-sparsity` does it, with
       the ratios of layers that `mopt-allocate-sparsity` finds;
    2. those that are left get `clusters` values (zero is one of them) as
       `mopt-optimize-palettes` does it, compared with the outputs that layers
       had before they were pruned;
    3. `form=float`: biases are rounded to 8 significant bits (bfloat16), which
       halves what they take; `form=int8`: the model computes in int8, with a
       scale a tensor, so that equal weights stay equal, and repaired biases.

    Without data weights are pruned by magnitude, each tensor alike, and get the
    nearest centroids.

    `measure=auto` compresses with both measures, repaired on all samples but the
    first fifth (`held-out`), at the sparsity that is asked for or was found. The
    one whose outputs diverge less from those of the model on that fifth (relative
    entropy of chances, else noise as a part of the signal) says what each layer
    loses; all samples repair then.

    With `max-drop` the model is as sparse as the loss allows: `sparsity`, or less
    in steps of 0.005, found by bisection over whole models that are measured on
    `eval`. Without `eval` they are repaired on all samples but the first fifth and
    measured on that: there at most `max-drop` percent of the answers change, which
    no loss of top-1 on them exceeds, or every output keeps its dB (`metric=snr`).
    It is an error if the loss is too large even without pruning.

    With `smaller=N` the model is as dense as the size allows: the least sparsity, in
    steps of 0.001, with which the container has at most an N-th of the bytes of the
    .tflite.

    A remark has a table of what each step did: bytes of the .tflite and of the
    container, zeros, the most values of a tensor, and top-1 (of labelled `eval`)
    or the least signal-to-noise ratio of an output (on `data`). `report` is a
    JSON file of the same.

    Before:

    ```mlir
    %w = mopt.const {value = dense<[[1.0, 1.2, 0.1, 3.0]]> : tensor<1x4xf32>}
    %0 = mopt.fully_connected %x, %w, %b : (...) -> tensor<1x1xf32>
    ```

    After (`sparsity=0.25 clusters=3`):

    ```mlir
    %w2 = mopt.const {value = dense_resource<w> : tensor<1x4xf32>} // 1.1 1.1 0 3
    %0 = mopt.fully_connected %x, %w2, %b2 : (...) -> tensor<1x1xf32>
    ```
  }];
  let options = [
    Option<"sparsity", "sparsity", "double", /*default=*/"0.9",
           "Part of the weights that become zero, 0 to below 1; with max-drop "
           "or smaller: at most">,
    Option<"clusters", "clusters", "unsigned", /*default=*/"16",
           "Different values of a tensor, 2 to 256">,
    Option<"convClusters", "conv-clusters", "unsigned", /*default=*/"0",
           "The same of convolutions; 0 = as clusters says">,
    Option<"form", "form", "::mlir::mopt::CompressedForm",
           /*default=*/"::mlir::mopt::CompressedForm::Float",
           "What the model computes in",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::CompressedForm::Float, "float",
                        "float32"),
             clEnumValN(::mlir::mopt::CompressedForm::Int8, "int8",
                        "int8; needs data"))}]>,
    Option<"data", "data", "std::string", /*default=*/"",
           "Samples to repair on: .npy, .npz (arrays named after the inputs, or "
           "x), or a folder of images">,
    Option<"samples", "samples", "int64_t", /*default=*/"0",
           "Number of samples to run; 0 = all">,
    Option<"preprocess", "preprocess", "std::string", /*default=*/"",
           "What to do with uint8 data, e.g. mean:127,std:128; default: the "
           "module's mopt.preprocess">,
    Option<"damping", "damping", "double", /*default=*/"0.0",
           "While pruning, trust in the given weights against the data, as a "
           "part of the mean variance of a layer's inputs; 0 = by the number of "
           "samples for each input, 0.01 at least">,
    Option<"measure", "measure", "::mlir::mopt::BudgetMeasure",
           /*default=*/"::mlir::mopt::BudgetMeasure::Auto",
           "What a ratio costs (mopt-allocate-sparsity)",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::BudgetMeasure::Auto, "auto",
                        "whichever of both leaves the outputs nearer to what "
                        "they were, on samples that are kept back"),
             clEnumValN(::mlir::mopt::BudgetMeasure::Divergence,
                        "divergence", "how far the model's outputs move"),
             clEnumValN(::mlir::mopt::BudgetMeasure::Error, "error",
                        "how far the layer's outputs move"))}]>,
    Option<"heldOut", "held-out", "double", /*default=*/"0.2",
           "Part of the samples, the first ones, that is kept back where "
           "something is chosen by them; 0 = none, 0.5 at most">,
    Option<"smaller", "smaller", "double", /*default=*/"0.0",
           "In place of sparsity: how many times the .tflite is to be larger "
           "than the container; the sparsity is the least for that, and at "
           "most what sparsity says; 0 = not asked">,
    Option<"maxDrop", "max-drop", "double", /*default=*/"-1",
           "The most that may be lost: percentage points of top-1 (of "
           "unlabelled samples, percent of the answers that change), or, with "
           "metric=snr, the dB that every output keeps; negative: no limit">,
    Option<"metric", "metric", "::mlir::mopt::DropMetric",
           /*default=*/"::mlir::mopt::DropMetric::Top1",
           "What max-drop limits and the table shows",
           [{::mlir::mopt::getDropMetricValues()}]>,
    Option<"eval", "eval", "std::string", /*default=*/"",
           "Labelled samples to measure on; without: signal-to-noise ratio on "
           "data, or with max-drop what changes on the samples kept back">,
    Option<"evalSamples", "eval-samples", "int64_t", /*default=*/"0",
           "Number of samples to measure on, from the first; 0 = all">,
    Option<"exclude", "exclude", "std::string", /*default=*/"",
           "Regular expression: tensors or layers whose name matches are "
           "neither pruned nor clustered">,
    Option<"only", "only", "std::string", /*default=*/"",
           "Regular expression: only tensors or layers whose name matches">,
    Option<"report", "report", "std::string", /*default=*/"",
           "JSON file to write, one object a step">,
    Option<"threads", "threads", "unsigned", /*default=*/"0",
           "Threads; 0 = one per core. The result does not depend on them">
  ];
}

#endif // MOPT_TRANSFORMS_COMPRESSION_PASSES_TD
