//===- Convolution3DOps.cpp - Verifiers of convolutions of volumes --------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/Convolution3DOps.h"

#include "VerifierUtils.h"

using namespace mlir;
using namespace mlir::mopt;

/// What both directions share: ranks and types, float32 throughout.
template <typename OpT>
static LogicalResult verifyVolumes(OpT op, int64_t outputChannels) {
  for (Value value : std::initializer_list<Value>{op.getInput(), op.getFilter(),
                                                  op.getBias()})
    if (isPresent(value) && !getTensorType(value).getElementType().isF32())
      return op.emitOpError()
             << "is defined for float32 only, got " << value.getType();
  if (failed(verifyFusedActivation(op, op.getFusedActivationFunction())) ||
      failed(verifySameStorage(op, op.getInput(), "input", op.getOutput(),
                               "output")))
    return failure();
  if (isPresent(op.getBias()) &&
      getTensorType(op.getBias()).getNumElements() != outputChannels)
    return op.emitOpError() << "bias must have " << outputChannels
                            << " elements, one per output channel, got "
                            << op.getBias().getType();
  return success();
}

template <typename OpT>
static LogicalResult verifyRanks(OpT op) {
  if (failed(verifyRank(op, op.getInput(), "input", 5)) ||
      failed(verifyRank(op, op.getFilter(), "filter", 5)) ||
      failed(verifyRank(op, op.getOutput(), "output", 5)))
    return failure();
  return success();
}

/// Depth, height and width that the convolution of `type` has.
template <typename OpT>
static FailureOr<SmallVector<int64_t>> getSizes(OpT op, RankedTensorType type) {
  RankedTensorType filter = getTensorType(op.getFilter());
  StringRef names[] = {"depth", "height", "width"};
  int64_t strides[] = {op.getStrideD(), op.getStrideH(), op.getStrideW()};
  int64_t dilations[] = {op.getDilationDFactor(), op.getDilationHFactor(),
                         op.getDilationWFactor()};
  SmallVector<int64_t> sizes;
  for (unsigned i = 0; i < 3; ++i) {
    FailureOr<int64_t> size = getWindowedSize(
        op, names[i], type.getDimSize(i + 1), filter.getDimSize(i), strides[i],
        dilations[i], op.getPadding());
    if (failed(size))
      return failure();
    sizes.push_back(*size);
  }
  return sizes;
}

LogicalResult Conv3DOp::verify() {
  if (failed(verifyRanks(*this)))
    return failure();
  RankedTensorType input = getTensorType(getInput());
  RankedTensorType filter = getTensorType(getFilter());
  if (input.getDimSize(4) != filter.getDimSize(3))
    return emitOpError() << "filter must have the input's "
                         << input.getDimSize(4) << " channels, got " << filter;
  if (failed(verifyVolumes(*this, filter.getDimSize(4))))
    return failure();
  FailureOr<SmallVector<int64_t>> sizes = getSizes(*this, input);
  if (failed(sizes))
    return failure();
  return verifyShape(*this, getOutput(), "output",
                     {input.getDimSize(0), (*sizes)[0], (*sizes)[1],
                      (*sizes)[2], filter.getDimSize(4)});
}

LogicalResult Conv3DTransposeOp::verify() {
  if (failed(verifyIndexTensor(*this, getOutputShape(), "output_shape", {32})))
    return failure();
  if (auto shape = getConstantIndices(getOutputShape()))
    if (failed(verifyShape(*this, getOutput(), "output", *shape)))
      return failure();
  if (failed(verifyRanks(*this)))
    return failure();
  RankedTensorType input = getTensorType(getInput());
  RankedTensorType filter = getTensorType(getFilter());
  RankedTensorType output = getTensorType(getOutput());
  if (input.getDimSize(4) != filter.getDimSize(4))
    return emitOpError() << "filter must have the input's "
                         << input.getDimSize(4) << " channels, got " << filter;
  if (output.getDimSize(0) != input.getDimSize(0) ||
      output.getDimSize(4) != filter.getDimSize(3))
    return emitOpError() << "output must have batch " << input.getDimSize(0)
                         << " and " << filter.getDimSize(3) << " channels, got "
                         << output;
  if (failed(verifyVolumes(*this, filter.getDimSize(3))))
    return failure();
  // The convolution of the output has the input's size.
  FailureOr<SmallVector<int64_t>> sizes = getSizes(*this, output);
  if (failed(sizes))
    return failure();
  return verifyShape(*this, getInput(), "input",
                     {input.getDimSize(0), (*sizes)[0], (*sizes)[1],
                      (*sizes)[2], input.getDimSize(4)});
}
