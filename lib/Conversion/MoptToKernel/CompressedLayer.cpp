//===- CompressedLayer.cpp - Products with compressed weights -------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerConstants.h"
#include "PaletteWeights.h"
#include "ScatteredWeights.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mopt/Conversion/MoptToKernel/KernelRewrites.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::DotKind;

/// Bytes that the nearest cache of a core holds: every run of a model reads all
/// of its weights once.
static constexpr int64_t kNearBytes = 32 << 10;

std::pair<FloatAttr, FloatAttr>
mopt::getFloatBounds(Builder &builder, ActivationFunction activation) {
  ClampRange<float> range = *getFloatActivationRange(activation);
  FloatAttr min, max;
  if (range.min != std::numeric_limits<float>::lowest())
    min = builder.getF32FloatAttr(range.min);
  if (range.max != std::numeric_limits<float>::max())
    max = builder.getF32FloatAttr(range.max);
  return {min, max};
}

namespace {

/// Makes the constants and the product of one layer.
class ProductBuilder {
public:
  explicit ProductBuilder(FloatLayer &layer)
      : layer(layer), builder(layer.sizes.op), loc(layer.sizes.op->getLoc()) {}

  void build(const ScatteredWeights &weights);
  void build(const PaletteWeights &weights);

private:
  Value makeFloats(const std::vector<float> &values) {
    return createVectorConst<float>(builder, loc, builder.getF32Type(), values);
  }
  Value makeWords(const std::vector<int32_t> &values) {
    return createVectorConst<int32_t>(builder, loc, builder.getI32Type(),
                                      values);
  }
  Value makeDestination() {
    auto type = cast<RankedTensorType>(layer.sizes.output.getType());
    return tensor::EmptyOp::create(builder, loc, type.getShape(),
                                   type.getElementType());
  }
  void replaceBy(Operation *product) {
    layer.sizes.output.replaceAllUsesWith(product->getResult(0));
    layer.sizes.op->erase();
  }

  FloatLayer &layer;
  OpBuilder builder;
  Location loc;
};

} // namespace

void ProductBuilder::build(const ScatteredWeights &weights) {
  Layer &sizes = layer.sizes;
  std::vector<float> bias = layer.bias;
  bias.resize(llvm::alignTo(bias.size(), kernel::kCompressedLanes));
  Value order;
  if (!weights.order.empty()) {
    for (auto [lane, output] : llvm::enumerate(weights.order))
      bias[lane] = output < 0 ? 0.0f : layer.bias[output];
    order = makeWords(weights.order);
  }
  auto [min, max] = getFloatBounds(builder, sizes.activation);
  replaceBy(kernel::SparseFloatMatmulOp::create(
      builder, loc, sizes.output.getType(), sizes.input,
      makeFloats(weights.values), makeFloats(bias),
      createVectorConst<int8_t>(builder, loc, builder.getI8Type(),
                                weights.picks),
      makeWords(weights.windows), order, makeDestination(),
      sizes.columns.output, sizes.channels, sizes.weights.outputs,
      weights.steps, min, max, weights.tile));
}

void ProductBuilder::build(const PaletteWeights &weights) {
  Layer &sizes = layer.sizes;
  auto [min, max] = getFloatBounds(builder, sizes.activation);
  replaceBy(kernel::PaletteFloatMatmulOp::create(
      builder, loc, sizes.output.getType(), sizes.input,
      makeWords(weights.indices), makeFloats(layer.bias),
      makeFloats(weights.palettes), makeDestination(), sizes.columns.output,
      sizes.channels, sizes.weights.outputs, weights.bits, min, max,
      weights.tile));
}

bool FloatKernelBuilder::lowerCompressed(FloatLayer &layer, DotKind dot,
                                         int64_t cost, bool hasBlocks) {
  int64_t limit = cost - cost / 10;
  // Weights of one row are read once: a dense kernel waits for them.
  int64_t bytes = layer.weights.size() * sizeof(float);
  if (!hasBlocks && layer.sizes.columns.output == 1 && bytes > kNearBytes)
    limit = std::max(limit, 16 * bytes / kBytesPerCycle * 9 / 10);
  std::optional<PaletteWeights> palette =
      choosePaletteWeights(layer, target, dot);
  if (palette && palette->cost >= limit)
    palette.reset();
  if (palette)
    limit = palette->cost;
  std::optional<ScatteredWeights> scattered;
  if (cost != 0)
    scattered = chooseScatteredWeights(layer, target, dot, limit);
  if (!scattered && !palette)
    return false;
  ProductBuilder builder(layer);
  if (scattered)
    builder.build(*scattered);
  else
    builder.build(*palette);
  return true;
}
