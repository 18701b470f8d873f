//===- BufferLoops.h - Results that are written step by step ----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What cannot be said element by element (scans, sortings, scatterings) is
// emitted as loops over buffers.

#ifndef MOPT_LIB_CONVERSION_MOPTTOLINALG_BUFFERLOOPS_H
#define MOPT_LIB_CONVERSION_MOPTTOLINALG_BUFFERLOOPS_H

#include "Lowering.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::mopt {

/// Elements to be written in any order; uninitialised.
class ResultBuffer {
public:
  ResultBuffer(ScalarBuilder &b, RankedTensorType type)
      : type(type),
        buffer(memref::AllocOp::create(
            b, MemRefType::get(type.getShape(), type.getElementType()))) {}

  Value load(ScalarBuilder &b, ValueRange indices) const {
    return memref::LoadOp::create(b, buffer, indices);
  }
  void store(ScalarBuilder &b, Value value, ValueRange indices) const {
    memref::StoreOp::create(b, value, buffer, indices);
  }
  /// Takes all elements from `from`, a buffer of the same type.
  void copyFrom(ScalarBuilder &b, Value from) const {
    memref::CopyOp::create(b, from, buffer);
  }
  /// The tensor, after the last store.
  Value finish(ScalarBuilder &b) const {
    return bufferization::ToTensorOp::create(b, type, buffer,
                                             /*restrict=*/true,
                                             /*writable=*/true);
  }

private:
  RankedTensorType type;
  Value buffer;
};

/// Calls `body(b, indices)` in loops over all indices of `shape`.
inline void
emitForEach(ScalarBuilder &b, ArrayRef<int64_t> shape,
            llvm::function_ref<void(ScalarBuilder &, ValueRange)> body,
            SmallVector<Value> outer = {}) {
  if (outer.size() == shape.size())
    return body(b, outer);
  b.loop(b.index(0), b.index(shape[outer.size()]), ValueRange(),
         [&](ScalarBuilder &b, Value i, ValueRange) {
           SmallVector<Value> indices = outer;
           indices.push_back(i);
           emitForEach(b, shape, body, indices);
           return SmallVector<Value>();
         });
}

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOLINALG_BUFFERLOOPS_H
