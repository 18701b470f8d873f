//===- TensorCoder.h - Weights by the form that makes them smallest -------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_COMPRESSED_TENSORCODER_H
#define MOPT_LIB_TARGET_COMPRESSED_TENSORCODER_H

#include "ByteCoder.h"
#include "ContextCoder.h"

namespace mlir::mopt {

/// What the bytes of a tensor are.
struct TensorLayout {
  /// Bytes of an element: 1, 2, 4 or 8.
  unsigned elementSize = 1;
  /// True for floats, whose first bit is the sign and the next are the
  /// exponent.
  bool isFloat = false;
  /// The weights of one output channel are runs of `inner` elements that follow
  /// each other in turns; 1 channel: nothing is known.
  uint64_t channels = 1, inner = 1;
  /// The elements as a matrix; no columns: they are none.
  MatrixShape matrix;
};

/// How the elements of a tensor are laid out for coding. The numbers are those
/// of the format.
enum class TensorForm : uint8_t {
  /// All first bytes, all second bytes, ...
  Planes = 0,
  /// The same of floats, with the sign after the fraction, so that the exponent
  /// is one byte.
  Exponents = 1,
  /// Up to 256 different elements, and the index of each.
  Palette = 2,
  /// A bit an element that is not zero, and those elements.
  Bitmap = 3,
  /// The zeros before each element that is not zero, and those elements.
  Gaps = 4,
  /// Bytes by classes of channels that are spread alike.
  Classes = 5,
  /// Bytes by what stands beside them.
  Contexts = 6,
  /// Up to 256 different elements of each channel, and the index of each.
  ChannelPalettes = 7
};

/// Appends `data` in the smallest form. Returns its name with those of what is
/// inside, for people: "palette, gaps".
std::string encodeTensor(Bytes &out, ByteView data, TensorLayout layout);

/// Fills `data`; false where what `in` reads is damaged.
bool decodeTensor(ByteReader &in, llvm::MutableArrayRef<uint8_t> data);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_COMPRESSED_TENSORCODER_H
