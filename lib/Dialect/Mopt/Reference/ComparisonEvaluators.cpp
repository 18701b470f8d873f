//===- ComparisonEvaluators.cpp - Comparisons, logic, selection, bits -----*-
// C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// None of these has a result in steps of a scale, so both requantisation modes
// are the same here.

#include "mopt/Dialect/Mopt/IR/ComparisonOps.h"

#include "ElementwiseUtils.h"
#include "mopt/Dialect/Mopt/Reference/Elementwise.h"

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// Comparisons
//===----------------------------------------------------------------------===//

/// Operands of 8 or 16 bits on a common scale.
template <typename T, typename Compare>
static void compareScaled(EvalContext &context, const QuantParams &lhs,
                          const QuantParams &rhs, Compare compare) {
  ComparisonFactors factors(lhs.scale(), rhs.scale());
  auto scale = [](T stored, int64_t zeroPoint, QuantizedMultiplier factor) {
    int32_t x = stored - static_cast<int32_t>(zeroPoint);
    return multiplyByQuantizedMultiplier(
        x * (1 << ComparisonFactors::leftShift), factor);
  };
  applyBroadcast<T, uint8_t>(context, [&](T a, T b) -> uint8_t {
    return compare(scale(a, lhs.zeroPoint(), factors.lhs),
                   scale(b, rhs.zeroPoint(), factors.rhs));
  });
}

template <typename OpT, typename Compare>
static LogicalResult evaluateComparison(OpT op, EvalContext &context) {
  Compare compare;
  Type storage = context.input(0).getStorageElementType();
  if (storage != context.input(1).getStorageElementType() ||
      !context.output().getStorageElementType().isInteger(1))
    return emitUnsupportedTypes(op);
  if (failed(checkBroadcast(op, context)))
    return failure();
  if (isHalf(storage)) {
    const llvm::fltSemantics &semantics =
        cast<FloatType>(storage).getFloatSemantics();
    applyBroadcast<uint16_t, uint8_t>(
        context, [&](uint16_t a, uint16_t b) -> uint8_t {
          return compare(widenHalf(a, semantics), widenHalf(b, semantics));
        });
    return success();
  }
  QuantParams lhs = getQuantParams(context.input(0).getType());
  QuantParams rhs = getQuantParams(context.input(1).getType());
  // The kernels order stored int16 numbers, but scale them for equality.
  constexpr bool isEquality =
      std::is_same_v<OpT, EqualOp> || std::is_same_v<OpT, NotEqualOp>;
  bool isScaled =
      arePerTensor(lhs, rhs) && (isEquality || !storage.isInteger(16));
  if (isScaled &&
      dispatchStorage<int8_t, uint8_t, int16_t>(storage, [&](auto zero) {
        compareScaled<decltype(zero)>(context, lhs, rhs, compare);
      }))
    return success();
  bool known =
      dispatchStorage<float, int8_t, uint8_t, int16_t, int32_t, int64_t, bool>(
          storage, [&](auto zero) {
            using T = decltype(zero);
            applyBroadcast<T, uint8_t>(
                context, [&](T a, T b) -> uint8_t { return compare(a, b); });
          });
  return known ? success() : emitUnsupportedTypes(op);
}

//===----------------------------------------------------------------------===//
// Logic
//===----------------------------------------------------------------------===//

static bool areBooleans(const EvalContext &context) {
  for (unsigned i = 0; i < context.getNumInputs(); ++i)
    if (!context.input(i).getStorageElementType().isInteger(1))
      return false;
  return context.output().getStorageElementType().isInteger(1);
}

template <typename OpT, typename Combine>
static LogicalResult evaluateLogic(OpT op, EvalContext &context) {
  if (!areBooleans(context))
    return emitUnsupportedTypes(op);
  if (failed(checkBroadcast(op, context)))
    return failure();
  applyBroadcast<uint8_t, uint8_t>(context,
                                   [](uint8_t a, uint8_t b) -> uint8_t {
                                     return Combine()(a != 0, b != 0);
                                   });
  return success();
}

static LogicalResult evaluateNot(LogicalNotOp op, EvalContext &context) {
  if (!areBooleans(context))
    return emitUnsupportedTypes(op);
  if (failed(checkUnary(op, context)))
    return failure();
  mapElements<uint8_t, uint8_t>(context,
                                [](uint8_t x) -> uint8_t { return x == 0; });
  return success();
}

//===----------------------------------------------------------------------===//
// Bits
//===----------------------------------------------------------------------===//

/// `combine(a, b)` on integers of 8, 16 and 32 bits.
template <typename OpT, typename Combine>
static LogicalResult evaluateBits(OpT op, EvalContext &context,
                                  Combine combine) {
  if (failed(checkSameTypes(op, context)))
    return failure();
  bool known =
      dispatchStorage<int8_t, uint8_t, int16_t, uint16_t, int32_t, uint32_t>(
          context.output().getStorageElementType(), [&](auto zero) {
            using T = decltype(zero);
            applyBroadcast<T, T>(context,
                                 [&](T a, T b) -> T { return combine(a, b); });
          });
  return known ? success() : emitUnsupportedTypes(op);
}

static LogicalResult evaluateXor(BitwiseXorOp op, EvalContext &context) {
  return evaluateBits(op, context, [](auto a, auto b) { return a ^ b; });
}

static LogicalResult evaluateRightShift(RightShiftOp op, EvalContext &context) {
  return evaluateBits(op, context, [](auto a, auto b) {
    constexpr int64_t highest = 8 * sizeof(a) - 1;
    return a >> std::clamp<int64_t>(b, 0, highest);
  });
}

//===----------------------------------------------------------------------===//
// select, select_v2
//===----------------------------------------------------------------------===//

/// Copies elements of `size` bytes, chosen by a condition that walks along
/// `conditionStrides`.
static void selectElements(EvalContext &context, size_t size,
                           ArrayRef<int64_t> conditionStrides) {
  ArrayRef<int64_t> shape = context.output().getShape();
  ArrayRef<uint8_t> condition = context.input(0).as<uint8_t>();
  auto walk = [&](unsigned i) {
    return StridedIndex(
        shape, getBroadcastStrides(context.input(i).getShape(), shape));
  };
  StridedIndex choice(shape, conditionStrides), lhs = walk(1), rhs = walk(2);
  char *to = context.output().getMutableBytes().data();
  for (; !choice.done(); choice.next(), lhs.next(), rhs.next(), to += size) {
    bool first = condition[choice.getOffset()] != 0;
    const HostTensor &from = context.input(first ? 1 : 2);
    int64_t offset = first ? lhs.getOffset() : rhs.getOffset();
    std::memcpy(to, from.getBytes().data() + offset * size, size);
  }
}

/// Bytes of an element, 0 where elements are packed or of no fixed size.
static size_t getElementBytes(Type storage) {
  if (auto complex = dyn_cast<ComplexType>(storage))
    return 2 * complex.getElementType().getIntOrFloatBitWidth() / 8;
  if (!storage.isIntOrFloat())
    return 0;
  return storage.isInteger(1) ? 1 : storage.getIntOrFloatBitWidth() / 8;
}

static LogicalResult checkSelection(Operation *op, const EvalContext &context) {
  Type storage = context.output().getStorageElementType();
  if (!context.input(0).getStorageElementType().isInteger(1) ||
      context.input(1).getStorageElementType() != storage ||
      context.input(2).getStorageElementType() != storage ||
      getElementBytes(storage) == 0)
    return emitUnsupportedTypes(op);
  return success();
}

static LogicalResult evaluateSelectV2(SelectV2Op op, EvalContext &context) {
  if (failed(checkSelection(op, context)) ||
      failed(checkBroadcast(op, context)))
    return failure();
  selectElements(context,
                 getElementBytes(context.output().getStorageElementType()),
                 getBroadcastStrides(context.input(0).getShape(),
                                     context.output().getShape()));
  return success();
}

static LogicalResult evaluateSelect(SelectOp op, EvalContext &context) {
  if (failed(checkSelection(op, context)))
    return failure();
  ArrayRef<int64_t> shape = context.output().getShape();
  ArrayRef<int64_t> condition = context.input(0).getShape();
  SmallVector<int64_t> strides(shape.size(), 0);
  if (condition == shape)
    strides = getRowMajorStrides(shape);
  else if (condition.size() == 1 && !shape.empty() &&
           condition.front() == shape.front())
    strides.front() = 1;
  else if (!condition.empty())
    return op.emitOpError("has a condition of another shape");
  if (context.input(1).getShape() != shape ||
      context.input(2).getShape() != shape)
    return op.emitOpError("has operands of another shape than the result");
  selectElements(context,
                 getElementBytes(context.output().getStorageElementType()),
                 strides);
  return success();
}

namespace mlir::mopt::detail {
void attachComparisonEvaluators(MLIRContext *context) {
  attachEvaluator<EqualOp, evaluateComparison<EqualOp, std::equal_to<>>>(
      context);
  attachEvaluator<NotEqualOp,
                  evaluateComparison<NotEqualOp, std::not_equal_to<>>>(context);
  attachEvaluator<LessOp, evaluateComparison<LessOp, std::less<>>>(context);
  attachEvaluator<LessEqualOp,
                  evaluateComparison<LessEqualOp, std::less_equal<>>>(context);
  attachEvaluator<GreaterOp, evaluateComparison<GreaterOp, std::greater<>>>(
      context);
  attachEvaluator<GreaterEqualOp,
                  evaluateComparison<GreaterEqualOp, std::greater_equal<>>>(
      context);
  attachEvaluator<LogicalAndOp,
                  evaluateLogic<LogicalAndOp, std::logical_and<>>>(context);
  attachEvaluator<LogicalOrOp, evaluateLogic<LogicalOrOp, std::logical_or<>>>(
      context);
  attachEvaluator<LogicalNotOp, evaluateNot>(context);
  attachEvaluator<BitwiseXorOp, evaluateXor>(context);
  attachEvaluator<RightShiftOp, evaluateRightShift>(context);
  attachEvaluator<SelectOp, evaluateSelect>(context);
  attachEvaluator<SelectV2Op, evaluateSelectV2>(context);
}
} // namespace mlir::mopt::detail
