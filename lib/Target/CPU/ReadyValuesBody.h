//===- ReadyValuesBody.h - Kernels of values for one CPU -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Included by ReadyKernelsBody.h, and part of it: what sees, adds and averages
// values that are no layer's.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_READYVALUESBODY_H
#define MOPT_LIB_TARGET_CPU_READYVALUESBODY_H

#include "ReadyKernels.h"

// Not defined beyond ReadyKernelsBody.h.
#define MOPT_UNROLL _Pragma("GCC unroll 32")
#define MOPT_INLINED __attribute__((always_inline))
#define MOPT_INLINE MOPT_INLINED inline

namespace {

using namespace mlir::mopt;

MOPT_INLINE int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
MOPT_INLINE int64_t greatest(int64_t a, int64_t b) { return a > b ? a : b; }
MOPT_INLINE int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// The extremes of all lanes.
template <typename X, typename Value = typename X::Value>
MOPT_INLINE ReadyExtremes joinLanes(Value min, Value max, Value check) {
  float mins[X::kLanes], maxs[X::kLanes], checked[X::kLanes];
  X::store(mins, min);
  X::store(maxs, max);
  X::store(checked, check);
  ReadyExtremes all = {mins[0], maxs[0], checked[0]};
  for (int i = 1; i < X::kLanes; ++i) {
    all.min = mins[i] < all.min ? mins[i] : all.min;
    all.max = maxs[i] > all.max ? maxs[i] : all.max;
    all.check += checked[i];
  }
  return all;
}

/// The extremes of values that go by.
template <typename X>
struct Extremes {
  using Value = typename X::Value;
  /// Of neighbours: no vector waits for the one before it.
  static constexpr int kChains = 4;
  Value min[kChains], max[kChains], check[kChains];

  MOPT_INLINE Extremes() {
    MOPT_UNROLL for (int i = 0; i < kChains; ++i) {
      min[i] = X::broadcast(__builtin_inff());
      max[i] = X::broadcast(-__builtin_inff());
      check[i] = X::broadcast(0.0f);
    }
  }

  MOPT_INLINE void see(int i, Value value) {
    min[i] = X::min(value, min[i]);
    max[i] = X::max(value, max[i]);
    check[i] = X::fma(value, X::broadcast(0.0f), check[i]);
  }

  MOPT_INLINE ReadyExtremes finish() {
    MOPT_UNROLL for (int i = 1; i < kChains; ++i) {
      min[0] = X::min(min[i], min[0]);
      max[0] = X::max(max[i], max[0]);
      check[0] = X::add(check[i], check[0]);
    }
    return joinLanes<X>(min[0], max[0], check[0]);
  }
};

/// For all vectors of `count` values, calls `make(offset, load)`, which loads
/// with `load` and gives a vector, and `store(offset, vector, mask)`, where the
/// mask has the lanes that exist.
template <typename X, typename Make, typename Store>
MOPT_INLINE ReadyExtremes makeValues(int64_t count, Make make, Store store) {
  using Value = typename X::Value;
  constexpr int kChains = Extremes<X>::kChains;
  Extremes<X> seen;
  auto loadWhole = [](const float *from) MOPT_INLINED { return X::load(from); };
  int64_t i = 0;
  for (; i + kChains * X::kLanes <= count; i += kChains * X::kLanes)
    MOPT_UNROLL for (int chain = 0; chain < kChains; ++chain) {
      const int64_t offset = i + chain * X::kLanes;
      Value value = make(offset, loadWhole);
      seen.see(chain, value);
      store(offset, value, X::first(X::kLanes));
    }
  for (; i < count; i += X::kLanes) {
    auto mask = X::first(least(count - i, X::kLanes));
    Value value = make(i, [&](const float *from)
                              MOPT_INLINED { return X::load(from, mask); });
    // Lanes that do not exist hold what another one does.
    seen.see(0, X::choose(mask, value, X::broadcast(X::getFirst(value))));
    store(i, value, mask);
  }
  return seen.finish();
}

template <typename X>
ReadyExtremes observe(const float *values, int64_t count) {
  return makeValues<X>(
      count,
      [&](int64_t i, auto load) MOPT_INLINED { return load(values + i); },
      [](int64_t, typename X::Value, typename X::Mask) {});
}

template <typename X>
ReadyExtremes add(const float *lhs, const float *rhs, float *sums,
                  int64_t count) {
  return makeValues<X>(
      count,
      [&](int64_t i, auto load)
          MOPT_INLINED { return X::add(load(lhs + i), load(rhs + i)); },
      [&](int64_t i, typename X::Value value, typename X::Mask mask)
          MOPT_INLINED { X::store(sums + i, value, mask); });
}

template <typename X>
ReadyExtremes mean(const ReadyMean &sizes, const float *input, float *means) {
  const auto divisor = X::broadcast(static_cast<float>(sizes.rows));
  ReadyExtremes all = {__builtin_inff(), -__builtin_inff(), 0.0f};
  for (int64_t batch = 0; batch < sizes.batches; ++batch) {
    const float *from = input + batch * sizes.rows * sizes.channels;
    float *to = means + batch * sizes.channels;
    ReadyExtremes seen = makeValues<X>(
        sizes.channels,
        [&](int64_t i, auto load) MOPT_INLINED {
          auto sum = X::broadcast(0.0f);
          for (int64_t row = 0; row < sizes.rows; ++row)
            sum = X::add(sum, load(from + row * sizes.channels + i));
          return X::divide(sum, divisor);
        },
        [&](int64_t i, typename X::Value value, typename X::Mask mask)
            MOPT_INLINED { X::store(to + i, value, mask); });
    all.min = seen.min < all.min ? seen.min : all.min;
    all.max = seen.max > all.max ? seen.max : all.max;
    all.check += seen.check;
  }
  return all;
}

} // namespace

#endif // MOPT_LIB_TARGET_CPU_READYVALUESBODY_H
