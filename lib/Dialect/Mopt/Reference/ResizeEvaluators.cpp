//===- ResizeEvaluators.cpp - Resizing of images ----------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// resize_bilinear, resize_nearest_neighbor on NHWC tensors. Operand and result
// of a quantised resize share their parameters: stored values are interpolated
// as they are.
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ShapeOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

/// Both tensors are NHWC with equal batch and channels, and `size` holds the
/// height and width of the result.
static LogicalResult checkResize(Operation *op, EvalContext &context) {
  const HostTensor &input = context.input(0), &size = context.input(1),
                   &output = context.output();
  if (input.getStorageElementType() != output.getStorageElementType() ||
      !size.getStorageElementType().isInteger(32))
    return emitUnsupportedTypes(op);
  if (input.getRank() != 4 || output.getRank() != 4 ||
      input.getDim(0) != output.getDim(0) ||
      input.getDim(3) != output.getDim(3))
    return op->emitOpError("needs an operand and a result of rank 4 with the "
                           "same batch and channels");
  ArrayRef<int32_t> sides = size.as<int32_t>();
  if (sides.size() != 2 || sides[0] != output.getDim(1) ||
      sides[1] != output.getDim(2))
    return op->emitOpError(
        "has a size operand that differs from the shape of its result");
  if (input.getNumElements() == 0)
    return op->emitOpError("resizes an empty tensor");
  return success();
}

namespace {
/// The two neighbours of one output coordinate and where it lies between them,
/// in elements as `Real`: a float, or an integer in steps of 2^-10.
template <typename Real>
struct Sample {
  int64_t low, high;
  Real position;
};
} // namespace

static SmallVector<Sample<float>>
sampleReal(int64_t from, int64_t to, bool alignCorners, bool halfPixelCenters) {
  float scale = alignCorners && to > 1
                    ? static_cast<float>(from - 1) / static_cast<float>(to - 1)
                    : static_cast<float>(from) / static_cast<float>(to);
  SmallVector<Sample<float>> samples;
  for (int64_t i = 0; i < to; ++i) {
    float at = halfPixelCenters ? (static_cast<float>(i) + 0.5f) * scale - 0.5f
                                : static_cast<float>(i) * scale;
    auto low = static_cast<int64_t>(std::floor(at));
    auto high = static_cast<int64_t>(std::ceil(at));
    // The kernel relies on low < from; rounding of `at` may break that only
    // for sides beyond 2^23, where the clamp keeps the read inside.
    samples.push_back(
        {std::clamp<int64_t>(low, 0, from - 1), std::min(high, from - 1), at});
  }
  return samples;
}

/// One in the fixed-point coordinates of the integer kernel.
static constexpr int64_t kOne = 1 << 10;

static SmallVector<Sample<int64_t>> sampleFixed(int64_t from, int64_t to,
                                                bool alignCorners,
                                                bool halfPixelCenters) {
  int64_t scale = alignCorners && to > 1
                      ? (kOne * (from - 1) + (to - 1) / 2) / (to - 1)
                      : (kOne * from + to / 2) / to;
  SmallVector<Sample<int64_t>> samples;
  for (int64_t i = 0; i < to; ++i) {
    int64_t at =
        halfPixelCenters ? i * scale + scale / 2 - kOne / 2 : i * scale;
    // Divisions truncate: below zero both neighbours are the first element.
    // The rounded scale may lead beyond the last element where the result is
    // thousands wide; the kernel reads there, the clamp does not.
    samples.push_back({std::clamp<int64_t>(at / kOne, 0, from - 1),
                       std::clamp<int64_t>((at + kOne - 1) / kOne, 0, from - 1),
                       at});
  }
  return samples;
}

namespace {
/// The loop over an image; `mix(a, b, c, d, y, x)` makes one element from its
/// neighbours (top left, bottom left, top right, bottom right) and the
/// distances from the top and the left one.
template <typename T, typename Real, typename Mix>
void interpolate(EvalContext &context, ArrayRef<Sample<Real>> rows,
                 ArrayRef<Sample<Real>> columns, Real one, Mix &&mix) {
  const HostTensor &input = context.input(0), &output = context.output();
  int64_t height = input.getDim(1), width = input.getDim(2);
  int64_t channels = input.getDim(3);
  ArrayRef<T> from = input.as<T>();
  T *to = output.asMutable<T>().data();
  for (int64_t batch = 0; batch < input.getDim(0); ++batch)
    for (const Sample<Real> &row : rows)
      for (const Sample<Real> &column : columns) {
        Real y = row.position - one * static_cast<Real>(row.low);
        Real x = column.position - one * static_cast<Real>(column.low);
        auto at = [&](int64_t r, int64_t c) {
          return ((batch * height + r) * width + c) * channels;
        };
        int64_t topLeft = at(row.low, column.low);
        int64_t bottomLeft = at(row.high, column.low);
        int64_t topRight = at(row.low, column.high);
        int64_t bottomRight = at(row.high, column.high);
        for (int64_t c = 0; c < channels; ++c)
          *to++ = mix(from[topLeft + c], from[bottomLeft + c],
                      from[topRight + c], from[bottomRight + c], y, x);
      }
}
} // namespace

static LogicalResult evaluateResizeBilinear(ResizeBilinearOp op,
                                            EvalContext &context) {
  if (failed(checkResize(op, context)))
    return failure();
  bool alignCorners = op.getAlignCorners();
  bool halfPixelCenters = op.getHalfPixelCenters();
  const HostTensor &input = context.input(0), &output = context.output();
  auto sample = [&](auto sampler, unsigned dim) {
    return sampler(input.getDim(dim), output.getDim(dim), alignCorners,
                   halfPixelCenters);
  };

  // float32 and, with half a step added before truncation, uint8. The order of
  // the roundings is the kernel's.
  auto runReal = [&](auto zero) {
    using T = decltype(zero);
    float half = std::is_integral_v<T> ? 0.5f : 0.0f;
    interpolate<T, float>(context, sample(sampleReal, 1), sample(sampleReal, 2),
                          1.0f,
                          [&](T topLeft, T bottomLeft, T topRight,
                              T bottomRight, float y, float x) {
                            return static_cast<T>(topLeft * (1 - y) * (1 - x) +
                                                  bottomLeft * y * (1 - x) +
                                                  topRight * (1 - y) * x +
                                                  bottomRight * y * x + half);
                          });
  };
  // int8 and int16: exact products with 20 fractional bits, rounded half away
  // from zero.
  auto runFixed = [&](auto zero) {
    using T = decltype(zero);
    interpolate<T, int64_t>(
        context, sample(sampleFixed, 1), sample(sampleFixed, 2), kOne,
        [&](T topLeft, T bottomLeft, T topRight, T bottomRight, int64_t y,
            int64_t x) {
          int64_t sum = topLeft * (kOne - y) * (kOne - x) +
                        bottomLeft * y * (kOne - x) +
                        topRight * (kOne - y) * x + bottomRight * y * x;
          int64_t half = kOne * kOne / 2;
          return static_cast<T>((sum + (sum > 0 ? half : -half)) /
                                (kOne * kOne));
        });
  };
  Type storage = output.getStorageElementType();
  bool known = dispatchStorage<float, uint8_t>(storage, runReal) ||
               dispatchStorage<int8_t, int16_t>(storage, runFixed);
  return known ? success() : emitUnsupportedTypes(op);
}

/// The input coordinate that each output coordinate takes.
static SmallVector<int64_t> pickNearest(int64_t from, int64_t to,
                                        bool alignCorners,
                                        bool halfPixelCenters) {
  float scale = alignCorners && to > 1
                    ? static_cast<float>(from - 1) / static_cast<float>(to - 1)
                    : static_cast<float>(from) / static_cast<float>(to);
  float offset = halfPixelCenters ? 0.5f : 0.0f;
  SmallVector<int64_t> picks;
  for (int64_t i = 0; i < to; ++i) {
    float at = (static_cast<float>(i) + offset) * scale;
    float chosen = alignCorners ? std::round(at) : std::floor(at);
    picks.push_back(
        std::clamp<int64_t>(static_cast<int64_t>(chosen), 0, from - 1));
  }
  return picks;
}

static LogicalResult evaluateResizeNearestNeighbor(ResizeNearestNeighborOp op,
                                                   EvalContext &context) {
  if (failed(checkResize(op, context)))
    return failure();
  const HostTensor &input = context.input(0), &output = context.output();
  auto pick = [&](unsigned dim) {
    return pickNearest(input.getDim(dim), output.getDim(dim),
                       op.getAlignCorners(), op.getHalfPixelCenters());
  };
  SmallVector<int64_t> rows = pick(1), columns = pick(2);
  int64_t channels = input.getDim(3);
  bool known = dispatchStorage<float, int8_t, uint8_t, int16_t>(
      output.getStorageElementType(), [&](auto zero) {
        using T = decltype(zero);
        ArrayRef<T> from = input.as<T>();
        T *to = output.asMutable<T>().data();
        for (int64_t batch = 0; batch < input.getDim(0); ++batch)
          for (int64_t row : rows)
            for (int64_t column : columns)
              to = llvm::copy(from.slice(((batch * input.getDim(1) + row) *
                                              input.getDim(2) +
                                          column) *
                                             channels,
                                         channels),
                              to);
      });
  return known ? success() : emitUnsupportedTypes(op);
}

namespace mlir::mopt::detail {
void attachResizeEvaluators(MLIRContext *context) {
  attachEvaluator<ResizeBilinearOp, evaluateResizeBilinear>(context);
  attachEvaluator<ResizeNearestNeighborOp, evaluateResizeNearestNeighbor>(
      context);
}
} // namespace mlir::mopt::detail
