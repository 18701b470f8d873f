//===- MoptToKernel.cpp - Convolutions become kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Conversion/MoptToKernel/MoptToKernel.h"

#include "ChooseForms.h"
#include "LSTMToKernel.h"
#include "LayerConstants.h"
#include "Strategy.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Pass/Pass.h"
#include "mopt/Conversion/MoptToLinalg/MoptToLinalg.h"
#include "mopt/Conversion/Passes.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"

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
                RequantizeMode mode)
      : func(func), target(target), mode(mode), builder(func.getContext()) {}

  void run();

private:
  std::optional<DotKind> chooseDot(const Layer &layer) const;
  void lower(Layer &layer);

  Value packInput(const Layer &layer, Value input, TileAttr tile,
                  ArrayRef<int64_t> shape, ArrayRef<int64_t> padding);

  Value castToStorage(Value value);

  func::FuncOp func;
  const KernelTarget &target;
  RequantizeMode mode;
  OpBuilder builder;
  StorageTypeConverter converter;
};

} // namespace

/// Where a matrix instruction has enough to do: long rows, whole vectors of
/// channels, more than a few pixels.
static bool usesMatrices(const Layer &layer) {
  int64_t run = layer.columns.dilation == 1
                    ? layer.columns.taps * layer.channels
                    : layer.channels;
  int64_t pixels = layer.rows.output * layer.columns.output;
  return !layer.isDepthwise && layer.weights.outputs >= 16 && pixels >= 4 &&
         kernel::getMatrixDepth(run) >= kernel::kMatrixRowBytes / 2;
}

std::optional<DotKind> KernelBuilder::chooseDot(const Layer &layer) const {
  auto isByte = [](int16_t value) { return value >= -128 && value <= 127; };
  if (!llvm::all_of(layer.weights.values, isByte))
    return target.pairs;
  if (target.matrices && usesMatrices(layer))
    return target.matrices;
  return target.bytes ? target.bytes : target.pairs;
}

Value KernelBuilder::castToStorage(Value value) {
  Type type = converter.convertType(value.getType());
  if (auto cast = value.getDefiningOp<UnrealizedConversionCastOp>();
      cast && cast.getNumOperands() == 1 &&
      cast.getOperand(0).getType() == type)
    return cast.getOperand(0);
  return UnrealizedConversionCastOp::create(builder, value.getLoc(), type,
                                            value)
      .getResult(0);
}

Value KernelBuilder::packInput(const Layer &layer, Value input, TileAttr tile,
                               ArrayRef<int64_t> shape,
                               ArrayRef<int64_t> padding) {
  int64_t elements = shape[0] * (shape[1] + padding[0] + padding[1]) *
                     (shape[2] + padding[2] + padding[3]) * shape[3];
  unsigned bits = tile.getOperandBits();
  // A depthwise kernel may read a whole group of channels beyond its last.
  int64_t slack = kSlackBytes * 8 / bits;
  Location loc = layer.op->getLoc();
  Value empty =
      tensor::EmptyOp::create(builder, loc, ArrayRef<int64_t>(elements + slack),
                              builder.getIntegerType(bits));
  bool isOffset = isUnsigned(layer.input);
  return kernel::PackInputOp::create(builder, loc, empty.getType(), input,
                                     empty, shape, padding,
                                     getByteZeroPoint(layer.input), isOffset,
                                     bits == 8 && tile.takesOffset())
      .getResult(0);
}

void KernelBuilder::lower(Layer &layer) {
  std::optional<DotKind> dot = chooseDot(layer);
  if (!dot)
    return;
  MLIRContext *context = builder.getContext();
  Location loc = layer.op->getLoc();
  LayerDim &rows = layer.rows, &columns = layer.columns;
  bool isPadded =
      rows.before || rows.getAfter() || columns.before || columns.getAfter();
  bool isPointwise = !layer.isDepthwise && rows.taps == 1 &&
                     columns.taps == 1 && rows.stride == 1 &&
                     columns.stride == 1 && !isPadded;
  if (isPointwise) {
    // All pixels are one row.
    int64_t pixels = layer.batches * rows.output * columns.output;
    layer.batches = rows.input = rows.output = 1;
    columns.input = columns.output = pixels;
  }

  int64_t run =
      columns.dilation == 1 ? columns.taps * layer.channels : layer.channels;
  bool isDirect = !layer.isDepthwise && !isPadded &&
                  kernel::multipliesBytes(*dot) && run % 4 == 0;
  bool isOffset = isUnsigned(layer.input);
  bool flips = isDirect && *dot == DotKind::VPDPBUSD && !isOffset;
  // Instructions on int8 do not read uint8 in place.
  if (*dot != DotKind::VPDPBUSD && isOffset)
    isDirect = false;

  TileAttr tile =
      layer.isDepthwise
          ? chooseDepthwiseTile(context, target, *dot)
          : chooseConvolutionTile(context, target, *dot, layer.weights.outputs,
                                  columns.output, flips);
  if (!tile)
    return;
  builder.setInsertionPoint(layer.op);
  LayerConstants constants(builder, layer, tile);
  bool small;
  SmallVector<Value> factors = constants.makeFactors(mode, small);
  if (factors.empty())
    return;
  Value weights = constants.makeWeights(), bias = constants.makeBias();

  Value input = castToStorage(layer.input);
  SmallVector<int64_t> shape = {layer.batches, rows.input, columns.input,
                                layer.channels};
  if (!isDirect) {
    input = packInput(
        layer, input, tile, shape,
        {rows.before, rows.getAfter(), columns.before, columns.getAfter()});
    shape[1] = rows.getPadded();
    shape[2] = columns.getPadded();
    isOffset = tile.takesOffset();
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
  auto type =
      cast<RankedTensorType>(converter.convertType(layer.output.getType()));
  Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                        type.getElementType());
  SmallVector<int64_t> outputShape = {layer.batches, rows.output,
                                      columns.output, layer.weights.outputs};
  auto make = [&](auto tag) -> Value {
    using OpT = decltype(tag);
    return OpT::create(builder, loc, type, input, weights, bias, factors, empty,
                       shape, outputShape,
                       ArrayRef<int64_t>{rows.taps, columns.taps},
                       ArrayRef<int64_t>{rows.stride, columns.stride},
                       ArrayRef<int64_t>{rows.dilation, columns.dilation},
                       isOffset, isUnsigned(layer.output), requantize, tile)
        .getResult(0);
  };
  Value result = layer.isDepthwise ? make(kernel::DepthwiseConv2DOp())
                                   : make(kernel::Conv2DOp());
  auto cast = UnrealizedConversionCastOp::create(
      builder, loc, layer.output.getType(), result);
  layer.output.replaceAllUsesWith(cast.getResult(0));
  layer.op->erase();
}

void KernelBuilder::run() {
  for (Operation &op : llvm::make_early_inc_range(func.getOps()))
    if (std::optional<Layer> layer = matchLayer(&op))
      lower(*layer);
    else
      lowerLSTMToKernel(&op, target, builder);
  // Casts that every reader looked through, and constants that were packed.
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(func.getBody().front())))
    if (isa<UnrealizedConversionCastOp, ConstOp, NoValueOp>(op) &&
        op.use_empty())
      op.erase();
  chooseForms(func);
}

void mopt::convertMoptToKernel(func::FuncOp func, const KernelTarget &target,
                               RequantizeMode mode) {
  if (target && !func.isExternal() && func.getBody().hasOneBlock())
    KernelBuilder(func, target, mode).run();
}

namespace {

struct ConvertMoptToKernelPass
    : mopt::impl::ConvertMoptToKernelPassBase<ConvertMoptToKernelPass> {
  using ConvertMoptToKernelPassBase::ConvertMoptToKernelPassBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    llvm::Expected<KernelTarget> target =
        getKernelTarget(mcpu, triple, features);
    if (!target) {
      func.emitError() << llvm::toString(target.takeError());
      return signalPassFailure();
    }
    ExecutorOptions executor;
    if (!requantize.empty()) {
      executor.requantize = symbolizeRequantizeMode(requantize);
      if (!executor.requantize) {
        func.emitError()
            << "option 'requantize' must be 'float' or 'fixed', not '"
            << requantize << "'";
        return signalPassFailure();
      }
    }
    convertMoptToKernel(func, *target, getRequantizeMode(func, executor));
  }
};

} // namespace
