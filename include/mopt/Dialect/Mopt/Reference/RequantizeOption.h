//===- RequantizeOption.h - The option 'requantize' of passes ---*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_REFERENCE_REQUANTIZEOPTION_H
#define MOPT_DIALECT_MOPT_REFERENCE_REQUANTIZEOPTION_H

#include "mopt/Dialect/Mopt/IR/MoptDialect.h"

namespace mlir::mopt {

/// The arithmetic that a pass on `op` shall use: `option`, 'float' or 'fixed',
/// or, where that is empty, what the module of `op` says. Anything else is an
/// error, which is reported at `op`.
FailureOr<RequantizeMode> readRequantizeOption(Operation *op, StringRef option);

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_REFERENCE_REQUANTIZEOPTION_H
