//===- CodeGenerator.h - Machine code in memory -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_CODEGENERATOR_H
#define MOPT_LIB_TARGET_CPU_CODEGENERATOR_H

#include "HostCalls.h"
#include "mlir/IR/BuiltinOps.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "llvm/Support/Error.h"

namespace llvm::orc {
class LLJIT;
} // namespace llvm::orc

namespace mlir::mopt {

/// Whether code has an entry point for several threads, and which loops they
/// share: those that are worth it, or all.
enum class Sharing { None, Worthwhile, Everything };

/// Machine code of one function. `run` takes the addresses of the arguments, of
/// the results, and of the arena, in this order.
struct CompiledFunction {
  using EntryPoint = void (*)(void *const *);
  /// Also takes ThreadPool::callback and its pool.
  using ParallelEntryPoint = void (*)(void *const *, void *callback,
                                      void *pool);

  std::shared_ptr<llvm::orc::LLJIT> jit;
  EntryPoint run = nullptr;
  /// Only if it was asked for.
  ParallelEntryPoint runParallel = nullptr;
  int64_t arenaBytes = 0;
};

/// Compiles the last function of `module` and those that it calls. `mcpu` is an
/// LLVM CPU name or "host". The code calls `calls` of this program.
llvm::Expected<CompiledFunction>
compileFunction(ModuleOp module, RequantizeMode mode, StringRef mcpu,
                HostCalls calls = {}, Sharing sharing = Sharing::None);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_CODEGENERATOR_H
