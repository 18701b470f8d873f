//===- Segments.h - Models for a row of chips -------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_EDGETPU_SEGMENTS_H
#define MOPT_TARGET_EDGETPU_SEGMENTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/Error.h"

#include <vector>

namespace mlir::mopt {

/// A part of a model, a model itself.
struct EdgeTPUSegment {
  OwningOpRef<ModuleOp> module;
  int64_t operators = 0;
  /// What the compiler will keep in memory for parameters.
  int64_t parameterBytes = 0;
};

/// Cuts `func` into `count` models, each of which takes what the one before it
/// gives, under the same name. A cut is a place where one tensor, the result of
/// an operator, is all that the rest of the model needs. Of all ways to cut the
/// one is taken whose largest segment has the fewest bytes of parameters; among
/// equals that with the fewest bytes between segments.
///
/// Fails with the reason if there are too few places to cut.
llvm::Expected<std::vector<EdgeTPUSegment>> splitIntoSegments(func::FuncOp func,
                                                              unsigned count);

} // namespace mlir::mopt

#endif // MOPT_TARGET_EDGETPU_SEGMENTS_H
