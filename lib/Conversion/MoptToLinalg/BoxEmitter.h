//===- BoxEmitter.h - Code for sets of boxes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOLINALG_BOXEMITTER_H
#define MOPT_LIB_CONVERSION_MOPTTOLINALG_BOXEMITTER_H

#include "BufferLoops.h"

namespace mlir::mopt {

/// The corners ymin, xmin, ymax, xmax.
using BoxCorners = std::array<Value, 4>;

/// Boxes, and of each a value by which it is chosen.
class BoxSet {
public:
  BoxSet(ScalarBuilder &b, int64_t count)
      : count(count),
        corners(b, RankedTensorType::get({count, 4}, b.getF32Type())),
        values(b, RankedTensorType::get({count}, b.getF32Type())) {}

  int64_t size() const { return count; }

  void setCorners(ScalarBuilder &b, Value box, const BoxCorners &from) const {
    for (auto [i, value] : llvm::enumerate(from))
      corners.store(b, value, {box, b.index(i)});
  }
  BoxCorners getCorners(ScalarBuilder &b, Value box) const {
    BoxCorners result;
    for (auto [i, value] : llvm::enumerate(result))
      value = corners.load(b, {box, b.index(i)});
    return result;
  }

  Value getValue(ScalarBuilder &b, Value box) const {
    return values.load(b, box);
  }
  /// Makes `box` a candidate where `isCandidate`.
  void setValue(ScalarBuilder &b, Value box, Value isCandidate,
                Value value) const {
    Value none = b.f32(std::numeric_limits<float>::quiet_NaN());
    values.store(b, b.select(isCandidate, value, none), box);
  }

  void drop(ScalarBuilder &b, Value box) const {
    values.store(b, b.f32(std::numeric_limits<float>::quiet_NaN()), box);
  }

  /// The candidate of the highest value, the first of equal ones; size() if
  /// there is none.
  Value findHighest(ScalarBuilder &b) const;

private:
  int64_t count;
  ResultBuffer corners;
  /// NaN, of which no candidate has it, for boxes that are none.
  ResultBuffer values;
};

/// The common area of two boxes relative to that of both; 0 where one has no
/// positive area.
Value emitOverlap(ScalarBuilder &b, const BoxCorners &one,
                  const BoxCorners &other);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOLINALG_BOXEMITTER_H
