//===- ShapeQueryEvaluators.cpp - Shapes as values, values from nothing -----*-
// C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ShapeQueryOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlir::mopt;

/// Writes integers as elements of `output`.
static LogicalResult writeIntegers(Operation *op, ArrayRef<int64_t> values,
                                   const HostTensor &output) {
  bool known = dispatchStorage<int32_t, int64_t>(
      output.getStorageElementType(), [&](auto zero) {
        llvm::copy(values, output.asMutable<decltype(zero)>().begin());
      });
  return known ? success() : emitUnsupportedTypes(op);
}

static LogicalResult evaluateShape(ShapeOp op, EvalContext &context) {
  return writeIntegers(op, context.input(0).getShape(), context.output());
}

static LogicalResult evaluateRank(RankOp op, EvalContext &context) {
  return writeIntegers(op, context.input(0).getRank(), context.output());
}

static LogicalResult evaluateFill(FillOp op, EvalContext &context) {
  const HostTensor &value = context.input(1), &output = context.output();
  std::optional<int64_t> width = getElementBytes(value);
  std::optional<SmallVector<int64_t>> dims = getIntegers(context.input(0));
  if (!width || !dims)
    return emitUnsupportedTypes(op);
  if (ArrayRef<int64_t>(*dims) != output.getShape())
    return op.emitOpError()
           << "asks for shape [" << ArrayRef<int64_t>(*dims)
           << "], but the output is [" << output.getShape() << "]";
  char *to = output.getMutableBytes().data();
  for (int64_t i = 0; i < output.getNumElements(); ++i, to += *width)
    std::memcpy(to, value.getBytes().data(), *width);
  return success();
}

/// The kernel's count of steps.
template <typename T>
static std::optional<int64_t> countSteps(T start, T limit, T delta) {
  if constexpr (std::is_integral_v<T>) {
    return RangeOp::countSteps(start, limit, delta);
  } else {
    bool leads = (delta > 0 && start <= limit) || (delta < 0 && start >= limit);
    T count = std::ceil(std::abs((limit - start) / delta));
    if (!leads || !(count < T(int64_t(1) << 62)))
      return std::nullopt;
    return static_cast<int64_t>(count);
  }
}

static LogicalResult evaluateRange(RangeOp op, EvalContext &context) {
  const HostTensor &output = context.output();
  std::optional<int64_t> count;
  bool known = dispatchStorage<float, int8_t, int16_t, int32_t, int64_t>(
      output.getStorageElementType(), [&](auto zero) {
        using T = decltype(zero);
        T start = context.input(0).as<T>()[0];
        T limit = context.input(1).as<T>()[0];
        T delta = context.input(2).as<T>()[0];
        count = countSteps(start, limit, delta);
        if (count != output.getNumElements())
          return;
        for (T &element : output.asMutable<T>()) {
          element = start;
          if constexpr (std::is_integral_v<T>)
            start = static_cast<T>(uint64_t(start) + uint64_t(delta));
          else
            start += delta;
        }
      });
  if (!known || isQuantized(output.getType()))
    return emitUnsupportedTypes(op);
  if (!count)
    return op.emitOpError("delta does not lead from start to limit");
  if (*count != output.getNumElements())
    return op.emitOpError() << "gives " << *count << " numbers, but the output "
                            << "has " << output.getNumElements();
  return success();
}

static LogicalResult evaluateZerosLike(ZerosLikeOp, EvalContext &context) {
  llvm::fill(context.output().getMutableBytes(), 0);
  return success();
}

static LogicalResult evaluateBroadcastArgs(BroadcastArgsOp op,
                                           EvalContext &context) {
  std::optional<SmallVector<int64_t>> lhs = getIntegers(context.input(0)),
                                      rhs = getIntegers(context.input(1));
  if (!lhs || !rhs)
    return emitUnsupportedTypes(op);
  // Missing dimensions in front are of size 1.
  size_t rank = std::max(lhs->size(), rhs->size());
  lhs->insert(lhs->begin(), rank - lhs->size(), 1);
  rhs->insert(rhs->begin(), rank - rhs->size(), 1);
  SmallVector<int64_t> shape;
  for (auto [a, b] : llvm::zip_equal(*lhs, *rhs)) {
    if (a != b && a != 1 && b != 1)
      return op.emitOpError()
             << "shapes [" << ArrayRef<int64_t>(*lhs) << "] and ["
             << ArrayRef<int64_t>(*rhs) << "] do not broadcast";
    shape.push_back(a == 1 ? b : a);
  }
  return writeIntegers(op, shape, context.output());
}

namespace mlir::mopt::detail {
void attachShapeQueryEvaluators(MLIRContext *context) {
  attachEvaluator<ShapeOp, evaluateShape>(context);
  attachEvaluator<RankOp, evaluateRank>(context);
  attachEvaluator<FillOp, evaluateFill>(context);
  attachEvaluator<RangeOp, evaluateRange>(context);
  attachEvaluator<ZerosLikeOp, evaluateZerosLike>(context);
  attachEvaluator<BroadcastArgsOp, evaluateBroadcastArgs>(context);
}
} // namespace mlir::mopt::detail
