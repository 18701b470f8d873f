//===- DepthwiseEmitter.cpp - Depthwise convolutions -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mopt/Dialect/Kernel/IR/DepthwiseSteps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

#include <map>

using namespace mlir;
using namespace mlir::mopt;
using kernel::TileAttr;

namespace {

/// Lanes are channels, and the products of a step are rows of one column of the
/// window: interleaving these rows once serves every output that reads the
/// column. So do columns of a last row.
class ChunkEmitter {
public:
  ChunkEmitter(KernelEmitter &b, kernel::DepthwiseConv2DOp op,
               const kernel::Chunk &part, ValueRange operands)
      : b(b), op(op), tile(part.tile), dot(tile), input(operands[0]),
        weights(operands[1]), bias(operands[2]), writer(tile, op, operands),
        in(op.getInputLayout()),
        steps{op.getKernel()[0], op.getKernel()[1], tile.getDepth()},
        repeated(op.getRepeated().value_or(ArrayRef<int64_t>())) {
    channels = op.getInputShape()[3];
    existing = std::min(tile.getGroupSize(), channels - part.first);
    chunkWeights = (steps.getCount() * tile.getVectors() + repeated.size()) *
                   getOperandSize();
  }

  /// The chunk whose channels begin at `first` and its weights at `weight`.
  void emit(Value first, Value weight);
  int64_t getNumWeights() const { return chunkWeights; }

private:
  /// A strip of the window and the first input column that is taken of it.
  using Part = std::pair<int64_t, int64_t>;
  /// The operands of all vectors by what they are of.
  using Operands = llvm::MapVector<Part, SmallVector<Value>>;

  /// Elements of an operand of the instruction.
  int64_t getOperandSize() const { return tile.getLanes() * tile.getDepth(); }
  /// What step `step` of output `x` reads, with columns counted from output 0.
  Part getPart(int64_t x, int64_t step) {
    return {steps.getStrip(step),
            x * op.getStrides()[1] +
                steps.getColumn(step) * op.getDilations()[1]};
  }
  /// A vector of the channels of the chunk.
  Value loadRow(Value at);
  /// `part` of the window at `window`.
  SmallVector<Value> emitPart(Part part, Value window);
  /// `rows` interleaved: vectors of 32-bit words, a byte or half of each row.
  SmallVector<Value> interleave(ArrayRef<Value> rows);
  /// `count` neighbouring outputs of what they read.
  void emitOutputs(int64_t count, const Operands &read, Value first,
                   Value weight, WritePlace at);
  /// The elements where the input of a row, what is written, its chunk of the
  /// channels and the weights begin.
  struct Row {
    Value in;
    WritePlace out;
    Value first, weight;
  };
  /// The outputs from `x` on: carries on what the next ones read too.
  SmallVector<Value> emitStep(int64_t count, ValueRange carried, Value x,
                              const Row &row);
  /// What an output reads that the one before read too, to be carried on.
  SmallVector<Part> getCarried();
  /// All outputs of a row.
  void emitRow(const Row &row);
  /// The same, tile by tile.
  void emitTiles(const Row &row);
  /// `count` outputs from `x` on, part by part: each is read and interleaved
  /// once, and the sums of all outputs are in registers.
  void emitTile(int64_t count, Value x, const Row &row);

  KernelEmitter &b;
  kernel::DepthwiseConv2DOp op;
  TileAttr tile;
  DotProduct dot;
  Value input, weights, bias;
  SumWriter writer;
  kernel::ImageLayout in;
  kernel::DepthwiseSteps steps;
  ArrayRef<int64_t> repeated;
  int64_t channels, existing, chunkWeights;
};

} // namespace

SmallVector<Value> ChunkEmitter::interleave(ArrayRef<Value> rows) {
  if (tile.getDepth() == 2)
    return {b.unpack(rows[0], rows[1], false),
            b.unpack(rows[0], rows[1], true)};
  SmallVector<Value> result;
  VectorType words = VectorType::get(tile.getGroupSize() / 2, b.getI16Type());
  for (bool high : {false, true}) {
    Value low = b.bitcast(b.unpack(rows[0], rows[1], high), words);
    Value up = b.bitcast(b.unpack(rows[2], rows[3], high), words);
    for (bool half : {false, true})
      result.push_back(
          b.bitcast(b.unpack(low, up, half), dot.getOperandType()));
  }
  return result;
}

Value ChunkEmitter::loadRow(Value at) {
  VectorType type = VectorType::get(tile.getGroupSize(),
                                    dot.getOperandType().getElementType());
  Value row = b.load(type, input, at);
  // int8 and offset form differ in the sign bit.
  if (op.flipsInput() && tile.getOperandBits() == 8)
    row = arith::XOrIOp::create(b, row, b.constant(type, -128));
  return row;
}

SmallVector<Value> ChunkEmitter::emitPart(Part part, Value window) {
  auto [strip, column] = part;
  int64_t firstRow = strip * tile.getDepth();
  bool takesRows = strip < steps.getStrips();
  SmallVector<Value> rows;
  for (int64_t i = 0; i < tile.getDepth(); ++i) {
    // The weights beyond the window are zero.
    int64_t row = takesRows ? firstRow + i : steps.rows - 1;
    bool exists = takesRows ? row < steps.rows : i < steps.columns;
    int64_t across = column + (takesRows ? 0 : i * op.getDilations()[1]);
    rows.push_back(
        exists ? loadRow(b.add(window, row * op.getDilations()[0] * in.row +
                                           across * channels))
               : rows.back());
  }
  return interleave(rows);
}

void ChunkEmitter::emitOutputs(int64_t count, const Operands &read, Value first,
                               Value weight, WritePlace at) {
  int64_t vectors = tile.getVectors();
  SmallVector<SmallVector<Value>> sums(count);
  for (int64_t i = 0; i < vectors; ++i) {
    SmallVector<Value> own(count, b.load(dot.getSumType(), bias,
                                         b.add(first, i * tile.getLanes())));
    // One load of weights serves all outputs.
    auto addStep = [&](int64_t step, int64_t position) {
      Value w = b.load(dot.getOperandType(), weights,
                       b.add(weight, position * getOperandSize()));
      for (auto [x, sum] : llvm::enumerate(own))
        sum = dot.emit(b, sum, read.find(getPart(x, step))->second[i], w);
    };
    int64_t all = steps.getCount() * vectors;
    for (int64_t step = i; step < all; step += vectors)
      addStep(step / vectors, step);
    for (auto [rest, step] : llvm::enumerate(repeated))
      if (step % vectors == i)
        addStep(step / vectors, all + rest);
    for (auto [x, sum] : llvm::enumerate(own))
      sums[x].push_back(sum);
  }
  for (auto [x, own] : llvm::enumerate(sums))
    writer.emit(b, own, first, existing, at.advance(b, b.index(x * channels)));
}

/// Registers that may be taken by what is carried on.
static int64_t getCarriedRegisters(TileAttr tile) {
  if (tile.getDepth() != 4)
    return 0;
  // Of 32, a strip of five columns and the last row leave enough.
  bool hasMany =
      tile.getDot() == kernel::DotKind::SDOT ||
      (tile.getDot() == kernel::DotKind::VPDPBUSD && tile.getLanes() == 16);
  return hasMany ? 20 : 8;
}

SmallVector<ChunkEmitter::Part> ChunkEmitter::getCarried() {
  llvm::SetVector<Part> own, next;
  for (int64_t step = 0; step < steps.getCount(); ++step) {
    own.insert(getPart(0, step));
    next.insert(getPart(1, step));
  }
  SmallVector<Part> carried;
  for (auto [strip, column] : next)
    if (own.contains({strip, column}))
      carried.push_back({strip, column - op.getStrides()[1]});
  int64_t registers = carried.size() * tile.getVectors();
  if (registers > getCarriedRegisters(tile))
    carried.clear();
  return carried;
}

SmallVector<Value> ChunkEmitter::emitStep(int64_t count, ValueRange carried,
                                          Value x, const Row &row) {
  int64_t vectors = tile.getVectors();
  Value window = b.add(row.in, b.mul(x, op.getStrides()[1] * channels));
  Operands read;
  for (auto [i, part] : llvm::enumerate(getCarried()))
    read[part] = carried.slice(i * vectors, vectors);
  for (int64_t i = 0; i < count; ++i)
    for (int64_t step = 0; step < steps.getCount(); ++step) {
      Part part = getPart(i, step);
      if (!read.contains(part))
        read[part] = emitPart(part, window);
    }
  // Weights and factors are no invariants of the loop: kept in registers they
  // would be too many, and LLVM would move them around at every step.
  emitOutputs(count, read, b.refresh(row.first, x), b.refresh(row.weight, x),
              row.out.advance(b, b.mul(x, channels)));
  SmallVector<Value> next;
  for (auto [strip, column] : getCarried())
    next.append(
        read.find({strip, column + count * op.getStrides()[1]})->second);
  return next;
}

void ChunkEmitter::emitTile(int64_t count, Value x, const Row &row) {
  int64_t vectors = tile.getVectors(), all = steps.getCount() * vectors;
  // By columns, so that outputs begin and end one after the other.
  std::map<std::pair<int64_t, int64_t>,
           SmallVector<std::pair<int64_t, int64_t>>>
      uses;
  for (int64_t i = 0; i < count; ++i)
    for (int64_t step = 0; step < steps.getCount(); ++step) {
      auto [strip, column] = getPart(i, step);
      uses[{column, strip}].push_back({i, step});
    }
  Value window = b.add(row.in, b.mul(x, op.getStrides()[1] * channels));
  Value first = b.refresh(row.first, x), weight = b.refresh(row.weight, x);
  SmallVector<SmallVector<Value>> sums(count);
  for (SmallVector<Value> &own : sums)
    for (int64_t i = 0; i < vectors; ++i)
      own.push_back(
          b.load(dot.getSumType(), bias, b.add(first, i * tile.getLanes())));
  for (auto &[place, readers] : uses) {
    SmallVector<Value> read = emitPart({place.second, place.first}, window);
    // Loaded again for every part: all weights would be more than registers.
    weight = b.refresh(weight, b.index(place.first), /*staysBetween=*/true);
    auto addStep = [&](Value &sum, int64_t i, int64_t position) {
      Value w = b.load(dot.getOperandType(), weights,
                       b.add(weight, position * getOperandSize()));
      sum = dot.emit(b, sum, read[i], w);
    };
    for (auto [output, step] : readers)
      for (int64_t i = 0; i < vectors; ++i) {
        Value &sum = sums[output][i];
        addStep(sum, i, step * vectors + i);
        for (auto [rest, again] : llvm::enumerate(repeated))
          if (again == step * vectors + i)
            addStep(sum, i, all + static_cast<int64_t>(rest));
      }
  }
  WritePlace at = row.out.advance(b, b.mul(x, channels));
  for (auto [i, own] : llvm::enumerate(sums))
    writer.emit(b, own, first, existing, at.advance(b, b.index(i * channels)));
}

void ChunkEmitter::emitTiles(const Row &row) {
  // Tiles of two neighbouring sizes.
  int64_t columns = op.getOutputShape()[2];
  int64_t tiles = llvm::divideCeil(columns, tile.getPixels());
  int64_t width = llvm::divideCeil(columns, tiles);
  int64_t wide = columns - tiles * (width - 1);
  b.loop(wide, [&](Value i) { emitTile(width, b.mul(i, width), row); });
  b.loop(tiles - wide, [&](Value i) {
    emitTile(width - 1, b.add(b.mul(i, width - 1), wide * width), row);
  });
}

void ChunkEmitter::emitRow(const Row &row) {
  int64_t columns = op.getOutputShape()[2], together = tile.getPixels();
  SmallVector<Value> carried;
  for (Part part : getCarried())
    carried.append(emitPart(part, row.in));
  int64_t steps = columns / together;
  carried = b.loop(steps, carried, [&](Value i, ValueRange values) {
    return emitStep(together, values, b.mul(i, together), row);
  });
  for (int64_t x = steps * together; x < columns; ++x)
    carried = emitStep(1, carried, b.index(x), row);
}

void ChunkEmitter::emit(Value first, Value weight) {
  ArrayRef<int64_t> shape = op.getOutputShape();
  b.loop(shape[0], [&](Value batch) {
    b.loop(shape[1], [&](Value y) {
      Row row = {b.add(b.add(b.mul(batch, in.image),
                             b.mul(y, op.getStrides()[0] * in.row)),
                       b.add(first, in.first)),
                 writer.getRow(b, batch, y, first), first, weight};
      // Words take twice the registers of bytes: none are left to carry on.
      if (tile.getDepth() == 2)
        emitTiles(row);
      else
        emitRow(row);
    });
  });
}

void mopt::emitDepthwiseConv2D(KernelEmitter &b, kernel::DepthwiseConv2DOp op,
                               ValueRange operands) {
  emitOutputBorder(b, op, operands.back());
  SmallVector<kernel::Chunk> chunks =
      kernel::getChunks(op.getTile(), op.getInputShape()[3]);
  int64_t weight = 0;
  for (size_t i = 0; i < chunks.size();) {
    // Chunks of one kind are a loop; the last may have channels less.
    int64_t size = chunks[i].tile.getGroupSize();
    size_t count = 1;
    while (i + count < chunks.size() &&
           chunks[i + count].tile == chunks[i].tile &&
           chunks[i + count].first + size <= op.getInputShape()[3])
      ++count;
    ChunkEmitter emitter(b, op, chunks[i], operands);
    b.loop(count, [&](Value j) {
      emitter.emit(b.add(b.mul(j, size), chunks[i].first),
                   b.add(b.mul(j, emitter.getNumWeights()), weight));
    });
    weight += count * emitter.getNumWeights();
    i += count;
  }
}
