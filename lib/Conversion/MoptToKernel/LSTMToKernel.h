//===- LSTMToKernel.h - LSTM layers become kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOKERNEL_LSTMTOKERNEL_H
#define MOPT_LIB_CONVERSION_MOPTTOKERNEL_LSTMTOKERNEL_H

#include "mlir/IR/Builders.h"
#include "mopt/Conversion/MoptToKernel/KernelTarget.h"

namespace mlir::mopt {

/// Replaces an LSTM of float32, with constant weights, whose states are
/// variables that nothing else reads, by its kernel. Layer normalisation,
/// projections, diagonal weights, auxiliary inputs, functions other than tanh
/// and ops of two layers stay for the other lowering. False if `op` stays.
bool lowerLSTMToKernel(Operation *op, const KernelTarget &target,
                       OpBuilder &builder);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOKERNEL_LSTMTOKERNEL_H
