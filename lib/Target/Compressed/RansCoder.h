//===- RansCoder.h - Range variant of asymmetric numeral systems ----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_COMPRESSED_RANSCODER_H
#define MOPT_LIB_TARGET_COMPRESSED_RANSCODER_H

#include "SymbolTable.h"

#include <optional>

namespace mlir::mopt {

/// `data` coded by how often its bytes occur (J. Duda, Asymmetric numeral
/// systems, 2013), in several interleaved states that a processor can follow at
/// once (F. Giesen, Interleaved entropy coders, 2014). `data` is not empty.
/// Frequencies have `mostBits` bits, 8 to 14, at most.
Bytes encodeRans(ByteView data, const Histogram &histogram,
                 unsigned mostBits = 14);

/// Fills `data` with what `code` holds; false where it is damaged.
bool decodeRans(ByteView code, llvm::MutableArrayRef<uint8_t> data);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_COMPRESSED_RANSCODER_H
