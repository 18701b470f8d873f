//===- Npy.h - numpy array files --------------------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DATA_NPY_H
#define MOPT_DATA_NPY_H

#include "mopt/Data/Array.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

namespace mlir::mopt {

/// What the header of a .npy file says. The format is numpy's NEP 1, versions
/// 1.0, 2.0 and 3.0.
struct NpyHeader {
  DType type = DType::UInt8;
  bool bigEndian = false;
  bool fortranOrder = false;
  llvm::SmallVector<int64_t, 4> shape;
  /// Bytes before the elements: magic, version, length and dictionary.
  size_t dataOffset = 0;
  /// Bytes of the elements; checked not to overflow.
  int64_t dataSize = 0;
};

/// Bytes from which the length of a header can be told.
constexpr size_t npyPrefixSize = 12;

/// The size of the whole header (npyPrefixSize bytes at most are looked at),
/// or an error for what is not a .npy file. `name` is used in messages.
llvm::Expected<size_t> npyHeaderSize(llvm::ArrayRef<uint8_t> bytes,
                                     llvm::StringRef name);

/// Reads the header from bytes that hold all of it. Object, string, date and
/// structured element types are errors.
llvm::Expected<NpyHeader> parseNpyHeader(llvm::ArrayRef<uint8_t> bytes,
                                         llvm::StringRef name);

/// Reads one array. Little-endian row-major files are viewed in place (the
/// array keeps the buffer alive); others are converted into a new array.
/// A file shorter or longer than its header says is an error.
llvm::Expected<Array> parseNpy(std::shared_ptr<llvm::MemoryBuffer> buffer,
                               llvm::StringRef name);

/// Brings elements as stored, of header.dataSize bytes, into host order.
/// `owner` keeps `data` alive where the result is a view of it.
llvm::Expected<Array> npyElements(const NpyHeader &header, const uint8_t *data,
                                  std::shared_ptr<const void> owner);

/// Reads a .npy file, mapped into memory where the system can.
llvm::Expected<Array> readNpy(llvm::StringRef path);

/// Writes version 1.0, little-endian, row-major: the bytes that np.save
/// writes.
llvm::Error writeNpy(const Array &array, llvm::raw_ostream &os);

/// Writes the file under a temporary name and renames it.
llvm::Error writeNpy(const Array &array, llvm::StringRef path);

} // namespace mlir::mopt

#endif // MOPT_DATA_NPY_H
