//===- HVXUtils.h - What verifiers of Hexagon's kernels share -*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_DIALECT_KERNEL_IR_HVXUTILS_H
#define MOPT_LIB_DIALECT_KERNEL_IR_HVXUTILS_H

#include "KernelUtils.h"

namespace mlir::mopt::kernel {

/// Pixels of a vector.
inline constexpr int64_t kPixels = kHVXVectorBytes / 4;

/// Offsets in planes have 32 bits.
inline constexpr int64_t kMaxPlaneBytes = int64_t(1) << 30;

inline LogicalResult verifyPlanes(Operation *op, StringRef name,
                                  PlanesAttr planes, Value buffer,
                                  bool hasSteps = false) {
  if (!arePositive({planes.getRows(), planes.getColumns(), planes.getChannels(),
                    planes.getStep(), planes.getPitch(), planes.getSize()},
                   6) ||
      !isSize(planes.getFront()))
    return op->emitOpError(name) << " must have positive sizes";
  if (!hasSteps && planes.getStep() != 1)
    return op->emitOpError(name) << " must have a step of 1";
  if (planes.getFront() % kPixels || planes.getSize() % kPixels)
    return op->emitOpError(name) << " must have whole vectors";
  int64_t last = multiply({planes.getPhaseRows() - 1, planes.getPitch()}) +
                 planes.getPhaseColumns() + planes.getFront();
  if (planes.getPitch() < planes.getPhaseColumns() || last > planes.getSize())
    return op->emitOpError(name) << " must hold all rows";
  int64_t bytes = multiply(
      {planes.getNumPlanes(), planes.getNumPhases(), planes.getSize(), 4});
  if (bytes > kMaxPlaneBytes)
    return op->emitOpError(name)
           << " must have at most " << kMaxPlaneBytes << " bytes";
  return verifyNumElements(op, (name + " buffer").str(), buffer,
                           bytes + kHVXVectorBytes);
}

inline LogicalResult verifyDense(Operation *op, StringRef name, Value buffer,
                                 PlanesAttr planes) {
  return verifyNumElements(
      op, name, buffer,
      multiply({planes.getRows(), planes.getColumns(), planes.getChannels()}));
}

inline LogicalResult verifyByte(Operation *op, StringRef name,
                                std::optional<int32_t> value) {
  if (value && (*value < 0 || *value > 255))
    return op->emitOpError(name) << " must be a uint8";
  return success();
}

/// True if two images are read pixel by pixel.
inline LogicalResult verifySamePixels(Operation *op, PlanesAttr lhs,
                                      PlanesAttr rhs) {
  if (lhs.getPitch() != rhs.getPitch())
    return op->emitOpError("planes must have the same pitch");
  return success();
}

/// What holds for sums of two images.
template <typename OpT>
LogicalResult verifySum(OpT op) {
  PlanesAttr lhs = op.getLhsPlanes(), rhs = op.getRhsPlanes(),
             out = op.getOutputPlanes();
  if (failed(verifyStaticShapes(op)) ||
      failed(verifyPlanes(op, "'lhs_planes'", lhs, op.getLhs())) ||
      failed(verifyPlanes(op, "'rhs_planes'", rhs, op.getRhs())) ||
      failed(verifyPlanes(op, "'output_planes'", out, op.getOutput())) ||
      failed(verifyByte(op, "'border'", op.getBorder())) ||
      failed(verifySamePixels(op, lhs, out)) ||
      failed(verifySamePixels(op, rhs, out)))
    return failure();
  for (PlanesAttr in : {lhs, rhs})
    if (in.getRows() != out.getRows() || in.getColumns() != out.getColumns() ||
        in.getChannels() != out.getChannels())
      return op.emitOpError("must add images of the same sizes");
  return success();
}

} // namespace mlir::mopt::kernel

#endif // MOPT_LIB_DIALECT_KERNEL_IR_HVXUTILS_H
