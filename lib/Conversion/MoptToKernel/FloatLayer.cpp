//===- FloatLayer.cpp - Layers of floats -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FloatLayer.h"

#include "LayerConstants.h"
#include "SparseStrategy.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Threading.h"
#include "mopt/Conversion/MoptToKernel/KernelRewrites.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::DotKind;
using kernel::getPaddedChannels;
using kernel::getPaddedFloatChannels;
using kernel::TileAttr;

/// Depthwise kernels unroll the columns of their window.
static constexpr int64_t kMaxDepthwiseColumns = 16;

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

DotKind FloatKernelBuilder::chooseDot(const Layer &layer) const {
  // One channel would be half of each step.
  if (compute == ComputeType::BF16 && target.halves && !layer.isDepthwise &&
      layer.channels > 1)
    return *target.halves;
  return target.fuses ? DotKind::FMA : DotKind::MULADD;
}

Value FloatKernelBuilder::pack(OpBuilder &builder, Location loc, Value value,
                               int64_t channels) {
  kernel::PackFloatsOp &op = packed[value];
  if (!op) {
    int64_t rows =
        cast<RankedTensorType>(value.getType()).getNumElements() / channels;
    Value empty = tensor::EmptyOp::create(
        builder, loc, rows * llvm::alignTo(channels, 2), builder.getI16Type());
    op = kernel::PackFloatsOp::create(builder, loc, empty.getType(), value,
                                      empty, channels);
  }
  // Readers of other rows share what has the same elements.
  if (static_cast<int64_t>(op.getChannels()) == channels ||
      (op.getChannels() % 2 == 0 && channels % 2 == 0))
    return op->getResult(0);
  op = nullptr;
  return pack(builder, loc, value, channels);
}

/// `values` rounded to bfloat16.
static Value makeHalves(OpBuilder &builder, Location loc,
                        ArrayRef<float> values) {
  std::vector<int16_t> rounded;
  for (float element : values) {
    llvm::APFloat value(element);
    bool losesInfo;
    value.convert(llvm::APFloat::BFloat(), llvm::APFloat::rmNearestTiesToEven,
                  &losesInfo);
    rounded.push_back(
        static_cast<int16_t>(value.bitcastToAPInt().getZExtValue()));
  }
  return createVectorConst<int16_t>(builder, loc, builder.getI16Type(),
                                    rounded);
}

/// The weights of a dense kernel.
Value FloatKernelBuilder::makeWeights(OpBuilder &builder, Location loc,
                                      const FloatLayer &layer, TileAttr tile,
                                      int64_t channels) {
  FloatPacking packing(layer, tile, channels);
  if (tile.getOperandBits() != 32)
    return makeHalves(builder, loc, packing.pack());
  AsmResourceBlob blob = blobs.allocate(packing.getSize() * sizeof(float));
  weights.push_back({packing,
                     {reinterpret_cast<float *>(blob.getMutableData().data()),
                      static_cast<size_t>(packing.getSize())}});
  auto type = RankedTensorType::get({packing.getSize()}, builder.getF32Type());
  return createConst(builder, loc, type, std::move(blob), TensorAttr());
}

void FloatKernelBuilder::writeWeights(MLIRContext *context) {
  std::vector<std::pair<const Packed *, int64_t>> parts;
  for (const Packed &layer : weights)
    for (int64_t part = 0; part < layer.packing.getNumParts(); ++part)
      parts.emplace_back(&layer, part);
  parallelForEach(context, parts, [](auto part) {
    part.first->packing.pack(part.second, part.first->elements);
  });
  weights.clear();
}

void FloatKernelBuilder::lower(FloatLayer &layer) {
  if (layer.sizes.isDepthwise &&
      layer.sizes.columns.taps > kMaxDepthwiseColumns)
    return;
  Layer &sizes = layer.sizes;
  joinRows(sizes);
  DotKind dot = chooseDot(sizes);
  int64_t cost = 0;
  std::optional<SparseTile> sparse =
      chooseSparseFloatTile(layer, target, dot, cost);
  if (lowerCompressed(layer, dot, cost, sparse.has_value()))
    return;
  TileAttr tile = sparse ? sparse->tile : chooseFloatTile(layer, target, dot);
  if (!tile)
    return;
  OpBuilder builder(sizes.op);
  Location loc = sizes.op->getLoc();
  Value input = sizes.input;
  int64_t channels = llvm::alignTo(sizes.channels, tile.getDepth());
  if (tile.getDepth() != 1)
    input = pack(builder, loc, input, sizes.channels);

  std::vector<int32_t> places;
  Value weights;
  if (sparse) {
    std::vector<float> values =
        packSparseFloatWeights(layer, *sparse, channels, places);
    weights = tile.getOperandBits() == 32
                  ? createVectorConst<float>(builder, loc, builder.getF32Type(),
                                             values)
                  : makeHalves(builder, loc, values);
  } else {
    weights = makeWeights(builder, loc, layer, tile, channels);
  }
  layer.bias.resize(sparse ? getPaddedChannels(tile, layer.bias.size(), false)
                           : getPaddedFloatChannels(tile, layer.bias.size(),
                                                    sizes.isDepthwise));
  Value bias =
      createVectorConst<float>(builder, loc, builder.getF32Type(), layer.bias);

  std::pair<FloatAttr, FloatAttr> bounds =
      getFloatBounds(builder, sizes.activation);
  auto type = cast<RankedTensorType>(sizes.output.getType());
  Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                        type.getElementType());
  KernelSizes kernel(sizes);
  kernel.input.back() = channels;
  auto makeOf = [&](auto tag, auto... more) -> Value {
    using OpT = decltype(tag);
    return OpT::create(builder, loc, type, input, weights, bias, more..., empty,
                       kernel.input, kernel.output, kernel.kernel,
                       kernel.strides, kernel.dilations, kernel.padding,
                       bounds.first, bounds.second, tile)
        .getResult(0);
  };
  Value result;
  if (sparse)
    result = makeOf(
        kernel::SparseFloatConv2DOp(),
        createVectorConst<int32_t>(builder, loc, builder.getI32Type(), places),
        sparse->chains);
  else
    result = sizes.isDepthwise ? makeOf(kernel::FloatDepthwiseConv2DOp())
                               : makeOf(kernel::FloatConv2DOp());
  sizes.output.replaceAllUsesWith(result);
  sizes.op->erase();
}

void FloatKernelBuilder::finish(MLIRContext *context) {
  writeWeights(context);
  for (auto &entry : packed) {
    Value value = entry.first;
    kernel::PackFloatsOp pack = entry.second;
    auto producer = value.getDefiningOp<DestinationStyleOpInterface>();
    if (!isa_and_present<kernel::FloatConv2DOp, kernel::FloatDepthwiseConv2DOp,
                         kernel::SparseFloatConv2DOp>(
            producer.getOperation()) ||
        pack.getChannels() % 2 != 0 ||
        !llvm::all_of(value.getUsers(), [&](Operation *user) {
          return user == pack.getOperation();
        }))
      continue;
    // Written where the pack op would have written.
    OpBuilder builder(producer);
    auto type = cast<RankedTensorType>(pack->getResult(0).getType());
    Value empty = tensor::EmptyOp::create(
        builder, producer.getLoc(), type.getShape(), type.getElementType());
    producer.getDpsInitsMutable().assign(empty);
    pack->getResult(0).replaceAllUsesWith(value);
    value.setType(type);
    pack.erase();
  }
}
