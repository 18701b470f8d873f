//===- PlanPlanes.h - Where the pixels of images lie -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOHVX_PLANPLANES_H
#define MOPT_LIB_CONVERSION_MOPTTOHVX_PLANPLANES_H

#include "HVXNode.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::mopt {

/// Chooses the planes of every image that kernels read or write.
///
/// A kernel goes through all pixels of its output as if they were one row, so
/// that what it reads must have rows of the same pitch: images that kernels
/// connect share the largest that one of them needs. An image that is read with
/// a stride has a form of its own with the phases of that step.
class PlanesPlan {
public:
  explicit PlanesPlan(ArrayRef<HVXNode> nodes, MLIRContext *context);

  /// The planes of a value with a step that a node reads or writes.
  kernel::PlanesAttr get(Value value, int64_t step = 1) const;
  /// True if a reader needs what is around the image.
  bool hasBorder(Value value, int64_t step = 1) const;
  /// What is around the image, as uint8: its zero point, or the least value,
  /// where pools have their maximum with it.
  int32_t getBorder(Value value, int64_t step = 1) const;
  /// True if any node reads or writes it so.
  bool has(Value value, int64_t step = 1) const {
    return places.contains({value, step});
  }
  /// True if some node reads phases of `value`.
  bool isSplit(Value value) const { return has(value, 2); }

private:
  struct Form {
    int64_t rows = 0, columns = 0, channels = 0, step = 1;
    /// Pixels that readers need around the image.
    int64_t top = 0, bottom = 0, left = 0, gap = 0;
    /// They must not be more than any pixel.
    bool isLeast = false;
    /// Pixels from the first one on that kernels read or write; with those of
    /// rows and columns at the pitch.
    SmallVector<std::array<int64_t, 2>> reach;
    kernel::PlanesAttr planes;
    int64_t getRows() const { return (rows + step - 1) / step; }
    int64_t getColumns() const { return (columns + step - 1) / step; }
  };

  unsigned getForm(Value value, int64_t step);
  void read(Value input, Value output, int64_t step, ArrayRef<HVXTap> taps,
            int64_t more);
  kernel::PlanesAttr choose(const Form &form, int64_t pitch,
                            MLIRContext *context) const;

  SmallVector<Form> forms;
  llvm::DenseMap<std::pair<Value, int64_t>, unsigned> places;
  llvm::EquivalenceClasses<unsigned> classes;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOHVX_PLANPLANES_H
