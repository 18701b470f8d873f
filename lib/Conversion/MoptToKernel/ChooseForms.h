//===- ChooseForms.h - int8 or offset between kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOKERNEL_CHOOSEFORMS_H
#define MOPT_LIB_CONVERSION_MOPTTOKERNEL_CHOOSEFORMS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mopt/Dialect/Kernel/IR/KernelOps.h"

namespace mlir::mopt {

/// Values between kernels alone take the form that saves the readers work.
void chooseForms(func::FuncOp func);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOKERNEL_CHOOSEFORMS_H
