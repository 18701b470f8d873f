//===- OpFilter.h - Ops that the user names -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_UTILS_OPFILTER_H
#define MOPT_TRANSFORMS_UTILS_OPFILTER_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Regex.h"

#include <optional>

namespace mlir::mopt {

/// The options `exclude` and `only`: regular expressions that the names of an
/// op's results and constants are matched with.
class OpFilter {
public:
  /// No restriction.
  OpFilter() = default;

  /// Fails with an error on `module` that names the pass where a pattern (empty
  /// = none) is no regular expression.
  static FailureOr<OpFilter> create(ModuleOp module, StringRef pass,
                                    StringRef exclude, StringRef only);

  /// Why `op` is to be left alone; empty if it is not.
  StringRef getReasonToSkip(Operation *op) const;

private:
  std::optional<llvm::Regex> exclude, only;
};

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_UTILS_OPFILTER_H
