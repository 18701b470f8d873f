//===- Npy.cpp - numpy array files ------------------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Data/Npy.h"
#include "DataError.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/EndianStream.h"
#include <algorithm>
#include <cstring>

using namespace llvm;

namespace mlir::mopt {

/// Copies column-major elements into row-major order.
static void transposeFromFortran(const uint8_t *source, Array &result) {
  size_t size = dtypeSize(result.dtype());
  ArrayRef<int64_t> shape = result.shape();
  SmallVector<int64_t, 4> strides, index(shape.size(), 0);
  int64_t stride = 1;
  for (int64_t dim : shape) {
    strides.push_back(stride);
    stride *= dim;
  }
  uint8_t *target = result.mutableBytes().data();
  int64_t offset = 0;
  for (int64_t i = 0, e = result.numElements(); i < e; ++i) {
    std::memcpy(target + i * size, source + offset * size, size);
    // Advance the last axis first, as row-major order does.
    for (size_t axis = shape.size(); axis-- > 0;) {
      offset += strides[axis];
      if (++index[axis] < shape[axis])
        break;
      offset -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}

/// Reverses the bytes of every number; a complex element is two numbers.
static void swapBytes(Array &array) {
  size_t size = dtypeSize(array.dtype());
  if (isComplex(array.dtype()))
    size /= 2;
  MutableArrayRef<uint8_t> bytes = array.mutableBytes();
  for (size_t i = 0; i + size <= bytes.size(); i += size)
    std::reverse(&bytes[i], &bytes[i] + size);
}

Expected<Array> npyElements(const NpyHeader &header, const uint8_t *data,
                            std::shared_ptr<const void> owner) {
  unsigned size = dtypeSize(header.type);
  bool isAligned = reinterpret_cast<uintptr_t>(data) % size == 0;
  // One byte has no order, and one axis is row-major and column-major alike.
  bool isSwapped = size > 1 && header.bigEndian != sys::IsBigEndianHost;
  bool isTransposed = header.fortranOrder && header.shape.size() > 1;
  if (isAligned && !isSwapped && !isTransposed)
    return Array::view(header.type, header.shape, data, std::move(owner));
  Expected<Array> result = Array::allocate(header.type, header.shape);
  if (!result)
    return result.takeError();
  if (isTransposed)
    transposeFromFortran(data, *result);
  else
    copy(ArrayRef(data, size_t(header.dataSize)),
         result->mutableBytes().begin());
  if (isSwapped)
    swapBytes(*result);
  return result;
}

Expected<Array> parseNpy(std::shared_ptr<MemoryBuffer> buffer, StringRef name) {
  ArrayRef<uint8_t> bytes = arrayRefFromStringRef(buffer->getBuffer());
  Expected<NpyHeader> header = parseNpyHeader(bytes, name);
  if (!header)
    return header.takeError();
  uint64_t present = bytes.size() - header->dataOffset;
  if (present < uint64_t(header->dataSize))
    return dataError(
        "'{0}' is truncated: shape {1} of {2} needs {3} bytes, the "
        "file has {4}; copy or save it again",
        name, shapeString(header->shape), dtypeName(header->type),
        header->dataSize, present);
  if (present > uint64_t(header->dataSize))
    return dataError("'{0}' has {1} bytes after its array; save one array a "
                     "file, or several with numpy.savez",
                     name, present - header->dataSize);
  return npyElements(*header, bytes.data() + header->dataOffset, buffer);
}

Expected<Array> readNpy(StringRef path) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> buffer = MemoryBuffer::getFile(
      path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return dataError("cannot read '{0}': {1}", path,
                     buffer.getError().message());
  return parseNpy(std::move(*buffer), path);
}

/// numpy's code of a type, with its byte order.
static std::string npyDescr(DType type) {
  char kind = type == DType::Bool    ? 'b'
              : isComplex(type)      ? 'c'
              : isFloat(type)        ? 'f'
              : type >= DType::UInt8 ? 'u'
                                     : 'i';
  unsigned size = dtypeSize(type);
  return (Twine(size == 1 ? '|' : '<') + Twine(kind) + Twine(size)).str();
}

Error writeNpy(const Array &array, raw_ostream &os) {
  static_assert(sys::IsLittleEndianHost,
                "the elements are written as they are");
  std::string shape = join(
      map_range(array.shape(), [](int64_t dim) { return std::to_string(dim); }),
      ", ");
  if (array.rank() == 1)
    shape += ",";
  std::string dictionary = "{'descr': '" + npyDescr(array.dtype()) +
                           "', 'fortran_order': False, 'shape': (" + shape +
                           "), }";
  // Magic, version, length and dictionary fill a multiple of 64 bytes, the
  // last of them a newline: the elements of a mapped file are then aligned.
  constexpr size_t prefix = 10;
  size_t total = alignTo(prefix + dictionary.size() + 1, 64);
  dictionary.append(total - prefix - dictionary.size() - 1, ' ');
  dictionary += '\n';
  if (dictionary.size() > 65535)
    return dataError("an array of rank {0} does not fit into a version 1.0 "
                     ".npy header",
                     array.rank());
  os << StringRef("\x93NUMPY\x01\x00", 8);
  support::endian::write<uint16_t>(os, dictionary.size(), endianness::little);
  os << dictionary << toStringRef(array.bytes());
  return Error::success();
}

Error writeNpy(const Array &array, StringRef path) {
  Error error =
      writeToOutput(path, [&](raw_ostream &os) { return writeNpy(array, os); });
  if (error)
    return dataError("cannot write '{0}': {1}", path,
                     toString(std::move(error)));
  return error;
}

} // namespace mlir::mopt
