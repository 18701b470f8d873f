//===- HVXKernels.cpp - Kernels of Hexagon's vectors -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HVXUtils.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

static LogicalResult verifyRange(Operation *op, HVXRequantizeAttr requantize) {
  if (failed(verifyByte(op, "'zero_point'", requantize.getZeroPoint())) ||
      failed(verifyByte(op, "'min'", requantize.getMin())) ||
      failed(verifyByte(op, "'max'", requantize.getMax())))
    return failure();
  return success();
}

/// Rows are copied in so many whole vectors.
static LogicalResult verifyRoom(Operation *op, PlanesAttr planes,
                                int64_t vectors) {
  int64_t width = llvm::alignTo(planes.getPhaseColumns(), vectors * kPixels);
  if (planes.getFront() + (planes.getPhaseRows() - 1) * planes.getPitch() +
          width >
      planes.getSize())
    return op->emitOpError("planes must have room for whole vectors of a row");
  return success();
}

LogicalResult HVXPackOp::verify() {
  if (failed(verifyStaticShapes(*this)) ||
      failed(verifyPlanes(*this, "'planes'", getPlanes(), getOutput(),
                          /*hasSteps=*/true)) ||
      failed(verifyByte(*this, "'border'", getBorder())) ||
      failed(verifyRoom(*this, getPlanes(), 1)))
    return failure();
  return verifyDense(*this, "input", getInput(), getPlanes());
}

LogicalResult HVXUnpackOp::verify() {
  if (failed(verifyStaticShapes(*this)) ||
      failed(verifyPlanes(*this, "'planes'", getPlanes(), getInput())))
    return failure();
  return verifyDense(*this, "output", getOutput(), getPlanes());
}

LogicalResult HVXSplitPhasesOp::verify() {
  PlanesAttr in = getInputPlanes(), out = getOutputPlanes();
  if (failed(verifyStaticShapes(*this)) ||
      failed(verifyPlanes(*this, "'input_planes'", in, getInput())) ||
      failed(verifyPlanes(*this, "'output_planes'", out, getOutput(),
                          /*hasSteps=*/true)) ||
      failed(verifyByte(*this, "'border'", getBorder())))
    return failure();
  if (in.getRows() != out.getRows() || in.getColumns() != out.getColumns() ||
      in.getChannels() != out.getChannels())
    return emitOpError("must copy an image to one of the same sizes");
  if (out.getStep() != 2)
    return emitOpError("'output_planes' must have a step of 2");
  if (failed(verifyRoom(*this, in, 2)) || failed(verifyRoom(*this, out, 1)))
    return failure();
  return success();
}

/// What holds for convolutions of any kind. `writesPhases`: the output may have
/// them, and another pitch than the input.
template <typename OpT>
static LogicalResult verifyConvolution(OpT op, bool writesPhases = false) {
  PlanesAttr in = op.getInputPlanes(), out = op.getOutputPlanes();
  if (failed(verifyStaticShapes(op)) ||
      failed(verifyPlanes(op, "'input_planes'", in, op.getInput(),
                          /*hasSteps=*/true)) ||
      failed(verifyPlanes(op, "'output_planes'", out, op.getOutput(),
                          /*hasSteps=*/writesPhases)) ||
      failed(verifyByte(op, "'border'", op.getBorder())) ||
      failed(verifyRange(op, op.getRequantize())))
    return failure();
  return writesPhases ? success() : verifySamePixels(op, in, out);
}

/// The turns of a convolution that adds up channels, and its table of them.
template <typename OpT>
static LogicalResult verifyTurns(OpT op) {
  int64_t turns = op.getTurns();
  if (!isSize(turns) || turns == 0)
    return op.emitOpError("'turns' must be positive");
  if (op.getSteps())
    return verifyNumElements(op, "'steps'", op.getSteps(), 2 * turns);
  if (2 * turns != op.getInputPlanes().getNumPlanes())
    return op.emitOpError("'turns' must be half the planes without 'steps'");
  return success();
}

LogicalResult HVXConv2DOp::verify() {
  if (failed(verifyConvolution(*this)) || failed(verifyTurns(*this)))
    return failure();
  PlanesAttr out = getOutputPlanes();
  int64_t turns = getTurns();
  int64_t rest = getRest() ? getNumElements(getRest()) : 0;
  int64_t groups = llvm::divideCeil(out.getChannels(), 4);
  if (rest % 2)
    return emitOpError("'rest' must have two offsets a turn");
  if (failed(verifyNumElements(
          *this, "packed weights", getWeights(),
          multiply({multiply({groups, turns}) + rest / 2, 32}))))
    return failure();
  int64_t rows = getRequantize().getNumRows() + (getRest() ? 1 : 0);
  return verifyNumElements(*this, "parameters", getParameters(),
                           multiply({groups, rows, 4}));
}

SmallVector<std::pair<int64_t, int64_t>>
HVXChannelConv2DOp::getGroups(int64_t channels) {
  int64_t vectors = llvm::divideCeil(channels, kLanes);
  SmallVector<std::pair<int64_t, int64_t>> groups;
  // Three take the least for a product, one alone the most.
  int64_t pairs = vectors == 1 ? 0 : (3 - vectors % 3) % 3;
  if (int64_t threes = (vectors - 2 * pairs) / 3)
    groups.push_back({threes, 3});
  if (pairs > 0)
    groups.push_back({pairs, 2});
  if (vectors == 1)
    groups.push_back({1, 1});
  return groups;
}

LogicalResult HVXChannelConv2DOp::verify() {
  PlanesAttr in = getInputPlanes(), out = getOutputPlanes();
  if (failed(verifyConvolution(*this, /*writesPhases=*/true)) ||
      failed(verifyByte(*this, "'weight_zero_point'", getWeightZeroPoint())) ||
      failed(verifyTurns(*this)))
    return failure();
  // Sums of windows are made of whole vectors of the input.
  int64_t windows = (out.getRows() - 1) * in.getPitch() + out.getColumns();
  if (windows > in.getSize())
    return emitOpError("'input_planes' must have a window for each pixel");
  int64_t padded = llvm::alignTo(out.getChannels(), kLanes);
  if (failed(verifyNumElements(*this, "packed weights", getWeights(),
                               multiply({padded, int64_t(getTurns()), 8}))))
    return failure();
  return verifyNumElements(*this, "parameters", getParameters(),
                           multiply({padded, kRows}));
}

/// `columns`: five numbers a product of a depthwise convolution.
static LogicalResult verifyColumns(HVXDepthwiseConv2DOp op, StringRef name,
                                   ArrayRef<int64_t> columns) {
  PlanesAttr in = op.getInputPlanes();
  if (columns.empty() || columns.size() % 5)
    return op.emitOpError() << name << " must be five numbers for each product";
  for (size_t i = 0; i < columns.size(); i += 5) {
    for (int64_t row : columns.slice(i, 4))
      if (in.getFront() + row < 0 || row >= in.getPlaneBytes() / 4)
        return op.emitOpError() << name << " must have offsets in a plane";
    if (columns[i + 4] < 0 || columns[i + 4] >= kPixels)
      return op.emitOpError() << name << " must have shifts below " << kPixels;
  }
  return success();
}

LogicalResult HVXDepthwiseConv2DOp::verify() {
  PlanesAttr in = getInputPlanes(), out = getOutputPlanes();
  if (failed(verifyConvolution(*this)))
    return failure();
  if (in.getChannels() != out.getChannels())
    return emitOpError("input and output must have the same channels");
  if (failed(verifyColumns(*this, "'columns'", getColumns())))
    return failure();
  int64_t groups = llvm::divideCeil(out.getChannels(), 4);
  int64_t products = multiply({groups, int64_t(getColumns().size() / 5)});
  if (getRestColumns().has_value() != getRestPlanes().has_value())
    return emitOpError("'rest_columns' and 'rest_planes' need each other");
  if (getRestColumns()) {
    ArrayRef<int64_t> planes = *getRestPlanes(), columns = *getRestColumns();
    if (failed(verifyColumns(*this, "'rest_columns'", columns)))
      return failure();
    for (int64_t plane : planes)
      if (plane < 0 || plane >= groups)
        return emitOpError("'rest_planes' must be below ") << groups;
    products += multiply({int64_t(planes.size()), int64_t(columns.size() / 5)});
  }
  if (failed(verifyNumElements(*this, "packed weights", getWeights(),
                               multiply({products, 16}))))
    return failure();
  return verifyNumElements(*this, "parameters", getParameters(),
                           multiply({groups, getRequantize().getNumRows(), 4}));
}

LogicalResult HVXMatmulOp::verify() {
  int64_t rows = getRows(), depth = getDepth(), channels = getChannels();
  if (failed(verifyStaticShapes(*this)) ||
      failed(verifyRange(*this, getRequantize())) ||
      failed(verifyByte(*this, "'weight_zero_point'", getWeightZeroPoint())))
    return failure();
  if (!arePositive({rows, depth, channels}, 3))
    return emitOpError("'rows', 'depth' and 'channels' must be positive");
  int64_t padded = llvm::alignTo(channels, kHVXVectorBytes);
  if (failed(verifyNumElements(*this, "input", getInput(),
                               multiply({rows, depth}))) ||
      failed(verifyNumElements(*this, "output", getOutput(),
                               multiply({rows, channels}))) ||
      failed(verifyNumElements(
          *this, "packed weights", getWeights(),
          multiply({padded, int64_t(llvm::alignTo(depth, 8))}))))
    return failure();
  return verifyNumElements(*this, "parameters", getParameters(),
                           multiply({padded, 5}));
}

LogicalResult HVXAddOp::verify() {
  if (failed(verifySum(*this)) || failed(verifyRange(*this, getRequantize())))
    return failure();
  if (getZeroPoints().size() != 2 || getMultipliers().size() != 6)
    return emitOpError("'zero_points' must be two, 'multipliers' six numbers");
  for (unsigned i : {1, 3, 5})
    if (getMultipliers()[i] < 0 || getMultipliers()[i] > 31)
      return emitOpError("shifts must be 0 to 31");
  return success();
}

LogicalResult HVXMeanOp::verify() {
  if (failed(verifyStaticShapes(*this)) ||
      failed(verifyPlanes(*this, "'planes'", getPlanes(), getInput())) ||
      failed(verifyByte(*this, "'zero_point'", getZeroPoint())) ||
      failed(verifyByte(*this, "'min'", getMin())) ||
      failed(verifyByte(*this, "'max'", getMax())))
    return failure();
  auto isShift = [](int64_t shift) { return shift >= 0 && shift <= 62; };
  if (!isShift(getShift()) || !isShift(getLastShift()))
    return emitOpError("shifts must be 0 to 62");
  if (getLastNudges().size() != 2)
    return emitOpError("'last_nudges' must be two numbers");
  if (multiply({getPlanes().getRows(), getPlanes().getColumns()}) >
      kMaxMeanPixels)
    return emitOpError("must have at most ") << kMaxMeanPixels << " pixels";
  return verifyNumElements(*this, "output", getOutput(),
                           getPlanes().getChannels());
}

void HVXPackOp::getEffects(Effects &effects) { collectEffects(*this, effects); }
void HVXUnpackOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
void HVXSplitPhasesOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
void HVXConv2DOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
void HVXChannelConv2DOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
void HVXDepthwiseConv2DOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
void HVXMatmulOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
void HVXAddOp::getEffects(Effects &effects) { collectEffects(*this, effects); }
void HVXMeanOp::getEffects(Effects &effects) { collectEffects(*this, effects); }
