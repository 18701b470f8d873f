//===- SizeSearch.h - The densest model of a size -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_COMPRESSION_SIZESEARCH_H
#define MOPT_LIB_TRANSFORMS_COMPRESSION_SIZESEARCH_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <optional>

namespace mlir::mopt {

/// The least of the sparsities 0, 0.001, 0.002, ... and `most`, none larger
/// than that, for which `countBytes` is at most `target`; std::nullopt where
/// there is none. Bytes are taken to shrink with the sparsity. Models are dear
/// to make: the next one after `guess` is guessed by the bytes of the last one,
/// which grow nearly as the weights that are left, within what is known to be
/// too little and enough, or lies in the middle of that where a guess tells
/// little.
llvm::Expected<std::optional<double>> findSparsityForSize(
    double most, double guess, int64_t target,
    llvm::function_ref<llvm::Expected<int64_t>(double sparsity)> countBytes);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_COMPRESSION_SIZESEARCH_H
