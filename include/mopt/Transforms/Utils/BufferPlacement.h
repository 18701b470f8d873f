//===- BufferPlacement.h - Buffers that share one arena ---------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Static placement of temporaries of known lives and sizes, for every target
// that keeps them in one piece of memory.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_UTILS_BUFFERPLACEMENT_H
#define MOPT_TRANSFORMS_UTILS_BUFFERPLACEMENT_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

namespace mlir::mopt {

/// From the first to the last step that touches a buffer, both included.
struct BufferLife {
  unsigned begin = ~0u, end = 0;

  bool isEmpty() const { return begin > end; }
  bool overlaps(const BufferLife &other) const {
    return begin <= other.end && other.begin <= end;
  }
};

/// A buffer to be placed.
struct BufferDemand {
  BufferLife life;
  int64_t bytes = 0;
  /// Of its offset; a power of two.
  int64_t alignment = 1;
};

/// Where the buffers lie in the arena.
struct BufferPlacement {
  /// In bytes, one a buffer.
  SmallVector<int64_t> offsets;
  /// Of the arena; not rounded up.
  int64_t size = 0;
};

/// Gives buffers whose lives overlap bytes of their own, in an arena as small
/// as a search finds it: some orders are tried, and the best is improved until
/// the arena is as large as the buffers of some step together, or long enough.
BufferPlacement placeBuffers(ArrayRef<BufferDemand> buffers);

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_UTILS_BUFFERPLACEMENT_H
