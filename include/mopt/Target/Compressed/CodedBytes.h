//===- CodedBytes.h - Bytes in few bytes, for code to read -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_COMPRESSED_CODEDBYTES_H
#define MOPT_TARGET_COMPRESSED_CODEDBYTES_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace mlir::mopt {

/// `bytes`, elements of `elementSize` (1, 2, 4 or 8) bytes, as one run for each
/// byte of an element, from the lowest on: the rANS code of those bytes
/// (docs/Compression.md), whose scale has at most 12 bits, so that a reader
/// gets by with 6 KiB of tables; the bytes themselves where that is not
/// smaller.
std::vector<std::vector<uint8_t>>
encodePlanesForCode(llvm::ArrayRef<uint8_t> bytes, unsigned elementSize);

} // namespace mlir::mopt

#endif // MOPT_TARGET_COMPRESSED_CODEDBYTES_H
