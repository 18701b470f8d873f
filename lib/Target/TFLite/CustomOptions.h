//===- CustomOptions.h - Options of typed custom operators ------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A custom operator keeps its options as a map of the FlexBuffers format. For a
// CustomCodeOp the entries are attributes; the bytes stay on the op and are
// written again as they were while the attributes say the same.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_TFLITE_CUSTOMOPTIONS_H
#define MOPT_LIB_TARGET_TFLITE_CUSTOMOPTIONS_H

#include "mlir/IR/Operation.h"

#include <optional>
#include <vector>

namespace mlir::mopt::tfl {

/// The name of the typed op with the custom code `code`, if there is one.
std::optional<RegisteredOperationName> findCustomCodeOp(MLIRContext *context,
                                                        StringRef code);

/// Sets the attributes of `op` to the entries of the map `bytes`; those that
/// the map has no number for keep their defaults. False if `bytes` is no map.
bool readCustomOptions(ArrayRef<char> bytes, Operation *op);

/// The map for the attributes of `op`: `bytes`, which it was read from, if they
/// say the same. Entries of `bytes` that are no attributes are kept if they are
/// numbers or strings.
std::vector<uint8_t> writeCustomOptions(ArrayRef<char> bytes, Operation *op);

} // namespace mlir::mopt::tfl

#endif // MOPT_LIB_TARGET_TFLITE_CUSTOMOPTIONS_H
