//===- ResizeKernel.cpp - Dense images resized -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Two rows are mixed first, to sums of 16 bits that the arena keeps: that is
// work for each row of the input's width. Then each pixel is the sum of two
// neighbours in them. Lanes are channels; what a store has more of them, the
// next pixel writes again.

#include "HVXImageKernels.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

/// Channels of a vector of sums; pixels that are computed in a turn.
static constexpr int64_t kLanes = 64, kTogether = 4;
/// Words of a table's entry.
static constexpr int64_t kEntryBytes = 16;

int64_t mopt::getScratchBytes(HVXResizeBilinearOp op) {
  // Two neighbours of the last column, and what a vector of them has more.
  return (op.getInputColumns() + 1) * op.getChannels() * 2 +
         llvm::alignTo(op.getChannels() * 2, kHVXVectorBytes);
}

namespace {

class ResizeEmitter {
public:
  ResizeEmitter(HVXEmitter &b, HVXResizeBilinearOp op, Value sums)
      : b(b), sums(sums), channels(op.getChannels()),
        inRow(op.getInputColumns() * channels),
        outColumns(op.getOutputColumns()) {}

  /// Computes the row of `entry` of the table at `output`. `isLast`: there are
  /// no bytes behind.
  void emitRow(Value input, Value entry, Value columns, Value output,
               bool isLast);

private:
  void mixRows(Value input, Value entry);
  /// Takes and gives the entry of a column and the address of its pixel.
  Values mixColumns(ValueRange values, bool isLast);
  Value load(Value pointer, unsigned alignment) {
    auto bytes = VectorType::get(kHVXVectorBytes, b.i8);
    Value value = b.load(bytes, pointer, alignment);
    return LLVM::BitcastOp::create(b.builder, b.loc, b.vec, value);
  }

  HVXEmitter &b;
  /// Of two rows, which no kernel reads.
  Value sums;
  /// Bytes of a pixel and of a row.
  int64_t channels, inRow, outColumns;
};

} // namespace

void ResizeEmitter::mixRows(Value input, Value entry) {
  Values words = b.loadWords(entry, 4, /*inPairs=*/true);
  Value topWeight = b.splat(words[2]), bottomWeight = b.splat(words[3]);
  Value half = b.splat(b.constant(int64_t(0x00800080)));
  auto mix = [&](Value top, Value bottom, Value to, unsigned alignment) {
    auto [topLow, topHigh] = b.pair("vunpackub", load(top, 1));
    auto [bottomLow, bottomHigh] = b.pair("vunpackub", load(bottom, 1));
    auto add = [&](Value above, Value below, int64_t place) {
      // A half of the last place of the result, for weights are 2^8 together.
      Value sum = b.vector("vmpyih", {above, topWeight});
      sum = b.vector("vmpyih.acc", {sum, below, bottomWeight});
      sum = b.vector("vaddh", {sum, half});
      b.store(sum, b.at(to, place), alignment);
    };
    add(topLow, bottomLow, 0);
    add(topHigh, bottomHigh, kHVXVectorBytes);
  };
  Values next = {b.at(input, words[0]), b.at(input, words[1]), sums};
  // The last vector ends with the row, behind which there may be nothing.
  int64_t last = inRow - kHVXVectorBytes;
  Values ends = {b.at(next[0], last), b.at(next[1], last),
                 b.at(sums, 2 * last)};
  if (int64_t vectors = llvm::divideCeil(last, kHVXVectorBytes))
    b.loop(vectors, next, [&](ValueRange at) {
      mix(at[0], at[1], at[2], kHVXVectorBytes);
      return Values{b.at(at[0], kHVXVectorBytes), b.at(at[1], kHVXVectorBytes),
                    b.at(at[2], 2 * kHVXVectorBytes)};
    });
  mix(ends[0], ends[1], ends[2], 2);
}

Values ResizeEmitter::mixColumns(ValueRange values, bool isLast) {
  Values words = b.loadWords(values[0], 4, /*inPairs=*/true);
  Value left = b.at(sums, words[0]), right = b.at(left, 2 * channels);
  for (int64_t first = 0; first < channels; first += kLanes) {
    Value sum = b.call("llvm.hexagon.V6.vmpyuh.128B", b.vecPair,
                       {load(b.at(left, 2 * first), 2), words[2]});
    sum = b.call("llvm.hexagon.V6.vmpyuh.acc.128B", b.vecPair,
                 {sum, load(b.at(right, 2 * first), 2), words[3]});
    // The upper halves, which are bytes.
    Value halves =
        b.vector("vshufoh", {b.vector("hi", sum), b.vector("lo", sum)});
    Value bytes = b.vector("vpackeb", {halves, halves});
    Value to = b.at(values[1], first);
    if (isLast) {
      // Behind those that are there already.
      int64_t count = std::min(kLanes, channels - first);
      Value before = load(b.at(to, -kHVXVectorBytes), 1);
      bytes = b.vector("valignb", {bytes, before, b.constant(count)});
      to = b.at(to, count - kHVXVectorBytes);
    }
    b.store(bytes, to, 1);
  }
  return {b.at(values[0], kEntryBytes), b.at(values[1], channels)};
}

void ResizeEmitter::emitRow(Value input, Value entry, Value columns,
                            Value output, bool isLast) {
  mixRows(input, entry);
  int64_t whole = outColumns;
  if (isLast) {
    int64_t more = llvm::alignTo(channels, kLanes) + kLanes - channels;
    whole -= llvm::divideCeil(more, channels);
  }
  Values next = {columns, output};
  auto emit = [&](int64_t count, int64_t together, bool isEnd) {
    if (count == 0)
      return;
    next = b.loop(count, next, [&](ValueRange values) {
      Values carried = llvm::to_vector_of<Value>(values);
      for (int64_t i = 0; i < together; ++i)
        carried = mixColumns(carried, isEnd);
      return carried;
    });
  };
  emit(whole / kTogether, kTogether, false);
  emit(whole % kTogether, 1, false);
  emit(outColumns - whole, 1, true);
}

void mopt::emitKernel(HVXEmitter &b, HVXResizeBilinearOp op,
                      ArrayRef<Value> pointers) {
  Value input = pointers[0], rows = pointers[1], columns = pointers[2];
  ResizeEmitter emitter(b, op, pointers[4]);
  int64_t outRow = op.getOutputColumns() * op.getChannels();
  Values last =
      b.loop(op.getOutputRows() - 1, {rows, pointers[3]}, [&](ValueRange row) {
        emitter.emitRow(input, row[0], columns, row[1], /*isLast=*/false);
        return Values{b.at(row[0], kEntryBytes), b.at(row[1], outRow)};
      });
  emitter.emitRow(input, last[0], columns, last[1], /*isLast=*/true);
}
