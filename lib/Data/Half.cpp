//===- Half.cpp - binary16 conversions --------------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Data/Half.h"
#include "llvm/ADT/bit.h"

namespace mlir::mopt {

float halfToFloat(Half value) {
  uint32_t sign = uint32_t(value.bits & 0x8000u) << 16;
  uint32_t exponent = (value.bits >> 10) & 0x1fu;
  uint32_t fraction = value.bits & 0x3ffu;
  if (exponent == 0x1f)
    return llvm::bit_cast<float>(sign | 0x7f800000u | (fraction << 13));
  if (exponent == 0) {
    // Subnormal: fraction * 2^-24, exact in binary32.
    float magnitude = float(fraction) * 0x1p-24f;
    return sign ? -magnitude : magnitude;
  }
  return llvm::bit_cast<float>(sign | ((exponent + 112) << 23) |
                               (fraction << 13));
}

Half floatToHalf(float value) {
  uint32_t bits = llvm::bit_cast<uint32_t>(value);
  uint32_t sign = (bits >> 16) & 0x8000u;
  uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) // NaN: keep it quiet and not an infinity.
    return {uint16_t(sign | 0x7e00u | ((magnitude >> 13) & 0x3ffu))};
  if (magnitude >= 0x477ff000u) // 65520 and above round to infinity.
    return {uint16_t(sign | 0x7c00u)};
  // The discarded bits are `rest` of `width` bits; `kept` is rounded by them.
  // A carry out of the fraction runs into the exponent, which is right.
  uint32_t kept, rest, width;
  if (magnitude >= 0x38800000u) { // Normal in binary16.
    kept = (magnitude - 0x38000000u) >> 13;
    width = 13;
    rest = magnitude & 0x1fffu;
  } else {
    uint32_t exponent = magnitude >> 23;
    if (exponent < 102) // Below half of the smallest subnormal.
      return {uint16_t(sign)};
    uint32_t fraction = (magnitude & 0x7fffffu) | 0x800000u;
    width = 126 - exponent;
    kept = fraction >> width;
    rest = fraction & ((1u << width) - 1);
  }
  uint32_t half = 1u << (width - 1);
  if (rest > half || (rest == half && (kept & 1)))
    ++kept;
  return {uint16_t(sign | kept)};
}

} // namespace mlir::mopt
