//===- FixedPoint.cpp - Functions in fixed-point and table arithmetic -----*-
// C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/Reference/FixedPoint.h"

#include "mopt/Dialect/Mopt/Reference/Requantize.h"
#include "llvm/ADT/bit.h"

#include <cassert>
#include <cmath>
#include <cstdlib>
#include <limits>

using namespace mlir;
using namespace mlir::mopt;

/// Product of fixed-point numbers: the integer bits of the factors add up.
static int32_t multiply(int32_t a, int32_t b) {
  return saturatingRoundingDoublingHighMul(a, b);
}

//===----------------------------------------------------------------------===//
// Exponential and reciprocal
//===----------------------------------------------------------------------===//

/// exp(x) for x in [-1/4, 0), Q0.31, by the Taylor polynomial of degree 4
/// around -1/8.
static int32_t expOnLastQuarter(int32_t a) {
  constexpr int32_t expOfMinusEighth = 1895147668;
  constexpr int32_t oneThird = 715827883;
  int32_t x = a + (1 << 28);
  int32_t x2 = multiply(x, x);
  int32_t x3 = multiply(x2, x);
  int32_t x4 = multiply(x2, x2);
  // x^4 / 24 + x^3 / 6 + x^2 / 2, in the order that loses least.
  int32_t tail = roundingDivideByPOT(
      multiply(roundingDivideByPOT(x4, 2) + x3, oneThird) + x2, 1);
  return expOfMinusEighth + multiply(expOfMinusEighth, x + tail);
}

int32_t mopt::expOnNegativeQ5(int32_t x) {
  if (x == 0)
    return std::numeric_limits<int32_t>::max();
  constexpr int fractionalBits = 26;
  constexpr int32_t quarter = 1 << (fractionalBits - 2);
  // x = fraction - multiple of 1/4, fraction in [-1/4, 0).
  int32_t fraction = (x & (quarter - 1)) - quarter;
  int32_t result =
      expOnLastQuarter(saturatingRoundingMultiplyByPOT(fraction, 5));
  int32_t remainder = fraction - x;
  // exp(-2^i) for i = -2 .. 4, one for each bit of the remainder.
  constexpr int32_t powers[] = {1672461947, 1302514674, 790015084, 290630308,
                                39332535,   720401,     242};
  for (auto [i, power] : llvm::enumerate(powers))
    if (remainder & (1 << (fractionalBits - 2 + i)))
      result = multiply(result, power);
  return result;
}

// Three Newton steps on half of it.
int32_t mopt::getOneOverOnePlus(int32_t a) {
  constexpr int32_t one = std::numeric_limits<int32_t>::max();
  // The line through the ends of 1 / d on [1/2, 1], in Q2.29.
  constexpr int32_t intercept = 1515870810; // 48 / 17
  constexpr int32_t slope = -1010580540;    // -32 / 17
  auto halfDenominator = static_cast<int32_t>((int64_t(a) + one + 1) / 2);
  int32_t x = intercept + multiply(halfDenominator, slope);
  for (int step = 0; step < 3; ++step) {
    int32_t error = (1 << 29) - multiply(halfDenominator, x);
    x += saturatingRoundingMultiplyByPOT(multiply(x, error), 2);
  }
  return saturatingRoundingMultiplyByPOT(x, 1);
}

int32_t mopt::getReciprocal(uint64_t x, int integerBits, int &bitsOverUnit) {
  int headroom = llvm::countl_zero(x);
  bitsOverUnit = integerBits + 32 - headroom;
  // x = 2^bitsOverUnit * (1 + excess).
  uint32_t excess = static_cast<uint32_t>((x << headroom) >> 32) - (1u << 31);
  return getOneOverOnePlus(static_cast<int32_t>(excess));
}

int32_t mopt::calculateInputRadius(int integerBits, int leftShift) {
  double radius = ((1 << integerBits) - 1) * std::ldexp(1.0, 31 - integerBits) /
                  std::ldexp(1.0, leftShift);
  return static_cast<int32_t>(std::floor(radius));
}

//===----------------------------------------------------------------------===//
// Tables of 512 pieces
//===----------------------------------------------------------------------===//

static int16_t saturateToInt16(double value) {
  return static_cast<int16_t>(std::min(std::max(value, -32768.0), 32767.0));
}

Int16Table mopt::makeInt16Table(double inputMin, double inputMax,
                                llvm::function_ref<double(double)> function) {
  constexpr int numPieces = 512;
  double step = (inputMax - inputMin) / numPieces;
  // [-1, 1] in output units, as the kernels form it from a scale of 2 / 65535.
  constexpr double outputScale = 2.0 / 65535;
  constexpr double inverse =
      65536.0 / (outputScale * 32767 - outputScale * -32768);
  Int16Table table;
  for (int i = 0; i < numPieces; ++i) {
    double left = function(inputMin + i * step) * inverse;
    double middle = function(inputMin + i * step + step / 2) * inverse;
    double right = function(inputMin + (i + 1) * step) * inverse;
    double interpolated = std::round((right + std::round(left)) / 2);
    double bias = std::round((interpolated - std::round(middle)) / 2);
    table[i] = saturateToInt16(std::round(left) - bias);
  }
  table[numPieces] = saturateToInt16(std::round(function(inputMax) * inverse));
  return table;
}

int16_t mopt::lookUp(const Int16Table &table, int16_t value) {
  int index = 256 + (value >> 7);
  int offset = value & 0x7f;
  int slope = table[index + 1] - table[index];
  return static_cast<int16_t>(table[index] + ((slope * offset + 64) >> 7));
}

//===----------------------------------------------------------------------===//
// logistic and tanh of int16
//===----------------------------------------------------------------------===//

static std::array<uint16_t, 256> makeSigmoidTable() {
  auto sigmoid = [](double x) { return 65536.0 / (1.0 + std::exp(-x / 24)); };
  std::array<uint16_t, 256> table;
  for (int i = 0; i < 256; ++i) {
    double interpolated = (sigmoid(i) + sigmoid(i + 1)) / 2;
    double error = interpolated - sigmoid(i + 0.5);
    table[i] = static_cast<uint16_t>(std::round(sigmoid(i) - error / 2));
  }
  // Beyond the table the kernels saturate; its end meets that value.
  table.back() = 65535;
  return table;
}

const std::array<uint16_t, 256> &mopt::getSigmoidTable() {
  static const std::array<uint16_t, 256> table = makeSigmoidTable();
  return table;
}

SigmoidInput mopt::getSigmoidInput(float scale, bool allowShift) {
  float log2 = std::log(scale) * (1.0f / std::log(2.0f));
  float rounded = std::round(log2);
  int leftShift = static_cast<int>(rounded) + 12;
  if (std::abs(log2 - rounded) < 1e-3f &&
      (leftShift == 0 || (allowShift && leftShift == 1)))
    return {3 << leftShift, 0};
  double multiplier = scale * 4096.0 * 3.0;
  int shift = 0;
  while (multiplier <= 32767.0 / 2.0 && shift <= 30) {
    ++shift;
    multiplier *= 2.0;
  }
  return {static_cast<int32_t>(multiplier), shift};
}

/// The table's argument: 512 (logistic) or 256 (tanh) steps to an entry.
static int32_t rescaleInput(int16_t value, SigmoidInput input) {
  // In 64 bits, because a wide scale overflows 32; the kernels keep the low 32.
  int64_t rounding = input.shift > 0 ? int64_t(1) << (input.shift - 1) : 0;
  auto low = static_cast<int32_t>(
      static_cast<uint32_t>(int64_t(value) * input.multiplier + rounding));
  return low >> input.shift;
}

int16_t mopt::logisticInt16(int16_t value, SigmoidInput input) {
  int32_t x = rescaleInput(value, input);
  uint32_t magnitude = x < 0 ? 0u - static_cast<uint32_t>(x) : x;
  const std::array<uint16_t, 256> &table = getSigmoidTable();
  uint32_t index = magnitude >> 9;
  // Q16.9 of 65536 times the function.
  uint32_t result = 0x7FFF << 10;
  if (index < 255)
    result = (uint32_t(table[index]) << 9) +
             (magnitude & 0x1FF) * (table[index + 1] - table[index]);
  // logistic(-x) = 1 - logistic(x)
  result = x >= 0 ? result + (1 << 9) : (1 << 25) - result + (1 << 9) - 1;
  return static_cast<int16_t>(result >> 10);
}

int16_t mopt::tanhInt16(int16_t value, SigmoidInput input) {
  int32_t x = rescaleInput(value, input);
  uint32_t magnitude = x < 0 ? 0u - static_cast<uint32_t>(x) : x;
  const std::array<uint16_t, 256> &table = getSigmoidTable();
  uint32_t index = magnitude >> 8;
  int32_t result = 0xFFFF << 8;
  if (index < 255)
    result = (int32_t(table[index]) << 8) +
             int32_t(magnitude & 0xFF) * (table[index + 1] - table[index]);
  // tanh(x) = 2 * logistic(2 * x) - 1
  constexpr int32_t half = 1 << 23, rounding = 1 << 7;
  result = x >= 0 ? result - half + rounding : half - result + rounding - 1;
  return static_cast<int16_t>(result >> 8);
}
