//===- PiecewiseModel.cpp - A model that runs piece by piece --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PiecewiseModel.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/IRMapping.h"
#include "mopt/Dialect/Mopt/IR/QuantOps.h"

using namespace mlir;
using namespace mlir::mopt;

/// Ops that every piece that reads them has a copy of.
static bool isLeaf(Operation *op) {
  return isa<ConstOp, NoValueOp, VariableOp>(op);
}

/// Stored weights are leaves too: a piece that reads them widens them itself.
static bool isCopied(Operation *op) {
  if (auto dequantize = dyn_cast<DequantizeOp>(op))
    return static_cast<bool>(getConstant(dequantize.getInput()));
  return isLeaf(op);
}

PiecewiseModel::PiecewiseModel(func::FuncOp func, unsigned threads,
                               const QuantizationPlan *plan)
    : func(func), threads(threads), plan(plan),
      begin(&func.getBody().front().front()) {}

quant::UniformQuantizedType
PiecewiseModel::getConversion(OpOperand &operand) const {
  Operation *op = operand.getOwner();
  if (!plan || !plan->isQuantized(op) || getConstant(operand.get()))
    return {};
  const QuantSpec &spec = cast<QuantizableOp>(op).getQuantSpec();
  if (spec.getRole(operand.getOperandNumber()) != OperandRole::Activation)
    return {};
  quant::UniformQuantizedType type = plan->getOperandType(operand);
  Operation *producer = operand.get().getDefiningOp();
  if (producer && plan->isQuantized(producer) &&
      plan->getType(operand.get()) == type)
    return {};
  return type;
}

/// `value` rounded to the grid of `type`.
static Value roundTo(OpBuilder &builder, Value value,
                     quant::UniformQuantizedType type) {
  auto tensor = cast<RankedTensorType>(value.getType());
  Value integer =
      QuantizeOp::create(builder, value.getLoc(),
                         RankedTensorType::get(tensor.getShape(), type), value);
  return DequantizeOp::create(builder, value.getLoc(), tensor, integer);
}

llvm::Error PiecewiseModel::addPiece(Operation *end) {
  SetVector<Operation *> ops;
  for (Operation *op = begin; op != end; op = op->getNextNode())
    if (!isCopied(op))
      ops.insert(op);
  Piece piece;
  begin = end;
  auto isLater = [&](Operation *user) { return !user->isBeforeInBlock(end); };
  SetVector<Value> inputs;
  for (Operation *op : ops) {
    for (Value operand : op->getOperands()) {
      Operation *producer = operand.getDefiningOp();
      if (!producer || (!ops.contains(producer) && !isCopied(producer)))
        inputs.insert(operand);
    }
    for (Value result : op->getResults())
      if (llvm::any_of(result.getUsers(), isLater))
        piece.outputs.push_back(result);
  }
  piece.inputs.assign(inputs.begin(), inputs.end());
  for (Value input : inputs)
    if (llvm::none_of(input.getUsers(), isLater))
      piece.dead.push_back(input);
  if (piece.outputs.empty()) {
    pieces.push_back(std::move(piece));
    return llvm::Error::success();
  }

  OpBuilder builder(func.getContext());
  piece.module = ModuleOp::create(func.getLoc());
  if (auto symbols = func->getParentOfType<ModuleOp>())
    piece.module->getOperation()->setAttrs(symbols->getAttrs());
  builder.setInsertionPointToEnd(piece.module->getBody());
  auto copy = func::FuncOp::create(
      builder, func.getLoc(), func.getName(),
      FunctionType::get(func.getContext(), ValueRange(piece.inputs).getTypes(),
                        ValueRange(piece.outputs).getTypes()));
  // What the function calls runs as a part of the piece.
  if (auto symbols = func->getParentOfType<ModuleOp>())
    for (auto other : symbols.getOps<func::FuncOp>())
      if (other != func)
        builder.clone(*other);
  builder.setInsertionPointToStart(copy.addEntryBlock());
  IRMapping mapping;
  mapping.map(piece.inputs, copy.getArguments());
  for (Operation *op : ops) {
    for (Value operand : op->getOperands())
      if (!mapping.contains(operand)) {
        Operation *leaf = operand.getDefiningOp();
        if (!isLeaf(leaf))
          builder.clone(*leaf->getOperand(0).getDefiningOp(), mapping);
        builder.clone(*leaf, mapping);
      }
    Operation *made = builder.clone(*op, mapping);
    if (!plan || !plan->isQuantized(op))
      continue;
    for (OpOperand &operand : op->getOpOperands())
      if (quant::UniformQuantizedType type = getConversion(operand)) {
        OpBuilder before(made);
        OpOperand &use = made->getOpOperand(operand.getOperandNumber());
        use.set(roundTo(before, use.get(), type));
      }
    if (plan->getRule(op) == ScaleRule::InputsOnly)
      continue;
    for (Value result : op->getResults())
      mapping.map(result, roundTo(builder, mapping.lookup(result),
                                  plan->getType(result)));
  }
  SmallVector<Value> results;
  for (Value output : piece.outputs)
    results.push_back(mapping.lookup(output));
  func::ReturnOp::create(builder, func.getLoc(), results);

  std::string reason;
  llvm::Expected<std::unique_ptr<Executor>> executor =
      createFastestExecutor(copy, &reason);
  if (!executor)
    return executor.takeError();
  if (!reason.empty())
    mlir::emitRemark(func.getLoc())
        << "observing layers with the interpreter, which is slower: " << reason;
  piece.workers.push_back(std::move(*executor));
  while (piece.workers.size() < threads)
    piece.workers.push_back(piece.workers.front()->clone());
  pieces.push_back(std::move(piece));
  return llvm::Error::success();
}

llvm::Error PiecewiseModel::run(unsigned thread, size_t first,
                                Tensors &tensors) {
  for (size_t index = first; index < pieces.size(); ++index) {
    Piece &piece = pieces[index];
    if (!piece.workers.empty()) {
      SmallVector<HostTensor> inputs;
      for (Value input : piece.inputs)
        inputs.push_back(tensors.find(input)->second);
      Executor &worker = *piece.workers[thread];
      worker.resetState();
      llvm::Expected<SmallVector<HostTensor>> outputs = worker.run(inputs);
      if (!outputs)
        return outputs.takeError();
      for (auto [value, tensor] : llvm::zip_equal(piece.outputs, *outputs))
        tensors[value] = tensor;
    }
    for (Value value : piece.dead)
      tensors.erase(value);
  }
  return llvm::Error::success();
}
