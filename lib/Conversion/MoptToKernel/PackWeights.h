//===- PackWeights.h - Weights in the order of kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOKERNEL_PACKWEIGHTS_H
#define MOPT_LIB_CONVERSION_MOPTTOKERNEL_PACKWEIGHTS_H

#include "mopt/Conversion/MoptToKernel/Layer.h"
#include "mopt/Dialect/Kernel/IR/WindowSteps.h"

namespace mlir::mopt {

/// Weights in the order of a kernel.
struct PackedWeights {
  std::vector<int16_t> values;
  /// Steps that are taken again, for what the operands of the instruction do
  /// not hold: a weight of uint8 less its zero point has 9 bits.
  SmallVector<int64_t> repeated;
};

/// [group][run][step][vector][lane][product] of kernel.conv_2d, the steps being
/// those of `window`, and after each group its repeated steps.
PackedWeights packConvolutionWeights(const Weights &weights,
                                     kernel::TileAttr tile,
                                     const kernel::WindowSteps &window);

/// [chunk][step of rows][column][vector][lane][row] of
/// kernel.depthwise_conv_2d, and after each chunk its repeated vectors.
PackedWeights packDepthwiseWeights(const Weights &weights,
                                   kernel::TileAttr tile);

/// One value a channel in the order of lanes; the rest is T().
template <typename T>
std::vector<T> packChannels(ArrayRef<T> values, kernel::TileAttr tile,
                            bool isDepthwise) {
  int64_t channels = values.size();
  std::vector<T> packed;
  auto append = [&](int64_t first, kernel::TileAttr part) {
    for (int64_t i = 0; i < part.getVectors(); ++i)
      for (int64_t lane = 0; lane < part.getLanes(); ++lane) {
        int64_t channel = first + part.getChannel(i, lane);
        packed.push_back(channel < channels ? values[channel] : T());
      }
  };
  if (isDepthwise)
    for (const kernel::Chunk &chunk : kernel::getChunks(tile, channels))
      append(chunk.first, chunk.tile);
  else
    for (int64_t first = 0; first < channels; first += tile.getGroupSize())
      append(first, tile);
  return packed;
}

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOKERNEL_PACKWEIGHTS_H
