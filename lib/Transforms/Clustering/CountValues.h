//===- CountValues.h - The different values of floats -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_CLUSTERING_COUNTVALUES_H
#define MOPT_LIB_TRANSFORMS_CLUSTERING_COUNTVALUES_H

#include "mlir/IR/MLIRContext.h"
#include "mopt/Transforms/Clustering/KMeans.h"

#include <optional>

namespace mlir::mopt {

/// The different values of `floats` in ascending order and how often each
/// occurs; the two zeros are one. Nothing if one is not finite. Up to 4096
/// values, or those of up to 2^18 elements, are exact; of more, the values in
/// one of 65536 equal parts of the range are taken together as their mean, zero
/// apart.
std::optional<std::vector<WeightedValue>>
countValues(MLIRContext *context, llvm::ArrayRef<float> floats);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_CLUSTERING_COUNTVALUES_H
