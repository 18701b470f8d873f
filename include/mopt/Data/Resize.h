//===- Resize.h - image scaling ---------------------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DATA_RESIZE_H
#define MOPT_DATA_RESIZE_H

#include "mopt/Data/Array.h"

namespace mlir::mopt {

/// Scales uint8 [height, width, channels] to [newHeight, newWidth, channels],
/// bilinear with antialiasing. The result is, byte for byte, that of Pillow
/// 10's `Image.resize(size, Image.BILINEAR)`. Pillow 13 takes the axes in the
/// other order for images about twice as tall as wide and for some changes of
/// aspect ratio, which changes some bytes by 1 there.
///
/// Horizontally, then vertically (an axis of unchanged size is skipped; bytes
/// in between): with r = old/new and s = max(r, 1), output i is centred at
/// c = (i + 0.5) r and takes the inputs j in [trunc(c - s + 0.5),
/// trunc(c + s + 0.5)) with weight max(0, 1 - |(j - c + 0.5) / s|), normalised
/// to sum 1 in double, rounded to 22 fractional bits, summed in integers and
/// rounded half up. The image must not be empty, nor the result larger than
/// the caller can afford; fails only when memory runs out.
llvm::Expected<Array> resizeBilinear(const Array &image, int64_t newHeight,
                                     int64_t newWidth);

} // namespace mlir::mopt

#endif // MOPT_DATA_RESIZE_H
