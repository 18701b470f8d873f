//===- FakeQuant.h - The range of fake_quant --------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_REFERENCE_FAKEQUANT_H
#define MOPT_DIALECT_MOPT_REFERENCE_FAKEQUANT_H

#include "mopt/Dialect/Mopt/IR/QuantOps.h"

namespace mlir::mopt {

/// The values that fake_quant leaves: min + k * scale up to max, with 0 among
/// them.
struct NudgedRange {
  float min, max, scale;
};

/// The range of `op` in float32, in the order of operations of TFLite's kernel.
NudgedRange getNudgedRange(FakeQuantOp op);

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_REFERENCE_FAKEQUANT_H
