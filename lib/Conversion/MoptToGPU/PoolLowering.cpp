//===- PoolLowering.cpp - Pools in kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlanBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVOps.h"
#include "mopt/Conversion/MoptToKernel/Layer.h"
#include "mopt/Dialect/Mopt/IR/PoolOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

struct PoolKernel {
  LayerDim rows, columns;
  int64_t batches;
  /// Fours of channels that are computed, and of a pixel.
  int64_t quads, pitch;
  bool isAverage, isFloat;
  /// Whether bytes are those of uint8 values.
  bool isUnsigned;

  std::string getName() const {
    std::string name = isAverage ? "average_pool" : "max_pool";
    name += isFloat ? "_float" : isUnsigned ? "_u8" : "_s8";
    for (const LayerDim &dim : {rows, columns})
      name +=
          joinName("", dim.input, dim.output, dim.taps, dim.stride, dim.before);
    return name + joinName("", batches, quads, pitch);
  }
  void emit(KernelBuilder &b, Value id) const;

private:
  Value finish(KernelBuilder &b, Value value, Value count) const;
};

enum Argument { kInput, kParameters, kOutput };

} // namespace

/// The mean of a sum, or the maximum; cut to the activation's bounds.
Value PoolKernel::finish(KernelBuilder &b, Value value, Value count) const {
  Value low = b.load(kParameters, b.index(0));
  Value high = b.load(kParameters, b.index(1));
  if (isAverage && isFloat)
    value = spirv::FDivOp::create(b, value, b.splat(b.toFloat(count)));
  if (isAverage && !isFloat) {
    // Half away from zero, of the values that the model stores.
    if (isUnsigned)
      value = b.add(value, b.splat(b.mul(count, 128)));
    Value half = b.splat(b.shr(count, 1));
    Value isPositive = b.less(b.i32x4(0), value);
    Value nudged = b.select(isPositive, b.add(value, half), b.sub(value, half));
    value = arith::DivSIOp::create(b, nudged, b.splat(count));
    if (isUnsigned)
      value = b.sub(value, 128);
  }
  return b.clamp(value, low, high);
}

void PoolKernel::emit(KernelBuilder &b, Value id) const {
  Value quad = b.rem(id, quads), pixel = b.div(id, quads);
  Value column = b.rem(pixel, columns.output);
  Value row = b.div(pixel, columns.output);
  Value batch = b.mul(b.div(row, rows.output), rows.input);
  Value y = b.sub(b.mul(b.rem(row, rows.output), rows.stride), rows.before);
  Value x = b.sub(b.mul(column, columns.stride), columns.before);
  bool isPadded = rows.isPadded() || columns.isPadded();
  Value start =
      isFloat ? b.f32x4(isAverage ? 0.0f : std::numeric_limits<float>::lowest())
              : b.i32x4(isAverage ? 0 : -128);
  SmallVector<Value> sums = b.loop(
      rows.taps, {start, b.i32(0)}, [&](Value tapRow, ValueRange carried) {
        return b.loop(
            columns.taps, carried, [&](Value tapColumn, ValueRange carried) {
              Value inputRow = b.add(y, tapRow),
                    inputColumn = b.add(x, tapColumn);
              Value number = b.add(b.mul(b.add(batch, inputRow), columns.input),
                                   inputColumn);
              Value isInside;
              if (isPadded) {
                isInside =
                    b.bitAnd(b.below(inputRow, b.index(rows.input)),
                             b.below(inputColumn, b.index(columns.input)));
                number = b.select(isInside, number, b.index(0));
              }
              Value value = b.load(kInput, b.add(b.mul(number, pitch), quad));
              if (!isFloat)
                value = b.unpackBytes(value);
              if (isInside)
                value = b.select(isInside, value, start);
              Value next = isAverage ? b.add(carried[0], value)
                                     : b.max(carried[0], value);
              Value step = isInside ? b.toInteger(isInside) : b.i32(1);
              return SmallVector<Value>{next, b.add(carried[1], step)};
            });
      });
  Value count = isPadded ? sums[1] : b.i32(rows.taps * columns.taps);
  Value result = finish(b, sums[0], count);
  b.store(kOutput, b.add(b.mul(pixel, pitch), quad),
          isFloat ? result : b.packBytes(result));
}

template <typename OpT>
static std::optional<std::string> refusePool(Operation *op) {
  auto pool = cast<OpT>(op);
  auto from = cast<RankedTensorType>(pool.getInput().getType());
  auto to = cast<RankedTensorType>(pool.getOutput().getType());
  DeviceLayout layout = *getDeviceLayout(from);
  if (std::optional<std::string> reason = refuseElements(from, to))
    return reason;
  if (from.getRank() != 4 || to.getRank() != 4)
    return "it has not four dimensions";
  if (!getFloatActivationRange(pool.getFusedActivationFunction()))
    return "its fused activation function is no cut";
  if (layout.element == DeviceElement::Byte &&
      (!getQuantParams(to).isQuantized() || getQuantParams(to).isPerAxis()))
    return "its result has no scale, or one for each channel";
  return std::nullopt;
}

template <typename OpT>
static LayerDim makeDim(OpT op, unsigned axis, int64_t taps, int64_t stride) {
  LayerDim dim;
  dim.input = cast<RankedTensorType>(op.getInput().getType()).getDimSize(axis);
  dim.output =
      cast<RankedTensorType>(op.getOutput().getType()).getDimSize(axis);
  dim.taps = taps;
  dim.stride = stride;
  dim.before = getPaddingBefore(op.getPadding(), dim.input, dim.output,
                                dim.taps, dim.stride);
  return dim;
}

template <typename OpT, bool isAverage>
static void lowerPool(Operation *op, PlanBuilder &plan) {
  auto pool = cast<OpT>(op);
  DeviceTensor from = plan.get(pool.getInput());
  DeviceTensor to = plan.define(pool.getOutput());
  PoolKernel kernel;
  kernel.rows = makeDim(pool, 1, pool.getFilterHeight(), pool.getStrideH());
  kernel.columns = makeDim(pool, 2, pool.getFilterWidth(), pool.getStrideW());
  kernel.batches =
      cast<RankedTensorType>(pool.getInput().getType()).getDimSize(0);
  kernel.quads = llvm::divideCeil(to.layout.channels, 4);
  kernel.pitch = to.layout.stride / 4;
  kernel.isAverage = isAverage;
  kernel.isFloat = to.layout.element == DeviceElement::Float;
  kernel.isUnsigned = isAverage && isUnsignedBytes(pool.getOutput().getType());
  BufferElement element =
      kernel.isFloat ? BufferElement::F32x4 : BufferElement::I32;
  ActivationFunction activation = pool.getFusedActivationFunction();
  unsigned parameters;
  if (kernel.isFloat) {
    ClampRange<float> range = *getFloatActivationRange(activation);
    std::vector<float> words(4, range.min);
    words.insert(words.end(), 4, range.max);
    parameters = plan.addConstant(ArrayRef<float>(words));
  } else {
    ClampRange<int32_t> range = *getQuantizedActivationRange(
        activation, getQuantParams(pool.getOutput().getType()).scale(),
        getByteZeroPoint(pool.getOutput()), {-kOffset, kOffset - 1});
    std::vector<int32_t> words(4, range.min);
    words.insert(words.end(), 4, range.max);
    parameters = plan.addConstant(ArrayRef<int32_t>(words));
  }
  KernelRequest request;
  request.name = kernel.getName();
  request.arguments = {
      {element, from.layout.rows * kernel.pitch},
      {kernel.isFloat ? BufferElement::F32x4 : BufferElement::I32x4, 2},
      {element, to.layout.rows * kernel.pitch, /*isWritten=*/true}};
  request.invocations = to.layout.rows * kernel.quads;
  request.body = [kernel](KernelBuilder &b, Value id) { kernel.emit(b, id); };
  plan.dispatch(request, {from.buffer, parameters, to.buffer});
}

void mopt::addPoolLowerings(DeviceLowerings &lowerings) {
  lowerings.try_emplace("mopt.average_pool_2d",
                        DeviceLowering{refusePool<AveragePool2DOp>,
                                       lowerPool<AveragePool2DOp, true>});
  lowerings.try_emplace(
      "mopt.max_pool_2d",
      DeviceLowering{refusePool<MaxPool2DOp>, lowerPool<MaxPool2DOp, false>});
}
