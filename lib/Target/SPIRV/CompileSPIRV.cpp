//===- CompileSPIRV.cpp - Models as SPIR-V -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Target/SPIRV/CompileSPIRV.h"

#include "DescribePlan.h"
#include "GPUToSPIRV.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVDialect.h"
#include "mopt/Conversion/MoptToGPU/GPUProfile.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"

using namespace mlir;
using namespace mlir::mopt;

static llvm::Error makeError(const Twine &text) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), text);
}

/// As VK_MAKE_API_VERSION packs it.
static constexpr uint32_t packVersion(uint32_t major, uint32_t minor) {
  return major << 22 | minor << 12;
}

static SPIRVElementType getElementType(Type type) {
  Type storage =
      getStorageElementType(cast<RankedTensorType>(type).getElementType());
  if (storage.isF32())
    return SPIRVElementType::Float32;
  if (storage.isInteger(8))
    return storage.isUnsignedInteger() ? SPIRVElementType::UInt8
                                       : SPIRVElementType::Int8;
  return storage.isInteger(32) ? SPIRVElementType::Int32
                               : SPIRVElementType::Int64;
}

static SPIRVRange makeRange(const DeviceBuffer &buffer) {
  SPIRVMemory memory =
      buffer.memory == DeviceMemory::Constants ? SPIRVMemory::Constants
      : buffer.memory == DeviceMemory::Arena   ? SPIRVMemory::Arena
                                               : SPIRVMemory::Io;
  return {memory, static_cast<uint64_t>(buffer.offset),
          static_cast<uint64_t>(buffer.bytes)};
}

static SPIRVTensor makeTensor(Value value, const DeviceBuffer &buffer) {
  SPIRVTensor tensor;
  tensor.name = getTensorName(value).str();
  auto type = cast<RankedTensorType>(value.getType());
  tensor.shape.assign(type.getShape().begin(), type.getShape().end());
  tensor.type = getElementType(type);
  QuantParams params = getQuantParams(type);
  if (params.isQuantized() && !params.isPerAxis()) {
    tensor.scale = params.scale();
    tensor.zeroPoint = params.zeroPoint();
  }
  tensor.range = makeRange(buffer);
  // Kernels may write whole vectors; the caller sees the elements.
  tensor.range.size = llvm::alignTo(tensor.getBytes(), 4);
  return tensor;
}

static SPIRVBindingKind getTexelKind(BufferElement element) {
  switch (element) {
  case BufferElement::I32:
    return SPIRVBindingKind::TexelsI32;
  case BufferElement::I32x2:
    return SPIRVBindingKind::TexelsI32x2;
  case BufferElement::I32x4:
    return SPIRVBindingKind::TexelsI32x4;
  case BufferElement::F32:
    return SPIRVBindingKind::TexelsF32;
  case BufferElement::F32x4:
    return SPIRVBindingKind::TexelsF32x4;
  }
  llvm_unreachable("covered switch");
}

static SPIRVBindingKind getBindingKind(const DeviceBinding &binding) {
  switch (binding.access) {
  case BufferAccess::Storage:
    return SPIRVBindingKind::StorageBuffer;
  case BufferAccess::Uniform:
    return SPIRVBindingKind::UniformBuffer;
  case BufferAccess::Texels:
    return getTexelKind(binding.element);
  }
  llvm_unreachable("covered switch");
}

static SPIRVKernel makeKernel(const DeviceKernel &planned) {
  SPIRVKernel kernel;
  kernel.name = kernel.entryPoint = planned.name;
  kernel.localSize = {static_cast<uint32_t>(planned.workgroup), 1, 1};
  for (const DeviceBinding &binding : planned.bindings)
    kernel.bindings.push_back(getBindingKind(binding));
  return kernel;
}

static SPIRVDispatch makeDispatch(const DevicePlan &plan,
                                  const DeviceDispatch &planned) {
  SPIRVDispatch dispatch;
  dispatch.kernel = planned.kernel;
  dispatch.groups = {static_cast<uint32_t>(planned.groups[0]),
                     static_cast<uint32_t>(planned.groups[1]), 1};
  for (unsigned buffer : planned.buffers)
    dispatch.ranges.push_back(makeRange(plan.buffers[buffer]));
  dispatch.barrier = planned.needsBarrier;
  dispatch.op = planned.op;
  dispatch.macs = planned.macs;
  return dispatch;
}

llvm::Expected<SPIRVArtifact> mopt::compileToSPIRV(func::FuncOp func,
                                                   const SPIRVOptions &options,
                                                   llvm::json::Object *report) {
  DeviceOptions device;
  llvm::Expected<const GPUProfile *> profile = parseGPUProfile(options.profile);
  if (!profile)
    return profile.takeError();
  device.profile = *profile;
  ExecutorOptions arithmetic;
  arithmetic.requantize = options.requantize;
  device.requantize = getRequantizeMode(func, arithmetic);
  device.float16 = options.float16;

  MLIRContext *context = func.getContext();
  context
      ->loadDialect<arith::ArithDialect, gpu::GPUDialect, memref::MemRefDialect,
                    scf::SCFDialect, spirv::SPIRVDialect>();
  OwningOpRef<ModuleOp> module = ModuleOp::create(func.getLoc());
  (*module)->setAttr(gpu::GPUDialect::getContainerModuleAttrName(),
                     UnitAttr::get(context));
  OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
  auto kernels =
      gpu::GPUModuleOp::create(builder, func.getLoc(), "mopt_kernels");
  llvm::Expected<DevicePlan> plan = planForDevice(func, device, kernels);
  if (!plan)
    return plan.takeError();

  SPIRVArtifact artifact;
  artifact.requantize = device.requantize;
  artifact.profile = options.profile;
  artifact.vulkanVersion =
      plan->usesIntegerDot ? packVersion(1, 3) : packVersion(1, 1);
  if (plan->usesIntegerDot)
    artifact.features |= SPIRVFeatures::IntegerDotProduct;
  for (const DeviceKernel &kernel : plan->kernels) {
    if (kernel.needsRounding)
      artifact.features |= SPIRVFeatures::RoundRTE32;
    artifact.kernels.push_back(makeKernel(kernel));
  }
  if (!plan->kernels.empty()) {
    SmallVector<uint32_t> words;
    if (failed(serializeKernels(*module, plan->kernels, plan->usesIntegerDot,
                                words)))
      return makeError("the kernels could not become SPIR-V");
    artifact.modules.push_back({{words.begin(), words.end()}});
  }
  for (const DeviceDispatch &dispatch : plan->dispatches)
    artifact.dispatches.push_back(makeDispatch(*plan, dispatch));
  for (auto [argument, buffer] :
       llvm::zip_equal(func.getArguments(), plan->inputs))
    artifact.inputs.push_back(makeTensor(argument, plan->buffers[buffer]));
  Operation *terminator = func.getBody().front().getTerminator();
  for (auto [value, buffer] :
       llvm::zip_equal(terminator->getOperands(), plan->outputs))
    artifact.outputs.push_back(makeTensor(value, plan->buffers[buffer]));
  artifact.constants.assign(plan->constants.begin(), plan->constants.end());
  artifact.arenaSize = plan->arenaBytes;
  artifact.ioSize = plan->ioBytes;
  if (auto preprocess =
          func->getParentOfType<ModuleOp>()->getAttrOfType<StringAttr>(
              "mopt.preprocess"))
    artifact.preprocess = preprocess.str();
  if (llvm::Error error = verifyArtifact(artifact))
    return std::move(error);
  if (report)
    *report = describePlan(*plan, artifact, *device.profile);
  return artifact;
}

//===----------------------------------------------------------------------===//
// The target of partitions
//===----------------------------------------------------------------------===//

namespace {
class VulkanTarget : public PartitionTarget {
public:
  StringRef getName() const override { return kVulkanTarget; }
  bool knows(StringRef op) const override { return isKnownOnDevice(op); }
  std::optional<Refusal> refuse(Operation *op) const override {
    std::optional<std::string> reason = refuseOnDevice(op);
    if (!reason)
      return std::nullopt;
    return Refusal{isKnownOnDevice(op->getName().getStringRef())
                       ? "not in this form"
                       : "not supported",
                   *reason};
  }
};
} // namespace

std::unique_ptr<PartitionTarget> mopt::createVulkanTarget() {
  return std::make_unique<VulkanTarget>();
}

void mopt::registerVulkanTarget() {
  registerPartitionTarget(kVulkanTarget, createVulkanTarget);
}
