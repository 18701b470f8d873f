//===- VulkanExecutor.cpp - Runs an artifact --------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/Vulkan/VulkanExecutor.h"

#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "llvm/ADT/Twine.h"

#include <algorithm>
#include <chrono>

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;
using llvm::Twine;

//===----------------------------------------------------------------------===//
// Artifacts as functions
//===----------------------------------------------------------------------===//

static Type getElementType(MLIRContext *context, const SPIRVTensor &tensor) {
  auto getInteger = [&](unsigned width, bool isUnsigned) -> Type {
    if (tensor.scale == 0)
      return IntegerType::get(context, width,
                              isUnsigned ? IntegerType::Unsigned
                                         : IntegerType::Signless);
    Type storage = IntegerType::get(context, width);
    unsigned flags = isUnsigned ? 0 : quant::QuantizationFlags::Signed;
    return quant::UniformQuantizedType::get(
        flags, storage, Float32Type::get(context), tensor.scale,
        tensor.zeroPoint,
        quant::QuantizedType::getDefaultMinimumForInteger(!isUnsigned, width),
        quant::QuantizedType::getDefaultMaximumForInteger(!isUnsigned, width));
  };
  switch (tensor.type) {
  case SPIRVElementType::Float32:
    return Float32Type::get(context);
  case SPIRVElementType::Float16:
    return Float16Type::get(context);
  case SPIRVElementType::Int8:
    return getInteger(8, /*isUnsigned=*/false);
  case SPIRVElementType::UInt8:
    return getInteger(8, /*isUnsigned=*/true);
  case SPIRVElementType::Int16:
    return getInteger(16, /*isUnsigned=*/false);
  case SPIRVElementType::Int32:
    return getInteger(32, /*isUnsigned=*/false);
  case SPIRVElementType::Int64:
    return getInteger(64, /*isUnsigned=*/false);
  case SPIRVElementType::Bool:
    return IntegerType::get(context, 1);
  }
  llvm_unreachable("all types are handled");
}

static SmallVector<Type> getTypes(MLIRContext *context,
                                  const std::vector<SPIRVTensor> &tensors) {
  SmallVector<Type> types;
  for (const SPIRVTensor &tensor : tensors)
    types.push_back(
        RankedTensorType::get(tensor.shape, getElementType(context, tensor)));
  return types;
}

static void setName(Value value, const SPIRVTensor &tensor) {
  MLIRContext *context = value.getContext();
  setTensorInfo(value,
                TensorAttr::get(context, StringAttr::get(context, tensor.name),
                                {}, {}, {}, {}, {}, {}, {}, {}, {}));
}

OwningOpRef<ModuleOp> mopt::makeArtifactModule(MLIRContext *context,
                                               const SPIRVArtifact &artifact) {
  context->loadDialect<func::FuncDialect, MoptDialect, quant::QuantDialect>();
  OpBuilder builder(context);
  Location loc = builder.getUnknownLoc();
  OwningOpRef<ModuleOp> module(ModuleOp::create(builder, loc));
  if (artifact.preprocess)
    (*module)->setAttr(kPreprocessAttr,
                       builder.getStringAttr(*artifact.preprocess));
  builder.setInsertionPointToEnd(module->getBody());
  auto func = func::FuncOp::create(
      builder, loc, "main",
      builder.getFunctionType(getTypes(context, artifact.inputs),
                              getTypes(context, artifact.outputs)));
  Block *body = func.addEntryBlock();
  builder.setInsertionPointToStart(body);
  for (auto [argument, tensor] :
       llvm::zip_equal(body->getArguments(), artifact.inputs))
    setName(argument, tensor);
  // Stands for the kernels.
  auto kernels = UnrealizedConversionCastOp::create(
      builder, loc, func.getFunctionType().getResults(), body->getArguments());
  for (auto [result, tensor] :
       llvm::zip_equal(kernels.getResults(), artifact.outputs))
    setName(result, tensor);
  func::ReturnOp::create(builder, loc, kernels.getResults());
  return module;
}

//===----------------------------------------------------------------------===//
// The executor
//===----------------------------------------------------------------------===//

/// An error unless `tensors` hold what values of `types` do.
static Error checkTypes(TypeRange types,
                        const std::vector<SPIRVTensor> &tensors,
                        const Twine &what) {
  if (types.size() != tensors.size())
    return llvm::createStringError("the artifact has " + Twine(tensors.size()) +
                                   " " + what + "s, the function " +
                                   Twine(types.size()));
  for (auto [type, tensor] : llvm::zip_equal(types, tensors)) {
    auto ranked = dyn_cast<RankedTensorType>(type);
    std::optional<uint64_t> bytes;
    if (ranked)
      bytes = getStorageBytes(ranked);
    if (bytes != tensor.getBytes())
      return llvm::createStringError("the " + what + " '" + tensor.name +
                                     "' of the artifact is not the function's");
  }
  return Error::success();
}

Expected<std::unique_ptr<VulkanExecutor>>
VulkanExecutor::create(std::shared_ptr<VulkanDevice> device,
                       std::shared_ptr<const SPIRVArtifact> artifact,
                       FunctionType type, const VulkanProgramOptions &options) {
  if (Error error = checkTypes(type.getInputs(), artifact->inputs, "input"))
    return std::move(error);
  if (Error error = checkTypes(type.getResults(), artifact->outputs, "output"))
    return std::move(error);
  std::unique_ptr<VulkanExecutor> result(new VulkanExecutor(type, artifact));
  Expected<std::unique_ptr<VulkanProgram>> program =
      VulkanProgram::create(std::move(device), std::move(artifact), options);
  if (!program)
    return program.takeError();
  result->program = std::move(*program);
  return result;
}

Expected<SmallVector<HostTensor>>
VulkanExecutor::run(ArrayRef<HostTensor> inputs) {
  if (!program)
    return llvm::createStringError(error);
  SmallVector<ArrayRef<char>> from;
  for (const HostTensor &input : inputs)
    from.push_back(input.getBytes());
  SmallVector<HostTensor> outputs;
  SmallVector<MutableArrayRef<char>> to;
  for (Type result : type.getResults()) {
    outputs.push_back(HostTensor::allocate(cast<RankedTensorType>(result)));
    to.push_back(outputs.back().getMutableBytes());
  }
  if (Error error = program->run(from, to))
    return std::move(error);
  if (isProfiling) {
    Expected<std::vector<double>> measured = program->profile(from);
    if (!measured)
      return measured.takeError();
    times = std::move(*measured);
  }
  return outputs;
}

std::unique_ptr<Executor> VulkanExecutor::clone() const {
  std::unique_ptr<VulkanExecutor> copy(new VulkanExecutor(type, artifact));
  copy->error = error;
  if (!program)
    return copy;
  Expected<std::unique_ptr<VulkanProgram>> other = program->clone();
  if (other)
    copy->program = std::move(*other);
  else
    copy->error = llvm::toString(other.takeError());
  return copy;
}

//===----------------------------------------------------------------------===//
// Profiles
//===----------------------------------------------------------------------===//

namespace {
/// The rows of a profile, filled run by run.
class Profiler {
public:
  /// Adds the dispatches of `executor`.
  void add(VulkanExecutor &executor) {
    executor.setProfiling(true);
    const SPIRVArtifact &artifact = executor.getArtifact();
    for (auto [i, dispatch] : llvm::enumerate(artifact.dispatches)) {
      OpProfile row;
      row.op = artifact.kernels[dispatch.kernel].name;
      row.name = dispatch.op;
      row.macs = dispatch.macs;
      rows.push_back(std::move(row));
      read.push_back([&executor, i = i] { return executor.getTimes()[i]; });
    }
  }

  /// Adds a part that the CPU runs; `getTime` gives that of the last run.
  void add(const ExecutorPart &part, std::function<double()> getTime) {
    OpProfile row;
    row.op = kHostTarget.str();
    row.name = part.ops;
    rows.push_back(std::move(row));
    read.push_back(std::move(getTime));
  }

  Error run(Executor &executor, ArrayRef<HostTensor> inputs,
            int64_t repetitions) {
    using Clock = std::chrono::steady_clock;
    // Drivers compile in the first run.
    if (Error error = executor.run(inputs).takeError())
      return error;
    std::vector<SmallVector<double>> times(rows.size());
    int64_t least = repetitions ? repetitions : 5;
    std::chrono::duration<double> budget(repetitions ? 0.0 : 1.0);
    Clock::time_point start = Clock::now();
    for (int64_t done = 0; done < least || Clock::now() - start < budget;
         ++done) {
      if (Error error = executor.run(inputs).takeError())
        return error;
      for (auto [all, get] : llvm::zip_equal(times, read))
        all.push_back(get());
    }
    for (auto [row, all] : llvm::zip_equal(rows, times)) {
      auto middle = all.begin() + all.size() / 2;
      std::nth_element(all.begin(), middle, all.end());
      row.microseconds = *middle;
    }
    return Error::success();
  }

  SmallVector<OpProfile> rows;

private:
  std::vector<std::function<double()>> read;
};
} // namespace

Expected<SmallVector<OpProfile>>
mopt::profileDispatches(Executor &executor, ArrayRef<HostTensor> inputs,
                        int64_t repetitions) {
  Profiler profiler;
  SmallVector<VulkanExecutor *> profiled;
  auto addVulkan = [&](Executor *part) {
    auto *vulkan = dynamic_cast<VulkanExecutor *>(part);
    if (vulkan) {
      profiler.add(*vulkan);
      profiled.push_back(vulkan);
    }
    return vulkan != nullptr;
  };
  if (auto *shared = dynamic_cast<PartitionedExecutor *>(&executor)) {
    for (auto [i, part] : llvm::enumerate(shared->getParts()))
      if (!addVulkan(part.executor))
        profiler.add(part, [shared, i = i] {
          return shared->getParts()[i].microseconds;
        });
  } else if (!addVulkan(&executor)) {
    return llvm::createStringError("nothing of the model runs on the GPU");
  }
  Error error = profiler.run(executor, inputs, repetitions);
  for (VulkanExecutor *vulkan : profiled)
    vulkan->setProfiling(false);
  if (error)
    return std::move(error);
  return std::move(profiler.rows);
}
