//===- BinaryArithmetic.h - Two values become one -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOGPU_BINARYARITHMETIC_H
#define MOPT_LIB_CONVERSION_MOPTTOGPU_BINARYARITHMETIC_H

#include "DeviceRescale.h"
#include "PlanBuilder.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"

namespace mlir::mopt {

enum class BinaryKind { Add, Sub, Mul, Max, Min };

/// `add`, `sub`, ...
StringRef getWord(BinaryKind kind);

/// True for what takes one of its operands as it is.
inline bool selects(BinaryKind kind) {
  return kind == BinaryKind::Max || kind == BinaryKind::Min;
}

/// What a kernel does with four elements of two tensors.
struct BinaryArithmetic {
  /// That of `mode`; `type` is the result's.
  BinaryArithmetic(BinaryKind kind, Type type, RequantizeMode mode);

  BinaryKind kind;
  bool ofBytes;
  /// Of sums and products of bytes.
  std::optional<RescaleKind> rescale;

  /// For names of kernels.
  std::string getName() const;

  /// In vectors of four equal words: bounds, then of sums and products of bytes
  /// three zero points and the factors; see docs/Numerics.md.
  std::vector<int32_t> pack(Value lhs, Value rhs, Value result,
                            ActivationFunction activation) const;
  int64_t countVectors() const;

  // In kernels whose argument `argument` holds the parameters, from vector
  // `first` on; those of floats are floats or their bits.
  SmallVector<Value> load(KernelBuilder &b, unsigned argument,
                          int64_t first) const;
  /// Of vectors of four floats, or of bytes as integers.
  Value combine(KernelBuilder &b, Value lhs, Value rhs,
                ArrayRef<Value> parameters) const;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOGPU_BINARYARITHMETIC_H
