//===- LayerWeights.h - Constants that layers read -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_CONVERSION_MOPTTOKERNEL_LAYERWEIGHTS_H
#define MOPT_CONVERSION_MOPTTOKERNEL_LAYERWEIGHTS_H

#include "mopt/Conversion/MoptToKernel/Layer.h"

namespace mlir::mopt {

/// A convolution of float32 values with constant weights; `sizes` has no
/// weights of its own.
struct FloatLayer {
  Layer sizes;
  /// In the order of the model; the elements of `values`.
  ArrayRef<float> weights;
  std::vector<float> bias;
  HostTensor values;
};

/// The layer that `op` is, if it is one of floats.
std::optional<FloatLayer> matchFloatLayer(Operation *op);

/// Biases of a layer of bytes for inputs that are `zeroPoint` too large; sums
/// wrap.
std::vector<int32_t> foldZeroPoint(const Layer &layer, int32_t zeroPoint);

} // namespace mlir::mopt

#endif // MOPT_CONVERSION_MOPTTOKERNEL_LAYERWEIGHTS_H
