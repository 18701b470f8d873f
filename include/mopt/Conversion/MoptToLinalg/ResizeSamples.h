//===- ResizeSamples.h - What resized images are mixed of -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_CONVERSION_MOPTTOLINALG_RESIZESAMPLES_H
#define MOPT_CONVERSION_MOPTTOLINALG_RESIZESAMPLES_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"

namespace mlir::mopt {

/// The neighbours of the output coordinates of one dimension, and the distance
/// from the lower one.
struct ResizeSamples {
  SmallVector<int32_t> low, high;
  /// In elements; for the integer form in steps of 2^-10, for the exact one in
  /// steps of 2^-8.
  SmallVector<float> realDistance;
  SmallVector<int32_t> fixedDistance;

  /// Fills in distances in steps of 2^-8; false if they are others.
  bool makeExact();
};

/// How many input elements an output element goes on.
float getRealResizeScale(int64_t from, int64_t to, bool alignCorners);

/// In float32, as TFLite's kernel of floats and uint8 does.
ResizeSamples sampleReal(int64_t from, int64_t to, bool alignCorners,
                         bool halfPixelCenters);

/// Steps of distances whose products with a uint8 float32 holds, as it does a
/// sum of four with a half: 8 + 16 bits.
constexpr int kExactResizeBits = 8;
constexpr int64_t kExactResizeOne = 1 << kExactResizeBits;

} // namespace mlir::mopt

#endif // MOPT_CONVERSION_MOPTTOLINALG_RESIZESAMPLES_H
