//===- SumWriter.cpp - From sums to stored bytes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::Arithmetic;

static VectorType withElement(Value vector, Type element) {
  return VectorType::get(cast<VectorType>(vector.getType()).getShape(),
                         element);
}

Value SumWriter::clamp(KernelEmitter &b, Value value, int64_t low,
                       int64_t high) const {
  Type type = value.getType();
  if (isa<FloatType>(getElementTypeOrSelf(type))) {
    value = arith::MaximumFOp::create(b, value, b.constant(type, low));
    return arith::MinimumFOp::create(b, value, b.constant(type, high));
  }
  value = arith::MaxSIOp::create(b, value, b.constant(type, low));
  return arith::MinSIOp::create(b, value, b.constant(type, high));
}

//===----------------------------------------------------------------------===//
// Factors
//===----------------------------------------------------------------------===//

Value SumWriter::rescaleReal(KernelEmitter &b, Value sum, Value lane) const {
  VectorType type = withElement(sum, b.getF32Type());
  Value value = arith::SIToFPOp::create(b, type, sum);
  value = arith::MulFOp::create(b, value, b.load(type, factors[0], lane));
  // Bounds are whole numbers: cutting before rounding is the same, and what is
  // left fits 32 bits.
  if (!rule.getSmall())
    value = clamp(b, value, int64_t(rule.getMin()) - rule.getZeroPoint(),
                  int64_t(rule.getMax()) - rule.getZeroPoint());
  // Rounds to even in the mode that everything runs in.
  std::string lanes = std::to_string(type.getNumElements());
  return b.callIntrinsic("llvm.lrint.v" + lanes + "i32.v" + lanes + "f32",
                         sum.getType(), value);
}

Value SumWriter::rescaleDouble(KernelEmitter &b, Value sum, Value lane) const {
  VectorType type = withElement(sum, b.getF64Type());
  Value value = arith::SIToFPOp::create(b, type, sum);
  value = arith::MulFOp::create(b, value, b.load(type, factors[0], lane));
  if (rule.getSmall()) {
    // Half away from zero, of less than 2^31: the number before a half, so that
    // what lies below one does not reach the next number. Where nothing below
    // zero is kept, the sign does not matter.
    Value half = b.constant(type, 0x1.fffffffffffffp-2);
    if (rule.getMin() < rule.getZeroPoint())
      half = math::CopySignOp::create(b, half, value);
    value = arith::AddFOp::create(b, value, half);
    return arith::FPToSIOp::create(b, sum.getType(), value);
  }
  value = math::RoundOp::create(b, value);
  value = clamp(b, value, int64_t(rule.getMin()) - rule.getZeroPoint(),
                int64_t(rule.getMax()) - rule.getZeroPoint());
  return arith::FPToSIOp::create(b, sum.getType(), value);
}

Value SumWriter::rescale(KernelEmitter &b, Value sum, Value lane) const {
  switch (rule.getArithmetic()) {
  case Arithmetic::Real:
    return rescaleReal(b, sum, lane);
  case Arithmetic::Multiplier:
    return rule.getSmall() ? rescaleSmall(b, sum, lane)
                           : rescaleFixed(b, sum, lane);
  case Arithmetic::Double:
    break;
  }
  return rescaleDouble(b, sum, lane);
}

//===----------------------------------------------------------------------===//
// Bytes
//===----------------------------------------------------------------------===//

/// The x86 instructions that narrow with saturation, by the lanes of sums.
static StringRef getPackName(int64_t lanes, StringRef sse2, StringRef avx2,
                             StringRef avx512) {
  return lanes == 16 ? avx512 : lanes == 8 ? avx2 : sse2;
}

static Value packToWords(KernelEmitter &b, Value low, Value high) {
  int64_t lanes = cast<VectorType>(low.getType()).getNumElements();
  return b.callIntrinsic(
      getPackName(lanes, "llvm.x86.sse2.packssdw.128", "llvm.x86.avx2.packssdw",
                  "llvm.x86.avx512.packssdw.512"),
      VectorType::get(2 * lanes, b.getI16Type()), {low, high});
}

Value SumWriter::narrowFour(KernelEmitter &b, ArrayRef<Value> values) const {
  // Saturation at every step is the clamp to the storage type; a narrower one
  // is left for the bytes.
  int64_t offset = isOffset ? 128 : 0;
  SmallVector<Value> words;
  for (unsigned i : {0, 2}) {
    Value word = packToWords(b, values[i], values[i + 1]);
    int64_t zeroPoint = stored.getZeroPoint() + offset;
    if (zeroPoint != 0) {
      auto type = cast<VectorType>(word.getType());
      std::string name =
          "llvm.sadd.sat.v" + std::to_string(type.getNumElements()) + "i16";
      word = b.callIntrinsic(name, type, {word, b.constant(type, zeroPoint)});
    }
    words.push_back(word);
  }
  int64_t lanes = tile.getLanes();
  StringRef name = isOffset ? getPackName(lanes, "llvm.x86.sse2.packuswb.128",
                                          "llvm.x86.avx2.packuswb",
                                          "llvm.x86.avx512.packuswb.512")
                            : getPackName(lanes, "llvm.x86.sse2.packsswb.128",
                                          "llvm.x86.avx2.packsswb",
                                          "llvm.x86.avx512.packsswb.512");
  VectorType type = VectorType::get(4 * lanes, b.getI8Type());
  Value bytes = b.callIntrinsic(name, type, words);
  auto bound = [&](int64_t value) {
    return b.constant(type, static_cast<int8_t>(value + offset));
  };
  if (stored.getMin() > -128) {
    if (isOffset)
      bytes = arith::MaxUIOp::create(b, bytes, bound(stored.getMin()));
    else
      bytes = arith::MaxSIOp::create(b, bytes, bound(stored.getMin()));
  }
  if (stored.getMax() < 127) {
    if (isOffset)
      bytes = arith::MinUIOp::create(b, bytes, bound(stored.getMax()));
    else
      bytes = arith::MinSIOp::create(b, bytes, bound(stored.getMax()));
  }
  return bytes;
}

Value SumWriter::narrowTwo(KernelEmitter &b, ArrayRef<Value> values) const {
  // 16 bits saturate beyond every bound less a zero point.
  Value words = packToWords(b, values[0], values[1]);
  words = clamp(b, words, stored.getMin() - stored.getZeroPoint(),
                stored.getMax() - stored.getZeroPoint());
  int64_t shift = stored.getZeroPoint() + (isOffset ? 128 : 0);
  if (shift != 0)
    words = b.add(words, b.constant(words.getType(), shift));
  if (isWide)
    return words;
  return arith::TruncIOp::create(b, withElement(words, b.getI8Type()), words);
}

Value SumWriter::narrow(KernelEmitter &b, ArrayRef<Value> values) const {
  if (values.size() == 4)
    return narrowFour(b, values);
  if (values.size() == 2)
    return narrowTwo(b, values);
  Value value =
      clamp(b, values[0], int64_t(stored.getMin()) - stored.getZeroPoint(),
            int64_t(stored.getMax()) - stored.getZeroPoint());
  int64_t shift = stored.getZeroPoint() + (isOffset ? 128 : 0);
  if (shift != 0)
    value = b.add(value, b.constant(value.getType(), shift));
  Type element = isWide ? b.getI16Type() : b.getI8Type();
  return arith::TruncIOp::create(b, withElement(value, element), value);
}

WritePlace SumWriter::getRow(KernelEmitter &b, Value batch, Value row,
                             Value channel) const {
  auto getPlace = [&](const kernel::ImageLayout &layout) {
    return b.add(b.add(b.mul(batch, layout.image), b.mul(row, layout.row)),
                 b.add(channel, layout.first));
  };
  return {getPlace(outputLayout), residual ? getPlace(addendLayout) : Value()};
}

void SumWriter::emit(KernelEmitter &b, ArrayRef<Value> sums, Value firstLane,
                     int64_t channels, WritePlace at) const {
  for (int64_t i = 0; i < tile.getVectors();) {
    int64_t width = tile.getSegment(i);
    int64_t done = i * tile.getLanes();
    SmallVector<Value> values;
    for (int64_t j = i; j < i + width; ++j)
      values.push_back(
          rescale(b, sums[j], b.add(firstLane, j * tile.getLanes())));
    if (done < channels && residual)
      values =
          residual->emit(b, values, channels - done, b.add(at.addend, done));
    if (done < channels)
      b.storeFirst(narrow(b, values), channels - done, output,
                   b.add(at.output, done));
    i += width;
  }
}
