//===- DynamicEvaluators.cpp - Ops whose results have the shape of their data
//-----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/DynamicOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Dialect/Mopt/Reference/HostedOp.h"

#include <map>

using namespace mlir;
using namespace mlir::mopt;

/// A tensor of `type` with `size` in place of its open first dimension.
static HostTensor allocateOpen(Type type, int64_t size) {
  auto open = cast<RankedTensorType>(type);
  SmallVector<int64_t> shape(open.getShape());
  shape.front() = size;
  return HostTensor::allocate(
      RankedTensorType::get(shape, open.getElementType()));
}

static LogicalResult evaluateWhere(WhereOp op, EvalHost &,
                                   ArrayRef<HostTensor> inputs,
                                   SmallVectorImpl<HostTensor> &outputs) {
  const HostTensor &condition = inputs.front();
  SmallVector<int64_t> found;
  auto find = [&](auto zero) {
    using T = decltype(zero);
    SmallVector<int64_t> none(condition.getRank(), 0);
    StridedIndex it(condition.getShape(), none);
    for (T element : condition.as<T>()) {
      if (element != T(0))
        found.append(it.getIndex().begin(), it.getIndex().end());
      it.next();
    }
  };
  Type storage = condition.getStorageElementType();
  int64_t rank = condition.getRank(), count = 0;
  // A boolean is any byte; a C++ bool may only be read as 0 or 1.
  if (storage.isInteger(1))
    find(uint8_t());
  else if (!dispatchStorage<float, int8_t, uint8_t, int32_t, uint32_t, int64_t>(
               storage, find))
    return emitUnsupportedTypes(op);
  // The indices of a scalar are empty: its elements count themselves.
  if (rank > 0)
    count = found.size() / rank;
  else
    count = llvm::any_of(condition.getBytes(), [](char byte) { return byte; });
  HostTensor result = allocateOpen(op.getIndices().getType(), count);
  llvm::copy(found, result.asMutable<int64_t>().begin());
  outputs.push_back(result);
  return success();
}

template <typename T, typename IndexT>
static void findUnique(UniqueOp op, const HostTensor &input,
                       SmallVectorImpl<HostTensor> &outputs) {
  std::map<T, IndexT> places;
  SmallVector<T> values;
  HostTensor indices =
      HostTensor::allocate(cast<RankedTensorType>(op.getIndices().getType()));
  for (auto [element, index] :
       llvm::zip_equal(input.as<T>(), indices.asMutable<IndexT>())) {
    // NaN differs from everything, and must not get into an ordered map.
    bool isComparable = element == element;
    auto place = isComparable ? places.find(element) : places.end();
    if (place != places.end()) {
      index = place->second;
      continue;
    }
    index = static_cast<IndexT>(values.size());
    if (isComparable)
      places.emplace(element, index);
    values.push_back(element);
  }
  HostTensor result = allocateOpen(op.getValues().getType(), values.size());
  llvm::copy(values, result.asMutable<T>().begin());
  outputs.push_back(result);
  outputs.push_back(indices);
}

static LogicalResult evaluateUnique(UniqueOp op, EvalHost &,
                                    ArrayRef<HostTensor> inputs,
                                    SmallVectorImpl<HostTensor> &outputs) {
  bool isWide = op.getIdxOutType() == ElementType::INT64;
  auto find = [&](auto zero) {
    using T = decltype(zero);
    if (isWide)
      findUnique<T, int64_t>(op, inputs.front(), outputs);
    else
      findUnique<T, int32_t>(op, inputs.front(), outputs);
  };
  if (!dispatchStorage<float, int8_t, uint8_t, int16_t, int32_t, int64_t>(
          inputs.front().getStorageElementType(), find))
    return emitUnsupportedTypes(op);
  return success();
}

namespace mlir::mopt::detail {
void attachDynamicEvaluators(MLIRContext *context) {
  attachHostedEvaluator<WhereOp, evaluateWhere>(context);
  attachHostedEvaluator<UniqueOp, evaluateUnique>(context);
}
} // namespace mlir::mopt::detail
