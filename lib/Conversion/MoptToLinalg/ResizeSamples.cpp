//===- ResizeSamples.cpp - What resized images are mixed of ---------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Conversion/MoptToLinalg/ResizeSamples.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

float mopt::getRealResizeScale(int64_t from, int64_t to, bool alignCorners) {
  return alignCorners && to > 1
             ? static_cast<float>(from - 1) / static_cast<float>(to - 1)
             : static_cast<float>(from) / static_cast<float>(to);
}

ResizeSamples mopt::sampleReal(int64_t from, int64_t to, bool alignCorners,
                               bool halfPixelCenters) {
  float scale = getRealResizeScale(from, to, alignCorners);
  ResizeSamples samples;
  for (int64_t i = 0; i < to; ++i) {
    float at = halfPixelCenters ? (static_cast<float>(i) + 0.5f) * scale - 0.5f
                                : static_cast<float>(i) * scale;
    int64_t low =
        std::clamp<int64_t>(static_cast<int64_t>(std::floor(at)), 0, from - 1);
    int64_t high = std::min(static_cast<int64_t>(std::ceil(at)), from - 1);
    samples.low.push_back(low);
    samples.high.push_back(high);
    samples.realDistance.push_back(at - static_cast<float>(low));
  }
  return samples;
}

bool ResizeSamples::makeExact() {
  for (float distance : realDistance) {
    float steps = distance * static_cast<float>(kExactResizeOne);
    if (steps != std::floor(steps) || steps < 0 ||
        steps > static_cast<float>(kExactResizeOne))
      return false;
    fixedDistance.push_back(static_cast<int32_t>(steps));
  }
  return true;
}
