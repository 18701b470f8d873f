//===- ElementwiseUtils.h - What the elementwise evaluators share ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_DIALECT_MOPT_REFERENCE_ELEMENTWISEUTILS_H
#define MOPT_LIB_DIALECT_MOPT_REFERENCE_ELEMENTWISEUTILS_H

#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

namespace mlir::mopt {

/// The result must have the operand's storage type and element count.
LogicalResult checkUnary(Operation *op, const EvalContext &context);

/// Every operand must broadcast to the result's shape.
LogicalResult checkBroadcast(Operation *op, const EvalContext &context);

/// The same, and every operand must store what the result does.
LogicalResult checkSameTypes(Operation *op, const EvalContext &context);

/// True if operand and result have one scale and zero point each.
inline bool arePerTensor(const QuantParams &in, const QuantParams &out) {
  return in.isQuantized() && out.isQuantized() && !in.isPerAxis() &&
         !out.isPerAxis();
}

/// Writes `function(x)` for every element x.
template <typename In, typename Out, typename Function>
void mapElements(EvalContext &context, Function function) {
  llvm::transform(context.input(0).as<In>(),
                  context.output().asMutable<Out>().begin(), function);
}

/// output[...] = fn(lhs[...], rhs[...]), broadcast as in NumPy, any rank.
template <typename In, typename Out, typename Second = In, typename Fn>
void applyBroadcast(EvalContext &context, Fn &&fn) {
  const HostTensor &output = context.output();
  ArrayRef<In> lhs = context.input(0).as<In>();
  ArrayRef<Second> rhs = context.input(1).as<Second>();
  auto walk = [&](unsigned i) {
    return StridedIndex(
        output.getShape(),
        getBroadcastStrides(context.input(i).getShape(), output.getShape()));
  };
  StridedIndex left = walk(0), right = walk(1);
  for (Out &value : output.asMutable<Out>()) {
    value = fn(lhs[left.getOffset()], rhs[right.getOffset()]);
    left.next();
    right.next();
  }
}

/// A half precision number (float16 or bfloat16, by `semantics`) as float32.
float widenHalf(uint16_t bits, const llvm::fltSemantics &semantics);

/// `value` rounded to half precision, ties to even.
uint16_t narrowToHalf(float value, const llvm::fltSemantics &semantics);

/// True for float16 and bfloat16.
inline bool isHalf(Type storage) { return storage.isF16() || storage.isBF16(); }

} // namespace mlir::mopt

#endif // MOPT_LIB_DIALECT_MOPT_REFERENCE_ELEMENTWISEUTILS_H
