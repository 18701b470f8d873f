//===- ChannelFactors.h - Factors that move between ops ---------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_RECONSTRUCTION_CHANNELFACTORS_H
#define MOPT_LIB_TRANSFORMS_RECONSTRUCTION_CHANNELFACTORS_H

#include "LinearLayer.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"

namespace mlir::mopt {

/// The attribute of fused activations.
inline constexpr StringLiteral kFusedActivation = "fused_activation_function";

/// NONE where the op has no such attribute.
ActivationFunction getFusedActivation(Operation *op);

/// Whether f(s x) = s f(x) for s > 0.
bool keepsPositiveFactors(ActivationFunction function);

/// Whether `op` computes each channel of the last dimension by itself, and
/// f(s x) = s f(x) for s > 0. A reshape may only be read by fully_connected,
/// where channels keep their distance.
bool carriesFactors(Operation *op);

/// Whether weights have few values, as clustering leaves them: a factor a
/// channel would make many of them.
bool isClustered(const std::vector<float> &weights);

/// Forgets the range that was observed, which is that of other values now.
void dropRange(Value value);

/// A layer whose parameters change.
struct ScaledLayer {
  explicit ScaledLayer(const LinearLayer &linear);

  /// Divides row `row` of the weights, and its bias.
  void divideRow(int64_t row, double divisor);
  /// Makes the parameters those of the op.
  void write();

  LinearLayer linear;
  std::vector<double> weights;
  std::vector<double> bias;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_RECONSTRUCTION_CHANNELFACTORS_H
