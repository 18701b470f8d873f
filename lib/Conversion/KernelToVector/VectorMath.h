//===- VectorMath.h - Elementary functions of vectors -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Polynomials of float32 vectors, the same instructions for every lane. NaN
// gives NaN. The errors are relative, near zero and for results below the
// normal numbers, too, and well within the 6 ulp of the recurrent layers'
// bounds (test/Conformance/error_pairs.py).

#ifndef MOPT_LIB_CONVERSION_KERNELTOVECTOR_VECTORMATH_H
#define MOPT_LIB_CONVERSION_KERNELTOVECTOR_VECTORMATH_H

#include "KernelEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

namespace mlir::mopt {

class VectorMath {
public:
  /// `fuses`: the target adds products without a rounding of their own.
  VectorMath(KernelEmitter &b, bool fuses) : b(b), fuses(fuses) {}

  /// x * y + z.
  Value multiplyAdd(Value x, Value y, Value z) const;
  Value add(Value x, Value y) const;
  Value sub(Value x, Value y) const;
  Value mul(Value x, Value y) const;
  Value div(Value x, Value y) const;
  Value select(arith::CmpFPredicate predicate, Value x, Value y, Value then,
               Value otherwise) const;
  Value constant(Value like, float value) const;

  /// 1 / (1 + exp(-x)).
  Value logistic(Value x) const;
  Value tanh(Value x) const;

private:
  /// exp(x) is 2^n * (1 + fraction), for x <= 0.
  struct Exponential {
    Value n, fraction;
  };
  Exponential exponential(Value x) const;
  /// 2^n of integers, from -126 on.
  Value powerOfTwo(Value n) const;
  Value bits(Value x) const;
  Value fromBits(Value x) const;
  Value withoutSign(Value x) const;

  KernelEmitter &b;
  bool fuses;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_KERNELTOVECTOR_VECTORMATH_H
