//===- ExpandRounding.h - Rounding of floats without a call -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_HEXAGON_EXPANDROUNDING_H
#define MOPT_TARGET_HEXAGON_EXPANDROUNDING_H

#include "llvm/IR/Module.h"

namespace mlir::mopt {

/// Makes additions and comparisons of what rounds float32 to a whole number, to
/// even or down: Hexagon has no instruction for it, and a loop with a call is
/// no hardware loop.
void expandRounding(llvm::Module &module);

} // namespace mlir::mopt

#endif // MOPT_TARGET_HEXAGON_EXPANDROUNDING_H
