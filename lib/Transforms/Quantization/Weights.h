//===- Weights.h - Quantising weights and biases -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_QUANTIZATION_WEIGHTS_H
#define MOPT_LIB_TRANSFORMS_QUANTIZATION_WEIGHTS_H

#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Transforms/Quantization/Parameters.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::mopt {

/// A tensor seen as [outer, channels, inner], the channels along one axis;
/// axis -1 is one channel.
struct ChannelView {
  int64_t outer = 1;
  int64_t channels = 1;
  int64_t inner = 1;

  ChannelView(ArrayRef<int64_t> shape, int axis);
};

/// The largest weight of `bits` bits.
inline int64_t getWeightMax(unsigned bits) {
  return (int64_t(1) << (bits - 1)) - 1;
}

/// The least weight of `bits` bits: the lowest integer is not written, but of 2
/// bits, which have no integer to spare.
inline int64_t getWeightMin(unsigned bits) {
  return bits == 2 ? -2 : -getWeightMax(bits);
}

/// The largest magnitude of each channel; infinity where a value is not finite.
SmallVector<float> getChannelMagnitudes(ArrayRef<float> values,
                                        const ChannelView &view);

/// A scale for each channel of weights of `bits` bits: the magnitude by the
/// largest integer, or, of 2 bits, the scale of least squared error among 32
/// parts of the magnitude.
SmallVector<float> chooseWeightScales(ArrayRef<float> values,
                                      const ChannelView &view, unsigned bits);

/// The integers of weights, as the format packs them.
AsmResourceBlob packWeights(ArrayRef<float> values, const ChannelView &view,
                            ArrayRef<float> scales, unsigned bits);

/// Quantises constants, each (constant, parameters) once: weights that several
/// ops share stay shared.
class ConstQuantizer {
public:
  explicit ConstQuantizer(MLIRContext *context) : context(context) {}

  /// Symmetric weights of 8, 4 or 2 bits with the given scales along `axis`
  /// (-1: one scale). `op` must be a dense float32 constant.
  ConstOp quantizeWeight(ConstOp op, ArrayRef<float> scales, int axis,
                         unsigned bits = 8);

  /// Symmetric biases of 32 or 64 bits; halves are rounded away from zero.
  ConstOp quantizeBias(ConstOp op, ArrayRef<float> scales, unsigned width);

  /// A bias of zeros for `scales.size()` channels, or `channels` of one scale.
  ConstOp createZeroBias(OpBuilder &builder, Location loc, int64_t channels,
                         ArrayRef<float> scales, unsigned width,
                         const Twine &name);

  /// A constant as an activation of `type`, which has 8 or 16 bits.
  ConstOp quantizeActivation(ConstOp op, quant::UniformQuantizedType type);

private:
  ConstOp *lookup(ConstOp op, Type elementType);

  MLIRContext *context;
  llvm::DenseMap<std::pair<Operation *, Type>, ConstOp> made;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_QUANTIZATION_WEIGHTS_H
