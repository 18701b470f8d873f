//===- FixedRescale.cpp - Sums times fixed-point factors -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// MultiplyByQuantizedMultiplier of TFLite, in vectors.

#include "KernelEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::mopt;

static VectorType withElement(Value vector, Type element) {
  return VectorType::get(cast<VectorType>(vector.getType()).getShape(),
                         element);
}

Value SumWriter::rescaleFixed(KernelEmitter &b, Value sum, Value lane) const {
  // multiplyByQuantizedMultiplier on 64 bits, see RequantizeEmitter.
  auto narrowType = cast<VectorType>(sum.getType());
  VectorType wide = withElement(sum, b.getI64Type());
  auto constant = [&](int64_t value) { return b.constant(wide, value); };
  auto shiftRight = [&](Value x, Value bits) -> Value {
    return arith::ShRSIOp::create(b, x, bits);
  };
  Value zero = b.constant(narrowType, 0);
  Value multiplier = b.load(narrowType, factors[0], lane);
  Value shift = b.load(narrowType, factors[1], lane);
  Value left = arith::MaxSIOp::create(b, shift, zero);
  Value right =
      arith::MaxSIOp::create(b, arith::SubIOp::create(b, zero, shift), zero);
  Value shifted = arith::ShLIOp::create(b, sum, left);
  Value product =
      arith::MulIOp::create(b, arith::ExtSIOp::create(b, wide, shifted),
                            arith::ExtSIOp::create(b, wide, multiplier));
  product =
      shiftRight(b.add(product, constant(int64_t(1) << 30)), constant(31));
  // Half away from zero: half a unit more, and a unit less below zero; without
  // a shift there is nothing to round.
  Value exponent = arith::ExtSIOp::create(b, wide, right);
  Value half =
      shiftRight(arith::ShLIOp::create(b, constant(1), exponent), constant(1));
  Value rounds = arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, exponent,
                                       constant(0));
  Value sign = arith::SelectOp::create(
      b, rounds, shiftRight(product, constant(63)), constant(0));
  product = shiftRight(b.add(b.add(product, half), sign), exponent);
  return arith::TruncIOp::create(b, narrowType, product);
}

Value SumWriter::rescaleSmall(KernelEmitter &b, Value sum, Value lane) const {
  // One sum of 64 bits for the even lanes and one for the odd ones, as derived
  // in FixedFactors.cpp.
  auto type = cast<VectorType>(sum.getType());
  int64_t half = type.getNumElements() / 2;
  VectorType wide = VectorType::get(half, b.getI64Type());
  Value bits =
      arith::ConstantOp::create(b, DenseElementsAttr::get(wide, APInt(64, 32)));
  bool isPositive = rule.getMin() >= rule.getZeroPoint();
  Value x = b.bitcast(isPositive ? sum : b.add(sum, sum), wide);
  Value m = b.bitcast(b.load(type, factors[0], lane), wide);
  auto high = [&](Value value) -> Value {
    return arith::ShRSIOp::create(b, value, bits);
  };
  auto low = [&](Value value) -> Value {
    return high(arith::ShLIOp::create(b, value, bits));
  };
  auto multiply = [&](Value x, Value m, Value at) {
    Value nudge = b.load(wide, factors[1], at);
    return b.bitcast(b.add(arith::MulIOp::create(b, x, m), nudge), type);
  };
  Value even = multiply(low(x), low(m), lane);
  Value odd = multiply(high(x), high(m), b.add(lane, storedLanes / 2));
  SmallVector<int64_t> upper;
  for (int64_t i = 1; i < 2 * half; i += 2) {
    upper.push_back(i);
    upper.push_back(2 * half + i);
  }
  Value value = vector::ShuffleOp::create(b, even, odd, upper);
  if (!isPositive)
    value = b.add(value, arith::ShRSIOp::create(b, sum, b.constant(type, 31)));
  return arith::ShRSIOp::create(b, value, b.load(type, factors[2], lane));
}
