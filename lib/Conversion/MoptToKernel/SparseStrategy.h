//===- SparseStrategy.h - Which layers leave out zeros -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOKERNEL_SPARSESTRATEGY_H
#define MOPT_LIB_CONVERSION_MOPTTOKERNEL_SPARSESTRATEGY_H

#include "FloatLayer.h"
#include "mopt/Conversion/MoptToKernel/Layer.h"

namespace mlir::mopt {

/// What is chosen for a sparse kernel; what the attributes of that name say.
struct SparseTile {
  kernel::TileAttr tile;
  int64_t chains = 1, tileRows = 1;
};

/// Weights in the order of a sparse kernel, and its blocks.
struct SparseWeights {
  std::vector<int16_t> values;
  std::vector<int32_t> blocks;
};

/// The tile of the least cost for a layer of 8-bit values that leaves out
/// zeros, by products of `dot`, if it costs less than a dense one of
/// `layer.dot`; `force`: in any case. Nothing for weights that have few zeros.
std::optional<SparseTile> chooseSparseTile(const Layer &layer,
                                           const KernelTarget &target,
                                           kernel::DotKind dot, bool force);

/// The same of floats, in steps of `dot`. `cost` becomes that of what is
/// chosen, in sixteenths of a cycle, and stays where there are few zeros.
std::optional<SparseTile> chooseSparseFloatTile(const FloatLayer &layer,
                                                const KernelTarget &target,
                                                kernel::DotKind dot,
                                                int64_t &cost);

/// The weights of a layer of 8-bit values; a row of its input has `pitch`
/// elements.
SparseWeights packSparseWeights(const Layer &layer, const SparseTile &choice,
                                int64_t pitch);

/// The same of floats; `channels` as of packFloatWeights. `blocks` are those of
/// kernel.sparse_float_conv_2d.
std::vector<float> packSparseFloatWeights(const FloatLayer &layer,
                                          const SparseTile &choice,
                                          int64_t channels,
                                          std::vector<int32_t> &blocks);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOKERNEL_SPARSESTRATEGY_H
