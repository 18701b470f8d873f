//===- LayerBounds.h - How far two float32 results may be apart -*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_UNITTESTS_RUNTIME_VULKANEXECUTOR_LAYERBOUNDS_H
#define MOPT_UNITTESTS_RUNTIME_VULKANEXECUTOR_LAYERBOUNDS_H

#include "mlir/IR/OwningOpRef.h"
#include "mopt/Dialect/Mopt/Reference/HostTensor.h"
#include "mopt/Runtime/Executor.h"

namespace mlir::mopt {

/// A module with one function `main` of `op` alone. Its operands are the
/// arguments; those that are constants are constants in it, unless
/// `constantsAsArguments`. A fused activation is dropped by `dropActivation`.
OwningOpRef<ModuleOp> isolateOp(Operation *op, bool constantsAsArguments,
                                bool dropActivation);

/// Of each element of the float32 result of `op` on `operands` (one an operand,
/// empty where there is none), how far two evaluations may lie apart that
/// differ in the order of their sums and in functions as inexact as Vulkan
/// allows:
///
///   sums of n products   2 gamma_(n+1) sum |x| |w|, gamma_n = n u / (1 - n u),
///                        u = 2^-24; averages likewise
///   softmax              p (the relative errors of exp, of the sum and of the
///                        division), exp having 3 + 2 |x| units in the last
///                        place and the division 2.5
///   everything else      0: one operation, rounded correctly, or none
///
/// Activations that are fused move no values further apart.
llvm::Expected<std::vector<double>> getLayerBound(Operation *op,
                                                  ArrayRef<HostTensor> operands,
                                                  const HostTensor &result);

} // namespace mlir::mopt

#endif // MOPT_UNITTESTS_RUNTIME_VULKANEXECUTOR_LAYERBOUNDS_H
