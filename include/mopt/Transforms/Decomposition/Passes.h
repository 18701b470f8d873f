//===- Passes.h - Decomposition passes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_DECOMPOSITION_PASSES_H
#define MOPT_TRANSFORMS_DECOMPOSITION_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"

namespace mlir::mopt {

/// How a layer becomes several: whichever suits it, two layers of fewer
/// channels between, three with a core of fewer channels on both sides, or a
/// vertical and a horizontal one.
enum class DecompositionMethod { Auto, SVD, Tucker, Spatial };

#define GEN_PASS_DECL
#include "mopt/Transforms/Decomposition/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "mopt/Transforms/Decomposition/Passes.h.inc"

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_DECOMPOSITION_PASSES_H
