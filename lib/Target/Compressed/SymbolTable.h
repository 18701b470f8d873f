//===- SymbolTable.h - A small number for every byte -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_COMPRESSED_SYMBOLTABLE_H
#define MOPT_LIB_TARGET_COMPRESSED_SYMBOLTABLE_H

#include "BitIO.h"

#include <array>

namespace mlir::mopt {

/// How often each byte occurs.
using Histogram = std::array<uint64_t, 256>;

Histogram countBytes(ByteView data);

/// Least bytes that `histogram` takes with a code that knows it.
double getEntropyBytes(const Histogram &histogram);

/// A number from 0 to 127 for every byte; 0: it does not occur.
using SymbolTable = std::array<uint8_t, 256>;

/// Writes the first and the last byte that occurs, then the differences of
/// neighbours in Elias gamma codes: neighbours are alike.
void writeSymbolTable(BitWriter &out, const SymbolTable &table);

/// False where the bits are no table.
bool readSymbolTable(BitReader &in, SymbolTable &table);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_COMPRESSED_SYMBOLTABLE_H
