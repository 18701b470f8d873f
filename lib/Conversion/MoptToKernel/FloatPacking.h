//===- FloatPacking.h - Weights of float kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOKERNEL_FLOATPACKING_H
#define MOPT_LIB_CONVERSION_MOPTTOKERNEL_FLOATPACKING_H

#include "mopt/Conversion/MoptToKernel/LayerWeights.h"
#include "mopt/Dialect/Kernel/IR/KernelOps.h"

namespace mlir::mopt {

/// Puts the weights of a layer in the order that its kernel reads: [group][row]
/// [column][step][vector][lane][product], or depthwise [chunk][row][column]
/// [lane]. What completes a step or a vector is zero. The layer's op need not
/// exist any more.
class FloatPacking {
public:
  /// `channels` are those of the input, with what completes the last step.
  FloatPacking(const FloatLayer &layer, kernel::TileAttr tile,
               int64_t channels);

  /// Elements of the packed weights.
  int64_t getSize() const;
  /// Parts that threads may pack at the same time.
  int64_t getNumParts() const;
  /// Writes one part of `packed`, which is all of the packed weights.
  void pack(int64_t part, MutableArrayRef<float> packed) const;
  std::vector<float> pack() const;

private:
  /// Weights of an output.
  int64_t getTaps() const {
    return sizes.rows * sizes.columns * (isDepthwise ? 1 : channels);
  }
  void packChunks(float *to) const;
  void packTap(int64_t row, int64_t column, int64_t first, int64_t end,
               float *to) const;
  void packGroup(int64_t first, float *to) const;

  HostTensor values;
  ArrayRef<float> weights;
  Weights sizes;
  bool isDepthwise;
  kernel::TileAttr tile;
  int64_t channels;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOKERNEL_FLOATPACKING_H
