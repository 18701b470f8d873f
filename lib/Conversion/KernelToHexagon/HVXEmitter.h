//===- HVXEmitter.h - What kernels of Hexagon are made of -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_KERNELTOHEXAGON_HVXEMITTER_H
#define MOPT_LIB_CONVERSION_KERNELTOHEXAGON_HVXEMITTER_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mopt/Dialect/Kernel/IR/KernelOps.h"

namespace mlir::mopt {

/// A list of values, few enough to pass by value.
using Values = SmallVector<Value>;

/// Emits the LLVM dialect at the end of a block, with 32-bit arithmetic and
/// Hexagon's vector instructions (128 bytes) as intrinsics.
class HVXEmitter {
public:
  HVXEmitter(OpBuilder &builder, Location loc);

  //===--------------------------------------------------------------------===//
  // Scalars
  //===--------------------------------------------------------------------===//

  Value constant(int64_t value) { return constant(i32, value); }
  Value constant(Type type, int64_t value);
  template <typename OpT>
  Value make(Value lhs, Value rhs) {
    return OpT::create(builder, loc, lhs, rhs).getResult();
  }
  Value add(Value lhs, Value rhs) { return make<LLVM::AddOp>(lhs, rhs); }
  Value sub(Value lhs, Value rhs) { return make<LLVM::SubOp>(lhs, rhs); }
  Value mul(Value lhs, Value rhs) { return make<LLVM::MulOp>(lhs, rhs); }
  Value bitAnd(Value lhs, Value rhs) { return make<LLVM::AndOp>(lhs, rhs); }
  Value bitOr(Value lhs, Value rhs) { return make<LLVM::OrOp>(lhs, rhs); }
  Value bitXor(Value lhs, Value rhs) { return make<LLVM::XOrOp>(lhs, rhs); }
  Value shiftLeft(Value lhs, Value rhs) { return make<LLVM::ShlOp>(lhs, rhs); }
  Value shiftRight(Value lhs, Value rhs) {
    return make<LLVM::AShrOp>(lhs, rhs);
  }
  Value extend(Type type, Value value, bool isSigned = false);
  Value truncate(Type type, Value value);
  Value compare(LLVM::ICmpPredicate predicate, Value lhs, Value rhs) {
    return LLVM::ICmpOp::create(builder, loc, predicate, lhs, rhs);
  }
  Value select(Value condition, Value lhs, Value rhs) {
    return LLVM::SelectOp::create(builder, loc, condition, lhs, rhs);
  }

  //===--------------------------------------------------------------------===//
  // Memory
  //===--------------------------------------------------------------------===//

  /// `bytes` after `pointer`.
  Value at(Value pointer, int64_t bytes);
  Value at(Value pointer, Value bytes);
  /// The same by an instruction that LLVM does not look into: it neither makes
  /// one address of several nor computes what one is behind a loop, with which
  /// it would load what the last turn needs before all others.
  Value step(Value pointer, int64_t bytes);
  /// `pointer`, known only when `place` is, which is `bytes` after `start`:
  /// what is loaded there takes no registers before.
  Value behind(Value pointer, Value place, Value start, int64_t bytes);
  Value load(Type type, Value pointer, unsigned alignment);
  void store(Value value, Value pointer, unsigned alignment);
  /// `count` words; `inPairs`: an even number, aligned to 8, two by each load.
  /// That saves packets, but ties registers together.
  SmallVector<Value> loadWords(Value pointer, int64_t count, bool inPairs);

  /// True for buffers of the arena, which the caller does not give.
  static bool isAligned(Value buffer);

  //===--------------------------------------------------------------------===//
  // Vectors
  //===--------------------------------------------------------------------===//

  /// The instruction `name` (as V6_vadd without its V6_) with a vector, or a
  /// pair of them, as its result.
  Value vector(StringRef name, ArrayRef<Value> operands) {
    return call(("llvm.hexagon.V6." + name + ".128B").str(), vec, operands);
  }
  /// Both vectors of a pair, the lower one first.
  std::pair<Value, Value> pair(StringRef name, ArrayRef<Value> operands);
  Value call(StringRef name, Type type, ArrayRef<Value> operands);
  /// A word in all lanes.
  Value splat(Value word) { return vector("lvsplatw", word); }
  Value splatByte(int32_t byte) {
    return splat(constant(int64_t(uint32_t(byte) * 0x01010101u)));
  }
  Value zero() { return vector("vd0", {}); }
  /// The byte range [min, max] in a vector; all bytes are no range.
  Value clamp(Value value, int32_t min, int32_t max);

  //===--------------------------------------------------------------------===//
  // Control
  //===--------------------------------------------------------------------===//

  /// `body` gets the carried values and gives the next ones.
  using Body = llvm::function_ref<Values(ValueRange)>;
  /// Takes `turns` turns, at least one. A loop that is left at its end, counts
  /// turns and compares for equality is what LLVM makes a hardware loop of.
  Values loop(int64_t turns, ValueRange inits, Body body);
  Values loop(Value turns, ValueRange inits, Body body);
  /// The same without a loop if turns are few, so that they overlap.
  Values loopUnrolled(int64_t turns, int64_t few, ValueRange inits, Body body);
  /// Turns whose first operands are loaded at the end of the turn before, so
  /// that no packet waits for them; the last turn is behind the loop, with what
  /// comes next. `load` gives those operands at `addresses`, which `advance`
  /// brings to the next turn; `body` gets the sums, the addresses, the
  /// operands, and if it is the last turn, and gives the sums. The result has
  /// the sums, then the addresses of the last turn.
  Values loopAhead(
      int64_t turns, ValueRange addresses, ValueRange sums,
      llvm::function_ref<Values(ValueRange)> load,
      llvm::function_ref<Values(Values, ValueRange, ValueRange, bool)> body,
      llvm::function_ref<Values(ValueRange)> advance);
  /// `body` if `condition`; otherwise the values are `inits`.
  Values when(Value condition, ValueRange inits, Body body);

  OpBuilder &builder;
  Location loc;
  Type i8, i16, i32, i64, ptr, vec, vecPair;

private:
  Block *appendBlock(TypeRange arguments = {});
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_KERNELTOHEXAGON_HVXEMITTER_H
