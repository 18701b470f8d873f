//===- FloatMath.h - Functions of floats in kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOGPU_FLOATMATH_H
#define MOPT_LIB_CONVERSION_MOPTTOGPU_FLOATMATH_H

#include "KernelBuilder.h"

namespace mlir::mopt {

// Of a float or a vector of them. What drivers call exp and tanh may be off by
// more than these (Vulkan's precision requirements). NaN gives NaN.

/// exp(x), relative error below 2^-21.
Value emitExp(KernelBuilder &b, Value x);
/// exp(x) - 1 for x <= 0, relative error below 2^-20.
Value emitExpMinusOne(KernelBuilder &b, Value x);
/// tanh(x), relative error below 2^-20.
Value emitTanh(KernelBuilder &b, Value x);
/// 1 / (1 + exp(-x)), relative error below 2^-20.
Value emitLogistic(KernelBuilder &b, Value x);
/// log(x), relative error below 2^-20.
Value emitLog(KernelBuilder &b, Value x);
/// x times the distribution function of the normal distribution at x, relative
/// error below 2^-20.
Value emitGelu(KernelBuilder &b, Value x);
/// Its approximation x / (1 + exp(-2u)), u = sqrt(2 / pi) (x + 0.044715 x^3),
/// relative error below 2^-20 + |u| 2^-21.
Value emitApproximateGelu(KernelBuilder &b, Value x);
/// `x` where it lies between the bounds, else the bound next to it.
Value emitCut(KernelBuilder &b, Value x, double low, double high);
/// a / b, to 2.5 units in the last place.
Value emitQuotient(KernelBuilder &b, Value dividend, Value divisor);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOGPU_FLOATMATH_H
