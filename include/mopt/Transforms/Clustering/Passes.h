//===- Passes.h - Clustering passes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_CLUSTERING_PASSES_H
#define MOPT_TRANSFORMS_CLUSTERING_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Transforms/Clustering/KMeans.h"

namespace mlir::mopt {

/// Whether a tensor has one set of centroids or each output channel its own.
enum class ClusterScope { Tensor, Channel };

#define GEN_PASS_DECL
#include "mopt/Transforms/Clustering/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "mopt/Transforms/Clustering/Passes.h.inc"

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_CLUSTERING_PASSES_H
