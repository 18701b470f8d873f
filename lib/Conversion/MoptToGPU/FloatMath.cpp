//===- FloatMath.cpp - Functions of floats in kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The polynomials are those of the Cephes library (S. L. Moshier), float32.

#include "FloatMath.h"

#include "mlir/Dialect/SPIRV/IR/SPIRVOps.h"

using namespace mlir;
using namespace mlir::mopt;

/// Coefficients from that of the highest power.
static Value emitPolynomial(KernelBuilder &b, Value x,
                            ArrayRef<double> coefficients) {
  Value y = b.same(x, coefficients.front());
  for (double coefficient : coefficients.drop_front())
    y = b.add(b.mul(y, x), b.same(x, coefficient));
  return y;
}

/// `result`, but NaN where `x` is.
static Value keepNaN(KernelBuilder &b, Value x, Value result) {
  return b.select(b.equal(x, x), result, x);
}

static Value emitAbs(KernelBuilder &b, Value x) {
  return b.bitsToFloat(b.bitAnd(b.bitsToInt(x), int64_t(0x7FFFFFFF)));
}

/// `magnitude` with the sign of `x`.
static Value copySign(KernelBuilder &b, Value magnitude, Value x) {
  Value sign = b.shl(b.shr(b.bitsToInt(x), 31), 31);
  return b.bitsToFloat(b.bitOr(b.bitsToInt(magnitude), sign));
}

Value mopt::emitQuotient(KernelBuilder &b, Value dividend, Value divisor) {
  return spirv::FDivOp::create(b, dividend, divisor);
}

Value mopt::emitCut(KernelBuilder &b, Value x, double low, double high) {
  Value least = b.same(x, low), most = b.same(x, high);
  return b.select(b.less(x, least), least, b.select(b.less(most, x), most, x));
}

Value mopt::emitExp(KernelBuilder &b, Value x) {
  // Where the result has become 0 or infinite.
  Value bounded = b.clamp(x, b.same(x, -104.0), b.same(x, 89.0));
  Value n = b.roundEven(b.mul(bounded, b.same(x, 1.44269504)));
  // ln 2 in two parts, of which the first one has few bits.
  Value r = b.exactSub(bounded, b.exactMul(n, b.same(x, 0.693359375)));
  r = b.exactSub(r, b.exactMul(n, b.same(x, -2.12194440e-4)));
  Value y = emitPolynomial(b, r,
                           {1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3,
                            4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1});
  y = b.add(b.add(b.mul(b.mul(y, r), r), r), b.same(x, 1.0));
  // In two steps, because 2^128 and 2^-150 are no floats.
  Value exponent = b.toInt(n), half = b.sar(exponent, 1);
  auto raise = [&](Value power) {
    return b.bitsToFloat(b.shl(b.add(power, 127), 23));
  };
  y = b.mul(b.mul(y, raise(half)), raise(b.sub(exponent, half)));
  return keepNaN(b, x, y);
}

Value mopt::emitExpMinusOne(KernelBuilder &b, Value x) {
  // Near zero the subtraction would leave few bits: the series up to x^7.
  Value small = emitPolynomial(
      b, x,
      {1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 1.0 / 2, 1.0});
  return b.select(b.less(b.same(x, -0.35), x), b.mul(small, x),
                  b.sub(emitExp(b, x), b.same(x, 1.0)));
}

Value mopt::emitTanh(KernelBuilder &b, Value x) {
  Value square = b.mul(x, x), magnitude = emitAbs(b, x);
  Value p =
      emitPolynomial(b, square,
                     {-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2,
                      1.33314422036e-1, -3.33332819422e-1});
  Value small = b.add(b.mul(b.mul(p, square), x), x);
  Value one = b.same(x, 1.0);
  Value e = emitExp(b, b.mul(magnitude, b.same(x, -2.0)));
  Value large = copySign(b, emitQuotient(b, b.sub(one, e), b.add(one, e)), x);
  return b.select(b.less(magnitude, b.same(x, 0.625)), small,
                  keepNaN(b, x, large));
}

Value mopt::emitLogistic(KernelBuilder &b, Value x) {
  // With the exponential that is at most 1: no overflow.
  Value one = b.same(x, 1.0);
  Value e = emitExp(b, b.mul(emitAbs(b, x), b.same(x, -1.0)));
  Value positive = emitQuotient(b, one, b.add(one, e));
  Value result =
      b.select(b.less(x, b.same(x, 0.0)), b.mul(e, positive), positive);
  return keepNaN(b, x, result);
}
