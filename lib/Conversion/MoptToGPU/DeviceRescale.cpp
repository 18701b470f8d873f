//===- DeviceRescale.cpp - Requantisation in kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeviceRescale.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVOps.h"
#include "llvm/ADT/bit.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

StringRef mopt::stringifyRescaleKind(RescaleKind kind) {
  switch (kind) {
  case RescaleKind::Float:
    return "float";
  case RescaleKind::Fixed:
    return "fixed";
  case RescaleKind::Linear:
    return "linear";
  }
  llvm_unreachable("covered switch");
}

unsigned mopt::getFactorWords(RescaleKind kind) {
  switch (kind) {
  case RescaleKind::Float:
    return 1;
  case RescaleKind::Fixed:
    return 3;
  case RescaleKind::Linear:
    return 4;
  }
  llvm_unreachable("covered switch");
}

//===----------------------------------------------------------------------===//
// Factors
//===----------------------------------------------------------------------===//

std::vector<int32_t> mopt::makeFloatFactor(float factor) {
  return {llvm::bit_cast<int32_t>(factor)};
}

std::vector<int32_t> mopt::makeFixedFactor(QuantizedMultiplier factor) {
  return {factor.multiplier, std::max(factor.shift, 0),
          std::max(-factor.shift, 0)};
}

/// The result that the constants must give.
static double roundProduct(int64_t x, double factor) {
  return std::round(static_cast<double>(x) * factor);
}

/// The smallest 32-bit x whose product rounds to `result` or more; beyond 32
/// bits if none does.
static int64_t findThreshold(double factor, int64_t result) {
  int64_t low = std::numeric_limits<int32_t>::min();
  int64_t high = int64_t(std::numeric_limits<int32_t>::max()) + 1;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (roundProduct(middle, factor) >= static_cast<double>(result))
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

std::optional<std::vector<int32_t>>
mopt::makeLinearFactor(double factor, ClampRange<int32_t> range,
                       ClampRange<int32_t> sums) {
  // Nothing that 32 bits hold becomes half of one: all results are 0. The nudge
  // makes up for the one that negative numbers have less.
  if (factor >= 0.0 && factor < 0x1p-32)
    return std::vector<int32_t>{0, 0, 1, 0};
  if (!(factor > 0.0) || factor >= 1.0)
    return std::nullopt;
  int exponent;
  double fraction = std::frexp(factor, &exponent);
  auto multiplier = static_cast<int64_t>(std::round(std::ldexp(fraction, 31)));
  int shift = 31 - exponent;
  if (multiplier == int64_t(1) << 31) {
    multiplier /= 2;
    --shift;
  }
  // The shift goes through the high word, and sums have room in 64 bits.
  if (shift < 32)
    return std::nullopt;
  if (shift > 54) {
    // So small a factor needs fewer bits.
    multiplier >>= shift - 54;
    shift = 54;
  }
  // The nudges for which every threshold is where it should be. Negative
  // numbers have one less, as exact ties leave zero on both sides.
  auto multiply = [&](int64_t x) { return multiplier * x - (x < 0 ? 1 : 0); };
  int64_t least = std::numeric_limits<int64_t>::min();
  int64_t most = std::numeric_limits<int64_t>::max();
  for (int64_t result = range.min + 1; result <= range.max; ++result) {
    int64_t threshold = findThreshold(factor, result);
    int64_t target = result * (int64_t(1) << shift);
    // The smallest sum that gives `result`, and the largest that does not.
    int64_t first = std::max<int64_t>(threshold, sums.min);
    int64_t last = std::min<int64_t>(threshold - 1, sums.max);
    if (first <= sums.max)
      least = std::max(least, target - multiply(first));
    if (last >= sums.min)
      most = std::min(most, target - multiply(last) - 1);
  }
  if (least > most)
    return std::nullopt;
  int64_t nudge = 0;
  if (least != std::numeric_limits<int64_t>::min() &&
      most != std::numeric_limits<int64_t>::max())
    nudge = least + (most - least) / 2;
  return std::vector<int32_t>{static_cast<int32_t>(multiplier),
                              static_cast<int32_t>(nudge >> 32),
                              static_cast<int32_t>(nudge), shift - 32};
}

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

/// The halves of the 64-bit product of signed numbers: low, high.
static std::pair<Value, Value> multiplyLong(KernelBuilder &b, Value x,
                                            Value y) {
  auto type = spirv::StructType::get({x.getType(), x.getType()});
  Value both = spirv::SMulExtendedOp::create(b, type, x, y);
  return {b.extract(both, 0), b.extract(both, 1)};
}

/// The carry of `sum` = `term` + something, without sign.
static Value getCarry(KernelBuilder &b, Value sum, Value term) {
  return b.toInteger(b.below(sum, term));
}

Value mopt::emitHighMul(KernelBuilder &b, Value x, Value y) {
  auto [low, high] = multiplyLong(b, x, y);
  // floor((product + 2^30) / 2^31), whatever the sign.
  Value nudge = b.same(low, 1 << 30);
  Value sum = b.add(low, nudge);
  Value top = b.add(high, getCarry(b, sum, nudge));
  return b.bitOr(b.shl(top, 1), b.shr(sum, 31));
}

/// roundingDivideByPOT.
static Value emitRoundingShift(KernelBuilder &b, Value x, Value bits) {
  Value one = b.same(x, 1);
  Value mask = b.sub(arith::ShLIOp::create(b, one, bits), one);
  Value remainder = b.bitAnd(x, mask);
  Value threshold = b.add(b.sar(mask, 1), b.shr(x, 31));
  Value shifted = arith::ShRSIOp::create(b, x, bits);
  return b.add(shifted, b.toInteger(b.less(threshold, remainder)));
}

Value mopt::emitFixedProduct(KernelBuilder &b, Value x, Value multiplier,
                             Value left, Value right) {
  Value shifted = arith::ShLIOp::create(b, x, left);
  return emitRoundingShift(b, emitHighMul(b, shifted, multiplier), right);
}

static Value emitLinear(KernelBuilder &b, Value x, ValueRange factor) {
  auto [low, high] = multiplyLong(b, x, factor[0]);
  Value sum = b.add(low, factor[2]);
  Value top = b.add(b.add(high, factor[1]), getCarry(b, sum, low));
  // Less one for negative numbers: the sign is -1 or 0 in both words.
  Value sign = b.sar(x, 31);
  Value less = b.add(sum, sign);
  top = b.add(b.add(top, sign), getCarry(b, less, sign));
  return arith::ShRSIOp::create(b, top, factor[3]);
}

Value mopt::emitRescale(KernelBuilder &b, RescaleKind kind, Value sum,
                        ValueRange factor, Value low, Value high) {
  switch (kind) {
  case RescaleKind::Float: {
    // Cut before it becomes an integer: no float is out of range.
    Value product = b.exactMul(b.toFloat(sum), b.bitsToFloat(factor[0]));
    Value cut = b.clamp(product, b.toFloat(low), b.toFloat(high));
    return b.toInt(b.roundEven(cut));
  }
  case RescaleKind::Fixed:
    return b.clamp(emitFixedProduct(b, sum, factor[0], factor[1], factor[2]),
                   low, high);
  case RescaleKind::Linear:
    return b.clamp(emitLinear(b, sum, factor), low, high);
  }
  llvm_unreachable("covered switch");
}
