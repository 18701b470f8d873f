//===- BinaryArithmetic.cpp - Two values become one -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BinaryArithmetic.h"

#include "mopt/Conversion/MoptToKernel/Layer.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace mlir::mopt;

StringRef mopt::getWord(BinaryKind kind) {
  switch (kind) {
  case BinaryKind::Add:
    return "add";
  case BinaryKind::Sub:
    return "sub";
  case BinaryKind::Mul:
    return "mul";
  case BinaryKind::Max:
    return "max";
  case BinaryKind::Min:
    return "min";
  }
  llvm_unreachable("covered switch");
}

BinaryArithmetic::BinaryArithmetic(BinaryKind kind, Type type,
                                   RequantizeMode mode)
    : kind(kind),
      ofBytes(getDeviceLayout(type)->element == DeviceElement::Byte) {
  if (ofBytes && !selects(kind))
    rescale =
        mode == RequantizeMode::Float ? RescaleKind::Float : RescaleKind::Fixed;
}

std::string BinaryArithmetic::getName() const {
  std::string name = getWord(kind).str();
  if (rescale)
    name += "_" + stringifyRescaleKind(*rescale).str();
  return name;
}

int64_t BinaryArithmetic::countVectors() const {
  if (!rescale)
    return 2;
  int64_t words = getFactorWords(*rescale);
  if (kind == BinaryKind::Mul)
    return 5 + words;
  return 5 + (*rescale == RescaleKind::Float ? 2 : 3 * words);
}

SmallVector<Value> BinaryArithmetic::load(KernelBuilder &b, unsigned argument,
                                          int64_t first) const {
  SmallVector<Value> parameters;
  for (int64_t i = 0; i < countVectors(); ++i)
    parameters.push_back(b.load(argument, b.index(first + i)));
  return parameters;
}

/// Integers are shifted to the left before a sum in fixed point.
static constexpr int kSumShift = 20;

Value BinaryArithmetic::combine(KernelBuilder &b, Value lhs, Value rhs,
                                ArrayRef<Value> p) const {
  // With a NaN on either side the second operand wins.
  if (kind == BinaryKind::Max)
    return b.select(b.less(rhs, lhs), lhs, rhs);
  if (kind == BinaryKind::Min)
    return b.select(b.less(lhs, rhs), lhs, rhs);
  if (!ofBytes) {
    Value value = kind == BinaryKind::Add   ? b.add(lhs, rhs)
                  : kind == BinaryKind::Sub ? b.sub(lhs, rhs)
                                            : b.mul(lhs, rhs);
    return b.clamp(value, p[0], p[1]);
  }
  Value low = p[0], high = p[1], zero = p[4];
  ArrayRef<Value> factors = p.drop_front(5);
  lhs = b.sub(lhs, p[2]);
  rhs = b.sub(rhs, p[3]);
  if (kind == BinaryKind::Mul)
    return b.add(emitRescale(b, *rescale, b.mul(lhs, rhs), factors, low, high),
                 zero);
  bool isAdd = kind == BinaryKind::Add;
  if (*rescale == RescaleKind::Float) {
    Value x = b.exactMul(b.toFloat(lhs), b.bitsToFloat(factors[0]));
    Value y = b.exactMul(b.toFloat(rhs), b.bitsToFloat(factors[1]));
    Value sum = isAdd ? b.exactAdd(x, y) : b.exactSub(x, y);
    Value cut = b.clamp(sum, b.toFloat(low), b.toFloat(high));
    return b.add(b.toInt(b.roundEven(cut)), zero);
  }
  Value x = emitFixedProduct(b, b.shl(lhs, kSumShift), factors[0], factors[1],
                             factors[2]);
  Value y = emitFixedProduct(b, b.shl(rhs, kSumShift), factors[3], factors[4],
                             factors[5]);
  Value sum = isAdd ? b.add(x, y) : b.sub(x, y);
  return b.add(emitRescale(b, *rescale, sum, factors.drop_front(6), low, high),
               zero);
}

/// Appends a factor of an op of bytes.
static void addFactor(std::vector<int32_t> &words, RescaleKind kind,
                      double exact, float rounded) {
  llvm::append_range(words, kind == RescaleKind::Float
                                ? makeFloatFactor(rounded)
                                : makeFixedFactor(quantizeMultiplier(exact)));
}

/// Bounds, zero points and factors of sums and products of bytes.
static std::vector<int32_t> getByteWords(BinaryKind kind, RescaleKind rescale,
                                         Value lhs, Value rhs, Value result,
                                         ActivationFunction activation) {
  int32_t zero = getByteZeroPoint(result);
  float left = getQuantParams(lhs.getType()).scale();
  float right = getQuantParams(rhs.getType()).scale();
  float out = getQuantParams(result.getType()).scale();
  ClampRange<int32_t> range = *getQuantizedActivationRange(
      activation, out, zero, {-kOffset, kOffset - 1});
  std::vector<int32_t> words = {range.min - zero, range.max - zero,
                                getByteZeroPoint(lhs), getByteZeroPoint(rhs),
                                zero};
  if (kind == BinaryKind::Mul) {
    float factor = left * right / out;
    addFactor(words, rescale, factor, factor);
    return words;
  }
  double common = 2.0 * double(std::max(left, right));
  addFactor(words, rescale, double(left) / common, left / out);
  addFactor(words, rescale, double(right) / common, right / out);
  if (rescale == RescaleKind::Fixed)
    addFactor(words, rescale,
              common / (double(int64_t(1) << kSumShift) * double(out)), 0.0f);
  return words;
}

std::vector<int32_t>
BinaryArithmetic::pack(Value lhs, Value rhs, Value result,
                       ActivationFunction activation) const {
  std::vector<int32_t> words;
  if (rescale) {
    words = getByteWords(kind, *rescale, lhs, rhs, result, activation);
  } else {
    ClampRange<float> range = *getFloatActivationRange(activation);
    words = {llvm::bit_cast<int32_t>(range.min),
             llvm::bit_cast<int32_t>(range.max)};
  }
  std::vector<int32_t> parameters;
  for (int32_t word : words)
    parameters.insert(parameters.end(), 4, word);
  return parameters;
}
