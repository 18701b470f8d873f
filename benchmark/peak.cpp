//===- peak.cpp - Peak rate of dot product instructions -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Prints, as JSON, the billions of products a second that one thread adds up
// with each instruction that kernels use and this machine has: chains of
// independent sums in registers, no memory. What layers are compared with.

#include <chrono>
#include <cstdint>
#include <cstdio>

#if defined(__x86_64__) && defined(__clang__)
#include <immintrin.h>

/// Sums that hide the latency of any of the instructions.
static constexpr int kSums = 12;
static constexpr int64_t kRounds = 20000;

/// The best of many short runs of `body`, in products a nanosecond: short, so
/// that some are not interrupted on a busy machine.
template <typename Body>
static double measure(int64_t productsPerStep, Body body) {
  double best = 0.0;
  for (int run = 0; run < 500; ++run) {
    auto start = std::chrono::steady_clock::now();
    body();
    std::chrono::duration<double, std::nano> time =
        std::chrono::steady_clock::now() - start;
    double rate = double(productsPerStep) * kSums * kRounds / time.count();
    best = rate > best ? rate : best;
  }
  return best;
}

// The operands are opaque and the sums are used, so that nothing is folded or
// moved out of the loop.
#define MOPT_CHAINS(type, zero, step)                                          \
  type sums[kSums];                                                            \
  type x = zero, w = zero;                                                     \
  _Pragma("clang loop unroll(full)") for (int j = 0; j < kSums; ++j) sums[j] = \
      zero;                                                                    \
  for (int64_t i = 0; i < kRounds; ++i) {                                      \
    _Pragma("clang loop unroll(full)") for (int j = 0; j < kSums; ++j) {       \
      type &sum = sums[j];                                                     \
      asm volatile("" : "+v"(x), "+v"(w));                                     \
      sum = step;                                                              \
    }                                                                          \
  }                                                                            \
  _Pragma("clang loop unroll(full)") for (int j = 0; j < kSums;                \
                                          ++j) asm volatile("" :               \
                                                            "+v"(sums[j]));

__attribute__((target("avx512vnni,avx512f"))) static void runVNNI() {
  MOPT_CHAINS(__m512i, _mm512_setzero_si512(), _mm512_dpbusd_epi32(sum, x, w))
}

__attribute__((target("avx512vnni,avx512f"))) static void runPairs() {
  MOPT_CHAINS(__m512i, _mm512_setzero_si512(), _mm512_dpwssd_epi32(sum, x, w))
}

__attribute__((target("avx2"))) static void runAVX2() {
  MOPT_CHAINS(__m256i, _mm256_setzero_si256(),
              _mm256_add_epi32(sum, _mm256_madd_epi16(x, w)))
}

__attribute__((target("avx512bf16,avx512f"))) static void runBfloat16() {
  MOPT_CHAINS(__m512, _mm512_setzero_ps(),
              _mm512_dpbf16_ps(sum, (__m512bh)x, (__m512bh)w))
}

__attribute__((target("avx512f"))) static void runFMA512() {
  MOPT_CHAINS(__m512, _mm512_setzero_ps(), _mm512_fmadd_ps(x, w, sum))
}

__attribute__((target("avx2,fma"))) static void runFMA256() {
  MOPT_CHAINS(__m256, _mm256_setzero_ps(), _mm256_fmadd_ps(x, w, sum))
}

static void runFloats() {
  MOPT_CHAINS(__m128, _mm_setzero_ps(), _mm_add_ps(sum, _mm_mul_ps(x, w)))
}

static void runSSE2() {
  MOPT_CHAINS(__m128i, _mm_setzero_si128(),
              _mm_add_epi32(sum, _mm_madd_epi16(x, w)))
}

int main() {
  std::printf("{\"sse2_pmaddwd\": %.1f", measure(8, runSSE2));
  std::printf(", \"sse2_mulps\": %.1f", measure(4, runFloats));
  if (__builtin_cpu_supports("avx2"))
    std::printf(", \"avx2_pmaddwd\": %.1f", measure(16, runAVX2));
  if (__builtin_cpu_supports("fma"))
    std::printf(", \"avx2_fma\": %.1f", measure(8, runFMA256));
  if (__builtin_cpu_supports("avx512f"))
    std::printf(", \"avx512_fma\": %.1f", measure(16, runFMA512));
  if (__builtin_cpu_supports("avx512bf16"))
    std::printf(", \"avx512_vdpbf16ps\": %.1f", measure(32, runBfloat16));
  if (__builtin_cpu_supports("avx512vnni")) {
    std::printf(", \"avx512_vpdpwssd\": %.1f", measure(32, runPairs));
    std::printf(", \"avx512_vpdpbusd\": %.1f", measure(64, runVNNI));
  }
  std::printf("}\n");
  return 0;
}
#else
int main() {
  // Rates are known for no other machine: layers are printed without a share.
  std::printf("{}\n");
  return 0;
}
#endif
