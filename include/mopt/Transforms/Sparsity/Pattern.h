//===- Pattern.h - What is pruned together -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_SPARSITY_PATTERN_H
#define MOPT_TRANSFORMS_SPARSITY_PATTERN_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>

namespace mlir::mopt {

/// Which weights become zero together. The weights of a layer are seen as a
/// matrix with a row an output channel, whose columns are all other dimensions
/// in their order: the input channels of a tap lie side by side.
struct SparsityPattern {
  enum class Kind {
    /// Every weight for itself.
    Element,
    /// Blocks of `rows` x `columns`; those at the edges may be smaller.
    Block,
    /// At most `kept` of every `columns` neighbours in a row, which begin at
    /// multiples of `columns`.
    Neighbours
  };

  Kind kind = Kind::Element;
  int64_t rows = 1, columns = 1, kept = 0;

  /// "element", "ROWSxCOLUMNS" (such as 1x4, 16x4), or "KEPT:COLUMNS" (2:4).
  static llvm::Expected<SparsityPattern> parse(llvm::StringRef text);
};

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_SPARSITY_PATTERN_H
