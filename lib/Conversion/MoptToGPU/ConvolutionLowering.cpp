//===- ConvolutionLowering.cpp - Which convolutions have kernels ----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convolution.h"

#include "mopt/Conversion/MoptToKernel/LayerWeights.h"
#include "mopt/Dialect/Mopt/IR/ConvolutionOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// Shapes and positions
//===----------------------------------------------------------------------===//

ConvolutionShape::ConvolutionShape(const Layer &layer)
    : batches(layer.batches), rows(layer.rows), columns(layer.columns) {
  if (!layer.isPointwise())
    return;
  columns.input = columns.output = batches * rows.output * columns.output;
  rows.input = rows.output = batches = 1;
}

std::string ConvolutionShape::toName() const {
  std::string name = joinName("", batches);
  for (const LayerDim &dim : {rows, columns})
    name += joinName("", dim.input, dim.output, dim.taps, dim.stride,
                     dim.dilation, dim.before);
  return name;
}

TilePosition::TilePosition(KernelBuilder &b, Value id,
                           const ConvolutionShape &shape, int64_t channelBlocks,
                           int64_t count) {
  int64_t width = shape.columns.output;
  int64_t pixelBlocks = llvm::divideCeil(width, count);
  channelBlock = b.rem(id, channelBlocks);
  Value rest = b.div(id, channelBlocks);
  Value first = b.mul(b.rem(rest, pixelBlocks), count);
  row = b.div(rest, pixelBlocks);
  Value outputRow = b.rem(row, shape.rows.output);
  batchRow = b.mul(b.div(row, shape.rows.output), shape.rows.input);
  inputRow = b.sub(b.mul(outputRow, shape.rows.stride), shape.rows.before);
  for (int64_t i = 0; i < count; ++i) {
    Value column = b.add(first, i);
    if (width % count)
      column = b.min(column, b.index(width - 1));
    inputColumns.push_back(
        b.sub(b.mul(column, shape.columns.stride), shape.columns.before));
    pixels.push_back(b.add(b.mul(row, width), column));
  }
}

InputRow::InputRow(KernelBuilder &b, const ConvolutionShape &shape,
                   const TilePosition &at, Value tapRow) {
  Value y = b.add(at.inputRow, b.mul(tapRow, shape.rows.dilation));
  firstPixel = b.mul(b.add(at.batchRow, y), shape.columns.input);
  // Below zero is above the size without sign.
  if (shape.rows.isPadded())
    isInside = b.below(y, b.index(shape.rows.input));
}

InputPixel::InputPixel(KernelBuilder &b, const ConvolutionShape &shape,
                       const InputRow &row, Value firstColumn, Value tapColumn,
                       int64_t vectors)
    : isInside(row.isInside) {
  Value x = b.add(firstColumn, b.mul(tapColumn, shape.columns.dilation));
  firstVector = b.mul(b.add(row.firstPixel, x), vectors);
  if (shape.columns.isPadded()) {
    Value fits = b.below(x, b.index(shape.columns.input));
    isInside = isInside ? b.bitAnd(isInside, fits) : fits;
  }
  if (isInside)
    firstVector = b.select(isInside, firstVector, b.index(0));
}

namespace {

/// The loops over a window, from the outside: rows, then what reads less.
class TapLoops {
public:
  using Body = llvm::function_ref<SmallVector<Value>(Value, ArrayRef<Value>,
                                                     Value, ValueRange)>;

  TapLoops(KernelBuilder &b, const ConvolutionShape &shape,
           const TilePosition &at, int64_t steps, Value border, bool unrolls,
           Body body)
      : b(b), shape(shape), at(at), steps(steps), border(border),
        unrolls(unrolls), body(body) {}

  SmallVector<Value> emit(ValueRange sums) {
    return b.loop(shape.rows.taps, sums, [&](Value tapRow, ValueRange sums) {
      InputRow row(b, shape, at, tapRow);
      Value firstTap = b.mul(tapRow, shape.columns.taps);
      return slides() ? slide(row, firstTap, sums)
                      : readAll(row, firstTap, sums);
    });
  }

private:
  Value read(const InputPixel &pixel, Value step) {
    Value value = b.load(0, b.add(pixel.firstVector, step));
    return pixel.isInside ? b.select(pixel.isInside, value, border) : value;
  }
  InputPixel locate(const InputRow &row, Value column, Value tapColumn) {
    return InputPixel(b, shape, row, column, tapColumn, steps);
  }
  /// Whether a tile loads inputs that its pixels share once.
  bool slides() const {
    return shape.getSharedTaps() > 1 &&
           shape.columns.output % at.pixels.size() == 0;
  }

  /// Channels innermost.
  SmallVector<Value> readAll(const InputRow &row, Value firstTap,
                             ValueRange sums) {
    auto readPixels = [&](Value tapColumn, ValueRange sums) {
      SmallVector<InputPixel> pixels;
      for (Value column : at.inputColumns)
        pixels.push_back(locate(row, column, tapColumn));
      Value tap = b.add(firstTap, tapColumn);
      return b.loop(steps, sums, [&](Value step, ValueRange sums) {
        SmallVector<Value> inputs;
        for (const InputPixel &pixel : pixels)
          inputs.push_back(read(pixel, step));
        return body(tap, inputs, step, sums);
      });
    };
    return b.loop(shape.columns.taps, sums, readPixels);
  }

  /// Columns innermost: each tap reads the last pixel of the tile and has the
  /// others from the tap before.
  SmallVector<Value> slide(const InputRow &row, Value firstTap,
                           ValueRange sums) {
    ArrayRef<Value> columns = at.inputColumns;
    auto slideChannels = [&](Value step, ValueRange sums) {
      SmallVector<Value> carried(sums);
      for (Value column : columns.drop_back())
        carried.push_back(read(locate(row, column, b.index(0)), step));
      carried = loopOverColumns(carried, [&](Value tapColumn, ValueRange c) {
        SmallVector<Value> inputs(c.drop_front(sums.size()));
        inputs.push_back(read(locate(row, columns.back(), tapColumn), step));
        SmallVector<Value> next = body(b.add(firstTap, tapColumn), inputs, step,
                                       c.take_front(sums.size()));
        llvm::append_range(next, llvm::drop_begin(inputs));
        return next;
      });
      carried.resize(sums.size());
      return carried;
    };
    return b.loop(steps, sums, slideChannels);
  }

  /// The taps of a row. A few of them are no loop if the caller says so.
  SmallVector<Value> loopOverColumns(
      ValueRange inits,
      llvm::function_ref<SmallVector<Value>(Value, ValueRange)> tap) {
    constexpr int64_t mostUnrolled = 3;
    if (!unrolls || shape.columns.taps > mostUnrolled)
      return b.loop(shape.columns.taps, inits, tap);
    SmallVector<Value> carried(inits);
    for (int64_t column = 0; column < shape.columns.taps; ++column)
      carried = tap(b.index(column), carried);
    return carried;
  }

  KernelBuilder &b;
  const ConvolutionShape &shape;
  const TilePosition &at;
  int64_t steps;
  Value border;
  bool unrolls;
  Body body;
};

} // namespace

SmallVector<Value>
mopt::loopOverTaps(KernelBuilder &b, const ConvolutionShape &shape,
                   const TilePosition &at, int64_t steps, Value border,
                   bool unrolls, ArrayRef<Value> sums, TapLoops::Body body) {
  return TapLoops(b, shape, at, steps, border, unrolls, body).emit(sums);
}

DeviceTensor mopt::asRowsOf(PlanBuilder &plan, DeviceTensor tensor,
                            int64_t channels) {
  if (tensor.layout.channels == channels)
    return tensor;
  auto type = RankedTensorType::get(
      {tensor.layout.rows * tensor.layout.channels / channels, channels},
      tensor.layout.element == DeviceElement::Float
          ? Type(Float32Type::get(plan.getContext()))
          : Type(IntegerType::get(plan.getContext(), 8)));
  DeviceTensor rows{tensor.buffer, *getDeviceLayout(type)};
  if (tensor.layout.canBe(rows.layout))
    return rows;
  rows.buffer = plan.addTemporary(rows.layout.getBytes());
  plan.copy(tensor, rows, /*flips=*/false);
  return rows;
}

//===----------------------------------------------------------------------===//
// Parameters of layers of bytes
//===----------------------------------------------------------------------===//

/// What a bias and products between `least` and `most` add up to.
static ClampRange<int32_t> boundSums(int32_t bias, int64_t least,
                                     int64_t most) {
  constexpr int64_t lowest = std::numeric_limits<int32_t>::min();
  constexpr int64_t highest = std::numeric_limits<int32_t>::max();
  least += bias;
  most += bias;
  // Sums that wrap can be anything.
  if (least < lowest || most > highest)
    return {int32_t(lowest), int32_t(highest)};
  return {int32_t(least), int32_t(most)};
}

LayerRescale::LayerRescale(const Layer &layer, RequantizeMode mode) {
  QuantParams input = getQuantParams(layer.input.getType());
  QuantParams output = getQuantParams(layer.output.getType());
  QuantParams filter = getQuantParams(layer.op->getOperand(1).getType());
  zero = getByteZeroPoint(layer.output);
  ClampRange<int32_t> range = *getQuantizedActivationRange(
      layer.activation, output.scale(), zero, {-kOffset, kOffset - 1});
  low = range.min - zero;
  high = range.max - zero;
  int32_t inputZero = getByteZeroPoint(layer.input);
  border = static_cast<int32_t>(0x01010101u * static_cast<uint8_t>(inputZero));
  kind = mode == RequantizeMode::Float                 ? RescaleKind::Float
         : layer.arithmetic == FixedArithmetic::Double ? RescaleKind::Linear
                                                       : RescaleKind::Fixed;
  const Weights &w = layer.weights;
  for (int64_t channel = 0; channel < w.outputs; ++channel) {
    // Unsigned, because sums wrap.
    uint32_t sum = 0;
    // What the products can add up to, if they do not.
    int64_t least = 0, most = 0;
    for (int64_t row = 0; row < w.rows; ++row)
      for (int64_t column = 0; column < w.columns; ++column)
        for (int64_t c = 0; c < w.depth; ++c) {
          int64_t weight = w.at(channel, row, column, c);
          sum += static_cast<uint32_t>(weight);
          least += std::min(weight * -kOffset, weight * (kOffset - 1));
          most += std::max(weight * -kOffset, weight * (kOffset - 1));
        }
    biases.push_back(
        static_cast<int32_t>(static_cast<uint32_t>(layer.bias[channel]) -
                             static_cast<uint32_t>(inputZero) * sum));
    float weight = filter.scale(channel);
    float real = input.scale() * weight / output.scale();
    double exact =
        layer.roundsScaleProduct
            ? double(input.scale() * weight) / double(output.scale())
            : double(input.scale()) * double(weight) / double(output.scale());
    if (!std::isfinite(real) || !std::isfinite(exact)) {
      problem = "a factor of its scales is not finite";
      return;
    }
    switch (kind) {
    case RescaleKind::Float:
      factors.push_back(makeFloatFactor(real));
      break;
    case RescaleKind::Fixed:
      factors.push_back(makeFixedFactor(quantizeMultiplier(exact)));
      break;
    case RescaleKind::Linear: {
      std::optional<std::vector<int32_t>> factor = makeLinearFactor(
          exact, {low, high}, boundSums(biases.back(), least, most));
      if (!factor) {
        problem = "the factor " + std::to_string(exact) + " of channel " +
                  std::to_string(channel) + " has no exact form in integers";
        return;
      }
      factors.push_back(std::move(*factor));
      break;
    }
    }
  }
}

/// Vectors before those of the channels.
static constexpr int64_t kHeaderVectors = 5;
enum Header { kLow, kHigh, kZero, kBorder, kWeightZero };

int64_t LayerRescale::countVectors(RescaleKind kind, int64_t channels) {
  return kHeaderVectors + channels / 4 * (1 + getFactorWords(kind));
}

std::vector<int32_t> LayerRescale::pack(int64_t channels,
                                        int32_t weightZero) const {
  std::vector<int32_t> words;
  for (int32_t value : {low, high, zero, border, weightZero})
    words.insert(words.end(), 4, value);
  auto channelCount = static_cast<int64_t>(biases.size());
  for (int64_t group = 0; group < channels; group += 4) {
    for (int64_t c = group; c < group + 4; ++c)
      words.push_back(c < channelCount ? biases[c] : 0);
    for (unsigned i = 0; i < getFactorWords(kind); ++i)
      for (int64_t c = group; c < group + 4; ++c)
        words.push_back(c < channelCount ? factors[c][i] : 0);
  }
  return words;
}

Value LayerRescale::loadBorder(KernelBuilder &b, unsigned argument) {
  return b.load(argument, b.index(kBorder));
}

Value LayerRescale::loadWeightZero(KernelBuilder &b, unsigned argument) {
  return b.load(argument, b.index(kWeightZero));
}

LayerRescale::Group LayerRescale::load(KernelBuilder &b, RescaleKind kind,
                                       unsigned argument, Value group) {
  Group loaded;
  loaded.low = b.load(argument, b.index(kLow));
  loaded.high = b.load(argument, b.index(kHigh));
  loaded.zero = b.load(argument, b.index(kZero));
  unsigned words = getFactorWords(kind);
  Value at = b.add(b.mul(group, 1 + words), kHeaderVectors);
  loaded.bias = b.load(argument, at);
  for (unsigned i = 0; i < words; ++i)
    loaded.factor.push_back(b.load(argument, b.add(at, 1 + i)));
  return loaded;
}

Value LayerRescale::apply(KernelBuilder &b, RescaleKind kind,
                          const Group &group, Value sums) {
  Value rescaled = emitRescale(b, kind, b.add(sums, group.bias), group.factor,
                               group.low, group.high);
  return b.add(rescaled, group.zero);
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

static std::optional<std::string> refuseSizes(const Layer &layer) {
  auto output = cast<RankedTensorType>(layer.output.getType());
  if (output.getRank() == 0 ||
      output.getShape().back() != layer.weights.outputs)
    return "the last dimension of its result is not that of its weights";
  if (layer.isDepthwise && layer.columns.taps > 16)
    return "its window is wider than 16";
  return std::nullopt;
}

static std::optional<std::string> refuseConvolution(Operation *op) {
  if (std::optional<Layer> layer = matchLayer(op)) {
    if (std::optional<std::string> reason = refuseSizes(*layer))
      return reason;
    return LayerRescale(*layer, RequantizeMode::Fixed).getProblem();
  }
  if (std::optional<FloatLayer> layer = matchFloatLayer(op))
    return refuseSizes(layer->sizes);
  return "kernels compute it without groups, with constant weights, of "
         "float32, "
         "or of 8 bits with one scale for the input and one for the result";
}

static void lowerConvolution(Operation *op, PlanBuilder &plan) {
  if (std::optional<Layer> layer = matchLayer(op)) {
    (layer->isDepthwise ? lowerByteDepthwise : lowerByteConvolution)(plan,
                                                                     *layer);
    return;
  }
  FloatLayer layer = *matchFloatLayer(op);
  (layer.sizes.isDepthwise ? lowerFloatDepthwise : lowerFloatConvolution)(
      plan, layer.sizes, layer.weights, layer.bias);
}

void mopt::addConvolutionLowerings(DeviceLowerings &lowerings) {
  for (StringRef name :
       {"mopt.conv_2d", "mopt.depthwise_conv_2d", "mopt.fully_connected"})
    lowerings.try_emplace(name,
                          DeviceLowering{refuseConvolution, lowerConvolution});
}
