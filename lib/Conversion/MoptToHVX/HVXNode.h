//===- HVXNode.h - What kernels of Hexagon are made of -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOHVX_HVXNODE_H
#define MOPT_LIB_CONVERSION_MOPTTOHVX_HVXNODE_H

#include "HVXRounding.h"
#include "HVXSum.h"
#include "mopt/Conversion/MoptToKernel/Layer.h"
#include "mopt/Conversion/MoptToLinalg/ResizeSamples.h"

namespace mlir::mopt {

/// A tap of a window in planes with a step: which phase it reads, and where its
/// pixel is, in rows and columns of the phase, for the first output.
struct HVXTap {
  int64_t windowRow, windowColumn;
  int64_t phase, row, column;
};

/// An op that becomes a kernel.
struct HVXNode {
  enum class Kind {
    Convolution,
    Depthwise,
    Matmul,
    Add,
    Mean,
    MaxPool,
    AveragePool,
    Concat,
    Resize
  };

  Kind kind;
  Operation *op;
  /// Of what has weights.
  std::optional<Layer> layer;
  /// `other` is null but of additions.
  Value input, other, output;
  /// Of a concatenation, in place of `input`.
  SmallVector<Value> inputs;
  /// Stride of the window; its taps.
  int64_t step = 1;
  SmallVector<HVXTap> taps;
  HVXFactors factors;
  /// Of a convolution, if it may have channels in the lanes.
  std::optional<HVXFactors> laneFactors;
  HVXMean mean;
  /// Of a pool: what a result may be, as uint8, and if windows have pixels of
  /// the border.
  ClampRange<int32_t> range = {0, 255};
  bool isPadded = false;
  HVXAverage average;
  /// Of a resize; their distances are exact.
  ResizeSamples rowSamples, columnSamples;
  /// Of an addition, unless only `factors` are exact.
  std::optional<HVXSum> sum;

  /// True if images are in planes; of a mean only the input is.
  bool readsPlanes() const {
    return kind != Kind::Matmul && kind != Kind::Resize;
  }
  bool writesPlanes() const { return readsPlanes() && kind != Kind::Mean; }
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOHVX_HVXNODE_H
