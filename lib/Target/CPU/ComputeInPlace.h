//===- ComputeInPlace.h - Results over their operands -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_COMPUTEINPLACE_H
#define MOPT_LIB_TARGET_CPU_COMPUTEINPLACE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::mopt {

/// Buffers that are copied to a result of `func`, an argument that nothing else
/// touches, become the result. One that goes to several becomes the first; the
/// pass of MLIR that does the same fails there.
void computeIntoResults(func::FuncOp func);

/// Lets elementwise ops write their result over an operand that nothing reads
/// afterwards. Such an op is a `linalg.generic` on buffers in the entry block
/// of `func` that reads the operand only at the very element it writes. The
/// result's buffer, a `memref.alloc` or an argument that nothing touches
/// before, and the operand's, a `memref.alloc`, become one. Before planArena.
void computeInPlace(func::FuncOp func);

/// True if `load` in the body of `op` reads the element that `op` is computing.
bool readsOwnElement(memref::LoadOp load, linalg::GenericOp op);

/// The buffer that `op` writes and nothing but an elementwise op would: all of
/// it, element by element in order. Null for other ops.
Value getElementwiseBuffer(linalg::GenericOp op);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_COMPUTEINPLACE_H
