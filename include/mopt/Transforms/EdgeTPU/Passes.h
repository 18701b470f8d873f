//===- Passes.h - Passes for the Edge TPU -----------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_EDGETPU_PASSES_H
#define MOPT_TRANSFORMS_EDGETPU_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"

namespace mlir::mopt {

#define GEN_PASS_DECL
#include "mopt/Transforms/EdgeTPU/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "mopt/Transforms/EdgeTPU/Passes.h.inc"

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_EDGETPU_PASSES_H
