//===- TensorComparison.cpp - Two models, tensor by tensor -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Accuracy/TensorComparison.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/OwningOpRef.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Runtime/Executor.h"
#include "mopt/Runtime/Progress.h"
#include "mopt/Runtime/SampleLoop.h"
#include "mopt/Transforms/Calibration/Observer.h"
#include "llvm/ADT/MapVector.h"

#include <thread>

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// A copy of a function that returns chosen values.
struct ExposedModel {
  OwningOpRef<ModuleOp> module;
  SmallVector<InputSpec> specs;
  std::unique_ptr<Executor> executor;

  static llvm::Expected<ExposedModel> create(func::FuncOp func,
                                             ArrayRef<Value> values);
};

/// What one sample says about one tensor.
struct SampleTensor {
  DifferenceSums difference;
  std::optional<ValueRange32> range;
};

} // namespace

/// The named tensors of numbers that ops compute, by name.
static llvm::MapVector<StringRef, Value> collectNamed(func::FuncOp func) {
  llvm::MapVector<StringRef, Value> named;
  for (Operation &op : func.getBody().front()) {
    if (isa<ConstOp, VariableOp>(op))
      continue;
    for (Value result : op.getResults()) {
      auto type = dyn_cast<RankedTensorType>(result.getType());
      StringRef name = getTensorName(result);
      if (type && type.hasStaticShape() && !name.empty() &&
          getArrayType(type.getElementType()))
        named.insert({name, result});
    }
  }
  return named;
}

llvm::Expected<ExposedModel> ExposedModel::create(func::FuncOp func,
                                                  ArrayRef<Value> values) {
  ExposedModel model;
  llvm::Expected<SmallVector<InputSpec>> specs = getInputSpecs(func);
  if (!specs)
    return specs.takeError();
  model.specs = std::move(*specs);
  auto original = func->getParentOfType<ModuleOp>();
  model.module = ModuleOp::create(func.getLoc());
  (*model.module)->setAttrs(original->getAttrDictionary());
  OpBuilder builder(func.getContext());
  builder.setInsertionPointToEnd(model.module->getBody());
  IRMapping mapping;
  auto copy = cast<func::FuncOp>(builder.clone(*func, mapping));
  for (auto other : original.getOps<func::FuncOp>())
    if (other != func)
      builder.clone(*other);
  SmallVector<Value> results;
  for (Value value : values)
    results.push_back(mapping.lookup(value));
  copy.getBody().front().getTerminator()->setOperands(results);
  copy.removeResAttrsAttr();
  copy.setType(FunctionType::get(func.getContext(),
                                 func.getFunctionType().getInputs(),
                                 ValueRange(results).getTypes()));
  // Why an op is interpreted is nothing that the user could act on.
  llvm::Expected<std::unique_ptr<Executor>> executor =
      createFastestExecutor(copy);
  if (!executor)
    return executor.takeError();
  model.executor = std::move(*executor);
  return model;
}

llvm::Expected<std::vector<TensorComparison>>
mopt::compareTensors(func::FuncOp original, func::FuncOp other,
                     const ComparisonOptions &options) {
  std::vector<TensorComparison> tensors;
  SmallVector<Value> left, right;
  auto others = collectNamed(other);
  for (auto [name, value] : collectNamed(original)) {
    Value twin = others.lookup(name);
    if (!twin || cast<RankedTensorType>(twin.getType()).getNumElements() !=
                     cast<RankedTensorType>(value.getType()).getNumElements())
      continue;
    tensors.push_back({name.str(), value, twin, {}, {}, {}});
    left.push_back(value);
    right.push_back(twin);
  }
  if (tensors.empty())
    return tensors;
  llvm::Expected<ExposedModel> first = ExposedModel::create(original, left);
  if (!first)
    return first.takeError();
  llvm::Expected<ExposedModel> second = ExposedModel::create(other, right);
  if (!second)
    return second.takeError();

  int64_t size = options.dataset->size();
  int64_t samples = std::min(size, options.samples);
  unsigned count =
      options.threads ? options.threads : std::thread::hardware_concurrency();
  count = std::max<int64_t>(1, std::min<int64_t>(count, samples));
  std::vector<std::array<std::unique_ptr<Executor>, 2>> workers(count);
  // Counts merge exactly, whoever made them.
  std::vector<std::vector<Histogram>> histograms(count);
  for (unsigned i = 0; i < count; ++i) {
    workers[i] = {first->executor->clone(), second->executor->clone()};
    histograms[i].resize(tensors.size());
  }
  std::vector<std::vector<SampleTensor>> measured(samples);
  Progress progress("comparing tensors on sample", samples);
  auto runSample = [&](unsigned thread, int64_t sample) -> llvm::Error {
    std::array<SmallVector<HostTensor>, 2> results;
    for (auto [model, worker, values] : llvm::zip_equal(
             std::array{&*first, &*second}, workers[thread], results)) {
      SmallVector<Array> arrays;
      llvm::Expected<SmallVector<HostTensor>> inputs =
          loadSample(*options.dataset, sample * size / samples, model->specs,
                     worker->getFunctionType(), options.preprocess, arrays);
      if (!inputs)
        return inputs.takeError();
      worker->resetState();
      llvm::Expected<SmallVector<HostTensor>> outputs = worker->run(*inputs);
      if (!outputs)
        return outputs.takeError();
      values = std::move(*outputs);
    }
    for (auto [index, expected, value] :
         llvm::enumerate(results[0], results[1])) {
      SmallVector<float> reference = getRealElements(expected);
      SampleTensor &tensor = measured[sample].emplace_back();
      tensor.difference.add(getRealElements(value), reference);
      tensor.range = getExtremes(reference);
      if (tensor.range)
        histograms[thread][index].add(reference, *tensor.range);
    }
    progress.advance();
    return llvm::Error::success();
  };
  if (llvm::Error error = forEachSample(0, samples, count, runSample))
    return std::move(error);

  for (auto [index, tensor] : llvm::enumerate(tensors)) {
    bool isFirst = true;
    for (const std::vector<SampleTensor> &sample : measured) {
      tensor.difference.add(sample[index].difference);
      if (std::optional<ValueRange32> range = sample[index].range) {
        tensor.range = isFirst ? *range : tensor.range.join(*range);
        isFirst = false;
      }
    }
    for (const std::vector<Histogram> &thread : histograms)
      tensor.histogram.add(thread[index]);
  }
  return tensors;
}
