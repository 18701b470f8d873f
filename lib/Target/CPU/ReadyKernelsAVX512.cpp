//===- ReadyKernelsAVX512.cpp - Float kernels of AVX-512 -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReadyKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

namespace {
struct X {
  using Value = __m512;
  using Mask = __mmask16;
  static constexpr int kLanes = 16, kMaxVectors = 8, kMaxSums = 28;

  static Mask first(int64_t lanes) {
    return static_cast<Mask>((1u << lanes) - 1);
  }
  static Value broadcast(float value) { return _mm512_set1_ps(value); }
  static Value load(const float *from) { return _mm512_loadu_ps(from); }
  static Value load(const float *from, Mask mask) {
    return _mm512_maskz_loadu_ps(mask, from);
  }
  static void store(float *to, Value value) { _mm512_storeu_ps(to, value); }
  static void store(float *to, Value value, Mask mask) {
    _mm512_mask_storeu_ps(to, mask, value);
  }
  static Value fma(Value a, Value b, Value sum) {
    return _mm512_fmadd_ps(a, b, sum);
  }
  static Value add(Value a, Value b) { return _mm512_add_ps(a, b); }
  static Value divide(Value a, Value b) { return _mm512_div_ps(a, b); }
  static Value min(Value a, Value b) { return _mm512_min_ps(a, b); }
  static Value max(Value a, Value b) { return _mm512_max_ps(a, b); }
  static Value choose(Mask mask, Value a, Value b) {
    return _mm512_mask_blend_ps(mask, b, a);
  }
  static float getFirst(Value value) { return _mm512_cvtss_f32(value); }
  static bool anyAtMost(Value a, Value b) {
    return _mm512_cmp_ps_mask(a, b, _CMP_LE_OQ) != 0;
  }
};
} // namespace

#include "ReadyKernelsBody.h"

const ReadyKernels mlir::mopt::kReadyAVX512 = makeKernels<X>(&kReadyAVX512VL);
#endif
