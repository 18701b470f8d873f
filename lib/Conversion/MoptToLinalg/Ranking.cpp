//===- Ranking.cpp - The highest elements in order -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Ranking.h"

using namespace mlir;
using namespace mlir::mopt;

using Compare = ScalarBuilder::Compare;

/// A number of 64 bits in the order of sorting: floats as integers of the same
/// order, NaN below all of them.
static Value emitSortKey(ScalarBuilder &b, Value value,
                         const TensorFacts &facts) {
  if (!isa<Float32Type>(value.getType()))
    return b.widen(value, facts.isUnsigned || facts.storage.isInteger(1),
                   b.getI64Type());
  // Both zeros are equal: the sum of them is the positive one.
  Value number = b.add(value, b.f32(0.0f));
  Value bits = arith::BitcastOp::create(b, b.getI32Type(), number);
  // Of negative numbers the larger magnitude is the smaller number.
  Value flipped = arith::XOrIOp::create(
      b, bits,
      arith::AndIOp::create(b, b.shiftRight(bits, 31), b.i32(0x7FFFFFFF)));
  Value isNumber = b.compare(Compare::EQ, value, value);
  Value key =
      b.select(isNumber, flipped, b.i32(std::numeric_limits<int32_t>::min()));
  return b.widen(key, /*isUnsigned=*/false, b.getI64Type());
}

void mopt::emitHighest(
    ScalarBuilder &b, Value count, int64_t size, const TensorFacts &facts,
    llvm::function_ref<Value(ScalarBuilder &, Value)> load,
    llvm::function_ref<void(ScalarBuilder &, Value, Value)> body) {
  // Key and index of the element that follows `last` (another pair) in the
  // order of descending keys and ascending indices.
  auto emitNext = [&](ScalarBuilder &b, ValueRange last) {
    // An index of `size` says that nothing was found.
    Value none[] = {b.i64(std::numeric_limits<int64_t>::min()), b.index(size)};
    return b.loop(
        b.index(0), b.index(size), none,
        [&](ScalarBuilder &b, Value i, ValueRange best) -> SmallVector<Value> {
          Value key = emitSortKey(b, load(b, i), facts);
          Value follows =
              b.logicalOr(b.compare(Compare::LT, key, last[0]),
                          b.logicalAnd(b.compare(Compare::EQ, key, last[0]),
                                       b.compare(Compare::GT, i, last[1])));
          Value isBetter =
              b.logicalOr(b.compare(Compare::GT, key, best[0]),
                          b.compare(Compare::EQ, best[1], b.index(size)));
          Value wins = b.logicalAnd(follows, isBetter);
          return {b.select(wins, key, best[0]), b.select(wins, i, best[1])};
        });
  };
  Value first[] = {b.i64(std::numeric_limits<int64_t>::max()), b.index(-1)};
  b.loop(b.index(0), count, first,
         [&](ScalarBuilder &b, Value place, ValueRange last) {
           SmallVector<Value> best = emitNext(b, last);
           body(b, place, best[1]);
           return best;
         });
}
