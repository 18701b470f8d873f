//===- LayerRecipe.h - What a recipe says about a layer -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_QUANTIZATION_LAYERRECIPE_H
#define MOPT_TRANSFORMS_QUANTIZATION_LAYERRECIPE_H

#include "mlir/IR/BuiltinOps.h"
#include "mopt/Transforms/Quantization/Options.h"

#include <optional>
#include <string>

namespace mlir::mopt {

/// How one op is changed where that differs from the rest: the attribute
/// `mopt.recipe` of the op. What is unset follows the options of the pass.
struct LayerRecipe {
  static constexpr llvm::StringLiteral kAttr = "mopt.recipe";

  /// Storage of the results, where the op gets an integer form.
  std::optional<ActivationType> activations;
  std::optional<WeightGranularity> granularity;
  /// Of a weight.
  std::optional<unsigned> bits;
  /// Part of the weights that becomes zero, and what becomes zero together.
  std::optional<double> sparsity;
  std::optional<std::string> pattern;

  /// What the attribute of `op` says; nothing where it has none.
  static LayerRecipe get(Operation *op);
  /// Makes it the attribute of `op`, which has none where nothing is said.
  void set(Operation *op) const;
};

/// Removes `mopt.recipe` and `mopt.keep` from all ops: they are obeyed.
void dropRecipes(ModuleOp module);

/// Removes from `mopt.recipe` what is said of sparsity.
void dropSparsityRecipes(ModuleOp module);

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_QUANTIZATION_LAYERRECIPE_H
