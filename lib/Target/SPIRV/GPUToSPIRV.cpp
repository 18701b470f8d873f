//===- GPUToSPIRV.cpp - Kernels as a SPIR-V binary -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GPUToSPIRV.h"

#include "TexelBuffers.h"

#include "mlir/Conversion/GPUToSPIRV/GPUToSPIRVPass.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVAttributes.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVOps.h"
#include "mlir/Dialect/SPIRV/IR/TargetAndABI.h"
#include "mlir/Dialect/SPIRV/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/SPIRV/Serialization.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::mopt;

/// What the conversions may use.
static spirv::TargetEnvAttr makeTarget(MLIRContext *context,
                                       bool usesIntegerDot, bool usesTexels) {
  SmallVector<spirv::Capability> capabilities = {spirv::Capability::Shader};
  SmallVector<spirv::Extension> extensions = {
      spirv::Extension::SPV_KHR_storage_buffer_storage_class};
  if (usesTexels)
    capabilities.push_back(spirv::Capability::SampledBuffer);
  if (usesIntegerDot)
    llvm::append_values(capabilities, spirv::Capability::DotProduct,
                        spirv::Capability::DotProductInput4x8BitPacked);
  // Before 1.4 entry points list no buffers, from then on all: the version that
  // is stamped has to be the one that was lowered for.
  auto triple = spirv::VerCapExtAttr::get(
      usesIntegerDot ? spirv::Version::V_1_6 : spirv::Version::V_1_3,
      capabilities, extensions, context);
  return spirv::TargetEnvAttr::get(
      triple, spirv::getDefaultResourceLimits(context),
      spirv::ClientAPI::Vulkan, spirv::Vendor::Unknown,
      spirv::DeviceType::Unknown, spirv::TargetEnvAttr::kUnknownDeviceID);
}

/// Makes float32 arithmetic of the kernels that count on it round to nearest
/// even. MLIR has no pass for it.
static bool addRoundingModes(spirv::ModuleOp binary,
                             ArrayRef<DeviceKernel> kernels) {
  OpBuilder builder = OpBuilder::atBlockEnd(binary.getBody());
  bool isAdded = false;
  for (const DeviceKernel &kernel : kernels) {
    auto function = binary.lookupSymbol<spirv::FuncOp>(kernel.name);
    if (!kernel.needsRounding || !function)
      continue;
    spirv::ExecutionModeOp::create(builder, binary.getLoc(), function,
                                   spirv::ExecutionMode::RoundingModeRTE, {32});
    isAdded = true;
  }
  return isAdded;
}

/// Stamps the version that the kernels were lowered for, and what they need.
static void stampTriple(spirv::ModuleOp binary, bool usesIntegerDot,
                        bool hasRoundingModes) {
  SmallVector<spirv::Capability> capabilities;
  SmallVector<spirv::Extension> extensions;
  std::optional<spirv::VerCapExtAttr> triple = binary.getVceTriple();
  if (triple) {
    llvm::append_range(capabilities, triple->getCapabilities());
    llvm::append_range(extensions, triple->getExtensions());
  }
  if (hasRoundingModes) {
    capabilities.push_back(spirv::Capability::RoundingModeRTE);
    extensions.push_back(spirv::Extension::SPV_KHR_float_controls);
  }
  binary->setAttr(
      spirv::ModuleOp::getVCETripleAttrName(),
      spirv::VerCapExtAttr::get(usesIntegerDot ? spirv::Version::V_1_6
                                               : spirv::Version::V_1_3,
                                capabilities, extensions, binary.getContext()));
}

LogicalResult mopt::serializeKernels(ModuleOp module,
                                     ArrayRef<DeviceKernel> kernels,
                                     bool usesIntegerDot,
                                     SmallVectorImpl<uint32_t> &words) {
  MLIRContext *context = module.getContext();
  module->setAttr(spirv::getTargetEnvAttrName(),
                  makeTarget(context, usesIntegerDot, usesTexels(kernels)));
  PassManager manager(context);
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  manager.addPass(createConvertGPUToSPIRVPass(/*mapMemorySpace=*/false));
  OpPassManager &nested = manager.nest<spirv::ModuleOp>();
  nested.addPass(spirv::createSPIRVLowerABIAttributesPass());
  nested.addPass(createCanonicalizerPass());
  nested.addPass(createCSEPass());
  nested.addPass(createFetchTexelsPass(kernels));
  nested.addPass(spirv::createSPIRVRewriteInsertsPass());
  nested.addPass(spirv::createSPIRVUpdateVCEPass());
  if (failed(manager.run(module)))
    return failure();
  auto modules = module.getOps<spirv::ModuleOp>();
  if (!llvm::hasSingleElement(modules))
    return module.emitError("kernels became no single SPIR-V module");
  spirv::ModuleOp binary = *modules.begin();
  stampTriple(binary, usesIntegerDot, addRoundingModes(binary, kernels));
  return spirv::serialize(binary, words);
}
