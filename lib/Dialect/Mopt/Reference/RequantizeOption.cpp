//===- RequantizeOption.cpp - The option 'requantize' of passes -----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/Reference/RequantizeOption.h"

#include "mopt/Dialect/Mopt/Reference/Interpreter.h"

using namespace mlir;
using namespace mlir::mopt;

FailureOr<RequantizeMode> mopt::readRequantizeOption(Operation *op,
                                                     StringRef option) {
  ExecutorOptions executor;
  if (!option.empty()) {
    executor.requantize = symbolizeRequantizeMode(option);
    if (!executor.requantize)
      return op->emitError()
             << "option 'requantize' must be 'float' or 'fixed', not '"
             << option << "'";
  }
  return getRequantizeMode(op, executor);
}
