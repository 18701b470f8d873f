//===- Simulator.h - Hexagon code in an emulator -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_HEXAGON_SIMULATOR_H
#define MOPT_TARGET_HEXAGON_SIMULATOR_H

#include "mopt/Runtime/Executor.h"

namespace mlir::mopt {

/// Compiles for Hexagon and runs the code in QEMU's emulator of it
/// (`qemu-hexagon`), which has to be on the PATH as LLVM's linker has.
/// `options.mcpu` is a Hexagon processor, "host" the default one. Fails where
/// an op has no lowering. Lives in MoptTargetHexagonSim.
llvm::Expected<std::unique_ptr<Executor>>
createHexagonSimExecutor(func::FuncOp func, const ExecutorOptions &options);

} // namespace mlir::mopt

#endif // MOPT_TARGET_HEXAGON_SIMULATOR_H
