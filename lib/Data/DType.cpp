//===- DType.cpp - element types of host arrays -----------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Data/DType.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace mlir::mopt {

namespace {
/// One row per type, in the order of the enumeration.
struct DTypeRow {
  StringLiteral name;
  unsigned size;
};
constexpr DTypeRow dtypeRows[] = {
    {"bool", 1},      {"int8", 1},       {"int16", 2},   {"int32", 4},
    {"int64", 8},     {"uint8", 1},      {"uint16", 2},  {"uint32", 4},
    {"uint64", 8},    {"float16", 2},    {"float32", 4}, {"float64", 8},
    {"complex64", 8}, {"complex128", 16}};
} // namespace

unsigned dtypeSize(DType type) { return dtypeRows[unsigned(type)].size; }

StringRef dtypeName(DType type) { return dtypeRows[unsigned(type)].name; }

std::optional<DType> parseDType(StringRef name) {
  for (auto [index, row] : enumerate(dtypeRows))
    if (row.name == name)
      return DType(index);
  return std::nullopt;
}

bool isInteger(DType type) {
  return type >= DType::Int8 && type <= DType::UInt64;
}

bool isFloat(DType type) {
  return type >= DType::Float16 && type <= DType::Float64;
}

bool isComplex(DType type) { return type >= DType::Complex64; }

std::optional<int64_t> countElements(ArrayRef<int64_t> shape) {
  // A zero anywhere makes the array empty whatever the other dimensions are.
  bool isEmpty = false;
  for (int64_t dim : shape) {
    if (dim < 0)
      return std::nullopt;
    isEmpty |= dim == 0;
  }
  if (isEmpty)
    return 0;
  int64_t count = 1;
  for (int64_t dim : shape)
    if (MulOverflow(count, dim, count))
      return std::nullopt;
  return count;
}

std::optional<int64_t> countBytes(DType type, ArrayRef<int64_t> shape) {
  std::optional<int64_t> count = countElements(shape);
  int64_t bytes = 0;
  if (!count || MulOverflow(*count, int64_t(dtypeSize(type)), bytes))
    return std::nullopt;
  return bytes;
}

std::string shapeString(ArrayRef<int64_t> shape) {
  if (shape.empty())
    return "scalar";
  return join(map_range(shape, [](int64_t dim) { return std::to_string(dim); }),
              "x");
}

} // namespace mlir::mopt
