//===- ShapeOps.cpp - Verifiers of shape changes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ShapeOps.h"

#include "VerifierUtils.h"
#include "llvm/ADT/SmallBitVector.h"

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

LogicalResult ReshapeOp::verify() {
  if (failed(verifySameElements(*this)))
    return failure();
  // The shape operand counts where there is one, else the attribute. The kernel
  // reads only a vector of int32; anything else makes it read the attribute.
  SmallVector<int64_t> shape(getNewShape());
  if (Value operand = getShape(); operand && isPresent(operand)) {
    RankedTensorType type = getTensorType(operand);
    if (type.getElementType().isSignlessInteger(32) && type.getRank() == 1) {
      std::optional<SmallVector<int64_t>> values = getConstantIndices(operand);
      if (!values)
        return success();
      shape = *values;
    }
  }
  RankedTensorType output = getTensorType(getOutput());
  // An old way to write the shape of a scalar.
  if (output.getRank() == 0 && shape == SmallVector<int64_t>{0})
    return success();
  bool matches = static_cast<int64_t>(shape.size()) == output.getRank();
  bool hasStretched = false;
  for (int64_t i = 0; matches && i < output.getRank(); ++i) {
    // One dimension may be left to be computed from the others.
    if (shape[i] == -1 && !std::exchange(hasStretched, true))
      continue;
    matches = shape[i] == output.getDimSize(i);
  }
  if (matches)
    return success();
  InFlightDiagnostic diag = emitOpError() << "asks for shape [";
  llvm::interleaveComma(shape, diag);
  return diag << "], but the output is " << output;
}

LogicalResult SqueezeOp::verify() {
  RankedTensorType input = getTensorType(getInput());
  int64_t rank = input.getRank();
  llvm::SmallBitVector dropped(rank);
  for (int32_t dim : getSqueezeDims()) {
    if (dim < -rank || dim >= rank)
      return emitOpError() << "dimension " << dim << " is out of range for "
                           << input;
    dropped.set(dim < 0 ? dim + rank : dim);
  }
  SmallVector<int64_t> shape;
  for (int64_t i = 0; i < rank; ++i) {
    // Without a list, every dimension of size 1 goes.
    if (getSqueezeDims().empty() ? input.getDimSize(i) != 1 : !dropped[i])
      shape.push_back(input.getDimSize(i));
    else if (input.getDimSize(i) != 1)
      return emitOpError() << "cannot drop dimension " << i << " of " << input
                           << ", whose size is not 1";
  }
  if (failed(verifySameElements(*this)))
    return failure();
  return verifyShape(*this, getOutput(), "output", shape);
}

LogicalResult ExpandDimsOp::verify() {
  if (failed(verifyIndexTensor(*this, getAxis(), "axis", {32, 64})) ||
      failed(verifySameElements(*this)))
    return failure();
  std::optional<SmallVector<int64_t>> axis = getConstantIndices(getAxis());
  if (!axis)
    return success();
  RankedTensorType input = getTensorType(getInput());
  int64_t rank = input.getRank() + 1;
  if (axis->size() != 1 || axis->front() < -rank || axis->front() >= rank)
    return emitOpError() << "axis must be one value in [-" << rank << ", "
                         << rank << ") for " << input;
  SmallVector<int64_t> shape(input.getShape());
  shape.insert(shape.begin() +
                   (axis->front() < 0 ? axis->front() + rank : axis->front()),
               1);
  return verifyShape(*this, getOutput(), "output", shape);
}

/// `paddings` is [rank, 2] without negative values.
static LogicalResult verifyPadding(Operation *op, Value input, Value paddings,
                                   Value output) {
  if (failed(verifyIndexTensor(op, paddings, "paddings", {8, 16, 32, 64})) ||
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
    if (value < 0 || value > std::numeric_limits<int32_t>::max())
      return op->emitOpError()
             << "paddings must lie in [0, 2^31), got " << value;
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
  if (failed(verifySameStorage(*this, getConstantValues(), "constant_values",
                               getOutput(), "output")))
    return failure();
  // The kernel copies the value as it is stored.
  QuantParams value = getQuantParams(getConstantValues().getType());
  QuantParams output = getQuantParams(getOutput().getType());
  if (value.scales != output.scales || value.zeroPoints != output.zeroPoints)
    return emitOpError() << "constant_values of type "
                         << getConstantValues().getType()
                         << " must have the scale and zero point of the "
                         << "output " << getOutput().getType();
  return verifyPadding(*this, getInput(), getPaddings(), getOutput());
}

LogicalResult ConcatenationOp::verify() {
  if (getInputs().empty())
    return emitOpError("needs at least one input");
  if (getFusedActivationFunction() != ActivationFunction::NONE)
    return emitOpError() << "cannot carry the activation "
                         << stringifyActivationFunction(
                                getFusedActivationFunction());
  RankedTensorType first = getTensorType(getInputs().front());
  int64_t rank = first.getRank();
  int64_t axis = getAxis();
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
static LogicalResult verifyResize(OpT op, int64_t smallest) {
  if (failed(verifyRank(op, op.getInput(), "input", 4)) ||
      failed(verifyRank(op, op.getOutput(), "output", 4)) ||
      failed(verifyRank(op, op.getSize(), "size", 1)) ||
      failed(verifyIndexTensor(op, op.getSize(), "size", {32})) ||
      failed(verifySameStorage(op, op.getInput(), "input", op.getOutput(),
                               "output")))
    return failure();
  RankedTensorType input = getTensorType(op.getInput());
  std::optional<SmallVector<int64_t>> size = getConstantIndices(op.getSize());
  if (!size)
    return success();
  if (size->size() != 2 ||
      llvm::any_of(*size, [&](int64_t value) { return value < smallest; }))
    return op.emitOpError()
           << "size must be two values of at least " << smallest;
  return verifyShape(
      op, op.getOutput(), "output",
      {input.getDimSize(0), (*size)[0], (*size)[1], input.getDimSize(3)});
}

LogicalResult ResizeBilinearOp::verify() {
  if (getAlignCorners() && getHalfPixelCenters())
    return emitOpError(
        "align_corners and half_pixel_centers exclude each other");
  return verifyResize(*this, /*smallest=*/1);
}

LogicalResult ResizeNearestNeighborOp::verify() {
  return verifyResize(*this, /*smallest=*/0);
}

//===----------------------------------------------------------------------===//
// Versions
//===----------------------------------------------------------------------===//

int32_t ResizeBilinearOp::getMinVersion() {
  return std::max(getTypeVersion(*this), getHalfPixelCenters() ? 3 : 1);
}

int32_t ResizeNearestNeighborOp::getMinVersion() {
  bool needsThree = getHalfPixelCenters() || getAlignCorners();
  return std::max(getTypeVersion(*this), needsThree ? 3 : 1);
}
