//===- Offences.h - What a verify pass finds -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_UTILS_OFFENCES_H
#define MOPT_TRANSFORMS_UTILS_OFFENCES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"

#include <string>

namespace mlir::mopt {

/// Where something is wrong, and what.
using Offences = SmallVector<std::pair<Location, std::string>>;

/// Fails with `error`, which says what to run first, and a note for each of
/// `offences`, where there are any.
inline LogicalResult reportOffences(ModuleOp module, const Twine &error,
                                    const Offences &offences) {
  if (offences.empty())
    return success();
  InFlightDiagnostic diagnostic = mlir::emitError(module.getLoc()) << error;
  for (const auto &[location, text] : offences)
    diagnostic.attachNote(location) << text;
  return diagnostic;
}

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_UTILS_OFFENCES_H
