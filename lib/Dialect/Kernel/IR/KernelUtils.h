//===- KernelUtils.h - What the verifiers of kernels share -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_DIALECT_KERNEL_IR_KERNELUTILS_H
#define MOPT_LIB_DIALECT_KERNEL_IR_KERNELUTILS_H

#include "mopt/Dialect/Kernel/IR/KernelOps.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::mopt::kernel {

/// No size or number of lanes is larger, so that a sum of two products of two
/// sizes fits 64 bits; text can say anything.
inline constexpr int64_t kMaxSize = int64_t(1) << 30;
inline constexpr int64_t kMaxLanes = 64;
/// What a product is that would be larger: more than any buffer has.
inline constexpr int64_t kHuge = int64_t(1) << 60;

/// The product of numbers that are not negative, kHuge at most.
inline int64_t multiply(ArrayRef<int64_t> factors) {
  int64_t result = 1;
  for (int64_t factor : factors)
    if (llvm::MulOverflow(result, factor, result) || result > kHuge)
      result = kHuge;
  return llvm::is_contained(factors, 0) ? 0 : result;
}

inline int64_t getNumElements(Value value) {
  return multiply(cast<ShapedType>(value.getType()).getShape());
}

inline bool isSize(int64_t value) { return value >= 0 && value <= kMaxSize; }

inline bool arePositive(ArrayRef<int64_t> values, size_t count) {
  return values.size() == count && llvm::all_of(values, [](int64_t value) {
           return isSize(value) && value > 0;
         });
}

inline LogicalResult verifyStaticShapes(Operation *op) {
  for (Value operand : op->getOperands())
    if (!cast<ShapedType>(operand.getType()).hasStaticShape())
      return op->emitOpError("operands must have static shapes");
  return success();
}

/// Fails unless `value` has `size` elements.
inline LogicalResult verifyNumElements(Operation *op, StringRef name,
                                       Value value, int64_t size) {
  if (getNumElements(value) == size)
    return success();
  return op->emitOpError(name) << " must have " << size << " elements";
}

inline bool hasPossibleSizes(TileAttr tile) {
  return llvm::isPowerOf2_64(tile.getLanes()) && tile.getLanes() >= 4 &&
         tile.getLanes() <= kMaxLanes && tile.getVectors() > 0 &&
         tile.getVectors() <= kMaxLanes && tile.getPixels() > 0 &&
         tile.getPixels() <= kMaxLanes;
}

/// The sizes of a convolution.
template <typename OpT>
LogicalResult verifyWindow(OpT op) {
  if (failed(verifyStaticShapes(op)))
    return failure();
  if (!arePositive(op.getInputShape(), 4) ||
      !arePositive(op.getOutputShape(), 4))
    return op.emitOpError(
        "'input_shape' and 'output_shape' must be four positive sizes");
  if (!arePositive(op.getKernel(), 2) || !arePositive(op.getStrides(), 2) ||
      !arePositive(op.getDilations(), 2))
    return op.emitOpError(
        "'kernel', 'strides' and 'dilations' must be two positive sizes");
  return success();
}

/// The sizes and the tile of a convolution of floats.
template <typename OpT>
LogicalResult verifyFloatSizes(OpT op) {
  if (failed(verifyWindow(op)))
    return failure();
  ArrayRef<int64_t> padding = op.getPadding();
  if (padding.size() != 2 || !llvm::all_of(padding, isSize))
    return op.emitOpError("'padding' must be two sizes: top, left");
  TileAttr tile = op.getTile();
  if (!hasPossibleSizes(tile))
    return op.emitOpError("'tile' has impossible sizes");
  if (!tile.isFloat() || tile.getPack() != 1)
    return op.emitOpError("'tile' must be of floats, which are not narrowed");
  return success();
}

using Effects =
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>;

/// Buffers are read, the destination is written; tensors have no effects.
inline void collectEffects(DestinationStyleOpInterface op, Effects &effects) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    MemoryEffects::Effect *effect = MemoryEffects::Read::get();
    if (op.isDpsInit(&operand))
      effect = MemoryEffects::Write::get();
    effects.emplace_back(effect, &operand, SideEffects::DefaultResource::get());
  }
}

} // namespace mlir::mopt::kernel

#endif // MOPT_LIB_DIALECT_KERNEL_IR_KERNELUTILS_H
