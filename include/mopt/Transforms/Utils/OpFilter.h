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
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/Regex.h"

#include <optional>

namespace mlir::mopt {

/// On an op: a string that tells why quantization is to leave the op alone.
/// Recipes and mixed precision put it there.
inline constexpr llvm::StringLiteral kKeepAttr = "mopt.keep";

/// The options that select ops; empty = no restriction.
struct OpSelection {
  /// Regular expressions that the names of an op's results and constants are
  /// matched with.
  StringRef exclude, only;
  /// Types of ops: names without their dialect, with commas between.
  StringRef excludeOps, onlyOps;
};

/// Whether a regular expression matches the name of a result or constant of
/// `op`.
bool matchesName(Operation *op, const llvm::Regex &regex);

/// The names in `text`, with commas between; fails, with what is wrong, where
/// one is no op of the dialect.
llvm::Expected<llvm::StringSet<>> parseOpNames(MLIRContext *context,
                                               StringRef text);

/// Ops that a pass is to change: those that every option selects and no
/// attribute `mopt.keep` protects.
class OpFilter {
public:
  /// No restriction.
  OpFilter() = default;

  /// Fails with an error on `module` that names the pass where a pattern is no
  /// regular expression, or an op is none of ours.
  static FailureOr<OpFilter> create(ModuleOp module, StringRef pass,
                                    const OpSelection &selection);
  static FailureOr<OpFilter> create(ModuleOp module, StringRef pass,
                                    StringRef exclude, StringRef only) {
    return create(module, pass, {exclude, only, "", ""});
  }

  /// Why `op` is to be left alone; empty if it is not.
  StringRef getReasonToSkip(Operation *op) const;

private:
  std::optional<llvm::Regex> exclude, only;
  llvm::StringSet<> excludeOps;
  std::optional<llvm::StringSet<>> onlyOps;
};

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_UTILS_OPFILTER_H
