//===- FloatFunctions.h - Functions of one float tensor -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOGPU_FLOATFUNCTIONS_H
#define MOPT_LIB_CONVERSION_MOPTTOGPU_FLOATFUNCTIONS_H

#include "PlanBuilder.h"

namespace mlir::mopt {

/// True if `op` is a function of each element of one tensor that kernels
/// compute for floats.
bool isFloatFunction(Operation *op);

/// Computes such an op, of floats.
void lowerFloatFunction(Operation *op, PlanBuilder &plan);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOGPU_FLOATFUNCTIONS_H
