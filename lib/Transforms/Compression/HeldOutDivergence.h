//===- HeldOutDivergence.h - What new samples make of a model ---*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_COMPRESSION_HELDOUTDIVERGENCE_H
#define MOPT_LIB_TRANSFORMS_COMPRESSION_HELDOUTDIVERGENCE_H

#include "../Reconstruction/ObservedLayers.h"

namespace mlir::mopt {

/// How far the outputs of the first function of `changed` are from those of
/// `original` on the first `samples` of the data of `settings`: the sum over
/// outputs of the mean relative entropy (in nats) of those that are chances,
/// and of the noise's part of the signal of all others. This is what
/// `measure=divergence` keeps small.
llvm::Expected<double>
measureHeldOutDivergence(ModuleOp original, ModuleOp changed, int64_t samples,
                         const ObservedLayerSettings &settings);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_COMPRESSION_HELDOUTDIVERGENCE_H
