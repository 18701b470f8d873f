//===- ElementwiseLowering.cpp - Of elementwise lowerings -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementwiseLowering.h"

using namespace mlir;
using namespace mlir::mopt;

Value mopt::loadBroadcast(ScalarBuilder &b, Value tensor, RankedTensorType type,
                          ValueRange indices) {
  SmallVector<Value> at;
  ValueRange last = indices.take_back(type.getRank());
  for (auto [dim, index] : llvm::zip_equal(type.getShape(), last))
    at.push_back(dim == 1 ? b.index(0) : index);
  return b.load(tensor, at);
}

LogicalResult mopt::checkBroadcast(Operation *op, PatternRewriter &rewriter) {
  auto result = cast<RankedTensorType>(op->getResult(0).getType());
  for (Type operand : op->getOperandTypes()) {
    auto type = dyn_cast<RankedTensorType>(operand);
    bool broadcasts = type && type.getRank() <= result.getRank();
    if (broadcasts)
      for (auto [from, to] : llvm::zip(
               type.getShape(), result.getShape().take_back(type.getRank())))
        broadcasts &= from == to || from == 1;
    if (!broadcasts)
      return refuse(op, rewriter, "operand does not broadcast");
  }
  return success();
}

bool BinaryFacts::isPerTensor() const {
  return mopt::isPerTensor(lhs) && mopt::isPerTensor(rhs) &&
         mopt::isPerTensor(out);
}

LogicalResult BinaryFacts::check(Operation *op,
                                 PatternRewriter &rewriter) const {
  if (lhs.storage != out.storage || rhs.storage != out.storage)
    return refuse(op, rewriter, "element types differ");
  return checkBroadcast(op, rewriter);
}

Value mopt::widenHalf(ScalarBuilder &b, Value value) {
  if (!value.getType().isF16() && !value.getType().isBF16())
    return value;
  return b.widen(value, /*isUnsigned=*/false, b.getF32Type());
}

Value mopt::narrowToHalf(ScalarBuilder &b, Value value, Type type) {
  if (value.getType() == type)
    return value;
  return arith::TruncFOp::create(b, type, value);
}
