//===- FastestExecutor.cpp - Compiled, else interpreted -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/Executor.h"

using namespace mlir;
using namespace mlir::mopt;

llvm::Expected<std::unique_ptr<Executor>>
mopt::createFastestExecutor(func::FuncOp func, std::string *whyInterpreted) {
  std::string reason;
  {
    ScopedDiagnosticHandler handler(func.getContext(), [&](Diagnostic &note) {
      if (note.getSeverity() == DiagnosticSeverity::Error && reason.empty())
        reason = note.str();
      return success();
    });
    llvm::Expected<std::unique_ptr<Executor>> compiled =
        createJITExecutor(func, {});
    if (compiled)
      return compiled;
    std::string error = llvm::toString(compiled.takeError());
    if (reason.empty())
      reason = error;
  }
  if (whyInterpreted)
    *whyInterpreted = reason;
  return createReferenceExecutor(func, {});
}
