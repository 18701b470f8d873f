//===- LowerToLLVM.h - From mopt to the LLVM dialect -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_LOWERTOLLVM_H
#define MOPT_LIB_TARGET_CPU_LOWERTOLLVM_H

#include "ArenaPlanner.h"
#include "mlir/IR/BuiltinOps.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "llvm/Support/Error.h"

namespace mlir::mopt {

/// What is known of a function in the LLVM dialect. Its arguments are pointers:
/// the tensors it took, those of its results, the arena.
struct LoweredFunction {
  std::string name;
  int64_t arenaBytes = 0;
};

/// Adds what compilation needs (bufferization and translation interfaces) to
/// the registry of `context`.
void registerCodeGeneration(MLIRContext *context);

struct LoweringOptions {
  /// The function calls kProfileMark between its numbered ops.
  bool hasMarks = false;
  /// Even the smallest loops are divided (divideFunctions).
  bool divideAll = false;
  /// Of the buffers in the arena.
  int64_t alignment = kArenaAlignment;
  /// The width of addresses and of loop counters.
  unsigned indexBits = 64;
  /// Where ops are numbered: names of the ops by number, after which the
  /// functions that do their work are named (nameFunctions). Empty: functions
  /// are named after what made them.
  SmallVector<std::string> opNames;
};

/// Lowers the functions of `module` (as separateData leaves them; the last one
/// is described) from mopt to the LLVM dialect, in place, for any target. The
/// error names every op that has no lowering.
llvm::Expected<LoweredFunction>
lowerToLLVM(ModuleOp module, RequantizeMode mode,
            const LoweringOptions &options = {});

/// Runs `fn` and turns the diagnostics of this thread into one error.
llvm::Error collectDiagnostics(MLIRContext *context,
                               llvm::function_ref<LogicalResult()> fn);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_LOWERTOLLVM_H
