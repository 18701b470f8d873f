//===- PixelKernels.cpp - Sums and means of images in planes --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HVXKernels.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

//===----------------------------------------------------------------------===//
// Add
//===----------------------------------------------------------------------===//

/// round(value * multiplier / 2^31); `isHalf`: the multiplier is 2^30, and the
/// value even.
static Value multiplyHigh(HVXEmitter &b, Value value, int32_t multiplier) {
  if (multiplier == 1 << 30)
    return b.vector("vasrw", {value, b.constant(1)});
  Value factor = b.splat(b.constant(multiplier));
  Value low = b.vector("vmpyewuh", {value, factor});
  return b.vector("vmpyowh.rnd.sacc", {low, value, factor});
}

/// A shift to the right that rounds, ties away from zero.
static Value shiftRounding(HVXEmitter &b, Value value, int32_t shift) {
  if (shift == 0)
    return value;
  value = b.vector("vasrw.acc", {value, value, b.constant(31)});
  value = b.vector("vaddw", {value, b.splat(b.constant(1 << (shift - 1)))});
  return b.vector("vasrw", {value, b.constant(shift)});
}

/// The channels of a vector's pixels, less the zero point, times 2^20,
/// rescaled.
static Values rescaleChannels(HVXEmitter &b, Value bytes, int32_t zeroPoint,
                              int32_t multiplier, int32_t shift) {
  Value mask = b.splat(b.constant(0xff << 20));
  Value zero = b.splat(b.constant(zeroPoint << 20));
  Values channels;
  for (int64_t channel = 0; channel < 4; ++channel) {
    int64_t left = 20 - 8 * channel;
    Value value = left > 0 ? b.vector("vaslw", {bytes, b.constant(left)})
                           : b.vector("vasrw", {bytes, b.constant(-left)});
    value = b.vector("vsubw", {b.vector("vand", {value, mask}), zero});
    channels.push_back(
        shiftRounding(b, multiplyHigh(b, value, multiplier), shift));
  }
  return channels;
}

void mopt::emitKernel(HVXEmitter &b, HVXAddOp op, ArrayRef<Value> pointers) {
  PlanesAttr lhs = op.getLhsPlanes(), rhs = op.getRhsPlanes(),
             out = op.getOutputPlanes();
  ArrayRef<int32_t> zeroPoints = op.getZeroPoints(), m = op.getMultipliers();
  HVXRequantizeAttr requantize = op.getRequantize();
  int64_t zero = requantize.getZeroPoint();
  Values inits = {b.at(pointers[0], lhs.getFrontBytes()),
                  b.at(pointers[1], rhs.getFrontBytes()),
                  b.at(pointers[2], out.getFrontBytes())};
  b.loop(llvm::divideCeil(out.getChannels(), 4), inits, [&](ValueRange plane) {
    b.loop(out.getNumVectors(), plane, [&](ValueRange at) {
      auto load = [&](Value pointer) {
        return b.load(b.vec, pointer, kHVXVectorBytes);
      };
      Values sums = rescaleChannels(b, load(at[0]), zeroPoints[0], m[0], m[1]);
      Values others =
          rescaleChannels(b, load(at[1]), zeroPoints[1], m[2], m[3]);
      for (auto [sum, other] : llvm::zip_equal(sums, others)) {
        sum = b.vector("vaddw", {sum, other});
        Value factor = b.splat(b.constant(m[4]));
        Value low = b.vector("vmpyewuh", {sum, factor});
        sum = b.vector("vmpyowh.rnd.sacc", {low, sum, factor});
        sum = shiftRounding(b, sum, m[5]);
      }
      Value zeroPoint = b.splat(b.constant(zero << 16 | zero));
      auto narrow = [&](Value high, Value low) {
        return b.vector("vaddhsat",
                        {b.vector("vsatwh", {high, low}), zeroPoint});
      };
      Value even = narrow(sums[2], sums[0]), odd = narrow(sums[3], sums[1]);
      Value bytes = b.vector("vsathub", {odd, even});
      b.store(b.clamp(bytes, requantize.getMin(), requantize.getMax()), at[2],
              kHVXVectorBytes);
      Values next;
      for (Value pointer : at)
        next.push_back(b.at(pointer, kHVXVectorBytes));
      return next;
    });
    return Values{b.at(plane[0], lhs.getPlaneBytes()),
                  b.at(plane[1], rhs.getPlaneBytes()),
                  b.at(plane[2], out.getPlaneBytes())};
  });
  if (op.getBorder())
    emitBorder(b, pointers[2], out, *op.getBorder());
}

//===----------------------------------------------------------------------===//
// Mean
//===----------------------------------------------------------------------===//

void mopt::emitKernel(HVXEmitter &b, HVXMeanOp op, ArrayRef<Value> pointers) {
  PlanesAttr planes = op.getPlanes();
  auto halves = VectorType::get(4, b.i16);
  int64_t count = planes.getRows() * planes.getColumns();
  auto emitPlane = [&](Value image, Value output, int64_t channels) {
    // Products with ones add four bytes to four halves; two sums, so that a
    // packet has two of them.
    Value ones = b.constant(0x01010101), none = b.constant(b.i64, 0);
    auto addPixel = [&](Value sum, Value pixel) {
      return b.call("llvm.hexagon.M5.vmacbuu", b.i64,
                    {sum, b.load(b.i32, pixel, 4), ones});
    };
    Values rows = b.loop(
        planes.getRows(), {none, none, b.at(image, planes.getFrontBytes())},
        [&](ValueRange row) {
          Values columns = llvm::to_vector_of<Value>(row);
          if (planes.getColumns() >= 2)
            columns = b.loopUnrolled(
                planes.getColumns() / 2, 8, row, [&](ValueRange pixels) {
                  return Values{addPixel(pixels[0], pixels[2]),
                                addPixel(pixels[1], b.at(pixels[2], 4)),
                                b.at(pixels[2], 8)};
                });
          if (planes.getColumns() % 2)
            columns[0] = addPixel(columns[0], columns[2]);
          return Values{columns[0], columns[1],
                        b.at(row[2], planes.getPitch() * 4)};
        });
    auto toHalves = [&](Value sums) -> Value {
      return LLVM::BitcastOp::create(b.builder, b.loc, halves, sums);
    };
    Value sums = b.add(toHalves(rows[0]), toHalves(rows[1]));
    for (int64_t channel = 0; channel < channels; ++channel) {
      Value sum = LLVM::ExtractElementOp::create(b.builder, b.loc, sums,
                                                 b.constant(channel));
      sum = b.sub(b.extend(b.i32, sum), b.constant(count * op.getZeroPoint()));
      Value product = b.mul(b.extend(b.i64, sum, /*isSigned=*/true),
                            b.constant(b.i64, op.getMultiplier()));
      auto shift = [&](Value value, Value nudge, int64_t amount) {
        return b.shiftRight(b.add(value, nudge), b.constant(b.i64, amount));
      };
      product = shift(product, b.constant(b.i64, op.getNudge()), op.getShift());
      Value isNegative =
          b.compare(LLVM::ICmpPredicate::slt, product, b.constant(b.i64, 0));
      Value nudge =
          b.select(isNegative, b.constant(b.i64, op.getLastNudges()[0]),
                   b.constant(b.i64, op.getLastNudges()[1]));
      Value result =
          b.truncate(b.i32, shift(product, nudge, op.getLastShift()));
      result = b.make<LLVM::SMaxOp>(result, b.constant(op.getMin()));
      result = b.make<LLVM::SMinOp>(result, b.constant(op.getMax()));
      if (!op.getOutputOffset())
        result = b.bitXor(result, b.constant(0x80));
      b.store(b.truncate(b.i8, result), b.at(output, channel), 1);
    }
  };
  int64_t whole = planes.getChannels() / 4, rest = planes.getChannels() % 4;
  Values next = {pointers[0], pointers[1]};
  if (whole > 0)
    next = b.loop(whole, next, [&](ValueRange plane) {
      emitPlane(plane[0], plane[1], 4);
      return Values{b.at(plane[0], planes.getPlaneBytes()), b.at(plane[1], 4)};
    });
  if (rest > 0)
    emitPlane(next[0], next[1], rest);
}
