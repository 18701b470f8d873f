//===- VectorMath.cpp - Elementary functions of vectors -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VectorMath.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::mopt;
using arith::CmpFPredicate;

Value VectorMath::multiplyAdd(Value x, Value y, Value z) const {
  if (fuses)
    return vector::FMAOp::create(b, x, y, z);
  return add(mul(x, y), z);
}

Value VectorMath::add(Value x, Value y) const {
  return arith::AddFOp::create(b, x, y);
}

Value VectorMath::sub(Value x, Value y) const {
  return arith::SubFOp::create(b, x, y);
}

Value VectorMath::mul(Value x, Value y) const {
  return arith::MulFOp::create(b, x, y);
}

Value VectorMath::div(Value x, Value y) const {
  return arith::DivFOp::create(b, x, y);
}

Value VectorMath::select(CmpFPredicate predicate, Value x, Value y, Value then,
                         Value otherwise) const {
  Value condition = arith::CmpFOp::create(b, predicate, x, y);
  return arith::SelectOp::create(b, condition, then, otherwise);
}

Value VectorMath::constant(Value like, float value) const {
  return b.constant(like.getType(), value);
}

Value VectorMath::bits(Value x) const {
  auto type = cast<VectorType>(x.getType());
  return b.bitcast(x, VectorType::get(type.getShape(), b.getI32Type()));
}

Value VectorMath::fromBits(Value x) const {
  auto type = cast<VectorType>(x.getType());
  return b.bitcast(x, VectorType::get(type.getShape(), b.getF32Type()));
}

Value VectorMath::withoutSign(Value x) const {
  Value stored = bits(x);
  return fromBits(arith::AndIOp::create(
      b, stored, b.constant(stored.getType(), 0x7FFFFFFF)));
}

Value VectorMath::powerOfTwo(Value n) const {
  Value biased = b.add(n, b.constant(n.getType(), 127));
  return fromBits(
      arith::ShLIOp::create(b, biased, b.constant(n.getType(), 23)));
}

VectorMath::Exponential VectorMath::exponential(Value x) const {
  // n = x / log 2, rounded: the sum with 1.5 * 2^23 has no place for more, and
  // its last bits are the integer.
  constexpr float kMagic = 12582912.0f;
  Value magic = constant(x, kMagic);
  Value shifted = multiplyAdd(x, constant(x, 0x1.715476p0f), magic);
  Value n = sub(shifted, magic);
  Value integer = bits(shifted);
  integer = arith::SubIOp::create(b, integer, bits(magic));
  // r = x - n log 2, log 2 in two parts, the first of 12 bits so that products
  // with it are exact.
  Value r = multiplyAdd(n, constant(x, -0x1.62ep-1f), x);
  r = multiplyAdd(n, constant(x, -0x1.0bfbe8p-15f), r);
  // exp(r) - 1 = r + r^2 p(r) for |r| <= log(2) / 2; the coefficients are those
  // of least greatest error (Cephes, expf).
  Value p = constant(x, 1.9875691500e-4f);
  for (float coefficient :
       {1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f,
        5.0000001201e-1f})
    p = multiplyAdd(p, r, constant(x, coefficient));
  return {integer, multiplyAdd(mul(p, r), r, r)};
}

Value VectorMath::logistic(Value x) const {
  // e = exp(-|x|) does not overflow; then 1 / (1 + e) or e / (1 + e).
  Value negative = arith::NegFOp::create(b, withoutSign(x));
  Value lowest = constant(x, -104.0f);
  negative = select(CmpFPredicate::OLT, negative, lowest, lowest, negative);
  Exponential power = exponential(negative);
  // In two steps, for results below the normal numbers.
  Value one = b.constant(power.n.getType(), 1);
  Value half = arith::ShRSIOp::create(b, power.n, one);
  Value rest = arith::SubIOp::create(b, power.n, half);
  Value unit = constant(x, 1.0f);
  Value e = mul(add(power.fraction, unit), powerOfTwo(half));
  e = mul(e, powerOfTwo(rest));
  Value numerator = select(CmpFPredicate::OLT, x, constant(x, 0.0f), e, unit);
  return div(numerator, add(unit, e));
}

Value VectorMath::tanh(Value x) const {
  // -d / (d + 2), d = exp(-2 |x|) - 1, with the sign of x: no cancellation
  // where x is small.
  Value twice = mul(withoutSign(x), constant(x, -2.0f));
  Value lowest = constant(x, -20.0f);
  twice = select(CmpFPredicate::OLT, twice, lowest, lowest, twice);
  Exponential power = exponential(twice);
  Value scale = powerOfTwo(power.n);
  Value d = multiplyAdd(scale, power.fraction, sub(scale, constant(x, 1.0f)));
  Value magnitude = div(arith::NegFOp::create(b, d), add(d, constant(x, 2.0f)));
  Value sign = bits(x);
  sign = arith::AndIOp::create(
      b, sign, b.constant(sign.getType(), int32_t(0x80000000u)));
  return fromBits(arith::OrIOp::create(b, bits(withoutSign(magnitude)), sign));
}
