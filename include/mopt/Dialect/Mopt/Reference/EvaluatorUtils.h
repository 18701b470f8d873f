//===- EvaluatorUtils.h - What the evaluators share -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_REFERENCE_EVALUATORUTILS_H
#define MOPT_DIALECT_MOPT_REFERENCE_EVALUATORUTILS_H

#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/EvaluableOp.h"
#include "mopt/Dialect/Mopt/Reference/Requantize.h"

#include <limits>

namespace mlir::mopt {

//===----------------------------------------------------------------------===//
// Registration
//===----------------------------------------------------------------------===//

/// Makes `fn` the evaluator of `OpT`.
template <typename OpT, LogicalResult (*fn)(OpT, EvalContext &)>
struct Evaluator : EvaluableOp::ExternalModel<Evaluator<OpT, fn>, OpT> {
  LogicalResult evaluate(Operation *op, EvalContext &context) const {
    return fn(cast<OpT>(op), context);
  }
};

// Each family file has a function detail::attachNAMEEvaluators of such calls,
// which EvaluatorFamilies.def names.
template <typename OpT, LogicalResult (*fn)(OpT, EvalContext &)>
void attachEvaluator(MLIRContext *context) {
  OpT::template attachInterface<Evaluator<OpT, fn>>(*context);
}

//===----------------------------------------------------------------------===//
// Element types
//===----------------------------------------------------------------------===//

/// True if elements of storage type `type` are held as `T` in host memory.
template <typename T>
bool isStoredAs(Type type) {
  if constexpr (std::is_same_v<T, float>)
    return type.isF32();
  else if constexpr (std::is_same_v<T, double>)
    return type.isF64();
  else if constexpr (std::is_same_v<T, bool>)
    return type.isInteger(1);
  else if constexpr (std::is_unsigned_v<T>)
    return type.isUnsignedInteger(8 * sizeof(T));
  else
    return type.isInteger(8 * sizeof(T)) && !type.isUnsignedInteger();
}

/// Calls `fn(T())` with the one `T` of `Ts` that holds elements of storage type
/// `type`; false if none does. `fn` is a generic lambda:
///   dispatchStorage<float, int8_t>(type, [&](auto zero) {
///     using T = decltype(zero); ...
///   });
template <typename... Ts, typename Fn>
bool dispatchStorage(Type type, Fn &&fn) {
  return ((isStoredAs<Ts>(type) && (fn(Ts()), true)) || ...);
}

/// The range of the values that `T` stores.
template <typename T>
constexpr ClampRange<int32_t> storageRange() {
  static_assert(sizeof(T) <= sizeof(int32_t));
  return {std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
}

/// Reports that `op` has no meaning for the element types it has; lists them.
LogicalResult emitUnsupportedTypes(Operation *op);

/// Reports that no kernel fuses `activation` to `op`.
LogicalResult emitUnsupportedActivation(Operation *op,
                                        ActivationFunction activation);

/// The elements of a packed sub-byte tensor (i4, i2), sign extended, one a
/// byte; the first element lies in the lowest bits.
SmallVector<int8_t> unpackSubByte(const HostTensor &tensor);

/// Bytes of one stored element; std::nullopt for packed and string types. What
/// only moves elements needs to know nothing else of their type.
std::optional<int64_t> getElementBytes(const HostTensor &tensor);

//===----------------------------------------------------------------------===//
// Indices
//===----------------------------------------------------------------------===//

/// The elements of a tensor of indices, sizes or axes; std::nullopt if it does
/// not hold integers of whole bytes.
std::optional<SmallVector<int64_t>> getIntegers(const HostTensor &tensor);

/// Distance in elements between neighbours along each dimension of a dense
/// row-major tensor.
SmallVector<int64_t> getRowMajorStrides(ArrayRef<int64_t> shape);

/// Strides that walk a tensor of `shape` along a result of `resultShape`, to
/// which it broadcasts as in NumPy: 0 along repeated dimensions.
SmallVector<int64_t> getBroadcastStrides(ArrayRef<int64_t> shape,
                                         ArrayRef<int64_t> resultShape);

/// Walks all indices of `shape` in row-major order, keeping the element offset
/// under a set of strides.
///   for (StridedIndex it(shape, strides); !it.done(); it.next())
///     use(it.getOffset());
class StridedIndex {
public:
  StridedIndex(ArrayRef<int64_t> shape, ArrayRef<int64_t> strides);
  bool done() const { return remaining == 0; }
  void next();
  int64_t getOffset() const { return offset; }
  ArrayRef<int64_t> getIndex() const { return index; }

private:
  SmallVector<int64_t, 6> shape, strides, index;
  int64_t offset = 0;
  int64_t remaining = 1;
};

/// Elements before the input that SAME padding adds along one dimension (0 for
/// VALID), for a window of `filter` taps `dilation` apart.
int64_t getPaddingBefore(Padding padding, int64_t input, int64_t output,
                         int64_t filter, int64_t stride, int64_t dilation = 1);

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_REFERENCE_EVALUATORUTILS_H
