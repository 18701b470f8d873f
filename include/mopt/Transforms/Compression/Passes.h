//===- Passes.h - Passes that make models small -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_COMPRESSION_PASSES_H
#define MOPT_TRANSFORMS_COMPRESSION_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Transforms/Accuracy/Passes.h"
#include "mopt/Transforms/Sparsity/Passes.h"

namespace mlir::mopt {

/// By which costs sparsity is shared among layers; Auto: by those that turn out
/// better.
enum class BudgetMeasure { Auto, Divergence, Error };

/// What weights are in the end.
enum class CompressedForm { Float, Int8 };

#define GEN_PASS_DECL
#include "mopt/Transforms/Compression/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "mopt/Transforms/Compression/Passes.h.inc"

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_COMPRESSION_PASSES_H
