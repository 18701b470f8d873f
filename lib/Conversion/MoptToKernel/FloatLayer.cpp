//===- FloatLayer.cpp - Layers of floats -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FloatLayer.h"

#include "LayerConstants.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::DotKind;
using kernel::getPaddedFloatChannels;
using kernel::TileAttr;

/// Depthwise kernels unroll the columns of their window.
static constexpr int64_t kMaxDepthwiseColumns = 16;

static bool isFloatTensor(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getElementType().isF32() && type.hasStaticShape() &&
         type.getNumElements() != 0;
}

std::optional<FloatLayer> mopt::matchFloatLayer(Operation *op) {
  Value filter, bias;
  std::optional<Layer> sizes = matchLayerSizes(op, filter, bias);
  if (!sizes || !isFloatTensor(sizes->input) || !isFloatTensor(sizes->output) ||
      !isFloatTensor(filter) || !getFloatActivationRange(sizes->activation))
    return std::nullopt;
  if (sizes->isDepthwise && sizes->columns.taps > kMaxDepthwiseColumns)
    return std::nullopt;
  HostTensor weights = getLayerConstant(filter);
  if (!weights)
    return std::nullopt;
  FloatLayer layer{*sizes, weights.as<float>().vec(), {}};
  layer.bias.assign(sizes->weights.outputs, 0.0f);
  if (bias && isa<RankedTensorType>(bias.getType())) {
    HostTensor values = getLayerConstant(bias);
    if (!values || !isFloatTensor(bias) ||
        values.getNumElements() != sizes->weights.outputs)
      return std::nullopt;
    llvm::copy(values.as<float>(), layer.bias.begin());
  }
  return layer;
}

namespace {

/// The sizes of a kernel.
struct KernelSizes {
  SmallVector<int64_t> input, output, kernel, strides, dilations, padding;

  explicit KernelSizes(const Layer &layer)
      : input({layer.batches, layer.rows.input, layer.columns.input,
               layer.channels}),
        output({layer.batches, layer.rows.output, layer.columns.output,
                layer.weights.outputs}),
        kernel({layer.rows.taps, layer.columns.taps}),
        strides({layer.rows.stride, layer.columns.stride}),
        dilations({layer.rows.dilation, layer.columns.dilation}),
        padding({layer.rows.before, layer.columns.before}) {}
};

} // namespace

/// A pointwise convolution has one row of all pixels.
static void joinRows(Layer &layer) {
  LayerDim &rows = layer.rows, &columns = layer.columns;
  if (layer.isDepthwise || rows.taps != 1 || columns.taps != 1 ||
      rows.stride != 1 || columns.stride != 1 || rows.input != rows.output ||
      columns.input != columns.output || rows.before || columns.before)
    return;
  columns.input = columns.output = layer.batches * rows.output * columns.output;
  layer.batches = rows.input = rows.output = 1;
}

void mopt::lowerFloatLayer(FloatLayer &layer, const KernelTarget &target) {
  Layer &sizes = layer.sizes;
  joinRows(sizes);
  TileAttr tile = chooseFloatTile(
      layer, target, target.fuses ? DotKind::FMA : DotKind::MULADD);
  if (!tile)
    return;
  OpBuilder builder(sizes.op);
  Location loc = sizes.op->getLoc();
  LayerConstants constants(builder, sizes, tile);
  Value weights = constants.makeConstant<float>(
      builder.getF32Type(), packFloatWeights(layer, tile, sizes.channels));
  layer.bias.resize(
      getPaddedFloatChannels(tile, layer.bias.size(), sizes.isDepthwise));
  Value bias = constants.makeConstant<float>(builder.getF32Type(), layer.bias);

  ClampRange<float> range = *getFloatActivationRange(sizes.activation);
  FloatAttr min, max;
  if (range.min != std::numeric_limits<float>::lowest())
    min = builder.getF32FloatAttr(range.min);
  if (range.max != std::numeric_limits<float>::max())
    max = builder.getF32FloatAttr(range.max);

  auto type = cast<RankedTensorType>(sizes.output.getType());
  Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                        type.getElementType());
  KernelSizes kernel(sizes);
  auto make = [&](auto tag) -> Value {
    using OpT = decltype(tag);
    return OpT::create(builder, loc, type, sizes.input, weights, bias, empty,
                       kernel.input, kernel.output, kernel.kernel,
                       kernel.strides, kernel.dilations, kernel.padding, min,
                       max, tile)
        .getResult(0);
  };
  Value result = sizes.isDepthwise ? make(kernel::FloatDepthwiseConv2DOp())
                                   : make(kernel::FloatConv2DOp());
  sizes.output.replaceAllUsesWith(result);
  sizes.op->erase();
}
