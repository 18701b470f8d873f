//===- KernelBuilder.h - Writes a kernel as a gpu.func -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// What all kernels have in common. A kernel is a function over buffers of i32,
// f32 or vectors of four of them, with all sizes baked in; an invocation is
// known by one number. What it computes with are arith ops and, where their
// exact form counts, single ops of SPIR-V.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOGPU_KERNELBUILDER_H
#define MOPT_LIB_CONVERSION_MOPTTOGPU_KERNELBUILDER_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mopt/Conversion/MoptToGPU/DevicePlan.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace mlir::mopt {

/// A buffer that a kernel reads or writes.
struct KernelArgument {
  BufferElement element;
  int64_t count;
  bool isWritten = false;
  /// In uniform memory; of vectors of four only.
  bool isUniform = false;
};

class KernelBuilder : public ImplicitLocOpBuilder {
public:
  /// Begins the function `name` at the end of `module`. Its invocations are
  /// numbered from 0; `body` writes what those below `invocations` do, and gets
  /// their number (index). `rowLength` is how many invocations are in a row of
  /// workgroups of a grid of two dimensions, 0 where it has one.
  KernelBuilder(gpu::GPUModuleOp module, StringRef name,
                ArrayRef<KernelArgument> arguments, int64_t workgroup,
                int64_t rowLength, int64_t invocations,
                llvm::function_ref<void(KernelBuilder &, Value id)> body);

  gpu::GPUFuncOp getFunction() const { return function; }

  Value load(unsigned argument, Value at);
  void store(unsigned argument, Value at, Value value);

  // Constants.
  Value index(int64_t value);
  Value i32(int64_t value);
  Value f32(float value);
  Value i32x4(int64_t value);
  Value f32x4(float value);
  Value constants(ArrayRef<int32_t> values);
  /// A constant of the type of `like`.
  Value same(Value like, double value);

  // Arithmetic on two values of the same type.
  Value add(Value a, Value b);
  Value sub(Value a, Value b);
  Value mul(Value a, Value b);
  Value add(Value a, int64_t b) { return b ? add(a, same(a, b)) : a; }
  Value sub(Value a, int64_t b) { return b ? sub(a, same(a, b)) : a; }
  Value mul(Value a, int64_t b) { return b == 1 ? a : mul(a, same(a, b)); }
  /// Of values that are not negative.
  Value div(Value a, int64_t b);
  Value rem(Value a, int64_t b);
  Value min(Value a, Value b);
  Value max(Value a, Value b);
  Value clamp(Value value, Value low, Value high) {
    return min(max(value, low), high);
  }

  // Float arithmetic that no driver may contract: what it rounds counts.
  Value exactMul(Value a, Value b);
  Value exactAdd(Value a, Value b);
  Value exactSub(Value a, Value b);
  /// Rounded to even, as floats.
  Value roundEven(Value value);

  Value shl(Value a, int64_t bits);
  /// Arithmetic and logical.
  Value sar(Value a, int64_t bits);
  Value shr(Value a, int64_t bits);
  Value bitAnd(Value a, int64_t mask);
  Value bitAnd(Value a, Value b);
  Value bitOr(Value a, Value b);
  Value bitXor(Value a, int64_t mask);

  /// Signed comparisons; those of floats are ordered.
  Value equal(Value a, Value b);
  Value less(Value a, Value b);
  Value lessOrEqual(Value a, Value b);
  /// Unsigned.
  Value below(Value a, Value b);
  /// One condition chooses all components.
  Value select(Value condition, Value a, Value b);
  /// `values[which]`; `which` is an index.
  Value choose(Value which, ArrayRef<Value> values);
  /// 1 or 0, in the shape of the condition.
  Value toInteger(Value condition);

  Value toFloat(Value value);
  Value toInt(Value value);
  Value toIndex(Value value);
  Value fromIndex(Value value);
  /// i32 to f32 and back; four of them as well.
  Value bitsToFloat(Value value);
  Value bitsToInt(Value value);

  // Vectors.
  Value extract(Value vector, unsigned i);
  Value pack(ValueRange components);
  Value splat(Value scalar);
  /// Component `i` of a vector, or the number itself.
  Value part(Value value, unsigned i);

  /// Four signed bytes of an i32 as vector<4xi32>, and back: the low bytes.
  Value unpackBytes(Value word);
  Value packBytes(Value bytes);

  /// `accumulator` + the sum of the products of four signed bytes.
  Value dot(Value a, Value b, Value accumulator, bool hasInstruction);

  /// An scf.for from 0 that carries values. A count of one is no loop.
  SmallVector<Value>
  loop(int64_t count, ValueRange inits,
       llvm::function_ref<SmallVector<Value>(Value iv, ValueRange carried)>
           body);
  void when(Value condition, llvm::function_ref<void()> body);

private:
  gpu::GPUFuncOp function;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOGPU_KERNELBUILDER_H
