//===- PrefixSearch.h - The shortest prefix that will do -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_ACCURACY_PREFIXSEARCH_H
#define MOPT_LIB_TRANSFORMS_ACCURACY_PREFIXSEARCH_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <optional>

namespace mlir::mopt {

/// The least `count` in [0, total] for which `suffices(count)`, found by
/// doubling and bisection: if it holds for one count it is taken to hold for
/// all larger ones. std::nullopt where not even `total` suffices.
llvm::Expected<std::optional<unsigned>>
findShortestPrefix(unsigned total,
                   llvm::function_ref<llvm::Expected<bool>(unsigned)> suffices);

/// Removes from `chosen`, from the last to the first, each element without
/// which the rest `suffices`.
llvm::Error dropUnneeded(
    SmallVectorImpl<unsigned> &chosen,
    llvm::function_ref<llvm::Expected<bool>(ArrayRef<unsigned>)> suffices);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_ACCURACY_PREFIXSEARCH_H
