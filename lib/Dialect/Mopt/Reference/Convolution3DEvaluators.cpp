//===- Convolution3DEvaluators.cpp - Convolutions of volumes --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightedSum.h"
#include "mopt/Dialect/Mopt/IR/Convolution3DOps.h"

using namespace mlir;
using namespace mlir::mopt;

/// The three dimensions of either op; those of a transpose still lack padding.
template <typename OpT>
static std::array<ConvDim, 3> getDims(OpT op,
                                      const WeightedOperands &operands) {
  int64_t strides[] = {op.getStrideD(), op.getStrideH(), op.getStrideW()};
  int64_t dilations[] = {op.getDilationDFactor(), op.getDilationHFactor(),
                         op.getDilationWFactor()};
  std::array<ConvDim, 3> dims;
  for (unsigned i = 0; i < 3; ++i)
    dims[i] = {operands.input.getDim(i + 1), operands.output.getDim(i + 1),
               operands.filter.getDim(i), strides[i], dilations[i]};
  return dims;
}

static Convolution getVolumes(const WeightedOperands &operands) {
  Convolution conv;
  conv.batches = operands.input.getDim(0);
  conv.depth = conv.inputChannels = operands.input.getDim(4);
  conv.outputChannels = operands.output.getDim(4);
  SmallVector<int64_t> strides = getRowMajorStrides(operands.filter.getShape());
  conv.filterStrides = {strides[0], strides[1], strides[2]};
  return conv;
}

static LogicalResult evaluateConv3D(Conv3DOp op, EvalContext &context) {
  WeightedOperands operands(context, 0, 1, 2);
  if (!operands.isFloat())
    return emitUnsupportedTypes(op);
  Convolution conv = getVolumes(operands);
  conv.dims = getDims(op, operands);
  for (ConvDim &dim : conv.dims)
    dim.padding = getPaddingBefore(op.getPadding(), dim.input, dim.output,
                                   dim.filter, dim.stride, dim.dilation);
  conv.filterOutputStride = 1;
  conv.filterDepthStride = conv.outputChannels;
  return evaluateFloatSum(op, conv, op.getFusedActivationFunction(), operands);
}

static LogicalResult evaluateConv3DTranspose(Conv3DTransposeOp op,
                                             EvalContext &context) {
  WeightedOperands operands(context, 2, 1, 3);
  if (!operands.isFloat())
    return emitUnsupportedTypes(op);
  if (failed(checkOutputShape(op, context.input(0), operands.output)))
    return failure();
  Convolution conv = getVolumes(operands);
  conv.dims = getDims(op, operands);
  for (ConvDim &dim : conv.dims)
    dim = getTransposed(dim, op.getPadding());
  conv.filterOutputStride = conv.inputChannels;
  conv.filterDepthStride = 1;
  return evaluateFloatSum(op, conv, op.getFusedActivationFunction(), operands);
}

namespace mlir::mopt::detail {
void attachConvolution3DEvaluators(MLIRContext *context) {
  attachEvaluator<Conv3DOp, evaluateConv3D>(context);
  attachEvaluator<Conv3DTransposeOp, evaluateConv3DTranspose>(context);
}
} // namespace mlir::mopt::detail
