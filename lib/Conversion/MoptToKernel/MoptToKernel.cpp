//===- MoptToKernel.cpp - Convolutions become kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Conversion/MoptToKernel/MoptToKernel.h"

#include "PackWeights.h"
#include "Strategy.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Pass/Pass.h"
#include "mopt/Conversion/MoptToLinalg/MoptToLinalg.h"
#include "mopt/Conversion/Passes.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Dialect/Mopt/IR/ConvolutionOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"

#include <cmath>

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

/// Distance between int8 and offset form.
constexpr int32_t kOffset = 128;
/// Kernels may read a vector beyond the end of their input.
constexpr int64_t kSlackBytes = 64;

/// One spatial dimension.
struct Dim {
  int64_t input = 1, output = 1, taps = 1, stride = 1, dilation = 1;
  int64_t before = 0;

  /// Input elements, padding included, that the windows span.
  int64_t getSpan() const {
    return (output - 1) * stride + (taps - 1) * dilation + 1;
  }
  int64_t getAfter() const {
    return std::max<int64_t>(getSpan() - before - input, 0);
  }
  int64_t getPadded() const { return before + input + getAfter(); }
};

/// What the three ops have in common: a convolution of 8-bit values.
struct Layer {
  Layer(Operation *op, Value input, Value output, ActivationFunction activation)
      : op(op), input(input), output(output), activation(activation) {}

  Operation *op;
  Value input, output;
  ActivationFunction activation;
  int64_t batches = 1, channels = 1;
  Dim rows, columns;
  bool isDepthwise = false;
  /// How fixed mode rescales.
  FixedArithmetic arithmetic = FixedArithmetic::Multiplier;
  bool roundsScaleProduct = false;
  Weights weights;
  std::vector<int32_t> bias;
};

/// Makes the kernels of one function.
class KernelBuilder {
public:
  KernelBuilder(func::FuncOp func, const KernelTarget &target,
                RequantizeMode mode)
      : func(func), target(target), mode(mode), builder(func.getContext()) {}

  void run();

private:
  std::optional<Layer> match(Operation *op);
  /// The operands that all forms have; false if a kernel cannot take them.
  bool matchOperands(Layer &layer, Value filter, Value bias);
  std::optional<DotKind> chooseDot(const Layer &layer) const;
  void lower(Layer &layer);

  /// Factors of the channels, as constants; sets `small`.
  SmallVector<Value> makeFactors(const Layer &layer, TileAttr tile,
                                 bool &small);
  std::vector<int32_t> foldBias(const Layer &layer, int32_t zeroPoint);
  Value packInput(const Layer &layer, Value input, TileAttr tile,
                  ArrayRef<int64_t> shape, ArrayRef<int64_t> padding);

  template <typename T>
  Value makeConstant(Location loc, Type element, ArrayRef<T> values);
  Value castToStorage(Value value);

  void chooseForms();

  func::FuncOp func;
  const KernelTarget &target;
  RequantizeMode mode;
  OpBuilder builder;
  StorageTypeConverter converter;
};

} // namespace

//===----------------------------------------------------------------------===//
// Matching
//===----------------------------------------------------------------------===//

static RankedTensorType getTensor(Value value) {
  return dyn_cast<RankedTensorType>(value.getType());
}

static Type getStorage(Value value) {
  return getStorageElementType(getTensor(value).getElementType());
}

static bool isUnsigned(Value value) {
  return getStorage(value).isUnsignedInteger();
}

/// The zero point of a tensor in terms of int8.
static int32_t getZeroPoint(Value value) {
  int64_t zeroPoint = getQuantParams(value.getType()).zeroPoint();
  return static_cast<int32_t>(zeroPoint - (isUnsigned(value) ? kOffset : 0));
}

static HostTensor getConstant(Value value) {
  auto op = value ? value.getDefiningOp<ConstOp>() : ConstOp();
  if (!op)
    return {};
  llvm::Expected<HostTensor> tensor = getConstantTensor(op);
  if (!tensor) {
    llvm::consumeError(tensor.takeError());
    return {};
  }
  return *tensor;
}

/// True for 8-bit tensors of a static shape with one scale.
static bool isByteActivation(Value value) {
  RankedTensorType type = getTensor(value);
  if (!type || !type.hasStaticShape() || type.getNumElements() == 0)
    return false;
  QuantParams params = getQuantParams(type);
  Type storage = getStorage(value);
  return params.isQuantized() && !params.isPerAxis() && storage.isInteger() &&
         storage.getIntOrFloatBitWidth() == 8;
}

bool KernelBuilder::matchOperands(Layer &layer, Value filter, Value biasValue) {
  if (!isByteActivation(layer.input) || !isByteActivation(layer.output) ||
      isUnsigned(layer.input) != isUnsigned(layer.output) ||
      !getFloatActivationRange(layer.activation))
    return false;
  HostTensor tensor = getConstant(filter);
  if (!tensor || !getQuantParams(filter.getType()).isQuantized())
    return false;
  Type storage = getStorage(filter);
  unsigned width = storage.getIntOrFloatBitWidth();
  if (!storage.isInteger() || width > 8 ||
      isUnsigned(filter) != isUnsigned(layer.input))
    return false;
  // Weights per axis are symmetric: the first zero point serves for all.
  auto zeroPoint =
      static_cast<int16_t>(getQuantParams(filter.getType()).zeroPoint());
  auto center = [&](auto elements) {
    for (int16_t element : elements)
      layer.weights.values.push_back(element - zeroPoint);
  };
  if (width < 8)
    center(ArrayRef<int8_t>(unpackSubByte(tensor)));
  else
    dispatchStorage<int8_t, uint8_t>(
        storage, [&](auto zero) { center(tensor.as<decltype(zero)>()); });

  layer.bias.assign(layer.weights.outputs, 0);
  if (!biasValue || !getTensor(biasValue))
    return true;
  HostTensor bias = getConstant(biasValue);
  return bias && bias.getNumElements() == layer.weights.outputs &&
         dispatchStorage<int32_t, int64_t>(
             getStorage(biasValue), [&](auto zero) {
               llvm::transform(
                   bias.as<decltype(zero)>(), layer.bias.begin(),
                   [](auto value) { return static_cast<int32_t>(value); });
             });
}

/// The window of a convolution of rank 4 whose filter has the sizes `taps`.
template <typename ConvOp>
static std::optional<Layer> matchWindow(ConvOp op, ArrayRef<int64_t> filter) {
  RankedTensorType input = getTensor(op.getInput());
  RankedTensorType output = getTensor(op.getOutput());
  if (!input || !output || input.getRank() != 4 || output.getRank() != 4 ||
      filter.size() != 4)
    return std::nullopt;
  Layer layer(op, op.getInput(), op.getOutput(),
              op.getFusedActivationFunction());
  layer.batches = input.getDimSize(0);
  layer.channels = input.getDimSize(3);
  layer.rows = {input.getDimSize(1), output.getDimSize(1), filter[1],
                op.getStrideH(), op.getDilationHFactor()};
  layer.columns = {input.getDimSize(2), output.getDimSize(2), filter[2],
                   op.getStrideW(), op.getDilationWFactor()};
  for (Dim *dim : {&layer.rows, &layer.columns})
    dim->before = getPaddingBefore(op.getPadding(), dim->input, dim->output,
                                   dim->taps, dim->stride, dim->dilation);
  layer.roundsScaleProduct = isUnsigned(op.getInput());
  return layer;
}

std::optional<Layer> KernelBuilder::match(Operation *op) {
  auto getFilterShape = [](Value filter) -> ArrayRef<int64_t> {
    RankedTensorType type = getTensor(filter);
    return type && type.hasStaticShape() ? type.getShape()
                                         : ArrayRef<int64_t>();
  };
  std::optional<Layer> layer;
  Value filter, bias;
  if (auto conv = dyn_cast<Conv2DOp>(op)) {
    ArrayRef<int64_t> shape = getFilterShape(filter = conv.getFilter());
    bias = conv.getBias();
    layer = matchWindow(conv, shape);
    // Groups read parts of the channels.
    if (!layer || shape[3] != layer->channels)
      return std::nullopt;
    layer->weights = {shape[0],
                      shape[1],
                      shape[2],
                      shape[3],
                      {},
                      shape[1] * shape[2] * shape[3],
                      shape[2] * shape[3],
                      shape[3],
                      1};
  } else if (auto conv = dyn_cast<DepthwiseConv2DOp>(op)) {
    ArrayRef<int64_t> shape = getFilterShape(filter = conv.getFilter());
    bias = conv.getBias();
    layer = matchWindow(conv, shape);
    // Of one input channel it is a convolution like others.
    if (!layer || (layer->channels != 1 && layer->channels != shape[3]))
      return std::nullopt;
    layer->isDepthwise = layer->channels != 1;
    layer->weights = {
        shape[3], shape[1], shape[2], 1, {}, 1, shape[2] * shape[3],
        shape[3], 0};
  } else if (auto product = dyn_cast<FullyConnectedOp>(op)) {
    ArrayRef<int64_t> shape = getFilterShape(filter = product.getFilter());
    bias = product.getBias();
    RankedTensorType input = getTensor(product.getInput());
    if (product.getWeightsFormat() != WeightsFormat::DEFAULT ||
        shape.size() != 2 || shape[1] == 0 || !input.hasStaticShape())
      return std::nullopt;
    layer.emplace(op, product.getInput(), product.getOutput(),
                  product.getFusedActivationFunction());
    layer->channels = shape[1];
    layer->columns.input = layer->columns.output =
        input.getNumElements() / shape[1];
    layer->arithmetic = FixedArithmetic::Double;
    layer->weights = {shape[0], 1, 1, shape[1], {}, shape[1], 0, 0, 1};
  }
  if (!layer || !matchOperands(*layer, filter, bias))
    return std::nullopt;
  return layer;
}

std::optional<DotKind> KernelBuilder::chooseDot(const Layer &layer) const {
  auto isByte = [](int16_t value) { return value >= -128 && value <= 127; };
  if (target.bytes && llvm::all_of(layer.weights.values, isByte))
    return target.bytes;
  return target.pairs;
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

template <typename T>
Value KernelBuilder::makeConstant(Location loc, Type element,
                                  ArrayRef<T> values) {
  auto type =
      RankedTensorType::get({static_cast<int64_t>(values.size())}, element);
  AsmResourceBlob blob = allocateConstBlob(values.size() * sizeof(T));
  std::memcpy(blob.getMutableData().data(), values.data(),
              values.size() * sizeof(T));
  return createConst(builder, loc, type, std::move(blob), TensorAttr());
}

/// True if no sum leaves 2^30, whatever the input.
static bool hasSmallSums(const Layer &layer) {
  const Weights &w = layer.weights;
  for (int64_t output = 0; output < w.outputs; ++output) {
    int64_t bound = std::abs(int64_t(layer.bias[output]));
    for (int64_t row = 0; row < w.rows; ++row)
      for (int64_t column = 0; column < w.columns; ++column)
        for (int64_t c = 0; c < w.depth; ++c)
          bound += 255 * std::abs(w.at(output, row, column, c));
    if (bound >= int64_t(1) << 30)
      return false;
  }
  return true;
}

SmallVector<Value> KernelBuilder::makeFactors(const Layer &layer, TileAttr tile,
                                              bool &small) {
  float input = getQuantParams(layer.input.getType()).scale();
  float output = getQuantParams(layer.output.getType()).scale();
  QuantParams filter = getQuantParams(layer.op->getOperand(1).getType());
  std::vector<float> real;
  std::vector<double> exact;
  std::vector<int32_t> multipliers, shifts;
  for (int64_t i = 0; i < layer.weights.outputs; ++i) {
    float weight = filter.scale(i);
    real.push_back(input * weight / output);
    exact.push_back(layer.roundsScaleProduct
                        ? double(input * weight) / double(output)
                        : double(input) * double(weight) / double(output));
    QuantizedMultiplier factor = quantizeMultiplier(exact.back());
    multipliers.push_back(factor.multiplier);
    shifts.push_back(factor.shift);
  }
  Location loc = layer.op->getLoc();
  auto make = [&](Type type, auto &values) {
    using T = std::decay_t<decltype(values[0])>;
    return makeConstant<T>(
        loc, type,
        packChannels<T>(ArrayRef<T>(values), tile, layer.isDepthwise));
  };
  small = true;
  if (mode == RequantizeMode::Float) {
    // A sum times less than 1 stays within 32 bits.
    small = llvm::all_of(real, [](float factor) { return factor < 1.0f; });
    if (llvm::any_of(real, [](float factor) { return !std::isfinite(factor); }))
      return {};
    return {make(builder.getF32Type(), real)};
  }
  if (layer.arithmetic == FixedArithmetic::Double)
    return {make(builder.getF64Type(), exact)};
  small =
      llvm::all_of(shifts,
                   [](int32_t shift) { return shift <= -1 && shift >= -31; }) &&
      hasSmallSums(layer);
  return {make(builder.getI32Type(), multipliers),
          make(builder.getI32Type(), shifts)};
}

std::vector<int32_t> KernelBuilder::foldBias(const Layer &layer,
                                             int32_t zeroPoint) {
  const Weights &w = layer.weights;
  std::vector<int32_t> bias = layer.bias;
  for (int64_t output = 0; output < w.outputs; ++output) {
    // Unsigned, because sums wrap.
    uint32_t sum = 0;
    for (int64_t row = 0; row < w.rows; ++row)
      for (int64_t column = 0; column < w.columns; ++column)
        for (int64_t c = 0; c < w.depth; ++c)
          sum += static_cast<uint32_t>(w.at(output, row, column, c));
    bias[output] = static_cast<int32_t>(static_cast<uint32_t>(bias[output]) -
                                        static_cast<uint32_t>(zeroPoint) * sum);
  }
  return bias;
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

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
                                     getZeroPoint(layer.input), isOffset,
                                     bits == 8 && tile.takesOffset())
      .getResult(0);
}

void KernelBuilder::lower(Layer &layer) {
  std::optional<DotKind> dot = chooseDot(layer);
  if (!dot)
    return;
  MLIRContext *context = builder.getContext();
  Location loc = layer.op->getLoc();
  Dim &rows = layer.rows, &columns = layer.columns;
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

  auto isBytes = [](DotKind kind) {
    return kind == DotKind::VPDPBUSD || kind == DotKind::SDOT;
  };
  int64_t run =
      columns.dilation == 1 ? columns.taps * layer.channels : layer.channels;
  bool isDirect =
      !layer.isDepthwise && !isPadded && isBytes(*dot) && run % 4 == 0;
  bool isOffset = isUnsigned(layer.input);
  bool flips = isDirect && *dot == DotKind::VPDPBUSD && !isOffset;
  // Instructions on int8 do not read uint8 in place.
  if (*dot == DotKind::SDOT && isOffset)
    isDirect = false;

  TileAttr tile =
      layer.isDepthwise
          ? chooseDepthwiseTile(context, target, *dot)
          : chooseConvolutionTile(context, target, *dot, layer.weights.outputs,
                                  columns.output, flips);
  if (!tile)
    return;
  builder.setInsertionPoint(layer.op);
  bool small;
  SmallVector<Value> factors = makeFactors(layer, tile, small);
  if (factors.empty())
    return;

  std::vector<int16_t> packed =
      layer.isDepthwise
          ? packDepthwiseWeights(layer.weights, tile)
          : packConvolutionWeights(layer.weights, tile, columns.dilation != 1);
  Value weights;
  if (tile.getOperandBits() == 8) {
    std::vector<int8_t> bytes(packed.begin(), packed.end());
    weights = makeConstant<int8_t>(loc, builder.getI8Type(), bytes);
  } else {
    weights = makeConstant<int16_t>(loc, builder.getI16Type(), packed);
  }
  std::vector<int32_t> folded = foldBias(
      layer, getZeroPoint(layer.input) + (tile.takesOffset() ? kOffset : 0));
  Value bias = makeConstant<int32_t>(
      loc, builder.getI32Type(),
      packChannels<int32_t>(folded, tile, layer.isDepthwise));

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

  int32_t zeroPoint = getZeroPoint(layer.output);
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

/// Values between kernels alone take the form that saves the readers work.
void KernelBuilder::chooseForms() {
  func.walk([&](Operation *op) {
    if (!isa<kernel::Conv2DOp, kernel::DepthwiseConv2DOp>(op) ||
        op->hasAttr("output_offset"))
      return;
    Value result = op->getResult(0);
    auto readsOffset = [](OpOperand &use) {
      if (use.getOperandNumber() != 0)
        return false;
      if (auto pack = dyn_cast<kernel::PackInputOp>(use.getOwner()))
        return pack.getOutputOffset();
      auto conv = dyn_cast<kernel::Conv2DOp>(use.getOwner());
      return conv && conv.getTile().takesOffset();
    };
    if (result.use_empty() || !llvm::all_of(result.getUses(), readsOffset))
      return;
    auto unit = UnitAttr::get(op->getContext());
    op->setAttr("output_offset", unit);
    for (Operation *user : result.getUsers())
      user->setAttr("input_offset", unit);
  });
}

void KernelBuilder::run() {
  for (Operation &op : llvm::make_early_inc_range(func.getOps()))
    if (std::optional<Layer> layer = match(&op))
      lower(*layer);
  // Casts that every reader looked through, and constants that were packed.
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(func.getBody().front())))
    if (isa<UnrealizedConversionCastOp, ConstOp, NoValueOp>(op) &&
        op.use_empty())
      op.erase();
  chooseForms();
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
