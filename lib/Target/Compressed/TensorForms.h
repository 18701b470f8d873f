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

/// Calls `visit` with a zero of the unsigned integer of `size` bytes.
template <typename Visit>
auto visitElementType(unsigned size, Visit visit) {
  switch (size) {
  case 1:
    return visit(uint8_t(0));
  case 2:
    return visit(uint16_t(0));
  case 4:
    return visit(uint32_t(0));
  default:
    return visit(uint64_t(0));
  }
}

/// The bytes of elements by their place in them, from the lowest on. `rotated`:
/// of elements whose bits are rotated to the left by one.
std::vector<Bytes> takePlanes(ByteView data, unsigned elementSize,
                              bool rotated);
/// Its opposite.
void joinPlanes(MutableBytes data, llvm::ArrayRef<ByteView> planes,
                bool rotated);
/// How often bytes occur in each plane.
std::vector<Histogram> countPlanes(ByteView data, unsigned elementSize,
                                   bool rotated);

/// Up to 256 different elements in the order of their bits, and the index of
/// each element; none if there are more.
struct Palette {
  Bytes colors, indices;
};
std::optional<Palette> findPalette(ByteView data, unsigned elementSize);

/// The different elements of each channel, zero first, then in the order of
/// their bits, and the index of each element.
struct ChannelPalettes {
  /// One a channel, less 1.
  Bytes sizes;
  /// Of all channels, one after the other.
  Bytes colors;
  Bytes indices;
};
/// None if some channel has more than 256 colors or hardly fewer than elements.
std::optional<ChannelPalettes> findChannelPalettes(ByteView data,
                                                   const TensorLayout &layout);
/// Fills `data` from `indices`; false where an index is beyond its palette.
/// `sizes` are for `colors` and for whole runs of `inner` elements.
bool applyChannelPalettes(MutableBytes data, unsigned elementSize,
                          const ChannelPalettes &palettes, uint64_t inner);

/// Elements that are not zero, and where they are: as a bit an element, and as
/// the zeros before each, where 255 stands for so many zeros and no element.
struct NonZeros {
  Bytes elements, mask, gaps;
};
NonZeros findNonZeros(ByteView data, unsigned elementSize);
/// How often bytes occur in the mask that findNonZeros makes.
Histogram countMask(ByteView data, unsigned elementSize);
uint64_t countZeroElements(ByteView data, unsigned elementSize);

/// Elements put where `mask` says, and zeros elsewhere; false where there are
/// more or fewer places.
bool placeByMask(MutableBytes data, unsigned elementSize, ByteView elements,
                 ByteView mask);
/// The same by gaps.
bool placeByGaps(MutableBytes data, unsigned elementSize, ByteView elements,
                 ByteView gaps);

/// One of `classes` classes for every channel of bytes, by how far they spread.
/// Half as many classes are these without their lowest bit.
Bytes classifyChannels(ByteView data, const TensorLayout &layout,
                       unsigned classes);

/// How often bytes occur in a run of them.
using RunHistogram = std::array<uint32_t, 256>;
/// How often bytes occur in each channel. For runs that are longer than a
/// histogram.
std::vector<RunHistogram> countChannels(ByteView data,
                                        const TensorLayout &layout);
/// The same classes from these counts.
Bytes classifyChannels(llvm::ArrayRef<RunHistogram> channels, unsigned classes);

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
