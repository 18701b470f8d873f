//===- ReadyKernels.h - Float kernels that need no compiler -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What kernel.float_conv_2d and kernel.float_depthwise_conv_2d compute, as
// functions that are compiled with mopt. Each sum starts as the bias and adds
// its products in the order of the taps with one rounding each, as generated
// code does: the bits are the same.
//
// The files that include this one are compiled for newer CPUs than the tools:
// nothing here may have code of its own, which the linker could take for all.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_READYKERNELS_H
#define MOPT_LIB_TARGET_CPU_READYKERNELS_H

#include <cstdint>

namespace mlir::mopt {

/// One dimension of a window.
struct ReadyDim {
  int64_t input, output, taps, stride, dilation;
  /// Elements of padding before the first.
  int64_t before;
};

/// A layer; attributes of the kernel op. Images are dense NHWC.
struct ReadyLayer {
  int64_t batches, inputChannels, outputChannels;
  ReadyDim rows, columns;
  /// Results are cut to these, which may be infinite.
  float min, max;
  /// The tile that weights are packed for.
  int64_t lanes, vectors, pixels;
};

/// The extremes of what a kernel has written. `check` is 0, or NaN where a
/// value was not finite.
struct ReadyExtremes {
  float min, max, check;
};

/// Computes a layer from weights and biases that are packed as those of the op.
/// Without `checks` the caller knows that no result is NaN or infinite.
using ReadyFunction = ReadyExtremes (*)(const ReadyLayer &layer,
                                        const float *input,
                                        const float *weights, const float *bias,
                                        float *output, bool checks);

/// A mean over rows of each image.
struct ReadyMean {
  int64_t batches, rows, channels;
};

/// The functions for one kind of CPU.
struct ReadyKernels {
  /// Of a vector; the tile of a layer may have fewer.
  int64_t lanes;
  /// The largest tile of convolutions: vectors, and pixels times vectors.
  int64_t maxVectors, maxSums;
  ReadyFunction conv2D, depthwise;
  ReadyExtremes (*add)(const float *lhs, const float *rhs, float *sums,
                       int64_t count);
  /// Sums in the order of the rows, divided by their number.
  ReadyExtremes (*mean)(const ReadyMean &sizes, const float *input,
                        float *means);
  ReadyExtremes (*observe)(const float *values, int64_t count);
  /// For tiles of several vectors of half the lanes; null: there are no others.
  const ReadyKernels *half;
};

/// The largest number of pixels that depthwise kernels take together.
constexpr int64_t kReadyPixels = 8;

#if defined(__x86_64__)
extern const ReadyKernels kReadyAVX2, kReadyAVX512, kReadyAVX512VL;
#endif

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_READYKERNELS_H
