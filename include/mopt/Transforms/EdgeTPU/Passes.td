//===- Passes.td - Passes for the Edge TPU -----------------*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_EDGETPU_PASSES_TD
#define MOPT_TRANSFORMS_EDGETPU_PASSES_TD

include "mlir/Pass/PassBase.td"

def EdgeTPUPartitionPass : Pass<"edgetpu-partition", "::mlir::ModuleOp"> {
  let summary = "Predict what the Edge TPU's compiler maps on the chip";
  let description = [{
    Does what `mopt-partition="target=edgetpu"` does to the first function, and
    writes a report: which operators run on the chip, which are stranded behind
    the first that does not, which are refused, each with the status that the
    compiler's log gives to it; bytes of parameters that the chip keeps, and
    those that go to it with every inference.

    Before:

    ```mlir
    %0 = mopt.conv_2d %x, %w, %b : (...) -> tensor<1x1x1x8x!quant.uniform<...>>
    %1 = mopt.resize_bilinear %0, %size : (...) -> tensor<1x9x9x8x...>
    ```

    After:

    ```mlir
    %0 = mopt.conv_2d %x, %w, %b {mopt.target = "edgetpu"} : ...
    %1 = mopt.resize_bilinear %0, %size {mopt.target = "cpu",
           mopt.target_reason = "Operation is otherwise supported, but not
           mapped due to some unspecified limitation: it stretches a single
           pixel"} : ...
    ```
  }];
  let options = [
    Option<"report", "report", "std::string", /*default=*/"",
           "File to write: JSON if it ends in .json, else text; none if empty">
  ];
}

def EdgeTPULegalizePass : Pass<"edgetpu-legalize", "::mlir::ModuleOp"> {
  let summary = "Rewrite an integer model into what the Edge TPU accepts";
  let description = [{
    Only operators that the compiler would refuse are touched; docs/EdgeTPU.md
    has the table of rewrites and says which of them round again, by at most one
    unit of the result. Results have the same bytes otherwise.

    With `io=int8` the model takes and gives 8-bit integers where it converted
    from and to float32 at its border: these conversions run on the CPU. A model
    without 8-bit operators is an error: run --quantize-int8 first.

    Before:

    ```mlir
    %1 = mopt.resize_bilinear %0, %size
         : (tensor<1x1x1x8x!quant.uniform<u8:f32, 0.5>>, tensor<2xi32>)
           -> tensor<1x9x9x8x!quant.uniform<u8:f32, 0.5>>
    ```

    After:

    ```mlir
    %m = mopt.const {value = dense<[1, 9, 9, 1]> : tensor<4xi32>}
         : () -> tensor<4xi32>
    %1 = mopt.tile %0, %m
         : (tensor<1x1x1x8x!quant.uniform<u8:f32, 0.5>>, tensor<4xi32>)
           -> tensor<1x9x9x8x!quant.uniform<u8:f32, 0.5>>
    ```
  }];
  let options = [
    Option<"io", "io", "std::string", /*default=*/"\"int8\"",
           "Types of inputs and outputs: int8 drops conversions from and to "
           "float32, keep leaves them">
  ];
}

#endif // MOPT_TRANSFORMS_EDGETPU_PASSES_TD
