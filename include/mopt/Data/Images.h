//===- Images.h - reading image files ---------------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DATA_IMAGES_H
#define MOPT_DATA_IMAGES_H

#include "mopt/Data/Array.h"

namespace mlir::mopt {

/// Pixels that one image may have; more is refused before memory is taken.
constexpr int64_t maxImagePixels = int64_t(1) << 27;

/// Decodes a JPEG or PNG file (told by content) to uint8 of shape
/// [height, width, 3], red first. `name` is used in messages.
///
/// Pixels are what Pillow's `Image.open(f).convert("RGB")` gives for 8-bit
/// grey, palette, RGB and RGBA images: JPEG with libjpeg's accurate integer
/// DCT and smooth chroma upsampling, PNG with alpha dropped and no gamma
/// applied. 16-bit PNG keeps the high byte. EXIF orientation is not applied.
/// CMYK JPEG is an error, as is an image whose data ends early.
llvm::Expected<Array> decodeImage(llvm::ArrayRef<uint8_t> bytes,
                                  llvm::StringRef name);

/// Reads and decodes an image file.
llvm::Expected<Array> readImage(llvm::StringRef path);

} // namespace mlir::mopt

#endif // MOPT_DATA_IMAGES_H
