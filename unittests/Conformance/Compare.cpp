//===- Compare.cpp - Results against goldens --------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compare.h"

#include "mopt/Data/Half.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <cstring>

using namespace mlir::mopt;
using namespace mlir::mopt::conformance;

/// Element `i` as a real number, for floats only.
static double getReal(const Array &array, int64_t i) {
  switch (array.dtype()) {
  case DType::Float16:
    return halfToFloat(array.as<Half>()[i]);
  case DType::Float32:
    return array.as<float>()[i];
  default:
    return array.as<double>()[i];
  }
}

/// Element `i` for a reader.
static std::string printElement(const Array &array, int64_t i) {
  std::string text;
  llvm::raw_string_ostream os(text);
  const uint8_t *bytes = array.bytes().data() + i * dtypeSize(array.dtype());
  auto integer = [&](auto zero) {
    std::memcpy(&zero, bytes, sizeof(zero));
    os << +zero;
  };
  switch (array.dtype()) {
  case DType::Float16:
  case DType::Float32:
  case DType::Float64:
    os << llvm::formatv("{0:e9}", getReal(array, i));
    break;
  case DType::Bool:
  case DType::UInt8:
    integer(uint8_t());
    break;
  case DType::Int8:
    integer(int8_t());
    break;
  case DType::Int16:
    integer(int16_t());
    break;
  case DType::Int32:
    integer(int32_t());
    break;
  case DType::Int64:
    integer(int64_t());
    break;
  default:
    os << "0x" << llvm::toHex(llvm::ArrayRef(bytes, dtypeSize(array.dtype())));
  }
  return text;
}

static std::string printIndex(llvm::ArrayRef<int64_t> shape, int64_t flat) {
  std::vector<std::string> index(shape.size());
  for (size_t dim = shape.size(); dim-- > 0; flat /= shape[dim])
    index[dim] = std::to_string(flat % shape[dim]);
  return "[" + llvm::join(index, ", ") + "]";
}

std::string conformance::describeDifference(const Array &got,
                                            const Array &expected,
                                            const std::optional<Array> &bound) {
  if (got.dtype() != expected.dtype() || got.shape() != expected.shape())
    return llvm::formatv("is {0} of shape {1}, expected {2} of shape {3}",
                         dtypeName(got.dtype()), shapeString(got.shape()),
                         dtypeName(expected.dtype()),
                         shapeString(expected.shape()));
  size_t size = dtypeSize(expected.dtype());
  auto areEqual = [&](int64_t i) {
    if (std::memcmp(got.bytes().data() + i * size,
                    expected.bytes().data() + i * size, size) == 0)
      return true;
    if (!isFloat(expected.dtype()))
      return false;
    double a = getReal(got, i), b = getReal(expected, i);
    if (std::isnan(a) || std::isnan(b))
      return std::isnan(a) && std::isnan(b);
    return bound && std::abs(a - b) <= double(bound->as<float>()[i]);
  };

  int64_t count = 0, first = -1;
  for (int64_t i = 0; i < expected.numElements(); ++i)
    if (!areEqual(i) && count++ == 0)
      first = i;
  if (count == 0)
    return "";
  std::string text = llvm::formatv(
      "{0} of {1} elements differ; the first is {2}: {3}, "
      "expected {4}",
      count, expected.numElements(), printIndex(expected.shape(), first),
      printElement(got, first), printElement(expected, first));
  if (bound)
    text += " +- " + printElement(*bound, first);
  return text;
}
