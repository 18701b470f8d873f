//===- ResizeLowering.cpp - Resizing of images in kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Where a result's pixel lies between those of the operand is a table of the
// rows and one of the columns.
//
//===----------------------------------------------------------------------===//

#include "PlanBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVOps.h"
#include "mopt/Dialect/Mopt/IR/ShapeOps.h"
#include "llvm/ADT/bit.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// The arithmetic of interpolation.
enum class Mix {
  /// Of int8: in integers, positions in steps of 2^-10.
  Fixed,
  /// Of uint8: in floats, half a unit added, cut.
  Stored,
  Float,
  /// No interpolation.
  Nearest
};

struct Sides {
  int64_t from, to;
  bool alignsCorners, hasHalfPixels;
};

/// An entry of a table: the pixels on both sides and their weights.
using Sample = std::array<int32_t, 4>;

} // namespace

static constexpr int32_t kOne = 1 << 10;

static Sample sampleFixed(const Sides &sides, int64_t i) {
  int64_t scale =
      sides.alignsCorners && sides.to > 1
          ? (kOne * (sides.from - 1) + (sides.to - 1) / 2) / (sides.to - 1)
          : (kOne * sides.from + sides.to / 2) / sides.to;
  int64_t at =
      sides.hasHalfPixels ? i * scale + scale / 2 - kOne / 2 : i * scale;
  int64_t low = std::clamp<int64_t>(at / kOne, 0, sides.from - 1);
  int64_t high = std::clamp<int64_t>((at + kOne - 1) / kOne, 0, sides.from - 1);
  auto weight = static_cast<int32_t>(at - kOne * low);
  return {static_cast<int32_t>(low), static_cast<int32_t>(high), kOne - weight,
          weight};
}

static float getScale(const Sides &sides) {
  return sides.alignsCorners && sides.to > 1
             ? static_cast<float>(sides.from - 1) /
                   static_cast<float>(sides.to - 1)
             : static_cast<float>(sides.from) / static_cast<float>(sides.to);
}

static Sample sampleFloat(const Sides &sides, int64_t i) {
  float scale = getScale(sides);
  float at = sides.hasHalfPixels ? (static_cast<float>(i) + 0.5f) * scale - 0.5f
                                 : static_cast<float>(i) * scale;
  auto low = std::clamp<int64_t>(static_cast<int64_t>(std::floor(at)), 0,
                                 sides.from - 1);
  auto high =
      std::min<int64_t>(static_cast<int64_t>(std::ceil(at)), sides.from - 1);
  float weight = at - static_cast<float>(low);
  return {static_cast<int32_t>(low), static_cast<int32_t>(high),
          llvm::bit_cast<int32_t>(1.0f - weight),
          llvm::bit_cast<int32_t>(weight)};
}

static Sample pickNearest(const Sides &sides, int64_t i) {
  float at = (static_cast<float>(i) + (sides.hasHalfPixels ? 0.5f : 0.0f)) *
             getScale(sides);
  float chosen = sides.alignsCorners ? std::round(at) : std::floor(at);
  auto pixel = static_cast<int32_t>(
      std::clamp<int64_t>(static_cast<int64_t>(chosen), 0, sides.from - 1));
  return {pixel, pixel, 0, 0};
}

static unsigned addTable(PlanBuilder &plan, Mix mix, const Sides &sides) {
  std::vector<int32_t> words;
  for (int64_t i = 0; i < sides.to; ++i)
    llvm::append_range(words, mix == Mix::Nearest ? pickNearest(sides, i)
                              : mix == Mix::Fixed ? sampleFixed(sides, i)
                                                  : sampleFloat(sides, i));
  return plan.addConstant(ArrayRef<int32_t>(words));
}

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

/// The mixture of four pixels: [top left, bottom left, top right, bottom
/// right], in the order of the roundings of the evaluator.
static Value mixFloats(KernelBuilder &b, ArrayRef<Value> pixels, Value row,
                       Value column) {
  auto weight = [&](Value sample, unsigned i) {
    return b.splat(b.bitsToFloat(b.extract(sample, 2 + i)));
  };
  Value sum;
  for (unsigned i = 0; i < 4; ++i) {
    Value term = b.exactMul(b.exactMul(pixels[i], weight(row, i % 2)),
                            weight(column, i / 2));
    sum = sum ? b.exactAdd(sum, term) : term;
  }
  return sum;
}

static Value mixIntegers(KernelBuilder &b, ArrayRef<Value> pixels, Value row,
                         Value column) {
  auto weight = [&](Value sample, unsigned i) {
    return b.extract(sample, 2 + i);
  };
  Value sum;
  for (unsigned i = 0; i < 4; ++i) {
    Value factor = b.mul(weight(row, i % 2), weight(column, i / 2));
    Value term = b.mul(pixels[i], b.splat(factor));
    sum = sum ? b.add(sum, term) : term;
  }
  // Half away from zero.
  int64_t one = int64_t(kOne) * kOne;
  Value half = b.i32x4(one / 2);
  Value isPositive = b.less(b.i32x4(0), sum);
  Value nudged = b.select(isPositive, b.add(sum, half), b.sub(sum, half));
  return arith::DivSIOp::create(b, nudged, b.i32x4(one));
}

static Value mix(KernelBuilder &b, Mix kind, ArrayRef<Value> pixels, Value row,
                 Value column) {
  if (kind == Mix::Float)
    return mixFloats(b, pixels, row, column);
  SmallVector<Value> values;
  for (Value pixel : pixels)
    values.push_back(b.unpackBytes(pixel));
  if (kind == Mix::Fixed)
    return b.packBytes(mixIntegers(b, values, row, column));
  // Of the values that the model stores.
  for (Value &value : values)
    value = b.toFloat(b.add(value, 128));
  Value sum = b.exactAdd(mixFloats(b, values, row, column), b.f32x4(0.5f));
  return b.packBytes(b.sub(b.toInt(sum), 128));
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

static std::optional<std::string> refuseResize(Operation *op) {
  auto from = cast<RankedTensorType>(op->getOperand(0).getType());
  auto to = cast<RankedTensorType>(op->getResult(0).getType());
  if (std::optional<std::string> reason = refuseElements(from, to))
    return reason;
  if (from.getRank() != 4 || to.getRank() != 4 ||
      from.getDimSize(0) != to.getDimSize(0) ||
      from.getDimSize(3) != to.getDimSize(3))
    return "operand and result are no images of the same channels";
  return std::nullopt;
}

template <typename OpT>
static void lowerResize(Operation *op, PlanBuilder &plan) {
  constexpr bool isNearest = std::is_same_v<OpT, ResizeNearestNeighborOp>;
  auto resize = cast<OpT>(op);
  DeviceTensor from = plan.get(op->getOperand(0));
  DeviceTensor to = plan.define(op->getResult(0));
  auto fromType = cast<RankedTensorType>(op->getOperand(0).getType());
  auto toType = cast<RankedTensorType>(op->getResult(0).getType());
  bool isFloat = to.layout.element == DeviceElement::Float;
  Mix kind = isNearest                 ? Mix::Nearest
             : isFloat                 ? Mix::Float
             : isUnsignedBytes(toType) ? Mix::Stored
                                       : Mix::Fixed;
  auto getSides = [&](unsigned axis) {
    return Sides{fromType.getDimSize(axis), toType.getDimSize(axis),
                 resize.getAlignCorners(), resize.getHalfPixelCenters()};
  };
  Sides rows = getSides(1), columns = getSides(2);
  int64_t quads = llvm::divideCeil(to.layout.channels, 4);
  int64_t pitch = to.layout.stride / 4, batches = toType.getDimSize(0);
  BufferElement element = isFloat ? BufferElement::F32x4 : BufferElement::I32;
  KernelRequest request;
  request.name = joinName(
      isNearest ? isFloat ? "resize_nearest_float" : "resize_nearest_byte"
      : isFloat ? "resize_float"
      : kind == Mix::Fixed ? "resize_s8"
                           : "resize_u8",
      batches, rows.from, rows.to, columns.from, columns.to, quads, pitch);
  request.arguments = {{element, from.layout.rows * pitch},
                       {BufferElement::I32x4, rows.to},
                       {BufferElement::I32x4, columns.to},
                       {element, to.layout.rows * pitch, /*isWritten=*/true}};
  request.invocations = to.layout.rows * quads;
  request.needsRounding = kind == Mix::Stored;
  request.body = [=](KernelBuilder &b, Value id) {
    Value quad = b.rem(id, quads), pixel = b.div(id, quads);
    Value resultRow = b.div(pixel, columns.to);
    Value row = b.load(1, b.rem(resultRow, rows.to));
    Value column = b.load(2, b.rem(pixel, columns.to));
    Value batch = b.mul(b.div(resultRow, rows.to), rows.from);
    auto read = [&](unsigned bottom, unsigned right) {
      Value y = b.add(batch, b.toIndex(b.extract(row, bottom)));
      Value number =
          b.add(b.mul(y, columns.from), b.toIndex(b.extract(column, right)));
      return b.load(0, b.add(b.mul(number, pitch), quad));
    };
    Value result;
    if (isNearest) {
      result = read(0, 0);
    } else {
      Value pixels[] = {read(0, 0), read(1, 0), read(0, 1), read(1, 1)};
      result = mix(b, kind, pixels, row, column);
    }
    b.store(3, b.add(b.mul(pixel, pitch), quad), result);
  };
  plan.dispatch(request, {from.buffer, addTable(plan, kind, rows),
                          addTable(plan, kind, columns), to.buffer});
}

void mopt::addResizeLowerings(DeviceLowerings &lowerings) {
  lowerings.try_emplace(
      "mopt.resize_bilinear",
      DeviceLowering{refuseResize, lowerResize<ResizeBilinearOp>});
  lowerings.try_emplace(
      "mopt.resize_nearest_neighbor",
      DeviceLowering{refuseResize, lowerResize<ResizeNearestNeighborOp>});
}
