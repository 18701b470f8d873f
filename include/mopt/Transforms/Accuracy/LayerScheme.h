//===- LayerScheme.h - How a single layer is quantised -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_ACCURACY_LAYERSCHEME_H
#define MOPT_TRANSFORMS_ACCURACY_LAYERSCHEME_H

#include "mlir/IR/BuiltinOps.h"
#include "mopt/Transforms/Quantization/Options.h"

namespace mlir::mopt {

/// How layers are quantised where the cost of each is measured.
struct LayerScheme {
  enum class Kind {
    /// Integers throughout: mopt-quantize.
    Int8,
    /// Integer weights, read by hybrid kernels where there are some, or stored
    /// beside a dequantize op: mopt-quantize-weights.
    Dynamic,
    Weights
  };
  Kind kind = Kind::Int8;
  WeightGranularity granularity = WeightGranularity::Channel;
  /// Of a weight.
  unsigned bits = 8;
};

/// Whether any op of `module` gives integers that stand for real numbers.
bool holdsQuantizedOps(ModuleOp module);

/// Quantises every op of `module`, whose float tensors have ranges where the
/// scheme needs them. Returns whether any op has got a quantised form; ops that
/// have one already are left alone.
FailureOr<bool> applyScheme(ModuleOp module, const LayerScheme &scheme);

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_ACCURACY_LAYERSCHEME_H
