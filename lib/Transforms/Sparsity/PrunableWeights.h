//===- PrunableWeights.h - Which weights can be pruned -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_SPARSITY_PRUNABLEWEIGHTS_H
#define MOPT_LIB_TRANSFORMS_SPARSITY_PRUNABLEWEIGHTS_H

#include "mlir/IR/BuiltinOps.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Transforms/Utils/OpFilter.h"

namespace mlir::mopt {

/// A constant that holds prunable weights.
struct PrunableWeight {
  ConstOp constant;
  /// The first op that reads it as weights.
  Operation *user;
  ConstBytes bytes;
  int64_t elements;

  /// The tensor's name, or that of its user's result.
  StringRef getName() const;
  RankedTensorType getType() const;

  /// Calls `visit(index, magnitude)` for all elements in order. Magnitudes of
  /// quantised weights are real values, comparable between tensors.
  void forEachMagnitude(llvm::function_ref<void(int64_t, float)> visit) const;

  /// Elements that stand for zero.
  int64_t countZeros() const;
};

/// The number of weights that a ratio asks to be zero.
int64_t getZeroTarget(double sparsity, int64_t elements);

/// All prunable weights in program order, each constant once. With `remarks`,
/// those that are left out are reported with the reason.
SmallVector<PrunableWeight>
collectPrunableWeights(ModuleOp module, const OpFilter &filter, bool remarks);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_SPARSITY_PRUNABLEWEIGHTS_H
