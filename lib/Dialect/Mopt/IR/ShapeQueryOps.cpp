//===- ShapeQueryOps.cpp - Shapes as values, values from nothing ----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ShapeQueryOps.h"

#include "VerifierUtils.h"

using namespace mlir;
using namespace mlir::mopt;

static LogicalResult verifyScalar(Operation *op, Value value, StringRef name) {
  return verifyShape(op, value, name, {});
}

//===----------------------------------------------------------------------===//
// shape, rank
//===----------------------------------------------------------------------===//

LogicalResult ShapeOp::verify() {
  unsigned width = getOutType() == ElementType::INT64 ? 64 : 32;
  if (getOutType() != ElementType::INT32 && getOutType() != ElementType::INT64)
    return emitOpError() << "out_type must be INT32 or INT64, got "
                         << stringifyElementType(getOutType());
  if (failed(verifyIndexTensor(*this, getOutput(), "output", {width})))
    return failure();
  return verifyShape(*this, getOutput(), "output",
                     {getTensorType(getInput()).getRank()});
}

LogicalResult RankOp::verify() {
  if (failed(verifyIndexTensor(*this, getOutput(), "output", {32})))
    return failure();
  return verifyScalar(*this, getOutput(), "output");
}

//===----------------------------------------------------------------------===//
// fill, range, zeros_like
//===----------------------------------------------------------------------===//

LogicalResult FillOp::verify() {
  if (failed(verifyIndexTensor(*this, getDims(), "dims", {32, 64})) ||
      failed(verifyRank(*this, getDims(), "dims", 1)) ||
      failed(verifyScalar(*this, getValue(), "value")) ||
      failed(
          verifySameStorage(*this, getValue(), "value", getOutput(), "output")))
    return failure();
  std::optional<SmallVector<int64_t>> shape = getConstantIndices(getDims());
  return shape ? verifyShape(*this, getOutput(), "output", *shape) : success();
}

std::optional<int64_t> RangeOp::countSteps(int64_t start, int64_t limit,
                                           int64_t delta) {
  if (delta == 0 || (delta > 0 ? start > limit : start < limit))
    return std::nullopt;
  // Unsigned, because the distance may need 64 bits.
  uint64_t distance = delta > 0 ? uint64_t(limit) - uint64_t(start)
                                : uint64_t(start) - uint64_t(limit);
  uint64_t step = delta > 0 ? uint64_t(delta) : -uint64_t(delta);
  uint64_t count = distance / step + (distance % step != 0);
  return static_cast<int64_t>(std::min<uint64_t>(count, uint64_t(1) << 62));
}

LogicalResult RangeOp::verify() {
  std::pair<Value, StringRef> operands[] = {
      {getStart(), "start"}, {getLimit(), "limit"}, {getDelta(), "delta"}};
  for (auto [value, name] : operands)
    if (failed(verifyScalar(*this, value, name)) ||
        failed(verifySameStorage(*this, value, name, getOutput(), "output")))
      return failure();
  if (failed(verifyRank(*this, getOutput(), "output", 1)))
    return failure();
  // Floats are left to the evaluator: their count depends on roundings.
  auto isInteger = [](Value value) {
    return getTensorType(value).getElementType().isSignlessInteger();
  };
  if (!isInteger(getStart()))
    return success();
  std::optional<SmallVector<int64_t>> start = getConstantIndices(getStart()),
                                      limit = getConstantIndices(getLimit()),
                                      delta = getConstantIndices(getDelta());
  if (!start || !limit || !delta)
    return success();
  std::optional<int64_t> count =
      countSteps(start->front(), limit->front(), delta->front());
  if (!count)
    return emitOpError() << "no steps of " << delta->front() << " lead from "
                         << start->front() << " to " << limit->front();
  return verifyShape(*this, getOutput(), "output", {*count});
}

LogicalResult ZerosLikeOp::verify() {
  if (failed(
          verifySameStorage(*this, getInput(), "input", getOutput(), "output")))
    return failure();
  return verifyShape(*this, getOutput(), "output",
                     getTensorType(getInput()).getShape());
}

//===----------------------------------------------------------------------===//
// broadcast_args
//===----------------------------------------------------------------------===//

LogicalResult BroadcastArgsOp::verify() {
  int64_t size = 0;
  std::pair<Value, StringRef> operands[] = {{getLhs(), "lhs"},
                                            {getRhs(), "rhs"}};
  for (auto [value, name] : operands) {
    if (failed(verifyIndexTensor(*this, value, name, {32, 64})) ||
        failed(verifyRank(*this, value, name, 1)) ||
        failed(verifySameStorage(*this, value, name, getOutput(), "output")))
      return failure();
    size = std::max(size, getTensorType(value).getDimSize(0));
  }
  return verifyShape(*this, getOutput(), "output", {size});
}

//===----------------------------------------------------------------------===//
// Versions
//===----------------------------------------------------------------------===//

int32_t FillOp::getMinVersion() {
  Type storage =
      getStorageElementType(getTensorType(getValue()).getElementType());
  if (storage.isF16())
    return 4;
  if (storage.isSignlessInteger(8) || storage.isSignlessInteger(16))
    return 3;
  return storage.isInteger(1) ? 2 : 1;
}

int32_t RangeOp::getMinVersion() {
  return getTensorType(getStart()).getElementType().isInteger(64) ? 2 : 1;
}
