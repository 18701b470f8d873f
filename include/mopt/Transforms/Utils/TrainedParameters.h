//===- TrainedParameters.h - What training chose -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_UTILS_TRAINEDPARAMETERS_H
#define MOPT_TRANSFORMS_UTILS_TRAINEDPARAMETERS_H

#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Transforms/Quantization/Parameters.h"

namespace mlir::mopt {

/// Scales of weights with zero point 0: one, or one a channel along `axis`.
struct TrainedScales {
  SmallVector<float> scales;
  /// -1 = per tensor.
  int axis = -1;
};

/// The parameters of a float32 activation that a model was trained with: scale
/// and zero point (`quantization` of its `#mopt.tensor`), in terms of int8 or
/// uint8, and the range that these mean, which tells which of the two. They are
/// those of int8; std::nullopt where there are none, or where they contradict
/// the range.
std::optional<AffineParams> getTrainedParams(Value value);

/// The same of a float32 weight, whose values are multiples of its scales.
std::optional<TrainedScales> getTrainedScales(ConstOp weight);

/// Records int8 parameters of an activation, and the range that they mean.
void setTrainedParams(Value value, AffineParams params);

/// Records the scales of a weight.
void setTrainedScales(ConstOp weight, const TrainedScales &scales);

/// `info` without range and parameters: what is known of a tensor that is
/// another number system's.
TensorAttr withoutParameters(MLIRContext *context, TensorAttr info);

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_UTILS_TRAINEDPARAMETERS_H
