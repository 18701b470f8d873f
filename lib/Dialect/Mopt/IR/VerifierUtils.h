//===- VerifierUtils.h - Shared by the verifiers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_DIALECT_MOPT_IR_VERIFIERUTILS_H
#define MOPT_LIB_DIALECT_MOPT_IR_VERIFIERUTILS_H

#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

namespace mlir::mopt {

inline RankedTensorType getTensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// True for an optional operand that is there and not `mopt.no_value`.
inline bool isPresent(Value value) {
  return value && !isa<NoneType>(value.getType());
}

/// "'op' op NAME must have rank RANK, got TYPE".
LogicalResult verifyRank(Operation *op, Value value, StringRef name,
                         int64_t rank);

/// Input and output must store the same element type (int8, float32, ...).
LogicalResult verifySameStorage(Operation *op, Value a, StringRef nameA,
                                Value b, StringRef nameB);

/// `value` must have exactly the dimensions `expected`.
LogicalResult verifyShape(Operation *op, Value value, StringRef name,
                          ArrayRef<int64_t> expected);

/// An operand of indices: integers of one of the given widths, not quantised.
LogicalResult verifyIndexTensor(Operation *op, Value value, StringRef name,
                                ArrayRef<unsigned> widths);

/// Strides and dilations must be positive; the padding VALID must leave at
/// least one window. Fails on `op` or gives the output's size along one axis:
/// SAME ceil(input / stride), VALID ceil((input - window + 1) / stride) with
/// window = (filter - 1) * dilation + 1.
FailureOr<int64_t> getWindowedSize(Operation *op, StringRef axis, int64_t input,
                                   int64_t filter, int64_t stride,
                                   int64_t dilation, Padding padding);

/// Functions that an op can carry: NONE, RELU, RELU_N1_TO_1, RELU6.
LogicalResult verifyFusedActivation(Operation *op,
                                    ActivationFunction activation);

/// The operator version that the element types of `op` require, for ops whose
/// attributes may require a higher one (tools/versioning/op_version.cc has the
/// numbers).
template <typename OpT>
int32_t getTypeVersion(OpT op) {
  return getDefaultMinVersion(op, OpT::getQuantSpec());
}

/// The values of a constant operand of signless integers; std::nullopt if it is
/// not a constant, or one whose values are not here (an elided resource).
std::optional<SmallVector<int64_t>> getConstantIndices(Value value);

} // namespace mlir::mopt

#endif // MOPT_LIB_DIALECT_MOPT_IR_VERIFIERUTILS_H
