//===- TilePermission.h - Asking Linux for AMX -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_TILEPERMISSION_H
#define MOPT_LIB_TARGET_CPU_TILEPERMISSION_H

#include "llvm/IR/IRBuilder.h"

namespace mlir::mopt {

/// True if code of `module` uses the tile registers of Intel AMX.
bool usesTiles(const llvm::Module &module);

/// Emits the system call that a process has to make before it uses them (Linux:
/// x86 "Dynamic features", arch_prctl). An i64, 0 if they may be used. Asking
/// again is cheap.
llvm::Value *emitTileRequest(llvm::IRBuilderBase &builder);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_TILEPERMISSION_H
