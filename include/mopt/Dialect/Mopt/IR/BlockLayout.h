//===- BlockLayout.h - Blocks of pixels spread over the batch ---*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_BLOCKLAYOUT_H
#define MOPT_DIALECT_MOPT_IR_BLOCKLAYOUT_H

#include "mlir/IR/Operation.h"

namespace mlir::mopt {

/// How space_to_batch_nd and batch_to_space_nd pair the elements of a fine
/// tensor [n, s..., d] and a coarse one [blocks... * n, s / block..., d]: the
/// coarse pixel h of batch `r * n + b`, r the number of the pixel in its block,
/// is the fine pixel `h * block + r - before` of batch b, where that exists.
struct BlockLayout {
  SmallVector<int64_t> blocks, before, fine, coarse;

  unsigned getNumSpatial() const { return blocks.size(); }

  /// The coarse shape with the batch taken apart: [blocks..., n, s..., d].
  SmallVector<int64_t> getBlockedShape() const;
};

/// Of a space_to_batch_nd whose input is `shape`; `margins` are two a
/// dimension, pixels added before and after. One error on `op` if they do not
/// fit.
FailureOr<BlockLayout> getSpaceToBatchLayout(Operation *op,
                                             ArrayRef<int64_t> shape,
                                             ArrayRef<int64_t> blocks,
                                             ArrayRef<int64_t> margins);

/// Of a batch_to_space_nd whose input is `shape`; `margins` are cut off.
FailureOr<BlockLayout> getBatchToSpaceLayout(Operation *op,
                                             ArrayRef<int64_t> shape,
                                             ArrayRef<int64_t> blocks,
                                             ArrayRef<int64_t> margins);

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_IR_BLOCKLAYOUT_H
