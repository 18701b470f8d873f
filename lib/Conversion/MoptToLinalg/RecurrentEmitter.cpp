//===- RecurrentEmitter.cpp - Recurrent ops on buffers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RecurrentEmitter.h"

#include "HybridInput.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::mopt;

using Compare = ScalarBuilder::Compare;

LogicalResult mopt::checkStates(Operation *op, ArrayRef<unsigned> states,
                                PatternRewriter &rewriter) {
  for (unsigned i : states) {
    Value state = op->getOperand(i);
    if (!state.hasOneUse())
      return refuse(op, rewriter,
                    "a state has other users, which would see it change");
    if (cast<RankedTensorType>(state.getType()).getRank() == 0)
      return refuse(op, rewriter, "a state is a scalar");
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

static MemRefType getBufferType(Type tensor) {
  auto type = cast<RankedTensorType>(tensor);
  return MemRefType::get(type.getShape(), type.getElementType());
}

Value RecurrentEmitter::getBuffer(ScalarBuilder &b, unsigned operand) {
  Value &buffer = buffers[operand];
  if (!buffer)
    buffer = bufferization::ToBufferOp::create(
        b, getBufferType(operands[operand].getType()), operands[operand],
        /*read_only=*/true);
  return buffer;
}

Value RecurrentEmitter::flatten(ScalarBuilder &b, Value buffer) {
  int64_t rank = cast<MemRefType>(buffer.getType()).getRank();
  if (rank == 1)
    return buffer;
  SmallVector<ReassociationIndices> all = {
      llvm::to_vector(llvm::seq<int64_t>(0, rank))};
  return memref::CollapseShapeOp::create(b, buffer, all);
}

Value RecurrentEmitter::getFlatBuffer(ScalarBuilder &b, unsigned operand) {
  Value buffer = getBuffer(b, operand);
  Value &flat = flatBuffers[operand];
  if (!flat)
    flat = flatten(b, buffer);
  return flat;
}

Value RecurrentEmitter::getFlatState(ScalarBuilder &b, unsigned operand) {
  Value &state = states[operand];
  if (!state)
    state = flatten(b, bufferization::ToBufferOp::create(
                           b, getBufferType(operands[operand].getType()),
                           operands[operand]));
  return state;
}

Value RecurrentEmitter::getFlatResult(ScalarBuilder &b, unsigned result) {
  Value &flat = flatResults[result];
  if (flat)
    return flat;
  Type type = converter->convertType(op->getResult(result).getType());
  Value buffer = memref::AllocOp::create(b, getBufferType(type));
  results[result] = buffer;
  return flat = flatten(b, buffer);
}

SmallVector<Value> RecurrentEmitter::getResults(ScalarBuilder &b) {
  SmallVector<Value> tensors;
  for (unsigned i = 0; i < op->getNumResults(); ++i) {
    getFlatResult(b, i);
    tensors.push_back(bufferization::ToTensorOp::create(
        b, converter->convertType(op->getResult(i).getType()), results[i],
        /*restrict=*/true, /*writable=*/true));
  }
  return tensors;
}

Value RecurrentEmitter::load(ScalarBuilder &b, Value buffer,
                             ValueRange indices) {
  return memref::LoadOp::create(b, buffer, indices);
}

void RecurrentEmitter::store(ScalarBuilder &b, Value value, Value buffer,
                             ValueRange indices) {
  memref::StoreOp::create(b, value, buffer, indices);
}

Value RecurrentEmitter::allocate(ScalarBuilder &b, int64_t size,
                                 Type elementType) {
  return memref::AllocOp::create(b, MemRefType::get({size}, elementType));
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

void RecurrentEmitter::forEach(ScalarBuilder &b, int64_t count,
                               ForEachBody body) {
  b.loop(b.index(0), b.index(count), ValueRange(),
         [&](ScalarBuilder &b, Value i, ValueRange) {
           body(b, i);
           return SmallVector<Value>();
         });
}

void RecurrentEmitter::forEachStep(ScalarBuilder &b, const SequenceLayer &layer,
                                   StepBody body) {
  forEach(b, layer.batch, [&](ScalarBuilder &b, Value row) {
    forEach(b, layer.steps, [&](ScalarBuilder &b, Value i) {
      Value t = layer.isBackward ? b.sub(b.index(layer.steps - 1), i) : i;
      Value sequenceRow = layer.timeMajor ? b.add(b.mul(t, layer.batch), row)
                                          : b.add(b.mul(row, layer.steps), t);
      body(b, {row, sequenceRow});
    });
  });
}

void RecurrentEmitter::storeOutput(ScalarBuilder &b, const SequenceLayer &layer,
                                   const RecurrentPosition &at, Value i,
                                   Value value, Value result) {
  auto type = cast<RankedTensorType>(op->getResult(layer.result).getType());
  Value column = b.add(i, layer.resultColumn);
  store(b, value, result,
        b.add(b.mul(at.sequenceRow, type.getShape().back()), column));
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

void mopt::emitQuantization(ScalarBuilder &b, EmittedVector &vector,
                            bool asymmetric) {
  if (!vector.quantized)
    return;
  SmallVector<Value> range = b.loop(
      b.index(0), b.index(vector.size), {b.f32(0.0f), b.f32(0.0f)},
      [&](ScalarBuilder &b, Value i, ValueRange carried) {
        Value x = vector.load(b, i);
        return SmallVector<Value>{b.min(carried[0], x), b.max(carried[1], x)};
      });
  RowFactors factors;
  if (asymmetric)
    factors = emitAsymmetricFactors(b, range[0], range[1]);
  else
    factors = emitSymmetricFactors(
        b, b.max(range[1], Value(arith::NegFOp::create(b, range[0]))));
  RecurrentEmitter::forEach(b, vector.size, [&](ScalarBuilder &b, Value i) {
    RecurrentEmitter::store(b, emitQuantized(b, vector.load(b, i), factors),
                            vector.quantized, i);
  });
  vector.scale = factors.scale;
}

Value mopt::emitProduct(ScalarBuilder &b, const EmittedMatrix &matrix,
                        Value row, const EmittedVector &vector, Value init) {
  bool isHybrid = matrix.scale.has_value();
  Type type = isHybrid ? b.getI32Type() : Type(b.getF32Type());
  Value sum = b.loop(
      b.index(0), b.index(vector.size), b.constant(type, 0.0),
      [&](ScalarBuilder &b, Value k, Value sum) {
        Value weight = b.widen(
            RecurrentEmitter::load(b, matrix.buffer, {row, k}), false, type);
        Value x = isHybrid
                      ? b.widen(RecurrentEmitter::load(b, vector.quantized, k),
                                false, type)
                      : vector.load(b, k);
        return b.addReduce(sum, b.mul(weight, x));
      });
  if (isHybrid)
    sum = b.mul(b.toFloat(sum), b.mul(vector.scale, b.f32(*matrix.scale)));
  return b.add(init, sum);
}

Value mopt::emitLogistic(ScalarBuilder &b, Value x) {
  Value decay = math::ExpOp::create(b, Value(arith::NegFOp::create(b, x)));
  Value one = b.f32(1.0f);
  return b.div(one, b.add(one, decay));
}

Value mopt::emitRealActivation(ScalarBuilder &b, ActivationFunction function,
                               Value x) {
  switch (function) {
  case ActivationFunction::NONE:
    return x;
  case ActivationFunction::RELU:
    return b.max(b.f32(0.0f), x);
  case ActivationFunction::RELU_N1_TO_1:
    return b.max(b.f32(-1.0f), b.min(x, b.f32(1.0f)));
  case ActivationFunction::RELU6:
    return b.max(b.f32(0.0f), b.min(x, b.f32(6.0f)));
  case ActivationFunction::TANH:
    return math::TanhOp::create(b, x);
  case ActivationFunction::SIGN_BIT: {
    Value sign = math::CopySignOp::create(b, b.f32(1.0f), x);
    return b.select(b.compare(Compare::LT, sign, b.f32(0.0f)), b.f32(1.0f),
                    b.f32(0.0f));
  }
  }
  llvm_unreachable("all functions are handled");
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

Value mopt::emitInt16Table(ScalarBuilder &b,
                           llvm::function_ref<int16_t(int16_t)> function) {
  std::vector<int16_t> values(1 << 16);
  for (auto [i, value] : llvm::enumerate(values))
    value = function(static_cast<int16_t>(i));
  auto bytes = ArrayRef(reinterpret_cast<const char *>(values.data()),
                        values.size() * sizeof(int16_t));
  Value table = buildTable(b, b.getLoc(), b.getI16Type(), bytes);
  return bufferization::ToBufferOp::create(b, getBufferType(table.getType()),
                                           table, /*read_only=*/true);
}

Value mopt::emitInt16LookUp(ScalarBuilder &b, Value table, Value x) {
  Value stored = b.narrow(x, b.getI16Type());
  return RecurrentEmitter::load(
      b, table,
      Value(arith::IndexCastUIOp::create(b, b.getIndexType(), stored)));
}
