//===- DepthwiseEmitter.cpp - Depthwise convolutions as vector code -----*- C++
//-*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::TileAttr;

namespace {

/// Lanes are channels, and the products of a step are rows of one column of the
/// window: interleaving these rows once serves every output that reads the
/// column.
class ChunkEmitter {
public:
  ChunkEmitter(KernelEmitter &b, kernel::DepthwiseConv2DOp op,
               const kernel::Chunk &part, ValueRange operands)
      : b(b), op(op), tile(part.tile), dot(tile), input(operands[0]),
        weights(operands[1]), bias(operands[2]), writer(tile, op, operands),
        in(op.getInputLayout()),
        repeated(op.getRepeated().value_or(ArrayRef<int64_t>())) {
    channels = op.getInputShape()[3];
    existing = std::min(tile.getGroupSize(), channels - part.first);
    rowSteps = llvm::divideCeil(op.getKernel()[0], tile.getDepth());
    chunkWeights =
        (rowSteps * op.getKernel()[1] * tile.getVectors() + repeated.size()) *
        getOperandSize();
  }

  /// The chunk whose channels begin at `first` and its weights at `weight`.
  void emit(Value first, Value weight);
  int64_t getNumWeights() const { return chunkWeights; }

private:
  /// Elements of an operand of the instruction.
  int64_t getOperandSize() const { return tile.getLanes() * tile.getDepth(); }
  /// A vector of the channels of the chunk.
  Value loadRow(Value at);
  /// The sums of one output with the columns whose operands are `columns`.
  using Column = SmallVector<Value>;
  /// The operands of all vectors and row steps of the input column at `at`.
  Column emitColumn(Value at);
  /// `rows` interleaved: vectors of 32-bit words, a byte or half of each row.
  SmallVector<Value> interleave(ArrayRef<Value> rows);
  /// `count` neighbouring outputs, of the columns that they need.
  void emitOutputs(int64_t count, ArrayRef<Column> columns, Value first,
                   Value weight, WritePlace at);
  /// The elements where the input of a row, what is written, its chunk of the
  /// channels and the weights begin.
  struct Row {
    Value in;
    WritePlace out;
    Value first, weight;
  };
  /// The outputs from `x` on: carries columns to the next ones.
  SmallVector<Value> emitStep(int64_t count, ValueRange carried, Value x,
                              const Row &row);
  /// Columns that one output shares with the next, to be carried on.
  int64_t getCarried();

  KernelEmitter &b;
  kernel::DepthwiseConv2DOp op;
  TileAttr tile;
  DotProduct dot;
  Value input, weights, bias;
  SumWriter writer;
  kernel::ImageLayout in;
  ArrayRef<int64_t> repeated;
  int64_t channels, existing, rowSteps, chunkWeights;
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

ChunkEmitter::Column ChunkEmitter::emitColumn(Value at) {
  int64_t taps = op.getKernel()[0];
  Column column;
  for (int64_t first = 0; first < taps; first += tile.getDepth()) {
    SmallVector<Value> rows;
    for (int64_t row = first; row < first + tile.getDepth(); ++row)
      // The weights of rows beyond the window are zero.
      rows.push_back(
          row < taps ? loadRow(b.add(at, row * op.getDilations()[0] * in.row))
                     : rows.back());
    column.append(interleave(rows));
  }
  return column;
}

void ChunkEmitter::emitOutputs(int64_t count, ArrayRef<Column> columns,
                               Value first, Value weight, WritePlace at) {
  int64_t vectors = tile.getVectors(), taps = op.getKernel()[1];
  SmallVector<SmallVector<Value>> sums(count);
  for (int64_t i = 0; i < vectors; ++i) {
    SmallVector<Value> own(count, b.load(dot.getSumType(), bias,
                                         b.add(first, i * tile.getLanes())));
    // One load of weights serves all outputs.
    auto addStep = [&](int64_t step, int64_t position) {
      Value w = b.load(dot.getOperandType(), weights,
                       b.add(weight, position * getOperandSize()));
      int64_t rows = step / vectors / taps;
      for (auto [x, sum] : llvm::enumerate(own)) {
        const Column &column =
            columns[x * op.getStrides()[1] + step / vectors % taps];
        sum = dot.emit(b, sum, column[rows * vectors + i], w);
      }
    };
    int64_t all = rowSteps * taps * vectors;
    for (int64_t step = i; step < all; step += vectors)
      addStep(step, step);
    for (auto [rest, step] : llvm::enumerate(repeated))
      if (step % vectors == i)
        addStep(step, all + rest);
    for (auto [x, sum] : llvm::enumerate(own))
      sums[x].push_back(sum);
  }
  for (auto [x, own] : llvm::enumerate(sums))
    writer.emit(b, own, first, existing, at.advance(b, b.index(x * channels)));
}

int64_t ChunkEmitter::getCarried() {
  int64_t shared = op.getKernel()[1] - op.getStrides()[1];
  bool fits =
      shared * rowSteps * tile.getVectors() <= 8 && tile.getDepth() == 4;
  if (op.getDilations()[1] != 1 || !fits)
    return 0;
  return std::max<int64_t>(shared, 0);
}

SmallVector<Value> ChunkEmitter::emitStep(int64_t count, ValueRange carried,
                                          Value x, const Row &row) {
  int64_t size = rowSteps * tile.getVectors();
  int64_t known = carried.size() / size;
  int64_t stride = op.getStrides()[1], taps = op.getKernel()[1];
  Value window = b.add(row.in, b.mul(x, stride * channels));
  SmallVector<Column> columns;
  for (int64_t i = 0; i < (count - 1) * stride + taps; ++i)
    columns.push_back(
        i < known
            ? Column(carried.slice(i * size, size))
            : emitColumn(b.add(window, i * op.getDilations()[1] * channels)));
  // Weights and factors are no invariants of the loop: kept in registers they
  // would be too many, and LLVM would move them around at every step.
  emitOutputs(count, columns, b.refresh(row.first, x), b.refresh(row.weight, x),
              row.out.advance(b, b.mul(x, channels)));
  SmallVector<Value> next;
  for (const Column &column : ArrayRef(columns).take_back(known))
    next.append(column);
  return next;
}

void ChunkEmitter::emit(Value first, Value weight) {
  ArrayRef<int64_t> shape = op.getOutputShape();
  int64_t together = tile.getPixels();
  b.loop(shape[0], [&](Value batch) {
    b.loop(shape[1], [&](Value y) {
      Row row = {b.add(b.add(b.mul(batch, in.image),
                             b.mul(y, op.getStrides()[0] * in.row)),
                       b.add(first, in.first)),
                 writer.getRow(b, batch, y, first), first, weight};
      SmallVector<Value> carried;
      for (int64_t i = 0; i < getCarried(); ++i)
        carried.append(emitColumn(b.add(row.in, i * channels)));
      int64_t steps = shape[2] / together;
      carried = b.loop(steps, carried, [&](Value i, ValueRange values) {
        return emitStep(together, values, b.mul(i, together), row);
      });
      for (int64_t x = steps * together; x < shape[2]; ++x)
        carried = emitStep(1, carried, b.index(x), row);
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
