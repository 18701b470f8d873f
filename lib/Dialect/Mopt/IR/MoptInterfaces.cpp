//===- MoptInterfaces.cpp - Interfaces of the mopt dialect -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/MoptInterfaces.h"

#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

using namespace mlir;
using namespace mlir::mopt;

#include "mopt/Dialect/Mopt/IR/MoptInterfaces.cpp.inc"

int32_t mopt::getDefaultMinVersion(Operation *op, const QuantSpec &spec) {
  int version = 1;
  auto widthOf = [](Type type) -> unsigned {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor)
      return 0;
    Type storage = getStorageElementType(tensor.getElementType());
    // uint8 is the form that version 1 of every operator had.
    if (!storage.isInteger() || storage.isUnsignedInteger())
      return 0;
    return storage.getIntOrFloatBitWidth();
  };
  for (auto [index, operand] : llvm::enumerate(op->getOperands())) {
    OperandRole role = spec.getRole(index);
    unsigned width = widthOf(operand.getType());
    bool quantized = isQuantized(operand.getType());
    if (role == OperandRole::Activation && (quantized || width == 16)) {
      if (width == 8)
        version = std::max(version, spec.int8Version);
      else if (width == 16)
        version = std::max(version, spec.int16Version);
    }
    if (role == OperandRole::Weight && width == 8 &&
        !isQuantized(op->getOperand(spec.getDataOperand()).getType()))
      version = std::max(version, spec.hybridVersion);
  }
  return version;
}
