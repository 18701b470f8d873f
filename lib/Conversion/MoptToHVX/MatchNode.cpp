//===- MatchNode.cpp - Which ops become kernels of Hexagon -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatchNode.h"

#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Dialect/Mopt/IR/ConvolutionOps.h"
#include "mopt/Dialect/Mopt/IR/ElementwiseOps.h"
#include "mopt/Dialect/Mopt/IR/PoolOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/IR/ReductionOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "mopt/Dialect/Mopt/Reference/QuantizedSum.h"

using namespace mlir;
using namespace mlir::mopt;

/// A vector has so many pixels; windows with more columns are rare.
static constexpr int64_t kPixels = 32;

bool mopt::isByteImage(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || type.getRank() != 4 || !type.hasStaticShape() ||
      type.getNumElements() == 0)
    return false;
  QuantParams params = getQuantParams(type);
  Type storage = getStorageElementType(type.getElementType());
  return params.isQuantized() && !params.isPerAxis() && storage.isInteger() &&
         storage.getIntOrFloatBitWidth() == 8;
}

static ArrayRef<int64_t> getShape(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// In terms of uint8.
static int32_t getZeroPoint(Value value) {
  return getByteZeroPoint(value) + kOffset;
}

static float getScale(Value value) {
  return getQuantParams(value.getType()).scale();
}

static int64_t divideFloor(int64_t a, int64_t b) {
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

SmallVector<HVXTap> mopt::makeTaps(const LayerDim &rows,
                                   const LayerDim &columns) {
  SmallVector<HVXTap> taps;
  int64_t step = rows.stride;
  for (int64_t row = 0; row < rows.taps; ++row)
    for (int64_t column = 0; column < columns.taps; ++column) {
      int64_t y = row * rows.dilation - rows.before;
      int64_t x = column * columns.dilation - columns.before;
      HVXTap tap = {row, column, 0, divideFloor(y, step), divideFloor(x, step)};
      tap.phase = (y - tap.row * step) * step + (x - tap.column * step);
      taps.push_back(tap);
    }
  return taps;
}

static std::string matchWindow(HVXNode &node) {
  Layer &layer = *node.layer;
  if (layer.batches != 1)
    return "more than one image";
  if (layer.rows.stride != layer.columns.stride || layer.rows.stride > 2)
    return "strides other than 1 or 2 for both rows and columns";
  for (int16_t weight : layer.weights.values)
    if (weight < -256 || weight > 254)
      return "weights that less their zero point do not fit two bytes";
  node.kind =
      layer.isDepthwise ? HVXNode::Kind::Depthwise : HVXNode::Kind::Convolution;
  node.step = layer.rows.stride;
  node.taps = makeTaps(layer.rows, layer.columns);
  // Vectors of rows are shifted by less than a vector.
  if (layer.isDepthwise &&
      (layer.columns.taps - 1) * layer.columns.dilation >= kPixels)
    return "windows of 32 columns and more";
  return {};
}

static std::string matchLayerNode(HVXNode &node, RequantizeMode mode) {
  std::optional<Layer> layer = matchLayer(node.op);
  if (!layer)
    return "no constant 8-bit weights, or a form that kernels do not have";
  if (layer->hasMultiplier())
    return "several results of a channel";
  node.layer = std::move(*layer);
  node.input = node.layer->input;
  node.output = node.layer->output;
  bool isRow =
      isa<FullyConnectedOp>(node.op) ||
      (node.layer->isPointwise() && node.layer->batches == 1 &&
       node.layer->rows.output == 1 && node.layer->columns.output == 1);
  if (isRow) {
    node.kind = HVXNode::Kind::Matmul;
  } else if (std::string reason = matchWindow(node); !reason.empty()) {
    return reason;
  }
  std::optional<HVXFactors> factors =
      findFactors(*node.layer, mode, /*lanes=*/isRow);
  if (!factors)
    return "scales that the kernels' integers do not reach exactly";
  node.factors = std::move(*factors);
  if (node.kind == HVXNode::Kind::Convolution)
    node.laneFactors = findFactors(*node.layer, mode, /*lanes=*/true);
  return {};
}

/// True if a sum of products of integers gives what the evaluators give for all
/// pairs of bytes.
static bool matchSum(HVXNode &node, ActivationFunction activation,
                     RequantizeMode mode) {
  QuantParams lhs = getQuantParams(node.input.getType());
  QuantParams rhs = getQuantParams(node.other.getType());
  QuantParams out = getQuantParams(node.output.getType());
  // What bytes are as uint8 is more than what they are.
  int32_t more = isUnsigned(node.output) ? 0 : kOffset;
  ClampRange<int32_t> range = *getQuantizedActivationRange(
      activation, out.scale(), static_cast<int32_t>(out.zeroPoint()),
      {-more, 255 - more});
  SumRule rule = {double(lhs.scale()) / double(out.scale()),
                  double(rhs.scale()) / double(out.scale()),
                  getZeroPoint(node.input),
                  getZeroPoint(node.other),
                  getZeroPoint(node.output),
                  {range.min + more, range.max + more}};
  HVXSum sum;
  bool isFound = false;
  if (mode == RequantizeMode::Float) {
    FloatSum evaluate(lhs, rhs, out, range);
    isFound = findSum(sum, rule, [&](int32_t a, int32_t b) {
      return evaluate(a - more, b - more, /*sign=*/1) + more;
    });
  } else {
    FixedSum evaluate(lhs, rhs, out, /*leftShift=*/20);
    isFound = findSum(sum, rule, [&](int32_t a, int32_t b) {
      return range.clamp(evaluate(a - more, b - more, /*sign=*/1)) + more;
    });
  }
  if (isFound)
    node.sum = sum;
  return isFound;
}

static std::string matchAdd(HVXNode &node, AddOp add, RequantizeMode mode) {
  node.kind = HVXNode::Kind::Add;
  node.input = add.getLhs();
  node.other = add.getRhs();
  node.output = add->getResult(0);
  for (Value value : {node.input, node.other, node.output})
    if (!isByteImage(value) || getShape(value) != getShape(node.output) ||
        isUnsigned(value) != isUnsigned(node.output))
      return "no two 8-bit images of one shape";
  if (getShape(node.output)[0] != 1)
    return "more than one image";
  if (!getFloatActivationRange(add.getFusedActivationFunction()))
    return "an activation that kernels do not fuse";
  if (matchSum(node, add.getFusedActivationFunction(), mode))
    return {};
  if (mode != RequantizeMode::Fixed)
    return "scales that the kernels' integers do not reach exactly";
  double lhs = getScale(node.input), rhs = getScale(node.other);
  double common = 2.0 * std::max(lhs, rhs);
  double last = common / (double(int64_t(1) << 20) * getScale(node.output));
  for (double factor : {lhs / common, rhs / common, last}) {
    QuantizedMultiplier multiplier = quantizeMultiplier(factor);
    if (multiplier.shift > 0 || multiplier.shift < -31)
      return "scales that the kernels' integers do not reach exactly";
    node.factors.multipliers.push_back(multiplier.multiplier);
    node.factors.shifts.push_back(-multiplier.shift);
  }
  return {};
}

std::string mopt::matchPixels(HVXNode &node, Value input, Value output) {
  node.kind = HVXNode::Kind::Mean;
  node.input = input;
  node.output = output;
  if (!isByteImage(input) || getShape(input)[0] != 1 ||
      isUnsigned(input) != isUnsigned(output))
    return "no single 8-bit image";
  if (getShape(input)[1] * getShape(input)[2] > kernel::kMaxMeanPixels)
    return "more pixels than a sum of 16 bits has room for";
  return {};
}

static std::string matchMean(HVXNode &node, MeanOp mean, RequantizeMode mode) {
  if (std::string reason =
          matchPixels(node, mean.getInput(), mean->getResult(0));
      !reason.empty())
    return reason;
  HostTensor axes = getConstantBytes(mean.getAxes());
  if (!axes ||
      !getStorageElementType(axes.getType().getElementType()).isInteger(32))
    return "axes that are no constants";
  SmallVector<int32_t> list(axes.as<int32_t>());
  for (int32_t &axis : list)
    axis += axis < 0 ? 4 : 0;
  llvm::sort(list);
  if (ArrayRef<int32_t>(list) != ArrayRef<int32_t>{1, 2})
    return "axes other than rows and columns";
  QuantParams in = getQuantParams(node.input.getType());
  QuantParams out = getQuantParams(node.output.getType());
  if (!out.isQuantized() || out.isPerAxis())
    return "a result without a scale";
  int64_t count = getShape(node.input)[1] * getShape(node.input)[2];
  HVXMean &numbers = node.mean;
  int64_t zero = getZeroPoint(node.output);
  numbers.zeroPoint = getZeroPoint(node.input);
  if (mode == RequantizeMode::Fixed) {
    // The division becomes a part of the multiplier, as in the reference
    // kernels; two roundings follow.
    QuantizedMultiplier factor =
        quantizeMultiplier(double(in.scale()) / double(out.scale()));
    int shift = std::min({int(llvm::Log2_64(count)), 32, 31 + factor.shift});
    if (shift < 0)
      return "scales that the kernels' integers do not reach exactly";
    numbers.multiplier = static_cast<int32_t>(int64_t(factor.multiplier) *
                                              (int64_t(1) << shift) / count);
    numbers.lastShift = shift - factor.shift;
    if (numbers.lastShift < 0 || numbers.lastShift > 31)
      return "scales that the kernels' integers do not reach exactly";
    numbers.nudge = int64_t(1) << 30;
    numbers.shift = 31;
    int64_t half =
        numbers.lastShift > 0 ? int64_t(1) << (numbers.lastShift - 1) : 0;
    zero <<= numbers.lastShift;
    numbers.lastNudges = {half - (half > 0 ? 1 : 0) + zero, half + zero};
    return {};
  }
  float factor = in.scale() / out.scale() / static_cast<float>(count);
  auto evaluate = [&](int32_t sum) {
    return roundAndClamp(static_cast<float>(sum) * factor,
                         static_cast<int32_t>(zero), {0, 255});
  };
  if (!findMean(numbers, factor, static_cast<int32_t>(zero),
                -count * numbers.zeroPoint, count * (255 - numbers.zeroPoint),
                evaluate))
    return "scales that the kernels' integers do not reach exactly";
  return {};
}

std::optional<HVXNode> mopt::matchHVXNode(Operation *op, RequantizeMode mode,
                                          std::string &reason) {
  HVXNode node;
  node.op = op;
  reason.clear();
  if (isa<Conv2DOp, DepthwiseConv2DOp, FullyConnectedOp>(op))
    reason = matchLayerNode(node, mode);
  else if (auto add = dyn_cast<AddOp>(op))
    reason = matchAdd(node, add, mode);
  else if (auto pool = dyn_cast<AveragePool2DOp>(op))
    reason = matchAverage(node, pool);
  else if (auto pool = dyn_cast<MaxPool2DOp>(op))
    reason = matchMaxPool(node, pool);
  else if (auto concat = dyn_cast<ConcatenationOp>(op))
    reason = matchConcat(node, concat);
  else if (auto resize = dyn_cast<ResizeBilinearOp>(op))
    reason = matchResize(node, resize);
  else if (auto mean = dyn_cast<MeanOp>(op))
    reason = matchMean(node, mean, mode);
  else
    return std::nullopt;
  if (!reason.empty())
    return std::nullopt;
  return node;
}
