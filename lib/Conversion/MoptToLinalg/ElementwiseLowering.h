//===- ElementwiseLowering.h - What the elementwise lowerings share -------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOLINALG_ELEMENTWISELOWERING_H
#define MOPT_LIB_CONVERSION_MOPTTOLINALG_ELEMENTWISELOWERING_H

#include "Lowering.h"

namespace mlir::mopt {

/// Reads the element of `tensor` (of the original type `type`) that broadcasts
/// to `indices` of the result, as stored.
Value loadBroadcast(ScalarBuilder &b, Value tensor, RankedTensorType type,
                    ValueRange indices);

/// Fails, with a reason, where an operand does not broadcast to the result.
LogicalResult checkBroadcast(Operation *op, PatternRewriter &rewriter);

/// The operands and the result of a binary op.
struct BinaryFacts {
  template <typename OpT>
  explicit BinaryFacts(OpT op)
      : lhs(op.getLhs()), rhs(op.getRhs()), out(op.getOutput()) {}

  /// True if each has one scale.
  bool isPerTensor() const;
  /// Fails, with a reason, where the three do not store one type or do not
  /// broadcast.
  LogicalResult check(Operation *op, PatternRewriter &rewriter) const;

  TensorFacts lhs, rhs, out;
};

/// Replaces a binary op by its result: `combine` gets the elements of both
/// operands that broadcast to one of it, as stored.
template <typename OpT>
void replaceBinary(
    OpT op, typename OpT::Adaptor adaptor, const BinaryFacts &facts,
    PatternRewriter &rewriter, const TypeConverter *converter,
    llvm::function_ref<Value(ScalarBuilder &, Value, Value)> combine) {
  replaceElementwise(
      op, rewriter, converter, [&](ScalarBuilder &b, ValueRange at) {
        Value x = loadBroadcast(b, adaptor.getLhs(), facts.lhs.type, at);
        Value y = loadBroadcast(b, adaptor.getRhs(), facts.rhs.type, at);
        return combine(b, x, y);
      });
}

/// True for a tensor with one scale and zero point.
inline bool isPerTensor(const TensorFacts &facts) {
  return facts.params.isQuantized() && !facts.params.isPerAxis();
}

/// float16 and bfloat16 as float32, other types as they are.
Value widenHalf(ScalarBuilder &b, Value value);

/// A result of `widenHalf` brought back to `type`.
Value narrowToHalf(ScalarBuilder &b, Value value, Type type);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOLINALG_ELEMENTWISELOWERING_H
