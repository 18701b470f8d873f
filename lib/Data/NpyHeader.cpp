//===- NpyHeader.cpp - header of numpy array files --------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DataError.h"
#include "mopt/Data/Npy.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Endian.h"

using namespace llvm;

namespace mlir::mopt {

namespace {

/// numpy's own limits: the rank of an array, and a bound on the dictionary
/// that no numeric array comes near (version 1.0 cannot exceed it at all).
constexpr size_t maxRank = 64;
constexpr size_t maxDictionarySize = 65535;

/// A reader of the dictionary, a Python literal such as
/// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
class DictionaryReader {
public:
  DictionaryReader(StringRef text, StringRef name) : rest(text), name(name) {}

  Error read(NpyHeader &header);

private:
  Error readDescr(NpyHeader &header);
  Error readOrder(NpyHeader &header);
  Error readShape(NpyHeader &header);
  Expected<StringRef> readString();

  bool accept(char c) {
    rest = rest.ltrim(" \t\n\r");
    return rest.consume_front(StringRef(&c, 1));
  }
  Error malformed(StringRef what) const {
    return dataError("'{0}': the .npy header is malformed: {1}; write the file "
                     "again with numpy.save",
                     name, what);
  }

  StringRef rest;
  StringRef name;
};

Expected<StringRef> DictionaryReader::readString() {
  char quote = accept('\'') ? '\'' : accept('"') ? '"' : 0;
  if (!quote)
    return malformed("a quoted string is missing");
  auto [text, after] = rest.split(quote);
  // split() gives the whole text when there is no closing quote.
  if (text.size() == rest.size())
    return malformed("a string is not closed");
  if (text.contains('\\'))
    return malformed("a string has an escape");
  rest = after;
  return text;
}

Error DictionaryReader::readDescr(NpyHeader &header) {
  if (accept('['))
    return dataError("'{0}': structured element types are not supported; save "
                     "each field as an array of its own",
                     name);
  Expected<StringRef> descr = readString();
  if (!descr)
    return descr.takeError();
  StringRef code = *descr;
  char order = code.empty() ? 0 : code.front();
  if (order == '<' || order == '>' || order == '|' || order == '=')
    code = code.drop_front();
  header.bigEndian = order == '>';
  if (code.starts_with("O"))
    return dataError("'{0}': element type object needs Python to read it; "
                     "save the array with a numeric type",
                     name);
  std::optional<DType> type = StringSwitch<std::optional<DType>>(code)
                                  .Case("b1", DType::Bool)
                                  .Case("i1", DType::Int8)
                                  .Case("i2", DType::Int16)
                                  .Case("i4", DType::Int32)
                                  .Case("i8", DType::Int64)
                                  .Case("u1", DType::UInt8)
                                  .Case("u2", DType::UInt16)
                                  .Case("u4", DType::UInt32)
                                  .Case("u8", DType::UInt64)
                                  .Case("f2", DType::Float16)
                                  .Case("f4", DType::Float32)
                                  .Case("f8", DType::Float64)
                                  .Case("c8", DType::Complex64)
                                  .Case("c16", DType::Complex128)
                                  .Default(std::nullopt);
  if (!type)
    return dataError("'{0}': element type '{1}' is not supported; convert the "
                     "array with astype to a bool, integer, float or complex "
                     "type of at most 64 bits (128 for complex)",
                     name, *descr);
  header.type = *type;
  return Error::success();
}

Error DictionaryReader::readOrder(NpyHeader &header) {
  rest = rest.ltrim();
  if (rest.consume_front("True"))
    header.fortranOrder = true;
  else if (rest.consume_front("False"))
    header.fortranOrder = false;
  else
    return malformed("'fortran_order' is neither True nor False");
  return Error::success();
}

Error DictionaryReader::readShape(NpyHeader &header) {
  if (!accept('('))
    return malformed("'shape' is not a tuple");
  while (!accept(')')) {
    StringRef digits = rest.take_while(isDigit);
    int64_t dim = 0;
    if (rest.starts_with("-"))
      return malformed("'shape' has a negative dimension");
    if (digits.empty())
      return malformed("'shape' has an entry that is not an integer");
    if (digits.getAsInteger(10, dim))
      return dataError("'{0}': dimension {1} of the .npy header is too large",
                       name, digits);
    rest = rest.drop_front(digits.size());
    rest.consume_front("L"); // Python 2 wrote long integers so.
    header.shape.push_back(dim);
    if (header.shape.size() > maxRank)
      return malformed("'shape' has more than 64 dimensions");
    if (!accept(',') && !rest.ltrim().starts_with(")"))
      return malformed("'shape' lacks a comma or its end");
    rest = rest.ltrim();
  }
  return Error::success();
}

Error DictionaryReader::read(NpyHeader &header) {
  if (!accept('{'))
    return malformed("it does not start with '{'");
  bool hasDescr = false, hasOrder = false, hasShape = false;
  while (!accept('}')) {
    Expected<StringRef> key = readString();
    if (!key)
      return key.takeError();
    if (!accept(':'))
      return malformed("a ':' is missing");
    bool &seen = *key == "descr"           ? hasDescr
                 : *key == "fortran_order" ? hasOrder
                                           : hasShape;
    if (&seen == &hasShape && *key != "shape")
      return malformed(("unknown key '" + *key + "'").str());
    if (seen)
      return malformed(("key '" + *key + "' comes twice").str());
    seen = true;
    if (Error error = &seen == &hasDescr   ? readDescr(header)
                      : &seen == &hasOrder ? readOrder(header)
                                           : readShape(header))
      return error;
    if (!accept(',') && !rest.ltrim().starts_with("}"))
      return malformed("a comma or '}' is missing");
  }
  if (!rest.trim().empty())
    return malformed("text follows the dictionary");
  if (!hasDescr || !hasOrder || !hasShape)
    return malformed("it needs the keys descr, fortran_order and shape");
  return Error::success();
}

} // namespace

Expected<size_t> npyHeaderSize(ArrayRef<uint8_t> bytes, StringRef name) {
  StringRef text = toStringRef(bytes);
  if (!text.starts_with("\x93NUMPY"))
    return dataError("'{0}' is not a .npy array: it does not start with the "
                     "numpy magic string; save it with numpy.save",
                     name);
  auto truncated = [&] {
    return dataError("'{0}' ends within its .npy header; copy or save the file "
                     "again",
                     name);
  };
  if (bytes.size() < 10)
    return truncated();
  unsigned major = bytes[6], minor = bytes[7];
  if (major < 1 || major > 3 || minor != 0)
    return dataError("'{0}': .npy version {1}.{2} is not supported (1.0, 2.0 "
                     "and 3.0 are)",
                     name, major, minor);
  if (major > 1 && bytes.size() < npyPrefixSize)
    return truncated();
  size_t length = major == 1 ? support::endian::read16le(&bytes[8])
                             : support::endian::read32le(&bytes[8]);
  if (length > maxDictionarySize)
    return dataError("'{0}': a .npy header of {1} bytes is longer than any "
                     "numeric array needs ({2} at most)",
                     name, length, maxDictionarySize);
  return length + (major == 1 ? 10 : 12);
}

Expected<NpyHeader> parseNpyHeader(ArrayRef<uint8_t> bytes, StringRef name) {
  Expected<size_t> size = npyHeaderSize(bytes, name);
  if (!size)
    return size.takeError();
  if (bytes.size() < *size)
    return dataError("'{0}' ends within its .npy header ({1} of {2} bytes); "
                     "copy or save the file again",
                     name, bytes.size(), *size);
  NpyHeader header;
  header.dataOffset = *size;
  size_t prefix = bytes[6] == 1 ? 10 : 12;
  DictionaryReader reader(toStringRef(bytes.slice(prefix, *size - prefix)),
                          name);
  if (Error error = reader.read(header))
    return error;
  std::optional<int64_t> dataSize = countBytes(header.type, header.shape);
  if (!dataSize)
    return dataError("'{0}': shape {1} of {2} overflows; the header is damaged",
                     name, shapeString(header.shape), dtypeName(header.type));
  header.dataSize = *dataSize;
  return header;
}

} // namespace mlir::mopt
