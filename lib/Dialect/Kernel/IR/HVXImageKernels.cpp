//===- HVXImageKernels.cpp - Kernels of whole images -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Kernel/IR/HVXImageKernels.h"

#include "HVXUtils.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

LogicalResult HVXLinearAddOp::verify() {
  if (failed(verifySum(*this)) ||
      failed(verifyByte(*this, "'zero_point'", getZeroPoint())) ||
      failed(verifyByte(*this, "'min'", getMin())) ||
      failed(verifyByte(*this, "'max'", getMax())))
    return failure();
  if (getMultipliers().size() != 2 ||
      llvm::any_of(getMultipliers(), [](int32_t m) { return m < 0; }))
    return emitOpError("'multipliers' must be two numbers, none negative");
  if (getShift() < 1 || getShift() > 15)
    return emitOpError("'shift' must be 1 to 15");
  // The terms without their last 16 bits are below 2^24 each.
  constexpr int64_t most = int64_t(1) << 46;
  auto offset = static_cast<int64_t>(getOffset());
  if (offset < -most || offset > most)
    return emitOpError("'offset' must be within 2^46 of zero");
  return success();
}

/// The planes and the windows of a pool.
template <typename OpT>
static LogicalResult verifyPool(OpT op) {
  PlanesAttr in = op.getInputPlanes(), out = op.getOutputPlanes();
  if (failed(verifyStaticShapes(op)) ||
      failed(verifyPlanes(op, "'input_planes'", in, op.getInput(),
                          /*hasSteps=*/true)) ||
      failed(verifyPlanes(op, "'output_planes'", out, op.getOutput())) ||
      failed(verifyByte(op, "'border'", op.getBorder())) ||
      failed(verifyByte(op, "'min'", op.getMin())) ||
      failed(verifyByte(op, "'max'", op.getMax())) ||
      failed(verifySamePixels(op, in, out)))
    return failure();
  if (in.getChannels() != out.getChannels())
    return op.emitOpError("input and output must have the same channels");
  ArrayRef<int64_t> rows = op.getRows(), columns = op.getColumns();
  if (rows.empty() || columns.empty() || columns.size() % 2)
    return op.emitOpError(
        "'rows' must be one number or more, 'columns' as many pairs");
  // Shifted vectors come from the next one, too.
  int64_t last = in.getFront() + out.getNumVectors() * kPixels;
  for (size_t i = 0; i < columns.size(); i += 2) {
    if (columns[i + 1] < 0 || columns[i + 1] >= kPixels)
      return op.emitOpError("'columns' must have shifts below ") << kPixels;
    for (int64_t row : rows) {
      int64_t offset = row + columns[i];
      int64_t end = last + offset + (columns[i + 1] > 0 ? kPixels : 0);
      if (in.getFront() + offset < 0 || end > in.getPlaneBytes() / 4 + kPixels)
        return op.emitOpError("'rows' and 'columns' must stay in a plane");
    }
  }
  return success();
}

LogicalResult HVXMaxPoolOp::verify() { return verifyPool(*this); }

LogicalResult HVXAveragePoolOp::verify() {
  if (failed(verifyPool(*this)))
    return failure();
  int64_t pixels = multiply({static_cast<int64_t>(getRows().size()),
                             static_cast<int64_t>(getColumns().size()) / 2});
  if (pixels > kMaxMeanPixels)
    return emitOpError("must have windows of at most ")
           << kMaxMeanPixels << " pixels";
  if (getShift() < 0 || getShift() > 30)
    return emitOpError("'shift' must be 0 to 30");
  // Products are below 2^31.
  int64_t multiplier = static_cast<int32_t>(getMultiplier());
  int64_t nudge = static_cast<int32_t>(getNudge());
  int64_t largest = pixels * 255 * multiplier + std::max<int64_t>(nudge, 0);
  if (multiplier < 0 || multiplier > 0xffff ||
      largest > std::numeric_limits<int32_t>::max())
    return emitOpError("'multiplier' must have 16 bits, and products 31");
  return success();
}

LogicalResult HVXConcatOp::verify() {
  PlanesAttr out = getOutputPlanes();
  if (failed(verifyStaticShapes(*this)) ||
      failed(verifyPlanes(*this, "'output_planes'", out, getOutput())) ||
      failed(verifyByte(*this, "'border'", getBorder())))
    return failure();
  if (getInputs().empty() || getInputs().size() != getInputPlanes().size())
    return emitOpError("'input_planes' must be one for each input, of at least "
                       "one");
  int64_t channels = 0;
  for (auto [input, attr] : llvm::zip_equal(getInputs(), getInputPlanes())) {
    auto in = cast<PlanesAttr>(attr);
    if (failed(verifyPlanes(*this, "'input_planes'", in, input)) ||
        failed(verifySamePixels(*this, in, out)))
      return failure();
    if (in.getRows() != out.getRows() || in.getColumns() != out.getColumns())
      return emitOpError("must join images of the same sizes");
    if (channels % 4)
      return emitOpError("all inputs but the last must have a multiple of four "
                         "channels");
    channels += in.getChannels();
  }
  if (channels != out.getChannels())
    return emitOpError("joins ")
           << channels << " channels to an image of " << out.getChannels();
  return success();
}

LogicalResult HVXResizeBilinearOp::verify() {
  int64_t inRows = getInputRows(), inColumns = getInputColumns();
  int64_t outRows = getOutputRows(), outColumns = getOutputColumns();
  int64_t channels = getChannels();
  if (failed(verifyStaticShapes(*this)))
    return failure();
  if (!arePositive({inRows, inColumns, outRows, outColumns, channels}, 5))
    return emitOpError("must have rows, columns and channels");
  if (channels > kMaxResizeChannels)
    return emitOpError("must have at most ")
           << kMaxResizeChannels << " channels";
  if (outRows < 2 ||
      multiply({std::min(inColumns, outColumns), channels}) < kHVXVectorBytes)
    return emitOpError("must have two rows or more, of ")
           << kHVXVectorBytes << " bytes at least";
  if (failed(verifyNumElements(*this, "input", getInput(),
                               multiply({inRows, inColumns, channels}))) ||
      failed(verifyNumElements(*this, "output", getOutput(),
                               multiply({outRows, outColumns, channels}))) ||
      failed(verifyNumElements(*this, "'row_table'", getRowTable(),
                               multiply({outRows, 4}))))
    return failure();
  return verifyNumElements(*this, "'column_table'", getColumnTable(),
                           multiply({outColumns, 4}));
}

void HVXLinearAddOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
void HVXMaxPoolOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
void HVXAveragePoolOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
void HVXConcatOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
void HVXResizeBilinearOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
