//===- Images.cpp - reading image files -------------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Data/Images.h"
#include "DataError.h"
#include "ImageDecoders.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace mlir::mopt {

Expected<Array> allocateImage(int64_t height, int64_t width, StringRef name) {
  if (height <= 0 || width <= 0)
    return dataError("image '{0}' is empty ({1}x{2})", name, height, width);
  if (height > maxImagePixels / width)
    return dataError("image '{0}' of {1}x{2} has more than {3} pixels; make "
                     "it smaller first",
                     name, height, width, maxImagePixels);
  return Array::allocate(DType::UInt8, {height, width, 3});
}

Expected<Array> decodeImage(ArrayRef<uint8_t> bytes, StringRef name) {
  StringRef text = toStringRef(bytes);
  if (text.starts_with("\xff\xd8\xff"))
    return decodeJpeg(bytes, name);
  if (text.starts_with("\x89PNG\r\n\x1a\n"))
    return decodePng(bytes, name);
  return dataError("image '{0}' is neither JPEG nor PNG by its content; "
                   "convert or remove it",
                   name);
}

Expected<Array> readImage(StringRef path) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> buffer = MemoryBuffer::getFile(
      path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return dataError("cannot read image '{0}': {1}", path,
                     buffer.getError().message());
  return decodeImage(arrayRefFromStringRef((*buffer)->getBuffer()), path);
}

} // namespace mlir::mopt
