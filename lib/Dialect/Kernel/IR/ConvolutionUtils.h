//===- ConvolutionUtils.h - What 8-bit convolutions share -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_DIALECT_KERNEL_IR_CONVOLUTIONUTILS_H
#define MOPT_LIB_DIALECT_KERNEL_IR_CONVOLUTIONUTILS_H

#include "KernelUtils.h"
#include "mlir/IR/TypeUtilities.h"

namespace mlir::mopt::kernel {

template <typename OpT>
ImageLayout getInputLayoutOf(OpT op) {
  return ImageLayout(op.getInputShape(),
                     op.getInputPadding().value_or(ArrayRef<int64_t>()));
}

template <typename OpT>
ImageLayout getOutputLayoutOf(OpT op) {
  return ImageLayout(op.getOutputShape(),
                     op.getOutputPadding().value_or(ArrayRef<int64_t>()));
}

template <typename OpT>
ImageLayout getAddendLayoutOf(OpT op) {
  return ImageLayout(op.getOutputShape(),
                     op.getAddendPadding().value_or(ArrayRef<int64_t>()));
}

inline LogicalResult verifyPadding(Operation *op, StringRef name,
                                   ArrayRef<int64_t> padding) {
  if (padding.size() != 4 || !llvm::all_of(padding, isSize))
    return op->emitOpError("'")
           << name << "' must be four sizes: top, bottom, left, right";
  return success();
}

/// That the images lie inside of their buffers.
template <typename OpT>
LogicalResult verifyLayouts(OpT op) {
  if (op.getInputPadding() &&
      failed(verifyPadding(op, "input_padding", *op.getInputPadding())))
    return failure();
  if (getNumElements(op.getInput()) < op.getInputLayout().size)
    return op.emitOpError("input must have at least ")
           << op.getInputLayout().size << " elements";
  if (op.getBorder().has_value() != op.getOutputPadding().has_value())
    return op.emitOpError("'border' is what 'output_padding' is filled with");
  if (!op.getOutputPadding()) {
    if (getNumElements(op.getOutput()) != multiply(op.getOutputShape()))
      return op.emitOpError("output must have ")
             << multiply(op.getOutputShape()) << " elements";
    return success();
  }
  if (failed(verifyPadding(op, "output_padding", *op.getOutputPadding())))
    return failure();
  if (cast<ShapedType>(op.getOutput().getType()).getRank() != 1 ||
      getNumElements(op.getOutput()) < op.getOutputLayout().size)
    return op.emitOpError("output must be flat and have at least ")
           << op.getOutputLayout().size << " elements";
  return success();
}

template <typename OpT>
LogicalResult verifyResidual(OpT op) {
  if (op.getResidual().has_value() != bool(op.getAddend()))
    return op.emitOpError("'residual' says how what it adds is added");
  if (!op.getAddend())
    return success();
  if (op.getAddendPadding() &&
      failed(verifyPadding(op, "addend_padding", *op.getAddendPadding())))
    return failure();
  if (getNumElements(op.getAddend()) < op.getAddendLayout().size)
    return op.emitOpError("what it adds must have at least ")
           << op.getAddendLayout().size << " elements";
  ResidualAttr residual = *op.getResidual();
  auto misfits = [](auto factors, int64_t size) {
    return factors && factors.size() != size;
  };
  if (bool(residual.getReal()) + bool(residual.getMultipliers()) +
              bool(residual.getLinear()) !=
          1 ||
      misfits(residual.getReal(), 2) || misfits(residual.getMultipliers(), 6) ||
      misfits(residual.getLinear(), 3))
    return op.emitOpError(
        "'residual' takes two real factors, three "
        "multipliers with their shifts, or three numbers of a "
        "linear function");
  return success();
}

template <typename OpT>
LogicalResult verifyConvolution(OpT op) {
  if (failed(verifyWindow(op)))
    return failure();
  for (unsigned i : {0, 1})
    if ((op.getOutputShape()[i + 1] - 1) * op.getStrides()[i] +
            (op.getKernel()[i] - 1) * op.getDilations()[i] >=
        op.getInputShape()[i + 1])
      return op.emitOpError("windows must lie inside the input");
  if (failed(verifyLayouts(op)) || failed(verifyResidual(op)))
    return failure();
  TileAttr tile = op.getTile();
  if (!hasPossibleSizes(tile) || !llvm::is_contained({1, 2, 4}, tile.getPack()))
    return op.emitOpError("'tile' has impossible sizes");
  if (tile.isFloat())
    return op.emitOpError("'tile' must be of integers");
  // Bytes in 16 bits have the order of two vectors that are narrowed.
  auto isWide = [](Value value) {
    return value && getElementTypeOrSelf(value).isInteger(16);
  };
  if (tile.getPack() > 2 && (isWide(op.getOutput()) || isWide(op.getAddend())))
    return op.emitOpError("'tile' narrows ")
           << tile.getPack() << " vectors at once, to 16 bits not more than 2";
  int64_t channels = getPaddedChannels(tile, op.getOutputShape()[3],
                                       std::is_same_v<OpT, DepthwiseConv2DOp>);
  auto wrongSize = [&](Value value) {
    return getNumElements(value) != channels;
  };
  if (wrongSize(op.getBias()) || llvm::any_of(op.getFactors(), wrongSize))
    return op.emitOpError("bias and factors must have ")
           << channels << " elements, a whole number of groups";
  Arithmetic arithmetic = op.getRequantize().getArithmetic();
  unsigned factors = 1;
  if (arithmetic == Arithmetic::Multiplier)
    factors = op.getRequantize().getSmall() ? 3 : 2;
  if (op.getFactors().size() != factors)
    return op.emitOpError("'")
           << stringifyArithmetic(arithmetic) << "' takes " << factors
           << (factors == 1 ? " tensor" : " tensors") << " of factors";
  return success();
}

} // namespace mlir::mopt::kernel

#endif // MOPT_LIB_DIALECT_KERNEL_IR_CONVOLUTIONUTILS_H
