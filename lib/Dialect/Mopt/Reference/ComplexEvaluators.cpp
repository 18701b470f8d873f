//===- ComplexEvaluators.cpp - real, imag, complex_abs ----------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ComplexOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

/// Writes `part(re, im)` of each number.
template <typename Fn>
static LogicalResult mapParts(EvalContext &context, Fn part) {
  bool known = dispatchStorage<float, double>(
      context.output().getStorageElementType(), [&](auto zero) {
        using T = decltype(zero);
        ArrayRef<T> input = context.input(0).as<T>();
        for (auto [i, result] :
             llvm::enumerate(context.output().asMutable<T>()))
          result = part(input[2 * i], input[2 * i + 1]);
      });
  assert(known && "the verifier knows two types");
  (void)known;
  return success();
}

static LogicalResult evaluateReal(RealOp, EvalContext &context) {
  return mapParts(context, [](auto re, auto) { return re; });
}

static LogicalResult evaluateImag(ImagOp, EvalContext &context) {
  return mapParts(context, [](auto, auto im) { return im; });
}

static LogicalResult evaluateComplexAbs(ComplexAbsOp, EvalContext &context) {
  return mapParts(context, [](auto re, auto im) { return std::hypot(re, im); });
}

namespace mlir::mopt::detail {
void attachComplexEvaluators(MLIRContext *context) {
  attachEvaluator<RealOp, evaluateReal>(context);
  attachEvaluator<ImagOp, evaluateImag>(context);
  attachEvaluator<ComplexAbsOp, evaluateComplexAbs>(context);
}
} // namespace mlir::mopt::detail
