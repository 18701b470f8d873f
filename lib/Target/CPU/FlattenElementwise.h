//===- FlattenElementwise.h - One loop per elementwise op -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_FLATTENELEMENTWISE_H
#define MOPT_LIB_TARGET_CPU_FLATTENELEMENTWISE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::mopt {

/// Lets elementwise ops (`linalg.generic` on contiguous buffers in the entry
/// block of `func` that reads every operand at the very element it writes) run
/// over flat buffers: of one long loop LLVM makes vectors, of four short ones
/// sometimes gathers. Before linalg becomes loops.
void flattenElementwise(func::FuncOp func);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_FLATTENELEMENTWISE_H
