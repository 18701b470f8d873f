//===- SelectionOptions.h - Which ops a pipeline changes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_PIPELINES_SELECTIONOPTIONS_H
#define MOPT_PIPELINES_SELECTIONOPTIONS_H

#include "mlir/Pass/PassOptions.h"

namespace mlir::mopt {

/// The options of quantizing pipelines that select ops.
struct SelectionOptions {
  using Text = mlir::detail::PassOptions::Option<std::string>;

  explicit SelectionOptions(mlir::detail::PassOptions &parent)
      : exclude(parent, "exclude",
                llvm::cl::desc("Regular expression: ops with a tensor whose "
                               "name matches stay as they are")),
        only(parent, "only",
             llvm::cl::desc("Regular expression: ops without a tensor whose "
                            "name matches stay as they are")),
        excludeOps(parent, "exclude-ops",
                   llvm::cl::desc("Types of ops that stay as they are, as "
                                  "softmax,mul")),
        onlyOps(parent, "only-ops",
                llvm::cl::desc("Types of ops that are changed; others stay as "
                               "they are")),
        recipe(parent, "recipe",
               llvm::cl::desc("JSON file with what becomes of each op: see "
                              "mopt-apply-recipe")) {}

  Text exclude, only, excludeOps, onlyOps, recipe;

  /// Hands the filters on to the options of a pass.
  template <typename PassOptions>
  void apply(PassOptions &options) const {
    options.exclude = exclude;
    options.only = only;
    options.excludeOps = excludeOps;
    options.onlyOps = onlyOps;
  }
};

} // namespace mlir::mopt

#endif // MOPT_PIPELINES_SELECTIONOPTIONS_H
