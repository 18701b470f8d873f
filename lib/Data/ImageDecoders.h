//===- ImageDecoders.h - decoders by image format ---------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_DATA_IMAGEDECODERS_H
#define MOPT_LIB_DATA_IMAGEDECODERS_H

#include "mopt/Data/Images.h"

namespace mlir::mopt {

llvm::Expected<Array> decodeJpeg(llvm::ArrayRef<uint8_t> bytes,
                                 llvm::StringRef name);
llvm::Expected<Array> decodePng(llvm::ArrayRef<uint8_t> bytes,
                                llvm::StringRef name);

/// The array that an image of this size decodes into, or an error for a size
/// that is empty or beyond maxImagePixels.
llvm::Expected<Array> allocateImage(int64_t height, int64_t width,
                                    llvm::StringRef name);

} // namespace mlir::mopt

#endif // MOPT_LIB_DATA_IMAGEDECODERS_H
