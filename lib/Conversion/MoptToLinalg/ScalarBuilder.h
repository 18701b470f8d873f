//===- ScalarBuilder.h - Short names for scalar arithmetic -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The bodies of the lowered ops are scalar formulas. This builder gives their
// steps short names, so that a lowering reads like the formula it implements.

#ifndef MOPT_LIB_CONVERSION_MOPTTOLINALG_SCALARBUILDER_H
#define MOPT_LIB_CONVERSION_MOPTTOLINALG_SCALARBUILDER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::mopt {

class ScalarBuilder : public ImplicitLocOpBuilder {
public:
  ScalarBuilder(Location loc, OpBuilder &builder)
      : ImplicitLocOpBuilder(loc, builder) {}

  Value index(int64_t value);
  Value i32(int64_t value);
  Value i64(int64_t value);
  Value f32(float value);
  /// A constant of any integer or float type.
  Value constant(Type type, double value);

  // Arithmetic on two values of the same type: integer (signed), index or
  // float. No float operation carries a fast-math flag, except addReduce.
  Value add(Value a, Value b);
  Value sub(Value a, Value b);
  Value mul(Value a, Value b);
  /// Division: truncating for integers.
  Value div(Value a, Value b);
  /// The addition of a float reduction: its order is free (the contract gives
  /// a bound by depth), so that the loop can be vectorised.
  Value addReduce(Value a, Value b);

  Value add(Value a, int64_t b) { return add(a, constant(a.getType(), b)); }
  Value sub(Value a, int64_t b) { return sub(a, constant(a.getType(), b)); }
  Value mul(Value a, int64_t b) { return mul(a, constant(a.getType(), b)); }

  Value shiftLeft(Value a, Value bits);
  Value shiftRight(Value a, Value bits);
  Value shiftRight(Value a, int64_t bits) {
    return shiftRight(a, constant(a.getType(), bits));
  }

  enum class Compare { EQ, NE, LT, LE, GT, GE };
  /// Signed or ordered comparison.
  Value compare(Compare predicate, Value a, Value b);
  Value select(Value condition, Value a, Value b);
  Value logicalAnd(Value a, Value b);
  Value logicalOr(Value a, Value b);

  /// std::max(a, b) and std::min(a, b): for floats `a` where they compare
  /// unordered, as the evaluators do.
  Value max(Value a, Value b);
  Value min(Value a, Value b);
  Value clamp(Value value, double low, double high);

  /// Sign or zero extension of a stored integer (or float) to `type`.
  Value widen(Value value, bool isUnsigned, Type type);
  /// Cuts an integer to `type`.
  Value narrow(Value value, Type type);
  Value toFloat(Value value);
  Value toInt32(Value value);
  Value toIndex(Value value);
  Value fromIndex(Value value, Type type);

  /// tensor.extract.
  Value load(Value tensor, ValueRange indices);

  /// An scf.for from `low` to `high` step 1 that carries one value.
  using LoopBody =
      llvm::function_ref<Value(ScalarBuilder &, Value iv, Value carried)>;
  Value loop(Value low, Value high, Value init, LoopBody body);

  /// An scf.for that carries several values.
  using MultiLoopBody = llvm::function_ref<SmallVector<Value>(
      ScalarBuilder &, Value iv, ValueRange carried)>;
  SmallVector<Value> loop(Value low, Value high, ValueRange inits,
                          MultiLoopBody body);

  /// An scf.while: as long as `condition` is true of what is carried, `body`
  /// makes the next values of it.
  SmallVector<Value> loopWhile(
      ValueRange inits,
      llvm::function_ref<Value(ScalarBuilder &, ValueRange carried)> condition,
      llvm::function_ref<SmallVector<Value>(ScalarBuilder &,
                                            ValueRange carried)>
          body);

  /// An scf.if without values.
  void when(Value condition, llvm::function_ref<void(ScalarBuilder &)> body);

  /// An scf.if that gives one value.
  using Branch = llvm::function_ref<Value(ScalarBuilder &)>;
  Value branch(Value condition, Branch then, Branch otherwise);
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOLINALG_SCALARBUILDER_H
