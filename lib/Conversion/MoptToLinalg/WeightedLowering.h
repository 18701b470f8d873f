//===- WeightedLowering.h - What convolutions and matrix products share -----*-
// C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOLINALG_WEIGHTEDLOWERING_H
#define MOPT_LIB_CONVERSION_MOPTTOLINALG_WEIGHTEDLOWERING_H

#include "HybridInput.h"
#include "RequantizeEmitter.h"

namespace mlir::mopt {

/// How the reference kernel of an op differs from the others.
struct WeightedRule {
  FixedArithmetic arithmetic = FixedArithmetic::Multiplier;
  /// Fixed mode rounds input scale times weight scale to float32.
  bool roundsScaleProduct = false;
  /// Sums of 16-bit activations are int64.
  bool wide = true;
  /// Hybrid form: how the input is quantised, and whether the sum is multiplied
  /// by the weight's scale first and the row's then, or by their product.
  RowQuantization rows = RowQuantization::Asymmetric;
  bool sumFirst = false;
  /// Hybrid form: every product is scaled, by the weight's scale first and the
  /// row's then, and the sum is float32.
  bool scalesProducts = false;
};

/// The scalar steps of a sum of products with bias, requantisation and fused
/// activation: float32; integers, with an i32 or (16-bit activations) i64
/// accumulator; hybrid, float activations with integer weights.
class WeightedLowering {
public:
  /// `bias` and the types are the original ones. Call `check` first.
  WeightedLowering(Value input, Value filter, Value bias, Value output,
                   ActivationFunction activation, RequantizeMode mode,
                   WeightedRule rule);

  /// Fails with the reason if the types or the activation have no lowering.
  LogicalResult check(Operation *op, PatternRewriter &rewriter) const;

  /// Emits constants and, for the hybrid form, the quantised input; outside of
  /// the body, after `check`. Returns the tensor to take the input's elements
  /// from. The leading dimension of `x` counts the batches.
  Value prepare(OpBuilder &builder, Location loc, Value x);

  /// The accumulator's start value.
  Value getZero(ScalarBuilder &b) const;
  /// acc + (x - zero point) * (w - zero point), of stored values. Channel and
  /// batch matter where products are scaled.
  Value accumulate(ScalarBuilder &b, Value acc, Value x, Value w,
                   Value channel = {}, Value batch = {}) const;
  /// The product alone, in the accumulator's type.
  Value multiply(ScalarBuilder &b, Value x, Value w, Value channel = {},
                 Value batch = {}) const;
  /// The stored result from the accumulator; `biasValue` is the converted bias
  /// tensor or null.
  Value finish(ScalarBuilder &b, Value acc, Value biasValue, Value channel,
               Value batch) const;

  const TensorFacts &getInput() const { return input; }
  const TensorFacts &getFilter() const { return filter; }
  const TensorFacts &getOutput() const { return output; }

private:
  bool isFloat() const { return input.isFloat32() && filter.isFloat32(); }
  bool isHybrid() const { return input.isFloat32() && !filter.isFloat32(); }
  LogicalResult checkIntegers(Operation *op, PatternRewriter &rewriter) const;
  Value getWeightScale(ScalarBuilder &b, Value channel) const;
  Value finishHybrid(ScalarBuilder &b, Value acc, Value biasValue,
                     Value channel, Value batch) const;
  Type getAccumulatorType(Builder &b) const;

  TensorFacts input, filter, output;
  std::optional<TensorFacts> bias;
  ActivationFunction activation;
  RequantizeMode mode;
  WeightedRule rule;
  std::optional<RequantizeEmitter> requantizer;
  /// Hybrid form: scales of the rows, and of the weights by channel (null where
  /// one serves all).
  Value rowScales, weightScales;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOLINALG_WEIGHTEDLOWERING_H
