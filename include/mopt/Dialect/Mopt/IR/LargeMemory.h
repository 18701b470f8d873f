//===- LargeMemory.h - Memory for much data ---------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_LARGEMEMORY_H
#define MOPT_DIALECT_MOPT_IR_LARGEMEMORY_H

#include "mlir/IR/AsmState.h"

#include <memory>

namespace mlir::mopt {

/// `size` zero bytes, aligned to a line of the cache. Megabytes come in large
/// pages where the system has some: they take a fraction of the time to get,
/// and less to find whenever they are read.
std::shared_ptr<char> allocateLarge(size_t size);

/// Gives the whole pages of [bytes, bytes + size) back to the system, where it
/// takes them. What is read there afterwards is zero, or what the mapped file
/// holds.
void dropPages(void *bytes, size_t size);

/// Allocates the data of constants side by side, in large memory, which lives
/// as long as a blob of it does; the arena need not.
class BlobArena {
public:
  /// `size` zero bytes that can be written.
  AsmResourceBlob allocate(size_t size);
  /// The same bytes as `data`, to be read only, said to be aligned to
  /// `alignment`, at most 64. Pages of it are given back with the blob.
  AsmResourceBlob copy(ArrayRef<char> data, size_t alignment);

private:
  char *take(size_t size);

  std::shared_ptr<char> slab;
  size_t used = 0, slabSize = 0, total = 0;
};

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_IR_LARGEMEMORY_H
