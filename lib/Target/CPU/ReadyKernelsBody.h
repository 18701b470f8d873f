//===- ReadyKernelsBody.h - Float kernels for one CPU -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Included by one source file for each CPU, which defines its vectors `X`: all
// is in an unnamed namespace, and no header is used whose functions the linker
// could take for code that runs on every CPU.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_READYKERNELSBODY_H
#define MOPT_LIB_TARGET_CPU_READYKERNELSBODY_H

#include "ReadyValuesBody.h"

namespace {

/// Taps [first, end) of a window.
struct TapRange {
  int64_t first, end;
};

/// The taps of the window of output `position` that lie in the input.
MOPT_INLINE TapRange getTaps(const ReadyDim &dim, int64_t position) {
  int64_t start = position * dim.stride - dim.before;
  int64_t first = start < 0 ? divideUp(-start, dim.dilation) : 0;
  int64_t left = dim.input - start;
  int64_t end = left > 0 ? divideUp(left, dim.dilation) : 0;
  end = least(end, dim.taps);
  return {least(first, end), end};
}

/// Outputs [first, end) of `dim` whose windows lie in the input.
struct Inside {
  int64_t first, end;
};

MOPT_INLINE Inside getInside(const ReadyDim &dim) {
  int64_t first = least(divideUp(dim.before, dim.stride), dim.output);
  int64_t last = dim.input + dim.before - (dim.taps - 1) * dim.dilation - 1;
  int64_t end = last < 0 ? 0 : last / dim.stride + 1;
  return {first, greatest(first, least(end, dim.output))};
}

/// What writes results, and sees their extremes.
template <typename X>
struct Writer {
  using Value = typename X::Value;
  using Mask = typename X::Mask;
  Value low, high, min, max, check;
  bool cuts, checks;
  /// A bound that was reached is the extreme: nothing needs to look for it.
  bool seeksMin = true, seeksMax = true;

  MOPT_INLINE Writer(const ReadyLayer &layer, bool checks)
      : low(X::broadcast(layer.min)), high(X::broadcast(layer.max)),
        min(X::broadcast(__builtin_inff())),
        max(X::broadcast(-__builtin_inff())), check(X::broadcast(0.0f)),
        cuts(layer.min > -__builtin_inff() || layer.max < __builtin_inff()),
        checks(checks) {}

  /// Writes `P` pixels of `C` vectors, `stride` elements from pixel to pixel;
  /// of the last vector the lanes of `mask` unless it is whole.
  template <int P, int C>
  MOPT_INLINE void write(float *to, int64_t stride, Value (&values)[P][C],
                         bool isWhole, Mask mask) {
    // A NaN stays: of two values that are not ordered the second is taken.
    if (cuts) {
      MOPT_UNROLL for (int p = 0; p < P; ++p)
          MOPT_UNROLL for (int c = 0; c < C; ++c) values[p][c] =
              X::min(high, X::max(low, values[p][c]));
    }
    if (!isWhole) {
      MOPT_UNROLL for (int p = 0; p < P; ++p) {
        MOPT_UNROLL for (int c = 0; c + 1 < C; ++c) {
          see(values[p][c]);
          X::store(to + p * stride + c * X::kLanes, values[p][c]);
        }
        // Lanes that do not exist hold what another one does.
        Value last = values[p][C - 1];
        see(X::choose(mask, last, X::broadcast(X::getFirst(last))));
        X::store(to + p * stride + (C - 1) * X::kLanes, last, mask);
      }
      return;
    }
    if (seeksMin) {
      MOPT_UNROLL for (int p = 0; p < P; ++p)
          MOPT_UNROLL for (int c = 0; c < C; ++c) min =
              X::min(values[p][c], min);
      seeksMin = checks || !X::anyAtMost(min, low);
    }
    if (seeksMax) {
      MOPT_UNROLL for (int p = 0; p < P; ++p)
          MOPT_UNROLL for (int c = 0; c < C; ++c) max =
              X::max(values[p][c], max);
      seeksMax = checks || !X::anyAtMost(high, max);
    }
    if (checks) {
      MOPT_UNROLL for (int p = 0; p < P; ++p)
          MOPT_UNROLL for (int c = 0; c < C; ++c) check =
              X::fma(values[p][c], X::broadcast(0.0f), check);
    }
    MOPT_UNROLL for (int p = 0; p < P; ++p)
        MOPT_UNROLL for (int c = 0; c < C; ++c)
            X::store(to + p * stride + c * X::kLanes, values[p][c]);
  }

  MOPT_INLINE void see(Value value) {
    min = X::min(value, min);
    max = X::max(value, max);
    if (checks)
      check = X::fma(value, X::broadcast(0.0f), check);
  }

  MOPT_INLINE ReadyExtremes finish() const {
    return joinLanes<X>(min, max, check);
  }
};

//===----------------------------------------------------------------------===//
// Convolution
//===----------------------------------------------------------------------===//

/// The window of a tile of pixels, and a group of channels.
struct ConvTile {
  /// The first element of the first pixel's window, taps of padding included.
  const float *in;
  const float *weights, *bias;
  float *out;
  TapRange rows, columns;
  /// Distances, in elements: of pixels, of rows and columns of taps, and of
  /// the weights of these.
  int64_t pixelStride, rowStride, columnStride, rowWeights, columnWeights;
  int64_t channels, outputChannels;
  /// Of all vectors of a group, and of those of the last one.
  int64_t lanes, lastLanes;
  /// The distance, in elements, of weights that will be needed.
  int64_t ahead;
};

/// `V` vectors of channels of `P` pixels; kPart: one vector, of fewer lanes
/// than the CPU has.
template <typename X, int V, int P, bool kPart>
void convTile(const ConvTile &tile, Writer<X> &writer) {
  using Value = typename X::Value;
  [[maybe_unused]] auto part = X::first(kPart ? tile.lanes : X::kLanes);
  auto load = [&](const float *from) MOPT_INLINED {
    return kPart ? X::load(from, part) : X::load(from);
  };
  // Where products wait for weights, or leave the time to look for others.
  constexpr bool kFetches = P == 1 || V <= P;
  Value sums[P][V];
  MOPT_UNROLL for (int v = 0; v < V; ++v) {
    Value bias = load(tile.bias + v * X::kLanes);
    MOPT_UNROLL for (int p = 0; p < P; ++p) sums[p][v] = bias;
  }
  const int64_t stride = tile.pixelStride;
  const int64_t step = kPart ? tile.lanes : V * X::kLanes;
  // Taps of a row that lie side by side are one run.
  const bool joins = tile.columnStride == tile.channels;
  const int64_t taps = tile.columns.end - tile.columns.first;
  const int64_t runs = joins ? 1 : taps;
  const int64_t count = joins ? taps * tile.channels : tile.channels;
  for (int64_t row = tile.rows.first; row < tile.rows.end; ++row)
    for (int64_t run = 0; run < runs; ++run) {
      const int64_t column = tile.columns.first + run;
      const float *x =
          tile.in + row * tile.rowStride + column * tile.columnStride;
      const float *w =
          tile.weights + row * tile.rowWeights + column * tile.columnWeights;
      for (int64_t k = 0; k < count; ++k, ++x, w += step) {
        Value weights[V];
        MOPT_UNROLL for (int v = 0; v < V; ++v) {
          weights[v] = load(w + v * X::kLanes);
          if (kFetches)
            __builtin_prefetch(w + tile.ahead + v * X::kLanes, 0, 2);
        }
        MOPT_UNROLL for (int p = 0; p < P; ++p) {
          Value value = X::broadcast(x[p * stride]);
          MOPT_UNROLL for (int v = 0; v < V; ++v) sums[p][v] =
              X::fma(value, weights[v], sums[p][v]);
        }
      }
    }
  writer.write(tile.out, tile.outputChannels, sums, tile.lastLanes == X::kLanes,
               X::first(tile.lastLanes));
}

template <typename X>
using TileFunction = void (*)(const ConvTile &, Writer<X> &);

/// The functions of all tiles, by vectors and pixels.
template <typename X>
struct TileTable {
  TileFunction<X> whole[X::kMaxVectors + 1][X::kMaxSums + 1] = {};
  TileFunction<X> part[X::kMaxSums + 1] = {};

  constexpr TileTable() { add<1, 1>(); }

  template <int V, int P>
  constexpr void add() {
    whole[V][P] = convTile<X, V, P, false>;
    if constexpr (V == 1)
      part[P] = convTile<X, 1, P, true>;
    if constexpr (V * (P + 1) <= X::kMaxSums)
      add<V, P + 1>();
    else if constexpr (V < X::kMaxVectors)
      add<V + 1, 1>();
  }
};

template <typename X>
constexpr TileTable<X> kTiles = TileTable<X>();

template <typename X>
ReadyExtremes conv2D(const ReadyLayer &layer, const float *input,
                     const float *weights, const float *bias, float *output,
                     bool checks) {
  Writer<X> writer(layer, checks);
  const ReadyDim &rows = layer.rows, &columns = layer.columns;
  const int64_t pitch = columns.input * layer.inputChannels;
  const int64_t outPitch = columns.output * layer.outputChannels;
  const int64_t group = layer.lanes * layer.vectors;
  const bool isPart = layer.lanes != X::kLanes;
  const Inside inside = getInside(columns);

  ConvTile tile;
  tile.channels = layer.inputChannels;
  tile.outputChannels = layer.outputChannels;
  tile.pixelStride = columns.stride * layer.inputChannels;
  tile.rowStride = rows.dilation * pitch;
  tile.columnStride = columns.dilation * layer.inputChannels;
  tile.lanes = layer.lanes;
  for (int64_t first = 0; first < layer.outputChannels; first += group) {
    const int64_t existing = least(group, layer.outputChannels - first);
    const int64_t vectors = divideUp(existing, layer.lanes);
    tile.lastLanes = existing - (vectors - 1) * layer.lanes;
    tile.columnWeights = layer.inputChannels * vectors * layer.lanes;
    tile.rowWeights = columns.taps * tile.columnWeights;
    tile.weights =
        weights + first * rows.taps * columns.taps * layer.inputChannels;
    tile.bias = bias + first;
    const TileFunction<X> *functions =
        isPart ? kTiles<X>.part : kTiles<X>.whole[vectors];
    // The last group may have fewer vectors: then more pixels fit.
    const int64_t most = layer.pixels;
    const int64_t whole = inside.end - inside.first;
    const int64_t count = divideUp(whole, most);
    // The last tile of a group fetches the weights of the next one. Where it is
    // the only one all weights come from afar: they are fetched in time.
    constexpr int64_t kNear = 2048;
    const int64_t lines = layer.batches * rows.output;
    const int64_t ahead =
        lines * count > 1 ? rows.taps * tile.rowWeights : kNear;
    tile.ahead = 0;
    for (int64_t y = 0; y < lines; ++y) {
      const int64_t batch = y / rows.output, row = y % rows.output;
      tile.rows = getTaps(rows, row);
      const float *in = input + batch * rows.input * pitch +
                        (row * rows.stride - rows.before) * pitch -
                        columns.before * layer.inputChannels;
      float *out = output + y * outPitch + first;
      auto run = [&](int64_t column, int64_t pixels, TapRange taps) {
        tile.in = in + column * tile.pixelStride;
        tile.out = out + column * layer.outputChannels;
        tile.columns = taps;
        functions[pixels](tile, writer);
      };
      for (int64_t x = 0; x < inside.first; ++x)
        run(x, 1, getTaps(columns, x));
      // Tiles of two neighbouring sizes.
      for (int64_t i = 0, x = inside.first; i < count; ++i) {
        int64_t pixels = whole / count + (i < whole % count ? 1 : 0);
        tile.ahead = y + 1 < lines || i + 1 < count ? 0 : ahead;
        run(x, pixels, {0, columns.taps});
        x += pixels;
      }
      for (int64_t x = inside.end; x < columns.output; ++x)
        run(x, 1, getTaps(columns, x));
    }
  }
  return writer.finish();
}

//===----------------------------------------------------------------------===//
// Depthwise convolution
//===----------------------------------------------------------------------===//

/// Some channels of some pixels.
struct DepthwiseTile {
  const float *in, *weights, *bias;
  float *out;
  TapRange rows, columns;
  int64_t pixelStride, rowStride, columnStride, channels;
  /// Taps of a row; elements of weights of a tap, and of a vector.
  int64_t rowTaps, weightLanes, vectorWeights;
};

/// Which windows a tile has.
enum class Window {
  /// Any; `columns` are the taps of every pixel.
  Any,
  /// Of T columns side by side, and S from pixel to pixel.
  Whole,
  /// The same of which only `columns` lie in the image, counted from the first
  /// column of the first pixel.
  Edge
};

/// `C` vectors of channels of `P` pixels; of kPart the lanes of `mask`.
template <typename X, int P, int C, bool kPart, Window kWindow, int T, int S>
MOPT_INLINE void depthwiseTile(const DepthwiseTile &tile, typename X::Mask mask,
                               Writer<X> &writer) {
  using Value = typename X::Value;
  auto load = [&](const float *from) MOPT_INLINED {
    return kPart ? X::load(from, mask) : X::load(from);
  };
  Value sums[P][C];
  MOPT_UNROLL for (int c = 0; c < C; ++c) {
    Value bias = load(tile.bias + c * X::kLanes);
    MOPT_UNROLL for (int p = 0; p < P; ++p) sums[p][c] = bias;
  }
  const int64_t stride = tile.pixelStride;
  for (int64_t row = tile.rows.first; row < tile.rows.end; ++row) {
    const float *x = tile.in + row * tile.rowStride;
    const float *w = tile.weights + row * tile.rowTaps * tile.weightLanes;
    if constexpr (kWindow != Window::Any) {
      static_assert(C == 1);
      Value weights[T];
      MOPT_UNROLL for (int t = 0; t < T; ++t) weights[t] =
          load(w + t * tile.weightLanes);
      // A column that is loaded once serves all pixels that see it.
      MOPT_UNROLL for (int j = 0; j < (P - 1) * S + T; ++j) {
        if (kWindow == Window::Edge &&
            (j < tile.columns.first || j >= tile.columns.end))
          continue;
        Value value = load(x + j * tile.channels);
        MOPT_UNROLL for (int p = 0; p < P; ++p) {
          const int t = j - p * S;
          if (t >= 0 && t < T)
            sums[p][0] = X::fma(value, weights[t], sums[p][0]);
        }
      }
      continue;
    }
    x += tile.columns.first * tile.columnStride;
    w += tile.columns.first * tile.weightLanes;
    for (int64_t column = tile.columns.first; column < tile.columns.end;
         ++column, x += tile.columnStride, w += tile.weightLanes) {
      Value weights[C];
      MOPT_UNROLL for (int c = 0; c < C; ++c) weights[c] =
          load(w + c * tile.vectorWeights);
      MOPT_UNROLL for (int p = 0; p < P; ++p) MOPT_UNROLL for (int c = 0; c < C;
                                                               ++c) sums[p][c] =
          X::fma(load(x + p * stride + c * X::kLanes), weights[c], sums[p][c]);
    }
  }
  writer.write(tile.out, tile.channels, sums, !kPart, mask);
}

/// All channels of `P` pixels with the same taps, `C` vectors at a time.
template <typename X, int P, int C, Window kWindow = Window::Any, int T = 0,
          int S = 0>
void depthwisePixels(const ReadyLayer &layer, DepthwiseTile tile,
                     Writer<X> &writer) {
  const int64_t taps = layer.rows.taps * tile.rowTaps;
  const DepthwiseTile start = tile;
  int64_t first = 0, lanes = layer.lanes;
  auto move = [&] {
    tile.in = start.in + first;
    tile.out = start.out + first;
    tile.bias = start.bias + first;
    tile.weights = start.weights + first * taps;
  };
  tile.weightLanes = lanes;
  tile.vectorWeights = lanes * taps;
  if (lanes == X::kLanes) {
    for (; first + C * X::kLanes <= tile.channels; first += C * X::kLanes) {
      move();
      depthwiseTile<X, P, C, false, kWindow, T, S>(tile, X::first(X::kLanes),
                                                   writer);
    }
    for (; first + X::kLanes <= tile.channels; first += X::kLanes) {
      move();
      depthwiseTile<X, P, 1, false, kWindow, T, S>(tile, X::first(X::kLanes),
                                                   writer);
    }
  }
  // As kernel::getChunks does.
  for (; first < tile.channels; first += lanes) {
    while (lanes > 4 && tile.channels - first < lanes)
      lanes /= 2;
    tile.weightLanes = lanes;
    move();
    depthwiseTile<X, P, 1, true, kWindow, T, S>(
        tile, X::first(least(lanes, tile.channels - first)), writer);
  }
}

template <typename X>
using PixelsFunction = void (*)(const ReadyLayer &, DepthwiseTile, Writer<X> &);

/// The functions by their number of pixels, for windows of any columns.
template <typename X>
constexpr PixelsFunction<X> kAnyWindow[kReadyPixels + 1] = {
    nullptr,
    depthwisePixels<X, 1, 4>,
    depthwisePixels<X, 2, 2>,
    depthwisePixels<X, 3, 2>,
    depthwisePixels<X, 4, 1>,
    depthwisePixels<X, 5, 1>,
    depthwisePixels<X, 6, 1>,
    depthwisePixels<X, 7, 1>,
    depthwisePixels<X, 8, 1>};

/// The same for windows of `T` columns side by side with strides `S`.
template <typename X, Window W, int T, int S>
constexpr PixelsFunction<X> kSideBySide[kReadyPixels + 1] = {
    nullptr,
    depthwisePixels<X, 1, 1, W, T, S>,
    depthwisePixels<X, 2, 1, W, T, S>,
    depthwisePixels<X, 3, 1, W, T, S>,
    depthwisePixels<X, 4, 1, W, T, S>,
    depthwisePixels<X, 5, 1, W, T, S>,
    depthwisePixels<X, 6, 1, W, T, S>,
    depthwisePixels<X, 7, 1, W, T, S>,
    depthwisePixels<X, 8, 1, W, T, S>};

/// Functions by their number of pixels; null where there are none.
template <typename X>
struct PixelsFunctions {
  const PixelsFunction<X> *whole, *edge;
};

template <typename X, int T, int S>
constexpr PixelsFunctions<X> kFunctions = {kSideBySide<X, Window::Whole, T, S>,
                                           kSideBySide<X, Window::Edge, T, S>};

template <typename X>
PixelsFunctions<X> getPixelsFunctions(const ReadyDim &columns) {
  if (columns.dilation != 1)
    return {nullptr, nullptr};
  switch (columns.taps * 10 + columns.stride) {
  case 31:
    return kFunctions<X, 3, 1>;
  case 32:
    return kFunctions<X, 3, 2>;
  case 51:
    return kFunctions<X, 5, 1>;
  case 52:
    return kFunctions<X, 5, 2>;
  default:
    return {nullptr, nullptr};
  }
}

/// Calls `run(column, pixels)` for `columns` in tiles of two neighbouring
/// sizes.
template <typename Run>
MOPT_INLINE void divide(Inside columns, Run run) {
  const int64_t whole = columns.end - columns.first;
  const int64_t count = divideUp(whole, kReadyPixels);
  for (int64_t i = 0, x = columns.first; i < count; ++i) {
    int64_t pixels = whole / count + (i < whole % count ? 1 : 0);
    run(x, pixels);
    x += pixels;
  }
}

template <typename X>
ReadyExtremes depthwise(const ReadyLayer &layer, const float *input,
                        const float *weights, const float *bias, float *output,
                        bool checks) {
  Writer<X> writer(layer, checks);
  const ReadyDim &rows = layer.rows, &columns = layer.columns;
  const int64_t channels = layer.inputChannels;
  const int64_t pitch = columns.input * channels;
  const Inside inside = getInside(columns);
  const PixelsFunctions<X> functions = getPixelsFunctions<X>(columns);
  DepthwiseTile tile;
  tile.weights = weights;
  tile.bias = bias;
  tile.channels = channels;
  tile.pixelStride = columns.stride * channels;
  tile.rowStride = rows.dilation * pitch;
  tile.columnStride = columns.dilation * channels;
  tile.rowTaps = columns.taps;
  for (int64_t y = 0; y < layer.batches * rows.output; ++y) {
    const int64_t batch = y / rows.output, row = y % rows.output;
    tile.rows = getTaps(rows, row);
    const float *in = input + batch * rows.input * pitch +
                      (row * rows.stride - rows.before) * pitch -
                      columns.before * channels;
    float *out = output + y * columns.output * channels;
    auto run = [&](PixelsFunction<X> function, int64_t column, TapRange taps) {
      tile.in = in + column * tile.pixelStride;
      tile.out = out + column * channels;
      tile.columns = taps;
      function(layer, tile, writer);
    };
    if (functions.whole) {
      divide({0, columns.output}, [&](int64_t x, int64_t pixels) {
        int64_t start = x * columns.stride - columns.before;
        int64_t width = (pixels - 1) * columns.stride + columns.taps;
        TapRange exist = {greatest(-start, 0),
                          least(columns.input - start, width)};
        bool isWhole = exist.first == 0 && exist.end == width;
        run((isWhole ? functions.whole : functions.edge)[pixels], x, exist);
      });
      continue;
    }
    for (int64_t x = 0; x < inside.first; ++x)
      run(kAnyWindow<X>[1], x, getTaps(columns, x));
    divide(inside, [&](int64_t x, int64_t pixels) {
      run(kAnyWindow<X>[pixels], x, { 0, columns.taps });
    });
    for (int64_t x = inside.end; x < columns.output; ++x)
      run(kAnyWindow<X>[1], x, getTaps(columns, x));
  }
  return writer.finish();
}

template <typename X>
constexpr ReadyKernels makeKernels(const ReadyKernels *half = nullptr) {
  return {X::kLanes, X::kMaxVectors, X::kMaxSums, conv2D<X>, depthwise<X>,
          add<X>,    mean<X>,        observe<X>,  half};
}

} // namespace

#undef MOPT_UNROLL
#undef MOPT_INLINE
#undef MOPT_INLINED

#endif // MOPT_LIB_TARGET_CPU_READYKERNELSBODY_H
