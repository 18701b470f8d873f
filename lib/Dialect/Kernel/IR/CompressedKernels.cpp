//===- CompressedKernels.cpp - Products with compressed weights -----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelUtils.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

/// A flat list of integers of `bits` bits.
static LogicalResult verifyList(Operation *op, StringRef name, Value value,
                                unsigned bits) {
  auto type = cast<ShapedType>(value.getType());
  if (type.getRank() == 1 && type.getElementType().isInteger(bits))
    return success();
  return op->emitOpError(name)
         << " must be a list of " << bits << "-bit integers";
}

/// Sizes, tile, and the operands that all products have; `biases` is how many
/// there are.
template <typename OpT>
static LogicalResult verifyProduct(OpT op, int64_t biases) {
  if (failed(verifyStaticShapes(op)))
    return failure();
  int64_t rows = op.getRows(), inputs = op.getInputs();
  TileAttr tile = op.getTile();
  if (!hasPossibleSizes(tile) || tile.getLanes() != kCompressedLanes ||
      tile.getPack() != 1 || !tile.isFloat() || tile.getDepth() != 1)
    return op.emitOpError("'tile' must be of vectors of ")
           << kCompressedLanes << " floats";
  auto check = [&](StringRef name, Value value, int64_t size) -> LogicalResult {
    if (!getElementTypeOrSelf(value).isF32())
      return op.emitOpError(name) << " must be of floats of 32 bits";
    return verifyNumElements(op, name, value, size);
  };
  if (failed(check("input", op.getInput(), multiply({rows, inputs}))) ||
      failed(check("output", op.getOutput(),
                   multiply({rows, int64_t(op.getOutputs())}))))
    return failure();
  return check("bias", op.getBias(), biases);
}

/// That 'rows', 'inputs' and 'outputs' can be computed with.
template <typename OpT>
static LogicalResult verifyPositive(OpT op) {
  if (arePositive({int64_t(op.getRows()), int64_t(op.getInputs()),
                   int64_t(op.getOutputs())},
                  3))
    return success();
  return op.emitOpError("'rows', 'inputs' and 'outputs' must be positive");
}

int64_t SparseFloatMatmulOp::getNumWindows() {
  return getNumElements(getWindows()) - getNumGroups() - 1;
}

LogicalResult SparseFloatMatmulOp::verify() {
  if (failed(verifyPositive(*this)) ||
      failed(verifyProduct(*this, getNumGroups() * kCompressedLanes)))
    return failure();
  if (getTile().getVectors() != 1)
    return emitOpError("'tile' must have one vector");
  if (getInputs() < uint64_t(kWindowInputs))
    return emitOpError("'inputs' must be at least ")
           << kWindowInputs << ", a window";
  int64_t steps = getSteps(), lanes = getTile().getLanes();
  if (steps < 1 || steps > kMaxLanes)
    return emitOpError("'steps' must be 1 to ") << kMaxLanes;
  if (failed(verifyList(*this, "windows", getWindows(), 32)) ||
      failed(verifyList(*this, "picks", getPicks(), 8)))
    return failure();
  if (getNumWindows() < 0)
    return emitOpError("windows must begin with those of ")
           << getNumGroups() << " groups";
  int64_t size = multiply({getNumWindows(), steps, lanes});
  if (failed(verifyNumElements(*this, "packed weights", getWeights(), size)) ||
      failed(verifyNumElements(*this, "picks", getPicks(), size)))
    return failure();
  if (!getOrder())
    return success();
  if (failed(verifyList(*this, "order", getOrder(), 32)))
    return failure();
  return verifyNumElements(*this, "order", getOrder(), getNumGroups() * lanes);
}

void SparseFloatMatmulOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}

bool PaletteFloatMatmulOp::hasManyPalettes() {
  return getNumElements(getPalettes()) != getPaletteSize();
}

LogicalResult PaletteFloatMatmulOp::verify() {
  int64_t outputs = getOutputs();
  if (failed(verifyPositive(*this)) || failed(verifyProduct(*this, outputs)))
    return failure();
  if (getBits() != 4 && getBits() != 8)
    return emitOpError("'bits' must be 4 or 8");
  if (failed(verifyList(*this, "indices", getIndices(), 32)) ||
      failed(verifyNumElements(
          *this, "indices", getIndices(),
          multiply({outputs, getNumBlocks(), kCompressedLanes}))))
    return failure();
  if (!getElementTypeOrSelf(getPalettes()).isF32())
    return emitOpError("palettes must be of floats of 32 bits");
  if (!hasManyPalettes())
    return success();
  return verifyNumElements(*this, "palettes", getPalettes(),
                           multiply({outputs, getPaletteSize()}));
}

void PaletteFloatMatmulOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
