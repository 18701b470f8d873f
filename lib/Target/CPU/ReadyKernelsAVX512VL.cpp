//===- ReadyKernelsAVX512VL.cpp - Narrow kernels of AVX-512 -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Vectors of 256 bits, as those of AVX2, but twice as many of them.
//
//===----------------------------------------------------------------------===//

#include "ReadyKernels.h"

#if defined(__x86_64__)
#include "ReadyVectors256.h"

namespace {
struct X : Vectors256 {
  using Vectors256::load;
  using Vectors256::store;
  using Mask = __mmask8;
  static constexpr int kMaxVectors = 8, kMaxSums = 28;

  static Mask first(int64_t lanes) {
    return static_cast<Mask>((1u << lanes) - 1);
  }
  static Value load(const float *from, Mask mask) {
    return _mm256_maskz_loadu_ps(mask, from);
  }
  static void store(float *to, Value value, Mask mask) {
    _mm256_mask_storeu_ps(to, mask, value);
  }
  static Value choose(Mask mask, Value a, Value b) {
    return _mm256_mask_blend_ps(mask, b, a);
  }
  static bool anyAtMost(Value a, Value b) {
    return _mm256_cmp_ps_mask(a, b, _CMP_LE_OQ) != 0;
  }
};
} // namespace

#include "ReadyKernelsBody.h"

const ReadyKernels mlir::mopt::kReadyAVX512VL = makeKernels<X>();
#endif
