//===- FloatLayer.h - Layers of floats -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOKERNEL_FLOATLAYER_H
#define MOPT_LIB_CONVERSION_MOPTTOKERNEL_FLOATLAYER_H

#include "Layer.h"
#include "mopt/Conversion/MoptToKernel/KernelTarget.h"

namespace mlir::mopt {

/// A convolution of float32 values with constant weights; `sizes` has no
/// weights of its own.
struct FloatLayer {
  Layer sizes;
  std::vector<float> weights, bias;
};

/// The layer that `op` is, if float kernels can be made of it.
std::optional<FloatLayer> matchFloatLayer(Operation *op);

/// Replaces the layer by a kernel of `target`, which may have none.
void lowerFloatLayer(FloatLayer &layer, const KernelTarget &target);

/// The weights in the order that the kernel reads: [group][row][column][step]
/// [vector][lane][product], or depthwise [chunk][row][column][lane]. `channels`
/// are those of the input, with what completes the last step.
std::vector<float> packFloatWeights(const FloatLayer &layer,
                                    kernel::TileAttr tile, int64_t channels);

/// The tile of the least cost among those that stay in registers.
kernel::TileAttr chooseFloatTile(const FloatLayer &layer,
                                 const KernelTarget &target,
                                 kernel::DotKind dot);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOKERNEL_FLOATLAYER_H
