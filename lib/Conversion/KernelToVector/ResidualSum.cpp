//===- ResidualSum.cpp - Addition before values are written -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// mopt.add on the results of a kernel (docs/Numerics.md), before they are
// bytes.

#include "KernelEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::mopt;

/// Headroom that operands get in fixed mode.
static constexpr int64_t kLeftShift = 20;

/// What offset form adds to an int8.
static constexpr int64_t kByteOffset = 128;

kernel::RequantizeAttr ResidualSum::getStored() const {
  return kernel::RequantizeAttr::get(rule.getContext(), own.getArithmetic(),
                                     rule.getZeroPoint(), rule.getMin(),
                                     rule.getMax(), own.getSmall());
}

SmallVector<Value> ResidualSum::loadAddend(KernelEmitter &b, VectorType type,
                                           unsigned count, int64_t channels,
                                           Value at) const {
  int64_t lanes = type.getNumElements();
  VectorType bytesType = VectorType::get(count * lanes, b.getI8Type());
  VectorType wordsType = VectorType::get(2 * lanes, b.getI16Type());
  SmallVector<Value> values, words;
  Value bytes;
  if (holdsWords(addend)) {
    // Two vectors at most are narrowed together then (pack).
    VectorType stored = VectorType::get(count * lanes, b.getI16Type());
    Value word = b.loadFirst(stored, channels, addend, at);
    words.push_back(b.add(word, b.constant(stored, kByteOffset)));
  } else {
    bytes = b.loadFirst(bytesType, channels, addend, at);
    // Offset form is widened by zeros.
    if (!isOffset)
      bytes = arith::XOrIOp::create(b, bytes, b.constant(bytesType, -128));
  }
  // Channels are in the order that narrowing makes whole: unpacking undoes it.
  if (count == 1) {
    values.push_back(
        arith::ExtUIOp::create(b, type, bytes ? bytes : words.front()));
    return values;
  }
  if (bytes && count == 2)
    words.push_back(arith::ExtUIOp::create(b, wordsType, bytes));
  else if (bytes)
    for (bool high : {false, true})
      words.push_back(b.bitcast(b.unpack(bytes, b.constant(bytesType, 0), high),
                                wordsType));
  for (Value word : words)
    for (bool high : {false, true})
      values.push_back(
          b.bitcast(b.unpack(word, b.constant(wordsType, 0), high), type));
  return values;
}

static Value roundToEven(KernelEmitter &b, Value value, VectorType type) {
  std::string lanes = std::to_string(type.getNumElements());
  return b.callIntrinsic("llvm.lrint.v" + lanes + "i32.v" + lanes + "f32", type,
                         value);
}

Value ResidualSum::addLinear(KernelEmitter &b, Value x, Value y) const {
  auto type = cast<VectorType>(x.getType());
  VectorType real = type.clone(b.getF32Type());
  ArrayRef<float> plane = rule.getLinear();
  auto scale = [&](Value value, float factor, Value sum) -> Value {
    value = arith::SIToFPOp::create(b, real, value);
    return math::FmaOp::create(b, value, b.constant(real, factor), sum);
  };
  Value sum = scale(y, plane[1], b.constant(real, plane[2]));
  return roundToEven(b, scale(x, plane[0], sum), type);
}

Value ResidualSum::addReal(KernelEmitter &b, Value x, Value y) const {
  auto type = cast<VectorType>(x.getType());
  VectorType real = type.clone(b.getF32Type());
  auto scale = [&](Value value, float factor) -> Value {
    value = arith::SIToFPOp::create(b, real, value);
    return arith::MulFOp::create(b, value, b.constant(real, factor));
  };
  Value sum = arith::AddFOp::create(b, scale(x, rule.getReal()[0]),
                                    scale(y, rule.getReal()[1]));
  return roundToEven(b, sum, type);
}

/// `x` below 2^30 times a multiplier, over 2^31, and over 2^`shift`, each time
/// to the next number: the upper half of 2 x m + 2^31, half a unit more.
static Value rescale(KernelEmitter &b, Value x, int32_t multiplier,
                     int32_t shift) {
  auto type = cast<VectorType>(x.getType());
  int64_t half = type.getNumElements() / 2;
  VectorType wide = VectorType::get(half, b.getI64Type());
  auto constant = [&](int64_t value) {
    return arith::ConstantOp::create(
        b, DenseElementsAttr::get(wide, APInt(64, value, /*isSigned=*/true)));
  };
  Value bits = constant(32), factor = constant(multiplier);
  Value nudge =
      constant((int64_t(1) << 31) + (shift ? int64_t(1) << (shift + 31) : 0));
  Value doubled = b.bitcast(b.add(x, x), wide);
  auto high = [&](Value value) -> Value {
    return arith::ShRSIOp::create(b, value, bits);
  };
  auto multiply = [&](Value value) {
    return b.bitcast(b.add(arith::MulIOp::create(b, value, factor), nudge),
                     type);
  };
  Value even = multiply(high(arith::ShLIOp::create(b, doubled, bits)));
  Value odd = multiply(high(doubled));
  SmallVector<int64_t> upper;
  for (int64_t i = 1; i < 2 * half; i += 2) {
    upper.push_back(i);
    upper.push_back(2 * half + i);
  }
  Value value = vector::ShuffleOp::create(b, even, odd, upper);
  if (shift == 0)
    return value;
  // Halves go away from zero: a unit less below it.
  value = b.add(value, arith::ShRSIOp::create(b, x, b.constant(type, 31)));
  return arith::ShRSIOp::create(b, value, b.constant(type, shift));
}

Value ResidualSum::addFixed(KernelEmitter &b, Value x, Value y) const {
  ArrayRef<int32_t> factors = rule.getMultipliers();
  auto scale = [&](Value value, unsigned i) {
    return rescale(b, value, factors[2 * i], -factors[2 * i + 1]);
  };
  Value bits = b.constant(x.getType(), kLeftShift);
  x = arith::ShLIOp::create(b, x, bits);
  y = arith::ShLIOp::create(b, y, bits);
  return scale(b.add(scale(x, 0), scale(y, 1)), 2);
}

SmallVector<Value> ResidualSum::emit(KernelEmitter &b, ArrayRef<Value> values,
                                     int64_t channels, Value at) const {
  auto type = cast<VectorType>(values.front().getType());
  Value low = b.constant(type, own.getMin() - own.getZeroPoint());
  Value high = b.constant(type, own.getMax() - own.getZeroPoint());
  Value zero = b.constant(type, 128 + rule.getAddendZeroPoint());
  SmallVector<Value> others = loadAddend(b, type, values.size(), channels, at);
  SmallVector<Value> sums;
  for (auto [value, other] : llvm::zip_equal(values, others)) {
    // The 8-bit value that is added.
    Value x = arith::MaxSIOp::create(b, value, low);
    x = arith::MinSIOp::create(b, x, high);
    if (rule.getLinear()) {
      sums.push_back(addLinear(b, x, other));
      continue;
    }
    other = arith::SubIOp::create(b, other, zero);
    sums.push_back(rule.getReal() ? addReal(b, x, other)
                                  : addFixed(b, x, other));
  }
  return sums;
}
