//===- ReadyKernelsAVX2.cpp - Float kernels of AVX2 -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReadyKernels.h"

#if defined(__x86_64__)
#include "ReadyVectors256.h"

namespace {
struct X : Vectors256 {
  using Vectors256::load;
  using Vectors256::store;
  using Mask = __m256i;
  static constexpr int kMaxVectors = 7, kMaxSums = 13;

  static Mask first(int64_t lanes) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(lanes)),
                              _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }
  static Value load(const float *from, Mask mask) {
    return _mm256_maskload_ps(from, mask);
  }
  static void store(float *to, Value value, Mask mask) {
    _mm256_maskstore_ps(to, mask, value);
  }
  static Value choose(Mask mask, Value a, Value b) {
    return _mm256_blendv_ps(b, a, _mm256_castsi256_ps(mask));
  }
  static bool anyAtMost(Value a, Value b) {
    return _mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_LE_OQ)) != 0;
  }
};
} // namespace

#include "ReadyKernelsBody.h"

const ReadyKernels mlir::mopt::kReadyAVX2 = makeKernels<X>();
#endif
