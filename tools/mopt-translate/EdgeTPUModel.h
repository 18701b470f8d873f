//===- EdgeTPUModel.h - --to-edgetpu ----------------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TOOLS_MOPT_TRANSLATE_EDGETPUMODEL_H
#define MOPT_TOOLS_MOPT_TRANSLATE_EDGETPUMODEL_H

#include "mlir/IR/BuiltinOps.h"

namespace mlir::mopt {

/// Writes `module`, legalised, as a .tflite for the Edge TPU's compiler to
/// `output`, and what the compiler will map beside it as .json and .txt; all or
/// none. With more than one segment, these are written in place of the model,
/// as OUTPUT_segment_I_of_N.tflite. Prints the report to standard output.
LogicalResult writeForEdgeTPU(ModuleOp module, unsigned segments,
                              StringRef output, bool json);

/// Writes the compiled model at the path `package` with the weights of
/// `module`. `source` is the path of the model that was compiled, or empty.
LogicalResult refreshForEdgeTPU(ModuleOp module, StringRef package,
                                StringRef source, StringRef output, bool json);

/// Writes what is in the packages of the compiled model `module`, as JSON.
LogicalResult inspectForEdgeTPU(ModuleOp module, StringRef output);

} // namespace mlir::mopt

#endif // MOPT_TOOLS_MOPT_TRANSLATE_EDGETPUMODEL_H
