//===- BoxEmitter.cpp - Code for sets of boxes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BoxEmitter.h"

using namespace mlir;
using namespace mlir::mopt;

using Compare = ScalarBuilder::Compare;

Value BoxSet::findHighest(ScalarBuilder &b) const {
  Value none[] = {b.f32(-std::numeric_limits<float>::infinity()),
                  b.index(count)};
  return b.loop(
      b.index(0), b.index(count), none,
      [&](ScalarBuilder &b, Value i, ValueRange best) -> SmallVector<Value> {
        Value value = getValue(b, i);
        Value isFirst =
            b.logicalAnd(b.compare(Compare::EQ, best[1], b.index(count)),
                         b.compare(Compare::EQ, value, value));
        Value wins =
            b.logicalOr(isFirst, b.compare(Compare::GT, value, best[0]));
        return {b.select(wins, value, best[0]), b.select(wins, i, best[1])};
      })[1];
}

static Value emitArea(ScalarBuilder &b, const BoxCorners &box) {
  return b.mul(b.sub(box[2], box[0]), b.sub(box[3], box[1]));
}

Value mopt::emitOverlap(ScalarBuilder &b, const BoxCorners &one,
                        const BoxCorners &other) {
  Value zero = b.f32(0.0f);
  Value area = emitArea(b, one), otherArea = emitArea(b, other);
  Value isEmpty = b.logicalOr(b.compare(Compare::LE, area, zero),
                              b.compare(Compare::LE, otherArea, zero));
  Value height = b.sub(b.min(one[2], other[2]), b.max(one[0], other[0]));
  Value width = b.sub(b.min(one[3], other[3]), b.max(one[1], other[1]));
  Value common = b.mul(b.max(height, zero), b.max(width, zero));
  Value ratio = b.div(common, b.sub(b.add(area, otherArea), common));
  return b.select(isEmpty, zero, ratio);
}
