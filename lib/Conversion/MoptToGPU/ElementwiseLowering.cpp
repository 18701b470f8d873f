//===- ElementwiseLowering.cpp - Functions of two tensors -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeviceRescale.h"
#include "PlanBuilder.h"

#include "mopt/Conversion/MoptToKernel/Layer.h"
#include "mopt/Dialect/Mopt/IR/ElementwiseOps.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "llvm/ADT/bit.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

namespace {

enum class BinaryKind { Add, Sub, Mul, Max, Min };

/// True for what takes one of its operands as it is.
bool selects(BinaryKind kind) {
  return kind == BinaryKind::Max || kind == BinaryKind::Min;
}

/// How an operand is repeated to the size of the result.
enum class Repeat {
  None,
  /// It has one row.
  Rows,
  /// It has one element.
  Elements
};

/// A binary op by what its code depends on.
struct BinaryKernel {
  BinaryKind kind;
  bool ofBytes;
  /// Of sums and products of bytes.
  std::optional<RescaleKind> rescale;
  Repeat repeats[2];
  /// Of the result, and fours of elements of a row of both operands and the
  /// result.
  int64_t rows, quads, operandQuads[2], resultQuads;
  /// Fours that an invocation computes.
  int64_t width;

  std::string getName() const;
  void emit(KernelBuilder &b, Value id) const;
  Value combine(KernelBuilder &b, Value lhs, Value rhs,
                ArrayRef<Value> parameters) const;
  unsigned countParameters() const;
};

} // namespace

static StringRef getWord(BinaryKind kind) {
  switch (kind) {
  case BinaryKind::Add:
    return "add";
  case BinaryKind::Sub:
    return "sub";
  case BinaryKind::Mul:
    return "mul";
  case BinaryKind::Max:
    return "max";
  case BinaryKind::Min:
    return "min";
  }
  llvm_unreachable("covered switch");
}

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

std::string BinaryKernel::getName() const {
  std::string name = ofBytes ? "byte_" : "float_";
  name += getWord(kind);
  if (rescale)
    name += "_" + stringifyRescaleKind(*rescale).str();
  return name + joinName("", int(repeats[0]), int(repeats[1]), rows, quads,
                         operandQuads[0], operandQuads[1], resultQuads, width);
}

/// Bounds, then of sums and products of bytes three zero points and the
/// factors.
unsigned BinaryKernel::countParameters() const {
  if (!rescale)
    return 2;
  unsigned words = getFactorWords(*rescale);
  if (kind == BinaryKind::Mul)
    return 5 + words;
  return 5 + (*rescale == RescaleKind::Float ? 2 : 3 * words);
}

/// Integers are shifted to the left before a sum in fixed point.
static constexpr int kSumShift = 20;

Value BinaryKernel::combine(KernelBuilder &b, Value lhs, Value rhs,
                            ArrayRef<Value> p) const {
  // With a NaN on either side the second operand wins.
  if (kind == BinaryKind::Max)
    return b.select(b.less(rhs, lhs), lhs, rhs);
  if (kind == BinaryKind::Min)
    return b.select(b.less(lhs, rhs), lhs, rhs);
  if (!ofBytes) {
    Value value = kind == BinaryKind::Add   ? b.add(lhs, rhs)
                  : kind == BinaryKind::Sub ? b.sub(lhs, rhs)
                                            : b.mul(lhs, rhs);
    return b.clamp(value, p[0], p[1]);
  }
  Value low = p[0], high = p[1], zero = p[4];
  ArrayRef<Value> factors = p.drop_front(5);
  lhs = b.sub(lhs, p[2]);
  rhs = b.sub(rhs, p[3]);
  if (kind == BinaryKind::Mul)
    return b.add(emitRescale(b, *rescale, b.mul(lhs, rhs), factors, low, high),
                 zero);
  bool isAdd = kind == BinaryKind::Add;
  if (*rescale == RescaleKind::Float) {
    Value x = b.exactMul(b.toFloat(lhs), b.bitsToFloat(factors[0]));
    Value y = b.exactMul(b.toFloat(rhs), b.bitsToFloat(factors[1]));
    Value sum = isAdd ? b.exactAdd(x, y) : b.exactSub(x, y);
    Value cut = b.clamp(sum, b.toFloat(low), b.toFloat(high));
    return b.add(b.toInt(b.roundEven(cut)), zero);
  }
  Value x = emitFixedProduct(b, b.shl(lhs, kSumShift), factors[0], factors[1],
                             factors[2]);
  Value y = emitFixedProduct(b, b.shl(rhs, kSumShift), factors[3], factors[4],
                             factors[5]);
  Value sum = isAdd ? b.add(x, y) : b.sub(x, y);
  return b.add(emitRescale(b, *rescale, sum, factors.drop_front(6), low, high),
               zero);
}

void BinaryKernel::emit(KernelBuilder &b, Value id) const {
  SmallVector<Value> parameters;
  for (unsigned i = 0; i < countParameters(); ++i)
    parameters.push_back(b.load(2, b.index(i)));
  Value row = b.div(id, quads), quad = b.rem(id, quads);
  auto place = [&](int64_t pitch) {
    return pitch == quads ? id : b.add(b.mul(row, pitch), quad);
  };
  // Operands as words, or as vectors of floats.
  Value operands[2];
  for (unsigned i = 0; i < 2; ++i)
    operands[i] = b.load(i, repeats[i] == Repeat::None ? place(operandQuads[i])
                            : repeats[i] == Repeat::Rows ? quad
                                                         : b.index(0));
  SmallVector<Value> results;
  for (int64_t i = 0; i < width; ++i) {
    Value values[2];
    for (unsigned k = 0; k < 2; ++k) {
      Value value = operands[k];
      if (ofBytes)
        value = b.unpackBytes(b.part(value, i));
      if (repeats[k] == Repeat::Elements)
        value = b.splat(b.extract(value, 0));
      values[k] = value;
    }
    Value result = combine(b, values[0], values[1], parameters);
    results.push_back(ofBytes ? b.packBytes(result) : result);
  }
  b.store(3, place(resultQuads), b.pack(results));
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

static std::optional<Repeat> getRepeat(Value operand, Value result) {
  auto from = cast<RankedTensorType>(operand.getType());
  auto to = cast<RankedTensorType>(result.getType());
  if (from.getShape() == to.getShape())
    return Repeat::None;
  if (from.getNumElements() == 1)
    return Repeat::Elements;
  if (from.getNumElements() == from.getShape().back() && to.getRank() &&
      from.getShape().back() == to.getShape().back())
    return Repeat::Rows;
  // Leading dimensions of size 1 change nothing.
  if (from.getNumElements() == to.getNumElements() &&
      from.getShape().back() == to.getShape().back())
    return Repeat::None;
  return std::nullopt;
}

template <typename OpT>
static ActivationFunction getActivation(Operation *op) {
  if constexpr (llvm::is_one_of<OpT, MaximumOp, MinimumOp>::value)
    return ActivationFunction::NONE;
  else
    return cast<OpT>(op).getFusedActivationFunction();
}

template <typename OpT, BinaryKind kind>
static std::optional<std::string> refuseBinary(Operation *op) {
  Value result = op->getResult(0);
  DeviceLayout layout = *getDeviceLayout(result.getType());
  if (layout.element != DeviceElement::Byte &&
      layout.element != DeviceElement::Float)
    return "kernels compute it for float32 and 8-bit values only";
  if (!getFloatActivationRange(getActivation<OpT>(op)))
    return "its fused activation function is no cut";
  bool hasVariable = false;
  for (Value operand : op->getOperands()) {
    std::optional<DeviceLayout> from = getDeviceLayout(operand.getType());
    if (!from || from->element != layout.element ||
        isUnsignedBytes(operand.getType()) != isUnsignedBytes(result.getType()))
      return "operands and result have different elements";
    if (!getRepeat(operand, result))
      return "an operand is repeated along inner dimensions";
    hasVariable |= !operand.getDefiningOp<ConstOp>();
  }
  if (!hasVariable)
    return "all its operands are constants";
  if (layout.element == DeviceElement::Float)
    return std::nullopt;
  for (Value value :
       {op->getOperand(0), op->getOperand(1), Value(op->getResult(0))}) {
    QuantParams params = getQuantParams(value.getType());
    if (!params.isQuantized() || params.isPerAxis())
      return "a tensor of bytes has no scale, or one for each channel";
    if (selects(kind) &&
        getElementTypeOrSelf(value) != getElementTypeOrSelf(result))
      return "operands and result have different scales";
  }
  return std::nullopt;
}

/// Appends a factor of an op of bytes.
static void addFactor(std::vector<int32_t> &words, RescaleKind kind,
                      double exact, float rounded) {
  llvm::append_range(words, kind == RescaleKind::Float
                                ? makeFloatFactor(rounded)
                                : makeFixedFactor(quantizeMultiplier(exact)));
}

/// What the kernel multiplies with; see docs/Numerics.md.
static std::vector<int32_t> getByteParameters(Operation *op, BinaryKind kind,
                                              ActivationFunction activation,
                                              RescaleKind rescale) {
  Value result = op->getResult(0);
  int32_t zero = getByteZeroPoint(result);
  float left = getQuantParams(op->getOperand(0).getType()).scale();
  float right = getQuantParams(op->getOperand(1).getType()).scale();
  float out = getQuantParams(result.getType()).scale();
  ClampRange<int32_t> range = *getQuantizedActivationRange(
      activation, out, zero, {-kOffset, kOffset - 1});
  std::vector<int32_t> words = {range.min - zero, range.max - zero,
                                getByteZeroPoint(op->getOperand(0)),
                                getByteZeroPoint(op->getOperand(1)), zero};
  if (kind == BinaryKind::Mul) {
    float factor = left * right / out;
    addFactor(words, rescale, factor, factor);
    return words;
  }
  double common = 2.0 * double(std::max(left, right));
  addFactor(words, rescale, double(left) / common, left / out);
  addFactor(words, rescale, double(right) / common, right / out);
  if (rescale == RescaleKind::Fixed)
    addFactor(words, rescale,
              common / (double(int64_t(1) << kSumShift) * double(out)), 0.0f);
  return words;
}

template <typename OpT, BinaryKind kind>
static void lowerBinary(Operation *op, PlanBuilder &plan) {
  DeviceTensor operands[] = {plan.get(op->getOperand(0)),
                             plan.get(op->getOperand(1))};
  Value result = op->getResult(0);
  DeviceTensor to = plan.define(result);
  bool isFloat = to.layout.element == DeviceElement::Float;
  ActivationFunction activation = getActivation<OpT>(op);
  BinaryKernel kernel;
  kernel.kind = kind;
  kernel.ofBytes = !isFloat;
  if (!isFloat && !selects(kind))
    kernel.rescale = plan.getMode() == RequantizeMode::Float
                         ? RescaleKind::Float
                         : RescaleKind::Fixed;
  kernel.rows = to.layout.rows;
  kernel.quads = llvm::divideCeil(to.layout.channels, 4);
  kernel.resultQuads = to.layout.stride / 4;
  bool isWhole = !isFloat && to.layout.stride % 16 == 0;
  for (unsigned i = 0; i < 2; ++i) {
    kernel.repeats[i] = *getRepeat(op->getOperand(i), result);
    kernel.operandQuads[i] = operands[i].layout.stride / 4;
    isWhole &= kernel.repeats[i] == Repeat::None;
  }
  kernel.width = isWhole ? 4 : 1;
  if (isWhole) {
    // All words of the rows, whatever is between them.
    for (int64_t *quads : {&kernel.quads, &kernel.resultQuads,
                           &kernel.operandQuads[0], &kernel.operandQuads[1]})
      *quads = to.layout.stride / 16;
  }
  std::vector<int32_t> words;
  if (!kernel.rescale) {
    ClampRange<float> range = *getFloatActivationRange(activation);
    words = {llvm::bit_cast<int32_t>(range.min),
             llvm::bit_cast<int32_t>(range.max)};
  } else {
    words = getByteParameters(op, kind, activation, *kernel.rescale);
  }
  std::vector<int32_t> parameters;
  for (int32_t word : words)
    parameters.insert(parameters.end(), 4, word);

  BufferElement element = isFloat   ? BufferElement::F32x4
                          : isWhole ? BufferElement::I32x4
                                    : BufferElement::I32;
  int64_t bytes = getElementBytes(element);
  KernelRequest request;
  request.name = kernel.getName();
  request.arguments = {
      {element, operands[0].layout.getBytes() / bytes},
      {element, operands[1].layout.getBytes() / bytes},
      {isFloat ? BufferElement::F32x4 : BufferElement::I32x4,
       static_cast<int64_t>(words.size())},
      {element, to.layout.getBytes() / bytes, /*isWritten=*/true}};
  request.invocations = kernel.rows * kernel.quads;
  request.needsRounding = kernel.rescale == RescaleKind::Float;
  request.body = [kernel](KernelBuilder &b, Value id) { kernel.emit(b, id); };
  plan.dispatch(request,
                {operands[0].buffer, operands[1].buffer,
                 plan.addConstant(ArrayRef<int32_t>(parameters)), to.buffer});
}

template <typename OpT, BinaryKind kind>
static DeviceLowering getBinaryLowering() {
  return {refuseBinary<OpT, kind>, lowerBinary<OpT, kind>};
}

void mopt::addElementwiseLowerings(DeviceLowerings &lowerings) {
  lowerings.try_emplace("mopt.add",
                        getBinaryLowering<AddOp, BinaryKind::Add>());
  lowerings.try_emplace("mopt.sub",
                        getBinaryLowering<SubOp, BinaryKind::Sub>());
  lowerings.try_emplace("mopt.mul",
                        getBinaryLowering<MulOp, BinaryKind::Mul>());
  lowerings.try_emplace("mopt.maximum",
                        getBinaryLowering<MaximumOp, BinaryKind::Max>());
  lowerings.try_emplace("mopt.minimum",
                        getBinaryLowering<MinimumOp, BinaryKind::Min>());
}
