//===- HostedOp.h - Ops that need more than their operands ------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_REFERENCE_HOSTEDOP_H
#define MOPT_DIALECT_MOPT_REFERENCE_HOSTEDOP_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/OpDefinition.h"
#include "mopt/Dialect/Mopt/Reference/HostTensor.h"

namespace mlir::mopt {

/// What ops that run functions or keep state need of whoever evaluates them.
/// State lives from run to run until the executor is reset.
class EvalHost {
public:
  virtual ~EvalHost() = default;

  /// Runs the function `callee` that `op` names. `inputs` have the shapes and
  /// storage types of its arguments.
  virtual LogicalResult call(Operation *op, FlatSymbolRefAttr callee,
                             ArrayRef<HostTensor> inputs,
                             SmallVectorImpl<HostTensor> &results) = 0;

  /// True when asked for `function` for the first time since the last reset.
  virtual bool isFirstUse(FlatSymbolRefAttr function) = 0;

  /// The handle of the resource `name` of `container`, the same at every call.
  virtual int32_t getResource(StringAttr container, StringAttr name) = 0;

  /// The value of a resource, empty before the first assignment; null if
  /// `handle` is none.
  virtual HostTensor *getResourceValue(int32_t handle) = 0;
};

/// `tensor` as a value of `type`, which has the same storage type. An open
/// dimension of `type` is what `tensor` has there.
HostTensor asType(const HostTensor &tensor, RankedTensorType type);

} // namespace mlir::mopt

#include "mopt/Dialect/Mopt/Reference/HostedOp.h.inc"

namespace mlir::mopt {

/// Makes `fn` the evaluator of `OpT`.
template <typename OpT,
          LogicalResult (*fn)(OpT, EvalHost &, ArrayRef<HostTensor>,
                              SmallVectorImpl<HostTensor> &)>
struct HostedEvaluator
    : HostedOp::ExternalModel<HostedEvaluator<OpT, fn>, OpT> {
  LogicalResult evaluateIn(Operation *op, EvalHost &host,
                           ArrayRef<HostTensor> inputs,
                           SmallVectorImpl<HostTensor> &outputs) const {
    return fn(cast<OpT>(op), host, inputs, outputs);
  }
};

template <typename OpT,
          LogicalResult (*fn)(OpT, EvalHost &, ArrayRef<HostTensor>,
                              SmallVectorImpl<HostTensor> &)>
void attachHostedEvaluator(MLIRContext *context) {
  OpT::template attachInterface<HostedEvaluator<OpT, fn>>(*context);
}

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_REFERENCE_HOSTEDOP_H
