//===- ScanEvaluators.cpp - Scans along an axis and sortings --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ScanOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// cumsum
//===----------------------------------------------------------------------===//

/// Integers are given as unsigned ones, whose sums wrap.
template <typename T>
static void scan(CumsumOp op, EvalContext &context, int64_t axis) {
  ArrayRef<T> input = context.input(0).as<T>();
  MutableArrayRef<T> output = context.output().asMutable<T>();
  int64_t size = context.input(0).getDim(axis);
  int64_t inner = getRowMajorStrides(context.input(0).getShape())[axis];
  for (int64_t first = 0, end = input.size(); first < end; ++first) {
    // Elements with index 0 along the axis start a line.
    if (first / inner % size != 0)
      continue;
    T sum = T(0);
    for (int64_t i = 0; i < size; ++i) {
      int64_t at = first + (op.getReverse() ? size - 1 - i : i) * inner;
      if (op.getExclusive())
        output[at] = sum;
      sum += input[at];
      if (!op.getExclusive())
        output[at] = sum;
    }
  }
}

static LogicalResult evaluateCumsum(CumsumOp op, EvalContext &context) {
  const HostTensor &input = context.input(0), &axisTensor = context.input(1);
  if (axisTensor.getNumElements() != 1)
    return op.emitOpError("needs one axis");
  int64_t value = axisTensor.as<int32_t>().front();
  int64_t axis = value < 0 ? value + input.getRank() : value;
  if (axis < 0 || axis >= input.getRank())
    return op.emitOpError()
           << "axis " << value << " is outside of a tensor of rank "
           << input.getRank();
  Type storage = input.getStorageElementType();
  if (storage.isF32())
    scan<float>(op, context, axis);
  else if (storage.isInteger(32))
    scan<uint32_t>(op, context, axis);
  else if (storage.isInteger(64))
    scan<uint64_t>(op, context, axis);
  else
    return emitUnsupportedTypes(op);
  return success();
}

//===----------------------------------------------------------------------===//
// topk_v2
//===----------------------------------------------------------------------===//

/// Numbers in the order of sorting: NaN below everything.
template <typename T>
static bool isGreater(T a, T b) {
  if constexpr (std::is_floating_point_v<T>)
    return a > b || (!std::isnan(a) && std::isnan(b));
  else
    return a > b;
}

template <typename T, typename Index>
static void selectLargest(EvalContext &context) {
  const HostTensor &input = context.input(0);
  int64_t size = input.getShape().back();
  int64_t k = context.output(0).getShape().back();
  if (size == 0 || k == 0)
    return;
  ArrayRef<T> elements = input.as<T>();
  T *values = context.output(0).asMutable<T>().data();
  Index *indices = context.output(1).asMutable<Index>().data();
  SmallVector<int64_t> order(size);
  for (; !elements.empty(); elements = elements.drop_front(size)) {
    std::iota(order.begin(), order.end(), 0);
    std::partial_sort(order.begin(), order.begin() + k, order.end(),
                      [&](int64_t a, int64_t b) {
                        if (isGreater(elements[a], elements[b]))
                          return true;
                        return !isGreater(elements[b], elements[a]) && a < b;
                      });
    for (int64_t i = 0; i < k; ++i) {
      *values++ = elements[order[i]];
      *indices++ = static_cast<Index>(order[i]);
    }
  }
}

static LogicalResult evaluateTopKV2(TopKV2Op op, EvalContext &context) {
  int64_t k = -1, wanted = context.output(0).getShape().back();
  const HostTensor &kTensor = context.input(1);
  if (kTensor.getNumElements() == 1)
    dispatchStorage<int16_t, int32_t>(
        kTensor.getStorageElementType(),
        [&](auto zero) { k = kTensor.as<decltype(zero)>().front(); });
  if (k != wanted)
    return op.emitOpError()
           << "must choose " << wanted << " elements, k is " << k;
  bool knownIndices = false;
  bool known =
      dispatchStorage<float, int8_t, uint8_t, int16_t, int32_t, int64_t>(
          context.input(0).getStorageElementType(), [&](auto zero) {
            knownIndices = dispatchStorage<int16_t, int32_t>(
                context.output(1).getStorageElementType(), [&](auto index) {
                  selectLargest<decltype(zero), decltype(index)>(context);
                });
          });
  return known && knownIndices ? success() : emitUnsupportedTypes(op);
}

namespace mlir::mopt::detail {
void attachScanEvaluators(MLIRContext *context) {
  attachEvaluator<CumsumOp, evaluateCumsum>(context);
  attachEvaluator<TopKV2Op, evaluateTopKV2>(context);
}
} // namespace mlir::mopt::detail
