//===- LayerwiseModel.cpp - A model whose layers can be exchanged ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Accuracy/LayerwiseModel.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/IRMapping.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Transforms/Quantization/Plan.h"

using namespace mlir;
using namespace mlir::mopt;

/// What belongs to the op that reads it, and is not passed to it.
static bool isOwnOperand(Value value) {
  return isa_and_nonnull<ConstOp, NoValueOp, VariableOp>(value.getDefiningOp());
}

/// A module with a function that holds `op` of `func` and its constants.
static OwningOpRef<ModuleOp> isolate(func::FuncOp func, Operation *op) {
  OpBuilder builder(func.getContext());
  OwningOpRef<ModuleOp> module = ModuleOp::create(func.getLoc());
  auto original = func->getParentOfType<ModuleOp>();
  (*module)->setAttrs(original->getAttrDictionary());

  SmallVector<Value> inputs;
  for (Value operand : op->getOperands())
    if (!isOwnOperand(operand) && !llvm::is_contained(inputs, operand))
      inputs.push_back(operand);
  builder.setInsertionPointToEnd(module->getBody());
  auto type = builder.getFunctionType(ValueRange(inputs).getTypes(),
                                      op->getResultTypes());
  auto copy =
      func::FuncOp::create(builder, func.getLoc(), func.getName(), type);
  // What the op calls.
  for (auto other : original.getOps<func::FuncOp>())
    if (other != func)
      builder.clone(*other);

  Block *block = copy.addEntryBlock();
  builder.setInsertionPointToStart(block);
  IRMapping mapping;
  for (auto [input, argument] :
       llvm::zip_equal(inputs, block->getArguments())) {
    mapping.map(input, argument);
    if (TensorAttr info = getTensorInfo(input))
      setTensorInfo(argument, info);
  }
  for (Value operand : op->getOperands())
    if (isOwnOperand(operand) && !mapping.contains(operand))
      builder.clone(*operand.getDefiningOp(), mapping);
  Operation *clone = builder.clone(*op, mapping);
  func::ReturnOp::create(builder, op->getLoc(), clone->getResults());
  return module;
}

llvm::Expected<LayerwiseModel> LayerwiseModel::create(func::FuncOp func) {
  LayerwiseModel model;
  model.func = func;
  Block &block = func.getBody().front();
  auto number = [&](Value value) {
    return model.numbers.try_emplace(value, model.numbers.size()).first->second;
  };
  auto refuse = [](Operation *op, const llvm::Twine &what) {
    return llvm::createStringError(
        "the model cannot be cut into its ops: " + describeOp(op) + " " + what);
  };
  for (BlockArgument argument : block.getArguments())
    number(argument);
  for (Operation &op : block) {
    if (isa<ConstOp, NoValueOp>(op) || op.hasTrait<OpTrait::IsTerminator>())
      continue;
    if (isa<VariableOp>(op)) {
      if (!op.getResult(0).hasOneUse() && !op.use_empty())
        return refuse(&op, "is state that several ops share");
      continue;
    }
    for (Value result : op.getResults()) {
      auto type = dyn_cast<RankedTensorType>(result.getType());
      if (!type || !type.hasStaticShape())
        return refuse(&op, "has a result that is no tensor of known shape");
    }
    model.ops.push_back(&op);
  }
  for (unsigned index = 0; index < model.ops.size(); ++index) {
    Operation *op = model.ops[index];
    Piece piece;
    SmallVector<Value> seen;
    for (Value operand : op->getOperands())
      if (!isOwnOperand(operand) && !llvm::is_contained(seen, operand)) {
        seen.push_back(operand);
        piece.inputs.push_back(number(operand));
      }
    for (Value result : op->getResults())
      piece.results.push_back(number(result));
    OwningOpRef<ModuleOp> module = isolate(func, op);
    llvm::Expected<std::unique_ptr<Executor>> executor =
        createFastestExecutor(*module->getOps<func::FuncOp>().begin());
    if (!executor)
      return executor.takeError();
    piece.executor = std::move(*executor);
    model.modules.push_back(std::move(module));
    model.pieces.push_back(std::move(piece));
  }
  for (Value result : block.getTerminator()->getOperands()) {
    if (isOwnOperand(result))
      return llvm::createStringError(
          "the model cannot be cut into its ops: one of its outputs is a "
          "constant");
    model.outputs.push_back(number(result));
  }
  return model;
}

llvm::Expected<std::unique_ptr<Executor>> LayerwiseModel::compileVariant(
    unsigned index, llvm::function_ref<FailureOr<bool>(ModuleOp)> change) {
  OwningOpRef<ModuleOp> module = isolate(func, ops[index]);
  {
    ScopedDiagnosticHandler handler(func.getContext(),
                                    [](Diagnostic &) { return success(); });
    FailureOr<bool> changed = change(*module);
    if (failed(changed))
      return llvm::createStringError(describeOp(ops[index]) +
                                     " cannot be changed");
    if (!*changed)
      return nullptr;
  }
  llvm::Expected<std::unique_ptr<Executor>> executor =
      createFastestExecutor(*module->getOps<func::FuncOp>().begin());
  modules.push_back(std::move(module));
  return executor;
}

//===----------------------------------------------------------------------===//
// Worker
//===----------------------------------------------------------------------===//

LayerwiseModel::Worker::Worker(const LayerwiseModel &model)
    : model(model), values(model.numbers.size()),
      changed(model.numbers.size()) {
  for (const Piece &piece : model.pieces)
    executors.push_back(piece.executor->clone());
}

llvm::Error
LayerwiseModel::Worker::runPiece(unsigned index, Executor &executor,
                                 llvm::function_ref<HostTensor(unsigned)> read,
                                 std::vector<HostTensor> &written) {
  const Piece &piece = model.pieces[index];
  SmallVector<HostTensor> inputs;
  for (unsigned number : piece.inputs)
    inputs.push_back(read(number));
  executor.resetState();
  llvm::Expected<SmallVector<HostTensor>> results = executor.run(inputs);
  if (!results)
    return results.takeError();
  for (auto [number, result] : llvm::zip_equal(piece.results, *results))
    written[number] = result;
  return llvm::Error::success();
}

llvm::Error LayerwiseModel::Worker::run(ArrayRef<HostTensor> inputs) {
  llvm::copy(inputs, values.begin());
  for (unsigned index = 0; index < model.pieces.size(); ++index)
    if (llvm::Error error = runPiece(
            index, *executors[index],
            [&](unsigned number) { return values[number]; }, values))
      return error;
  return llvm::Error::success();
}

llvm::Expected<SmallVector<HostTensor>>
LayerwiseModel::Worker::runExchanged(ArrayRef<Exchange> exchanges) {
  std::fill(changed.begin(), changed.end(), HostTensor());
  auto read = [&](unsigned number) {
    return changed[number] ? changed[number] : values[number];
  };
  for (unsigned index = 0; index < model.pieces.size(); ++index) {
    bool isExchanged = !exchanges.empty() && exchanges.front().first == index;
    bool isDependent =
        llvm::any_of(model.pieces[index].inputs, [&](unsigned number) {
          return static_cast<bool>(changed[number]);
        });
    if (!isExchanged && !isDependent)
      continue;
    Executor &executor =
        isExchanged ? *exchanges.front().second : *executors[index];
    if (isExchanged)
      exchanges = exchanges.drop_front();
    if (llvm::Error error = runPiece(index, executor, read, changed))
      return std::move(error);
  }
  SmallVector<HostTensor> outputs;
  for (unsigned number : model.outputs)
    outputs.push_back(read(number));
  return outputs;
}

SmallVector<HostTensor> LayerwiseModel::Worker::getOutputs() const {
  SmallVector<HostTensor> outputs;
  for (unsigned number : model.outputs)
    outputs.push_back(values[number]);
  return outputs;
}

SmallVector<HostTensor>
LayerwiseModel::Worker::getResults(unsigned index) const {
  SmallVector<HostTensor> results;
  for (unsigned number : model.pieces[index].results)
    results.push_back(values[number]);
  return results;
}

SmallVector<HostTensor>
LayerwiseModel::Worker::getExchangedResults(unsigned index) const {
  SmallVector<HostTensor> results;
  for (unsigned number : model.pieces[index].results)
    results.push_back(changed[number] ? changed[number] : values[number]);
  return results;
}
