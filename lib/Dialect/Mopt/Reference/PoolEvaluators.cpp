//===- PoolEvaluators.cpp - average_pool_2d, max_pool_2d -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/PoolOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// The taps of one window that lie inside the input, per dimension.
struct TapRange {
  int64_t begin;
  int64_t end;
  int64_t size() const { return std::max<int64_t>(end - begin, 0); }
};

} // namespace

static TapRange getTaps(int64_t output, int64_t stride, int64_t padding,
                        int64_t window, int64_t input) {
  int64_t origin = output * stride - padding;
  return {std::max<int64_t>(origin, 0), std::min(origin + window, input)};
}

/// Calls `reduce(taps, first)` for every output element, in row-major order:
/// `taps` holds the input elements under the window.
template <typename T, typename PoolOp, typename Reduce>
static LogicalResult pool(PoolOp op, EvalContext &context, Reduce reduce) {
  const HostTensor &input = context.input(0);
  const HostTensor &output = context.output();
  if (input.getRank() != 4 || output.getRank() != 4)
    return op.emitOpError("must have 4-dimensional operands and results");
  int64_t height = input.getDim(1), width = input.getDim(2);
  int64_t channels = input.getDim(3);
  int64_t paddingY = getPaddingBefore(op.getPadding(), height, output.getDim(1),
                                      op.getFilterHeight(), op.getStrideH());
  int64_t paddingX = getPaddingBefore(op.getPadding(), width, output.getDim(2),
                                      op.getFilterWidth(), op.getStrideW());
  ArrayRef<T> values = input.as<T>();
  T *result = output.asMutable<T>().data();
  SmallVector<T> taps;
  for (int64_t batch = 0; batch < output.getDim(0); ++batch) {
    for (int64_t y = 0; y < output.getDim(1); ++y) {
      TapRange rows =
          getTaps(y, op.getStrideH(), paddingY, op.getFilterHeight(), height);
      for (int64_t x = 0; x < output.getDim(2); ++x) {
        TapRange columns =
            getTaps(x, op.getStrideW(), paddingX, op.getFilterWidth(), width);
        if (rows.size() == 0 || columns.size() == 0)
          return op.emitOpError("has a window that lies outside the input");
        for (int64_t channel = 0; channel < channels; ++channel) {
          taps.clear();
          for (int64_t row = rows.begin; row < rows.end; ++row)
            for (int64_t column = columns.begin; column < columns.end; ++column)
              taps.push_back(
                  values[((batch * height + row) * width + column) * channels +
                         channel]);
          *result++ = reduce(taps);
        }
      }
    }
  }
  return success();
}

/// Sum over number of taps; integers round half away from zero.
template <typename T>
static T average(ArrayRef<T> taps) {
  if constexpr (std::is_floating_point_v<T>) {
    T sum = 0;
    for (T tap : taps)
      sum += tap;
    return sum / static_cast<T>(taps.size());
  } else {
    int64_t sum = 0;
    for (T tap : taps)
      sum += tap;
    auto count = static_cast<int64_t>(taps.size());
    int64_t half = sum > 0 ? count / 2 : -(count / 2);
    return static_cast<T>((sum + half) / count);
  }
}

template <typename T>
static T maximum(ArrayRef<T> taps) {
  T result = std::numeric_limits<T>::lowest();
  for (T tap : taps)
    result = std::max(result, tap);
  return result;
}

/// Dispatches over element types and clamps with the fused activation.
template <bool isAverage, typename PoolOp>
static LogicalResult evaluatePool(PoolOp op, EvalContext &context) {
  LogicalResult result = failure();
  ActivationFunction activation = op.getFusedActivationFunction();
  if (!getFloatActivationRange(activation))
    return emitUnsupportedActivation(op, activation);
  auto run = [&](auto zero, auto range) {
    using T = decltype(zero);
    result = pool<T>(op, context, [&](ArrayRef<T> taps) {
      T value = isAverage ? average(taps) : maximum(taps);
      return static_cast<T>(range.clamp(value));
    });
  };
  Type storage = context.input(0).getStorageElementType();
  if (storage.isF32()) {
    run(0.0f, *getFloatActivationRange(activation));
    return result;
  }
  bool known =
      dispatchStorage<int8_t, uint8_t, int16_t>(storage, [&](auto zero) {
        QuantParams params = getQuantParams(context.output().getType());
        // Without parameters there is no real number to clamp at.
        ClampRange<int32_t> range = storageRange<decltype(zero)>();
        if (params.isQuantized())
          range = *getQuantizedActivationRange(
              activation, params.scale(),
              static_cast<int32_t>(params.zeroPoint()), range);
        run(zero, range);
      });
  return known ? result : emitUnsupportedTypes(op);
}

static LogicalResult evaluateAveragePool(AveragePool2DOp op,
                                         EvalContext &context) {
  return evaluatePool</*isAverage=*/true>(op, context);
}

static LogicalResult evaluateMaxPool(MaxPool2DOp op, EvalContext &context) {
  return evaluatePool</*isAverage=*/false>(op, context);
}

namespace mlir::mopt::detail {
void attachPoolEvaluators(MLIRContext *context) {
  attachEvaluator<AveragePool2DOp, evaluateAveragePool>(context);
  attachEvaluator<MaxPool2DOp, evaluateMaxPool>(context);
}
} // namespace mlir::mopt::detail
