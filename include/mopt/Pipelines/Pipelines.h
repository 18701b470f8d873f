//===- Pipelines.h - Named pipelines -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_PIPELINES_PIPELINES_H
#define MOPT_PIPELINES_PIPELINES_H

#include "mopt/Pipelines/ClusteringPipelines.h"
#include "mopt/Pipelines/CompressionPipelines.h"
#include "mopt/Pipelines/DecompositionPipelines.h"
#include "mopt/Pipelines/QuantizationPipelines.h"
#include "mopt/Pipelines/SparsityPipelines.h"

namespace mlir::mopt {

/// Registers every pipeline under its name, behind a pass that makes constants
/// dense which are stored sparsely.
void registerPipelines();

} // namespace mlir::mopt

#endif // MOPT_PIPELINES_PIPELINES_H
