//===- LayerRecipe.cpp - What a recipe says about a layer -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Quantization/LayerRecipe.h"

#include "mlir/IR/Builders.h"
#include "mopt/Transforms/Utils/OpFilter.h"

using namespace mlir;
using namespace mlir::mopt;

static constexpr llvm::StringLiteral kActivations = "activations";
static constexpr llvm::StringLiteral kGranularity = "granularity";
static constexpr llvm::StringLiteral kBits = "bits";
static constexpr llvm::StringLiteral kSparsity = "sparsity";
static constexpr llvm::StringLiteral kPattern = "pattern";

LayerRecipe LayerRecipe::get(Operation *op) {
  LayerRecipe recipe;
  auto said = op->getAttrOfType<DictionaryAttr>(kAttr);
  if (!said)
    return recipe;
  if (auto value = said.getAs<StringAttr>(kActivations))
    recipe.activations = value.getValue() == "int16" ? ActivationType::Int16
                                                     : ActivationType::Int8;
  if (auto value = said.getAs<StringAttr>(kGranularity))
    recipe.granularity = value.getValue() == "tensor"
                             ? WeightGranularity::Tensor
                             : WeightGranularity::Channel;
  if (auto value = said.getAs<IntegerAttr>(kBits))
    recipe.bits = value.getInt();
  if (auto value = said.getAs<FloatAttr>(kSparsity))
    recipe.sparsity = value.getValueAsDouble();
  if (auto value = said.getAs<StringAttr>(kPattern))
    recipe.pattern = value.str();
  return recipe;
}

void LayerRecipe::set(Operation *op) const {
  Builder builder(op->getContext());
  SmallVector<NamedAttribute> said;
  if (activations)
    said.push_back(builder.getNamedAttr(
        kActivations,
        builder.getStringAttr(*activations == ActivationType::Int16 ? "int16"
                                                                    : "int8")));
  if (granularity)
    said.push_back(builder.getNamedAttr(
        kGranularity,
        builder.getStringAttr(
            *granularity == WeightGranularity::Tensor ? "tensor" : "channel")));
  if (bits)
    said.push_back(
        builder.getNamedAttr(kBits, builder.getI64IntegerAttr(*bits)));
  if (sparsity)
    said.push_back(
        builder.getNamedAttr(kSparsity, builder.getF64FloatAttr(*sparsity)));
  if (pattern)
    said.push_back(
        builder.getNamedAttr(kPattern, builder.getStringAttr(*pattern)));
  if (said.empty())
    op->removeAttr(kAttr);
  else
    op->setAttr(kAttr, builder.getDictionaryAttr(said));
}

void mopt::dropRecipes(ModuleOp module) {
  module.walk([](Operation *op) {
    op->removeAttr(LayerRecipe::kAttr);
    op->removeAttr(kKeepAttr);
  });
}

void mopt::dropSparsityRecipes(ModuleOp module) {
  module.walk([](Operation *op) {
    if (!op->hasAttr(LayerRecipe::kAttr))
      return;
    LayerRecipe recipe = LayerRecipe::get(op);
    recipe.sparsity.reset();
    recipe.pattern.reset();
    recipe.set(op);
  });
}
