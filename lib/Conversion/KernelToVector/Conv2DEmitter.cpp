//===- Conv2DEmitter.cpp - Convolutions as vector code -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelEmitter.h"
#include "MatrixUnit.h"
#include "PairSteps.h"
#include "WindowRests.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::TileAttr;

/// Runs up to this length are no loops: their counter would share a register
/// with an address, and all inputs would be loaded, and spilt, before it
/// changes.
static constexpr int64_t kUnrolledSteps = 2;

/// So many steps are done pixel by pixel, each before the pixel is written.
/// Writing takes other units than products: what rescales one pixel runs beside
/// the products of the next, where the queues of the CPU are too short to see
/// past the end of a whole tile. Three steps of four vectors take as long as
/// writing them on Zen 4.
static constexpr int64_t kMostLastSteps = 4;

namespace {

/// An implicit matrix product: the sums of a few pixels of a row times a group
/// of channels stay in registers over all taps.
class Conv2DEmitter {
public:
  Conv2DEmitter(KernelEmitter &b, kernel::Conv2DOp op, ValueRange operands)
      : b(b), op(op), tile(op.getTile()), dot(tile), input(operands[0]),
        weights(operands[1]), bias(operands[2]), output(operands.back()),
        writer(tile, op, operands), in(op.getInputLayout()),
        repeated(op.getRepeated().value_or(ArrayRef<int64_t>())) {
    channels = op.getInputShape()[3];
    window = kernel::getWindowSteps(op);
    keepsWeights = kernel::keepsWeights(tile, window.getCount());
    runs = window.runs / op.getKernel()[0];
    steps = window.getRunSteps();
    groupWeights = (window.getCount() + repeated.size()) * getStepWeights();
    outputChannels = op.getOutputShape()[3];
    if (tile.isMatrix()) {
      matrixDepth = kernel::getMatrixDepth(steps * tile.getDepth());
      matrices.emplace(b, tile, matrixDepth);
    }
    if (window.joinsRests)
      rests.emplace(b, op);
  }

  void emit();

private:
  /// Where the input of a pixel is: the first tap of its window, and its
  /// column.
  struct Place {
    Value window, column;
  };
  Place advance(Place at, int64_t pixels) {
    return {b.add(at.window, pixels * op.getStrides()[1] * channels),
            b.add(at.column, pixels)};
  }

  /// Elements of packed weights that a step, and a run, of one group takes.
  int64_t getStepWeights() const {
    return tile.getGroupSize() * tile.getDepth();
  }
  int64_t getRunWeights() const { return steps * getStepWeights(); }

  /// All pixels of the channels of group `group`, of which `existing` exist.
  void emitGroup(Value group, int64_t existing);
  /// `pixels` pixels; `from`, `at` are the input and the output of the first.
  void emitTile(int64_t pixels, Place from, WritePlace at, Value group,
                int64_t existing);
  /// The same with matrix instructions.
  void emitMatrixTile(int64_t pixels, Value window, WritePlace at, Value group,
                      int64_t existing);
  /// The sums with one step added, whose input is `in` of `buffer`, and for
  /// further pixels at a distance of `stride`.
  SmallVector<Value> emitStep(ValueRange sums, int64_t pixels, Value buffer,
                              Value in, int64_t stride, Value weight);
  /// The same of the input.
  SmallVector<Value> emitStep(ValueRange sums, int64_t pixels, Value in,
                              Value weight) {
    return emitStep(sums, pixels, input, in, op.getStrides()[1] * channels,
                    weight);
  }
  /// Where, from the first tap of a window on, the input of a step of a run is.
  int64_t getStepInput(int64_t step);
  /// The sums with the first `count` steps of a run added.
  SmallVector<Value> emitRun(ValueRange sums, int64_t pixels, Value in,
                             Value weight, int64_t count);
  /// How many steps of the window are left for when a pixel is written.
  int64_t getLastSteps() const;
  /// The sums with all steps but those added.
  SmallVector<Value> emitFirstSteps(ValueRange sums, int64_t pixels, Place from,
                                    Value weight);
  /// The sums with the `last` steps of the window, and those that are
  /// repeated, added.
  SmallVector<Value> emitSteps(ValueRange sums, int64_t pixels, Place from,
                               Value weight, int64_t last);

  KernelEmitter &b;
  kernel::Conv2DOp op;
  TileAttr tile;
  DotProduct dot;
  Value input, weights, bias, output;
  SumWriter writer;
  kernel::ImageLayout in;
  ArrayRef<int64_t> repeated;
  kernel::WindowSteps window;
  bool keepsWeights;
  /// Runs of a row of the window, steps of a run.
  int64_t channels, runs, steps, groupWeights, outputChannels;
  std::optional<WindowRests> rests;
  std::optional<MatrixUnit> matrices;
  /// Bytes of a run that a matrix instruction takes.
  int64_t matrixDepth = 0;
};

} // namespace

SmallVector<Value> Conv2DEmitter::emitStep(ValueRange start, int64_t pixels,
                                           Value buffer, Value in,
                                           int64_t stride, Value weight) {
  if (tile.takesPairs())
    return emitPairStep(b, tile, start, pixels, buffer, in, stride,
                        op.flipsInput(), weights, weight);
  SmallVector<Value> sums(start), w;
  for (int64_t i = 0; i < tile.getVectors(); ++i)
    w.push_back(dot.loadWeights(
        b, weights, b.add(weight, i * tile.getLanes() * tile.getDepth())));
  for (int64_t pixel = 0; pixel < pixels; ++pixel) {
    Value x =
        dot.broadcast(b, buffer, b.add(in, pixel * stride), op.flipsInput());
    for (int64_t i = 0; i < tile.getVectors(); ++i) {
      Value &sum = sums[pixel * tile.getVectors() + i];
      sum = dot.emit(b, sum, x, w[i]);
    }
  }
  return sums;
}

SmallVector<Value> Conv2DEmitter::emitRun(ValueRange start, int64_t pixels,
                                          Value in, Value weight,
                                          int64_t count) {
  auto emit = [&](Value step, ValueRange sums) {
    return emitStep(sums, pixels, b.add(in, b.mul(step, tile.getDepth())),
                    b.add(weight, b.mul(step, getStepWeights())));
  };
  if (count > kUnrolledSteps)
    return b.loop(count, start, emit);
  SmallVector<Value> sums(start);
  for (int64_t step = 0; step < count; ++step)
    sums = emit(b.index(step), sums);
  return sums;
}

int64_t Conv2DEmitter::getStepInput(int64_t step) {
  int64_t run = step / steps;
  return run / runs * op.getDilations()[0] * in.row +
         run % runs * op.getDilations()[1] * channels +
         step % steps * tile.getDepth();
}

int64_t Conv2DEmitter::getLastSteps() const {
  if (keepsWeights)
    return window.getCount();
  // What takes pairs of pixels exchanges their sums after all steps.
  if (tile.takesPairs() || repeated.size() > kMostLastSteps)
    return 0;
  // The steps of rests come behind those of runs.
  return std::max(std::min(kMostLastSteps, steps), window.getRestSteps());
}

SmallVector<Value> Conv2DEmitter::emitFirstSteps(ValueRange start,
                                                 int64_t pixels, Place from,
                                                 Value weight) {
  if (keepsWeights)
    return SmallVector<Value>(start);
  auto emitRow = [&](Value row, ValueRange sums, int64_t last) {
    Value rowIn = b.add(from.window, b.mul(row, op.getDilations()[0] * in.row));
    Value rowWeight = b.add(weight, b.mul(row, runs * getRunWeights()));
    auto emitColumn = [&](Value column, ValueRange sums, int64_t count) {
      return emitRun(
          sums, pixels,
          b.add(rowIn, b.mul(column, op.getDilations()[1] * channels)),
          b.add(rowWeight, b.mul(column, getRunWeights())), count);
    };
    int64_t whole = last > 0 ? runs - 1 : runs;
    SmallVector<Value> result =
        b.loop(whole, sums, [&](Value column, ValueRange sums) {
          return emitColumn(column, sums, steps);
        });
    return last > 0 ? emitColumn(b.index(whole), result, steps - last) : result;
  };
  int64_t all = getLastSteps();
  int64_t last = std::max<int64_t>(all - window.getRestSteps(), 0);
  int64_t whole = op.getKernel()[0] - (last > 0 ? 1 : 0);
  SmallVector<Value> sums =
      b.loop(whole, start,
             [&](Value row, ValueRange sums) { return emitRow(row, sums, 0); });
  if (last > 0)
    sums = emitRow(b.index(whole), sums, last);
  if (all > 0)
    return sums;
  return emitSteps(sums, pixels, from, weight, window.getRestSteps());
}

SmallVector<Value> Conv2DEmitter::emitSteps(ValueRange start, int64_t pixels,
                                            Place from, Value weight,
                                            int64_t last) {
  int64_t all = window.getCount(), whole = window.runs * steps;
  auto inputs = llvm::to_vector(llvm::seq(all - last, all));
  llvm::append_range(inputs, repeated);
  SmallVector<Value> sums(start);
  for (auto [i, step] : llvm::enumerate(inputs)) {
    Value at = b.add(weight, (all - last + i) * getStepWeights());
    if (step < whole)
      sums = emitStep(sums, pixels, b.add(from.window, getStepInput(step)), at);
    else
      sums = emitStep(sums, pixels, rests->getBuffer(),
                      rests->getPlace(step - whole, from.column),
                      tile.getDepth(), at);
  }
  return sums;
}

void Conv2DEmitter::emitTile(int64_t pixels, Place from, WritePlace at,
                             Value group, int64_t existing) {
  Value firstLane = b.mul(group, tile.getGroupSize());
  SmallVector<Value> first;
  for (int64_t i = 0; i < tile.getVectors(); ++i)
    first.push_back(
        b.load(dot.getSumType(), bias, b.add(firstLane, i * tile.getLanes())));
  int64_t places = tile.takesPairs() ? llvm::alignTo(pixels, 2) : pixels;
  SmallVector<Value> sums;
  for (int64_t pixel = 0; pixel < places; ++pixel)
    sums.append(first);
  if (tile.takesPairs())
    sums = exchangePairs(b, sums, tile.getVectors());

  Value weight = b.mul(group, groupWeights);
  sums = emitFirstSteps(sums, pixels, from, weight);
  if (tile.takesPairs())
    sums = exchangePairs(b, sums, tile.getVectors());
  int64_t together = writer.getPixelsTogether(outputChannels);
  for (int64_t pixel = 0; pixel < pixels; pixel += together) {
    int64_t count = std::min(together, pixels - pixel);
    SmallVector<Value> own(ArrayRef(sums).slice(pixel * tile.getVectors(),
                                                count * tile.getVectors()));
    if (int64_t last = getLastSteps()) {
      // Loaded again, unless all weights have registers.
      Value ownWeight = weight;
      if (!keepsWeights)
        ownWeight = b.refresh(weight, b.index(pixel), /*staysBetween=*/true);
      own = emitSteps(own, count, advance(from, pixel), ownWeight, last);
    }
    WritePlace to = at.advance(b, b.index(pixel * outputChannels));
    if (count > 1)
      writer.emitPixels(b, own, firstLane, to);
    else
      writer.emit(b, own, firstLane, existing, to);
  }
}

void Conv2DEmitter::emitMatrixTile(int64_t pixels, Value window, WritePlace at,
                                   Value group, int64_t existing) {
  Value firstLane = b.mul(group, tile.getGroupSize());
  matrices->start(bias, firstLane);
  int64_t pixelStride = op.getStrides()[1] * channels;
  int64_t blocks = steps * tile.getDepth() / matrixDepth;
  Value weight = b.mul(group, groupWeights);
  b.loop(op.getKernel()[0], [&](Value row) {
    Value rowIn = b.add(window, b.mul(row, op.getDilations()[0] * in.row));
    Value rowWeight = b.add(weight, b.mul(row, runs * getRunWeights()));
    b.loop(runs, [&](Value column) {
      Value runIn =
          b.add(rowIn, b.mul(column, op.getDilations()[1] * channels));
      Value runWeight = b.add(rowWeight, b.mul(column, getRunWeights()));
      b.loop(blocks, [&](Value block) {
        matrices->accumulate(
            input, b.add(runIn, b.mul(block, matrixDepth)), pixelStride,
            weights,
            b.add(runWeight, b.mul(block, matrixDepth * tile.getGroupSize())));
      });
    });
  });
  matrices->finish();
  b.loop(pixels, [&](Value pixel) {
    writer.emit(b, matrices->load(pixel), firstLane, existing,
                at.advance(b, b.mul(pixel, outputChannels)));
  });
}

void Conv2DEmitter::emitGroup(Value group, int64_t existing) {
  ArrayRef<int64_t> shape = op.getOutputShape();
  int64_t columns = shape[2];
  // A row in tiles of two neighbouring sizes.
  int64_t tiles = llvm::divideCeil(columns, tile.getPixels());
  int64_t width = llvm::divideCeil(columns, tiles);
  int64_t wide = columns - tiles * (width - 1);
  b.loop(shape[0], [&](Value batch) {
    b.loop(shape[1], [&](Value row) {
      Value rowIn = b.add(b.add(b.mul(batch, in.image),
                                b.mul(row, op.getStrides()[0] * in.row)),
                          in.first);
      WritePlace rowOut =
          writer.getRow(b, batch, row, b.mul(group, tile.getGroupSize()));
      if (rests)
        rests->fill(input, rowIn);
      auto emitTiles = [&](int64_t first, int64_t count, int64_t pixels) {
        if (matrices && count > 0)
          matrices->configure(pixels);
        b.loop(count, [&](Value i) {
          Value column = b.add(b.mul(i, pixels), first);
          Value from =
              b.add(rowIn, b.mul(column, op.getStrides()[1] * channels));
          WritePlace to = rowOut.advance(b, b.mul(column, outputChannels));
          if (matrices)
            emitMatrixTile(pixels, from, to, group, existing);
          else
            emitTile(pixels, {from, column}, to, group, existing);
        });
      };
      emitTiles(0, wide, width);
      emitTiles(wide * width, tiles - wide, width - 1);
    });
  });
}

void Conv2DEmitter::emit() {
  emitOutputBorder(b, op, output);
  int64_t size = tile.getGroupSize();
  // Whole groups, then one whose last channels do not exist.
  int64_t whole = outputChannels / size;
  b.loop(whole, [&](Value group) { emitGroup(group, size); });
  if (outputChannels % size != 0)
    emitGroup(b.index(whole), outputChannels % size);
  if (matrices)
    matrices->release();
}

void mopt::emitConv2D(KernelEmitter &b, kernel::Conv2DOp op,
                      ValueRange operands) {
  Conv2DEmitter(b, op, operands).emit();
}
