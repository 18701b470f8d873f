//===- LinearAddKernel.cpp - Weighted sums of images in planes ------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The 16-bit halves of a lane are a channel of both images, so that one product
// of halves adds them up. Multipliers of 31 bits are two halves, whose products
// with bytes fit 32 bits.

#include "HVXImageKernels.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

static constexpr int64_t kHalfBits = 16, kHalfMask = 0xffff;

namespace {

class LinearAddEmitter {
public:
  LinearAddEmitter(HVXEmitter &b, HVXLinearAddOp op) : b(b), op(op) {}

  /// The sums of all bytes of two vectors.
  Value emitSum(Value lhs, Value rhs);

private:
  /// t of a channel, in terms of the op's description, or, with ties to even,
  /// with what makes rounding down of it that.
  Value emitChannel(Value bytes);
  /// The upper or lower halves of both multipliers in a word.
  Value getHalves(int64_t shift) {
    ArrayRef<int32_t> m = op.getMultipliers();
    return b.constant((m[1] >> shift & kHalfMask) << kHalfBits |
                      (m[0] >> shift & kHalfMask));
  }

  HVXEmitter &b;
  HVXLinearAddOp op;
};

} // namespace

Value LinearAddEmitter::emitChannel(Value bytes) {
  int64_t offset = op.getOffset(), shift = op.getShift();
  Value high =
      b.vector("vdmpyhsat.acc", {b.splat(b.constant(offset >> kHalfBits)),
                                 bytes, getHalves(kHalfBits)});
  Value low =
      b.vector("vdmpyhsusat.acc",
               {b.splat(b.constant(offset & kHalfMask)), bytes, getHalves(0)});
  Value sum = b.vector("vasrw.acc", {high, low, b.constant(kHalfBits)});
  if (!op.getTiesToEven())
    return sum;
  Value odd = b.vector("vand", {b.vector("vasrw", {sum, b.constant(shift)}),
                                b.splat(b.constant(1))});
  Value half = b.splat(b.constant((int64_t(1) << (shift - 1)) - 1));
  return b.vector("vaddw", {b.vector("vaddw", {sum, half}), odd});
}

Value LinearAddEmitter::emitSum(Value lhs, Value rhs) {
  Value mask = b.splat(b.constant(0x00ff00ff));
  auto shuffle = [&](auto pick) {
    auto [low, high] = b.pair("vshufoeh", {pick(rhs), pick(lhs)});
    Values sums = {emitChannel(low), emitChannel(high)};
    Value halves =
        b.vector("vasrwhsat", {sums[1], sums[0], b.constant(op.getShift())});
    if (int64_t zero = op.getZeroPoint())
      halves = b.vector("vaddhsat",
                        {halves, b.splat(b.constant(zero << 16 | zero))});
    return halves;
  };
  Value even =
      shuffle([&](Value value) { return b.vector("vand", {value, mask}); });
  Value odd = shuffle(
      [&](Value value) { return b.vector("vlsrh", {value, b.constant(8)}); });
  return b.clamp(b.vector("vsathub", {odd, even}), op.getMin(), op.getMax());
}

void mopt::emitKernel(HVXEmitter &b, HVXLinearAddOp op,
                      ArrayRef<Value> pointers) {
  PlanesAttr lhs = op.getLhsPlanes(), rhs = op.getRhsPlanes(),
             out = op.getOutputPlanes();
  LinearAddEmitter emitter(b, op);
  Values inits = {b.at(pointers[0], lhs.getFrontBytes()),
                  b.at(pointers[1], rhs.getFrontBytes()),
                  b.at(pointers[2], out.getFrontBytes())};
  int64_t vectors = out.getNumVectors();
  // Two at a time: what one waits for the other fills.
  auto addVectors = [&](ValueRange at, int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      auto load = [&](Value pointer) {
        return b.load(b.vec, b.at(pointer, i * kHVXVectorBytes),
                      kHVXVectorBytes);
      };
      b.store(emitter.emitSum(load(at[0]), load(at[1])),
              b.at(at[2], i * kHVXVectorBytes), kHVXVectorBytes);
    }
    Values next;
    for (Value pointer : at)
      next.push_back(b.at(pointer, count * kHVXVectorBytes));
    return next;
  };
  b.loop(llvm::divideCeil(out.getChannels(), 4), inits, [&](ValueRange plane) {
    Values at = llvm::to_vector_of<Value>(plane);
    if (vectors >= 2)
      at = b.loop(vectors / 2, at,
                  [&](ValueRange turn) { return addVectors(turn, 2); });
    if (vectors % 2)
      addVectors(at, 1);
    return Values{b.at(plane[0], lhs.getPlaneBytes()),
                  b.at(plane[1], rhs.getPlaneBytes()),
                  b.at(plane[2], out.getPlaneBytes())};
  });
  if (op.getBorder())
    emitBorder(b, pointers[2], out, *op.getBorder());
}
