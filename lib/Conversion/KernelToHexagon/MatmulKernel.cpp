//===- MatmulKernel.cpp - Products of rows, channels in the lanes ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A row has one pixel, so that lanes are channels: weights, as uint8, are the
// vectors, the row is the scalar operand. What their zero point adds is the sum
// of the row, which scalar instructions form in packets that wait for weights.

#include "HVXKernels.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

static constexpr int64_t kVectors = 4, kTileChannels = 128;
static constexpr int64_t kFlip = 0x80808080;
/// Constants are aligned to it.
static constexpr unsigned kWeightAlignment = 128;

namespace {

class MatmulEmitter {
public:
  MatmulEmitter(HVXEmitter &b, HVXMatmulOp op) : b(b), op(op) {}
  void emit(ArrayRef<Value> pointers);

private:
  /// Adds the products of eight bytes, `bytes`, with the vectors behind it;
  /// carried are the sums and the sum of the row.
  Values addTurn(Values sums, ValueRange operands);
  /// Those vectors.
  Values loadWeights(Value weights);
  Value loadBytes(Value from, int64_t count);
  Values rescale(Values sums, Value parameters);
  void emitTile(Value row, Value weights, Value parameters, Value output,
                int64_t channels);

  HVXEmitter &b;
  HVXMatmulOp op;
  unsigned alignment = 1;
};

} // namespace

Value MatmulEmitter::loadBytes(Value from, int64_t count) {
  Value bytes;
  if (count == 8)
    return b.load(b.i64, from, alignment);
  for (int64_t i = 0; i < count; ++i) {
    Value byte = b.extend(b.i64, b.load(b.i8, b.at(from, i), 1));
    byte = b.shiftLeft(byte, b.constant(b.i64, 8 * i));
    bytes = bytes ? b.bitOr(bytes, byte) : byte;
  }
  return bytes;
}

Values MatmulEmitter::loadWeights(Value weights) {
  Values vectors;
  for (int64_t i = 0; i < 2 * kVectors; ++i)
    vectors.push_back(
        b.load(b.vec, b.at(weights, i * kHVXVectorBytes), kWeightAlignment));
  return vectors;
}

Values MatmulEmitter::addTurn(Values sums, ValueRange operands) {
  Value bytes = operands[0];
  if (!op.getOffset())
    bytes = b.bitXor(bytes, b.constant(b.i64, kFlip << 32 | kFlip));
  sums[kVectors] = b.call("llvm.hexagon.A2.vraddub.acc", b.i64,
                          {sums[kVectors], bytes, b.constant(b.i64, 0)});
  for (int64_t step = 0; step < 2; ++step) {
    Value word = b.truncate(
        b.i32,
        step == 0 ? bytes : b.make<LLVM::LShrOp>(bytes, b.constant(b.i64, 32)));
    for (int64_t v = 0; v < kVectors; ++v)
      sums[v] = b.vector("vrmpyub.acc",
                         {sums[v], operands[1 + step * kVectors + v], word});
  }
  return sums;
}

Values MatmulEmitter::rescale(Values sums, Value parameters) {
  HVXRequantizeAttr requantize = op.getRequantize();
  for (int64_t v = 0; v < kVectors; ++v) {
    auto load = [&](int64_t row) {
      return b.load(b.vec,
                    b.at(parameters, (row * kVectors + v) * kHVXVectorBytes),
                    kWeightAlignment);
    };
    HVXRescale by = {load(1), load(2),           load(3),
                     load(4), /*isByLane=*/true, requantize.cutsOffNegative()};
    sums[v] = emitRescale(b, requantize.getRounding(), sums[v], by);
  }
  return sums;
}

void MatmulEmitter::emitTile(Value row, Value weights, Value parameters,
                             Value output, int64_t channels) {
  int64_t depth = op.getDepth(), turnBytes = 2 * kVectors * kHVXVectorBytes;
  Values sums;
  for (int64_t v = 0; v < kVectors; ++v)
    sums.push_back(
        b.load(b.vec, b.at(parameters, v * kHVXVectorBytes), kWeightAlignment));
  sums.push_back(b.constant(b.i64, 0));
  if (depth >= 8) {
    sums = b.loopAhead(
        depth / 8, {row, weights}, sums,
        [&](ValueRange places) {
          Values first = {loadBytes(places[0], 8)};
          first.append(loadWeights(places[1]));
          return first;
        },
        [&](Values values, ValueRange, ValueRange first, bool) {
          return addTurn(values, first);
        },
        [&](ValueRange places) {
          return Values{b.at(places[0], 8), b.at(places[1], turnBytes)};
        });
    sums.truncate(kVectors + 1);
  }
  // Weights behind the end are the zero point.
  if (int64_t rest = depth % 8) {
    Values operands = {loadBytes(b.at(row, depth - rest), rest)};
    operands.append(loadWeights(b.at(weights, depth / 8 * turnBytes)));
    sums = addTurn(sums, operands);
  }
  Value both = sums.pop_back_val();
  Value total = b.add(
      b.truncate(b.i32, both),
      b.truncate(b.i32, b.make<LLVM::LShrOp>(both, b.constant(b.i64, 32))));
  total = b.splat(b.mul(total, b.constant(op.getWeightZeroPoint())));
  for (Value &sum : sums)
    sum = b.vector("vsubw", {sum, total});
  sums = rescale(sums, parameters);

  HVXRequantizeAttr requantize = op.getRequantize();
  auto narrow = [&](Value high, Value low) {
    return addZeroPoint(b, requantize, b.vector("vsatwh", {high, low}));
  };
  Value even = narrow(sums[2], sums[0]), odd = narrow(sums[3], sums[1]);
  Value bytes = b.clamp(b.vector("vsathub", {odd, even}), requantize.getMin(),
                        requantize.getMax());
  if (!op.getOffset())
    bytes = b.vector("vxor", {bytes, b.splatByte(0x80)});
  if (channels == kTileChannels) {
    b.store(bytes, output, 1);
    return;
  }
  Value buffer;
  {
    OpBuilder::InsertionGuard guard(b.builder);
    Block &entry = b.builder.getInsertionBlock()->getParent()->front();
    b.builder.setInsertionPointToStart(&entry);
    buffer = LLVM::AllocaOp::create(b.builder, b.loc, b.ptr, b.vec,
                                    b.constant(1), kHVXVectorBytes);
  }
  b.store(bytes, buffer, kHVXVectorBytes);
  b.loop(channels, {buffer, output}, [&](ValueRange values) {
    b.store(b.load(b.i8, values[0], 1), values[1], 1);
    return Values{b.at(values[0], 1), b.at(values[1], 1)};
  });
}

void MatmulEmitter::emit(ArrayRef<Value> pointers) {
  int64_t channels = op.getChannels(), depth = op.getDepth();
  // What is not the caller's is aligned.
  if (HVXEmitter::isAligned(op.getInput()) && depth % 8 == 0)
    alignment = 8;
  int64_t whole = channels / kTileChannels, rest = channels % kTileChannels;
  int64_t tileWeights = llvm::alignTo(depth, 8) * kTileChannels;
  int64_t tileParameters = 5 * kVectors * kHVXVectorBytes;
  Values inits = {pointers[0], pointers[3]};
  b.loop(op.getRows(), inits, [&](ValueRange row) {
    Values next = {pointers[1], pointers[2], row[1]};
    if (whole > 0)
      next = b.loop(whole, next, [&](ValueRange tile) {
        emitTile(row[0], tile[0], tile[1], tile[2], kTileChannels);
        return Values{b.at(tile[0], tileWeights), b.at(tile[1], tileParameters),
                      b.at(tile[2], kTileChannels)};
      });
    if (rest > 0)
      emitTile(row[0], next[0], next[1], next[2], rest);
    return Values{b.at(row[0], depth), b.at(row[1], channels)};
  });
}

void mopt::emitKernel(HVXEmitter &b, HVXMatmulOp op, ArrayRef<Value> pointers) {
  MatmulEmitter(b, op).emit(pointers);
}
