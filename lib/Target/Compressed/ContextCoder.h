//===- ContextCoder.h - Matrices by what stands beside -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_COMPRESSED_CONTEXTCODER_H
#define MOPT_LIB_TARGET_COMPRESSED_CONTEXTCODER_H

#include "ByteIO.h"

namespace mlir::mopt {

/// A matrix of bytes, one row after the other.
struct MatrixShape {
  uint64_t columns = 0;
  /// Columns of one tap of a convolution: so far back stands the same channel
  /// of the tap before. As many as `columns`: there are no taps.
  uint64_t period = 0;

  bool operator==(const MatrixShape &other) const {
    return columns == other.columns && period == other.period;
  }
};

/// Binary decisions that coding `data` takes, which tell the time.
uint64_t countDecisions(ByteView data);

/// `data` in adaptive binary arithmetic codes. The most frequent byte is told
/// from the others by how often it occurs in the column, in the row, and
/// nearby; others by the bytes before them. Predictions are mixed in the
/// logistic domain with weights that are learned on the way (M. Mahoney,
/// Adaptive weighing of context models, 2005). Some 20 million decisions a
/// second.
Bytes encodeContexts(ByteView data, MatrixShape shape);

/// Fills `data`; false where `code` is damaged.
bool decodeContexts(ByteView code, llvm::MutableArrayRef<uint8_t> data,
                    MatrixShape shape);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_COMPRESSED_CONTEXTCODER_H
