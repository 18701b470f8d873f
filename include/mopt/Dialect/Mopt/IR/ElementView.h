//===- ElementView.h - Elements picked at regular steps -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Most ops that only move data say the same thing: element i of the result is
// the element of the operand at an offset that is linear in i. Such an op says
// it once, as an ElementView; its verifier, evaluator and lowering read it.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_ELEMENTVIEW_H
#define MOPT_DIALECT_MOPT_IR_ELEMENTVIEW_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace mlir::mopt {

/// The elements of a dense row-major tensor at `offset + sum(i[d] *
/// strides[d])` for all indices i of `shape`, in row-major order of i. Offset
/// and strides count elements; strides may be zero or negative.
struct ElementView {
  int64_t offset = 0;
  SmallVector<int64_t, 6> shape, strides;
  /// What a result made of these elements looks like: as many elements as
  /// `shape`, whose dimensions may be parts of those of the result.
  SmallVector<int64_t, 6> resultShape;

  /// All elements of a tensor of `shape`, in order.
  static ElementView getWhole(ArrayRef<int64_t> shape);

  /// Appends a dimension.
  void add(int64_t size, int64_t stride) {
    shape.push_back(size);
    strides.push_back(stride);
  }

  int64_t getNumElements() const;

  /// True if every element lies in a tensor of `count` elements.
  bool isInside(int64_t count) const;

  /// The same elements in the same order with as few dimensions as possible:
  /// no dimension of size 1, neighbours merged where one continues the other.
  ElementView getSimplified() const;
};

/// The values of an integer operand by its index; std::nullopt where they are
/// only known at run time.
using KnownIntegers =
    llvm::function_ref<std::optional<SmallVector<int64_t>>(unsigned operand)>;

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_IR_ELEMENTVIEW_H
