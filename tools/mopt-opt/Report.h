//===- Report.h - What --json prints -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TOOLS_MOPT_OPT_REPORT_H
#define MOPT_TOOLS_MOPT_OPT_REPORT_H

#include "mlir/IR/BuiltinOps.h"

namespace mlir::mopt {

/// Prints the facts of a run as one JSON object: `input` and `output` (path and
/// bytes; no `output` where none was written), `operators` (count by name) and
/// `weights` (tensors, elements, zeros, sparsity, bytes) of the result.
void printReport(llvm::raw_ostream &os, ModuleOp module, StringRef input,
                 StringRef output);

} // namespace mlir::mopt

#endif // MOPT_TOOLS_MOPT_OPT_REPORT_H
