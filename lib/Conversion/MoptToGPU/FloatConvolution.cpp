//===- FloatConvolution.cpp - Convolutions of floats in kernels -----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// As those of bytes: a tile of pixels times channels, four input channels at a
// time, vectors along the output channels.
//
//===----------------------------------------------------------------------===//

#include "Convolution.h"
#include "FusedAdd.h"

#include "mlir/Dialect/SPIRV/IR/SPIRVOps.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace mlir::mopt;

/// A layer is cut into at most this many dispatches.
static constexpr int64_t kMaxSlices = 4;

/// Vectors of parameters before the biases.
static constexpr int64_t kHeaderVectors = 3;

namespace {

struct FloatKernel {
  ConvolutionShape shape;
  GPUTile tile;
  /// Vectors of an input pixel, output channels that a dispatch computes,
  /// vectors of an output pixel.
  int64_t steps, channels, resultVectors;
  bool isUniform;
  /// Weights are pairs of float16 in a word.
  bool isHalf;
  /// Of what is added to results.
  std::optional<BinaryArithmetic> add;

  int64_t getChannelBlocks() const { return channels / tile.channels; }
  int64_t countWeights() const {
    return shape.rows.taps * shape.columns.taps * steps * 4 * channels;
  }
  std::string getName() const {
    std::string name = isHalf ? "half_convolution" : "float_convolution";
    if (isUniform)
      name += "_uniform";
    if (add)
      name += "_" + add->getName();
    return name + shape.toName() +
           joinName("", steps, channels, resultVectors, tile.pixels,
                    tile.channels);
  }
  void emit(KernelBuilder &b, Value id) const;

private:
  using Values = SmallVector<Value>;
  Values loadWeights(KernelBuilder &b, Value first) const;
  Values emitStep(KernelBuilder &b, ArrayRef<Value> inputs, Value weights,
                  Value step, ValueRange sums) const;
};

enum Argument { kInput, kWeights, kParameters, kOutput, kAddend };

} // namespace

/// Weights of the tile's channels for one input channel, as vectors; `first` is
/// the first vector's number.
FloatKernel::Values FloatKernel::loadWeights(KernelBuilder &b,
                                             Value first) const {
  Values weights;
  int64_t quads = tile.channels / 4;
  if (!isHalf) {
    for (int64_t quad = 0; quad < quads; ++quad)
      weights.push_back(b.load(kWeights, b.add(first, quad)));
    return weights;
  }
  auto pair = VectorType::get(2, b.getF32Type());
  for (int64_t quad = 0; quad < quads; ++quad) {
    Value words = b.load(kWeights, b.add(first, quad));
    Values values;
    for (unsigned i = 0; i < 2; ++i) {
      Value halves =
          spirv::GLUnpackHalf2x16Op::create(b, pair, b.extract(words, i));
      values.push_back(b.extract(halves, 0));
      values.push_back(b.extract(halves, 1));
    }
    weights.push_back(b.pack(values));
  }
  return weights;
}

FloatKernel::Values FloatKernel::emitStep(KernelBuilder &b,
                                          ArrayRef<Value> inputs, Value weights,
                                          Value step, ValueRange sums) const {
  int64_t quads = tile.channels / 4;
  Values next(sums);
  Value first = b.add(weights, b.mul(step, channels));
  std::array<Values, 4> vectors;
  for (unsigned c = 0; c < 4; ++c)
    vectors[c] = loadWeights(b, b.add(first, c * (channels / 4)));
  // All that is added to a sum at once: a driver that has no registers for all
  // of them loads and stores each of them once a step.
  for (int64_t pixel = 0; pixel < tile.pixels; ++pixel)
    for (int64_t quad = 0; quad < quads; ++quad) {
      Value &sum = next[pixel * quads + quad];
      for (unsigned c = 0; c < 4; ++c)
        sum = b.add(
            sum, b.mul(b.splat(b.extract(inputs[pixel], c)), vectors[c][quad]));
    }
  return next;
}

void FloatKernel::emit(KernelBuilder &b, Value id) const {
  TilePosition at(b, id, shape, getChannelBlocks(), tile.pixels);
  int64_t quads = tile.channels / 4;
  Value firstQuad = b.mul(at.channelBlock, quads);
  // What a loop carries, lavapipe copies under the mask of its lanes: it takes
  // half the time without one over a few taps.
  Values sums = loopOverTaps(
      b, shape, at, steps, b.f32x4(0.0f), /*unrolls=*/true,
      Values(tile.pixels * quads, b.f32x4(0.0f)),
      [&](Value tap, ArrayRef<Value> inputs, Value step, ValueRange sums) {
        Value base = b.add(b.mul(tap, steps * channels), firstQuad);
        return emitStep(b, inputs, base, step, sums);
      });
  Value low = b.load(kParameters, b.index(0));
  Value high = b.load(kParameters, b.index(1));
  Value slice =
      b.toIndex(b.bitsToInt(b.extract(b.load(kParameters, b.index(2)), 0)));
  Values addParameters;
  if (add)
    addParameters = add->load(b, kParameters, kHeaderVectors + channels / 4);
  for (int64_t quad = 0; quad < quads; ++quad) {
    Value channel = b.add(firstQuad, quad);
    Value bias = b.load(kParameters, b.add(channel, kHeaderVectors));
    for (int64_t pixel = 0; pixel < tile.pixels; ++pixel) {
      Value place =
          b.add(b.add(b.mul(at.pixels[pixel], resultVectors), slice), channel);
      Value result =
          b.clamp(b.add(sums[pixel * quads + quad], bias), low, high);
      if (add)
        result = add->combine(b, result, b.load(kAddend, place), addParameters);
      b.store(kOutput, place, result);
    }
  }
}

std::vector<float> mopt::packFloatParameters(const Layer &sizes,
                                             ArrayRef<float> bias,
                                             int64_t begin, int64_t end) {
  ClampRange<float> range = *getFloatActivationRange(sizes.activation);
  std::vector<float> parameters(4, range.min);
  parameters.insert(parameters.end(), 4, range.max);
  auto slice = static_cast<int32_t>(begin / 4);
  parameters.insert(parameters.end(), 4, llvm::bit_cast<float>(slice));
  for (int64_t channel = begin; channel < end; ++channel)
    parameters.push_back(channel < int64_t(bias.size()) ? bias[channel] : 0.0f);
  return parameters;
}

/// Weights as words of the kernel's buffer.
static unsigned addWeights(PlanBuilder &plan, ArrayRef<float> weights,
                           bool isHalf) {
  if (!isHalf)
    return plan.addConstant(weights);
  std::vector<uint16_t> halves;
  for (float weight : weights) {
    llvm::APFloat half(weight);
    bool inexact;
    half.convert(llvm::APFloat::IEEEhalf(), llvm::APFloat::rmNearestTiesToEven,
                 &inexact);
    halves.push_back(
        static_cast<uint16_t>(half.bitcastToAPInt().getZExtValue()));
  }
  return plan.addConstant(ArrayRef<uint16_t>(halves));
}

/// [row][column][input channel][output channel], of output channels from
/// `begin` to `end`; zeros where there are no weights.
static std::vector<float> packWeights(const Weights &w, ArrayRef<float> weights,
                                      int64_t depth, int64_t begin,
                                      int64_t end) {
  std::vector<float> packed;
  packed.reserve(w.rows * w.columns * depth * (end - begin));
  for (int64_t row = 0; row < w.rows; ++row)
    for (int64_t column = 0; column < w.columns; ++column)
      for (int64_t c = 0; c < depth; ++c)
        for (int64_t channel = begin; channel < end; ++channel)
          packed.push_back(channel < w.outputs && c < w.depth
                               ? weights[w.getIndex(channel, row, column, c)]
                               : 0.0f);
  return packed;
}

void mopt::lowerFloatConvolution(PlanBuilder &plan, const Layer &sizes,
                                 ArrayRef<float> weights,
                                 ArrayRef<float> bias) {
  DeviceTensor from = asRowsOf(plan, plan.get(sizes.input), sizes.channels);
  std::optional<FusedAdd> add = FusedAdd::absorb(plan, sizes.output);
  DeviceTensor to = plan.define(add ? add->getResult() : sizes.output);
  ConvolutionShape shape(sizes);
  const GPUProfile &profile = plan.getProfile();
  const Weights &w = sizes.weights;
  GPUTile tile = chooseTile(profile.floatTiles, shape.columns.output, w.outputs,
                            shape.getSharedTaps());
  FloatKernel kernel{
      shape,
      tile,
      from.layout.stride / 4,
      static_cast<int64_t>(llvm::alignTo(w.outputs, tile.channels)),
      to.layout.stride / 4,
      false,
      plan.usesFloat16(),
      std::nullopt};
  std::vector<int32_t> addParameters;
  if (add) {
    kernel.add = add->getArithmetic();
    addParameters = add->pack();
  }
  // In a uniform buffer, if not as a whole then in slices of channels, each
  // with a dispatch of its own. Elements of such a buffer are 16 bytes apart.
  int64_t slices = 1;
  if (!kernel.isHalf && profile.uniformBytes) {
    int64_t whole = kernel.channels;
    while (slices <= kMaxSlices &&
           (whole % (slices * tile.channels) ||
            kernel.countWeights() * 4 / slices > profile.uniformBytes))
      ++slices;
    kernel.isUniform = slices <= kMaxSlices;
    slices = kernel.isUniform ? slices : 1;
    kernel.channels = whole / slices;
  }

  KernelRequest request;
  request.name = kernel.getName();
  request.arguments = {
      {BufferElement::F32x4, from.layout.rows * kernel.steps},
      {kernel.isHalf ? BufferElement::I32x2 : BufferElement::F32x4,
       kernel.countWeights() / 4, /*isWritten=*/false, kernel.isUniform},
      {BufferElement::F32x4,
       kHeaderVectors + kernel.channels / 4 +
           static_cast<int64_t>(addParameters.size()) / 4},
      {BufferElement::F32x4, to.layout.rows * kernel.resultVectors,
       /*isWritten=*/true}};
  if (add)
    request.arguments.push_back(
        {BufferElement::F32x4, to.layout.rows * kernel.resultVectors});
  request.invocations = kernel.getChannelBlocks() *
                        llvm::divideCeil(shape.columns.output, tile.pixels) *
                        shape.getResultRows();
  request.body = [kernel](KernelBuilder &b, Value id) { kernel.emit(b, id); };
  for (int64_t slice = 0; slice < slices; ++slice) {
    int64_t begin = slice * kernel.channels, end = begin + kernel.channels;
    std::vector<float> packed =
        packWeights(w, weights, 4 * kernel.steps, begin, end);
    std::vector<float> parameters =
        packFloatParameters(sizes, bias, begin, end);
    for (int32_t word : addParameters)
      parameters.push_back(llvm::bit_cast<float>(word));
    SmallVector<unsigned> buffers = {
        from.buffer, addWeights(plan, packed, kernel.isHalf),
        plan.addConstant(ArrayRef<float>(parameters)), to.buffer};
    if (add)
      buffers.push_back(plan.get(add->getAddend()).buffer);
    DeviceDispatch &dispatch = plan.dispatch(request, buffers);
    dispatch.macs = shape.getResultRows() * shape.columns.output * w.rows *
                    w.columns * w.depth * (std::min(end, w.outputs) - begin);
    dispatch.tile = tile;
  }
}
