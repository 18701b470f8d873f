//===- ConvertToLLVM.h - To LLVM with narrow addresses -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_CONVERTTOLLVM_H
#define MOPT_LIB_TARGET_CPU_CONVERTTOLLVM_H

#include "mlir/IR/BuiltinOps.h"

namespace mlir {
class OpPassManager;
}

namespace mlir::mopt {

/// Passes before the conversion, for any width of `index`: loops become
/// branches, and what reads memory or computes functions of floats is expanded.
void addLoopLowering(OpPassManager &pm);

/// Lowers functions of loops, buffers and vectors to the LLVM dialect, with
/// `index` as an integer of `indexBits`. The passes of MLIR, one a dialect, do
/// not agree on that width: convert-vector-to-llvm always takes that of the
/// data layout, and casts between the two would remain.
LogicalResult convertToLLVM(ModuleOp module, unsigned indexBits);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_CONVERTTOLLVM_H
