//===- EncodingPasses.td - How weights are stored -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_SPARSITY_ENCODINGPASSES_TD
#define MOPT_TRANSFORMS_SPARSITY_ENCODINGPASSES_TD

include "mlir/Pass/PassBase.td"

def EncodeSparseWeightsPass
    : Pass<"mopt-encode-sparse-weights", "::mlir::ModuleOp"> {
  let summary = "Store weights without their zeros, as TFLite does";
  let description = [{
    Replaces constants that layers read as weights by the sparse encoding of the
    TFLite format (`sparsity` of `#mopt.tensor`) where that is smaller by
    `min-saving`: of single elements and several blocks, the smallest one. What is
    left out is zero bytes, so that nothing is lost; a uint8 weight has its zero
    elsewhere and stays. Weights are those of convolutions (depthwise and transposed
    ones too) and fully connected layers, read by the layer or by a `dequantize`
    before it.

    `runtime` says what LiteRT executes: `any` is its default, with the XNNPACK
    delegate, which takes sparse weights through `mopt.densify` (when the model is
    loaded), but not those of 8 bits of fully connected layers whose input is int8 or
    float32, and of convolutions whose input is float32. `kernels` is LiteRT without
    that delegate: its kernels compute with the encoding itself in fully connected
    layers: float32 by single elements or 1x4 blocks, int8 by 1x16 blocks; a model
    made so computes nonsense with the delegate.

    What stays dense says so in a remark.

    Before:

    ```mlir
    %w = mopt.const {value = dense<[[0, 0, 0, 1.0], [0, 0, 0, 0]]> : tensor<2x4xf32>}
    %y = mopt.fully_connected %x, %w, %b
    ```

    After:

    ```mlir
    %s = mopt.const {mopt.tensors = [#mopt.tensor<sparsity = {
      traversal_order = array<i32: 0, 1>, dim_metadata = [
        {format = 0 : i8, dense_size = 2 : i32},
        {format = 1 : i8, array_segments = {values = dense<[0, 1, 1]>},
         array_indices = {values = dense<3>}}]}>],
      value = dense_resource<w> : tensor<2x4xf32>} // 1.0
    %w = mopt.densify %s
    %y = mopt.fully_connected %x, %w, %b
    ```
  }];
  let options = [
    Option<"runtime", "runtime", "::mlir::mopt::SparseRuntime",
           /*default=*/"::mlir::mopt::SparseRuntime::Any",
           "Where the model is to run",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::SparseRuntime::Any, "any",
                        "LiteRT as it is"),
             clEnumValN(::mlir::mopt::SparseRuntime::Kernels, "kernels",
                        "LiteRT without its XNNPACK delegate"))}]>,
    Option<"minSaving", "min-saving", "double", /*default=*/"0.1",
           "Part of a tensor's bytes that the encoding must save, 0 to 1">,
    Option<"exclude", "exclude", "std::string", /*default=*/"",
           "Regular expression: tensors or layers whose name matches are kept">,
    Option<"only", "only", "std::string", /*default=*/"",
           "Regular expression: only tensors or layers whose name matches">
  ];
}

def DecodeSparseWeightsPass
    : Pass<"mopt-decode-sparse-weights", "::mlir::ModuleOp"> {
  let summary = "Store all elements of constants";
  let description = [{
    The inverse of `mopt-encode-sparse-weights`: constants that are stored sparsely,
    of any file, become dense ones, and take the place of the `mopt.densify` ops that
    read them. Passes that change weights need this one before them.
  }];
}

#endif // MOPT_TRANSFORMS_SPARSITY_ENCODINGPASSES_TD
