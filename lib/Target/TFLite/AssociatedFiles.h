//===- AssociatedFiles.h - The zip archive behind a model -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Models with TFLITE_METADATA often carry label files in a zip archive that is
// appended to the flatbuffer. A zip archive is found from its end and holds
// absolute offsets, so that it has to be rebased when it moves.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_TFLITE_ASSOCIATEDFILES_H
#define MOPT_LIB_TARGET_TFLITE_ASSOCIATEDFILES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <vector>

namespace mlir::mopt::tfl {

/// The archive at the end of `file`, with offsets counted from its own start;
/// std::nullopt if there is none, or none that is well formed.
std::optional<std::vector<char>> extractAssociatedFiles(llvm::StringRef file);

/// `archive`, as extractAssociatedFiles returned it, for a place `position`
/// bytes into a file. Empty if it is no such archive or does not fit 32 bits.
std::vector<char> rebaseAssociatedFiles(llvm::ArrayRef<char> archive,
                                        uint64_t position);

} // namespace mlir::mopt::tfl

#endif // MOPT_LIB_TARGET_TFLITE_ASSOCIATEDFILES_H
