//===- ReductionEvaluators.cpp - Sums, means and selections -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ReductionOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// mean, sum
//===----------------------------------------------------------------------===//

namespace {
/// Where the elements of the input go in a reduction.
struct Reduction {
  /// Strides of the result along the dimensions of the input, 0 along the
  /// reduced ones.
  SmallVector<int64_t> strides;
  /// Input elements behind one element of the result.
  int64_t count = 1;
};
} // namespace

/// Reads the axes (negative ones count from the end, repeated ones count once)
/// and checks that the result has the shape they leave.
static FailureOr<Reduction> getReduction(Operation *op, EvalContext &context,
                                         bool keepDims) {
  const HostTensor &input = context.input(0), &axes = context.input(1);
  if (!axes.getStorageElementType().isInteger(32))
    return op->emitOpError("needs int32 axes"), failure();
  SmallVector<bool> reduced(input.getRank(), false);
  // The axes of a scalar do not matter to the kernel.
  if (input.getRank() > 0)
    for (int32_t axis : axes.as<int32_t>()) {
      int64_t dim = axis < 0 ? axis + input.getRank() : axis;
      if (dim < 0 || dim >= input.getRank())
        return op->emitOpError()
                   << "axis " << axis << " is outside of a tensor of rank "
                   << input.getRank(),
               failure();
      reduced[dim] = true;
    }

  Reduction reduction;
  SmallVector<int64_t> kept, shape;
  for (auto [dim, isReduced] : llvm::zip(input.getShape(), reduced)) {
    kept.push_back(isReduced ? 1 : dim);
    if (!isReduced || keepDims)
      shape.push_back(kept.back());
    if (isReduced)
      reduction.count *= dim;
  }
  if (ArrayRef<int64_t>(shape) != context.output().getShape())
    return op->emitOpError()
               << "has a result of shape [" << context.output().getShape()
               << "] where its axes leave [" << shape << "]",
           failure();
  reduction.strides = getBroadcastStrides(kept, input.getShape());
  return reduction;
}

/// The sums in the order of the input, one an element of the result.
template <typename T, typename Sum>
static SmallVector<Sum> accumulate(EvalContext &context,
                                   const Reduction &reduction) {
  SmallVector<Sum> sums(context.output().getNumElements(), Sum(0));
  StridedIndex to(context.input(0).getShape(), reduction.strides);
  for (T value : context.input(0).as<T>()) {
    sums[to.getOffset()] += static_cast<Sum>(value);
    to.next();
  }
  return sums;
}

/// The real factor `factor / count` with the precision that `factor` leaves
/// unused: the kernels' own way to fold the division of a mean into the
/// multiplier.
static QuantizedMultiplier divideMultiplier(QuantizedMultiplier factor,
                                            int64_t count) {
  int shift = llvm::Log2_64(count);
  // The result must stay shiftable: at most 31 to the right.
  shift = std::min({shift, 32, 31 + factor.shift});
  factor.multiplier = static_cast<int32_t>(
      (int64_t(factor.multiplier) * (int64_t(1) << shift)) / count);
  factor.shift -= shift;
  return factor;
}

template <typename T>
static void reduceQuantized(EvalContext &context, const Reduction &reduction,
                            bool isMean) {
  QuantParams in = getQuantParams(context.input(0).getType());
  QuantParams out = getQuantParams(context.output().getType());
  int32_t outZero = out.zeroPoint();
  ClampRange<int32_t> range = storageRange<T>();
  SmallVector<int64_t> sums = accumulate<T, int64_t>(context, reduction);
  MutableArrayRef<T> results = context.output().asMutable<T>();
  if (reduction.count == 0)
    return;

  float realFactor = in.scale() / out.scale();
  if (isMean)
    realFactor /= static_cast<float>(reduction.count);
  QuantizedMultiplier factor =
      quantizeMultiplier(double(in.scale()) / double(out.scale()));
  if (isMean)
    factor = divideMultiplier(factor, reduction.count);
  for (auto [sum, result] : llvm::zip_equal(sums, results)) {
    int64_t centred = sum - in.zeroPoint() * reduction.count;
    if (context.getRequantizeMode() == RequantizeMode::Float)
      result = roundAndClamp(static_cast<float>(centred) * realFactor, outZero,
                             range);
    else
      // The kernel's accumulator has 32 bits, and wraps.
      result = range.clamp(
          multiplyByQuantizedMultiplier(static_cast<int32_t>(centred), factor) +
          outZero);
  }
}

template <typename T>
static void reducePlain(EvalContext &context, const Reduction &reduction,
                        bool isMean) {
  // Unsigned sums wrap around; a mean of 32-bit values has a 64-bit sum.
  using Sum = std::conditional_t<std::is_floating_point_v<T>, T, uint64_t>;
  SmallVector<Sum> sums = accumulate<T, Sum>(context, reduction);
  for (auto [sum, result] :
       llvm::zip_equal(sums, context.output().asMutable<T>())) {
    if constexpr (std::is_floating_point_v<T>)
      result = isMean ? sum / static_cast<T>(reduction.count) : sum;
    else if (isMean)
      // Truncates; the mean of nothing is zero.
      result = reduction.count
                   ? static_cast<T>(static_cast<int64_t>(sum) / reduction.count)
                   : T(0);
    else
      result = static_cast<T>(sum);
  }
}

template <typename OpT>
static LogicalResult evaluateReduction(OpT op, EvalContext &context,
                                       bool isMean) {
  const HostTensor &input = context.input(0), &output = context.output();
  if (input.getStorageElementType() != output.getStorageElementType() ||
      isQuantized(input.getType()) != isQuantized(output.getType()))
    return emitUnsupportedTypes(op);
  FailureOr<Reduction> reduction = getReduction(op, context, op.getKeepDims());
  if (failed(reduction))
    return failure();

  bool known;
  if (isQuantized(input.getType())) {
    if (getQuantParams(input.getType()).isPerAxis() ||
        getQuantParams(output.getType()).isPerAxis())
      return emitUnsupportedTypes(op);
    known = dispatchStorage<int8_t, uint8_t, int16_t>(
        input.getStorageElementType(), [&](auto zero) {
          reduceQuantized<decltype(zero)>(context, *reduction, isMean);
        });
  } else {
    known = dispatchStorage<float, int32_t, int64_t>(
        input.getStorageElementType(), [&](auto zero) {
          reducePlain<decltype(zero)>(context, *reduction, isMean);
        });
  }
  return known ? success() : emitUnsupportedTypes(op);
}

static LogicalResult evaluateMean(MeanOp op, EvalContext &context) {
  return evaluateReduction(op, context, /*isMean=*/true);
}

static LogicalResult evaluateSum(SumOp op, EvalContext &context) {
  return evaluateReduction(op, context, /*isMean=*/false);
}

//===----------------------------------------------------------------------===//
// reduce_max, reduce_min, reduce_prod, reduce_any, reduce_all
//===----------------------------------------------------------------------===//

/// Every element of the result is the first of its elements, to which `combine`
/// adds the others in the order of the input; `empty` where there is none.
template <typename T, typename Acc, typename First, typename Combine>
static SmallVector<Acc> fold(EvalContext &context, const Reduction &reduction,
                             Acc empty, First first, Combine combine) {
  SmallVector<Acc> results(context.output().getNumElements(), empty);
  SmallVector<bool> begun(results.size(), false);
  StridedIndex to(context.input(0).getShape(), reduction.strides);
  for (T value : context.input(0).as<T>()) {
    Acc &result = results[to.getOffset()];
    bool &isBegun = begun[to.getOffset()];
    result = isBegun ? combine(result, value) : first(value);
    isBegun = true;
    to.next();
  }
  return results;
}

/// The same of values as they are.
template <typename T, typename Combine>
static void foldPlain(EvalContext &context, const Reduction &reduction, T empty,
                      Combine combine) {
  llvm::copy(
      fold<T, T>(
          context, reduction, empty, [](T value) { return value; }, combine),
      context.output().asMutable<T>().begin());
}

/// Checks types and axes and calls `fn(T(), reduction)` with the storage type.
/// Booleans are the bytes that they are, 0 and 1.
template <typename OpT, typename Fn>
static LogicalResult reduceStored(OpT op, EvalContext &context, Fn fn) {
  const HostTensor &input = context.input(0);
  if (input.getStorageElementType() != context.output().getStorageElementType())
    return emitUnsupportedTypes(op);
  FailureOr<Reduction> reduction = getReduction(op, context, op.getKeepDims());
  if (failed(reduction))
    return failure();
  if (input.getStorageElementType().isInteger(1))
    return fn(uint8_t(), *reduction), success();
  bool known =
      dispatchStorage<float, int8_t, uint8_t, int16_t, int32_t, int64_t>(
          input.getStorageElementType(),
          [&](auto zero) { fn(zero, *reduction); });
  return known ? success() : emitUnsupportedTypes(op);
}

static LogicalResult evaluateReduceMax(ReduceMaxOp op, EvalContext &context) {
  return reduceStored(op, context, [&](auto zero, const Reduction &reduction) {
    using T = decltype(zero);
    foldPlain<T>(context, reduction, std::numeric_limits<T>::lowest(),
                 [](T best, T value) { return value > best ? value : best; });
  });
}

static LogicalResult evaluateReduceMin(ReduceMinOp op, EvalContext &context) {
  return reduceStored(op, context, [&](auto zero, const Reduction &reduction) {
    using T = decltype(zero);
    bool isBool = context.input(0).getStorageElementType().isInteger(1);
    foldPlain<T>(context, reduction,
                 isBool ? T(1) : std::numeric_limits<T>::max(),
                 [](T best, T value) { return value < best ? value : best; });
  });
}

/// Every step is rescaled, the last one twice, so that 32 bits hold it.
template <typename T>
static LogicalResult multiplyQuantized(ReduceProdOp op, EvalContext &context,
                                       const Reduction &reduction) {
  QuantParams in = getQuantParams(context.input(0).getType());
  QuantParams out = getQuantParams(context.output().getType());
  if (reduction.count == 0)
    return op.emitOpError("has no factor to multiply");
  double scale =
      in.scale() / std::pow(double(out.scale()), 1.0 / double(reduction.count));
  QuantizedMultiplier factor = quantizeMultiplier(scale);
  if (factor.shift > maxProductShift)
    return op.emitOpError() << "rescales products by " << scale
                            << ", which has no fixed-point form";
  int32_t zeroPoint = in.zeroPoint();
  SmallVector<int32_t> products = fold<T, int32_t>(
      context, reduction, 1, [&](T value) { return value - zeroPoint; },
      [&](int32_t product, T value) {
        return multiplyByQuantizedMultiplier(
            int64_t(product) * (value - zeroPoint), factor);
      });
  ClampRange<int32_t> range = storageRange<T>();
  for (auto [product, result] :
       llvm::zip_equal(products, context.output().asMutable<T>())) {
    int64_t value =
        int64_t(multiplyByQuantizedMultiplier(int64_t(product), factor)) +
        out.zeroPoint();
    result = static_cast<T>(std::clamp<int64_t>(value, range.min, range.max));
  }
  return success();
}

static LogicalResult evaluateReduceProd(ReduceProdOp op, EvalContext &context) {
  const HostTensor &input = context.input(0);
  LogicalResult result = success();
  auto multiply = [&](auto zero, const Reduction &reduction) {
    using T = decltype(zero);
    if constexpr (std::is_same_v<T, int8_t> || std::is_same_v<T, int16_t>)
      if (isQuantized(input.getType())) {
        result = multiplyQuantized<T>(op, context, reduction);
        return;
      }
    if constexpr (std::is_floating_point_v<T>)
      foldPlain<T>(context, reduction, T(1),
                   [](T product, T value) { return product * value; });
    else
      // In 64 unsigned bits, so that nothing overflows.
      foldPlain<T>(context, reduction, T(1), [](T product, T value) {
        return static_cast<T>(static_cast<uint64_t>(product) *
                              static_cast<uint64_t>(value));
      });
  };
  if (isQuantized(input.getType()) != isQuantized(context.output().getType()) ||
      (isQuantized(input.getType()) &&
       input.getStorageElementType().isUnsignedInteger()))
    return emitUnsupportedTypes(op);
  if (failed(reduceStored(op, context, multiply)))
    return failure();
  return result;
}

static LogicalResult evaluateReduceAny(ReduceAnyOp op, EvalContext &context) {
  return reduceStored(op, context, [&](auto, const Reduction &reduction) {
    foldPlain<uint8_t>(context, reduction, 0, [](uint8_t any, uint8_t value) {
      return uint8_t(any | value);
    });
  });
}

static LogicalResult evaluateReduceAll(ReduceAllOp op, EvalContext &context) {
  return reduceStored(op, context, [&](auto, const Reduction &reduction) {
    foldPlain<uint8_t>(context, reduction, 1, [](uint8_t all, uint8_t value) {
      return uint8_t(all & value);
    });
  });
}

//===----------------------------------------------------------------------===//
// arg_max, arg_min
//===----------------------------------------------------------------------===//

/// The one axis of an arg op, counted from the front.
static FailureOr<int64_t> getSelectionAxis(Operation *op,
                                           EvalContext &context) {
  const HostTensor &input = context.input(0), &axis = context.input(1);
  int64_t value = 0;
  bool known = axis.getNumElements() == 1 &&
               dispatchStorage<int32_t, int64_t>(
                   axis.getStorageElementType(), [&](auto zero) {
                     value = axis.as<decltype(zero)>().front();
                   });
  if (!known)
    return op->emitOpError("needs one int32 or int64 axis"), failure();
  int64_t dim = value < 0 ? value + input.getRank() : value;
  if (dim < 0 || dim >= input.getRank())
    return op->emitOpError()
               << "axis " << value << " is outside of a tensor of rank "
               << input.getRank(),
           failure();
  SmallVector<int64_t> left(input.getShape());
  left.erase(left.begin() + dim);
  if (ArrayRef<int64_t>(left) != context.output().getShape())
    return op->emitOpError()
               << "has a result of shape [" << context.output().getShape()
               << "] where its axis leaves [" << left << "]",
           failure();
  return dim;
}

/// The index of the first element that no later one beats. Comparisons with a
/// NaN are false: it wins from the first place only.
template <typename T, typename Index, typename Better>
static void selectAlong(EvalContext &context, int64_t axis, Better isBetter) {
  const HostTensor &input = context.input(0);
  int64_t size = input.getDim(axis);
  int64_t inner = getRowMajorStrides(input.getShape())[axis];
  ArrayRef<T> values = input.as<T>();
  MutableArrayRef<Index> results = context.output().asMutable<Index>();
  for (auto [i, result] : llvm::enumerate(results)) {
    int64_t first = int64_t(i) / inner * inner * size + int64_t(i) % inner;
    int64_t best = 0;
    for (int64_t k = 1; k < size; ++k)
      if (isBetter(values[first + k * inner], values[first + best * inner]))
        best = k;
    result = static_cast<Index>(best);
  }
}

template <typename OpT, typename Better>
static LogicalResult evaluateArg(OpT op, EvalContext &context,
                                 Better isBetter) {
  FailureOr<int64_t> axis = getSelectionAxis(op, context);
  if (failed(axis))
    return failure();
  if (context.input(0).getDim(*axis) == 0)
    return op.emitOpError("selects along an empty axis");
  bool knownResult = false;
  auto run = [&](auto zero) {
    using T = decltype(zero);
    knownResult = dispatchStorage<int32_t, int64_t>(
        context.output().getStorageElementType(), [&](auto index) {
          selectAlong<T, decltype(index)>(context, *axis, isBetter);
        });
  };
  Type storage = context.input(0).getStorageElementType();
  bool knownInput =
      dispatchStorage<float, int8_t, uint8_t, int16_t, int32_t, int64_t>(
          storage, run);
  // Booleans compare as the bytes that they are.
  if (storage.isInteger(1)) {
    knownInput = true;
    run(uint8_t());
  }
  return knownInput && knownResult ? success() : emitUnsupportedTypes(op);
}

static LogicalResult evaluateArgMax(ArgMaxOp op, EvalContext &context) {
  return evaluateArg(op, context, std::greater<>());
}

static LogicalResult evaluateArgMin(ArgMinOp op, EvalContext &context) {
  return evaluateArg(op, context, std::less<>());
}

namespace mlir::mopt::detail {
void attachReductionEvaluators(MLIRContext *context) {
  attachEvaluator<MeanOp, evaluateMean>(context);
  attachEvaluator<SumOp, evaluateSum>(context);
  attachEvaluator<ReduceMaxOp, evaluateReduceMax>(context);
  attachEvaluator<ReduceMinOp, evaluateReduceMin>(context);
  attachEvaluator<ReduceProdOp, evaluateReduceProd>(context);
  attachEvaluator<ReduceAnyOp, evaluateReduceAny>(context);
  attachEvaluator<ReduceAllOp, evaluateReduceAll>(context);
  attachEvaluator<ArgMaxOp, evaluateArgMax>(context);
  attachEvaluator<ArgMinOp, evaluateArgMin>(context);
}
} // namespace mlir::mopt::detail
