//===- CallGraph.h - The functions of a program -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_CALLGRAPH_H
#define MOPT_LIB_TARGET_CPU_CALLGRAPH_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/Error.h"

namespace mlir::mopt {

/// The functions that `op` names.
SmallVector<FlatSymbolRefAttr> getCallees(Operation *op);

/// `func` and all functions that it calls, directly or not: callees before
/// their callers. Fails if one calls itself or is not there.
llvm::Expected<SmallVector<func::FuncOp>> collectFunctions(func::FuncOp func);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_CALLGRAPH_H
