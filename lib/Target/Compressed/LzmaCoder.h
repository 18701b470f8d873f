//===- LzmaCoder.h - Codes of the library liblzma -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_COMPRESSED_LZMACODER_H
#define MOPT_LIB_TARGET_COMPRESSED_LZMACODER_H

#include "ByteIO.h"

namespace mlir::mopt {

/// `data` in LZMA without any header; empty where the library fails. A
/// `thorough` encoder tries settings for text and for words, and takes the
/// best.
Bytes encodeLzma(ByteView data, bool thorough);

/// Fills `data` with what `code` holds; false where it is damaged.
bool decodeLzma(ByteView code, llvm::MutableArrayRef<uint8_t> data);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_COMPRESSED_LZMACODER_H
