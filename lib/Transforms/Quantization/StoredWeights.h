//===- StoredWeights.h - Weights in a smaller form -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_QUANTIZATION_STOREDWEIGHTS_H
#define MOPT_LIB_TRANSFORMS_QUANTIZATION_STOREDWEIGHTS_H

#include "mopt/Dialect/Mopt/IR/ModelOps.h"

namespace mlir::mopt {

/// The operands of `op` that hold weights: those that WeightedOp names, else
/// constant factors and tables of ops that have a hybrid form. They need not be
/// constants, and may be absent (`mopt.no_value`).
SmallVector<OpOperand *> getWeights(Operation *op);

/// Why the float32 constant `value` cannot be stored in another form; empty if
/// it can.
std::string getReasonToKeepFloat(Value value);

/// Gives readers of a float constant the same, dequantised from a constant in
/// another form; readers of one constant share one op.
class DequantizedWeights {
public:
  /// `original` as `stored` says it.
  Value get(ConstOp original, ConstOp stored);

private:
  DenseMap<Operation *, Value> values;
};

/// The integer constant that `value` is the float form of, if it is one.
ConstOp getStoredWeight(Value value);

/// A float32 constant with the values of 8-bit weights: rounded to their scales
/// again it gives the same integers.
ConstOp widenStoredWeight(ConstOp stored);

/// Drops constants that nothing reads any more: they would be exported too.
void eraseUnusedConstants(Operation *root);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_QUANTIZATION_STOREDWEIGHTS_H
