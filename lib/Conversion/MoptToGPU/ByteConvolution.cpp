//===- ByteConvolution.cpp - Convolutions of bytes in kernels -------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// An invocation computes a tile of pixels times channels. It loads up to 16
// bytes of each pixel and the weights of all its channels for them at once:
// what counts is how many products there are for each load.
//
//===----------------------------------------------------------------------===//

#include "Convolution.h"
#include "FusedAdd.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// Sizes that the code depends on.
struct ByteKernel {
  ConvolutionShape shape;
  GPUTile tile;
  /// Words that are loaded at once, and how often for a pixel.
  int64_t words, steps;
  /// Output channels, whole tiles, and the words of an output pixel.
  int64_t channels, resultWords;
  RescaleKind rescale;
  /// Of what is added to results.
  std::optional<BinaryArithmetic> add;
  /// Whether stored weights are not centred on zero.
  bool hasWeightZero;
  bool hasDot, isUniform;

  int64_t getChannelBlocks() const { return channels / tile.channels; }
  int64_t countWeightWords() const {
    return shape.rows.taps * shape.columns.taps * steps * channels * words;
  }
  std::string getName() const {
    std::string name = "byte_convolution_";
    name += stringifyRescaleKind(rescale);
    if (add)
      name += "_" + add->getName();
    name += hasWeightZero ? "_u8" : "_s8";
    if (isUniform)
      name += "_uniform";
    if (!hasDot)
      name += "_nodot";
    return name + shape.toName() +
           joinName("", words, steps, channels, resultWords, tile.pixels,
                    tile.channels);
  }
  void emit(KernelBuilder &b, Value id) const;

private:
  using Values = SmallVector<Value>;
  Values emitStep(KernelBuilder &b, ArrayRef<Value> inputs, Value weightBase,
                  Value step, ValueRange sums) const;
  void emitResults(KernelBuilder &b, const TilePosition &at,
                   ValueRange sums) const;
};

enum Argument { kInput, kWeights, kParameters, kOutput, kAddend };

} // namespace

/// The sums after one load of each pixel: those of products, pixel by pixel,
/// then for each pixel the sum of its bytes, where they are needed.
ByteKernel::Values ByteKernel::emitStep(KernelBuilder &b,
                                        ArrayRef<Value> inputs,
                                        Value weightBase, Value step,
                                        ValueRange sums) const {
  Values weights, next(sums);
  int64_t vectors = tile.channels * words / 4;
  Value first = b.add(weightBase, b.mul(step, channels * words / 4));
  for (int64_t i = 0; i < vectors; ++i)
    weights.push_back(b.load(kWeights, b.add(first, i)));
  for (int64_t pixel = 0; pixel < tile.pixels; ++pixel)
    for (int64_t word = 0; word < words; ++word) {
      Value input = b.part(inputs[pixel], word);
      for (int64_t c = 0; c < tile.channels; ++c) {
        int64_t at = c * words + word;
        Value &sum = next[pixel * tile.channels + c];
        sum = b.dot(input, b.part(weights[at / 4], at % 4), sum, hasDot);
      }
      if (hasWeightZero) {
        Value &sum = next[tile.pixels * tile.channels + pixel];
        sum = b.dot(input, b.i32(0x01010101), sum, hasDot);
      }
    }
  return next;
}

void ByteKernel::emitResults(KernelBuilder &b, const TilePosition &at,
                             ValueRange sums) const {
  int64_t quads = tile.channels / 4;
  Value firstQuad = b.mul(at.channelBlock, quads);
  SmallVector<LayerRescale::Group> groups;
  for (int64_t quad = 0; quad < quads; ++quad)
    groups.push_back(
        LayerRescale::load(b, rescale, kParameters, b.add(firstQuad, quad)));
  Value weightZero;
  if (hasWeightZero)
    weightZero = LayerRescale::loadWeightZero(b, kParameters);
  Values addParameters;
  if (add)
    addParameters = add->load(b, kParameters,
                              LayerRescale::countVectors(rescale, channels));
  // One pixel after the other, so that drivers have this code to compile once.
  b.loop(tile.pixels, {}, [&](Value pixel, ValueRange) {
    auto get = [&](int64_t first, int64_t step) {
      Values values;
      for (int64_t i = 0; i < tile.pixels; ++i)
        values.push_back(sums[first + i * step]);
      return b.choose(pixel, values);
    };
    Value inputSum;
    if (hasWeightZero)
      inputSum =
          b.mul(weightZero, b.splat(get(tile.pixels * tile.channels, 1)));
    Value number = b.choose(pixel, at.pixels);
    Value place = b.add(b.mul(number, resultWords / quads), at.channelBlock);
    Value addends;
    if (add)
      addends = b.load(kAddend, place);
    Values packed;
    for (int64_t quad = 0; quad < quads; ++quad) {
      Values channels;
      for (int64_t c = 0; c < 4; ++c)
        channels.push_back(get(4 * quad + c, tile.channels));
      Value sum = b.pack(channels);
      if (hasWeightZero)
        sum = b.sub(sum, inputSum);
      Value bytes = LayerRescale::apply(b, rescale, groups[quad], sum);
      if (add)
        bytes = add->combine(b, bytes, b.unpackBytes(b.part(addends, quad)),
                             addParameters);
      packed.push_back(b.packBytes(bytes));
    }
    b.store(kOutput, place, b.pack(packed));
    return Values();
  });
}

void ByteKernel::emit(KernelBuilder &b, Value id) const {
  TilePosition at(b, id, shape, getChannelBlocks(), tile.pixels);
  Value border;
  if (shape.isPadded()) {
    border = LayerRescale::loadBorder(b, kParameters);
    if (words < 4)
      border = b.pack(SmallVector<Value>(words, b.extract(border, 0)));
  }
  int64_t count = tile.pixels * tile.channels;
  if (hasWeightZero)
    count += tile.pixels;
  Value firstVector = b.mul(at.channelBlock, tile.channels * words / 4);
  int64_t tapVectors = steps * channels * words / 4;
  // Without the loop lavapipe keeps the bytes of all words apart: it then takes
  // half as long again.
  Values sums = loopOverTaps(
      b, shape, at, steps, border, /*unrolls=*/false, Values(count, b.i32(0)),
      [&](Value tap, ArrayRef<Value> inputs, Value step, ValueRange sums) {
        Value base = b.add(b.mul(tap, tapVectors), firstVector);
        return emitStep(b, inputs, base, step, sums);
      });
  emitResults(b, at, sums);
}

/// What is taken off weights, stored as uint8, so that they are signed bytes:
/// their zero point if that is enough, else half of the range.
static int32_t getStoredZero(const Weights &weights, int32_t zeroPoint) {
  for (int16_t value : weights.values)
    if (value < -128 || value > 127)
      return zeroPoint;
  return 0;
}

void mopt::lowerByteConvolution(PlanBuilder &plan, const Layer &layer) {
  DeviceTensor from = asRowsOf(plan, plan.get(layer.input), layer.channels);
  std::optional<FusedAdd> add = FusedAdd::absorb(plan, layer.output);
  DeviceTensor to = plan.define(add ? add->getResult() : layer.output);
  ConvolutionShape shape(layer);
  const GPUProfile &profile = plan.getProfile();
  const Weights &w = layer.weights;
  LayerRescale rescale(layer, plan.getMode());
  int32_t weightZero =
      getStoredZero(w, getByteZeroPoint(layer.op->getOperand(1)));

  int64_t pixelWords = from.layout.getRowWords();
  int64_t words = std::min(pixelWords, profile.byteWords);
  GPUTile tile = chooseTile(profile.byteTiles, shape.columns.output, w.outputs,
                            shape.getSharedTaps());
  ByteKernel kernel{
      shape,
      tile,
      words,
      pixelWords / words,
      static_cast<int64_t>(llvm::alignTo(w.outputs, tile.channels)),
      to.layout.getRowWords(),
      rescale.getKind(),
      std::nullopt,
      weightZero != 0,
      plan.hasIntegerDot(),
      false};
  int64_t weightBytes = kernel.countWeightWords() * 4;
  kernel.isUniform = weightBytes <= profile.uniformBytes;
  std::vector<int32_t> parameters = rescale.pack(kernel.channels, weightZero);
  if (add) {
    kernel.add = add->getArithmetic();
    llvm::append_range(parameters, add->pack());
  }

  // [row][column][step][output channel][byte]
  std::vector<int8_t> weights;
  weights.reserve(weightBytes);
  for (int64_t row = 0; row < w.rows; ++row)
    for (int64_t column = 0; column < w.columns; ++column)
      for (int64_t step = 0; step < kernel.steps; ++step)
        for (int64_t channel = 0; channel < kernel.channels; ++channel)
          for (int64_t i = 0; i < 4 * words; ++i) {
            int64_t c = 4 * words * step + i;
            int32_t value = weightZero;
            if (channel < w.outputs && c < w.depth)
              value += w.at(channel, row, column, c);
            weights.push_back(static_cast<int8_t>(value));
          }

  BufferElement element = words == 4   ? BufferElement::I32x4
                          : words == 2 ? BufferElement::I32x2
                                       : BufferElement::I32;
  BufferElement written = tile.channels == 16  ? BufferElement::I32x4
                          : tile.channels == 8 ? BufferElement::I32x2
                                               : BufferElement::I32;
  KernelRequest request;
  request.name = kernel.getName();
  request.arguments = {
      {element, from.layout.rows * kernel.steps},
      {BufferElement::I32x4, kernel.countWeightWords() / 4,
       /*isWritten=*/false, kernel.isUniform},
      {BufferElement::I32x4, static_cast<int64_t>(parameters.size()) / 4},
      {written, to.layout.rows * kernel.resultWords / (tile.channels / 4),
       /*isWritten=*/true}};
  request.invocations = kernel.getChannelBlocks() *
                        llvm::divideCeil(shape.columns.output, tile.pixels) *
                        shape.getResultRows();
  request.needsRounding = rescale.getKind() == RescaleKind::Float;
  request.body = [kernel](KernelBuilder &b, Value id) { kernel.emit(b, id); };
  SmallVector<unsigned> buffers = {
      from.buffer, plan.addConstant(ArrayRef<int8_t>(weights)),
      plan.addConstant(ArrayRef<int32_t>(parameters)), to.buffer};
  if (add) {
    request.arguments.push_back({written, request.arguments.back().count});
    buffers.push_back(plan.get(add->getAddend()).buffer);
  }
  DeviceDispatch &dispatch = plan.dispatch(request, buffers);
  dispatch.macs = shape.getResultRows() * shape.columns.output * w.outputs *
                  w.rows * w.columns * w.depth;
  dispatch.tile = tile;
}
