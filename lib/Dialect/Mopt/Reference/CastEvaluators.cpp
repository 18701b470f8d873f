//===- CastEvaluators.cpp - Conversions between number types --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/CastOps.h"

#include "ElementwiseUtils.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// cast
//===----------------------------------------------------------------------===//

/// Integers of every type the format has but uint64 fit in int64, floats in
/// double; `fn` is called with the vector of either. False for other types.
template <typename Fn>
static bool readNumbers(const HostTensor &tensor, Fn &&fn) {
  Type storage = tensor.getStorageElementType();
  if (storage.isInteger(1)) {
    fn(llvm::map_to_vector(tensor.as<uint8_t>(),
                           [](uint8_t x) { return int64_t(x != 0); }));
    return true;
  }
  if (storage.isSignlessInteger(4) || storage.isSignlessInteger(2)) {
    fn(llvm::map_to_vector(unpackSubByte(tensor),
                           [](int8_t x) { return int64_t(x); }));
    return true;
  }
  if (isHalf(storage)) {
    const llvm::fltSemantics &semantics =
        cast<FloatType>(storage).getFloatSemantics();
    fn(llvm::map_to_vector(tensor.as<uint16_t>(), [&](uint16_t x) {
      return double(widenHalf(x, semantics));
    }));
    return true;
  }
  if (auto complex = dyn_cast<ComplexType>(storage)) {
    if (!complex.getElementType().isF32())
      return false;
    ArrayRef<float> parts = tensor.as<float>();
    SmallVector<double> real;
    for (size_t i = 0; i < parts.size(); i += 2)
      real.push_back(parts[i]);
    fn(real);
    return true;
  }
  if (dispatchStorage<float, double>(storage, [&](auto zero) {
        fn(llvm::map_to_vector(tensor.as<decltype(zero)>(),
                               [](auto x) { return double(x); }));
      }))
    return true;
  return dispatchStorage<int8_t, uint8_t, int16_t, uint16_t, int32_t, uint32_t,
                         int64_t>(storage, [&](auto zero) {
    fn(llvm::map_to_vector(tensor.as<decltype(zero)>(),
                           [](auto x) { return int64_t(x); }));
  });
}

/// Integers lose their high bits.
template <typename T>
static T convert(int64_t x) {
  return static_cast<T>(x);
}

/// Floats are truncated and saturate; a NaN becomes the largest number.
template <typename T>
static T convert(double x) {
  if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(x);
  } else {
    using Limits = std::numeric_limits<T>;
    // One beyond the largest number, which double holds for every type.
    double end = std::ldexp(1.0, Limits::digits);
    if (!(x < end))
      return Limits::max();
    return x > double(Limits::min()) ? static_cast<T>(x) : Limits::min();
  }
}

/// False where the result's type is no number.
template <typename Number>
static bool writeNumbers(const HostTensor &tensor, ArrayRef<Number> values) {
  Type storage = tensor.getStorageElementType();
  auto write = [&](auto to, auto function) {
    llvm::transform(values, to.begin(), function);
  };
  if (storage.isInteger(1)) {
    write(tensor.asMutable<uint8_t>(),
          [](Number x) { return uint8_t(x != 0); });
    return true;
  }
  if (isHalf(storage)) {
    const llvm::fltSemantics &semantics =
        cast<FloatType>(storage).getFloatSemantics();
    // By way of float32, as the kernels do.
    write(tensor.asMutable<uint16_t>(), [&](Number x) {
      return narrowToHalf(static_cast<float>(x), semantics);
    });
    return true;
  }
  if (auto complex = dyn_cast<ComplexType>(storage)) {
    if (!complex.getElementType().isF32())
      return false;
    MutableArrayRef<float> parts = tensor.asMutable<float>();
    for (auto [i, x] : llvm::enumerate(values)) {
      parts[2 * i] = static_cast<float>(x);
      parts[2 * i + 1] = 0.0f;
    }
    return true;
  }
  return dispatchStorage<float, double, int8_t, uint8_t, int16_t, uint16_t,
                         int32_t, uint32_t, int64_t>(storage, [&](auto zero) {
    using T = decltype(zero);
    write(tensor.asMutable<T>(), [](Number x) { return convert<T>(x); });
  });
}

static LogicalResult evaluateCast(CastOp op, EvalContext &context) {
  if (context.input(0).getShape() != context.output().getShape())
    return op.emitOpError("has a result of another shape than the operand");
  Type from = context.input(0).getStorageElementType();
  if (isa<ComplexType>(from) &&
      from == context.output().getStorageElementType()) {
    llvm::copy(context.input(0).getBytes(),
               context.output().getMutableBytes().begin());
    return success();
  }
  bool isWritten = false;
  bool isRead = readNumbers(context.input(0), [&](const auto &values) {
    isWritten = writeNumbers(context.output(), ArrayRef(values));
  });
  return isRead && isWritten ? success() : emitUnsupportedTypes(op);
}

//===----------------------------------------------------------------------===//
// bitcast
//===----------------------------------------------------------------------===//

static LogicalResult evaluateBitcast(BitcastOp op, EvalContext &context) {
  ArrayRef<char> from = context.input(0).getBytes();
  MutableArrayRef<char> to = context.output().getMutableBytes();
  if (from.size() != to.size())
    return op.emitOpError("has a result of another size than the operand");
  llvm::copy(from, to.begin());
  return success();
}

namespace mlir::mopt::detail {
void attachCastEvaluators(MLIRContext *context) {
  attachEvaluator<CastOp, evaluateCast>(context);
  attachEvaluator<BitcastOp, evaluateBitcast>(context);
}
} // namespace mlir::mopt::detail
