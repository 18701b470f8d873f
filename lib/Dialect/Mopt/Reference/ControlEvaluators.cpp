//===- ControlEvaluators.cpp - Control flow and state -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// These ops compute nothing themselves: EvalHost runs the functions and keeps
// the variables.
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ControlOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/HostedOp.h"

using namespace mlir;
using namespace mlir::mopt;

#include "mopt/Dialect/Mopt/Reference/HostedOp.cpp.inc"

using Inputs = ArrayRef<HostTensor>;
using Outputs = SmallVectorImpl<HostTensor>;

HostTensor mopt::asType(const HostTensor &tensor, RankedTensorType type) {
  if (!type.hasStaticShape())
    type = RankedTensorType::get(tensor.getShape(), type.getElementType());
  if (tensor.getType() == type)
    return tensor;
  HostTensor copy = HostTensor::allocate(type, tensor.getBytes().size());
  llvm::copy(tensor.getBytes(), copy.getMutableBytes().begin());
  return copy;
}

/// A bool is nonzero in memory, whatever its other bits.
static bool isTrue(const HostTensor &tensor) {
  return tensor.getBytes().front() != 0;
}

/// Hands the values over as the results of `op`.
static void setOutputs(Operation *op, Inputs values, Outputs &outputs) {
  for (auto [value, type] : llvm::zip_equal(values, op->getResultTypes()))
    outputs.push_back(asType(value, cast<RankedTensorType>(type)));
}

static LogicalResult evaluateCallee(Operation *op, FlatSymbolRefAttr callee,
                                    EvalHost &host, Inputs inputs,
                                    Outputs &outputs) {
  SmallVector<HostTensor> results;
  if (failed(host.call(op, callee, inputs, results)))
    return failure();
  setOutputs(op, results, outputs);
  return success();
}

static LogicalResult evaluateIf(IfOp op, EvalHost &host, Inputs inputs,
                                Outputs &outputs) {
  FlatSymbolRefAttr callee = isTrue(inputs.front())
                                 ? op.getThenSubgraphIndexAttr()
                                 : op.getElseSubgraphIndexAttr();
  return evaluateCallee(op, callee, host, inputs.drop_front(), outputs);
}

static LogicalResult evaluateWhile(WhileOp op, EvalHost &host, Inputs inputs,
                                   Outputs &outputs) {
  SmallVector<HostTensor> carried(inputs);
  while (true) {
    SmallVector<HostTensor> condition, next;
    if (failed(
            host.call(op, op.getCondSubgraphIndexAttr(), carried, condition)))
      return failure();
    if (!isTrue(condition.front())) {
      setOutputs(op, carried, outputs);
      return success();
    }
    if (failed(host.call(op, op.getBodySubgraphIndexAttr(), carried, next)))
      return failure();
    carried = std::move(next);
  }
}

static LogicalResult evaluateCall(mopt::CallOp op, EvalHost &host,
                                  Inputs inputs, Outputs &outputs) {
  return evaluateCallee(op, op.getSubgraphAttr(), host, inputs, outputs);
}

static LogicalResult evaluateCallOnce(CallOnceOp op, EvalHost &host,
                                      Inputs inputs, Outputs &outputs) {
  FlatSymbolRefAttr callee = op.getInitSubgraphIndexAttr();
  if (!host.isFirstUse(callee))
    return success();
  return evaluateCallee(op, callee, host, inputs, outputs);
}

static LogicalResult evaluateVarHandle(VarHandleOp op, EvalHost &host, Inputs,
                                       Outputs &outputs) {
  auto handle = HostTensor::allocate(
      cast<RankedTensorType>(op.getResourceId().getType()), sizeof(int32_t));
  handle.asMutable<int32_t>().front() =
      host.getResource(op.getContainerAttr(), op.getSharedNameAttr());
  outputs.push_back(handle);
  return success();
}

/// The variable that `handle` stands for; null, with an error, for none.
static HostTensor *findVariable(Operation *op, const HostTensor &handle,
                                EvalHost &host) {
  HostTensor *value = nullptr;
  if (handle.getBytes().size() >= sizeof(int32_t))
    value = host.getResourceValue(handle.as<int32_t>().front());
  if (!value)
    op->emitOpError("resource_id is no handle of a variable");
  return value;
}

static LogicalResult evaluateReadVariable(ReadVariableOp op, EvalHost &host,
                                          Inputs inputs, Outputs &outputs) {
  HostTensor *value = findVariable(op, inputs[0], host);
  if (!value)
    return failure();
  if (!*value)
    return op.emitOpError("reads a variable before it is assigned");
  auto type = cast<RankedTensorType>(op.getValue().getType());
  if (getStorageType(type) != getStorageType(value->getType()))
    return op.emitOpError("reads a variable of type ")
           << value->getType() << " as " << type;
  outputs.push_back(asType(*value, type));
  return success();
}

static LogicalResult evaluateAssignVariable(AssignVariableOp op, EvalHost &host,
                                            Inputs inputs, Outputs &) {
  HostTensor *value = findVariable(op, inputs[0], host);
  if (!value)
    return failure();
  // The operand may be the caller's memory or a state tensor that changes.
  *value =
      HostTensor::allocate(inputs[1].getType(), inputs[1].getBytes().size());
  llvm::copy(inputs[1].getBytes(), value->getMutableBytes().begin());
  return success();
}

namespace mlir::mopt::detail {
void attachControlEvaluators(MLIRContext *context) {
  attachHostedEvaluator<IfOp, evaluateIf>(context);
  attachHostedEvaluator<WhileOp, evaluateWhile>(context);
  attachHostedEvaluator<mopt::CallOp, evaluateCall>(context);
  attachHostedEvaluator<CallOnceOp, evaluateCallOnce>(context);
  attachHostedEvaluator<VarHandleOp, evaluateVarHandle>(context);
  attachHostedEvaluator<ReadVariableOp, evaluateReadVariable>(context);
  attachHostedEvaluator<AssignVariableOp, evaluateAssignVariable>(context);
}
} // namespace mlir::mopt::detail
