//===- LoweredOps.h - What the patterns match -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_CONVERSION_MOPTTOLINALG_LOWEREDOPS_H
#define MOPT_CONVERSION_MOPTTOLINALG_LOWEREDOPS_H

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OperationSupport.h"
#include "llvm/ADT/DenseSet.h"

namespace mlir::mopt {

/// The ops of which some form is lowered to linalg: what the patterns of
/// populateMoptToLinalg match, ops or all ops of an interface.
class LoweredOps {
public:
  explicit LoweredOps(MLIRContext &context);

  bool contains(RegisteredOperationName op) const;

private:
  llvm::DenseSet<OperationName> names;
  SmallVector<TypeID> interfaces;
};

} // namespace mlir::mopt

#endif // MOPT_CONVERSION_MOPTTOLINALG_LOWEREDOPS_H
