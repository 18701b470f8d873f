//===- Passes.h - Passes that repair compressed layers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_RECONSTRUCTION_PASSES_H
#define MOPT_TRANSFORMS_RECONSTRUCTION_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Transforms/Quantization/Options.h"

namespace mlir::mopt {

/// What the layers' inputs will be once the model is quantised.
enum class ActivationForm { Float, Int8, Int16 };

/// What equalisation does with a RELU6 between two layers: leaves both alone,
/// or makes it a RELU and a minimum with one value a channel.
enum class ClippedRelu { Keep, Minimum };

#define GEN_PASS_DECL
#include "mopt/Transforms/Reconstruction/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "mopt/Transforms/Reconstruction/Passes.h.inc"

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_RECONSTRUCTION_PASSES_H
