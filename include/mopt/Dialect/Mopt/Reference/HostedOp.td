//===- HostedOp.td - Ops that need more than their operands -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_REFERENCE_HOSTEDOP_TD
#define MOPT_DIALECT_MOPT_REFERENCE_HOSTEDOP_TD

include "mlir/IR/OpBase.td"

def Mopt_HostedOp : OpInterface<"HostedOp"> {
  let cppNamespace = "::mlir::mopt";
  let description = [{
    What EvaluableOp is, for ops that run functions, keep state, or make results
    of a size that the types do not tell. Attached to the ops by
    registerReferenceEvaluators.
  }];
  let methods = [
    InterfaceMethod<[{
      Appends the results of the op on `inputs` to `outputs`. Fails with a
      diagnostic on the op.
    }], "::llvm::LogicalResult", "evaluateIn",
    (ins "::mlir::mopt::EvalHost &":$host,
         "::llvm::ArrayRef<::mlir::mopt::HostTensor>":$inputs,
         "::llvm::SmallVectorImpl<::mlir::mopt::HostTensor> &":$outputs)>
  ];
}

#endif // MOPT_DIALECT_MOPT_REFERENCE_HOSTEDOP_TD
