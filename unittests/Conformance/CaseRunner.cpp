//===- CaseRunner.cpp - Runs a golden case on a device ----------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CaseRunner.h"
#include "Compare.h"

#include "mlir/IR/Diagnostics.h"
#include "mopt/Conversion/MoptToGPU/DevicePlan.h"
#include "mopt/Dialect/Mopt/IR/MoptOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/InitAll.h"
#include "mopt/OperatorStatus.h"
#include "mopt/Runtime/ExternalTool.h"
#include "mopt/Runtime/ThreadPool.h"
#include "mopt/Runtime/Vulkan/VulkanExecutor.h"
#include "mopt/Target/Hexagon/Link.h"
#include "mopt/Target/Hexagon/Simulator.h"
#include "mopt/Target/TFLite/Import.h"
#include "mopt/Transforms/Partition/Partition.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/TargetParser/Host.h"

#include <cstdlib>

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::conformance;
using llvm::Error;
using llvm::Expected;

/// Everything on Hexagon, but for what calls functions that mopt lacks there.
static Expected<std::unique_ptr<Executor>>
createOnHexagon(func::FuncOp func, const ExecutorOptions &options) {
  ExecutorOptions parts = options;
  parts.compileWhole = false;
  auto executor = createHexagonSimExecutor(func, parts);
  if (!executor)
    return executor.takeError();
  if (options.compileWhole)
    for (const OperatorPlacement &placement : (*executor)->getPlacements())
      if (placement.target == kHostTarget &&
          !StringRef(placement.reason).starts_with("no function"))
        return llvm::createStringError(
            placement.op + " is not on Hexagon: " + placement.reason);
  return std::move(*executor);
}

/// The GPU; null where there is none.
static std::shared_ptr<VulkanDevice> getGPU() {
  static const std::shared_ptr<VulkanDevice> gpu = [] {
    auto opened = VulkanDevice::open("");
    if (opened)
      return std::move(*opened);
    llvm::consumeError(opened.takeError());
    return std::shared_ptr<VulkanDevice>();
  }();
  return gpu;
}

/// Everything on the GPU: what the CPU computed would say nothing of kernels.
static Expected<std::unique_ptr<Executor>>
createOnGPU(func::FuncOp func, const ExecutorOptions &options) {
  VulkanExecutorOptions gpu;
  gpu.device = getGPU();
  gpu.executor = options;
  gpu.executor.compileWhole = false;
  auto executor = createVulkanExecutor(func, gpu);
  if (!executor)
    return executor.takeError();
  for (const OperatorPlacement &placement : (*executor)->getPlacements())
    if (placement.target == kHostTarget)
      return llvm::createStringError(placement.op +
                                     " is not on the GPU: " + placement.reason);
  return std::move(*executor);
}

ArrayRef<Device> conformance::getDevices() {
  static const std::vector<Device> devices = [] {
    std::vector<Device> made = {
        {"reference", createReferenceExecutor, RequantizeMode::Fixed},
        {"jit", createJITExecutor, RequantizeMode::Fixed},
        {"jit-float", createJITExecutor, RequantizeMode::Float}};
    llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
    auto add = [&](const char *feature, Device device) {
      if (features.lookup(feature))
        made.push_back(device);
    };
    // Each has kernels of its own. One mode a device, because of the time; the
    // tests of kernels run both on all.
    add("sse2", {"jit-sse2", createJITExecutor, RequantizeMode::Fixed, "x86-64",
                 /*onlyKernels=*/true});
    add("avx2", {"jit-avx2-float", createJITExecutor, RequantizeMode::Float,
                 "haswell", /*onlyKernels=*/true});
    add("avx512vl", {"jit-avx512-float", createJITExecutor,
                     RequantizeMode::Float, "skylake-avx512",
                     /*onlyKernels=*/true});
    if (getGPU()) {
      Device device = {"vulkan", createOnGPU, RequantizeMode::Fixed};
      device.isGPU = true;
      made.push_back(device);
    }
    if (!findTool({"qemu-hexagon"}).empty()) {
      Device device = {"hexagon-sim", createOnHexagon, RequantizeMode::Fixed};
      // Each row starts a linker and an emulator.
      device.share = std::getenv("MOPT_ALL_HEXAGON_ROWS") ? 1 : 100;
      llvm::Expected<std::string> linker = findHexagonLinker();
      if (linker)
        made.push_back(device);
      else
        llvm::consumeError(linker.takeError());
    }
    return made;
  }();
  return devices;
}

bool conformance::hasBytesForGPU(const Goldens &goldens,
                                 const GoldenCase &row) {
  if (!row.refusal.empty() || !isKnownOnDevice("mopt." + row.op))
    return false;
  Expected<DType> type = goldens.readResultType(row);
  if (!type)
    return llvm::consumeError(type.takeError()), false;
  return *type == DType::Int8 || *type == DType::UInt8;
}

/// Whether GPUs have kernels for all ops of the row in the forms that they
/// have.
static bool isTakenByGPU(const Goldens &goldens, const GoldenCase &row) {
  Expected<Golden> golden = goldens.read(row);
  if (!golden)
    return llvm::consumeError(golden.takeError()), false;
  Expected<OwningOpRef<ModuleOp>> module = importModel(golden->model);
  if (!module)
    return llvm::consumeError(module.takeError()), false;
  WalkResult walked = (*module)->walk([](Operation *op) {
    return isModelOperator(op) && refuseOnDevice(op) ? WalkResult::interrupt()
                                                     : WalkResult::advance();
  });
  return !walked.wasInterrupted();
}

bool conformance::runsOn(const Goldens &goldens, const GoldenCase &row,
                         const Device &device) {
  if (device.share > 1 && (row.number % device.share || !row.refusal.empty()))
    return false;
  if (device.onlyKernels && row.op != "conv_2d" &&
      row.op != "depthwise_conv_2d" && row.op != "fully_connected")
    return false;
  // Those of floats have bounds of their own (MoptRuntimeVulkanExecutorTests).
  if (device.isGPU &&
      !(hasBytesForGPU(goldens, row) && isTakenByGPU(goldens, row)))
    return false;
  // A device of its own kernels runs floats too, whatever its mode.
  return device.mode == RequantizeMode::Fixed || device.onlyKernels ||
         dependsOnMode(goldens, row);
}

MLIRContext &conformance::getContext() {
  thread_local std::unique_ptr<MLIRContext> context = [] {
    DialectRegistry registry;
    registerAllMopt(registry);
    registerTFLiteDialects(registry);
    auto made = std::make_unique<MLIRContext>(registry,
                                              MLIRContext::Threading::DISABLED);
    made->loadAllAvailableDialects();
    return made;
  }();
  return *context;
}

/// Whether `op` is lowered to machine code at all. Then its rows have to be: an
/// op that its evaluator ran after all would agree with itself.
static bool isLowered(StringRef op) {
  static const llvm::StringSet<> lowered = [] {
    llvm::StringSet<> names;
    for (const OperatorStatus &status : getOperatorStatus(getContext()))
      if (status.isLowered)
        names.insert(StringRef(status.op).split('.').second);
    return names;
  }();
  return lowered.contains(op);
}

static std::optional<RegisteredOperationName> lookUpOp(StringRef op) {
  return RegisteredOperationName::lookup(
      (MoptDialect::getDialectNamespace() + "." + op).str(), &getContext());
}

bool conformance::dependsOnMode(const Goldens &goldens, const GoldenCase &row) {
  auto name = lookUpOp(row.op);
  if (!name || !row.refusal.empty())
    return false;
  Expected<DType> type = goldens.readResultType(row);
  if (!type)
    return llvm::consumeError(type.takeError()), true;
  if (isFloat(*type))
    return false;
  auto *quantizable = name->getInterface<QuantizableOp>();
  if (!quantizable)
    return true;
  // Of the ops whose operands share the result's scale, concatenation alone
  // takes (uint8) operands of another one.
  ScaleRule rule = quantizable->getQuantSpec().rule;
  return rule == ScaleRule::Free || rule == ScaleRule::Conversion ||
         row.op == ConcatenationOp::getOperationName().split('.').second;
}

Expected<OwningOpRef<ModuleOp>> conformance::importModel(const Array &model) {
  std::string messages;
  ScopedDiagnosticHandler handler(&getContext(), [&](Diagnostic &diagnostic) {
    messages += diagnostic.str() + "; ";
  });
  StringRef bytes(reinterpret_cast<const char *>(model.bytes().data()),
                  model.bytes().size());
  OwningOpRef<ModuleOp> module =
      importTFLite(&getContext(), llvm::MemoryBuffer::getMemBufferCopy(bytes));
  if (!module)
    return llvm::createStringError("import failed: " + messages);
  return module;
}

/// The array type that holds elements of storage type `type`.
static std::optional<DType> getDType(Type type) {
  if (auto number = dyn_cast<FloatType>(type)) {
    if (number.isF16())
      return DType::Float16;
    if (number.isF32())
      return DType::Float32;
    if (number.isF64())
      return DType::Float64;
  }
  if (auto complex = dyn_cast<ComplexType>(type))
    return complex.getElementType().isF32() ? DType::Complex64
                                            : DType::Complex128;
  if (auto integer = dyn_cast<IntegerType>(type)) {
    if (integer.getWidth() == 1)
      return DType::Bool;
    std::string name = (integer.isUnsigned() ? "uint" : "int") +
                       std::to_string(integer.getWidth());
    return parseDType(name);
  }
  return std::nullopt;
}

/// The tensor of an argument over the bytes of `array`.
static Expected<HostTensor> makeInput(Type type, const Array &array) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.getShape() != array.shape() ||
      getDType(getStorageElementType(tensor.getElementType())) != array.dtype())
    return llvm::createStringError(
        "the golden input is " + dtypeName(array.dtype()) + " of shape " +
        shapeString(array.shape()) + ", the argument's type another");
  return HostTensor::borrow(
      tensor, {reinterpret_cast<const char *>(array.bytes().data()),
               array.bytes().size()});
}

/// A result as an array that shares its bytes.
static Expected<Array> makeArray(const HostTensor &tensor) {
  std::optional<DType> type = getDType(tensor.getStorageElementType());
  if (!type)
    return llvm::createStringError("result of a type that arrays lack");
  auto owner = std::make_shared<HostTensor>(tensor);
  return Array::view(*type, tensor.getShape(), tensor.getBytes().data(), owner);
}

static Expected<std::vector<Array>> runOnce(Executor &executor,
                                            ArrayRef<HostTensor> inputs) {
  Expected<SmallVector<HostTensor>> results = executor.run(inputs);
  if (!results)
    return results.takeError();
  std::vector<Array> arrays;
  for (const HostTensor &result : *results) {
    Expected<Array> array = makeArray(result);
    if (!array)
      return array.takeError();
    arrays.push_back(*array);
  }
  return arrays;
}

/// Runs everything and compares; errors are what could not even be run.
static Expected<std::string> compareRuns(func::FuncOp func,
                                         const Golden &golden, bool isSequence,
                                         bool compileWhole,
                                         const Device &device) {
  ExecutorOptions options;
  options.requantize = device.mode;
  options.mcpu = device.mcpu;
  options.compileWhole = compileWhole;
  // In one of the two modes everything is shared by two threads, and in the
  // other nothing is.
  if (device.mode == RequantizeMode::Float) {
    thread_local auto pool = std::make_shared<ThreadPool>(2);
    options.pool = pool;
    options.shareEverything = true;
  }
  auto executor = device.create(func, options);
  if (!executor)
    return executor.takeError();
  std::unique_ptr<Executor> alone, judge;
  // The same code by one thread.
  if (options.pool)
    alone = (*executor)->clone();
  if (device.mode == RequantizeMode::Float) {
    auto made = createReferenceExecutor(func, options);
    if (!made)
      return made.takeError();
    judge = std::move(*made);
  }

  for (auto [run, values] : llvm::enumerate(golden.runs)) {
    SmallVector<HostTensor> inputs;
    if (values.inputs.size() != func.getNumArguments())
      return llvm::createStringError(
          "the model takes another number of inputs");
    for (auto [type, array] :
         llvm::zip_equal(func.getArgumentTypes(), values.inputs)) {
      Expected<HostTensor> input = makeInput(type, array);
      if (!input)
        return input.takeError();
      inputs.push_back(*input);
    }
    if (!isSequence) {
      (*executor)->resetState();
      for (Executor *other : {alone.get(), judge.get()})
        if (other)
          other->resetState();
    }
    Expected<std::vector<Array>> got = runOnce(**executor, inputs);
    if (!got)
      return got.takeError();
    std::vector<Array> expected = values.outputs;
    if (judge) {
      Expected<std::vector<Array>> judged = runOnce(*judge, inputs);
      if (!judged)
        return judged.takeError();
      expected = *judged;
    }
    if (got->size() != values.outputs.size())
      return llvm::createStringError("the model has another number of results");
    std::vector<Array> gotAlone = *got;
    if (alone) {
      Expected<std::vector<Array>> results = runOnce(*alone, inputs);
      if (!results)
        return results.takeError();
      gotAlone = *results;
    }
    for (size_t i = 0; i < expected.size(); ++i) {
      if (gotAlone[i].bytes() != (*got)[i].bytes())
        return llvm::formatv("run {0}, output {1}: two threads compute another "
                             "result than one",
                             run, i)
            .str();
      std::string difference =
          describeDifference((*got)[i], expected[i], values.bounds[i]);
      if (!difference.empty())
        return llvm::formatv("run {0}, output {1}: {2}", run, i, difference)
            .str();
    }
  }
  return "";
}

std::string conformance::runCase(const Goldens &goldens, const GoldenCase &row,
                                 const Device &device) {
  Expected<Golden> golden = goldens.read(row);
  if (!golden)
    return llvm::toString(golden.takeError());
  Expected<OwningOpRef<ModuleOp>> module = importModel(golden->model);
  if (!module)
    return llvm::toString(module.takeError());
  auto functions = (*module)->getOps<func::FuncOp>();
  if (functions.empty())
    return "the model has no function";
  std::string messages;
  ScopedDiagnosticHandler handler(&getContext(), [&](Diagnostic &diagnostic) {
    messages += diagnostic.str() + "; ";
  });
  Expected<std::string> difference = compareRuns(
      *functions.begin(), *golden, row.isSequence(), isLowered(row.op), device);
  if (!difference)
    return messages + llvm::toString(difference.takeError());
  return *difference;
}
