//===- RecurrentVerifier.h - Rules of recurrent ops -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_DIALECT_MOPT_IR_RECURRENTVERIFIER_H
#define MOPT_LIB_DIALECT_MOPT_IR_RECURRENTVERIFIER_H

#include "VerifierUtils.h"
#include "mopt/Dialect/Mopt/IR/RecurrentLayers.h"

namespace mlir::mopt {

/// "NAME must hold float32, got TYPE".
LogicalResult verifyFloat32(Operation *op, Value value, const Twine &name);

/// Weights of the float or of the hybrid form: float32, or 8 bits with one
/// scale.
LogicalResult verifyRealWeights(Operation *op, Value value, const Twine &name);

/// The auxiliary operands of an op of two layers: weights of both layers or of
/// none, not without the input, which is a sequence as long as the input.
LogicalResult verifyAuxOperands(Operation *op, Value auxInput, Value forward,
                                Value backward);

/// The results of an op of two layers: one with the columns of both where
/// `isMerged`, else one each.
LogicalResult verifyLayerResults(Operation *op, bool isMerged,
                                 const SequenceLayer &forward,
                                 const SequenceLayer &backward);

/// The rules of `mopt.lstm` with the kernel type BASIC.
LogicalResult verifyBasicLSTM(LSTMOp op);

} // namespace mlir::mopt

#endif // MOPT_LIB_DIALECT_MOPT_IR_RECURRENTVERIFIER_H
