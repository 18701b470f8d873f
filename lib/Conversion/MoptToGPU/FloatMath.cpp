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

#include <limits>

using namespace mlir;
using namespace mlir::mopt;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();
static constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

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

Value mopt::emitLog(KernelBuilder &b, Value x) {
  // x = 2^n (1 + z) with 1 + z between the roots of 1/2 and 2.
  static constexpr int64_t kHalfRoot = 0x3F3504F3;
  Value bits = b.bitsToInt(x);
  Value n = b.sar(b.sub(bits, kHalfRoot), 23);
  Value z = b.sub(b.bitsToFloat(b.sub(bits, b.shl(n, 23))), b.same(x, 1.0));
  Value exponent = b.toFloat(n), square = b.mul(z, z);
  Value y =
      emitPolynomial(b, z,
                     {7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1,
                      -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
                      2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1});
  y = b.mul(b.mul(y, z), square);
  // ln 2 in two parts, of which the first one has few bits.
  y = b.add(y, b.mul(exponent, b.same(x, -2.12194440e-4)));
  y = b.add(b.sub(y, b.mul(square, b.same(x, 0.5))), z);
  y = b.add(y, b.mul(exponent, b.same(x, 0.693359375)));
  // Of infinity, of zero, of what is negative.
  Value zero = b.same(x, 0.0), infinity = b.same(x, kInfinity);
  y = b.select(b.equal(x, infinity), infinity, y);
  y = b.select(b.equal(x, zero), b.same(x, -kInfinity), y);
  y = b.select(b.less(x, zero), b.same(x, kNaN), y);
  return keepNaN(b, x, y);
}

Value mopt::emitGelu(KernelBuilder &b, Value x) {
  // Half of erfc(z) at z = |x| / sqrt(2); beyond 15 it is no float.
  Value one = b.same(x, 1.0);
  Value magnitude = b.min(emitAbs(b, x), b.same(x, 15.0));
  Value z = b.mul(magnitude, b.same(x, 0.70710678118654752));
  Value small =
      b.mul(z, emitPolynomial(b, b.mul(z, z),
                              {7.853861353153693e-5, -8.010193625184903e-4,
                               5.188327685732524e-3, -2.685381193529856e-2,
                               1.128358514861418e-1, -3.761262582423300e-1,
                               1.128379165726710e0}));
  // exp(-x^2 / 2) by a part of x whose square is exact, and what it leaves.
  Value high =
      b.bitsToFloat(b.bitAnd(b.bitsToInt(magnitude), int64_t(0xFFFFF000)));
  Value rest = b.mul(b.sub(magnitude, high), b.add(magnitude, high));
  Value minusHalf = b.same(x, -0.5);
  Value power = b.mul(emitExp(b, b.mul(b.exactMul(high, high), minusHalf)),
                      emitExp(b, b.mul(rest, minusHalf)));
  Value inverse = emitQuotient(b, one, z), square = b.mul(inverse, inverse);
  Value middle = emitPolynomial(
      b, square,
      {2.326819970068386e-2, -1.387039388740657e-1, 3.687424674597105e-1,
       -5.824733027278666e-1, 6.210004621745983e-1, -4.944515323274145e-1,
       3.404879937665872e-1, -2.741127028184656e-1, 5.638259427386472e-1});
  Value far = emitPolynomial(b, square,
                             {-1.047766399936249e+1, 1.297719955372516e+1,
                              -7.495518717768503e+0, 2.921019019210786e+0,
                              -1.015265279202700e+0, 4.218463358204948e-1,
                              -2.820767439740514e-1, 5.641895067754075e-1});
  Value large = b.mul(b.mul(power, inverse),
                      b.select(b.less(z, b.same(x, 2.0)), middle, far));
  Value tail =
      b.mul(b.select(b.less(z, one), b.sub(one, small), large), b.same(x, 0.5));
  return b.mul(x, b.select(b.less(x, b.same(x, 0.0)), tail, b.sub(one, tail)));
}

Value mopt::emitApproximateGelu(KernelBuilder &b, Value x) {
  // Twice sqrt(2 / pi).
  Value cube = b.mul(b.mul(x, x), b.mul(x, b.same(x, 0.044715)));
  Value twice = b.mul(b.add(x, cube), b.same(x, 1.5957691216057308));
  return b.mul(x, emitLogistic(b, twice));
}
