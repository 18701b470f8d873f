//===- CompileModel.h - mopt-translate to native code -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TOOLS_MOPT_TRANSLATE_COMPILEMODEL_H
#define MOPT_TOOLS_MOPT_TRANSLATE_COMPILEMODEL_H

#include "mlir/IR/BuiltinOps.h"
#include "mopt/Target/CPU/CompileAhead.h"

namespace mlir::mopt {

/// Compiles the first function of `module` and writes the artifact to the file
/// `output` and its C header beside it, under the same name with `.h`; both or
/// none. Prints what was made, to standard output: one line, or JSON. LLVM IR
/// may go to standard output (`-`), without header and report.
LogicalResult compileModel(ModuleOp module, const CompileOptions &options,
                           StringRef output, bool json);

} // namespace mlir::mopt

#endif // MOPT_TOOLS_MOPT_TRANSLATE_COMPILEMODEL_H
