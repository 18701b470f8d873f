//===- MoptToKernel.cpp - Convolutions become kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Conversion/MoptToKernel/MoptToKernel.h"

#include "FloatLayer.h"
#include "LSTMToKernel.h"
#include "LayerConstants.h"
#include "PlanValues.h"
#include "SparseStrategy.h"
#include "Strategy.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Pass/Pass.h"
#include "mopt/Conversion/MoptToKernel/KernelRewrites.h"
#include "mopt/Conversion/MoptToLinalg/MoptToLinalg.h"
#include "mopt/Conversion/Passes.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/IR/ShapeOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "mopt/Dialect/Mopt/Reference/RequantizeOption.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::Arithmetic;
using kernel::DotKind;
using kernel::RequantizeAttr;
using kernel::TileAttr;

namespace mlir::mopt {
#define GEN_PASS_DEF_CONVERTMOPTTOKERNELPASS
#include "mopt/Conversion/Passes.h.inc"
} // namespace mlir::mopt

namespace {

/// Makes the kernels of one function.
class KernelBuilder {
public:
  KernelBuilder(func::FuncOp func, const KernelTarget &target,
                RequantizeMode mode, ComputeType compute)
      : func(func), target(target), mode(mode), compute(compute),
        builder(func.getContext()) {}

  void run();

private:
  /// The layers that kernels can be made of, with their instructions.
  SmallVector<Layer, 0> matchLayers();
  std::optional<DotKind> chooseDot(const Layer &layer) const;
  /// Lets a layer leave out zeros where that costs less.
  void chooseSparse(Layer &layer) const;
  /// The tile of a layer whose weights stay in registers, if they can.
  TileAttr chooseKept(const Layer &layer, bool flips) const;
  void lower(Layer &layer, const ValuePlan &plan);

  /// `value` in memory: what a kernel wrote, or a cast.
  Value getStored(Value value);
  /// The image of `value` in what a kernel wrote.
  Value getImage(Value value, const StoredForm &form);
  Value packInput(const Layer &layer, TileAttr tile, const StoredForm &form);
  void replaceLayers(ArrayRef<Layer> layers, const ValuePlan &plan);

  func::FuncOp func;
  const KernelTarget &target;
  RequantizeMode mode;
  ComputeType compute;
  OpBuilder builder;
  StorageTypeConverter converter;
  /// Values in memory: what kernels wrote, and casts.
  DenseMap<Value, Value> stored;
};

} // namespace

/// Where a matrix instruction has enough to do: long rows, whole vectors of
/// channels, more than a few pixels; for one on pairs a pair and its eight
/// bytes.
static bool usesMatrices(const Layer &layer, DotKind kind) {
  int64_t run = layer.columns.dilation == 1
                    ? layer.columns.taps * layer.channels
                    : layer.channels;
  int64_t pixels = layer.rows.output * layer.columns.output;
  if (kind == DotKind::SMMLA)
    return !layer.isDepthwise && pixels >= 2 && run >= kernel::getDepth(kind);
  auto isByte = [](int16_t value) { return value >= -128 && value <= 127; };
  return llvm::all_of(layer.weights.values, isByte) && !layer.isDepthwise &&
         layer.weights.outputs >= 16 && pixels >= 4 &&
         kernel::getMatrixDepth(run) >= kernel::kMatrixRowBytes / 2;
}

std::optional<DotKind> KernelBuilder::chooseDot(const Layer &layer) const {
  if (target.matrices && usesMatrices(layer, *target.matrices))
    return target.matrices;
  return target.bytes ? target.bytes : target.pairs;
}

void KernelBuilder::chooseSparse(Layer &layer) const {
  DotKind dot = target.bytes ? *target.bytes : *target.pairs;
  if (!chooseSparseTile(layer, target, dot, /*force=*/false))
    return;
  layer.dot = dot;
  layer.leavesOutZeros = true;
}

TileAttr KernelBuilder::chooseKept(const Layer &layer, bool flips) const {
  // An addend comes in the order of one pixel; weights of more bits than the
  // instruction takes have more steps.
  auto isByte = [](int16_t value) { return value >= -128 && value <= 127; };
  if (layer.isDepthwise || layer.leavesOutZeros || layer.add ||
      !llvm::all_of(layer.weights.values, isByte))
    return {};
  return chooseKeptTile(layer.op->getContext(), target, layer.dot,
                        layer.weights.outputs, layer.columns.output,
                        getWindowSteps(layer).getCount(), flips);
}

SmallVector<Layer, 0> KernelBuilder::matchLayers() {
  SmallVector<Layer, 0> layers;
  for (Operation &op : func.getOps()) {
    std::optional<Layer> layer = matchLayer(&op);
    std::optional<DotKind> dot;
    if (!layer || layer->hasMultiplier() || !(dot = chooseDot(*layer)) ||
        (mode == RequantizeMode::Float && !hasFiniteFactors(*layer)))
      continue;
    layer->dot = *dot;
    chooseSparse(*layer);
    layers.push_back(std::move(*layer));
  }
  absorbAdds(layers, mode);
  return layers;
}

Value KernelBuilder::getStored(Value value) {
  // Layers come in order: what the first reader casts, the others can use.
  Value &result = stored[value];
  if (!result)
    result = UnrealizedConversionCastOp::create(
                 builder, value.getLoc(),
                 converter.convertType(value.getType()), value)
                 .getResult(0);
  return result;
}

Value KernelBuilder::getImage(Value value, const StoredForm &form) {
  Value result = getStored(value);
  if (!form.isFlat)
    return result;
  Location loc = value.getLoc();
  auto type = cast<RankedTensorType>(converter.convertType(value.getType()));
  ArrayRef<int64_t> shape = type.getShape();
  auto [top, bottom, left, right] = form.padding;
  SmallVector<int64_t> padded = {shape[0], top + shape[1] + bottom,
                                 left + shape[2] + right, shape[3]};
  auto attrs = [&](ArrayRef<int64_t> values) {
    return getAsIndexOpFoldResult(builder.getContext(), values);
  };
  Value images = tensor::ExtractSliceOp::create(
      builder, loc, result, attrs(0),
      attrs(type.clone(padded).getNumElements()), attrs(1));
  images = tensor::ExpandShapeOp::create(
      builder, loc, type.clone(padded), images,
      ArrayRef<ReassociationIndices>{{0, 1, 2, 3}});
  return tensor::ExtractSliceOp::create(builder, loc, images,
                                        attrs({0, top, left, 0}), attrs(shape),
                                        attrs({1, 1, 1, 1}));
}

Value KernelBuilder::packInput(const Layer &layer, TileAttr tile,
                               const StoredForm &form) {
  SmallVector<int64_t> shape = {layer.batches, layer.rows.input,
                                layer.columns.input, layer.channels};
  std::array<int64_t, 4> padding = layer.getPadding();
  unsigned bits = tile.getOperandBits();
  int64_t elements =
      kernel::ImageLayout(shape, padding).size + layer.getSlack();
  Location loc = layer.op->getLoc();
  Value empty = tensor::EmptyOp::create(builder, loc, elements,
                                        builder.getIntegerType(bits));
  return kernel::PackInputOp::create(
             builder, loc, empty.getType(), getStored(layer.input), empty,
             shape, padding, getByteZeroPoint(layer.input), form.isOffset,
             bits == 8 && tile.takesOffset())
      .getResult(0);
}

/// The tile with another number of vectors that are narrowed at once.
static TileAttr withPack(TileAttr tile, int64_t pack) {
  return TileAttr::get(tile.getContext(), tile.getDot(), tile.getLanes(),
                       tile.getVectors(), tile.getPixels(), pack);
}

void KernelBuilder::lower(Layer &layer, const ValuePlan &plan) {
  MLIRContext *context = builder.getContext();
  Location loc = layer.op->getLoc();
  LayerDim &rows = layer.rows, &columns = layer.columns;
  StoredForm inputForm = plan.get(layer.input);
  StoredForm outputForm = plan.get(layer.getWritten());
  StoredForm addendForm;
  if (layer.add)
    addendForm = plan.get(layer.addend);
  if (layer.isPointwise() && !inputForm.isFlat && !outputForm.isFlat &&
      !addendForm.isFlat) {
    // All pixels are one row.
    int64_t pixels = layer.batches * rows.output * columns.output;
    layer.batches = rows.input = rows.output = 1;
    columns.input = columns.output = pixels;
  }

  bool takesOffset = layer.dot == DotKind::VPDPBUSD;
  bool isDirect =
      kernel::multipliesBytes(layer.dot) != inputForm.isWide &&
      (inputForm.isFlat || (!layer.isPadded() && layer.getSlack() == 0));
  // Matrices are loaded as they are.
  if (layer.dot == DotKind::TDPBSSD && inputForm.isOffset)
    isDirect = false;
  // A sparse kernel would flip what it reads once for every group.
  if (layer.leavesOutZeros && takesOffset != inputForm.isOffset)
    isDirect = false;
  bool flips = isDirect && takesOffset != inputForm.isOffset;
  SparseTile sparse;
  if (layer.leavesOutZeros)
    sparse = *chooseSparseTile(layer, target, layer.dot, /*force=*/true);
  TileAttr tile =
      layer.leavesOutZeros ? sparse.tile
      : layer.isDepthwise
          ? chooseDepthwiseTile(context, target, layer.dot, rows, columns)
          : chooseConvolutionTile(context, target, layer.dot,
                                  layer.weights.outputs, columns.output, flips);
  if (TileAttr kept = chooseKept(layer, flips))
    tile = kept;
  assert(tile && "a target has the registers of the smallest tile");
  // Four vectors of sums are narrowed to bytes, two to 16 bits.
  if (outputForm.isWide || addendForm.isWide)
    sparse.tile = tile = withPack(tile, std::min<int64_t>(tile.getPack(), 2));
  builder.setInsertionPoint(layer.op);
  LayerConstants constants(builder, layer, tile);
  bool small;
  SmallVector<Value> factors = constants.makeFactors(mode, small);
  Value input =
      isDirect ? getStored(layer.input) : packInput(layer, tile, inputForm);
  bool isOffset = isDirect ? inputForm.isOffset : takesOffset;
  SmallVector<int64_t> shape = {layer.batches, rows.getPadded(),
                                columns.getPadded(), layer.channels};
  // What is around the border that this layer reads.
  DenseI64ArrayAttr inputPadding, outputPadding, addendPadding;
  if (isDirect && inputForm.padding != layer.getPadding()) {
    std::array<int64_t, 4> around = layer.getPadding();
    for (auto [size, all] : llvm::zip_equal(around, inputForm.padding))
      size = all - size;
    inputPadding = builder.getDenseI64ArrayAttr(around);
  }

  SmallVector<int64_t> repeated;
  Value weights, blocks, bias = constants.makeBias();
  if (layer.leavesOutZeros) {
    kernel::ImageLayout layout(shape, inputPadding ? inputPadding.asArrayRef()
                                                   : ArrayRef<int64_t>());
    weights = constants.makeSparseWeights(sparse, layout.row, blocks);
  } else {
    weights = constants.makeWeights(repeated);
  }

  int32_t zeroPoint = getByteZeroPoint(layer.output);
  ClampRange<int32_t> range = *getQuantizedActivationRange(
      layer.activation, getQuantParams(layer.output.getType()).scale(),
      zeroPoint, {-kOffset, kOffset - 1});
  Arithmetic arithmetic = mode == RequantizeMode::Float ? Arithmetic::Real
                          : layer.arithmetic == FixedArithmetic::Double
                              ? Arithmetic::Double
                              : Arithmetic::Multiplier;
  auto requantize = RequantizeAttr::get(context, arithmetic, zeroPoint,
                                        range.min, range.max, small);
  SmallVector<int64_t> outputShape = {layer.batches, rows.output,
                                      columns.output, layer.weights.outputs};
  auto type =
      cast<RankedTensorType>(converter.convertType(layer.output.getType()));
  IntegerAttr border;
  Value addend;
  kernel::ResidualAttr residual;
  if (layer.add) {
    addend = getStored(layer.addend);
    residual = makeResidual(layer, mode, target);
    if (addendForm.isFlat)
      addendPadding = builder.getDenseI64ArrayAttr(addendForm.padding);
  }
  if (outputForm.isWide)
    type = type.clone(builder.getI16Type());
  if (outputForm.isFlat) {
    outputPadding = builder.getDenseI64ArrayAttr(outputForm.padding);
    border = builder.getI32IntegerAttr(getByteZeroPoint(layer.getWritten()));
    kernel::ImageLayout layout(outputShape, outputForm.padding);
    type = type.clone({layout.size + outputForm.slack});
  }
  Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                        type.getElementType());
  auto makeOf = [&](auto tag, auto... more) -> Value {
    using OpT = decltype(tag);
    return OpT::create(builder, loc, type, input, weights, bias, factors,
                       more..., addend, empty, shape, outputShape,
                       ArrayRef<int64_t>{rows.taps, columns.taps},
                       ArrayRef<int64_t>{rows.stride, columns.stride},
                       ArrayRef<int64_t>{rows.dilation, columns.dilation},
                       isOffset, outputForm.isOffset, requantize, tile,
                       inputPadding, outputPadding, border,
                       repeated.empty()
                           ? DenseI64ArrayAttr()
                           : builder.getDenseI64ArrayAttr(repeated),
                       residual, addendForm.isOffset, addendPadding)
        .getResult(0);
  };
  stored[layer.getWritten()] =
      layer.leavesOutZeros ? makeOf(kernel::SparseConv2DOp(), blocks,
                                    sparse.chains, sparse.tileRows)
      : layer.isDepthwise  ? makeOf(kernel::DepthwiseConv2DOp())
                           : makeOf(kernel::Conv2DOp());
}

void KernelBuilder::replaceLayers(ArrayRef<Layer> layers,
                                  const ValuePlan &plan) {
  DenseSet<Operation *> lowered;
  for (const Layer &layer : layers) {
    lowered.insert(layer.op);
    if (layer.add)
      lowered.insert(layer.add);
  }
  replaceByKernels(func, lowered, builder, [&](Value value) {
    return getImage(value, plan.get(value));
  });
}

void KernelBuilder::run() {
  // First, because layers hold the values that they read.
  FloatKernelBuilder floats(target, compute);
  for (Operation &op : llvm::make_early_inc_range(func.getOps()))
    if (std::optional<FloatLayer> layer = matchFloatLayer(&op);
        layer && !layer->sizes.hasMultiplier())
      floats.lower(*layer);
    else
      lowerLSTMToKernel(&op, target, builder);
  floats.finish(func.getContext());
  SmallVector<Layer, 0> layers = matchLayers();
  ValuePlan plan(layers);
  for (Layer &layer : layers)
    lower(layer, plan);
  replaceLayers(layers, plan);
}

void mopt::convertMoptToKernel(func::FuncOp func, const KernelTarget &target,
                               RequantizeMode mode, ComputeType compute) {
  if (target && !func.isExternal() && func.getBody().hasOneBlock())
    KernelBuilder(func, target, mode, compute).run();
}

namespace {

struct ConvertMoptToKernelPass
    : mopt::impl::ConvertMoptToKernelPassBase<ConvertMoptToKernelPass> {
  using ConvertMoptToKernelPassBase::ConvertMoptToKernelPassBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    FailureOr<KernelTarget> target =
        getKernelTarget(func, mcpu, triple, features);
    if (failed(target))
      return signalPassFailure();
    FailureOr<RequantizeMode> mode = readRequantizeOption(func, requantize);
    if (failed(mode))
      return signalPassFailure();
    if (compute != "f32" && compute != "bf16") {
      func.emitError() << "option 'compute' must be 'f32' or 'bf16', not '"
                       << compute << "'";
      return signalPassFailure();
    }
    convertMoptToKernel(func, *target, *mode,
                        compute == "bf16" ? ComputeType::BF16
                                          : ComputeType::F32);
  }
};

} // namespace
