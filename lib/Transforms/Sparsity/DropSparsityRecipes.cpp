//===- DropSparsityRecipes.cpp - Removing recipes that are obeyed ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Quantization/LayerRecipe.h"
#include "mopt/Transforms/Sparsity/Passes.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_DROPSPARSITYRECIPESPASS
#include "mopt/Transforms/Sparsity/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

struct DropSparsityRecipesPass
    : public mlir::mopt::impl::DropSparsityRecipesPassBase<
          DropSparsityRecipesPass> {
  using DropSparsityRecipesPassBase::DropSparsityRecipesPassBase;

  void runOnOperation() override { dropSparsityRecipes(getOperation()); }
};

} // namespace
