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
/// Vectors of a plane whose last ones are written with the next plane.
static constexpr int64_t kSmallPlane = 4;
/// Planes of one or two vectors that are computed in a turn; of phases.
static constexpr int64_t kPlanesTogether = 4, kPhasesTogether = 2;

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
  /// Computes planes with the products `columns`.
  DepthwiseEmitter(HVXEmitter &b, HVXDepthwiseConv2DOp op,
                   ArrayRef<int64_t> columns);

  /// All planes.
  void emit(ArrayRef<Value> pointers);
  /// Those of `planes`, whose weights are `weights`.
  void emitRest(ArrayRef<int64_t> planes, Value weights,
                ArrayRef<Value> pointers);

private:
  /// Computes a plane: takes and gives the addresses of the input, the weights,
  /// the parameters and the output.
  Values emitPlane(ValueRange plane);
  /// Vectors of the four channels at a block of 32 pixels.
  Values loadChannels(const RowGroup &group, Value from, int64_t block);
  /// Adds up `sums[channel][block]`; takes and gives the vectors of the shifted
  /// groups at the first block and the one behind. `isLast`: there is nothing
  /// behind that a pixel of the image needs.
  Values addBlocks(Value from, Values current, bool isLast,
                   ArrayRef<Value> words, SmallVectorImpl<Values> &sums);
  /// A plane without a loop. Gives what its last blocks are written with, sums,
  /// parameters and address, and writes those of the plane before it: what is
  /// rescaled has products and shuffles of others beside it.
  Values emitSmallPlane(ValueRange plane, Values pending);
  /// `together` planes in a turn of a loop.
  void emitSmallPlanes(ValueRange first, int64_t planes, int64_t together);
  /// Writes the last blocks of a plane.
  void writePending(ValueRange pending);
  /// The addresses of the first plane.
  Values getFirstPlane(ArrayRef<Value> pointers);
  /// Those of the plane `count` planes behind.
  Values advancePlane(ValueRange plane, int64_t count = 1);
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
                                   ArrayRef<int64_t> columns)
    : b(b), op(op), in(op.getInputPlanes()), out(op.getOutputPlanes()) {
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
  auto shuffle = [&](Value low, Value high) -> std::pair<Value, Value> {
    if (low != high)
      return b.pair("vshufoeb", {high, low});
    // A row that is there twice has no weight, and may be any bytes.
    return {low, b.vector("vlsrh", {low, b.constant(8)})};
  };
  auto [even, odd] = shuffle(rows[0], rows[1]);
  auto [nextEven, nextOdd] = shuffle(rows[2], rows[3]);
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

Values DepthwiseEmitter::addBlocks(Value from, Values current, bool isLast,
                                   ArrayRef<Value> words,
                                   SmallVectorImpl<Values> &sums) {
  auto blocks = static_cast<int64_t>(sums[0].size());
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
  return last;
}

Values DepthwiseEmitter::getFirstPlane(ArrayRef<Value> pointers) {
  return {b.at(pointers[0], in.getFrontBytes()), pointers[1], pointers[2],
          b.at(pointers[3], out.getFrontBytes())};
}

Values DepthwiseEmitter::advancePlane(ValueRange plane, int64_t count) {
  return {b.at(plane[0], count * in.getPlaneBytes()),
          b.at(plane[1], count * numProducts * 16),
          b.at(plane[2], count * op.getRequantize().getNumRows() * 16),
          b.at(plane[3], count * out.getPlaneBytes())};
}

/// `sums[channel][block]` of all biases.
static SmallVector<Values> startSums(ChannelWriter &writer, int64_t blocks) {
  SmallVector<Values> sums;
  for (Value bias : writer.getBias())
    sums.push_back(Values(blocks, bias));
  return sums;
}

//===----------------------------------------------------------------------===//
// Small planes
//===----------------------------------------------------------------------===//

void DepthwiseEmitter::writePending(ValueRange pending) {
  ChannelWriter writer(b, op.getRequantize(), pending[0], /*inPairs=*/true);
  auto blocks = static_cast<int64_t>(pending.size() - 2) / 4;
  SmallVector<Values> sums;
  for (int64_t channel = 0; channel < 4; ++channel)
    sums.push_back(
        llvm::to_vector_of<Value>(pending.slice(2 + channel * blocks, blocks)));
  writer.write(sums, pending[1]);
}

Values DepthwiseEmitter::emitSmallPlane(ValueRange plane, Values pending) {
  Values words = b.loadWords(plane[1], numProducts * 4, /*inPairs=*/true);
  Values current;
  ChannelWriter writer(b, op.getRequantize(), plane[2], /*inPairs=*/true);
  for (const RowGroup &group : groups)
    if (group.isShifted)
      current.append(loadChannels(group, plane[0], 0));
  int64_t vectors = out.getNumVectors();
  for (int64_t first = 0; first < vectors; first += 2) {
    int64_t blocks = std::min<int64_t>(vectors - first, 2);
    int64_t bytes = first * kHVXVectorBytes;
    SmallVector<Values> sums = startSums(writer, blocks);
    bool isLast = first + blocks == vectors && endsWithin();
    current = addBlocks(b.at(plane[0], bytes), current, isLast, words, sums);
    if (!pending.empty())
      writePending(pending);
    pending = {plane[2], b.at(plane[3], bytes)};
    for (const Values &channel : sums)
      pending.append(channel);
  }
  return pending;
}

void DepthwiseEmitter::emitSmallPlanes(ValueRange first, int64_t planes,
                                       int64_t together) {
  auto emitPlanes = [&](ValueRange values, int64_t count) {
    Values carried = llvm::to_vector_of<Value>(values);
    for (int64_t i = 0; i < count; ++i) {
      ValueRange plane = ValueRange(carried).take_front(4);
      Values next = advancePlane(plane);
      next.append(emitSmallPlane(
          plane, llvm::to_vector_of<Value>(ValueRange(carried).drop_front(4))));
      carried = next;
    }
    return carried;
  };
  Values carried = emitPlanes(first, 1);
  int64_t left = planes - 1;
  if (left >= together)
    carried = b.loop(left / together, carried, [&](ValueRange values) {
      return emitPlanes(values, together);
    });
  carried = emitPlanes(carried, left % together);
  writePending(ValueRange(carried).drop_front(4));
}

//===----------------------------------------------------------------------===//
// All planes
//===----------------------------------------------------------------------===//

Values DepthwiseEmitter::emitPlane(ValueRange plane) {
  HVXRequantizeAttr requantize = op.getRequantize();
  // Pairs save packets where few vectors of four rows are made at once.
  bool inPairs = out.getNumVectors() <= 2 && groups.size() == 1 &&
                 groups[0].rows[2] != groups[0].rows[3];
  Values words = b.loadWords(plane[1], numProducts * 4, inPairs);
  ChannelWriter writer(b, requantize, plane[2], inPairs);
  Values carried = {plane[0], plane[3]};
  for (const RowGroup &group : groups)
    if (group.isShifted)
      carried.append(loadChannels(group, plane[0], 0));
  auto advance = [&](ValueRange values, int64_t blocks, bool isLast = false) {
    Values next = {b.at(values[0], blocks * kHVXVectorBytes),
                   b.at(values[1], blocks * kHVXVectorBytes)};
    SmallVector<Values> sums = startSums(writer, blocks);
    next.append(addBlocks(values[0],
                          llvm::to_vector_of<Value>(values.drop_front(2)),
                          isLast, words, sums));
    writer.write(sums, values[1]);
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
  return advancePlane(plane);
}

void DepthwiseEmitter::emit(ArrayRef<Value> pointers) {
  int64_t planes = llvm::divideCeil(out.getChannels(), 4);
  Values next = getFirstPlane(pointers);
  int64_t vectors = out.getNumVectors();
  // What float mode does with sums leaves no registers for others.
  if (vectors != 2 && vectors <= kSmallPlane &&
      op.getRequantize().getRounding() != HVXRounding::Real)
    return emitSmallPlanes(next, planes, vectors == 1 ? kPlanesTogether : 1);
  // Few vectors have too little to do in the time that one takes; those of two
  // phases take more registers.
  int64_t together = 1;
  if (vectors <= 2)
    together = std::min(std::max<int64_t>(planes / 2, 1),
                        groups.size() == 1 ? kPlanesTogether : kPhasesTogether);
  auto emitPlanes = [&](ValueRange values, int64_t count) {
    Values plane = llvm::to_vector_of<Value>(values);
    for (int64_t i = 0; i < count; ++i)
      plane = emitPlane(plane);
    return plane;
  };
  if (planes >= together)
    next = b.loop(planes / together, next, [&](ValueRange plane) {
      return emitPlanes(plane, together);
    });
  emitPlanes(next, planes % together);
}

void DepthwiseEmitter::emitRest(ArrayRef<int64_t> planes, Value weights,
                                ArrayRef<Value> pointers) {
  Values start = getFirstPlane(pointers);
  for (auto [place, number] : llvm::enumerate(planes)) {
    Values plane = advancePlane(start, number);
    plane[1] = b.at(weights, static_cast<int64_t>(place) * numProducts * 16);
    emitPlane(plane);
  }
}

void mopt::emitKernel(HVXEmitter &b, HVXDepthwiseConv2DOp op,
                      ArrayRef<Value> pointers) {
  DepthwiseEmitter(b, op, op.getColumns()).emit(pointers);
  if (op.getRestPlanes()) {
    int64_t planes = llvm::divideCeil(op.getOutputPlanes().getChannels(), 4);
    auto products = static_cast<int64_t>(op.getColumns().size() / 5);
    DepthwiseEmitter(b, op, *op.getRestColumns())
        .emitRest(*op.getRestPlanes(),
                  b.at(pointers[1], planes * products * 16), pointers);
  }
  if (op.getBorder())
    emitBorder(b, pointers.back(), op.getOutputPlanes(), *op.getBorder());
}
