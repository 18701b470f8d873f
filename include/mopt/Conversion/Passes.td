//===- Passes.td - Conversions between dialects -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_CONVERSION_PASSES_TD
#define MOPT_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertMoptToLinalgPass
    : Pass<"mopt-convert-mopt-to-linalg", "::mlir::ModuleOp"> {
  let summary = "Lower mopt ops to linalg.generic on storage types";
  let description = [{
    Every op becomes one `linalg.generic` over the elements of its result. The
    body computes one element from the captured operands (`tensor.extract`);
    reductions are `scf.for` loops with the accumulator as loop-carried value,
    borders are clamped loop bounds instead of padded copies, and bias,
    requantisation and fused activation are part of the body. Quantised tensors
    become tensors of their storage type, unsigned storage signless.

    ```mlir
    %0 = mopt.relu %x : (tensor<4xf32>) -> tensor<4xf32>
    ```
    becomes
    ```mlir
    %e = tensor.empty() : tensor<4xf32>
    %0 = linalg.generic {...} outs(%e : tensor<4xf32>) {
    ^bb0(%out: f32):
      %i = linalg.index 0 : index
      %v = tensor.extract %x[%i] : tensor<4xf32>
      ...
    ```

    An LSTM, whose states change in place, becomes `scf.for` loops over the
    batch and over time on buffers (`bufferization.to_buffer`) instead.

    All shapes must be static. The conversion is partial: an op without a
    lowering stays, and `reject-remaining` makes that an error that names every
    such op.
  }];
  let options = [
    Option<"requantize", "requantize", "std::string", /*default=*/"\"\"",
           "arithmetic of requantisation, `float` or `fixed`; empty takes the "
           "module's `mopt.requantize`, float without one">,
    Option<"rejectRemaining", "reject-remaining", "bool", /*default=*/"false",
           "fail if an op of the mopt dialect has no lowering">,
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect",
    "::mlir::bufferization::BufferizationDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

#endif // MOPT_CONVERSION_PASSES_TD
