//===- Passes.h - Passes that simplify the graph -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_GRAPH_PASSES_H
#define MOPT_TRANSFORMS_GRAPH_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"

namespace mlir {
class RewritePatternSet;
} // namespace mlir

namespace mlir::mopt {

#define GEN_PASS_DECL
#include "mopt/Transforms/Graph/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "mopt/Transforms/Graph/Passes.h.inc"

/// The patterns of mopt-fold-batch-norm.
void populateFoldBatchNormPatterns(RewritePatternSet &patterns);

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_GRAPH_PASSES_H
