//===- Passes.td - Passes that simplify the graph -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_GRAPH_PASSES_TD
#define MOPT_TRANSFORMS_GRAPH_PASSES_TD

include "mlir/Pass/PassBase.td"

def FoldBatchNormPass : Pass<"mopt-fold-batch-norm", "::mlir::func::FuncOp"> {
  let summary = "Fold multiplications and additions of constants into weights";
  let description = [{
    A float32 convolution or matrix product followed by `mul`, `add` or `sub`
    with a constant that has one value, or one an output channel, becomes one op
    with other weights and another bias. That is how an inference-time batch
    normalisation looks in a model that was not folded; quantised, its
    multiplication would cost the channels their scales of their own.

    The op that is folded into must have no fused activation and no other
    reader; it takes over the fused activation and the name of the op that goes.
    Products and sums are formed in double and rounded to float32 once.

    Before:

    ```mlir
    %0 = mopt.conv_2d %x, %w, %b : (...) -> tensor<1x8x8x16xf32>
    %1 = mopt.mul %0, %scale : (tensor<1x8x8x16xf32>, tensor<16xf32>) -> ...
    %2 = mopt.add %1, %shift {fused_activation_function =
           #mopt.activation<RELU6>} : (..., tensor<16xf32>) -> ...
    ```

    After:

    ```mlir
    %2 = mopt.conv_2d %x, %w2, %b2 {fused_activation_function =
           #mopt.activation<RELU6>} : (...) -> tensor<1x8x8x16xf32>
    ```
  }];
}

def FoldConstantsPass : Pass<"mopt-fold-constants", "::mlir::func::FuncOp"> {
  let summary = "Compute ops whose operands are all constants";
  let description = [{
    The evaluator of the op (docs/Numerics.md) computes what becomes a constant
    with the name of the op's result; constants that nothing reads any more go.
    Weights that are stored in fewer bits, or sparsely, become what a float op
    reads; that is what compiling a model wants, and storing it does not.

    Ops with side effects, without operands, with results of unknown size, or
    that their evaluator refuses stay as they are.

    Before:

    ```mlir
    %w = mopt.const {value = dense<[2, -4]> : tensor<2xi8>}
         : () -> tensor<2x!quant.uniform<i8:f32, 0.5>>
    %0 = mopt.dequantize %w : (...) -> tensor<2xf32>
    ```

    After:

    ```mlir
    %0 = mopt.const {value = dense_resource<w> : tensor<2xf32>} // 1 -2
    ```
  }];
}

#endif // MOPT_TRANSFORMS_GRAPH_PASSES_TD
