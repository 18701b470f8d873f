//===- MoptToKernel.h - Convolutions become kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_CONVERSION_MOPTTOKERNEL_MOPTTOKERNEL_H
#define MOPT_CONVERSION_MOPTTOKERNEL_MOPTTOKERNEL_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mopt/Conversion/MoptToKernel/KernelTarget.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Runtime/ComputeType.h"

namespace mlir::mopt {

/// Replaces every convolution and matrix product of `func` that a kernel of
/// `target` computes, to the same bits as the evaluators in `mode`. The others
/// stay. Products of floats are made of `compute`, where `target` has them.
/// Types change at the borders through unrealized_conversion_cast.
void convertMoptToKernel(func::FuncOp func, const KernelTarget &target,
                         RequantizeMode mode,
                         ComputeType compute = ComputeType::F32);

} // namespace mlir::mopt

#endif // MOPT_CONVERSION_MOPTTOKERNEL_MOPTTOKERNEL_H
