//===- ObservedModel.cpp - A model that shows its activations -----*- C++
//-*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ObservedModel.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/IRMapping.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Runtime/SampleLoop.h"
#include "mopt/Transforms/Quantization/Plan.h"

#include <thread>

using namespace mlir;
using namespace mlir::mopt;

/// The float32 tensors that change from run to run.
static SmallVector<Value> collectActivations(func::FuncOp func) {
  SmallVector<Value> values;
  for (BlockArgument argument : func.getArguments())
    if (isFloatTensor(argument.getType()))
      values.push_back(argument);
  for (Operation &op : func.getBody().front()) {
    if (isa<ConstOp, VariableOp>(op))
      continue;
    for (Value result : op.getResults())
      if (isFloatTensor(result.getType()))
        values.push_back(result);
  }
  return values;
}

/// Compiled where every op can be, else interpreted.
static llvm::Expected<std::unique_ptr<Executor>>
createExecutor(func::FuncOp func) {
  std::string reason;
  {
    // What the compiler says about an op that it cannot lower is the reason of
    // a remark here, not an error of the user's.
    ScopedDiagnosticHandler handler(func.getContext(), [&](Diagnostic &note) {
      if (note.getSeverity() == DiagnosticSeverity::Error && reason.empty())
        reason = note.str();
      return success();
    });
    llvm::Expected<std::unique_ptr<Executor>> compiled =
        createJITExecutor(func, {});
    if (compiled)
      return compiled;
    std::string error = llvm::toString(compiled.takeError());
    if (reason.empty())
      reason = error;
  }
  mlir::emitRemark(func.getLoc())
      << "calibrating with the interpreter, which is slower: " << reason;
  return createReferenceExecutor(func, {});
}

llvm::Expected<ObservedModel> ObservedModel::create(func::FuncOp func,
                                                    unsigned threads) {
  ObservedModel model;
  model.values = collectActivations(func);
  OpBuilder builder(func.getContext());
  model.module = ModuleOp::create(func.getLoc());
  builder.setInsertionPointToEnd(model.module->getBody());
  // What the function calls is run, not observed.
  if (auto symbols = func->getParentOfType<ModuleOp>())
    for (auto other : symbols.getOps<func::FuncOp>())
      if (other != func)
        builder.clone(*other);
  IRMapping mapping;
  auto copy = cast<func::FuncOp>(builder.clone(*func, mapping));
  SmallVector<Value> observed;
  for (Value value : model.values)
    observed.push_back(mapping.lookup(value));
  copy.getBody().front().getTerminator()->setOperands(observed);
  copy.removeResAttrsAttr();
  copy.setType(FunctionType::get(func.getContext(),
                                 func.getFunctionType().getInputs(),
                                 ValueRange(observed).getTypes()));

  llvm::Expected<std::unique_ptr<Executor>> executor = createExecutor(copy);
  if (!executor)
    return executor.takeError();
  unsigned count = threads ? threads : std::thread::hardware_concurrency();
  model.workers.push_back(std::move(*executor));
  while (model.workers.size() < count)
    model.workers.push_back(model.workers.front()->clone());
  return model;
}

llvm::Error ObservedModel::run(const SampleSource &source, int64_t begin,
                               int64_t end, ObserveFn observe) {
  return forEachSample(begin, end, workers.size(),
                       [&](unsigned thread, int64_t sample) -> llvm::Error {
                         SmallVector<Array> arrays;
                         llvm::Expected<SmallVector<HostTensor>> inputs =
                             source.load(sample, arrays);
                         if (!inputs)
                           return inputs.takeError();
                         workers[thread]->resetState();
                         llvm::Expected<SmallVector<HostTensor>> outputs =
                             workers[thread]->run(*inputs);
                         if (!outputs)
                           return outputs.takeError();
                         for (auto [index, tensor] : llvm::enumerate(*outputs))
                           if (llvm::Error error = observe(
                                   thread, sample, index, tensor.as<float>()))
                             return error;
                         return llvm::Error::success();
                       });
}
