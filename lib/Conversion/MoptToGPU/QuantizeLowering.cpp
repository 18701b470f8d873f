//===- QuantizeLowering.cpp - Floats to bytes in kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// The model divides by the scale and rounds half away from zero; drivers need
// not divide exactly. A table of the least float of each result corrects what a
// product with the reciprocal finds, which is at most one off.
//
//===----------------------------------------------------------------------===//

#include "ByteTable.h"
#include "PlanBuilder.h"

#include "mopt/Conversion/MoptToKernel/Layer.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/EvaluableOp.h"
#include "llvm/ADT/bit.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

/// Floats in ascending order as integers.
static float fromOrder(int64_t order) {
  auto bits = static_cast<uint32_t>(order < 0 ? -order : order);
  float value = llvm::bit_cast<float>(bits);
  return order < 0 ? -value : value;
}

/// Entry i is the least float that becomes the i-th byte or a higher one: minus
/// infinity for the first, and behind the last one a NaN, which no float
/// reaches. std::nullopt if the evaluator refuses.
static std::optional<std::vector<float>> findThresholds(Operation *op) {
  constexpr int64_t count = 255;
  int64_t infinity =
      llvm::bit_cast<int32_t>(std::numeric_limits<float>::infinity());
  std::vector<int64_t> low(count, -infinity), high(count, infinity);
  auto toType = cast<RankedTensorType>(op->getResult(0).getType());
  HostTensor input = HostTensor::allocate(
      RankedTensorType::get({count}, Float32Type::get(op->getContext())));
  HostTensor output = HostTensor::allocate(
      RankedTensorType::get({count}, toType.getElementType()));
  auto evaluable = dyn_cast<EvaluableOp>(op);
  if (!evaluable)
    return std::nullopt;
  int flip = isUnsignedBytes(toType) ? 0 : 0x80;
  for (int step = 0; step < 33; ++step) {
    for (int64_t i = 0; i < count; ++i)
      input.asMutable<float>()[i] =
          fromOrder(low[i] + ((high[i] - low[i]) >> 1));
    EvalContext context(input, output, RequantizeMode::Float);
    if (failed(evaluable.evaluate(context)))
      return std::nullopt;
    for (int64_t i = 0; i < count; ++i) {
      if (low[i] >= high[i])
        continue;
      int64_t middle = low[i] + ((high[i] - low[i]) >> 1);
      int64_t byte = output.as<uint8_t>()[i] ^ flip;
      if (byte >= i + 1)
        high[i] = middle;
      else
        low[i] = middle + 1;
    }
  }
  std::vector<float> thresholds = {-std::numeric_limits<float>::infinity()};
  for (int64_t order : high)
    thresholds.push_back(fromOrder(order));
  thresholds.push_back(std::numeric_limits<float>::quiet_NaN());
  return thresholds;
}

static std::optional<std::string> refuseQuantize(Operation *op) {
  Value input = op->getOperand(0), output = op->getResult(0);
  if (input.getDefiningOp<ConstOp>())
    return "its operand is a constant";
  DeviceElement element = getDeviceLayout(input.getType())->element;
  if (element == DeviceElement::Byte)
    return evaluateByteTable(op, 0, RequantizeMode::Float)
               ? std::nullopt
               : std::optional<std::string>(
                     "its operand has no scale, or one for each channel");
  QuantParams params = getQuantParams(output.getType());
  if (element != DeviceElement::Float ||
      getDeviceLayout(output.getType())->element != DeviceElement::Byte ||
      !params.isQuantized() || params.isPerAxis())
    return "kernels compute it from float32 or 8 bits to 8 bits with one scale";
  if (!std::isfinite(1.0f / params.scale()))
    return "its scale has no reciprocal";
  return std::nullopt;
}

static void emitQuantize(KernelBuilder &b, Value id, int64_t quads,
                         int64_t inputPitch, int64_t outputPitch) {
  Value row = b.div(id, quads), quad = b.rem(id, quads);
  Value values = b.load(0, b.add(b.mul(row, inputPitch), quad));
  Value inverse = b.load(1, b.index(257)), zero = b.load(1, b.index(258));
  SmallVector<Value> bytes;
  for (unsigned i = 0; i < 4; ++i) {
    Value x = b.extract(values, i);
    // The number of the byte, from 0.
    Value guess = b.add(b.mul(x, inverse), zero);
    guess = b.toInt(b.roundEven(b.clamp(guess, b.f32(0.0f), b.f32(255.0f))));
    guess = b.clamp(guess, b.i32(0), b.i32(255));
    Value at = b.toIndex(guess);
    Value isBelow = b.less(x, b.load(1, at));
    Value reachesNext = b.lessOrEqual(b.load(1, b.add(at, 1)), x);
    Value number = b.select(reachesNext, b.add(guess, 1), guess);
    number = b.select(isBelow, b.sub(guess, 1), number);
    number = b.select(b.equal(x, x), number, b.i32(0));
    bytes.push_back(b.sub(number, 128));
  }
  b.store(2, b.add(b.mul(row, outputPitch), quad), b.packBytes(b.pack(bytes)));
}

static void lowerQuantize(Operation *op, PlanBuilder &plan) {
  DeviceTensor from = plan.get(op->getOperand(0));
  DeviceTensor to = plan.define(op->getResult(0));
  if (from.layout.element == DeviceElement::Byte) {
    applyByteTable(plan, *evaluateByteTable(op, 0, plan.getMode()), from, to);
    return;
  }
  std::vector<float> table = *findThresholds(op);
  table.push_back(1.0f / getQuantParams(op->getResult(0).getType()).scale());
  table.push_back(
      static_cast<float>(getByteZeroPoint(op->getResult(0)) + kOffset));
  int64_t quads = llvm::divideCeil(to.layout.channels, 4);
  int64_t inputPitch = from.layout.stride / 4;
  int64_t outputPitch = to.layout.stride / 4;
  KernelRequest request;
  request.name =
      joinName("quantize", to.layout.rows, quads, inputPitch, outputPitch);
  request.arguments = {
      {BufferElement::F32x4, from.layout.rows * inputPitch},
      {BufferElement::F32, static_cast<int64_t>(table.size())},
      {BufferElement::I32, to.layout.rows * outputPitch, /*isWritten=*/true}};
  request.invocations = to.layout.rows * quads;
  request.body = [=](KernelBuilder &b, Value id) {
    emitQuantize(b, id, quads, inputPitch, outputPitch);
  };
  plan.dispatch(request, {from.buffer, plan.addConstant(ArrayRef<float>(table)),
                          to.buffer});
}

void mopt::addQuantizeLowerings(DeviceLowerings &lowerings) {
  lowerings.try_emplace("mopt.quantize",
                        DeviceLowering{refuseQuantize, lowerQuantize});
}
