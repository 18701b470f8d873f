//===- StridedSlice.h - What a strided_slice takes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_STRIDEDSLICE_H
#define MOPT_DIALECT_MOPT_IR_STRIDEDSLICE_H

#include "mopt/Dialect/Mopt/IR/MovementOps.h"

namespace mlir::mopt {

/// A dimension of the input of a strided_slice, or a new one of its result.
struct SlicedDimension {
  /// -1: a new dimension of size 1.
  int64_t dim = -1;
  /// Where begin, end and strides speak of it; -1: it is taken whole.
  int64_t position = -1;
  /// Begin or end are those of the dimension, whatever the operands say.
  bool fromStart = false, toEnd = false;
  /// The result has one element of it and lacks the dimension.
  bool isShrunk = false;

  bool isNew() const { return dim < 0; }
  bool isWhole() const { return dim >= 0 && position < 0; }
};

/// The meaning of the masks: the dimensions in the order of the result.
SmallVector<SlicedDimension> getSlicedDimensions(StridedSliceOp op);

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_IR_STRIDEDSLICE_H
