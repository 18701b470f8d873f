//===- BlockWeights.h - Weights with a scale a block -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_QUANTIZATION_BLOCKWEIGHTS_H
#define MOPT_LIB_TRANSFORMS_QUANTIZATION_BLOCKWEIGHTS_H

#include "mopt/Dialect/Mopt/IR/ModelOps.h"

namespace mlir::mopt {

/// Weights that have a scale for each run of `size` elements of a channel.
///
/// The format can say that of a tensor (BlockwiseQuantization), but of LiteRT's
/// kernels only those of XNNPACK and only of 4 bits read it; the reference
/// kernels compute nonsense. So it is said with operators that each runtime
/// has, for weights w[channels, inner]:
///
///   steps  = dequantize(integers [channels, inner / size, size], scale 1)
///   scales = dequantize(float16 [channels, inner / size, 1])
///   w      = reshape(steps * scales)
class BlockWeights {
public:
  /// `size` is positive.
  explicit BlockWeights(unsigned size) : size(size) {}

  /// Why `weight`, a dense float32 constant with its channels along `axis`, has
  /// no blocks; empty if it has.
  std::string getReasonAgainst(ConstOp weight, int axis) const;

  /// `weight` as its blocks say it, in 8, 4 or 2 bits; readers of one constant
  /// that want the same bits share it.
  Value get(ConstOp weight, unsigned bits);

private:
  unsigned size;
  DenseMap<std::pair<Operation *, unsigned>, Value> values;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_QUANTIZATION_BLOCKWEIGHTS_H
