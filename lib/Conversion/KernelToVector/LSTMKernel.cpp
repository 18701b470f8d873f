//===- LSTMKernel.cpp - LSTM layers as vector code -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VectorMath.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

class LSTMKernel {
public:
  LSTMKernel(KernelEmitter &b, kernel::LSTMOp op, ValueRange operands)
      : b(b), math(b, op.getFuses()), op(op), input(operands[0]),
        weights(operands[1]), bias(operands[2]),
        peephole(op.getPeephole() ? operands[3] : Value()),
        output(operands.end()[-3]), hidden(operands.end()[-2]),
        cell(operands.end()[-1]), cells(op.getCells()),
        gates(op.getNumGates()) {}

  void emit();

private:
  /// A chunk of cells and where its lanes begin in the padded ones.
  struct Part {
    kernel::CellChunk chunk;
    Value first, lane;
    VectorType type;
  };

  /// Calls `body` for every chunk, for those of whole vectors in a loop.
  void forEachPart(function_ref<void(const Part &)> body);
  /// `at` are the first elements of the row in the input, the states and the
  /// output.
  struct Row {
    Value input, state, output;
  };
  void emitPart(const Part &part, const Row &row);
  SmallVector<Value> emitSums(const Part &part, const Row &row);
  /// sums + vector[0..count) * weights, from `weight` on.
  SmallVector<Value> addProducts(const Part &part, ValueRange sums,
                                 int64_t count, Value vector, Value at,
                                 Value weight);
  Value load(const Part &part, Value buffer, Value at);
  void store(const Part &part, Value value, Value buffer, Value at);

  KernelEmitter &b;
  VectorMath math;
  kernel::LSTMOp op;
  Value input, weights, bias, peephole, output, hidden, cell;
  int64_t cells, gates;
};

} // namespace

Value LSTMKernel::load(const Part &part, Value buffer, Value at) {
  if (part.chunk.count == part.chunk.lanes)
    return b.load(part.type, buffer, at);
  Value mask = vector::ConstantMaskOp::create(
      b, VectorType::get(part.chunk.lanes, b.getI1Type()),
      ArrayRef<int64_t>{part.chunk.count});
  return vector::MaskedLoadOp::create(b, part.type, buffer, at, mask,
                                      b.constant(part.type, 0.0));
}

void LSTMKernel::store(const Part &part, Value value, Value buffer, Value at) {
  b.storeFirst(value, part.chunk.count, buffer, at);
}

SmallVector<Value> LSTMKernel::addProducts(const Part &part, ValueRange start,
                                           int64_t count, Value vector,
                                           Value at, Value weight) {
  int64_t lanes = part.chunk.lanes;
  return b.loop(count, start, [&](Value k, ValueRange carried) {
    Value x = b.load(VectorType::get(1, b.getF32Type()), vector, b.add(at, k));
    Value all = vector::BroadcastOp::create(
        b, part.type, vector::ExtractOp::create(b, x, int64_t(0)));
    Value from = b.add(weight, b.mul(k, gates * lanes));
    SmallVector<Value> sums;
    for (auto [gate, sum] : llvm::enumerate(carried))
      sums.push_back(math.multiplyAdd(
          all, b.load(part.type, weights, b.add(from, gate * lanes)), sum));
    return sums;
  });
}

SmallVector<Value> LSTMKernel::emitSums(const Part &part, const Row &row) {
  int64_t lanes = part.chunk.lanes, size = op.getInputs() + cells;
  Value at = b.mul(part.lane, gates);
  SmallVector<Value> sums;
  for (int64_t gate = 0; gate < gates; ++gate)
    sums.push_back(b.load(part.type, bias, b.add(at, gate * lanes)));
  Value weight = b.mul(part.lane, gates * size);
  sums = addProducts(part, sums, op.getInputs(), input, row.input, weight);
  return addProducts(part, sums, cells, hidden, row.state,
                     b.add(weight, op.getInputs() * gates * lanes));
}

void LSTMKernel::emitPart(const Part &part, const Row &row) {
  SmallVector<Value> sums = emitSums(part, row);
  Value state = b.add(row.state, part.first);
  Value old = load(part, cell, state);
  // Peephole weights are those of all gates but the cell's, in order.
  auto look = [&](Value sum, int64_t gate, Value at) {
    if (!peephole)
      return sum;
    Value lane = b.mul(part.lane, gates - 1);
    Value weight =
        b.load(part.type, peephole, b.add(lane, gate * part.chunk.lanes));
    return math.multiplyAdd(weight, at, sum);
  };
  int64_t forgetGate = gates - 3;
  Value forget = math.logistic(look(sums[forgetGate], forgetGate, old));
  Value share = op.getCoupled() ? math.sub(math.constant(forget, 1.0f), forget)
                                : math.logistic(look(sums[0], 0, old));
  Value update = math.mul(share, math.tanh(sums[gates - 2]));
  Value next = math.multiplyAdd(forget, old, update);
  if (float limit = op.getCellClip().convertToFloat(); limit > 0.0f) {
    Value high = math.constant(next, limit), low = math.constant(next, -limit);
    next = math.select(arith::CmpFPredicate::OLT, next, low, low, next);
    next = math.select(arith::CmpFPredicate::OGT, next, high, high, next);
  }
  store(part, next, cell, state);
  Value gate = math.logistic(look(sums[gates - 1], gates - 2, next));
  // The old output state is read until the last chunk is done.
  store(part, math.mul(gate, math.tanh(next)), output,
        b.add(row.output, part.first));
}

void LSTMKernel::forEachPart(function_ref<void(const Part &)> body) {
  SmallVector<kernel::CellChunk> chunks =
      kernel::getCellChunks(op.getLanes(), cells);
  auto visit = [&](const kernel::CellChunk &chunk, Value first) {
    body({chunk, first, first, VectorType::get(chunk.lanes, b.getF32Type())});
  };
  int64_t whole = cells / op.getLanes();
  b.loop(whole,
         [&](Value i) { visit(chunks.front(), b.mul(i, op.getLanes())); });
  if (whole != static_cast<int64_t>(chunks.size()))
    visit(chunks.back(), b.index(chunks.back().first));
}

void LSTMKernel::emit() {
  b.loop(op.getBatch(), [&](Value batch) {
    b.loop(op.getSteps(), [&](Value step) {
      Value sequenceRow = op.getTimeMajor()
                              ? b.add(b.mul(step, op.getBatch()), batch)
                              : b.add(b.mul(batch, op.getSteps()), step);
      Row row = {b.mul(sequenceRow, op.getInputs()), b.mul(batch, cells),
                 b.mul(sequenceRow, cells)};
      forEachPart([&](const Part &part) { emitPart(part, row); });
      forEachPart([&](const Part &part) {
        store(part, load(part, output, b.add(row.output, part.first)), hidden,
              b.add(row.state, part.first));
      });
    });
  });
}

void mopt::emitLSTM(KernelEmitter &b, kernel::LSTMOp op, ValueRange operands) {
  LSTMKernel(b, op, operands).emit();
}
