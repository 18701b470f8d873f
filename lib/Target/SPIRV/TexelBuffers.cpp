//===- TexelBuffers.cpp - Buffers read as texels ----------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TexelBuffers.h"

#include "mlir/Dialect/SPIRV/IR/SPIRVOps.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::mopt;

static bool isTexels(const DeviceBinding &binding) {
  return binding.access == BufferAccess::Texels;
}

bool mopt::usesTexels(ArrayRef<DeviceKernel> kernels) {
  return llvm::any_of(kernels, [](const DeviceKernel &kernel) {
    return llvm::any_of(kernel.bindings, isTexels);
  });
}

/// The texels of a buffer whose elements are `element`: numbers without a
/// format, for what the host says of the buffer counts.
static spirv::ImageType makeImageType(Type element) {
  return spirv::ImageType::get(
      getElementTypeOrSelf(element), spirv::Dim::Buffer,
      spirv::ImageDepthInfo::NoDepth, spirv::ImageArrayedInfo::NonArrayed,
      spirv::ImageSamplingInfo::SingleSampled,
      spirv::ImageSamplerUseInfo::NeedSampler, spirv::ImageFormat::Unknown);
}

/// The part of a fetched vector of four that is an element of the type `type`.
static Value takeElement(OpBuilder &builder, Location loc, Value texel,
                         Type type) {
  auto vector = dyn_cast<VectorType>(type);
  if (!vector)
    return spirv::CompositeExtractOp::create(builder, loc, texel, {0});
  if (vector == texel.getType())
    return texel;
  auto components = llvm::to_vector<4>(
      llvm::seq<int32_t>(0, static_cast<int32_t>(vector.getNumElements())));
  return spirv::VectorShuffleOp::create(builder, loc, vector, texel, texel,
                                        builder.getI32ArrayAttr(components));
}

namespace {
class FetchTexels
    : public PassWrapper<FetchTexels, OperationPass<spirv::ModuleOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FetchTexels)

  explicit FetchTexels(ArrayRef<DeviceKernel> kernels) : kernels(kernels) {}

  void runOnOperation() override {
    for (const DeviceKernel &kernel : kernels) {
      auto function = getOperation().lookupSymbol<spirv::FuncOp>(kernel.name);
      if (!function || !llvm::any_of(kernel.bindings, isTexels))
        continue;
      WalkResult result = function.walk([&](spirv::AddressOfOp address) {
        return WalkResult(rewrite(address, kernel));
      });
      if (result.wasInterrupted())
        return signalPassFailure();
    }
  }

private:
  LogicalResult rewrite(spirv::AddressOfOp address,
                        const DeviceKernel &kernel) {
    auto variable = getOperation().lookupSymbol<spirv::GlobalVariableOp>(
        address.getVariable());
    std::optional<uint32_t> binding = variable.getBinding();
    if (!binding || !isTexels(kernel.bindings[*binding]))
      return success();
    // A variable is of one kernel; it may have several addresses.
    auto pointer = cast<spirv::PointerType>(address.getType());
    auto block = cast<spirv::StructType>(pointer.getPointeeType());
    Type element =
        cast<spirv::ArrayType>(block.getElementType(0)).getElementType();
    spirv::ImageType image = makeImageType(element);
    auto imagePointer =
        spirv::PointerType::get(image, spirv::StorageClass::UniformConstant);

    OpBuilder builder(address);
    Location loc = address.getLoc();
    auto newAddress = spirv::AddressOfOp::create(builder, loc, imagePointer,
                                                 address.getVariableAttr());
    Value texels = spirv::LoadOp::create(builder, loc, newAddress);
    for (Operation *user : llvm::make_early_inc_range(address->getUsers())) {
      auto chain = dyn_cast<spirv::AccessChainOp>(user);
      if (!chain || chain.getIndices().size() != 2)
        return user->emitError("no access to an element of a texel buffer");
      if (failed(fetch(chain, texels, image)))
        return failure();
    }
    variable.setType(imagePointer);
    address.erase();
    return success();
  }

  LogicalResult fetch(spirv::AccessChainOp chain, Value texels,
                      spirv::ImageType image) {
    auto four = VectorType::get(4, image.getElementType());
    for (Operation *user : llvm::make_early_inc_range(chain->getUsers())) {
      auto load = dyn_cast<spirv::LoadOp>(user);
      if (!load)
        return user->emitError("a texel buffer can only be read");
      OpBuilder builder(load);
      Value texel = spirv::ImageFetchOp::create(
          builder, load.getLoc(), four, texels, chain.getIndices()[1],
          spirv::ImageOperandsAttr(), ValueRange());
      load.replaceAllUsesWith(
          takeElement(builder, load.getLoc(), texel, load.getType()));
      load.erase();
    }
    chain.erase();
    return success();
  }

  ArrayRef<DeviceKernel> kernels;
};
} // namespace

std::unique_ptr<Pass>
mopt::createFetchTexelsPass(ArrayRef<DeviceKernel> kernels) {
  return std::make_unique<FetchTexels>(kernels);
}
