//===- MagnitudeSelect.h - The k-th smallest weight -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_SPARSITY_MAGNITUDESELECT_H
#define MOPT_LIB_TRANSFORMS_SPARSITY_MAGNITUDESELECT_H

#include "mopt/Transforms/Utils/LayerWeights.h"

namespace mlir::mopt {

/// The magnitude below which weights go, and how many of exactly that
/// magnitude go with them, the earliest first.
struct Threshold {
  float magnitude = 0.0f;
  int64_t atMagnitude = 0;
};

/// The threshold that sets exactly `target` of the weights to zero. NaN has no
/// place in an order; it counts as large and is kept. Looks at all weights
/// twice, with constant memory: the bits of positive floats are ordered as they
/// are, and are counted by their upper half, then by the lower one.
Threshold findThreshold(ArrayRef<LayerWeight> weights, int64_t target);

/// A copy of the weights' bytes with zeros where a weight is at most the
/// threshold, which keeps count from one tensor to the next.
AsmResourceBlob pruneBelow(const LayerWeight &weight, Threshold &threshold);

/// A copy of the weights' bytes with zeros where `mask` says.
AsmResourceBlob pruneBytes(const LayerWeight &weight,
                           const std::vector<bool> &mask);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_SPARSITY_MAGNITUDESELECT_H
