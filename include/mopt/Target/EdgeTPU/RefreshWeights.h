//===- RefreshWeights.h - New weights for a compiled model ------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_EDGETPU_REFRESHWEIGHTS_H
#define MOPT_TARGET_EDGETPU_REFRESHWEIGHTS_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <string>

namespace mlir::mopt {

/// A compiled model with other weights.
struct RefreshedModel {
  /// The .tflite file.
  std::string file;
  /// Layers whose parameters were written, and those whose bytes changed.
  int64_t layers = 0;
  int64_t changed = 0;
  /// Bytes of all parameters in the package.
  int64_t bytes = 0;
};

/// Puts the weights and biases of `model` into the package of `compiled`, which
/// was read from `file`. Nothing else in the file changes: the instructions
/// depend on shapes, zero points and, for layers with one scale, on the scales,
/// which have to be those that the package was compiled for.
///
/// What is checked: the tensors at the border of the chip and their parameters,
/// the bytes of parameters that the layers take in all, and the factors of
/// layers with a scale for each channel. With `source`, the model that was
/// compiled, (null: none) also that all its tensors have the types of those of
/// `model`, and that the package holds its weights. Fails with the reason.
llvm::Expected<RefreshedModel> refreshEdgeTPUWeights(ModuleOp model,
                                                     ModuleOp compiled,
                                                     StringRef file,
                                                     ModuleOp source);

} // namespace mlir::mopt

#endif // MOPT_TARGET_EDGETPU_REFRESHWEIGHTS_H
