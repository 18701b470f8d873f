//===- RecipeText.h - The text of a recipe -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_QUANTIZATION_RECIPETEXT_H
#define MOPT_LIB_TRANSFORMS_QUANTIZATION_RECIPETEXT_H

#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

#include <string>
#include <vector>

namespace mlir::mopt {

/// What one entry of a recipe says of one thing.
struct RecipeField {
  std::string key;
  llvm::json::Value value;
  unsigned line;
};

/// The fields of an entry, in their order; lines count from 1.
struct RecipeItem {
  std::vector<RecipeField> fields;
  unsigned line;
};

/// The entries of a recipe in YAML, of which JSON is a part: one document, a
/// list of mappings from keys to scalars or lists of them. Scalars without
/// quotes that JSON has a meaning for (numbers, true, false, null) have it, the
/// others are strings. Errors name the line, and the key where there is one.
llvm::Expected<std::vector<RecipeItem>> parseRecipe(llvm::MemoryBufferRef text);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_QUANTIZATION_RECIPETEXT_H
