//===- HybridForms.h - Integer weights beside float data -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_HYBRIDFORMS_H
#define MOPT_DIALECT_MOPT_IR_HYBRIDFORMS_H

#include "mopt/Dialect/Mopt/IR/MoptInterfaces.h"

namespace mlir::mopt {

/// Whether operand `index`, an activation by its role, holds the weights of a
/// hybrid form: the second factor beside float data, or a table that is read as
/// float.
bool isHybridOperand(Operation *op, const QuantSpec &spec, unsigned index);

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_IR_HYBRIDFORMS_H
