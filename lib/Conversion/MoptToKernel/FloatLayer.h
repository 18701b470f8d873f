//===- FloatLayer.h - Layers of floats -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOKERNEL_FLOATLAYER_H
#define MOPT_LIB_CONVERSION_MOPTTOKERNEL_FLOATLAYER_H

#include "FloatPacking.h"
#include "mopt/Conversion/MoptToKernel/KernelTarget.h"
#include "mopt/Dialect/Mopt/IR/LargeMemory.h"
#include "mopt/Runtime/ComputeType.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::mopt {

/// Bytes that reach a core each cycle from beyond its nearest cache.
inline constexpr int64_t kBytesPerCycle = 32;

/// Replaces the float layers of a function, in its order, by kernels.
class FloatKernelBuilder {
public:
  /// BF16 where `target` has products of it.
  FloatKernelBuilder(const KernelTarget &target, ComputeType compute)
      : target(target), compute(compute) {}

  /// Depthwise convolutions of wide windows are left alone.
  void lower(FloatLayer &layer);
  /// After all layers: writes their weights, with the threads of `context`.
  /// Kernels whose results are but rounded round themselves.
  void finish(MLIRContext *context);

private:
  kernel::DotKind chooseDot(const Layer &layer) const;
  /// Makes a product of compressed weights of a layer, where that costs less
  /// than `cost`, that of the best other kernel, which leaves out blocks if
  /// `hasBlocks`. 0: the weights have few zeros.
  bool lowerCompressed(FloatLayer &layer, kernel::DotKind dot, int64_t cost,
                       bool hasBlocks);
  /// `value`, rows of `channels` floats, as bfloat16.
  Value pack(OpBuilder &builder, Location loc, Value value, int64_t channels);

  /// Weights of 32 bits that finish() writes.
  struct Packed {
    FloatPacking packing;
    MutableArrayRef<float> elements;
  };
  Value makeWeights(OpBuilder &builder, Location loc, const FloatLayer &layer,
                    kernel::TileAttr tile, int64_t channels);
  void writeWeights(MLIRContext *context);

  const KernelTarget &target;
  ComputeType compute;
  BlobArena blobs;
  std::vector<Packed> weights;
  llvm::MapVector<Value, kernel::PackFloatsOp> packed;
};

/// What results are cut to; null for no bound.
std::pair<FloatAttr, FloatAttr> getFloatBounds(Builder &builder,
                                               ActivationFunction activation);

/// The tile of the least cost among those that stay in registers.
kernel::TileAttr chooseFloatTile(const FloatLayer &layer,
                                 const KernelTarget &target,
                                 kernel::DotKind dot);

/// Cost of one step for `total` vectors of channels, in groups of `vectors`,
/// and `pixels` pixels of a row in tiles of at most `width`, in sixteenths of a
/// cycle.
int64_t getFloatStepCost(int64_t lanes, int64_t total, int64_t vectors,
                         int64_t pixels, int64_t width);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOKERNEL_FLOATLAYER_H
