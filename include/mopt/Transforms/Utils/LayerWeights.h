//===- LayerWeights.h - The weights of layers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_UTILS_LAYERWEIGHTS_H
#define MOPT_TRANSFORMS_UTILS_LAYERWEIGHTS_H

#include "mlir/IR/BuiltinOps.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Transforms/Utils/OpFilter.h"

namespace mlir::mopt {

/// On a module, a unit: no other module refers to its resources, and no pass
/// makes one that does. Data of weights that are replaced is freed then, which
/// halves the memory that a pipeline needs.
inline constexpr llvm::StringLiteral kSoleUserAttr = "mopt.sole_user";

/// A constant that holds float32 or 8-bit quantised weights, which a layer
/// reads itself or behind a dequantize op.
struct LayerWeight {
  ConstOp constant;
  /// The first layer that has it as weights.
  Operation *user;
  ConstBytes bytes;
  int64_t elements;
  /// Nothing else in the module has its data (asked where kSoleUserAttr is).
  bool isSoleUser = false;

  /// The tensor's name, or that of its user's result.
  StringRef getName() const;
  RankedTensorType getType() const;
  bool isFloat() const { return getType().getElementType().isF32(); }

  /// Calls `visit(index, magnitude)` for all elements in order. Magnitudes of
  /// quantised weights are real values, comparable between tensors.
  void forEachMagnitude(llvm::function_ref<void(int64_t, float)> visit) const;

  /// Elements that stand for zero.
  int64_t countZeros() const;

  /// Makes a constant of `blob`, which has the size of the old data, and takes
  /// the old one out of the IR. Its data goes too where kSoleUserAttr allows
  /// it.
  void replace(AsmResourceBlob blob);
};

/// All weights in program order, each constant once. Those that are left out
/// are reported in remarks with the reason why they are not `verb` ("pruned";
/// empty: no remarks).
SmallVector<LayerWeight>
collectLayerWeights(ModuleOp module, const OpFilter &filter, StringRef verb);

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_UTILS_LAYERWEIGHTS_H
