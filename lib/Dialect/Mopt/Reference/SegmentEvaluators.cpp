//===- SegmentEvaluators.cpp - Reductions of segments -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/SegmentOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

using namespace mlir;
using namespace mlir::mopt;

/// Combines the rows of `data` with those of their segments in order, which
/// begin as `empty`; rows of negative id are left out.
template <typename T, typename Combine>
static void combineRows(EvalContext &context, T empty, Combine combine) {
  ArrayRef<int32_t> ids = context.input(1).as<int32_t>();
  MutableArrayRef<T> output = context.output().asMutable<T>();
  llvm::fill(output, empty);
  if (ids.empty() || output.empty())
    return;
  ArrayRef<T> data = context.input(0).as<T>();
  size_t size = data.size() / ids.size();
  for (auto [i, id] : llvm::enumerate(ids))
    if (id >= 0)
      for (size_t k = 0; k < size; ++k) {
        T &result = output[id * size + k];
        result = combine(result, data[i * size + k]);
      }
}

/// `fn` is called with a zero of the element type; unsigned numbers stand for
/// int32 where `wraps`.
template <typename Fn>
static LogicalResult dispatchElements(Operation *op, EvalContext &context,
                                      bool wraps, Fn fn) {
  Type storage = context.input(0).getStorageElementType();
  if (storage.isF32())
    return fn(0.0f), success();
  if (!storage.isInteger(32))
    return emitUnsupportedTypes(op);
  if (wraps)
    return fn(uint32_t(0)), success();
  return fn(int32_t(0)), success();
}

template <typename Fn>
static LogicalResult evaluateUnsorted(Operation *op, EvalContext &context,
                                      bool wraps, Fn fn) {
  int32_t count = context.output().getDim(0);
  ArrayRef<int32_t> wanted = context.input(2).as<int32_t>();
  if (wanted.size() != 1 || wanted.front() != count)
    return op->emitOpError() << "has a result of " << count
                             << " segments where num_segments differs";
  for (int32_t id : context.input(1).as<int32_t>())
    if (id >= count)
      return op->emitOpError()
             << "has segment id " << id << " of " << count << " segments";
  return dispatchElements(op, context, wraps, fn);
}

static LogicalResult evaluateSegmentSum(SegmentSumOp op, EvalContext &context) {
  int32_t count = context.output().getDim(0), last = -1;
  for (int32_t id : context.input(1).as<int32_t>()) {
    if (id < 0 || (id != last && id != last + 1))
      return op.emitOpError() << "has segment id " << id << " after " << last
                              << "; ids begin with 0 and go up by one at most";
    last = id;
  }
  if (last + 1 != count)
    return op.emitOpError()
           << "has a result of " << count << " segments for ids up to " << last;
  return dispatchElements(op, context, /*wraps=*/true, [&](auto zero) {
    combineRows(context, zero, std::plus<>());
  });
}

static LogicalResult evaluateUnsortedSum(UnsortedSegmentSumOp op,
                                         EvalContext &context) {
  return evaluateUnsorted(op, context, /*wraps=*/true, [&](auto zero) {
    combineRows(context, zero, std::plus<>());
  });
}

static LogicalResult evaluateUnsortedProd(UnsortedSegmentProdOp op,
                                          EvalContext &context) {
  return evaluateUnsorted(op, context, /*wraps=*/true, [&](auto zero) {
    combineRows(context, decltype(zero)(1), std::multiplies<>());
  });
}

static LogicalResult evaluateUnsortedMin(UnsortedSegmentMinOp op,
                                         EvalContext &context) {
  return evaluateUnsorted(op, context, /*wraps=*/false, [&](auto zero) {
    using T = decltype(zero);
    combineRows(context, std::numeric_limits<T>::max(),
                [](T best, T value) { return std::min(best, value); });
  });
}

static LogicalResult evaluateUnsortedMax(UnsortedSegmentMaxOp op,
                                         EvalContext &context) {
  return evaluateUnsorted(op, context, /*wraps=*/false, [&](auto zero) {
    using T = decltype(zero);
    combineRows(context, std::numeric_limits<T>::lowest(),
                [](T best, T value) { return std::max(best, value); });
  });
}

namespace mlir::mopt::detail {
void attachSegmentEvaluators(MLIRContext *context) {
  attachEvaluator<SegmentSumOp, evaluateSegmentSum>(context);
  attachEvaluator<UnsortedSegmentSumOp, evaluateUnsortedSum>(context);
  attachEvaluator<UnsortedSegmentProdOp, evaluateUnsortedProd>(context);
  attachEvaluator<UnsortedSegmentMinOp, evaluateUnsortedMin>(context);
  attachEvaluator<UnsortedSegmentMaxOp, evaluateUnsortedMax>(context);
}
} // namespace mlir::mopt::detail
