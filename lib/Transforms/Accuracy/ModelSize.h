//===- ModelSize.h - Bytes of a model's file -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_ACCURACY_MODELSIZE_H
#define MOPT_LIB_TRANSFORMS_ACCURACY_MODELSIZE_H

#include "mlir/IR/BuiltinOps.h"
#include "mopt/Target/ModelFile.h"

namespace mlir::mopt {

/// Bytes of the model as a file of `format`; 0 where it cannot be one.
int64_t countModelBytes(ModuleOp module,
                        ModelFormat format = ModelFormat::TFLite);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_ACCURACY_MODELSIZE_H
