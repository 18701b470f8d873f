//===- RunSilently.h - A pass on a model that is only tried -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_ACCURACY_RUNSILENTLY_H
#define MOPT_LIB_TRANSFORMS_ACCURACY_RUNSILENTLY_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"

namespace mlir::mopt {

/// While it lives, errors alone are told.
struct ErrorsOnly : ScopedDiagnosticHandler {
  explicit ErrorsOnly(MLIRContext *context)
      : ScopedDiagnosticHandler(context, [](Diagnostic &note) {
          return success(note.getSeverity() != DiagnosticSeverity::Error);
        }) {}
};

/// Runs `pass` on `module`. Only its errors are told: remarks and warnings are
/// for the pass that changes the model itself.
inline LogicalResult runSilently(ModuleOp module, std::unique_ptr<Pass> pass) {
  PassManager manager(module.getContext(), ModuleOp::getOperationName());
  manager.addPass(std::move(pass));
  ErrorsOnly errorsOnly(module.getContext());
  return manager.run(module);
}

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_ACCURACY_RUNSILENTLY_H
