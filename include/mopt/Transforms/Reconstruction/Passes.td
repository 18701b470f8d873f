//===- Passes.td - Passes that repair compressed layers -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_RECONSTRUCTION_PASSES_TD
#define MOPT_TRANSFORMS_RECONSTRUCTION_PASSES_TD

include "mlir/Pass/PassBase.td"

// What every pass that observes layers is told.
defvar ObservedLayerOptions = [
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
  Option<"activations", "activations", "::mlir::mopt::ActivationForm",
         /*default=*/"::mlir::mopt::ActivationForm::Float",
         "What the layers' inputs will be",
         [{::llvm::cl::values(
           clEnumValN(::mlir::mopt::ActivationForm::Float, "float", "float32"),
           clEnumValN(::mlir::mopt::ActivationForm::Int8, "int8",
                      "int8, as mopt-quantize makes them of the ranges in the "
                      "IR"),
           clEnumValN(::mlir::mopt::ActivationForm::Int16, "int16",
                      "int16, in the same way"))}]>,
  Option<"bits", "bits", "unsigned", /*default=*/"8",
         "Bits of a weight: 8, or 4 (activations=float)">,
  Option<"depthwiseBits", "depthwise-bits", "unsigned", /*default=*/"0",
         "Bits of a weight of a depthwise convolution; 0 = as bits says">,
  Option<"granularity", "granularity", "::mlir::mopt::WeightGranularity",
         /*default=*/"::mlir::mopt::WeightGranularity::Channel",
         "How many weight scales there are",
         [{::llvm::cl::values(
           clEnumValN(::mlir::mopt::WeightGranularity::Channel, "channel",
                      "one an output channel"),
           clEnumValN(::mlir::mopt::WeightGranularity::Tensor, "tensor",
                      "one a tensor"))}]>,
  Option<"minElements", "min-elements", "int64_t", /*default=*/"0",
         "Layers that have fewer weights are left alone (activations=float)">,
  Option<"exclude", "exclude", "std::string", /*default=*/"",
         "Regular expression: ops with a tensor whose name matches are left "
         "alone">,
  Option<"only", "only", "std::string", /*default=*/"",
         "Regular expression: ops without a tensor whose name matches are "
         "left alone">,
  Option<"excludeOps", "exclude-ops", "std::string", /*default=*/"",
         "Types of ops that are left alone, as softmax,mul">,
  Option<"onlyOps", "only-ops", "std::string", /*default=*/"",
         "Types of ops that are changed, where others are not">,
  Option<"threads", "threads", "unsigned", /*default=*/"0",
         "Threads; 0 = one per core. The result does not depend on them">
];

def EqualizeLayersPass : Pass<"mopt-equalize-layers", "::mlir::ModuleOp"> {
  let summary = "Give the channels between two layers equal ranges of weights";
  let description = [{
    Where a `conv_2d`, `depthwise_conv_2d` or `fully_connected` op alone reads
    what another computes, a channel between them can be divided by any factor
    s > 0 in the weights and the bias of the first and multiplied with it in the
    weights of the second: the model computes what it did. With
    s = sqrt(r1 / r2), r1 and r2 the largest weight of either op for the channel,
    both have the range sqrt(r1 r2), and channels of small weights are not lost
    where the whole tensor has one scale (M. Nagel et al., 2019). Pairs share
    layers, so this is repeated until it settles. It needs no data; ranges of
    activations that change are dropped, so calibrate afterwards.

    Between the two may stand a fused `RELU`, and `relu`, `pad`,
    `average_pool_2d`, `max_pool_2d`, and `reshape` in front of
    `fully_connected`. A `RELU6` clips at a fixed value: with `relu6=keep` its
    layers stay apart; `relu6=minimum` makes it a `RELU` and a `minimum` with
    6 / s, which is exact and one more op to run. Other ops between, several
    readers, shared weights, and clustered ones (256 or more weights with at most
    256 values and half as many as weights) keep layers apart; `--remarks-filter=quantize`
    tells.

    Before:

    ```mlir
    %0 = mopt.fully_connected %x, %w1, %b1 {fused_activation_function =
           #mopt.activation<RELU>} : (...)   // w1 = [[8.0], [0.5]]
    %1 = mopt.fully_connected %0, %w2, %b2 : (...)  // w2 = [[0.5, 2.0]]
    ```

    After:

    ```mlir
    %0 = mopt.fully_connected %x, %w3, %b3 {fused_activation_function =
           #mopt.activation<RELU>} : (...)   // w3 = [[2.0], [1.0]]
    %1 = mopt.fully_connected %0, %w4, %b2 : (...)  // w4 = [[2.0, 1.0]]
    ```
  }];
  let options = [
    Option<"relu6", "relu6", "::mlir::mopt::ClippedRelu",
           /*default=*/"::mlir::mopt::ClippedRelu::Keep",
           "What becomes of a RELU6 between two layers",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::ClippedRelu::Keep, "keep",
                        "it keeps its layers apart"),
             clEnumValN(::mlir::mopt::ClippedRelu::Minimum, "minimum",
                        "RELU and a minimum with one value a channel"))}]>,
    Option<"exclude", "exclude", "std::string", /*default=*/"",
           "Regular expression: ops with a tensor whose name matches are left "
           "alone">,
    Option<"only", "only", "std::string", /*default=*/"",
           "Regular expression: ops without a tensor whose name matches are "
           "left alone">,
    Option<"excludeOps", "exclude-ops", "std::string", /*default=*/"",
           "Types of ops that are left alone, as softmax,mul">,
    Option<"onlyOps", "only-ops", "std::string", /*default=*/"",
           "Types of ops that are changed, where others are not">
  ];
}

def MigrateScalesPass : Pass<"mopt-migrate-scales", "::mlir::ModuleOp"> {
  let summary = "Move outliers of activations into the weights that read them";
  let description = [{
    A few channels of an activation may be a hundred times as large as the
    others, as behind the normalisations of transformers; with one scale a
    tensor, int8 leaves the others nothing. Where only `fully_connected` and
    `conv_2d` ops read a value x, channel j of it can be divided by any s > 0 in
    what computes it, and multiplied with it in the weights w of all its readers:
    the model computes what it did. With s = max|x|^alpha / max|w|^(1 - alpha),
    maxima over the data and over all readers, alpha says how much of the
    difficulty the weights take: 0 makes the weights' inputs alike, 1 the
    activations' channels (SmoothQuant; G. Xiao et al., 2022). Ranges that
    change are dropped, so calibrate afterwards.

    A value can be divided in the rows of the `fully_connected`, `conv_2d` or
    `depthwise_conv_2d` op that computes it, in a constant factor of a `mul`, in
    all terms of an `add` or `sub`, if these are constants with all channels or
    can be divided themselves, and through `relu`, `pad` and pools. Between a
    value and its readers may stand `reshape`. Fused activations other than
    `RELU` clip at a fixed value; such values, inputs of the function, values
    with other readers, and layers with shared or clustered weights are left
    alone; `--remarks-filter=quantize` tells.

    Before (x of 8 and 0.5 on the data, w = [[0.5, 2.0]], alpha = 0.5):

    ```mlir
    %x = mopt.mul %normalized, %gamma : (...)   // gamma = [4.0, 1.0]
    %y = mopt.fully_connected %x, %w, %b : (...)
    ```

    After, with s = [4.0, 0.5]:

    ```mlir
    %x = mopt.mul %normalized, %gamma2 : (...)  // gamma2 = [1.0, 2.0]
    %y = mopt.fully_connected %x, %w2, %b : (...)  // w2 = [[2.0, 1.0]]
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
    Option<"alpha", "alpha", "double", /*default=*/"0.5",
           "What part of the activations' ranges the weights take, from 0 to "
           "1">,
    Option<"exclude", "exclude", "std::string", /*default=*/"",
           "Regular expression: ops with a tensor whose name matches are left "
           "alone">,
    Option<"only", "only", "std::string", /*default=*/"",
           "Regular expression: ops without a tensor whose name matches are "
           "left alone">,
    Option<"excludeOps", "exclude-ops", "std::string", /*default=*/"",
           "Types of ops that are left alone, as softmax,mul">,
    Option<"onlyOps", "only-ops", "std::string", /*default=*/"",
           "Types of ops that are changed, where others are not">,
    Option<"threads", "threads", "unsigned", /*default=*/"0",
           "Threads; 0 = one per core. The result does not depend on them">
  ];
}

def CorrectBiasesPass : Pass<"mopt-correct-biases", "::mlir::ModuleOp"> {
  let summary = "Undo the drift of means that rounding weights causes";
  let description = [{
    Goes through the `conv_2d`, `depthwise_conv_2d`, `transpose_conv` and
    `fully_connected` ops of
    the entry function in program order and gives each the bias with which the
    mean of each output channel over all samples, computed with weights rounded
    to nearest and on inputs from layers that are rounded and corrected already,
    is that of the float model. Only biases change: `mopt-quantize` or
    `mopt-quantize-weights` with the same `bits` and `granularity` round the
    weights in the same way afterwards.

    What is left alone is what `mopt-optimize-rounding` leaves alone. Biases are
    float32 here; an op without one gets one.

    Before:

    ```mlir
    %b = mopt.const {value = dense<[1.0, 2.0]> : tensor<2xf32>}
    %0 = mopt.fully_connected %x, %w, %b : (...) -> tensor<1x2xf32>
    ```

    After:

    ```mlir
    %b2 = mopt.const {value = dense_resource<b> : tensor<2xf32>} // 1.02 1.97
    %0 = mopt.fully_connected %x, %w, %b2 : (...) -> tensor<1x2xf32>
    ```
  }];
  let options = ObservedLayerOptions;
}

def OptimizeRoundingPass
    : Pass<"mopt-optimize-rounding", "::mlir::ModuleOp"> {
  let summary = "Choose integer weights that reproduce each layer's outputs";
  let description = [{
    Goes through the `conv_2d`, `depthwise_conv_2d`, `transpose_conv` and
    `fully_connected` ops of
    the entry function in program order. Of each it observes, over all samples,
    the inputs x that it gets from the layers before it as they are now, already
    rounded, and the outputs t that the float model has in its place, before the
    fused activation; and makes of its weights integers with a scale, and of its
    bias, what brings the outputs nearest to t in the least squares:

    1. `regression`: the weights to be rounded are
       `W = (Cov(t, x) + d W0) (Cov(x, x) + d I)^-1`, which undo what the
       rounding of the layers before has done; without it they are W0. d is
       `damping` times the mean variance of the inputs.
    2. Codes are rounded one after the other, from the input of largest variance
       on, each after the error of those before it was taken into account
       (GPTQ). Of several scales the one of least error is kept.
    3. Single codes are changed while that lowers the error, then the scale is
       fitted to the codes, `refinements` times.
    4. The bias makes the mean of the outputs that of t.

    `residual`: where the layer's outputs are only added to another tensor, t
    also takes on the error of that one.

    Integers lie in [-127, 127] (8 bits) or [-7, 7] (4). A `mopt.dequantize`
    stands between them and the layer; `mopt-quantize` takes integers and scales
    as they are. Layers of unknown shapes, and those whose weights are shared,
    are left alone with a remark.

    Memory does not grow with the number of samples, and the result does not
    depend on the number of threads.

    Before:

    ```mlir
    %0 = mopt.fully_connected %x, %w, %b
         : (tensor<1x64xf32>, tensor<32x64xf32>, tensor<32xf32>) -> tensor<1x32xf32>
    ```

    After (`bits=4`):

    ```mlir
    %w2 = mopt.dequantize %q : (tensor<32x64x!quant.uniform<i4:f32:0, {...}>>)
         -> tensor<32x64xf32>
    %0 = mopt.fully_connected %x, %w2, %b2
         : (tensor<1x64xf32>, tensor<32x64xf32>, tensor<32xf32>) -> tensor<1x32xf32>
    ```
  }];
  let options = ObservedLayerOptions # [
    Option<"damping", "damping", "double", /*default=*/"0.0",
           "Trust in the given weights against the data; 0 = by the number of "
           "rows that were observed for each input">,
    Option<"regression", "regression", "bool", /*default=*/"true",
           "Start from the weights that reproduce the outputs best">,
    Option<"residual", "residual", "bool", /*default=*/"true",
           "Let a layer correct the error of what its outputs are added to">,
    Option<"refinements", "refinements", "unsigned", /*default=*/"3",
           "How often single codes and scales are improved">
  ];
}

#endif // MOPT_TRANSFORMS_RECONSTRUCTION_PASSES_TD
