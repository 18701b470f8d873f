//===- DType.h - element types of host arrays -------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DATA_DTYPE_H
#define MOPT_DATA_DTYPE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <complex>
#include <cstdint>
#include <optional>

namespace mlir::mopt {

/// Element type of a host array: the numeric types that numpy and the model
/// formats share.
enum class DType : uint8_t {
  Bool,
  Int8,
  Int16,
  Int32,
  Int64,
  UInt8,
  UInt16,
  UInt32,
  UInt64,
  Float16,
  Float32,
  Float64,
  Complex64,
  Complex128
};

/// IEEE binary16, kept as its bits; see Half.h for conversions.
struct Half {
  uint16_t bits = 0;
};

/// Bytes that one element takes (bool takes one).
unsigned dtypeSize(DType type);

/// numpy's name of the type: `bool`, `int8`, ..., `complex128`.
llvm::StringRef dtypeName(DType type);

/// The inverse of dtypeName; nullopt when the name is none of ours.
std::optional<DType> parseDType(llvm::StringRef name);

bool isInteger(DType type);
bool isFloat(DType type);
bool isComplex(DType type);

/// Number of elements of a shape, or nullopt when a dimension is negative or
/// the product does not fit into int64_t. A scalar (rank 0) has one element.
std::optional<int64_t> countElements(llvm::ArrayRef<int64_t> shape);

/// Bytes of a dense array, with the same checks.
std::optional<int64_t> countBytes(DType type, llvm::ArrayRef<int64_t> shape);

/// `2x3x4` for messages; `scalar` for rank 0.
std::string shapeString(llvm::ArrayRef<int64_t> shape);

/// The DType that stores the C++ type T.
template <typename T>
constexpr DType dtypeOf();
template <>
constexpr DType dtypeOf<bool>() {
  return DType::Bool;
}
template <>
constexpr DType dtypeOf<int8_t>() {
  return DType::Int8;
}
template <>
constexpr DType dtypeOf<int16_t>() {
  return DType::Int16;
}
template <>
constexpr DType dtypeOf<int32_t>() {
  return DType::Int32;
}
template <>
constexpr DType dtypeOf<int64_t>() {
  return DType::Int64;
}
template <>
constexpr DType dtypeOf<uint8_t>() {
  return DType::UInt8;
}
template <>
constexpr DType dtypeOf<uint16_t>() {
  return DType::UInt16;
}
template <>
constexpr DType dtypeOf<uint32_t>() {
  return DType::UInt32;
}
template <>
constexpr DType dtypeOf<uint64_t>() {
  return DType::UInt64;
}
template <>
constexpr DType dtypeOf<Half>() {
  return DType::Float16;
}
template <>
constexpr DType dtypeOf<float>() {
  return DType::Float32;
}
template <>
constexpr DType dtypeOf<double>() {
  return DType::Float64;
}
template <>
constexpr DType dtypeOf<std::complex<float>>() {
  return DType::Complex64;
}
template <>
constexpr DType dtypeOf<std::complex<double>>() {
  return DType::Complex128;
}

} // namespace mlir::mopt

#endif // MOPT_DATA_DTYPE_H
