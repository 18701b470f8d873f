//===- EvaluatedTable.h - Functions of one stored value as tables ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// An op that maps 8- or 16-bit values one by one is a table of 256 or 65,536
// elements. Its evaluator fills it, so that the two cannot disagree.

#ifndef MOPT_LIB_CONVERSION_MOPTTOLINALG_EVALUATEDTABLE_H
#define MOPT_LIB_CONVERSION_MOPTTOLINALG_EVALUATEDTABLE_H

#include "Lowering.h"

namespace mlir::mopt {

/// The results of `op`'s evaluator for every stored value of `inputElement`, in
/// the order of their bit patterns, as elements of `outputElement`. The tensors
/// that the evaluator sees have the rank `rank` and all elements along `axis`.
/// Values below `lowest`, which the evaluator may refuse, count as `lowest`.
/// Fails with the reason if there is no evaluator, or if it refuses.
FailureOr<HostTensor> evaluateTable(Operation *op, Type inputElement,
                                    Type outputElement, RequantizeMode mode,
                                    PatternRewriter &rewriter, int64_t rank = 1,
                                    int64_t axis = 0,
                                    std::optional<int64_t> lowest = {});

/// The constant tensor of a table.
Value buildTable(OpBuilder &builder, Location loc, const HostTensor &table);

/// Element `stored` (i8 or i16, by its bit pattern) of `table`.
Value loadFromTable(ScalarBuilder &b, Value table, Value stored);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOLINALG_EVALUATEDTABLE_H
