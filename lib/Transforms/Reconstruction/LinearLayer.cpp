//===- LinearLayer.cpp - An op as products of matrices -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinearLayer.h"
#include "../Quantization/StoredWeights.h"
#include "mopt/Dialect/Mopt/IR/MoptOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Transforms/Quantization/Plan.h"

#include <numeric>

using namespace mlir;
using namespace mlir::mopt;

/// Elements of a panel (8 MB): neighbouring rows of larger maps say nearly the
/// same.
static constexpr int64_t kPanelElements = int64_t(1) << 21;

static constexpr unsigned kWeightIndex = 1;

template <typename ConvOp>
void LinearLayer::readWindows(ConvOp op, LinearLayer &layer) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  auto output = cast<RankedTensorType>(op.getOutput().getType());
  auto filter = cast<RankedTensorType>(op.getFilter().getType());
  layer.batches = output.getDimSize(0);
  layer.inputChannels = input.getDimSize(3);
  auto read = [&](unsigned axis, int64_t stride, int64_t dilation) {
    Window window{input.getDimSize(axis),
                  output.getDimSize(axis),
                  filter.getDimSize(axis),
                  stride,
                  dilation,
                  /*padding=*/0};
    window.padding =
        getPaddingBefore(op.getPadding(), window.input, window.output,
                         window.taps, stride, dilation);
    return window;
  };
  layer.vertical = read(1, op.getStrideH(), op.getDilationHFactor());
  layer.horizontal = read(2, op.getStrideW(), op.getDilationWFactor());
}

/// Outputs and inputs are those of a convolution, the other way round.
void LinearLayer::readWindows(TransposeConvOp op, LinearLayer &layer) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  auto output = cast<RankedTensorType>(op.getOutput().getType());
  auto filter = cast<RankedTensorType>(op.getFilter().getType());
  layer.batches = output.getDimSize(0);
  layer.inputChannels = input.getDimSize(3);
  auto read = [&](unsigned axis, int64_t stride) {
    Window window;
    window.input = input.getDimSize(axis);
    window.output = output.getDimSize(axis);
    window.taps = filter.getDimSize(axis);
    window.stride = stride;
    window.padding =
        getPaddingBefore(op.getPadding(), window.output, window.input,
                         window.taps, stride, /*dilation=*/1);
    window.transposed = true;
    return window;
  };
  layer.vertical = read(1, op.getStrideH());
  layer.horizontal = read(2, op.getStrideW());
}

int64_t LinearLayer::Window::getInput(int64_t position, int64_t tap) const {
  int64_t at = position * stride - padding + tap * dilation;
  if (transposed) {
    at = position + padding - tap;
    if (at % stride != 0)
      return -1;
    at /= stride;
  }
  return at < input ? at : -1;
}

std::optional<LinearLayer>
LinearLayer::match(Operation *op, std::string &reason, bool transposes) {
  reason.clear();
  bool isTransposed = transposes && isa<TransposeConvOp>(op);
  if (!isTransposed &&
      !isa<Conv2DOp, DepthwiseConv2DOp, FullyConnectedOp>(op)) {
    if (!mopt::getWeights(op).empty())
      reason = "layers of this kind are not reconstructed";
    return std::nullopt;
  }
  reason = getReasonToKeepFloat(op->getOperand(kWeightIndex));
  if (!reason.empty())
    return std::nullopt;
  auto isStatic = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.getElementType().isF32() && tensor.hasStaticShape();
  };
  LinearLayer layer;
  layer.op = op;
  if (isTransposed) {
    layer.inputIndex = 2;
    layer.biasIndex = 3;
  }
  if (!isStatic(layer.getInput().getType()) ||
      !isStatic(op->getResult(0).getType())) {
    reason = "its input or result is not float32 of known shape";
    return std::nullopt;
  }
  if (op->getNumOperands() > layer.biasIndex &&
      !isa<NoneType>(op->getOperand(layer.biasIndex).getType()))
    if (!getReasonToKeepFloat(op->getOperand(layer.biasIndex)).empty()) {
      reason = "its bias is not a float32 constant";
      return std::nullopt;
    }
  auto filter = cast<RankedTensorType>(op->getOperand(kWeightIndex).getType());
  if (auto conv = dyn_cast<Conv2DOp>(op)) {
    readWindows(conv, layer);
    layer.shape.groups = layer.inputChannels / filter.getDimSize(3);
    layer.shape.inputs =
        filter.getDimSize(1) * filter.getDimSize(2) * filter.getDimSize(3);
    layer.shape.outputs = filter.getDimSize(0) / layer.shape.groups;
  } else if (auto conv = dyn_cast<DepthwiseConv2DOp>(op)) {
    readWindows(conv, layer);
    layer.depthwise = true;
    layer.shape.groups = layer.inputChannels;
    layer.shape.inputs = filter.getDimSize(1) * filter.getDimSize(2);
    layer.shape.outputs = filter.getDimSize(3) / layer.inputChannels;
  } else if (auto conv = dyn_cast<TransposeConvOp>(op)) {
    readWindows(conv, layer);
    layer.shape.inputs =
        filter.getDimSize(1) * filter.getDimSize(2) * filter.getDimSize(3);
    layer.shape.outputs = filter.getDimSize(0);
  } else {
    auto product = cast<FullyConnectedOp>(op);
    if (product.getWeightsFormat() != WeightsFormat::DEFAULT) {
      reason = "its weights are shuffled";
      return std::nullopt;
    }
    layer.shape.inputs = filter.getDimSize(1);
    layer.shape.outputs = filter.getDimSize(0);
    layer.batches =
        cast<RankedTensorType>(op->getResult(0).getType()).getNumElements() /
        layer.shape.outputs;
  }
  return layer;
}

int64_t LinearLayer::getRowStep() const {
  int64_t rows = batches * vertical.output * horizontal.output;
  int64_t columns = shape.groups * llvm::alignTo(shape.inputs + shape.outputs,
                                                 RowPanel::kStrip);
  int64_t most = std::max<int64_t>(1, kPanelElements / columns);
  int64_t step = llvm::divideCeil(rows, most);
  // Every column of the map must have its turn.
  while (std::gcd(step, horizontal.output) != 1)
    ++step;
  return step;
}

int64_t LinearLayer::getSampledRows() const {
  return llvm::divideCeil(batches * vertical.output * horizontal.output,
                          getRowStep());
}

RowPanel LinearLayer::gather(ArrayRef<float> input,
                             ArrayRef<float> target) const {
  RowPanel panel(shape, getSampledRows());
  int64_t step = getRowStep();
  // Channels that one row of a group reads at each tap.
  int64_t channels = shape.inputs / (vertical.taps * horizontal.taps);
  if (isa<FullyConnectedOp>(op))
    channels = shape.inputs;
  int64_t allChannels = isa<FullyConnectedOp>(op) ? channels : inputChannels;
  for (int64_t row = 0; row < panel.getRows(); ++row) {
    int64_t position = row * step;
    int64_t x = position % horizontal.output;
    int64_t y = position / horizontal.output % vertical.output;
    int64_t batch = position / (horizontal.output * vertical.output);
    for (int64_t ky = 0; ky < vertical.taps; ++ky) {
      int64_t inY = vertical.getInput(y, ky);
      if (inY < 0)
        continue;
      for (int64_t kx = 0; kx < horizontal.taps; ++kx) {
        int64_t inX = horizontal.getInput(x, kx);
        if (inX < 0)
          continue;
        const float *pixel =
            input.data() +
            ((batch * vertical.input + inY) * horizontal.input + inX) *
                allChannels;
        int64_t column = (ky * horizontal.taps + kx) * channels;
        if (channels == 1) {
          for (int64_t group = 0; group < shape.groups; ++group)
            panel.set(group, row, column, pixel[group]);
          continue;
        }
        for (int64_t group = 0; group < shape.groups; ++group)
          panel.set(group, row, column, pixel + group * channels, channels);
      }
    }
    const float *wanted = target.data() + position * shape.getWeightRows();
    for (int64_t group = 0; group < shape.groups; ++group)
      panel.set(group, row, shape.inputs, wanted + group * shape.outputs,
                shape.outputs);
  }
  return panel;
}

ConstOp LinearLayer::getWeightConstant() const {
  return getConstant(op->getOperand(kWeightIndex));
}

std::vector<float> LinearLayer::getWeights() const {
  ArrayRef<float> values = ConstBytes::read(getWeightConstant())->as<float>();
  std::vector<float> rows(values);
  if (depthwise)
    for (int64_t row = 0, count = shape.getWeightRows(); row < count; ++row)
      for (int64_t i = 0; i < shape.inputs; ++i)
        rows[row * shape.inputs + i] = values[i * count + row];
  return rows;
}

std::vector<float> LinearLayer::getBias() const {
  if (op->getNumOperands() > biasIndex)
    if (ConstOp bias = getConstant(op->getOperand(biasIndex)))
      return std::vector<float>(ConstBytes::read(bias)->as<float>());
  return std::vector<float>(shape.getWeightRows());
}

void LinearLayer::setWeightValues(const std::vector<float> &rows) {
  ConstOp original = getWeightConstant();
  std::vector<float> values = toConstantOrder(ArrayRef<float>(rows));
  AsmResourceBlob blob = allocateConstBlob(values.size() * sizeof(float));
  std::memcpy(blob.getMutableData().data(), values.data(),
              values.size() * sizeof(float));
  OpBuilder builder(original);
  setWeights(createConst(builder, original.getLoc(),
                         cast<RankedTensorType>(original.getType()),
                         std::move(blob), getTensorInfo(original.getResult()))
                 .getResult());
}

void LinearLayer::setWeights(Value value) {
  op->setOperand(kWeightIndex, value);
}

void LinearLayer::setBias(ArrayRef<float> bias) {
  AsmResourceBlob blob = allocateConstBlob(bias.size() * sizeof(float));
  std::memcpy(blob.getMutableData().data(), bias.data(),
              bias.size() * sizeof(float));
  OpBuilder builder(op);
  TensorAttr info;
  ConstOp old = op->getNumOperands() > biasIndex
                    ? getConstant(op->getOperand(biasIndex))
                    : ConstOp();
  if (old)
    info = getTensorInfo(old.getResult());
  else if (StringRef name = getTensorName(getResult()); !name.empty())
    info = withName(op->getContext(), {}, name + "_bias");
  Value value =
      createConst(builder, op->getLoc(),
                  RankedTensorType::get({static_cast<int64_t>(bias.size())},
                                        builder.getF32Type()),
                  std::move(blob), info)
          .getResult();
  if (op->getNumOperands() > biasIndex)
    op->setOperand(biasIndex, value);
  else
    op->insertOperands(biasIndex, value);
}
