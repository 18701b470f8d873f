//===- SPIRVModel.h - mopt-translate to SPIR-V -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TOOLS_MOPT_TRANSLATE_SPIRVMODEL_H
#define MOPT_TOOLS_MOPT_TRANSLATE_SPIRVMODEL_H

#include "mlir/IR/BuiltinOps.h"
#include "mopt/Target/SPIRV/CompileSPIRV.h"

namespace mlir::mopt {

/// Compiles the first function of `module` and writes the artifact to the file
/// `output`, or its SPIR-V alone where that ends in `.spv`. Prints what was
/// made, to standard output unless that is where the artifact goes: one line,
/// or JSON.
LogicalResult writeForGPU(ModuleOp module, const SPIRVOptions &options,
                          StringRef output, bool json);

} // namespace mlir::mopt

#endif // MOPT_TOOLS_MOPT_TRANSLATE_SPIRVMODEL_H
