//===- ReadyVectors256.h - Floats in vectors of 256 bits -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What AVX2 and AVX-512 have in common of vectors of 256 bits; masks are their
// own. For the translation units of ready kernels alone, each of which is
// compiled for another CPU: hence the namespace without a name.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_READYVECTORS256_H
#define MOPT_LIB_TARGET_CPU_READYVECTORS256_H

#include <cstdint>
#include <immintrin.h>

namespace {

struct Vectors256 {
  using Value = __m256;
  static constexpr int kLanes = 8;

  static Value broadcast(float value) { return _mm256_set1_ps(value); }
  static Value load(const float *from) { return _mm256_loadu_ps(from); }
  static void store(float *to, Value value) { _mm256_storeu_ps(to, value); }
  static Value fma(Value a, Value b, Value sum) {
    return _mm256_fmadd_ps(a, b, sum);
  }
  static Value add(Value a, Value b) { return _mm256_add_ps(a, b); }
  static Value divide(Value a, Value b) { return _mm256_div_ps(a, b); }
  static Value min(Value a, Value b) { return _mm256_min_ps(a, b); }
  static Value max(Value a, Value b) { return _mm256_max_ps(a, b); }
  static float getFirst(Value value) { return _mm256_cvtss_f32(value); }
};

} // namespace

#endif // MOPT_LIB_TARGET_CPU_READYVECTORS256_H
