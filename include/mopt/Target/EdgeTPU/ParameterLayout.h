//===- ParameterLayout.h - How the Edge TPU keeps weights -------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// The order in which a package holds the parameters of a layer, found by
// comparing packages with the models they were compiled of: docs/EdgeTPU.md
// says what was compared and what is byte for byte the same.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_EDGETPU_PARAMETERLAYOUT_H
#define MOPT_TARGET_EDGETPU_PARAMETERLAYOUT_H

#include "mlir/IR/Operation.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace mlir::mopt {

/// What the compiler keeps of an op in memory for parameters.
struct EdgeTPUParameters {
  /// Bytes that are loaded once, a multiple of 64.
  int64_t cached = 0;
  /// Bytes that go to the chip with every inference.
  int64_t streamed = 0;
  /// Whether the layout is known, so that `cached` is no estimate.
  bool isExact = true;
};

/// The parameters of an op that the chip runs.
EdgeTPUParameters getEdgeTPUParameters(Operation *op);

/// True if encodeEdgeTPUParameters knows the layout: convolutions, depthwise
/// ones, fully connected layers.
bool hasEdgeTPUWeights(Operation *op);

/// Writes the weights and biases of `op` into `bytes`, which has the size that
/// getEdgeTPUParameters says. Of layers with a scale for each channel the
/// headers' padding is left as it is, which is not known; all other bytes are
/// written. Fails with the reason where constants cannot be read, or where the
/// layer has a form whose layout is not known.
llvm::Error encodeEdgeTPUParameters(Operation *op,
                                    MutableArrayRef<uint8_t> bytes);

/// The factors by which the accumulators of the channels of `op` are
/// multiplied, as layers with a scale for each channel store them; empty for
/// the others.
std::vector<float> getEdgeTPUFactors(Operation *op);

/// Where in the layer's bytes the factor of channel `channel` lies.
int64_t getEdgeTPUFactorOffset(Operation *op, int64_t channel);

} // namespace mlir::mopt

#endif // MOPT_TARGET_EDGETPU_PARAMETERLAYOUT_H
