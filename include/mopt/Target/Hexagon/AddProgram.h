//===- AddProgram.h - A program around a model -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_HEXAGON_ADDPROGRAM_H
#define MOPT_TARGET_HEXAGON_ADDPROGRAM_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

namespace mlir::mopt {

/// Adds a program (`_start`) that computes a model on files, as Program.c says,
/// to `module`, which has the model's C interface under `prefix`. `arenaBytes`
/// is the size of its arena, `tensorBytes` those of its inputs and outputs.
llvm::Error addHexagonProgram(llvm::Module &module, llvm::StringRef prefix,
                              int64_t arenaBytes,
                              llvm::ArrayRef<int64_t> tensorBytes);

} // namespace mlir::mopt

#endif // MOPT_TARGET_HEXAGON_ADDPROGRAM_H
