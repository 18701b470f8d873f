//===- LegalizePatterns.h - Rewrites for the Edge TPU -----------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_EDGETPU_LEGALIZEPATTERNS_H
#define MOPT_LIB_TRANSFORMS_EDGETPU_LEGALIZEPATTERNS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Dialect/Mopt/IR/MoptOps.h"

namespace mlir::mopt::edgetpu_legalize {

/// Resizing of single pixels, squeezes, reshapes without a constant shape,
/// padding by zeros, tensors of more than three dimensions.
void populateShapePatterns(RewritePatternSet &patterns);

/// Fused activations of ops that may have none, slopes of prelu, leaky_relu.
void populateActivationPatterns(RewritePatternSet &patterns);

/// Fully connected layers and means that the compiler refuses.
void populateLayerPatterns(RewritePatternSet &patterns);

/// Drops the conversions from and to float32 at the border of `func`.
void dropFloatBorder(func::FuncOp func);

//===----------------------------------------------------------------------===//
// What the patterns are made of
//===----------------------------------------------------------------------===//

inline RankedTensorType getTensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// A constant vector (or matrix) of int32.
Value makeIntegers(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape,
                   ArrayRef<int64_t> values);

/// `value` in another shape, under the name `name` (none if empty).
Value makeReshape(OpBuilder &builder, Location loc, Value value,
                  ArrayRef<int64_t> shape, const Twine &name);

/// The name of the result of `op`, followed by `suffix`; empty if it has none.
std::string getNameWith(Operation *op, StringRef suffix);

/// Says of `op`'s result what the file said of that of `from`.
void copyInfo(Operation *from, Operation *to);

/// Names the result of `op`.
void setName(Operation *op, StringRef name);

} // namespace mlir::mopt::edgetpu_legalize

#endif // MOPT_LIB_TRANSFORMS_EDGETPU_LEGALIZEPATTERNS_H
