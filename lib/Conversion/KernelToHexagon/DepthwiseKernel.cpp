//===- DepthwiseKernel.cpp - Depthwise convolutions with pixels in the lanes
//-----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The bytes of a lane are four rows of one channel, so that the scalar operand
// of vrmpy is a column of the window. The columns on the right are the same
// vectors, shifted by pixels; what is shifted in are those of the next block,
// which that keeps.

#include "HVXKernels.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

/// Pairs of vectors of a plane that are computed without a loop.
static constexpr int64_t kFewPairs = 4, kPixels = 32;

namespace {

/// Products with vectors of the same rows.
struct RowGroup {
  ArrayRef<int64_t> rows;
  /// Which products, and their shifts.
  SmallVector<std::pair<int64_t, int64_t>> products;
  bool isShifted = false;
};

class DepthwiseEmitter {
public:
  DepthwiseEmitter(HVXEmitter &b, HVXDepthwiseConv2DOp op,
                   ArrayRef<Value> pointers);

  void emit(ArrayRef<Value> pointers);

private:
  /// Computes a plane: takes and gives the addresses of the input, the weights,
  /// the parameters and the output.
  Values emitPlane(ValueRange plane);
  /// Vectors of the four channels at a block of 32 pixels.
  Values loadChannels(const RowGroup &group, Value from, int64_t block);
  /// Computes `blocks` blocks; takes and gives the vectors of the shifted
  /// groups at the first block and the one behind. `isLast`: there is nothing
  /// behind that a pixel of the image needs.
  Values emitBlocks(Value from, Value to, Values current, int64_t blocks,
                    bool isLast, ArrayRef<Value> words, ChannelWriter &writer);
  /// True if the last block's pixels have all their columns in it.
  bool endsWithin() const;

  HVXEmitter &b;
  HVXDepthwiseConv2DOp op;
  PlanesAttr in, out;
  SmallVector<RowGroup> groups;
  int64_t numProducts;
};

} // namespace

DepthwiseEmitter::DepthwiseEmitter(HVXEmitter &b, HVXDepthwiseConv2DOp op,
                                   ArrayRef<Value> pointers)
    : b(b), op(op), in(op.getInputPlanes()), out(op.getOutputPlanes()) {
  ArrayRef<int64_t> columns = op.getColumns();
  numProducts = columns.size() / 5;
  for (int64_t i = 0; i < numProducts; ++i) {
    ArrayRef<int64_t> rows = columns.slice(i * 5, 4);
    auto *group = llvm::find_if(
        groups, [&](const RowGroup &group) { return group.rows == rows; });
    if (group == groups.end())
      group = &groups.emplace_back(RowGroup{rows, {}});
    int64_t shift = columns[i * 5 + 4];
    group->products.push_back({i, shift});
    group->isShifted |= shift != 0;
  }
}

Values DepthwiseEmitter::loadChannels(const RowGroup &group, Value from,
                                      int64_t block) {
  Values rows;
  for (int64_t i = 0; i < 4; ++i) {
    int64_t offset = group.rows[i] * 4;
    const auto *same = llvm::find(group.rows.take_front(i), group.rows[i]);
    if (same != group.rows.take_front(i).end()) {
      rows.push_back(rows[same - group.rows.begin()]);
      continue;
    }
    unsigned alignment = offset % kHVXVectorBytes ? 4 : kHVXVectorBytes;
    rows.push_back(
        b.load(b.vec, b.at(from, offset + block * kHVXVectorBytes), alignment));
  }
  auto [even, odd] = b.pair("vshufoeb", {rows[1], rows[0]});
  auto [nextEven, nextOdd] = b.pair("vshufoeb", {rows[3], rows[2]});
  auto [first, third] = b.pair("vshufoeh", {nextEven, even});
  auto [second, fourth] = b.pair("vshufoeh", {nextOdd, odd});
  return {first, second, third, fourth};
}

bool DepthwiseEmitter::endsWithin() const {
  int64_t most = 0;
  for (const RowGroup &group : groups)
    for (auto [product, shift] : group.products)
      most = std::max(most, shift);
  int64_t pixels =
      (out.getPhaseRows() - 1) * out.getPitch() + out.getPhaseColumns();
  return pixels + most <= out.getNumVectors() * kPixels;
}

Values DepthwiseEmitter::emitBlocks(Value from, Value to, Values current,
                                    int64_t blocks, bool isLast,
                                    ArrayRef<Value> words,
                                    ChannelWriter &writer) {
  SmallVector<Values> sums;
  for (Value bias : writer.getBias())
    sums.push_back(Values(blocks, bias));
  Values last;
  size_t used = 0;
  for (const RowGroup &group : groups) {
    Values here;
    if (group.isShifted) {
      here.assign(current.begin() + used, current.begin() + used + 4);
      used += 4;
    }
    for (int64_t block = 0; block < blocks; ++block) {
      Values next;
      if (group.isShifted && isLast && block + 1 == blocks)
        next = here;
      else if (group.isShifted)
        next = loadChannels(group, from, block + 1);
      else
        here = loadChannels(group, from, block);
      for (auto [product, shift] : group.products)
        for (unsigned channel = 0; channel < 4; ++channel) {
          Value pixels = here[channel];
          if (shift != 0)
            pixels = b.vector("valignb",
                              {next[channel], pixels, b.constant(shift * 4)});
          Value &sum = sums[channel][block];
          sum = b.vector("vrmpybus.acc",
                         {sum, pixels, words[product * 4 + channel]});
        }
      if (group.isShifted)
        here = next;
    }
    if (group.isShifted)
      last.append(here);
  }
  writer.write(sums, to);
  return last;
}

Values DepthwiseEmitter::emitPlane(ValueRange plane) {
  HVXRequantizeAttr requantize = op.getRequantize();
  Values words;
  for (int64_t i = 0; i < numProducts * 4; ++i)
    words.push_back(b.load(b.i32, b.at(plane[1], i * 4), 4));
  ChannelWriter writer(b, requantize, plane[2]);
  Values carried = {plane[0], plane[3]};
  for (const RowGroup &group : groups)
    if (group.isShifted)
      carried.append(loadChannels(group, plane[0], 0));
  auto advance = [&](ValueRange values, int64_t blocks, bool isLast = false) {
    Values next = {b.at(values[0], blocks * kHVXVectorBytes),
                   b.at(values[1], blocks * kHVXVectorBytes)};
    next.append(emitBlocks(values[0], values[1],
                           llvm::to_vector_of<Value>(values.drop_front(2)),
                           blocks, isLast, words, writer));
    return next;
  };
  int64_t vectors = out.getNumVectors(), pairs = vectors / 2;
  bool isWithin = endsWithin();
  bool isPairLast = isWithin && vectors % 2 == 0 && pairs <= kFewPairs;
  if (isPairLast)
    --pairs;
  if (pairs > 0)
    carried = b.loopUnrolled(pairs, kFewPairs, carried, [&](ValueRange values) {
      return advance(values, 2);
    });
  if (isPairLast)
    advance(carried, 2, true);
  if (vectors % 2)
    advance(carried, 1, isWithin);
  return {b.at(plane[0], in.getPlaneBytes()), b.at(plane[1], numProducts * 16),
          b.at(plane[2], requantize.getNumRows() * 16),
          b.at(plane[3], out.getPlaneBytes())};
}

void DepthwiseEmitter::emit(ArrayRef<Value> pointers) {
  int64_t planes = llvm::divideCeil(out.getChannels(), 4);
  Values next = {b.at(pointers[0], in.getFrontBytes()), pointers[1],
                 pointers[2], b.at(pointers[3], out.getFrontBytes())};
  // Few vectors have too little to do in the time that one takes.
  int64_t together = out.getNumVectors() <= 2 ? 2 : 1;
  if (planes >= together)
    next = b.loop(planes / together, next, [&](ValueRange plane) {
      Values values = emitPlane(plane);
      return together == 2 ? emitPlane(values) : values;
    });
  if (planes % together)
    emitPlane(next);
}

void mopt::emitKernel(HVXEmitter &b, HVXDepthwiseConv2DOp op,
                      ArrayRef<Value> pointers) {
  DepthwiseEmitter(b, op, pointers).emit(pointers);
  if (op.getBorder())
    emitBorder(b, pointers.back(), op.getOutputPlanes(), *op.getBorder());
}
