//===- FactorOps.h - Ops for the factors of a layer -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_DECOMPOSITION_FACTOROPS_H
#define MOPT_LIB_TRANSFORMS_DECOMPOSITION_FACTOROPS_H

#include "../Reconstruction/LinearLayer.h"
#include "LowRank.h"

namespace mlir::mopt {

/// A layer without groups as a kernel.
KernelShape getKernelShape(const LinearLayer &layer);

/// Makes `op` the first factor and puts the others behind it. The last one has
/// the bias, the activation function and the name of what `op` was.
void replaceByFactors(Operation *op, ArrayRef<LayerFactor> factors,
                      ArrayRef<float> bias);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_DECOMPOSITION_FACTOROPS_H
