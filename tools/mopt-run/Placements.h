//===- Placements.h - Which operators the CPU runs -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TOOLS_MOPT_RUN_PLACEMENTS_H
#define MOPT_TOOLS_MOPT_RUN_PLACEMENTS_H

#include "mopt/Runtime/PartitionedExecutor.h"

namespace mlir::mopt {

/// Says on standard error which operators of a model for another device the CPU
/// runs: one line for each kind of operator and reason. Nothing if there is
/// none.
void printPlacements(ArrayRef<OperatorPlacement> placements);

} // namespace mlir::mopt

#endif // MOPT_TOOLS_MOPT_RUN_PLACEMENTS_H
