//===- FoldConstants.h - Computing what is known -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_REFERENCE_FOLDCONSTANTS_H
#define MOPT_DIALECT_MOPT_REFERENCE_FOLDCONSTANTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"

namespace mlir::mopt {

/// Replaces every op of `func` whose operands are constants by the constants
/// that its evaluator computes in arithmetic `mode`, and those that follow from
/// these. Ops with side effects, without an evaluator, with results of unknown
/// size or with operands for which the evaluator reports an error stay. Returns
/// how many ops were replaced.
unsigned foldConstants(func::FuncOp func, RequantizeMode mode);

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_REFERENCE_FOLDCONSTANTS_H
