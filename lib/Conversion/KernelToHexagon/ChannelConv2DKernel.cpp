//===- ChannelConv2DKernel.cpp - Convolutions with channels in the lanes -----*-
// C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Weights, as uint8, are the vectors, and pixels the scalar operand of vrmpy.
// What the zero point of the weights adds is the same for all channels of a
// pixel: sums of all windows are made first, pixels in the lanes. Results come
// as pixels of 32 channels, [pixel][32], which is turned into planes at the end
// of each group of channels.

#include "HVXKernels.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

static constexpr int64_t kPixels = 32, kPixelBytes = 4;
/// Planes of a vector of channels, and bytes of its results for a pixel.
static constexpr int64_t kPlanes = 8, kResultBytes = 32;
/// Constants are aligned to it.
static constexpr unsigned kWeightAlignment = 128;
/// Sums that stay in registers, and turns of a turn of a loop: LLVM lets the
/// first packets of a body wait for loads.
static constexpr int64_t kMaxSums = 21, kTurnsTogether = 4;

namespace {

/// Pixels that are computed at once: `rows` rows of `columns` columns.
struct PixelTile {
  int64_t rows, columns;
};

class ChannelConvolutionEmitter {
public:
  ChannelConvolutionEmitter(HVXEmitter &b, HVXChannelConv2DOp op,
                            ArrayRef<Value> pointers);
  void emit();

private:
  /// Addresses of a tile's first pixel in the input, the sums of windows and
  /// the results.
  struct Place {
    Value input, windowSums, results;
  };
  /// Bytes of the results of a vector of channels.
  int64_t getResultBytes() const {
    return out.getNumVectors() * kPixels * kResultBytes;
  }
  /// The byte of a pixel, from the first one of the tile on.
  int64_t getOffset(PixelTile tile, int64_t pixel) const {
    return (pixel / tile.columns * in.getPitch() + pixel % tile.columns) *
           kPixelBytes;
  }
  /// Planes at `from`, in the way that turns go through them: what `body` does
  /// with the addresses of two of them. Both have the carried values first.
  Values loopTurns(Value from, Values inits,
                   llvm::function_ref<Values(Values, Value, Value)> body);
  void emitWindowSums();
  /// Columns of a row, or rows, of all tiles.
  void emitTiles(Value groupWeights, Value groupParameters, int64_t vectors);
  void emitTile(PixelTile tile, const Place &place, Value groupWeights,
                Value groupParameters, int64_t vectors);
  void writeResults(PixelTile tile, ArrayRef<Value> sums, Value parameters,
                    Value results);
  /// The results of a vector of channels, of which there are `planes` planes.
  void emitPlanes(Value results, Value planes, int64_t numPlanes);

  HVXEmitter &b;
  HVXChannelConv2DOp op;
  PlanesAttr in, out;
  Value input, weights, parameters, steps, output, scratch;
};

} // namespace

ChannelConvolutionEmitter::ChannelConvolutionEmitter(HVXEmitter &b,
                                                     HVXChannelConv2DOp op,
                                                     ArrayRef<Value> pointers)
    : b(b), op(op), in(op.getInputPlanes()), out(op.getOutputPlanes()) {
  const Value *next = pointers.begin();
  input = b.at(*next++, in.getFrontBytes());
  weights = *next++;
  parameters = *next++;
  if (op.getSteps())
    steps = *next++;
  output = b.at(*next++, out.getFrontBytes());
  scratch = *next++;
}

int64_t mopt::getScratchBytes(HVXChannelConv2DOp op) {
  PlanesAttr out = op.getOutputPlanes();
  int64_t vectors = 0;
  for (auto [count, size] : HVXChannelConv2DOp::getGroups(out.getChannels()))
    vectors = std::max(vectors, size);
  // Window sums, results, and what the last pixels write behind them.
  return out.getNumVectors() * (1 + vectors * kPlanes) * kHVXVectorBytes +
         kHVXVectorBytes;
}

Values ChannelConvolutionEmitter::loopTurns(
    Value from, Values inits,
    llvm::function_ref<Values(Values, Value, Value)> body) {
  auto turns = static_cast<int64_t>(op.getTurns());
  size_t count = inits.size();
  int64_t together = std::min(std::max<int64_t>(turns / 2, 1), kTurnsTogether);
  Values addresses;
  if (steps)
    addresses.push_back(steps);
  else // One a plane, so that those of its pixels are immediates.
    for (int64_t plane = 0; plane < 2 * together; ++plane)
      addresses.push_back(b.at(from, plane * in.getPlaneBytes()));
  inits.append(addresses);
  auto take = [&](ValueRange values, int64_t number) {
    Values next = llvm::to_vector_of<Value>(values.take_front(count));
    ValueRange places = values.drop_front(count);
    for (int64_t turn = 0; turn < number; ++turn) {
      if (!steps) {
        next = body(next, places[2 * turn], places[2 * turn + 1]);
        continue;
      }
      auto getPlane = [&](int64_t step) {
        return b.at(from, b.load(b.i32, b.at(places[0], step * 4), 4));
      };
      next = body(next, getPlane(2 * turn), getPlane(2 * turn + 1));
    }
    for (Value place : places)
      next.push_back(
          b.at(place, steps ? number * 8 : 2 * number * in.getPlaneBytes()));
    return next;
  };
  inits = b.loop(turns / together, inits,
                 [&](ValueRange values) { return take(values, together); });
  if (turns % together)
    inits = take(inits, turns % together);
  inits.truncate(count);
  return inits;
}

void ChannelConvolutionEmitter::emitWindowSums() {
  Value from = input, to = scratch;
  for (auto [count, vectors] : getTiles(out.getNumVectors())) {
    Values next =
        b.loop(count, {from, to}, [&, vectors = vectors](ValueRange tile) {
          Value factor = b.constant(
              int64_t(uint32_t(op.getWeightZeroPoint()) * 0x01010101u));
          Values sums(vectors, b.zero());
          sums = loopTurns(
              tile[0], sums, [&](Values values, Value first, Value second) {
                for (Value plane : {first, second})
                  for (int64_t v = 0; v < vectors; ++v)
                    values[v] = b.vector(
                        "vrmpyub.acc",
                        {values[v],
                         b.load(b.vec, b.at(plane, v * kHVXVectorBytes),
                                steps ? kPixelBytes : kHVXVectorBytes),
                         factor});
                return values;
              });
          for (int64_t v = 0; v < vectors; ++v)
            b.store(sums[v], b.at(tile[1], v * kHVXVectorBytes),
                    kHVXVectorBytes);
          return Values{b.at(tile[0], vectors * kHVXVectorBytes),
                        b.at(tile[1], vectors * kHVXVectorBytes)};
        });
    from = next[0];
    to = next[1];
  }
}

void ChannelConvolutionEmitter::writeResults(PixelTile tile,
                                             ArrayRef<Value> sums,
                                             Value parameters, Value results) {
  HVXRequantizeAttr requantize = op.getRequantize();
  auto load = [&](int64_t row) {
    return b.load(b.vec, b.at(parameters, row * kHVXVectorBytes),
                  kWeightAlignment);
  };
  HVXRescale by = {load(1), load(2),           load(3),
                   load(4), /*isByLane=*/true, requantize.cutsOffNegative()};
  for (int64_t row = 0; row < tile.rows; ++row) {
    Values halves;
    for (int64_t column = 0; column < tile.columns; column += 2) {
      auto rescale = [&](int64_t place) {
        int64_t last = std::min(place, tile.columns - 1);
        return emitRescale(b, requantize.getRounding(),
                           sums[row * tile.columns + last], by);
      };
      Value low = rescale(column);
      Value high = column + 1 < tile.columns ? rescale(column + 1) : low;
      halves.push_back(
          addZeroPoint(b, requantize, b.vector("vpackwh.sat", {high, low})));
    }
    // What is too much, the pixels behind write again.
    for (size_t i = 0; i < halves.size(); i += 2) {
      Value high = halves[std::min(i + 1, halves.size() - 1)];
      Value bytes = b.clamp(b.vector("vpackhub.sat", {high, halves[i]}),
                            requantize.getMin(), requantize.getMax());
      int64_t pixel = row * in.getPitch() + static_cast<int64_t>(2 * i);
      b.store(bytes, b.at(results, pixel * kResultBytes), kResultBytes);
    }
  }
}

void ChannelConvolutionEmitter::emitTile(PixelTile tile, const Place &place,
                                         Value groupWeights,
                                         Value groupParameters,
                                         int64_t vectors) {
  int64_t pixels = tile.rows * tile.columns;
  int64_t rowBytes = HVXChannelConv2DOp::kRows * kHVXVectorBytes;
  Values bias, sums;
  for (int64_t v = 0; v < vectors; ++v)
    bias.push_back(
        b.load(b.vec, b.at(groupParameters, v * rowBytes), kWeightAlignment));
  // Of a vector all pixels, one after the other.
  sums.resize(vectors * pixels);
  for (int64_t p = 0; p < pixels; ++p) {
    Value window =
        b.splat(b.load(b.i32, b.at(place.windowSums, getOffset(tile, p)), 4));
    for (int64_t v = 0; v < vectors; ++v)
      sums[v * pixels + p] = b.vector("vsubw", {bias[v], window});
  }
  sums.push_back(groupWeights);
  sums = loopTurns(
      place.input, sums, [&](Values values, Value first, Value second) {
        Value turnWeights = values.pop_back_val();
        int64_t at = 0;
        for (Value plane : {first, second}) {
          Values factors;
          for (int64_t v = 0; v < vectors; ++v, at += kHVXVectorBytes)
            factors.push_back(
                b.load(b.vec, b.at(turnWeights, at), kWeightAlignment));
          for (int64_t p = 0; p < pixels; ++p) {
            Value pixel =
                b.load(b.i32, b.at(plane, getOffset(tile, p)), kPixelBytes);
            for (int64_t v = 0; v < vectors; ++v) {
              Value &sum = values[v * pixels + p];
              sum = b.vector("vrmpyub.acc", {sum, factors[v], pixel});
            }
          }
        }
        values.push_back(b.at(turnWeights, at));
        return values;
      });
  for (int64_t v = 0; v < vectors; ++v)
    writeResults(tile, ArrayRef(sums).slice(v * pixels, pixels),
                 b.at(groupParameters, v * rowBytes),
                 b.at(place.results, v * getResultBytes()));
}

void ChannelConvolutionEmitter::emitTiles(Value groupWeights,
                                          Value groupParameters,
                                          int64_t vectors) {
  int64_t rows = out.getPhaseRows(), columns = out.getPhaseColumns();
  // As few tiles as can be.
  int64_t most = kMaxSums / vectors, height = 1, parts = 0, least = 0;
  for (int64_t tall = 1; tall <= std::min(rows, most); ++tall) {
    int64_t wide = llvm::divideCeil(columns, most / tall);
    int64_t count = llvm::divideCeil(rows, tall) * wide;
    if (parts > 0 && count >= least)
      continue;
    height = tall;
    parts = wide;
    least = count;
  }
  // Columns in parts of two sizes that differ by one.
  int64_t width = columns / parts, wider = columns % parts;
  auto advance = [&](ValueRange place, int64_t pixels) {
    int64_t bytes = pixels * kPixelBytes;
    return Values{b.at(place[0], bytes), b.at(place[1], bytes),
                  b.at(place[2], pixels * kResultBytes)};
  };
  auto emitRows = [&](ValueRange row, int64_t tileRows) {
    Values place = llvm::to_vector_of<Value>(row);
    for (auto [count, size] :
         {std::pair(wider, width + 1), std::pair(parts - wider, width)})
      if (count > 0)
        place = b.loop(count, place, [&, size = size](ValueRange part) {
          emitTile({tileRows, size}, {part[0], part[1], part[2]}, groupWeights,
                   groupParameters, vectors);
          return advance(part, size);
        });
    return advance(row, tileRows * in.getPitch());
  };
  Values row = {input, scratch,
                b.at(scratch, out.getNumVectors() * kHVXVectorBytes)};
  row = b.loop(rows / height, row,
               [&](ValueRange values) { return emitRows(values, height); });
  if (rows % height)
    emitRows(row, rows % height);
}

void ChannelConvolutionEmitter::emitPlanes(Value results, Value planes,
                                           int64_t numPlanes) {
  b.loop(out.getNumVectors(), {results, planes}, [&](ValueRange block) {
    Values vectors;
    for (int64_t i = 0; i < kPlanes; ++i)
      vectors.push_back(
          b.load(b.vec, b.at(block[0], i * kHVXVectorBytes), kHVXVectorBytes));
    // A word's place is a number of eight bits, vector and lane. A shuffle of
    // two vectors moves the bit in which they differ to the end of the lane's,
    // whose first takes its place.
    for (int64_t bit : {4, 2, 1, 4, 2})
      for (int64_t i = 0; i < kPlanes; ++i)
        if (!(i & bit))
          std::tie(vectors[i], vectors[i | bit]) =
              b.pair("vshuffvdd",
                     {vectors[i | bit], vectors[i], b.constant(-kPixelBytes)});
    for (int64_t plane = 0; plane < numPlanes; ++plane) {
      int64_t place = (plane & 2) << 1 | (plane & 1) << 1 | plane >> 2;
      b.store(vectors[place], b.at(block[1], plane * out.getPlaneBytes()),
              kHVXVectorBytes);
    }
    return Values{b.at(block[0], kPlanes * kHVXVectorBytes),
                  b.at(block[1], kHVXVectorBytes)};
  });
}

void ChannelConvolutionEmitter::emit() {
  emitWindowSums();
  int64_t left = llvm::divideCeil(out.getChannels(), 4);
  Values next = {weights, parameters, output};
  for (auto [count, vectors] :
       HVXChannelConv2DOp::getGroups(out.getChannels())) {
    // The last one may have fewer planes.
    int64_t groupPlanes = vectors * kPlanes;
    int64_t whole = std::min(count, left / groupPlanes);
    auto emitGroup = [&, vectors = vectors](ValueRange group,
                                            int64_t numPlanes) {
      emitTiles(group[0], group[1], vectors);
      for (int64_t v = 0; v < vectors && v * kPlanes < numPlanes; ++v)
        emitPlanes(b.at(scratch, out.getNumVectors() * kHVXVectorBytes +
                                     v * getResultBytes()),
                   b.at(group[2], v * kPlanes * out.getPlaneBytes()),
                   std::min(kPlanes, numPlanes - v * kPlanes));
      return Values{
          b.at(group[0], op.getTurns() * 2 * vectors * kHVXVectorBytes),
          b.at(group[1], vectors * HVXChannelConv2DOp::kRows * kHVXVectorBytes),
          b.at(group[2], groupPlanes * out.getPlaneBytes())};
    };
    if (whole > 0)
      next = b.loop(whole, next, [&](ValueRange group) {
        return emitGroup(group, groupPlanes);
      });
    left -= whole * groupPlanes;
    if (whole < count) {
      next = emitGroup(next, left);
      left = 0;
    }
  }
}

void mopt::emitKernel(HVXEmitter &b, HVXChannelConv2DOp op,
                      ArrayRef<Value> pointers) {
  ChannelConvolutionEmitter(b, op, pointers).emit();
  if (op.getBorder())
    emitBorder(b, pointers.drop_back().back(), op.getOutputPlanes(),
               *op.getBorder());
}
