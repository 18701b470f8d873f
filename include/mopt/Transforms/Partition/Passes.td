//===- Passes.td - Passes that assign ops to targets -------*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_PARTITION_PASSES_TD
#define MOPT_TRANSFORMS_PARTITION_PASSES_TD

include "mlir/Pass/PassBase.td"

def PartitionPass : Pass<"mopt-partition", "::mlir::func::FuncOp"> {
  let summary = "Say of each op which target runs it, and why the others do not";
  let description = [{
    Marks every operator with `mopt.target`: the name of the target, or `cpu`.
    What the CPU gets carries `mopt.target_reason`, in the words of the target's
    own compiler, and each refused op is a remark. What a target runs, but not in
    the best way that it has, carries `mopt.target_note` and is a remark, too. A
    target that runs one region
    only gets the first run of ops that it accepts; what it accepts behind that
    is stranded on the CPU.

    Before:

    ```mlir
    %0 = mopt.relu6 %x : (...) -> tensor<1x8x!quant.uniform<u8:f32, 0.5>>
    %1 = mopt.arg_max %0, %axis : (...) -> tensor<1xi64>
    ```

    After `target=edgetpu`:

    ```mlir
    %0 = mopt.relu6 %x {mopt.target = "edgetpu"} : (...) -> ...
    %1 = mopt.arg_max %0, %axis {mopt.target = "cpu", mopt.target_reason =
           "Operation not supported"} : (...) -> tensor<1xi64>
    ```
  }];
  let options = [
    Option<"target", "target", "std::string", /*default=*/"",
           "Name of the target">
  ];
}

def VerifyPartitionPass
    : Pass<"mopt-verify-partition", "::mlir::func::FuncOp"> {
  let summary = "Check that every op names its target and every refusal a reason";
  let description = [{
    Fails with one error that lists all operators without `mopt.target`, of a
    target that is not known, or that the CPU runs for no reason; and, for a
    target with a single region, those outside of it. Run mopt-partition first.
    Changes nothing.
  }];
}

def OutlinePartitionPass
    : Pass<"mopt-outline-partition", "::mlir::ModuleOp"> {
  let summary = "Make a function of every region that a target runs";
  let description = [{
    Neighbouring operators of one target other than `cpu` become a private
    function, which carries `mopt.target`, and a `mopt.call` of it; constants that
    they read go with them, and a state that nobody else reads. What the CPU runs
    stays where it is. Run mopt-partition first.

    Before:

    ```mlir
    func.func @main(%x: tensor<1x8xf32>) -> tensor<1x8x!q> {
      %0 = mopt.quantize %x {mopt.target = "cpu", ...} : ...
      %1 = mopt.relu %0 {mopt.target = "edgetpu"} : ...
      return %1 : tensor<1x8x!q>
    }
    ```

    After:

    ```mlir
    func.func @main(%x: tensor<1x8xf32>) -> tensor<1x8x!q> {
      %0 = mopt.quantize %x {mopt.target = "cpu", ...} : ...
      %1 = mopt.call %0 {subgraph = @main_edgetpu_0, mopt.target = "edgetpu"} : ...
      return %1 : tensor<1x8x!q>
    }
    func.func private @main_edgetpu_0(%0: tensor<1x8x!q>) -> tensor<1x8x!q>
        attributes {mopt.target = "edgetpu"} {
      %1 = mopt.relu %0 : ...
      return %1 : tensor<1x8x!q>
    }
    ```
  }];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

#endif // MOPT_TRANSFORMS_PARTITION_PASSES_TD
