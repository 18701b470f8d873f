//===- LayerTarget.h - How sparse a layer is to be -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_SPARSITY_LAYERTARGET_H
#define MOPT_LIB_TRANSFORMS_SPARSITY_LAYERTARGET_H

#include "mlir/IR/Operation.h"
#include "mopt/Transforms/Quantization/LayerRecipe.h"
#include "mopt/Transforms/Sparsity/Pattern.h"

namespace mlir::mopt {

/// What the options ask of a layer, and its recipe, which comes first.
struct LayerTarget {
  SparsityPattern pattern;
  double sparsity;
  /// The recipe names a ratio: the layer does not share that of others.
  bool isOwn;

  /// Fails with an error on `op` where the recipe's pattern is none.
  static FailureOr<LayerTarget>
  of(Operation *op, const SparsityPattern &pattern, double sparsity) {
    LayerRecipe recipe = LayerRecipe::get(op);
    LayerTarget target{pattern, recipe.sparsity.value_or(sparsity),
                       recipe.sparsity.has_value()};
    if (recipe.pattern) {
      llvm::Expected<SparsityPattern> parsed =
          SparsityPattern::parse(*recipe.pattern);
      if (!parsed)
        return op->emitError("its recipe: ")
               << llvm::toString(parsed.takeError());
      target.pattern = *parsed;
      target.isOwn = true;
    }
    return target;
  }
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_SPARSITY_LAYERTARGET_H
