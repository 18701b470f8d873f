//===- TensorForms.h - Weights in other orders -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_COMPRESSED_TENSORFORMS_H
#define MOPT_LIB_TARGET_COMPRESSED_TENSORFORMS_H

#include "TensorCoder.h"

#include <optional>

namespace mlir::mopt {

/// Byte `plane` of every element.
Bytes takePlane(ByteView data, unsigned elementSize, unsigned plane);
/// Its opposite.
void putPlane(llvm::MutableArrayRef<uint8_t> data, unsigned elementSize,
              unsigned plane, ByteView bytes);

/// Elements of floats with their bits rotated to the left by one, or back.
Bytes rotateElements(ByteView data, unsigned elementSize, bool back);

/// Up to 256 different elements in the order of their bits, and the index of
/// each element; none if there are more.
struct Palette {
  Bytes colors, indices;
};
std::optional<Palette> findPalette(ByteView data, unsigned elementSize);

/// Elements that are not zero, and where they are: as a bit an element, and as
/// the zeros before each, where 255 stands for so many zeros and no element.
struct NonZeros {
  Bytes elements, mask, gaps;
};
NonZeros findNonZeros(ByteView data, unsigned elementSize);
uint64_t countZeroElements(ByteView data, unsigned elementSize);

/// A class for every channel of bytes, by how far they spread.
Bytes classifyChannels(ByteView data, const TensorLayout &layout,
                       unsigned classes);

/// Calls `visit(class, offset)` for every run of `inner` bytes of a channel.
template <typename Visit>
void forEachRun(uint64_t size, ByteView classes, uint64_t inner, Visit visit) {
  size_t channel = 0;
  for (uint64_t at = 0; at + inner <= size; at += inner) {
    visit(classes[channel], at);
    channel = channel + 1 == classes.size() ? 0 : channel + 1;
  }
}

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_COMPRESSED_TENSORFORMS_H
