//===- ReductionLowering.cpp - Means and selections in kernels ------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeviceRescale.h"
#include "PlanBuilder.h"
#include "RowElements.h"

#include "mlir/Dialect/SPIRV/IR/SPIRVOps.h"
#include "mopt/Conversion/MoptToKernel/Layer.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/IR/ReductionOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"

#include <set>

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// mean
//===----------------------------------------------------------------------===//

namespace {

/// Rows are [outer][count][inner]; the middle ones become one.
struct MeanKernel {
  int64_t outer = 1, count = 1, inner = 1;
  /// Fours of channels that are computed, and of a row of operand and result.
  int64_t quads = 0, inputQuads = 0, outputQuads = 0;
  /// Of bytes; none for floats.
  std::optional<RescaleKind> rescale;

  std::string getName() const {
    std::string name = rescale ? "byte_mean_" : "float_mean";
    if (rescale)
      name += stringifyRescaleKind(*rescale);
    return name +
           joinName("", outer, count, inner, quads, inputQuads, outputQuads);
  }
  void emit(KernelBuilder &b, Value id) const;
};

} // namespace

void MeanKernel::emit(KernelBuilder &b, Value id) const {
  bool isFloat = !rescale;
  Value quad = b.rem(id, quads), row = b.div(id, quads);
  Value first =
      b.add(b.mul(b.div(row, inner), count * inner), b.rem(row, inner));
  Value zero = isFloat ? b.f32x4(0.0f) : b.i32x4(0);
  Value sum = b.loop(count, zero, [&](Value i, ValueRange carried) {
    Value at = b.add(first, b.mul(i, inner));
    Value value = b.load(0, b.add(b.mul(at, inputQuads), quad));
    if (!isFloat)
      value = b.unpackBytes(value);
    return SmallVector<Value>{b.add(carried[0], value)};
  })[0];
  Value to = b.add(b.mul(row, outputQuads), quad);
  if (isFloat) {
    b.store(1, to, spirv::FDivOp::create(b, sum, b.f32x4(float(count))));
    return;
  }
  auto parameter = [&](unsigned i) { return b.load(1, b.index(i)); };
  SmallVector<Value> factor;
  for (unsigned i = 0; i < getFactorWords(*rescale); ++i)
    factor.push_back(parameter(4 + i));
  Value mean = emitRescale(b, *rescale, b.sub(sum, parameter(3)), factor,
                           parameter(0), parameter(1));
  b.store(2, to, b.packBytes(b.add(mean, parameter(2))));
}

/// The reduced axes, sorted; std::nullopt if they are no constant.
static std::optional<std::set<int64_t>> getAxes(MeanOp op) {
  std::optional<SmallVector<int64_t>> values =
      getConstantIntegers(op.getAxes());
  if (!values)
    return std::nullopt;
  int64_t rank = cast<RankedTensorType>(op.getInput().getType()).getRank();
  std::set<int64_t> axes;
  for (int64_t axis : *values)
    axes.insert(axis < 0 ? axis + rank : axis);
  return axes;
}

static std::optional<std::string> refuseMean(Operation *op) {
  auto mean = cast<MeanOp>(op);
  auto from = cast<RankedTensorType>(mean.getInput().getType());
  auto to = cast<RankedTensorType>(mean.getOutput().getType());
  DeviceLayout layout = *getDeviceLayout(from);
  if (std::optional<std::string> reason = refuseElements(from, to))
    return reason;
  if (layout.element == DeviceElement::Byte)
    for (Type type : {Type(from), Type(to)})
      if (!getQuantParams(type).isQuantized() ||
          getQuantParams(type).isPerAxis())
        return "a tensor of bytes has no scale, or one for each channel";
  std::optional<std::set<int64_t>> axes = getAxes(mean);
  if (!axes || axes->empty())
    return "its axes are no constant";
  if (*axes->begin() < 0 || *axes->rbegin() >= from.getRank())
    return "an axis is outside of the tensor";
  if (axes->count(from.getRank() - 1))
    return "it reduces the channels";
  if (*axes->rbegin() - *axes->begin() + 1 != int64_t(axes->size()))
    return "its axes are not next to each other";
  return std::nullopt;
}

/// A factor over `count` in fixed point, with the bits that it leaves unused;
/// see docs/Numerics.md.
static QuantizedMultiplier divideMultiplier(QuantizedMultiplier factor,
                                            int64_t count) {
  int shift =
      std::min({static_cast<int>(llvm::Log2_64(count)), 32, 31 + factor.shift});
  factor.multiplier = static_cast<int32_t>(
      (int64_t(factor.multiplier) * (int64_t(1) << shift)) / count);
  factor.shift -= shift;
  return factor;
}

static void lowerMean(Operation *op, PlanBuilder &plan) {
  auto mean = cast<MeanOp>(op);
  DeviceTensor from = plan.get(mean.getInput());
  DeviceTensor to = plan.define(mean.getOutput());
  auto type = cast<RankedTensorType>(mean.getInput().getType());
  std::set<int64_t> axes = *getAxes(mean);
  MeanKernel kernel;
  for (int64_t i = 0; i + 1 < type.getRank(); ++i)
    (i < *axes.begin()    ? kernel.outer
     : i > *axes.rbegin() ? kernel.inner
                          : kernel.count) *= type.getDimSize(i);
  kernel.quads = llvm::divideCeil(from.layout.channels, 4);
  kernel.inputQuads = from.layout.stride / 4;
  // The result has the same channels in other rows, or fewer dimensions.
  kernel.outputQuads = kernel.inputQuads;
  bool isFloat = to.layout.element == DeviceElement::Float;
  BufferElement element = isFloat ? BufferElement::F32x4 : BufferElement::I32;
  DeviceLayout rows = from.layout;
  rows.rows = kernel.outer * kernel.inner;
  KernelRequest request;
  SmallVector<unsigned> buffers = {from.buffer};
  request.arguments = {{element, from.layout.rows * kernel.inputQuads}};
  if (!isFloat) {
    kernel.rescale = plan.getMode() == RequantizeMode::Float
                         ? RescaleKind::Float
                         : RescaleKind::Fixed;
    float in = getQuantParams(mean.getInput().getType()).scale();
    float out = getQuantParams(mean.getOutput().getType()).scale();
    int32_t zero = getByteZeroPoint(mean.getOutput());
    std::vector<int32_t> words = {
        -kOffset - zero, kOffset - 1 - zero, zero,
        static_cast<int32_t>(getByteZeroPoint(mean.getInput()) * kernel.count)};
    llvm::append_range(
        words,
        *kernel.rescale == RescaleKind::Float
            ? makeFloatFactor(in / out / float(kernel.count))
            : makeFixedFactor(divideMultiplier(
                  quantizeMultiplier(double(in) / double(out)), kernel.count)));
    std::vector<int32_t> parameters;
    for (int32_t word : words)
      parameters.insert(parameters.end(), 4, word);
    request.arguments.push_back(
        {BufferElement::I32x4, static_cast<int64_t>(words.size())});
    buffers.push_back(plan.addConstant(ArrayRef<int32_t>(parameters)));
  }
  request.name = kernel.getName();
  request.arguments.push_back(
      {element, rows.rows * kernel.outputQuads, /*isWritten=*/true});
  request.invocations = rows.rows * kernel.quads;
  request.needsRounding = kernel.rescale == RescaleKind::Float;
  request.body = [kernel](KernelBuilder &b, Value id) { kernel.emit(b, id); };
  buffers.push_back(to.buffer);
  plan.dispatch(request, buffers);
}

//===----------------------------------------------------------------------===//
// arg_max, arg_min
//===----------------------------------------------------------------------===//

static std::optional<std::string> refuseSelection(Operation *op) {
  auto from = cast<RankedTensorType>(op->getOperand(0).getType());
  DeviceLayout layout = *getDeviceLayout(from);
  DeviceElement result = getDeviceLayout(op->getResult(0).getType())->element;
  if (layout.element != DeviceElement::Byte &&
      layout.element != DeviceElement::Float)
    return "kernels compute it for float32 and 8-bit values only";
  if (result != DeviceElement::Word && result != DeviceElement::Long)
    return "its result is of no 32- or 64-bit integers";
  std::optional<SmallVector<int64_t>> values =
      getConstantIntegers(op->getOperand(1));
  if (!values || values->size() != 1)
    return "its axis is no constant";
  if (values->front() != -1 && values->front() != from.getRank() - 1)
    return "it selects along another dimension than the last one";
  return std::nullopt;
}

template <bool isMax>
static void lowerSelection(Operation *op, PlanBuilder &plan) {
  DeviceTensor from = plan.get(op->getOperand(0));
  DeviceTensor to = plan.define(op->getResult(0));
  bool isFloat = from.layout.element == DeviceElement::Float;
  bool isLong = to.layout.element == DeviceElement::Long;
  int64_t pitch = from.layout.stride / 4, channels = from.layout.channels;
  KernelRequest request;
  request.name = joinName(isFloat ? isMax ? "float_argmax" : "float_argmin"
                          : isMax ? "byte_argmax"
                                  : "byte_argmin",
                          from.layout.rows, channels, pitch, int(isLong));
  request.arguments = {
      {isFloat ? BufferElement::F32x4 : BufferElement::I32,
       from.layout.rows * pitch},
      {BufferElement::I32, to.layout.getBytes() / 4, /*isWritten=*/true}};
  request.invocations = from.layout.rows;
  request.body = [=](KernelBuilder &b, Value id) {
    RowElements row{0, b.mul(id, pitch), channels, isFloat};
    Value first = b.extract(row.load(b, b.index(0)), 0);
    SmallVector<Value> best = row.fold(
        b, {first, b.i32(0)},
        [&](Value element, Value number, ValueRange best) {
          Value isBetter =
              isMax ? b.less(best[0], element) : b.less(element, best[0]);
          return SmallVector<Value>{b.select(isBetter, element, best[0]),
                                    b.select(isBetter, number, best[1])};
        });
    b.store(1, b.mul(id, isLong ? 2 : 1), best[1]);
    if (isLong)
      b.store(1, b.add(b.mul(id, 2), 1), b.i32(0));
  };
  plan.dispatch(request, {from.buffer, to.buffer});
}

void mopt::addReductionLowerings(DeviceLowerings &lowerings) {
  lowerings.try_emplace("mopt.mean", DeviceLowering{refuseMean, lowerMean});
  lowerings.try_emplace("mopt.arg_max",
                        DeviceLowering{refuseSelection, lowerSelection<true>});
  lowerings.try_emplace("mopt.arg_min",
                        DeviceLowering{refuseSelection, lowerSelection<false>});
}
