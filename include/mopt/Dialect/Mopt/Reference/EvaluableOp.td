//===- EvaluableOp.td - The interface of ops that can be executed -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_REFERENCE_EVALUABLEOP_TD
#define MOPT_DIALECT_MOPT_REFERENCE_EVALUABLEOP_TD

include "mlir/IR/OpBase.td"

def Mopt_EvaluableOp : OpInterface<"EvaluableOp"> {
  let cppNamespace = "::mlir::mopt";
  let description = [{
    The executable meaning of an op: the oracle of every test, and what constant
    folding runs. Attached to the ops by registerReferenceEvaluators, so that
    the dialect itself does not depend on arithmetic.
  }];
  let methods = [
    InterfaceMethod<[{
      Computes the outputs of `context` from its inputs. Fails with a diagnostic
      on the op where the element types have no defined meaning.
    }], "::llvm::LogicalResult", "evaluate",
    (ins "::mlir::mopt::EvalContext &":$context)>
  ];
}

#endif // MOPT_DIALECT_MOPT_REFERENCE_EVALUABLEOP_TD
