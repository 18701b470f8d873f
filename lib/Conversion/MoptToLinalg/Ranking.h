//===- Ranking.h - The highest elements in order -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOLINALG_RANKING_H
#define MOPT_LIB_CONVERSION_MOPTTOLINALG_RANKING_H

#include "Lowering.h"

namespace mlir::mopt {

/// Loops over the `count` (at most `size`) highest of the elements 0 to `size`
/// that `load(b, i)` gives, elements of a tensor as `facts` tells: calls
/// `body(b, place, i)` with 0, 1, ... and the index of the element. Equal ones
/// come by index, NaN after all others.
void emitHighest(
    ScalarBuilder &b, Value count, int64_t size, const TensorFacts &facts,
    llvm::function_ref<Value(ScalarBuilder &, Value i)> load,
    llvm::function_ref<void(ScalarBuilder &, Value place, Value i)> body);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOLINALG_RANKING_H
