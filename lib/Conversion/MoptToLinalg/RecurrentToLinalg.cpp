//===- RecurrentToLinalg.cpp - Recurrent cells -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LSTMEmitter.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mopt/Dialect/Mopt/IR/RecurrentOps.h"
#include "mopt/Dialect/Mopt/Reference/LSTM.h"

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// Buffers and loops
//===----------------------------------------------------------------------===//

static MemRefType getBufferType(Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  return MemRefType::get(type.getShape(), type.getElementType());
}

Value LSTMEmitter::getBuffer(ScalarBuilder &b, unsigned i) {
  Value &buffer = buffers[i];
  if (!buffer)
    buffer = bufferization::ToBufferOp::create(b, getBufferType(operands[i]),
                                               operands[i], /*read_only=*/true);
  return buffer;
}

/// All rows of a state one after the other, to be written.
Value LSTMEmitter::getFlatState(ScalarBuilder &b, unsigned i) {
  MemRefType type = getBufferType(operands[i]);
  Value buffer = bufferization::ToBufferOp::create(b, type, operands[i]);
  if (type.getRank() == 1)
    return buffer;
  SmallVector<ReassociationIndices> all = {
      llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()))};
  return memref::CollapseShapeOp::create(b, buffer, all);
}

Value LSTMEmitter::load(ScalarBuilder &b, Value buffer, ValueRange indices) {
  return memref::LoadOp::create(b, buffer, indices);
}

void LSTMEmitter::store(ScalarBuilder &b, Value value, Value buffer,
                        ValueRange indices) {
  memref::StoreOp::create(b, value, buffer, indices);
}

Value LSTMEmitter::allocate(ScalarBuilder &b, int64_t size,
                            Type elementType) const {
  return memref::AllocOp::create(b, MemRefType::get({size}, elementType));
}

void LSTMEmitter::forEach(ScalarBuilder &b, int64_t count, ForEachBody body) {
  b.loop(b.index(0), b.index(count), ValueRange(),
         [&](ScalarBuilder &b, Value i, ValueRange) {
           body(b, i);
           return SmallVector<Value>();
         });
}

Value LSTMEmitter::getStateIndex(ScalarBuilder &b, const LSTMPosition &at,
                                 int64_t size, Value i) {
  return b.add(b.mul(at.row, size), i);
}

Value LSTMEmitter::loadInput(ScalarBuilder &b, const LSTMPosition &at,
                             Value i) {
  return load(b, input, {at.sequence[0], at.sequence[1], i});
}

Value LSTMEmitter::loadOutputState(ScalarBuilder &b, const LSTMPosition &at,
                                   Value i) {
  return load(b, outputState, getStateIndex(b, at, dims.outputs, i));
}

Value LSTMEmitter::loadCellState(ScalarBuilder &b, const LSTMPosition &at,
                                 Value i) {
  return load(b, cellState, getStateIndex(b, at, dims.cells, i));
}

void LSTMEmitter::storeOutputState(ScalarBuilder &b, const LSTMPosition &at,
                                   Value i, Value value) {
  store(b, value, outputState, getStateIndex(b, at, dims.outputs, i));
}

void LSTMEmitter::storeCellState(ScalarBuilder &b, const LSTMPosition &at,
                                 Value i, Value value) {
  store(b, value, cellState, getStateIndex(b, at, dims.cells, i));
}

Value LSTMEmitter::emit(ScalarBuilder &b, RankedTensorType resultType) {
  input = getBuffer(b, lstm::kInput);
  outputState = getFlatState(b, lstm::kOutputState);
  cellState = getFlatState(b, lstm::kCellState);
  Value output = memref::AllocOp::create(
      b, MemRefType::get(resultType.getShape(), resultType.getElementType()));
  prepare(b);
  forEach(b, dims.batch, [&](ScalarBuilder &b, Value row) {
    forEach(b, dims.steps, [&](ScalarBuilder &b, Value t) {
      LSTMPosition at{row, {row, t}};
      if (op.getTimeMajor())
        std::swap(at.sequence[0], at.sequence[1]);
      emitStep(b, at);
      forEach(b, dims.outputs, [&](ScalarBuilder &b, Value i) {
        store(b, loadOutputState(b, at, i), output,
              {at.sequence[0], at.sequence[1], i});
      });
    });
  });
  return bufferization::ToTensorOp::create(b, resultType, output,
                                           /*restrict=*/true,
                                           /*writable=*/true);
}

//===----------------------------------------------------------------------===//
// Pattern
//===----------------------------------------------------------------------===//

namespace {

struct LSTMLowering : OpConversionPattern<UnidirectionalSequenceLSTMOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(UnidirectionalSequenceLSTMOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)) ||
        failed(checkStates(op, rewriter)))
      return failure();
    FailureOr<std::unique_ptr<LSTMEmitter>> emitter =
        createEmitter(op, adaptor.getOperands(), rewriter);
    if (failed(emitter))
      return failure();
    ScalarBuilder b(op.getLoc(), rewriter);
    rewriter.replaceOp(op,
                       (*emitter)->emit(b, getResultType(typeConverter, op)));
    return success();
  }

private:
  static LogicalResult checkStates(UnidirectionalSequenceLSTMOp op,
                                   PatternRewriter &rewriter) {
    for (unsigned i : {lstm::kOutputState, lstm::kCellState}) {
      Value state = op->getOperand(i);
      if (!state.hasOneUse())
        return refuse(op, rewriter,
                      "a state has other users, which would see it change");
      if (cast<RankedTensorType>(state.getType()).getRank() == 0)
        return refuse(op, rewriter, "a state is a scalar");
    }
    return success();
  }

  static FailureOr<std::unique_ptr<LSTMEmitter>>
  createEmitter(UnidirectionalSequenceLSTMOp op, ValueRange operands,
                PatternRewriter &rewriter) {
    std::optional<LSTMForm> form = getLSTMForm(op);
    if (!form)
      return refuse(op, rewriter,
                    "an LSTM of these element types has no meaning");
    if (*form != LSTMForm::Integer) {
      if (op.getFusedActivationFunction() == ActivationFunction::NONE)
        return refuse(
            op, rewriter,
            "an LSTM has no meaning with the activation function NONE");
      if (*form == LSTMForm::Hybrid && !haveScalarScales(op))
        return refuse(op, rewriter,
                      "int8 weights are not quantised per tensor");
      return createRealLSTMEmitter(op, operands);
    }
    if (!isIntegerLSTMDefined(op))
      return refuse(
          op, rewriter,
          "peephole weights with more outputs than cells have no meaning");
    return createIntegerLSTMEmitter(op, operands);
  }

  static bool haveScalarScales(UnidirectionalSequenceLSTMOp op) {
    return llvm::all_of(op->getOperandTypes(), [](Type type) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      if (!tensor ||
          !getStorageElementType(tensor.getElementType()).isInteger(8))
        return true;
      QuantParams params = getQuantParams(tensor);
      return params.isQuantized() && !params.isPerAxis();
    });
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateRecurrentToLinalg(const TypeConverter &converter,
                               RequantizeMode mode,
                               RewritePatternSet &patterns) {
  patterns.add<LSTMLowering>(converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
