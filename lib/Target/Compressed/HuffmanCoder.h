//===- HuffmanCoder.h - Canonical Huffman codes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_COMPRESSED_HUFFMANCODER_H
#define MOPT_LIB_TARGET_COMPRESSED_HUFFMANCODER_H

#include "SymbolTable.h"

namespace mlir::mopt {

/// `data` in a prefix code for how often its bytes occur (D. Huffman, 1952) of
/// at most 12 bits; codes of one length follow each other in the order of
/// bytes, so that lengths tell them. `data` has two different bytes at least.
Bytes encodeHuffman(ByteView data, const Histogram &histogram);

/// The bytes of such codes, without the table.
uint64_t countHuffmanBytes(const Histogram &histogram);

/// Fills `data` with what `code` holds; false where it is damaged.
bool decodeHuffman(ByteView code, llvm::MutableArrayRef<uint8_t> data);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_COMPRESSED_HUFFMANCODER_H
