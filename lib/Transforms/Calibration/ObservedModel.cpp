//===- ObservedModel.cpp - A model that shows its activations -------------===//
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
#include "mopt/Dialect/Kernel/IR/KernelOps.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/QuantOps.h"
#include "mopt/Runtime/SampleLoop.h"
#include "mopt/Target/CPU/Observation.h"
#include "mopt/Transforms/Quantization/Plan.h"

#include <thread>

using namespace mlir;
using namespace mlir::mopt;

SmallVector<Value> mopt::collectActivations(func::FuncOp func) {
  SmallVector<Value> values;
  for (BlockArgument argument : func.getArguments())
    if (isFloatTensor(argument.getType()))
      values.push_back(argument);
  for (Operation &op : func.getBody().front()) {
    if (isa<ConstOp, VariableOp>(op))
      continue;
    // Weights that are stored in fewer bits do not change either.
    if (auto dequantize = dyn_cast<DequantizeOp>(op))
      if (getConstant(dequantize.getInput()))
        continue;
    for (Value result : op.getResults())
      if (isFloatTensor(result.getType()))
        values.push_back(result);
  }
  return values;
}

namespace {
/// The run that this thread is in.
struct Observation {
  ArrayRef<Value> values;
  ObservedModel::ObserveFn observe;
  int64_t sample;
  std::optional<llvm::Error> error = std::nullopt;
};
} // namespace

static thread_local Observation *current = nullptr;

/// What kernels call.
static void showElements(int64_t index, ArrayRef<float> elements,
                         const ObservedExtremes *extremes) {
  // Code cannot be stopped; what comes after an error does not count.
  if (current->error)
    return;
  std::optional<ValueRange32> range;
  if (!extremes)
    range = getExtremes(elements);
  else if (extremes->areFinite)
    // Zero has one sign, as in getExtremes.
    range = {extremes->min + 0.0f, extremes->max + 0.0f};
  llvm::Error error = current->observe(current->sample, index, elements, range);
  if (error)
    current->error.emplace(std::move(error));
}

/// What compiled code calls.
static void observeElements(int64_t index, const void *elements) {
  auto type = cast<RankedTensorType>(current->values[index].getType());
  showElements(
      index,
      ArrayRef(static_cast<const float *>(elements), type.getNumElements()),
      nullptr);
}

/// A module whose last function is a copy of `func`; `mapping` knows its
/// values.
static OwningOpRef<ModuleOp> copyFunction(func::FuncOp func,
                                          IRMapping &mapping) {
  OwningOpRef<ModuleOp> module(ModuleOp::create(func.getLoc()));
  OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
  // What the function calls is run, not observed.
  if (auto symbols = func->getParentOfType<ModuleOp>())
    for (auto other : symbols.getOps<func::FuncOp>())
      if (other != func)
        builder.clone(*other);
  builder.clone(*func, mapping)->removeAttr(func.getResAttrsAttrName());
  return module;
}

/// Makes `func` give `results` and nothing else.
static void setResults(func::FuncOp func, ArrayRef<Value> results) {
  func.getBody().front().getTerminator()->setOperands(results);
  func.setType(FunctionType::get(func.getContext(),
                                 func.getFunctionType().getInputs(),
                                 ValueRange(results).getTypes()));
}

llvm::Expected<ObservedModel>
ObservedModel::create(func::FuncOp func, unsigned threads, bool compiles) {
  MLIRContext *context = func.getContext();
  ObservedModel model;
  model.values = collectActivations(func);
  bool areSizesKnown = llvm::all_of(model.values, [](Value value) {
    return cast<RankedTensorType>(value.getType()).hasStaticShape();
  });

  llvm::Expected<std::unique_ptr<Executor>> executor = nullptr;
  if (areSizesKnown) {
    IRMapping mapping;
    model.module = copyFunction(func, mapping);
    auto copy = cast<func::FuncOp>(model.module->getBody()->back());
    OpBuilder builder(context);
    for (auto [index, value] : llvm::enumerate(model.values)) {
      Value shown = mapping.lookup(value);
      builder.setInsertionPointAfterValue(shown);
      kernel::ObserveOp::create(builder, shown.getLoc(), index, shown);
    }
    setResults(copy, {});
    // What cannot be compiled with observers is compiled otherwise, or a remark
    // below says why not.
    ScopedDiagnosticHandler silence(context,
                                    [](Diagnostic &) { return success(); });
    if (!compiles)
      executor = createReadyExecutor(copy, {}, showElements);
    if (executor && !*executor)
      executor = createObservedExecutor(copy, {}, observeElements);
    if (!executor)
      llvm::consumeError(executor.takeError());
  }
  if (!executor || !*executor) {
    // Compiled in parts, or not at all: every value is a result.
    IRMapping mapping;
    model.module = copyFunction(func, mapping);
    auto copy = cast<func::FuncOp>(model.module->getBody()->back());
    setResults(copy, llvm::map_to_vector(model.values, [&](Value value) {
                 return mapping.lookup(value);
               }));
    std::string reason;
    executor = createFastestExecutor(copy, &reason);
    if (!executor)
      return executor.takeError();
    if (!reason.empty())
      mlir::emitRemark(func.getLoc())
          << "calibrating with the interpreter, which is slower: " << reason;
  }
  unsigned count = threads ? threads : std::thread::hardware_concurrency();
  model.workers.push_back(std::move(*executor));
  while (model.workers.size() < count)
    model.workers.push_back(model.workers.front()->clone());
  return model;
}

llvm::Error ObservedModel::runSample(Executor &worker,
                                     ArrayRef<HostTensor> inputs,
                                     int64_t sample, ObserveFn observe) {
  worker.resetState();
  Observation observation{values, observe, sample, std::nullopt};
  current = &observation;
  llvm::Expected<SmallVector<HostTensor>> outputs = worker.run(inputs);
  current = nullptr;
  if (!outputs) {
    if (observation.error)
      llvm::consumeError(std::move(*observation.error));
    return outputs.takeError();
  }
  if (observation.error)
    return std::move(*observation.error);
  for (auto [index, tensor] : llvm::enumerate(*outputs))
    if (llvm::Error error = observe(sample, index, tensor.as<float>(),
                                    getExtremes(tensor.as<float>())))
      return error;
  return llvm::Error::success();
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
                         return runSample(*workers[thread], *inputs, sample,
                                          observe);
                       });
}
