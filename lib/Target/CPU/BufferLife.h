//===- BufferLife.h - When buffers are in use -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_BUFFERLIFE_H
#define MOPT_LIB_TARGET_CPU_BUFFERLIFE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mopt/Transforms/Utils/BufferPlacement.h"

namespace mlir::mopt {

/// The lives of the buffers of a function of one block, in positions in it; an
/// op in a region counts as the op of the block that holds it. Buffers may be
/// erased and replaced meanwhile; the other ops must stay.
class BufferLives {
public:
  explicit BufferLives(func::FuncOp func);

  /// The life of `buffer` and of all views of it.
  BufferLife get(Value buffer) const;
  /// The position of `op`, or of the op of the block that holds it.
  unsigned getPosition(Operation *op) const;

private:
  void extend(BufferLife &life, Value buffer) const;

  Block *block;
  DenseMap<Operation *, unsigned> positions;
};

/// The buffer that `view` is a view of, through any number of views; `view`
/// itself if it is none.
Value getOwningBuffer(Value view);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_BUFFERLIFE_H
