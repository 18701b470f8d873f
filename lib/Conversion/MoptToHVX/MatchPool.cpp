//===- MatchPool.cpp - Pools that become kernels of Hexagon ---------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatchNode.h"
#include "mopt/Dialect/Mopt/IR/ConvolutionOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/IR/ShapeOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

using namespace mlir;
using namespace mlir::mopt;

/// A vector has so many pixels.
static constexpr int64_t kPixels = 32;

static LayerDim makeDim(Padding padding, int64_t input, int64_t output,
                        int64_t taps, int64_t stride) {
  LayerDim dim;
  dim.input = input;
  dim.output = output;
  dim.taps = taps;
  dim.stride = stride;
  dim.before = getPaddingBefore(padding, input, output, taps, stride);
  return dim;
}

/// What a result of `pool` may be, as uint8; none for activations that kernels
/// do not fuse.
template <typename PoolOp>
static std::optional<ClampRange<int32_t>> getRange(PoolOp pool) {
  QuantParams params = getQuantParams(pool.getOutput().getType());
  int32_t more = isUnsigned(pool.getOutput()) ? 0 : kOffset;
  std::optional<ClampRange<int32_t>> range = getQuantizedActivationRange(
      pool.getFusedActivationFunction(), params.scale(),
      static_cast<int32_t>(params.zeroPoint()), {-more, 255 - more});
  if (range)
    range = {range->min + more, range->max + more};
  return range;
}

/// The windows of `pool`, its clamp, and what is read and written.
template <typename PoolOp>
static std::string matchWindows(HVXNode &node, PoolOp pool) {
  node.input = pool.getInput();
  node.output = pool.getOutput();
  if (!isByteImage(node.input) || !isByteImage(node.output) ||
      isUnsigned(node.input) != isUnsigned(node.output))
    return "no 8-bit image";
  ArrayRef<int64_t> in =
      cast<RankedTensorType>(node.input.getType()).getShape();
  ArrayRef<int64_t> out =
      cast<RankedTensorType>(node.output.getType()).getShape();
  if (in[0] != 1)
    return "more than one image";
  int64_t stride = pool.getStrideH();
  if (stride != pool.getStrideW() || stride > 2)
    return "strides other than 1 or 2 for both rows and columns";
  LayerDim rows =
      makeDim(pool.getPadding(), in[1], out[1], pool.getFilterHeight(), stride);
  LayerDim columns =
      makeDim(pool.getPadding(), in[2], out[2], pool.getFilterWidth(), stride);
  if (columns.taps > kPixels)
    return "windows of more than 32 columns";
  std::optional<ClampRange<int32_t>> range = getRange(pool);
  if (!range)
    return "an activation that kernels do not fuse";
  node.range = *range;
  node.step = stride;
  node.taps = makeTaps(rows, columns);
  node.isPadded = rows.isPadded() || columns.isPadded();
  return {};
}

/// An op that reads the zero point of `value` around it, where it lies as for
/// windows with `step`.
static Operation *findPaddedReader(Value value, int64_t step) {
  auto isReader = [&](auto conv) {
    return conv.getPadding() == Padding::SAME && conv.getStrideH() == step;
  };
  for (Operation *user : value.getUsers()) {
    // What a pad is a part of may have any stride.
    bool isFound = isa<PadOp, PadV2Op>(user);
    if (auto conv = dyn_cast<Conv2DOp>(user))
      isFound = isReader(conv);
    else if (auto depthwise = dyn_cast<DepthwiseConv2DOp>(user))
      isFound = isReader(depthwise);
    if (isFound)
      return user;
  }
  return nullptr;
}

std::string mopt::matchMaxPool(HVXNode &node, MaxPool2DOp pool) {
  node.kind = HVXNode::Kind::MaxPool;
  if (std::string reason = matchWindows(node, pool); !reason.empty())
    return reason;
  // Pixels around the image are none of a window's: they are the least value.
  // Others need the zero point there.
  int32_t zero = getByteZeroPoint(node.input) + kOffset;
  if (!node.isPadded || zero == 0)
    return {};
  if (Operation *reader = findPaddedReader(node.input, node.step))
    return "a border of the least value, where " +
           reader->getName().stripDialect().str() + " reads the zero point (" +
           std::to_string(zero) + " above the least)";
  return {};
}

//===----------------------------------------------------------------------===//
// Averages
//===----------------------------------------------------------------------===//

/// The mean of `count` values with `sum`, halves away from zero.
static int64_t divideSum(int64_t sum, int64_t count) {
  int64_t half = sum > 0 ? count / 2 : -(count / 2);
  return (sum + half) / count;
}

/// Of all pixels.
static std::string matchWhole(HVXNode &node, AveragePool2DOp pool,
                              int64_t count) {
  if (std::string reason = matchPixels(node, pool.getInput(), pool.getOutput());
      !reason.empty())
    return reason;
  std::optional<ClampRange<int32_t>> range = getRange(pool);
  if (!range)
    return "an activation that kernels do not fuse";
  // Of the values themselves, whatever their zero point.
  int32_t low = isUnsigned(node.output) ? 0 : -kOffset;
  node.mean.zeroPoint = -low;
  node.mean.range = *range;
  auto evaluate = [&](int32_t sum) {
    int64_t value = divideSum(sum, count) - low;
    return static_cast<int32_t>(std::min<int64_t>(
        std::max<int64_t>(value, node.mean.range.min), node.mean.range.max));
  };
  if (!findMean(node.mean, 1.0 / static_cast<double>(count), -low, low * count,
                (low + 255) * count, evaluate))
    return "a division that the kernels' integers do not reach exactly";
  return {};
}

std::string mopt::matchAverage(HVXNode &node, AveragePool2DOp pool) {
  auto input = dyn_cast<RankedTensorType>(pool.getInput().getType());
  int64_t count =
      int64_t(pool.getFilterHeight()) * int64_t(pool.getFilterWidth());
  if (input && input.getRank() == 4 && pool.getPadding() == Padding::VALID &&
      pool.getFilterHeight() == input.getDimSize(1) &&
      pool.getFilterWidth() == input.getDimSize(2))
    return matchWhole(node, pool, count);
  node.kind = HVXNode::Kind::AveragePool;
  if (std::string reason = matchWindows(node, pool); !reason.empty())
    return reason;
  if (node.isPadded)
    return "windows of fewer pixels at the border";
  if (count > kernel::kMaxMeanPixels)
    return "more pixels than a sum of 16 bits has room for";
  int32_t zero = isUnsigned(node.output) ? 0 : kOffset;
  auto evaluate = [&](int64_t sum) {
    return static_cast<int32_t>(divideSum(sum - zero * count, count) + zero);
  };
  if (!findAverage(node.average, count, zero, evaluate))
    return "a division that the kernels' integers do not reach exactly";
  return {};
}
