//===- EvaluatedTable.cpp - Functions of one stored value as tables -------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EvaluatedTable.h"

#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

using namespace mlir;
using namespace mlir::mopt;

FailureOr<HostTensor>
mopt::evaluateTable(Operation *op, Type inputElement, Type outputElement,
                    RequantizeMode mode, PatternRewriter &rewriter,
                    int64_t rank, int64_t axis, std::optional<int64_t> lowest) {
  auto evaluable = dyn_cast<EvaluableOp>(op);
  if (!evaluable)
    return refuse(op, rewriter, "no reference evaluator");
  unsigned width =
      mopt::getStorageElementType(inputElement).getIntOrFloatBitWidth();
  SmallVector<int64_t> shape(rank, 1);
  shape[axis] = int64_t(1) << width;
  HostTensor input =
      HostTensor::allocate(RankedTensorType::get(shape, inputElement));
  HostTensor output =
      HostTensor::allocate(RankedTensorType::get(shape, outputElement));
  dispatchStorage<int8_t, uint8_t, int16_t, uint16_t>(
      input.getStorageElementType(), [&](auto zero) {
        using T = decltype(zero);
        for (auto [i, value] : llvm::enumerate(input.asMutable<T>())) {
          value = static_cast<T>(i);
          if (lowest && value < *lowest)
            value = static_cast<T>(*lowest);
        }
      });
  EvalContext context(input, output, mode);
  if (failed(evaluable.evaluate(context)))
    return refuse(op, rewriter, "the evaluator refuses");
  return output;
}

Value mopt::buildTable(OpBuilder &builder, Location loc,
                       const HostTensor &table) {
  Type storage = table.getStorageElementType();
  if (storage.isUnsignedInteger())
    storage = builder.getIntegerType(storage.getIntOrFloatBitWidth());
  return buildTable(builder, loc, storage, table.getBytes());
}

Value mopt::loadFromTable(ScalarBuilder &b, Value table, Value stored) {
  return b.load(
      table, Value(arith::IndexCastUIOp::create(b, b.getIndexType(), stored)));
}
