//===- BasicLSTMOps.cpp - The verifier of basic LSTMs -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RecurrentVerifier.h"
#include "mlir/IR/Builders.h"
#include "mopt/Dialect/Mopt/IR/BasicLSTM.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::basic_lstm;

BasicLSTM::BasicLSTM(LSTMOp op)
    : batch(getTensorType(op->getOperand(kInput)).getDimSize(0)),
      inputs(getTensorType(op->getOperand(kInput)).getDimSize(1)),
      cells(getTensorType(op->getOperand(kLastOutput)).getDimSize(1)),
      isInteger(
          !getTensorType(op->getOperand(kInput)).getElementType().isF32()) {}

static LogicalResult verifyShapes(LSTMOp op) {
  for (auto [i, name] :
       {std::pair(kInput, "input"), std::pair(kLastOutput, "last output")})
    if (failed(verifyRank(op, op->getOperand(i), name, 2)))
      return failure();
  BasicLSTM sizes(op);
  SmallVector<int64_t> state = {sizes.batch, sizes.cells};
  int64_t columns = sizes.inputs + sizes.cells, gates = 4 * sizes.cells;
  auto verifyOperand = [&](unsigned i, StringRef name,
                           ArrayRef<int64_t> shape) {
    return verifyShape(op, op->getOperand(i), name, shape);
  };
  if (failed(verifyOperand(kLastOutput, "last output", state)) ||
      failed(verifyOperand(kWeights, "weights", {gates, columns})) ||
      failed(verifyOperand(kBias, "bias", {gates})) ||
      failed(verifyOperand(kCellState, "cell state", state)))
    return failure();
  auto verifyResult = [&](unsigned i, ArrayRef<int64_t> shape) {
    return verifyShape(op, op->getResult(i), "result " + std::to_string(i),
                       shape);
  };
  if (failed(verifyResult(kOutput, state)) ||
      failed(verifyResult(kNewCellState, state)) ||
      failed(verifyResult(kConcatenation, {sizes.batch, columns})) ||
      failed(verifyResult(kGates, {sizes.batch, gates})))
    return failure();
  return success();
}

/// All values must be stored as `operands` and `results` say.
static LogicalResult verifyStorage(LSTMOp op, StringRef form,
                                   ArrayRef<Type> operands,
                                   ArrayRef<Type> results) {
  auto verify = [&](Value value, Type expected,
                    const Twine &name) -> LogicalResult {
    Type storage = getStorageElementType(getTensorType(value).getElementType());
    if (storage == expected)
      return success();
    return op.emitOpError() << name << " must hold " << expected << " in the "
                            << form << " form, got " << value.getType();
  };
  for (auto [i, type] : llvm::enumerate(operands))
    if (failed(verify(op->getOperand(i), type, "operand " + Twine(i))))
      return failure();
  for (auto [i, type] : llvm::enumerate(results))
    if (failed(verify(op->getResult(i), type, "result " + Twine(i))))
      return failure();
  return success();
}

static LogicalResult verifyIntegerForm(LSTMOp op) {
  Builder b(op.getContext());
  Type byte = b.getIntegerType(8, /*isSigned=*/false);
  Type i16 = b.getI16Type(), i32 = b.getI32Type();
  if (failed(verifyStorage(op, "integer", {byte, byte, byte, i32, i16},
                           {byte, i16, byte, i16})))
    return failure();
  auto getScale = [&](unsigned i) -> std::optional<float> {
    QuantParams params = getQuantParams(op->getOperand(i).getType());
    if (!params.isQuantized() || params.isPerAxis())
      return std::nullopt;
    return params.scale();
  };
  for (unsigned i : {kWeights, kBias})
    if (!getScale(i))
      return op.emitOpError()
             << "operand " << i << " must be quantised per tensor, got "
             << op->getOperand(i).getType();
  std::optional<float> scale = getScale(kCellState);
  if (scale && getPowerOfTwoExponent(*scale) == kBasicLSTMCellBits - 15)
    return success();
  return op.emitOpError() << "cell state must have the scale 2^"
                          << kBasicLSTMCellBits - 15 << ", got "
                          << op->getOperand(kCellState).getType();
}

LogicalResult mopt::verifyBasicLSTM(LSTMOp op) {
  if (op->getNumOperands() != kNumOperands ||
      op->getNumResults() != kNumResults)
    return op.emitOpError()
           << "must have " << unsigned(kNumOperands) << " operands and "
           << unsigned(kNumResults) << " results with the kernel BASIC, got "
           << op->getNumOperands() << " and " << op->getNumResults();
  for (auto [i, operand] : llvm::enumerate(op->getOperands()))
    if (!isPresent(operand))
      return op.emitOpError() << "operand " << i << " must be present";
  if (failed(verifyShapes(op)))
    return failure();
  if (BasicLSTM(op).isInteger)
    return verifyIntegerForm(op);
  Type f32 = Float32Type::get(op.getContext());
  return verifyStorage(op, "float", SmallVector<Type>(kNumOperands, f32),
                       SmallVector<Type>(kNumResults, f32));
}
