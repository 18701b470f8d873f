//===- ShapeOps.cpp - Verifiers of reshaping, padding, joining and resizing
//-----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VerifierUtils.h"

using namespace mlir;
using namespace mlir::mopt;

/// The same elements in another shape.
template <typename OpT>
static LogicalResult verifySameElements(OpT op) {
  if (failed(verifySameStorage(op, op.getInput(), "input", op.getOutput(),
                               "output")))
    return failure();
  RankedTensorType input = getTensorType(op.getInput());
  RankedTensorType output = getTensorType(op.getOutput());
  if (input.getNumElements() != output.getNumElements())
    return op.emitOpError()
           << "output must have as many elements as the input "
           << "(" << input.getNumElements() << "), got " << output;
  return success();
}

LogicalResult ReshapeOp::verify() { return verifySameElements(*this); }

LogicalResult SqueezeOp::verify() {
  int64_t rank = getTensorType(getInput()).getRank();
  for (int32_t dim : getSqueezeDims())
    if (dim < -rank || dim >= rank)
      return emitOpError() << "dimension " << dim << " is out of range for "
                           << getInput().getType();
  return verifySameElements(*this);
}

LogicalResult ExpandDimsOp::verify() {
  if (failed(verifyIndexTensor(*this, getAxis(), "axis")))
    return failure();
  return verifySameElements(*this);
}

/// `paddings` is [rank, 2] without negative values.
static LogicalResult verifyPadding(Operation *op, Value input, Value paddings,
                                   Value output) {
  if (failed(verifyIndexTensor(op, paddings, "paddings")) ||
      failed(verifySameStorage(op, input, "input", output, "output")))
    return failure();
  RankedTensorType type = getTensorType(input);
  if (failed(verifyShape(op, paddings, "paddings", {type.getRank(), 2})))
    return failure();
  std::optional<SmallVector<int64_t>> values = getConstantIndices(paddings);
  if (!values)
    return success();
  SmallVector<int64_t> shape(type.getShape());
  for (auto [index, value] : llvm::enumerate(*values)) {
    if (value < 0)
      return op->emitOpError()
             << "paddings must not be negative, got " << value;
    shape[index / 2] += value;
  }
  return verifyShape(op, output, "output", shape);
}

LogicalResult PadOp::verify() {
  return verifyPadding(*this, getInput(), getPaddings(), getOutput());
}

LogicalResult PadV2Op::verify() {
  if (getTensorType(getConstantValues()).getNumElements() != 1)
    return emitOpError() << "constant_values must have one element, got "
                         << getConstantValues().getType();
  return verifyPadding(*this, getInput(), getPaddings(), getOutput());
}

LogicalResult ConcatenationOp::verify() {
  if (getInputs().empty())
    return emitOpError("needs at least one input");
  if (failed(verifyFusedActivation(*this, getFusedActivationFunction())))
    return failure();
  RankedTensorType first = getTensorType(getInputs().front());
  int64_t rank = first.getRank();
  int64_t axis = static_cast<int32_t>(getAxis());
  if (axis < -rank || axis >= rank)
    return emitOpError() << "axis " << axis << " is out of range for " << first;
  axis = axis < 0 ? axis + rank : axis;
  SmallVector<int64_t> shape(first.getShape());
  shape[axis] = 0;
  QuantParams outputParams = getQuantParams(getOutput().getType());
  for (auto [index, input] : llvm::enumerate(getInputs())) {
    RankedTensorType type = getTensorType(input);
    if (failed(verifySameStorage(*this, input, "input " + std::to_string(index),
                                 getOutput(), "output")))
      return failure();
    bool matches = type.getRank() == rank;
    for (int64_t i = 0; matches && i < rank; ++i)
      matches = i == axis || type.getDimSize(i) == shape[i];
    if (!matches)
      return emitOpError() << "input " << index << " of type " << type
                           << " differs from " << first
                           << " in more than dimension " << axis;
    shape[axis] += type.getDimSize(axis);
    // The kernels copy signed bytes; only uint8 is rescaled.
    QuantParams params = getQuantParams(type);
    Type storage = getStorageElementType(type.getElementType());
    if (params.isQuantized() && outputParams.isQuantized() &&
        storage.isSignlessInteger(8) &&
        (params.scales != outputParams.scales ||
         params.zeroPoints != outputParams.zeroPoints))
      return emitOpError() << "input " << index << " of type " << type
                           << " must have the scale and zero point of the "
                           << "output " << getOutput().getType();
  }
  return verifyShape(*this, getOutput(), "output", shape);
}

template <typename OpT>
static LogicalResult verifyResize(OpT op) {
  if (failed(verifyRank(op, op.getInput(), "input", 4)) ||
      failed(verifyRank(op, op.getOutput(), "output", 4)) ||
      failed(verifyIndexTensor(op, op.getSize(), "size")) ||
      failed(verifySameStorage(op, op.getInput(), "input", op.getOutput(),
                               "output")))
    return failure();
  if (op.getAlignCorners() && op.getHalfPixelCenters())
    return op.emitOpError(
        "align_corners and half_pixel_centers exclude each other");
  RankedTensorType input = getTensorType(op.getInput());
  std::optional<SmallVector<int64_t>> size = getConstantIndices(op.getSize());
  if (!size)
    return success();
  if (size->size() != 2 || llvm::any_of(*size, [](int64_t s) { return s < 1; }))
    return op.emitOpError("size must be two positive values");
  return verifyShape(
      op, op.getOutput(), "output",
      {input.getDimSize(0), (*size)[0], (*size)[1], input.getDimSize(3)});
}

LogicalResult ResizeBilinearOp::verify() { return verifyResize(*this); }
LogicalResult ResizeNearestNeighborOp::verify() { return verifyResize(*this); }
