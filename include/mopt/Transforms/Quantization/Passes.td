//===- Passes.td - Quantization passes -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_QUANTIZATION_PASSES_TD
#define MOPT_TRANSFORMS_QUANTIZATION_PASSES_TD

include "mlir/Pass/PassBase.td"

def ImportQATPass : Pass<"mopt-import-qat", "::mlir::func::FuncOp"> {
  let summary = "Take over the parameters of quantization-aware training";
  let description = [{
    Training that knows of quantization leaves `mopt.fake_quant`, or pairs of
    `mopt.quantize` and `mopt.dequantize`, where a tensor is to be quantised.
    They go, and `mopt-quantize` then uses the scales and zero points that they
    stand for, so that no data is needed.

    - Of an activation, scale and zero point are recorded as `quantization` of
      its `#mopt.tensor`, in terms of int8, with the range that they mean as `min`
      and `max`. They are formed as the converters of the format do it: in
      double, the range nudged so that zero is exact. Fewer bits than 8 keep
      their steps and are stored in 8; of more than 8, only the range is used.
    - A weight becomes the float32 values that training rounded it to, with
      its scales recorded likewise, one or one a channel: quantised again, they
      are the same integers. That takes steps of at most 127 on each side of
      zero; of others (asymmetric weights of 8 bits) the scale is chosen anew.
      Weights that are stored as integers behind a `mopt.dequantize` are folded
      as well.
    - `mopt-fold-batch-norm` scales the weights' scales along with them.

    Remarks name the ops where the rules of the integer kernels win over what
    training saw (results that share the input's parameters or have fixed ones,
    by more than 1 %), and what is not imported. `mopt-calibrate` does not
    change what was imported. A model without such ops stays as it is.

    Before:

    ```mlir
    %0 = mopt.fake_quant %x {min = 0.0 : f32, max = 6.0 : f32, num_bits = 8 : i32}
         : (tensor<1x4xf32>) -> tensor<1x4xf32>
    %q = mopt.quantize %w : (tensor<2x4xf32>)
         -> tensor<2x4x!quant.uniform<i8:f32:0, {0.01, 0.02}>>
    %1 = mopt.dequantize %q : (...) -> tensor<2x4xf32>
    %2 = mopt.fully_connected %0, %1, %b : (...) -> tensor<1x2xf32>
    ```

    After:

    ```mlir
    // %x: #mopt.tensor<min = [0.0], max = [6.0], quantization =
    //       {scale = array<f32: 0.0235294122>, zero_point = array<i64: -128>}>
    %w1 = mopt.const {value = dense_resource<...>, mopt.tensors = [#mopt.tensor<
            quantization = {scale = array<f32: 0.01, 0.02>,
                            zero_point = array<i64: 0, 0>}>]} : ...
    %2 = mopt.fully_connected %x, %w1, %b : (...) -> tensor<1x2xf32>
    ```
  }];
}

def QuantizePass : Pass<"mopt-quantize", "::mlir::ModuleOp"> {
  let summary = "Make float32 ops compute in integers (static quantization)";
  let description = [{
    Replaces every float32 op that has an integer form by that form, with
    parameters chosen from the ranges in the IR (`min` and `max` of
    `#mopt.tensor`, one element each), which `mopt-calibrate` puts there.
    Which operand is what, which parameters are tied together and which are
    fixed is read from the op's QuantizableOp interface.

    - Parameters that `mopt-import-qat` recorded are used as they are.
    - Activations: int8, asymmetric, one scale a tensor. Weights: int8 in
      [-127, 127], zero point 0, one scale a channel (or a tensor). Biases:
      int32 with scale `s_input * s_weight`; where that cannot hold a bias the
      channel's weight scale is raised. Constant operands of elementwise ops
      are quantised as activations. A bias that the integer kernels require is
      created.
    - Ops whose operands and result share one scale take the input's, or, where
      operands are joined, the result's; a producer that cannot adopt it gets a
      `mopt.quantize` that converts.
    - `activations=int16` ("int16x8"): activations of 16 bits in
      [-32767, 32767] with zero point 0, weights as above, biases of 64 bits
      with scale `s_input * s_weight`. Additions are told that scales are no
      powers of two (`pot_scale_int16`).
    - What has no integer form stays float between `mopt.dequantize` and
      `mopt.quantize`, and a remark tells why. Ops that only move data stay
      float where neither neighbour is an integer op.
    - `io=float` keeps the model's signature; `int8`, `uint8` and `int16` change the
      types of the entry function (the first one of the module).

    Weights that are stored as int8 behind a `mopt.dequantize` stay the integers
    that they are, with their scales (unless the bias asks for a larger one).

    Weight constants are read and written once; the originals are not changed.

    Before:

    ```mlir
    %0 = mopt.fully_connected %x, %w, %b {mopt.tensors = [#mopt.tensor<
           name = "y", min = [-1.0], max = [1.0]>]}
         : (tensor<1x4xf32>, tensor<2x4xf32>, tensor<2xf32>) -> tensor<1x2xf32>
    ```

    After:

    ```mlir
    %q = mopt.quantize %x : (tensor<1x4xf32>)
         -> tensor<1x4x!quant.uniform<i8:f32, 0.007843:-1>>
    %0 = mopt.fully_connected %q, %wq, %bq
         : (tensor<1x4x!quant.uniform<i8:f32, 0.007843:-1>>,
            tensor<2x4x!quant.uniform<i8:f32:0, {0.01, 0.02}>>,
            tensor<2x!quant.uniform<i32:f32:0, {7.8e-05, 1.6e-04}>>)
         -> tensor<1x2x!quant.uniform<i8:f32, 0.007843:-1>>
    %1 = mopt.dequantize %0 : (...) -> tensor<1x2xf32>
    ```
  }];
  let options = [
    Option<"activations", "activations", "::mlir::mopt::ActivationType",
           /*default=*/"::mlir::mopt::ActivationType::Int8",
           "Storage of activations",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::ActivationType::Int8, "int8",
                        "8 bits, asymmetric"),
             clEnumValN(::mlir::mopt::ActivationType::Int16, "int16",
                        "16 bits, symmetric"))}]>,
    Option<"io", "io", "::mlir::mopt::QuantizedIO",
           /*default=*/"::mlir::mopt::QuantizedIO::Float",
           "Element type of the model's inputs and outputs",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::QuantizedIO::Float, "float",
                        "float32: converted at the entry and the exit"),
             clEnumValN(::mlir::mopt::QuantizedIO::Int8, "int8", "int8"),
             clEnumValN(::mlir::mopt::QuantizedIO::UInt8, "uint8",
                        "uint8: int8 with the zero point moved by 128"),
             clEnumValN(::mlir::mopt::QuantizedIO::Int16, "int16", "int16"))}]>,
    Option<"granularity", "granularity", "::mlir::mopt::WeightGranularity",
           /*default=*/"::mlir::mopt::WeightGranularity::Channel",
           "How many weight scales there are",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::WeightGranularity::Channel, "channel",
                        "one an output channel"),
             clEnumValN(::mlir::mopt::WeightGranularity::Tensor, "tensor",
                        "one a tensor"))}]>,
    Option<"requantize", "requantize", "std::string", /*default=*/"",
           "Arithmetic of requantisation to record in the module's "
           "mopt.requantize: float or fixed; empty = leave it">,
    Option<"exclude", "exclude", "std::string", /*default=*/"",
           "Regular expression: ops with a tensor whose name matches stay "
           "float">,
    Option<"only", "only", "std::string", /*default=*/"",
           "Regular expression: ops without a tensor whose name matches stay "
           "float">,
    Option<"excludeOps", "exclude-ops", "std::string", /*default=*/"",
           "Types of ops that are left alone, as softmax,mul">,
    Option<"onlyOps", "only-ops", "std::string", /*default=*/"",
           "Types of ops that are changed, where others are not">,
    Option<"strict", "strict", "bool", /*default=*/"false",
           "An op that stays float is an error">
  ];
}

def QuantizeWeightsPass : Pass<"mopt-quantize-weights", "::mlir::ModuleOp"> {
  let summary = "Store weights in fewer bits; activations stay float32";
  let description = [{
    Float32 weights become symmetric integers with zero point 0: of 8 bits in
    [-127, 127], of 4 in [-7, 7], of 2 in [-2, 1], one scale an output channel
    where the op's kernels know that, else one a tensor. Scales are magnitudes by
    the largest integer; of 2 bits, those of the least squared error. Biases stay
    float32.

    `form=hybrid` (dynamic range): an op with a hybrid kernel reads the integers
    themselves, quantises its activations at run time, and multiplies integers;
    where the format lets it choose (`asymmetric_quantize_inputs`) it does so
    with a zero point. All weights of an op change together. Weights of other
    ops are stored as below. `form=stored` (weight only): a `mopt.dequantize`
    stands between the integers and their readers, which compute in float32.

    `block=N` gives each N weights that follow one another in a channel a scale
    of float16 (float32 where that is too coarse), with operators that every
    runtime has: the format's own block-wise tensors are read by one backend of
    LiteRT alone. Weights whose channels do not consist of such blocks get scales
    by channel, with a remark.

    Weights of fewer than `min-elements` elements together, those that are
    computed at run time, are not stored densely, or hold NaN or infinity stay,
    with a remark. Weights that several ops share stay shared.

    Before:

    ```mlir
    %0 = mopt.fully_connected %x, %w, %b
         : (tensor<1x64xf32>, tensor<32x64xf32>, tensor<32xf32>) -> tensor<1x32xf32>
    ```

    After (`form=hybrid`):

    ```mlir
    %0 = mopt.fully_connected %x, %q, %b {asymmetric_quantize_inputs = true}
         : (tensor<1x64xf32>, tensor<32x64x!quant.uniform<i8:f32:0, {...}>>,
            tensor<32xf32>) -> tensor<1x32xf32>
    ```

    After (`form=stored`):

    ```mlir
    %w = mopt.dequantize %q : (tensor<32x64x!quant.uniform<i8:f32:0, {...}>>)
         -> tensor<32x64xf32>
    %0 = mopt.fully_connected %x, %w, %b : (...) -> tensor<1x32xf32>
    ```

    After (`form=stored bits=4 block=32`):

    ```mlir
    %steps = mopt.dequantize %q : (tensor<32x2x32x!quant.uniform<i4:f32, 1.0>>)
             -> tensor<32x2x32xf32>
    %scales = mopt.dequantize %s : (tensor<32x2x1xf16>) -> tensor<32x2x1xf32>
    %blocks = mopt.mul %steps, %scales : (...) -> tensor<32x2x32xf32>
    %w = mopt.reshape %blocks, %shape : (...) -> tensor<32x64xf32>
    %0 = mopt.fully_connected %x, %w, %b : (...) -> tensor<1x32xf32>
    ```
  }];
  let options = [
    Option<"form", "form", "::mlir::mopt::WeightForm",
           /*default=*/"::mlir::mopt::WeightForm::Stored",
           "Who reads the integers",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::WeightForm::Hybrid, "hybrid",
                        "kernels that quantise their activations at run time"),
             clEnumValN(::mlir::mopt::WeightForm::Stored, "stored",
                        "a dequantize op"))}]>,
    Option<"bits", "bits", "unsigned", /*default=*/"8",
           "Bits of a weight: 8, or 4 or 2 (form=stored)">,
    Option<"depthwiseBits", "depthwise-bits", "unsigned", /*default=*/"0",
           "Bits of a weight of a depthwise convolution; 0 = as bits says">,
    Option<"block", "block", "unsigned", /*default=*/"0",
           "Weights that have a scale together: 32, 64, 128 or 256 that follow "
           "one another in a channel; 0 = granularity says it (form=stored)">,
    Option<"granularity", "granularity", "::mlir::mopt::WeightGranularity",
           /*default=*/"::mlir::mopt::WeightGranularity::Channel",
           "How many weight scales there are",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::WeightGranularity::Channel, "channel",
                        "one an output channel"),
             clEnumValN(::mlir::mopt::WeightGranularity::Tensor, "tensor",
                        "one a tensor"))}]>,
    Option<"minElements", "min-elements", "int64_t", /*default=*/"1024",
           "Weights of ops that have fewer stay float32">,
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

def ConvertWeightsToFloat16Pass
    : Pass<"mopt-convert-weights-to-float16", "::mlir::ModuleOp"> {
  let summary = "Store weights and biases as float16; ops stay float32";
  let description = [{
    A `mopt.dequantize` gives back float32, rounded to nearest even; runtimes
    that compute in float16 read the constants themselves. Constants that hold
    a value beyond 65504, or NaN or infinity, stay with a remark, as do those of
    fewer than `min-elements` elements, whose dequantize op would be larger than
    what they save.

    Before:

    ```mlir
    %0 = mopt.fully_connected %x, %w, %b : (..., tensor<32x64xf32>, ...) -> ...
    ```

    After:

    ```mlir
    %h = mopt.const {value = dense_resource<w> : tensor<32x64xf16>}
    %w = mopt.dequantize %h : (tensor<32x64xf16>) -> tensor<32x64xf32>
    %0 = mopt.fully_connected %x, %w, %b : (..., tensor<32x64xf32>, ...) -> ...
    ```
  }];
  let options = [
    Option<"minElements", "min-elements", "int64_t", /*default=*/"128",
           "Smaller constants stay float32">,
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

def ApplyRecipePass : Pass<"mopt-apply-recipe", "::mlir::ModuleOp"> {
  let summary = "Write what a recipe says about layers onto them";
  let description = [{
    A recipe is a file in YAML or JSON: a list of entries, of which the first that
    matches an op decides about it. An entry has

    - `match`: a regular expression for the names of the op's results and
      constants, and `ops`: a list of op types; an op must meet what is there,
      and an entry with neither is for all ops;
    - `scheme`: what becomes of the op, one of `schemes`; `float` leaves it
      alone;
    - `granularity`: `channel` or `tensor`, and `bits`, one of `bits`: the form
      of its weights;
    - `sparsity`, 0 to 1, and `pattern`: how its weights are pruned.

    One file may be read for quantization and for pruning: `aspect` says what for,
    and entries that say nothing of it do not take part. What is not said is left to the options of the pass that quantizes. That
    pass reads the attributes `mopt.keep` (why the op is left alone) and
    `mopt.recipe`, and removes them.

    The file must be without fault: unknown keys, ops, schemes and values, what
    is no regular expression, and an entry that decides about no op are errors, which
    name the line.

    ```yaml
    - match: ^logits
      scheme: float
    - ops: [conv_2d, depthwise_conv_2d]
      match: block_1/
      granularity: tensor
    - {"ops": ["softmax"], "scheme": "float"}  # as JSON would have it
    ```

    Before:

    ```mlir
    %0 = mopt.softmax %x {beta = 1.0 : f32} : (tensor<1x4xf32>) -> tensor<1x4xf32>
    ```

    After:

    ```mlir
    %0 = mopt.softmax %x {beta = 1.0 : f32, mopt.keep = "kept by entry 3 of the recipe"}
         : (tensor<1x4xf32>) -> tensor<1x4xf32>
    ```
  }];
  let options = [
    Option<"file", "file", "std::string", /*default=*/"", "The recipe">,
    ListOption<"schemes", "schemes", "std::string",
               "Schemes that the passes to come know (default: float)">,
    ListOption<"bits", "bits", "unsigned",
               "Bits of a weight that the passes to come know (default: 8)">,
    Option<"aspect", "aspect", "::mlir::mopt::RecipeAspect",
           /*default=*/"::mlir::mopt::RecipeAspect::Quantization",
           "What the recipe is read for",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::RecipeAspect::Quantization,
                        "quantization", "scheme, granularity, bits"),
             clEnumValN(::mlir::mopt::RecipeAspect::Sparsity, "sparsity",
                        "sparsity, pattern"))}]>
  ];
}

def VerifyQuantizedPass : Pass<"mopt-verify-quantized", "::mlir::ModuleOp"> {
  let summary = "Check the rules of quantised models";
  let description = [{
    Changes nothing. Fails with one error and a note an offender where a
    quantised op breaks a rule of the TFLite quantization specification:

     1. weights: zero point 0 and no value -128 (int8);
     2. per-axis scales: one a channel, along the op's channel axis;
     3. biases: scale `s_input * s_weight` (relative error 1e-6; uint8 ops:
        2 % of the output scale), zero point 0, int32 (int64 or int32 with
        int16 activations);
     4. ops with one shared scale: equal parameters on operands and result;
     5. results with fixed parameters have them;
     6. int16 activations: zero point 0;
     7. scales: positive, finite and not denormal;
     8. no float32 activation on an op with quantised activations;
     9. the operator version allows the types;
    10. the op has an integer form;
    11. ops that need a bias have one;
    12. activations: one scale a tensor.

    Beyond these, what kernels compute wrongly without complaint: zero points of
    ops that take the stored 0 for the real one (scatter_nd, where), scales of
    compared tensors from 1 on, a hard_swish that narrows its scale more than 128
    times, a division by what is not constant.

    Run `mopt-quantize` first. A model without quantised tensors passes.
  }];
}

#endif // MOPT_TRANSFORMS_QUANTIZATION_PASSES_TD
