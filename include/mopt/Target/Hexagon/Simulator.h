//===- Simulator.h - Hexagon code in an emulator -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_HEXAGON_SIMULATOR_H
#define MOPT_TARGET_HEXAGON_SIMULATOR_H

#include "mopt/Runtime/PartitionedExecutor.h"

namespace mlir::mopt {

/// Compiles for Hexagon and runs the code in QEMU's emulator of it
/// (`qemu-hexagon`), which has to be on the PATH as LLVM's linker has.
/// `options.mcpu` is a Hexagon processor, "host" the default one. The CPU runs
/// the ops that createHexagonTarget refuses, unless the function can be
/// compiled as a whole. Lives in MoptTargetHexagonSim. `func` must be in a
/// module, whose weights must outlive the executor.
llvm::Expected<std::unique_ptr<PartitionedExecutor>>
createHexagonSimExecutor(func::FuncOp func, const ExecutorOptions &options);

} // namespace mlir::mopt

#endif // MOPT_TARGET_HEXAGON_SIMULATOR_H
