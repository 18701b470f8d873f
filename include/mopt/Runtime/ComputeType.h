//===- ComputeType.h - What products of floats are made of -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_RUNTIME_COMPUTETYPE_H
#define MOPT_RUNTIME_COMPUTETYPE_H

namespace mlir::mopt {

/// What compiled convolutions and matrix products of float32 tensors multiply.
/// Sums are float32 either way.
enum class ComputeType {
  /// The values as they are.
  F32,
  /// Weights and activations rounded to bfloat16, to nearest even.
  BF16
};

} // namespace mlir::mopt

#endif // MOPT_RUNTIME_COMPUTETYPE_H
