//===- LayerConstants.h - Weights, biases and factors of a kernel ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOKERNEL_LAYERCONSTANTS_H
#define MOPT_LIB_CONVERSION_MOPTTOKERNEL_LAYERCONSTANTS_H

#include "SparseStrategy.h"

namespace mlir::mopt {

/// False for layers whose scales are beyond what kernels take.
bool hasFiniteFactors(const Layer &layer);

/// Makes the constant operands of the kernel of `layer`, in the order that
/// `tile` asks for, where `builder` is.
class LayerConstants {
public:
  LayerConstants(OpBuilder &builder, const Layer &layer, kernel::TileAttr tile)
      : builder(builder), layer(layer), tile(tile) {}

  /// Factors of the channels. `small` is what RequantizeAttr says.
  SmallVector<Value> makeFactors(RequantizeMode mode, bool &small);
  /// Packed; `repeated` is the attribute of that name.
  Value makeWeights(SmallVectorImpl<int64_t> &repeated);
  /// Packed for a kernel that leaves out zeros; `blocks` is its operand.
  Value makeSparseWeights(const SparseTile &choice, int64_t pitch,
                          Value &blocks);
  /// Biases with the zero points folded in.
  Value makeBias();

private:
  /// The factors of fixed mode.
  SmallVector<Value> makeMultipliers(ArrayRef<QuantizedMultiplier> factors,
                                     bool &small);
  /// Packed weights, in the bits of the instruction's operands, or as bytes if
  /// that `narrows` them.
  Value makeOperand(ArrayRef<int16_t> weights, bool narrows = false);
  /// True for weights of 16 bits that are widened when they are loaded.
  bool storesBytes(ArrayRef<int16_t> weights) const;

  OpBuilder &builder;
  const Layer &layer;
  kernel::TileAttr tile;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOKERNEL_LAYERCONSTANTS_H
