//===- Fingerprint.h - Telling models apart -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_CALIBRATION_FINGERPRINT_H
#define MOPT_LIB_TRANSFORMS_CALIBRATION_FINGERPRINT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::mopt {

/// 32 hexadecimal digits that depend on all that decides what the values of
/// `func` are: ops, their order, attributes and types, and the bytes of the
/// weights. Names, locations and observed ranges make no difference.
std::string getModelFingerprint(func::FuncOp func);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_CALIBRATION_FINGERPRINT_H
