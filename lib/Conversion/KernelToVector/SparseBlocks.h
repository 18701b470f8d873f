//===- SparseBlocks.h - Products of blocks that are not zero ----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_KERNELTOVECTOR_SPARSEBLOCKS_H
#define MOPT_LIB_CONVERSION_KERNELTOVECTOR_SPARSEBLOCKS_H

#include "KernelEmitter.h"

namespace mlir::mopt {

/// The operands of a sparse kernel: weights and the places of blocks.
class SparseBlocks {
public:
  /// `lists`: how many lists of blocks there are, those of a group or of a tap
  /// of it.
  template <typename OpT>
  SparseBlocks(OpT op, Value weights, Value blocks, int64_t lists)
      : tile(op.getTile()), blockWeights(tile.getGroupSize() * tile.getDepth()),
        weights(weights), blocks(blocks), chains(op.getChains()), lists(lists),
        rounds(llvm::divideCeil(op.getNumBlocks(), chains * lists)) {}

  /// The same for a group that `tile` (kernel::getTileOf) computes.
  SparseBlocks withTile(kernel::TileAttr tile) const {
    SparseBlocks result = *this;
    result.tile = tile;
    return result;
  }

  /// The sums of pixels times vectors, with the blocks of the lists from
  /// `list` up to `end` added. Pixel i reads `in` + `inputs`[i] on.
  SmallVector<Value> emit(KernelEmitter &b, ValueRange start, Value list,
                          Value end, Value input, Value in,
                          ArrayRef<int64_t> inputs, bool flips) const;

private:
  /// Adds the block of number `block`.
  void emitBlock(KernelEmitter &b, MutableArrayRef<Value> sums, Value block,
                 Value input, Value in, ArrayRef<int64_t> inputs,
                 bool flips) const;
  Value loadIndex(KernelEmitter &b, Value at) const;

  kernel::TileAttr tile;
  /// Weights that a block has in memory.
  int64_t blockWeights;
  Value weights, blocks;
  int64_t chains, lists;
  /// What a list has on average.
  int64_t rounds;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_KERNELTOVECTOR_SPARSEBLOCKS_H
