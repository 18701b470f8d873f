//===- Depthwise.cpp - Depthwise convolutions in kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An invocation computes four channels of some pixels of a row. What the
// windows of neighbours share is loaded once for each row of taps.
//
//===----------------------------------------------------------------------===//

#include "Convolution.h"

#include <map>

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// What channels of the result are computed from: a place in a four of the
/// input's channels.
struct Source {
  Value quad, place;
};

struct DepthwiseKernel {
  ConvolutionShape shape;
  /// Results of each channel.
  int64_t multiplier;
  int64_t pixels;
  /// Fours of channels that are computed, and of a row of input and output.
  int64_t quads, inputQuads, outputQuads;
  /// Of bytes: how sums become results; none for floats.
  std::optional<RescaleKind> rescale;

  bool isFloat() const { return !rescale; }
  int64_t getBlocks() const {
    return llvm::divideCeil(shape.columns.output, pixels);
  }
  std::string getName() const {
    std::string name = isFloat() ? "float_depthwise" : "byte_depthwise_";
    if (rescale)
      name += stringifyRescaleKind(*rescale);
    return name + shape.toName() +
           joinName("", multiplier, pixels, quads, inputQuads, outputQuads);
  }
  void emit(KernelBuilder &b, Value id) const;

private:
  using Values = SmallVector<Value>;
  SmallVector<Source> locate(KernelBuilder &b, Value quad) const;
  Value gather(KernelBuilder &b, ArrayRef<Source> sources,
               llvm::function_ref<Value(Value quad)> read) const;
  Values emitTapRow(KernelBuilder &b, Value quad, ArrayRef<Source> sources,
                    Value rowStart, Value isRow, Value firstColumn,
                    Value border, Value tapRow, ValueRange sums) const;
};

enum Argument { kInput, kWeights, kParameters, kOutput };

} // namespace

/// One source where all four channels of `quad` have the same.
SmallVector<Source> DepthwiseKernel::locate(KernelBuilder &b,
                                            Value quad) const {
  if (multiplier == 1)
    return {{quad, Value()}};
  SmallVector<Source> sources;
  for (int64_t i = 0, count = multiplier % 4 ? 4 : 1; i < count; ++i) {
    Value channel = b.div(b.add(b.mul(quad, 4), i), multiplier);
    sources.push_back({b.div(channel, 4), b.rem(channel, 4)});
  }
  return sources;
}

/// The inputs of four channels of the result, out of fours that `read` gives.
Value DepthwiseKernel::gather(
    KernelBuilder &b, ArrayRef<Source> sources,
    llvm::function_ref<Value(Value quad)> read) const {
  if (multiplier == 1)
    return read(sources.front().quad);
  Values parts;
  for (const Source &source : sources) {
    Value four = read(source.quad);
    parts.push_back(
        b.choose(source.place, {b.extract(four, 0), b.extract(four, 1),
                                b.extract(four, 2), b.extract(four, 3)}));
  }
  return parts.size() == 1 ? b.splat(parts.front()) : b.pack(parts);
}

DepthwiseKernel::Values
DepthwiseKernel::emitTapRow(KernelBuilder &b, Value quad,
                            ArrayRef<Source> sources, Value rowStart,
                            Value isRow, Value firstColumn, Value border,
                            Value tapRow, ValueRange sums) const {
  const LayerDim &columns = shape.columns;
  bool isChecked = columns.isPadded() || columns.output % pixels;
  // Input columns by their distance from the first one.
  std::map<int64_t, Value> inputs;
  auto read = [&](int64_t distance) {
    Value &input = inputs[distance];
    if (input)
      return input;
    Value column = b.add(firstColumn, distance), isInside = isRow;
    if (isChecked) {
      Value fits = b.below(column, b.index(columns.input));
      isInside = isInside ? b.bitAnd(isInside, fits) : fits;
    }
    Value number = b.add(rowStart, column);
    if (isInside)
      number = b.select(isInside, number, b.index(0));
    Value start = b.mul(number, inputQuads);
    input = gather(b, sources, [&](Value quad) {
      Value four = b.load(kInput, b.add(start, quad));
      if (isInside)
        four = b.select(isInside, four, border);
      return isFloat() ? four : b.unpackBytes(four);
    });
    return input;
  };
  Values next(sums);
  Value weightRow = b.add(b.mul(tapRow, columns.taps * quads), quad);
  for (int64_t tap = 0; tap < columns.taps; ++tap) {
    Value weight = b.load(kWeights, b.add(weightRow, tap * quads));
    for (int64_t pixel = 0; pixel < pixels; ++pixel) {
      Value input = read(pixel * columns.stride + tap * columns.dilation);
      next[pixel] = b.add(next[pixel], b.mul(input, weight));
    }
  }
  return next;
}

void DepthwiseKernel::emit(KernelBuilder &b, Value id) const {
  const LayerDim &rows = shape.rows, &columns = shape.columns;
  Value quad = b.rem(id, quads), rest = b.div(id, quads);
  Value first = b.mul(b.rem(rest, getBlocks()), pixels);
  Value row = b.div(rest, getBlocks());
  Value batch = b.div(row, rows.output);
  Value y = b.sub(b.mul(b.rem(row, rows.output), rows.stride), rows.before);
  Value x = b.sub(b.mul(first, columns.stride), columns.before);
  Value border = isFloat()
                     ? b.f32x4(0.0f)
                     : b.extract(LayerRescale::loadBorder(b, kParameters), 0);
  Value zero = isFloat() ? b.f32x4(0.0f) : b.i32x4(0);
  SmallVector<Source> sources = locate(b, quad);
  Values sums = b.loop(
      rows.taps, Values(pixels, zero), [&](Value tapRow, ValueRange sums) {
        Value inputRow = b.add(y, b.mul(tapRow, rows.dilation));
        Value isRow;
        if (rows.isPadded())
          isRow = b.below(inputRow, b.index(rows.input));
        Value start =
            b.mul(b.add(b.mul(batch, rows.input), inputRow), columns.input);
        return emitTapRow(b, quad, sources, start, isRow, x, border, tapRow,
                          sums);
      });

  auto store = [&](llvm::function_ref<Value(Value)> finish) {
    for (int64_t pixel = 0; pixel < pixels; ++pixel) {
      Value column = b.add(first, pixel);
      auto write = [&] {
        Value number = b.add(b.mul(row, columns.output), column);
        b.store(kOutput, b.add(b.mul(number, outputQuads), quad),
                finish(sums[pixel]));
      };
      if (columns.output % pixels)
        b.when(b.below(column, b.index(columns.output)), write);
      else
        write();
    }
  };
  if (isFloat()) {
    Value low = b.load(kParameters, b.index(0));
    Value high = b.load(kParameters, b.index(1));
    Value bias = b.load(kParameters, b.add(quad, 3));
    store([&](Value sum) { return b.clamp(b.add(sum, bias), low, high); });
  } else {
    LayerRescale::Group group =
        LayerRescale::load(b, *rescale, kParameters, quad);
    store([&](Value sum) {
      return b.packBytes(LayerRescale::apply(b, *rescale, group, sum));
    });
  }
}

/// The first number of pixels that divides a row, else the one that wastes the
/// least.
static int64_t choosePixels(const GPUProfile &profile, int64_t width) {
  int64_t best = 1, least = std::numeric_limits<int64_t>::max();
  for (int64_t pixels : profile.depthwisePixels) {
    auto computed = static_cast<int64_t>(llvm::alignTo(width, pixels));
    if (computed < least) {
      least = computed;
      best = pixels;
    }
  }
  return best;
}

/// [row][column][channel], filled with zeros.
template <typename T, typename Get>
static std::vector<T> packTaps(const Weights &w, int64_t channels, Get get) {
  std::vector<T> packed;
  for (int64_t row = 0; row < w.rows; ++row)
    for (int64_t column = 0; column < w.columns; ++column)
      for (int64_t channel = 0; channel < channels; ++channel)
        packed.push_back(channel < w.outputs ? get(channel, row, column)
                                             : T(0));
  return packed;
}

static DepthwiseKernel makeKernel(PlanBuilder &plan, const Layer &layer,
                                  const DeviceTensor &from,
                                  const DeviceTensor &to) {
  ConvolutionShape shape(layer);
  return {shape,
          layer.weights.outputs / layer.channels,
          choosePixels(plan.getProfile(), shape.columns.output),
          static_cast<int64_t>(llvm::divideCeil(layer.weights.outputs, 4)),
          from.layout.stride / 4,
          to.layout.stride / 4,
          std::nullopt};
}

static void addDispatch(PlanBuilder &plan, const DepthwiseKernel &kernel,
                        const Layer &layer, const DeviceTensor &from,
                        const DeviceTensor &to, unsigned weights,
                        unsigned parameters, int64_t parameterVectors) {
  const Weights &w = layer.weights;
  bool isFloat = kernel.isFloat();
  BufferElement vector = isFloat ? BufferElement::F32x4 : BufferElement::I32x4;
  BufferElement value = isFloat ? BufferElement::F32x4 : BufferElement::I32;
  KernelRequest request;
  request.name = kernel.getName();
  request.arguments = {
      {value, from.layout.rows * kernel.inputQuads},
      {vector, w.rows * w.columns * kernel.quads},
      {vector, parameterVectors},
      {value, to.layout.rows * kernel.outputQuads, /*isWritten=*/true}};
  request.invocations =
      kernel.quads * kernel.getBlocks() * kernel.shape.getResultRows();
  request.needsRounding = kernel.rescale == RescaleKind::Float;
  request.body = [kernel](KernelBuilder &b, Value id) { kernel.emit(b, id); };
  DeviceDispatch &dispatch =
      plan.dispatch(request, {from.buffer, weights, parameters, to.buffer});
  dispatch.macs = kernel.shape.getResultRows() * kernel.shape.columns.output *
                  w.outputs * w.rows * w.columns;
  dispatch.tile = {kernel.pixels, 4};
}

void mopt::lowerByteDepthwise(PlanBuilder &plan, const Layer &layer) {
  DeviceTensor from = plan.get(layer.input);
  DeviceTensor to = plan.define(layer.getWritten());
  DepthwiseKernel kernel = makeKernel(plan, layer, from, to);
  LayerRescale rescale(layer, plan.getMode());
  kernel.rescale = rescale.getKind();
  int64_t channels = 4 * kernel.quads;
  std::vector<int32_t> weights =
      packTaps<int32_t>(layer.weights, channels,
                        [&](int64_t channel, int64_t row, int64_t column) {
                          return layer.weights.at(channel, row, column, 0);
                        });
  addDispatch(plan, kernel, layer, from, to,
              plan.addConstant(ArrayRef<int32_t>(weights)),
              plan.addConstant(ArrayRef<int32_t>(rescale.pack(channels, 0))),
              rescale.countVectors(channels));
}

void mopt::lowerFloatDepthwise(PlanBuilder &plan, const Layer &sizes,
                               ArrayRef<float> weights, ArrayRef<float> bias) {
  DeviceTensor from = plan.get(sizes.input);
  DeviceTensor to = plan.define(sizes.output);
  DepthwiseKernel kernel = makeKernel(plan, sizes, from, to);
  const Weights &w = sizes.weights;
  std::vector<float> packed = packTaps<float>(
      w, 4 * kernel.quads, [&](int64_t channel, int64_t row, int64_t column) {
        return weights[w.getIndex(channel, row, column, 0)];
      });
  std::vector<float> parameters =
      packFloatParameters(sizes, bias, 0, 4 * kernel.quads);
  addDispatch(plan, kernel, sizes, from, to,
              plan.addConstant(ArrayRef<float>(packed)),
              plan.addConstant(ArrayRef<float>(parameters)),
              static_cast<int64_t>(parameters.size()) / 4);
}
