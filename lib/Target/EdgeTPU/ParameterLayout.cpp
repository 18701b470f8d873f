//===- ParameterLayout.cpp - How the Edge TPU keeps weights -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Channels come in groups. A group is a header and its weights:
//
//   factors   float32 a row, only with a scale for each channel
//   biases    int32 a row
//   zeros     int32 a row, 128, only with a scale for each channel
//   weights   [height][width][inputs / 4][row][4 inputs], unsigned bytes
//
// A group of a convolution is up to 64 output channels, in 64 rows where the
// layer has more than 64 channels, else in as few times 16 rows as hold them. A
// group of a depthwise convolution is four channels: a convolution of four
// inputs whose matrix is diagonal. The inputs, and the rows of the weights, are
// padded to a multiple of 4 by the zero point of the weights; the rest is zero.
//
//===----------------------------------------------------------------------===//

#include "mopt/Target/EdgeTPU/ParameterLayout.h"

#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Dialect/Mopt/IR/LSTMOperands.h"
#include "mopt/Dialect/Mopt/IR/MoptOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::mopt;

/// Parameters are loaded in lines of this many bytes.
static constexpr int64_t kLine = 64;
static constexpr int64_t kGroup = 64;
static constexpr int64_t kRows = 16;
static constexpr int64_t kQuad = 4;

namespace {

/// A layer of weights as the chip sees it.
struct Layer {
  Value input, filter, bias, output;
  bool isDepthwise = false;
  int64_t outputs = 0, height = 1, width = 1, inputs = 0;
  QuantParams params;
  /// Why the order of the bytes is not known; empty if it is.
  StringRef unknown;

  bool hasFactors() const { return params.isPerAxis(); }
  /// Header arrays.
  int64_t getArrays() const { return hasFactors() ? 3 : 1; }
  int64_t getGroup() const { return isDepthwise ? kQuad : kGroup; }
  int64_t getPaddedInputs() const {
    return isDepthwise ? kQuad : llvm::alignTo(inputs, kQuad);
  }
  /// Rows of every group.
  int64_t getRows() const {
    if (isDepthwise)
      return kQuad;
    return outputs > kGroup ? kGroup : llvm::alignTo(outputs, kRows);
  }
  int64_t getGroups() const { return llvm::divideCeil(outputs, getGroup()); }
  int64_t getHeaderBytes() const { return getArrays() * getRows() * 4; }
  int64_t getGroupBytes() const {
    return getHeaderBytes() + getRows() * height * width * getPaddedInputs();
  }
  int64_t getBytes() const {
    return llvm::alignTo(getGroups() * getGroupBytes(), kLine);
  }
};

} // namespace

static Value getBias(Operation *op, unsigned index) {
  if (index >= op->getNumOperands() ||
      isa<NoneType>(op->getOperand(index).getType()))
    return {};
  return op->getOperand(index);
}

static std::optional<Layer> getLayer(Operation *op) {
  if (!isa<Conv2DOp, DepthwiseConv2DOp, FullyConnectedOp, TransposeConvOp>(op))
    return std::nullopt;
  Layer layer;
  bool isTransposed = isa<TransposeConvOp>(op);
  layer.input = op->getOperand(isTransposed ? 2 : 0);
  layer.filter = op->getOperand(1);
  layer.bias = getBias(op, isTransposed ? 3 : 2);
  layer.output = op->getResult(0);
  layer.params = getQuantParams(layer.filter.getType());
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(layer.filter.getType()).getShape();
  layer.outputs = shape.front();
  layer.inputs = shape.back();
  if (!isa<FullyConnectedOp>(op)) {
    layer.height = shape[1];
    layer.width = shape[2];
  }
  if (auto depthwise = dyn_cast<DepthwiseConv2DOp>(op)) {
    layer.isDepthwise = true;
    layer.outputs = shape.back();
    if (depthwise.getDepthMultiplier() != 1)
      layer.unknown = "a depth multiplier";
  } else if (isTransposed) {
    layer.unknown = "a transposed convolution";
  } else if (isa<Conv2DOp>(op) &&
             layer.inputs !=
                 cast<RankedTensorType>(layer.input.getType()).getShape()[3]) {
    layer.unknown = "a grouped convolution";
  }
  return layer;
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

/// Gates are fully connected layers of input and state. Around them stand
/// matrices of zeros and ones that pick elements out of tensors. Their sum is
/// known of one package, with 28 inputs and 20 cells; how it grows is assumed.
static EdgeTPUParameters getLSTMParameters(UnidirectionalSequenceLSTMOp op) {
  constexpr double pickedPerGateByte = 27712.0 / 6656.0;
  EdgeTPUParameters parameters;
  parameters.isExact = false;
  for (const LSTMLayer &layer : getLSTMLayers(op)) {
    int64_t gates = 0;
    for (LSTMGate gate : kLSTMGates) {
      if (!layer.has(lstm::inputWeights(gate)))
        continue;
      Layer product;
      product.outputs = layer.cells;
      product.inputs =
          layer.getType(lstm::inputWeights(gate)).getShape().back() +
          layer.getType(lstm::recurrentWeights(gate)).getShape().back();
      gates += product.getBytes();
    }
    parameters.cached += llvm::alignTo(
        gates + static_cast<int64_t>(gates * pickedPerGateByte), kLine);
  }
  // What the result holds before the first step.
  parameters.streamed = llvm::alignTo(
      cast<RankedTensorType>(op->getResult(0).getType()).getNumElements(),
      kLine);
  return parameters;
}

/// A table of three lines for four elements each; one line for the sum where
/// more than one tile has a part of it.
static EdgeTPUParameters getSoftmaxParameters(SoftmaxOp op) {
  int64_t elements =
      cast<RankedTensorType>(op.getInput().getType()).getNumElements();
  EdgeTPUParameters parameters;
  parameters.cached = 3 * kLine * llvm::divideCeil(elements, kQuad);
  if (elements > kGroup)
    parameters.cached += kLine;
  return parameters;
}

EdgeTPUParameters mopt::getEdgeTPUParameters(Operation *op) {
  EdgeTPUParameters parameters;
  if (std::optional<Layer> layer = getLayer(op)) {
    parameters.cached = layer->getBytes();
    parameters.isExact = layer->unknown.empty();
    return parameters;
  }
  if (auto softmax = dyn_cast<SoftmaxOp>(op))
    return getSoftmaxParameters(softmax);
  if (auto lstm = dyn_cast<UnidirectionalSequenceLSTMOp>(op))
    return getLSTMParameters(lstm);
  // Constants among the activations, whose layout is not known.
  if (auto quantizable = dyn_cast<QuantizableOp>(op))
    for (OpOperand &operand : op->getOpOperands())
      if (operand.get().getDefiningOp<ConstOp>() &&
          quantizable.getQuantSpec().getRole(operand.getOperandNumber()) ==
              OperandRole::Activation) {
        auto type = cast<RankedTensorType>(operand.get().getType());
        parameters.cached += llvm::alignTo(type.getNumElements(), kLine);
        parameters.isExact = false;
      }
  return parameters;
}

//===----------------------------------------------------------------------===//
// Bytes
//===----------------------------------------------------------------------===//

namespace {

/// Constants of a layer.
struct LayerData {
  ConstBytes weights;
  std::optional<ConstBytes> biases;
  /// Turns stored bytes into unsigned ones.
  uint8_t flip = 0;
  /// Zero point of the unsigned weights.
  uint8_t zero = 0;
};

} // namespace

static llvm::Error refuse(Operation *op, const Twine &why) {
  StringRef name = op->getNumResults() ? getTensorName(op->getResult(0)) : "";
  return llvm::createStringError("layer '" + name + "': " + why);
}

static llvm::Expected<LayerData> readData(Operation *op, const Layer &layer) {
  if (!layer.unknown.empty())
    return refuse(op,
                  "the layout of parameters is not known for " + layer.unknown);
  auto filter = layer.filter.getDefiningOp<ConstOp>();
  std::optional<ConstBytes> weights =
      filter ? ConstBytes::read(filter) : std::nullopt;
  auto type = cast<RankedTensorType>(layer.filter.getType());
  Type storage = getStorageElementType(type.getElementType());
  if (!weights || !layer.params.isQuantized() ||
      storage.getIntOrFloatBitWidth() != 8)
    return refuse(op, "the weights are no constant of 8 bits");
  LayerData data{*weights, std::nullopt};
  data.flip = storage.isUnsignedInteger() ? 0 : 0x80;
  if (layer.hasFactors() &&
      llvm::any_of(layer.params.zeroPoints, [](int64_t z) { return z != 0; }))
    return refuse(op, "the zero points of the weights are not 0");
  data.zero = static_cast<uint8_t>(layer.params.zeroPoint()) ^ data.flip;
  if (!layer.bias)
    return data;
  auto bias = layer.bias.getDefiningOp<ConstOp>();
  data.biases = bias ? ConstBytes::read(bias) : std::nullopt;
  if (!data.biases ||
      data.biases->bytes().size() != size_t(layer.outputs) * sizeof(int32_t))
    return refuse(op, "the biases are no constant of 32 bits");
  return data;
}

static void putInt32(uint8_t *at, uint32_t value) {
  llvm::support::endian::write32le(at, value);
}

static int64_t getBiasArray(const Layer &layer) {
  return layer.hasFactors() ? layer.getRows() * 4 : 0;
}

static void encodeHeader(const Layer &layer, const LayerData &data,
                         ArrayRef<float> factors, int64_t first,
                         uint8_t *group) {
  int64_t rows = layer.getRows(), biases = getBiasArray(layer);
  int64_t count = std::min(layer.outputs - first, layer.getGroup());
  if (!layer.hasFactors())
    std::fill_n(group, layer.getHeaderBytes(), 0);
  for (int64_t row = 0; row < count; ++row) {
    int32_t bias = data.biases ? data.biases->as<int32_t>()[first + row] : 0;
    putInt32(group + biases + row * 4, bias);
    if (!layer.hasFactors())
      continue;
    putInt32(group + row * 4, llvm::bit_cast<uint32_t>(factors[first + row]));
    putInt32(group + 2 * rows * 4 + row * 4, 128);
  }
}

/// The weight of channel `output`, or the zero point where there is none.
static uint8_t getWeight(const Layer &layer, const LayerData &data,
                         int64_t output, int64_t place, int64_t input) {
  if (output >= layer.outputs)
    return data.zero;
  ArrayRef<uint8_t> weights = data.weights.as<uint8_t>();
  if (layer.isDepthwise)
    return output % kQuad == input
               ? weights[place * layer.outputs + output] ^ data.flip
               : data.zero;
  if (input >= layer.inputs)
    return data.zero;
  int64_t places = layer.height * layer.width;
  return weights[(output * places + place) * layer.inputs + input] ^ data.flip;
}

static void encodeWeights(const Layer &layer, const LayerData &data,
                          int64_t first, uint8_t *out) {
  int64_t quads = layer.getPaddedInputs() / kQuad;
  int64_t padded = llvm::alignTo(layer.outputs, kQuad);
  for (int64_t place = 0; place < layer.height * layer.width; ++place)
    for (int64_t quad = 0; quad < quads; ++quad)
      for (int64_t row = 0; row < layer.getRows(); ++row)
        for (int64_t i = 0; i < kQuad; ++i)
          *out++ = first + row < padded ? getWeight(layer, data, first + row,
                                                    place, quad * kQuad + i)
                                        : 0;
}

bool mopt::hasEdgeTPUWeights(Operation *op) { return getLayer(op).has_value(); }

std::vector<float> mopt::getEdgeTPUFactors(Operation *op) {
  std::optional<Layer> layer = getLayer(op);
  if (!layer || !layer->hasFactors())
    return {};
  float in = getQuantParams(layer->input.getType()).scale();
  float out = getQuantParams(layer->output.getType()).scale();
  std::vector<float> factors;
  for (int64_t channel = 0; channel < layer->outputs; ++channel)
    factors.push_back(in * layer->params.scale(channel) / out);
  return factors;
}

int64_t mopt::getEdgeTPUFactorOffset(Operation *op, int64_t channel) {
  Layer layer = *getLayer(op);
  return channel / layer.getGroup() * layer.getGroupBytes() +
         channel % layer.getGroup() * 4;
}

llvm::Error mopt::encodeEdgeTPUParameters(Operation *op,
                                          MutableArrayRef<uint8_t> bytes) {
  std::optional<Layer> layer = getLayer(op);
  if (!layer)
    return refuse(op, "has no weights");
  llvm::Expected<LayerData> data = readData(op, *layer);
  if (!data)
    return data.takeError();
  if (static_cast<int64_t>(bytes.size()) != layer->getBytes())
    return refuse(op, "takes " + Twine(layer->getBytes()) + " bytes, not " +
                          Twine(bytes.size()));
  std::vector<float> factors = getEdgeTPUFactors(op);
  uint8_t *group = bytes.data();
  for (int64_t i = 0; i < layer->getGroups(); ++i) {
    int64_t first = i * layer->getGroup();
    encodeHeader(*layer, *data, factors, first, group);
    encodeWeights(*layer, *data, first, group + layer->getHeaderBytes());
    group += layer->getGroupBytes();
  }
  std::fill(group, bytes.data() + bytes.size(), 0);
  return llvm::Error::success();
}
