//===- MatchLayer.cpp - Which ops are layers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Strategy.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Dialect/Mopt/IR/ConvolutionOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/IR/ShapeOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"

using namespace mlir;
using namespace mlir::mopt;

static RankedTensorType getTensor(Value value) {
  return dyn_cast<RankedTensorType>(value.getType());
}

static Type getStorage(Value value) {
  return getStorageElementType(getTensor(value).getElementType());
}

bool mopt::isUnsigned(Value value) {
  return getStorage(value).isUnsignedInteger();
}

int32_t mopt::getByteZeroPoint(Value value) {
  int64_t zeroPoint = getQuantParams(value.getType()).zeroPoint();
  return static_cast<int32_t>(zeroPoint - (isUnsigned(value) ? kOffset : 0));
}

/// True for 8-bit tensors of a static shape with one scale.
static bool isByteActivation(Value value) {
  RankedTensorType type = getTensor(value);
  if (!type || !type.hasStaticShape() || type.getNumElements() == 0)
    return false;
  QuantParams params = getQuantParams(type);
  Type storage = getStorage(value);
  return params.isQuantized() && !params.isPerAxis() && storage.isInteger() &&
         storage.getIntOrFloatBitWidth() == 8;
}

/// The operands that all forms have; false if a kernel cannot take them.
static bool matchOperands(Layer &layer, Value filter, Value biasValue) {
  if (!isByteActivation(layer.input) || !isByteActivation(layer.output) ||
      isUnsigned(layer.input) != isUnsigned(layer.output) ||
      !getFloatActivationRange(layer.activation))
    return false;
  HostTensor tensor = getConstantBytes(filter);
  if (!tensor || !getQuantParams(filter.getType()).isQuantized())
    return false;
  Type storage = getStorage(filter);
  unsigned width = storage.getIntOrFloatBitWidth();
  if (!storage.isInteger() || width > 8 ||
      isUnsigned(filter) != isUnsigned(layer.input))
    return false;
  // Weights per axis are symmetric: the first zero point serves for all.
  auto zeroPoint =
      static_cast<int16_t>(getQuantParams(filter.getType()).zeroPoint());
  auto center = [&](auto elements) {
    for (int16_t element : elements)
      layer.weights.values.push_back(element - zeroPoint);
  };
  if (width < 8)
    center(ArrayRef<int8_t>(unpackSubByte(tensor)));
  else
    dispatchStorage<int8_t, uint8_t>(
        storage, [&](auto zero) { center(tensor.as<decltype(zero)>()); });

  layer.bias.assign(layer.weights.outputs, 0);
  if (!biasValue || !getTensor(biasValue))
    return true;
  HostTensor bias = getConstantBytes(biasValue);
  return bias && bias.getNumElements() == layer.weights.outputs &&
         dispatchStorage<int32_t, int64_t>(
             getStorage(biasValue), [&](auto zero) {
               llvm::transform(
                   bias.as<decltype(zero)>(), layer.bias.begin(),
                   [](auto value) { return static_cast<int32_t>(value); });
             });
}

/// The window of a convolution of rank 4 whose filter has the sizes `taps`.
template <typename ConvOp>
static std::optional<Layer> matchWindow(ConvOp op, ArrayRef<int64_t> filter) {
  RankedTensorType input = getTensor(op.getInput());
  RankedTensorType output = getTensor(op.getOutput());
  if (!input || !output || input.getRank() != 4 || output.getRank() != 4 ||
      filter.size() != 4)
    return std::nullopt;
  Layer layer(op, op.getInput(), op.getOutput(),
              op.getFusedActivationFunction());
  layer.batches = input.getDimSize(0);
  layer.channels = input.getDimSize(3);
  layer.rows = {input.getDimSize(1), output.getDimSize(1), filter[1],
                op.getStrideH(), op.getDilationHFactor()};
  layer.columns = {input.getDimSize(2), output.getDimSize(2), filter[2],
                   op.getStrideW(), op.getDilationWFactor()};
  for (LayerDim *dim : {&layer.rows, &layer.columns})
    dim->before = getPaddingBefore(op.getPadding(), dim->input, dim->output,
                                   dim->taps, dim->stride, dim->dilation);
  layer.roundsScaleProduct = isUnsigned(op.getInput());
  return layer;
}

/// Makes the border that a pad op before the layer adds a part of the layer's.
static void absorbPad(Layer &layer) {
  auto pad = layer.input.getDefiningOp<PadOp>();
  if (!pad || getTensor(layer.input).getRank() != 4 ||
      !isByteActivation(pad.getInput()) ||
      getTensor(pad.getInput()).getElementType() !=
          getTensor(layer.input).getElementType())
    return;
  HostTensor tensor = getConstantBytes(pad.getPaddings());
  SmallVector<int64_t> paddings;
  if (!tensor || tensor.getNumElements() != 8 ||
      !dispatchStorage<int32_t, int64_t>(
          getStorage(pad.getPaddings()), [&](auto zero) {
            llvm::append_range(paddings, tensor.as<decltype(zero)>());
          }))
    return;
  // Of batches and of channels there is no border.
  if (llvm::any_of(paddings, [](int64_t size) { return size < 0; }) ||
      paddings[0] || paddings[1] || paddings[6] || paddings[7])
    return;
  layer.input = pad.getInput();
  layer.rows.before += paddings[2];
  layer.rows.input -= paddings[2] + paddings[3];
  layer.columns.before += paddings[4];
  layer.columns.input -= paddings[4] + paddings[5];
}

int64_t Layer::getSlack() const {
  int64_t step = kernel::getDepth(dot);
  if (isDepthwise)
    return kVectorBytes * step / 4;
  kernel::WindowSteps window = getWindowSteps(*this);
  if (window.joinsRests)
    return kernel::getRestSlack(channels, columns.stride);
  return llvm::alignTo(window.length, step) - window.length;
}

std::optional<Layer> mopt::matchLayerSizes(Operation *op, Value &filter,
                                           Value &bias) {
  auto getFilterShape = [](Value filter) -> ArrayRef<int64_t> {
    RankedTensorType type = getTensor(filter);
    return type && type.hasStaticShape() ? type.getShape()
                                         : ArrayRef<int64_t>();
  };
  std::optional<Layer> layer;
  if (auto conv = dyn_cast<Conv2DOp>(op)) {
    ArrayRef<int64_t> shape = getFilterShape(filter = conv.getFilter());
    bias = conv.getBias();
    layer = matchWindow(conv, shape);
    // Groups read parts of the channels.
    if (!layer || shape[3] != layer->channels)
      return std::nullopt;
    layer->weights = {shape[0],
                      shape[1],
                      shape[2],
                      shape[3],
                      {},
                      shape[1] * shape[2] * shape[3],
                      shape[2] * shape[3],
                      shape[3],
                      1};
  } else if (auto conv = dyn_cast<DepthwiseConv2DOp>(op)) {
    ArrayRef<int64_t> shape = getFilterShape(filter = conv.getFilter());
    bias = conv.getBias();
    layer = matchWindow(conv, shape);
    // Of one input channel it is a convolution like others.
    if (!layer || layer->channels == 0 || shape[3] % layer->channels != 0)
      return std::nullopt;
    layer->isDepthwise = layer->channels != 1;
    layer->weights = {
        shape[3], shape[1], shape[2], 1, {}, 1, shape[2] * shape[3],
        shape[3], 0};
  } else if (auto product = dyn_cast<FullyConnectedOp>(op)) {
    ArrayRef<int64_t> shape = getFilterShape(filter = product.getFilter());
    bias = product.getBias();
    RankedTensorType input = getTensor(product.getInput());
    if (product.getWeightsFormat() != WeightsFormat::DEFAULT ||
        shape.size() != 2 || shape[1] == 0 || !input.hasStaticShape())
      return std::nullopt;
    layer.emplace(op, product.getInput(), product.getOutput(),
                  product.getFusedActivationFunction());
    layer->channels = shape[1];
    layer->columns.input = layer->columns.output =
        input.getNumElements() / shape[1];
    layer->arithmetic = FixedArithmetic::Double;
    layer->weights = {shape[0], 1, 1, shape[1], {}, shape[1], 0, 0, 1};
  }
  return layer;
}

std::optional<Layer> mopt::matchLayer(Operation *op) {
  Value filter, bias;
  std::optional<Layer> layer = matchLayerSizes(op, filter, bias);
  if (!layer || !matchOperands(*layer, filter, bias))
    return std::nullopt;
  absorbPad(*layer);
  return layer;
}
