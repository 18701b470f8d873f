//===- ElementwiseLowering.cpp - Functions of two tensors -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BinaryArithmetic.h"

#include "mopt/Conversion/MoptToKernel/Layer.h"
#include "mopt/Dialect/Mopt/IR/ElementwiseOps.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

namespace {

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
  explicit BinaryKernel(BinaryArithmetic arithmetic) : arithmetic(arithmetic) {}

  BinaryArithmetic arithmetic;
  Repeat repeats[2];
  /// Of the result, and fours of elements of a row of both operands and the
  /// result.
  int64_t rows, quads, operandQuads[2], resultQuads;
  /// Fours that an invocation computes.
  int64_t width;

  std::string getName() const;
  void emit(KernelBuilder &b, Value id) const;
};

} // namespace

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

std::string BinaryKernel::getName() const {
  std::string name = arithmetic.ofBytes ? "byte_" : "float_";
  return name + arithmetic.getName() +
         joinName("", int(repeats[0]), int(repeats[1]), rows, quads,
                  operandQuads[0], operandQuads[1], resultQuads, width);
}

void BinaryKernel::emit(KernelBuilder &b, Value id) const {
  SmallVector<Value> parameters = arithmetic.load(b, 2, 0);
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
      if (arithmetic.ofBytes)
        value = b.unpackBytes(b.part(value, i));
      if (repeats[k] == Repeat::Elements)
        value = b.splat(b.extract(value, 0));
      values[k] = value;
    }
    Value result = arithmetic.combine(b, values[0], values[1], parameters);
    results.push_back(arithmetic.ofBytes ? b.packBytes(result) : result);
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

template <typename OpT, BinaryKind kind>
static void lowerBinary(Operation *op, PlanBuilder &plan) {
  DeviceTensor operands[] = {plan.get(op->getOperand(0)),
                             plan.get(op->getOperand(1))};
  Value result = op->getResult(0);
  DeviceTensor to = plan.define(result);
  bool isFloat = to.layout.element == DeviceElement::Float;
  BinaryKernel kernel({kind, result.getType(), plan.getMode()});
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
  std::vector<int32_t> parameters = kernel.arithmetic.pack(
      op->getOperand(0), op->getOperand(1), result, getActivation<OpT>(op));

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
       kernel.arithmetic.countVectors()},
      {element, to.layout.getBytes() / bytes, /*isWritten=*/true}};
  request.invocations = kernel.rows * kernel.quads;
  request.needsRounding = kernel.arithmetic.rescale == RescaleKind::Float;
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
