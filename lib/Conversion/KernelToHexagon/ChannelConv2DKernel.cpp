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
#include "mopt/Dialect/Kernel/IR/HVXTiles.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

static constexpr int64_t kPixels = 32, kPixelBytes = 4;
/// Planes of a vector of channels, and bytes of its results for a pixel.
static constexpr int64_t kPlanes = 8, kResultBytes = 32;
/// Constants are aligned to it.
static constexpr unsigned kWeightAlignment = 128;
/// Turns of a turn of a loop.
static constexpr int64_t kTurnsTogether = 2;
/// The same of sums of windows: three, which take fewer addresses, if they
/// leave no rest.
static constexpr int64_t kSumTurns = 4, kFewerSumTurns = 3;
/// Vectors of a plane outside of the image that are written without a loop.
static constexpr int64_t kFewOutside = 4;
/// Tiles that are computed without a loop, so that the first sums of one are
/// made beside the last results of the one before.
static constexpr int64_t kFewTiles = 4;

/// Pixels whose words the turn before loads, by the number of vectors: those
/// with which LLVM fills all packets of a loop.
static constexpr int64_t kEarlyPixels[] = {7, 7, 7, 4};

/// Vectors of sums of windows, which have the input's pitch.
static int64_t getWindowVectors(PlanesAttr in, PlanesAttr out) {
  return llvm::divideCeil(
      (out.getRows() - 1) * in.getPitch() + out.getColumns(), kPixels);
}

/// Bytes of the results of a vector of channels in a phase, with what the last
/// pixels write behind them.
static int64_t getPhaseResultBytes(int64_t vectors) {
  return vectors * kPlanes * kHVXVectorBytes + kHVXVectorBytes;
}

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
  /// Addresses of a tile's first pixel in the input and the sums of windows, of
  /// the results where row and column are even, and if they are.
  struct Place {
    Value input, windowSums, results;
    int64_t oddRow = 0, oddColumn = 0;
  };
  int64_t getWindowVectors() const { return ::getWindowVectors(in, out); }
  int64_t getPhaseBytes() const {
    return getPhaseResultBytes(out.getNumVectors());
  }
  /// Bytes of the results of a vector of channels.
  int64_t getResultBytes() const {
    return out.getNumPhases() * getPhaseBytes();
  }
  /// The byte of a pixel, from the first one of the tile on.
  int64_t getOffset(PixelTile tile, int64_t pixel) const {
    return (pixel / tile.columns * in.getPitch() + pixel % tile.columns) *
           kPixelBytes;
  }
  /// The sums of the windows of `vectors` vectors of pixels.
  Values sumWindows(Value from, int64_t vectors);
  void emitWindowSums();
  /// Columns of a row, or rows, of all tiles.
  void emitTiles(Value groupWeights, Value groupParameters, int64_t vectors);
  void emitTile(PixelTile tile, const Place &place, Value groupWeights,
                Value groupParameters, int64_t vectors);
  /// The sums of a tile without what the zero point of the weights adds, and
  /// the address of the parameters, known behind the loop.
  Values emitSums(PixelTile tile, const Place &place, Value groupWeights,
                  Value &groupParameters, int64_t vectors);
  void writeResults(PixelTile tile, const Place &place, ArrayRef<Value> sums,
                    Value parameters, Value results);
  /// The results of a vector of channels, of which there are `planes` planes.
  void emitPlanes(Value results, Value planes, int64_t numPlanes);
  void emitPhase(int64_t phase, Value results, Value planes, int64_t numPlanes);

  HVXEmitter &b;
  HVXChannelConv2DOp op;
  PlanesAttr in, out;
  Value input, weights, parameters, steps, output, scratch;
  /// Which pixels are not of the image, as words; none without a border.
  Value mask;
  /// In the scratch memory.
  Value results;
  /// Of the sums of windows: results, in the same buffer, are not there, so
  /// that those of a tile are read before the last one's results are written.
  ArrayAttr windowScope;
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
  if (op.getBorder())
    mask = *next++;
  scratch = *next++;
  auto domain = LLVM::AliasScopeDomainAttr::get(
      op.getContext(), DistinctAttr::create(b.builder.getUnitAttr()),
      StringAttr());
  windowScope = b.builder.getArrayAttr({LLVM::AliasScopeAttr::get(
      op.getContext(), DistinctAttr::create(b.builder.getUnitAttr()), domain,
      StringAttr())});
  results = b.at(scratch, getWindowVectors() * kHVXVectorBytes);
}

int64_t mopt::getScratchBytes(HVXChannelConv2DOp op) {
  PlanesAttr in = op.getInputPlanes(), out = op.getOutputPlanes();
  int64_t vectors = 0;
  for (auto [count, size] : chooseHVXGroups(out))
    vectors = std::max(vectors, size);
  return getWindowVectors(in, out) * kHVXVectorBytes +
         vectors * out.getNumPhases() *
             getPhaseResultBytes(out.getNumVectors());
}

std::vector<int32_t> mopt::makeBorderMask(PlanesAttr planes) {
  std::vector<int32_t> words;
  int64_t step = planes.getStep(), pitch = planes.getPitch();
  for (int64_t phase = 0; phase < planes.getNumPhases(); ++phase)
    for (int64_t p = 0; p < planes.getNumVectors() * kPixels; ++p) {
      int64_t row = p / pitch * step + phase / step;
      int64_t column = p % pitch * step + phase % step;
      bool isInside = row < planes.getRows() && column < planes.getColumns();
      words.push_back(isInside ? 0 : -1);
    }
  return words;
}

Values ChannelConvolutionEmitter::sumWindows(Value from, int64_t vectors) {
  auto turns = static_cast<int64_t>(op.getTurns());
  int64_t together =
      std::min(std::max<int64_t>(turns / 2, 1),
               turns % kFewerSumTurns == 0 ? kFewerSumTurns : kSumTurns);
  Values addresses;
  if (steps)
    addresses.push_back(steps);
  else // One a plane, so that those of its pixels are immediates.
    for (int64_t plane = 0; plane < 2 * together; ++plane)
      addresses.push_back(b.at(from, plane * in.getPlaneBytes()));
  auto loadPixels = [&](ValueRange places, int64_t step) {
    Value plane = steps
                      ? b.at(from, b.load(b.i32, b.at(places[0], step * 4), 4))
                      : places[step];
    Values pixels;
    for (int64_t v = 0; v < vectors; ++v)
      pixels.push_back(b.load(b.vec, b.at(plane, v * kHVXVectorBytes),
                              steps ? kPixelBytes : kHVXVectorBytes));
    return pixels;
  };
  Value factor =
      b.constant(int64_t(uint32_t(op.getWeightZeroPoint()) * 0x01010101u));
  auto take = [&](Values sums, ValueRange places, ValueRange first,
                  bool isLast) {
    int64_t number = isLast ? (turns - 1) % together + 1 : together;
    for (int64_t step = 0; step < 2 * number; ++step) {
      Values pixels = step == 0 ? llvm::to_vector_of<Value>(first)
                                : loadPixels(places, step);
      for (int64_t v = 0; v < vectors; ++v)
        sums[v] = sums[v]
                      ? b.vector("vrmpyub.acc", {sums[v], pixels[v], factor})
                      : b.vector("vrmpyub", {pixels[v], factor});
    }
    return sums;
  };
  // Without a loop nothing has to begin with zero, which LLVM would hold in a
  // register, or on the stack, from one tile to the next.
  bool isLoop = turns > 2 * together;
  Values sums(vectors, isLoop ? b.zero() : Value());
  sums = b.loopAhead(
      llvm::divideCeil(turns, together), addresses, sums,
      [&](ValueRange places) { return loadPixels(places, 0); }, take,
      [&](ValueRange places) {
        Values next;
        for (Value place : places)
          next.push_back(
              b.step(place, together * (steps ? 8 : 2 * in.getPlaneBytes())));
        return next;
      });
  sums.truncate(vectors);
  return sums;
}

void ChannelConvolutionEmitter::emitWindowSums() {
  Value from = input, to = scratch;
  for (auto [count, vectors] : getTiles(getWindowVectors())) {
    Values next =
        b.loop(count, {from, to}, [&, vectors = vectors](ValueRange tile) {
          Values sums = sumWindows(tile[0], vectors);
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

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

void ChannelConvolutionEmitter::writeResults(PixelTile tile, const Place &place,
                                             ArrayRef<Value> sums,
                                             Value parameters, Value to) {
  HVXRequantizeAttr requantize = op.getRequantize();
  auto load = [&](int64_t row) {
    return b.load(b.vec, b.at(parameters, row * kHVXVectorBytes),
                  kWeightAlignment);
  };
  HVXRescale by = {load(1), load(2),           load(3),
                   load(4), /*isByLane=*/true, requantize.cutsOffNegative()};
  // Pixels that are neighbours in a phase.
  auto write = [&](ArrayRef<Value> pixels, Value address) {
    Values halves;
    for (size_t i = 0; i < pixels.size(); i += 2) {
      Value low = emitRescale(b, requantize.getRounding(), pixels[i], by);
      Value high = low;
      if (i + 1 < pixels.size())
        high = emitRescale(b, requantize.getRounding(), pixels[i + 1], by);
      halves.push_back(
          addZeroPoint(b, requantize, b.vector("vpackwh.sat", {high, low})));
    }
    // What is too much, the pixels behind write again, or they are no pixels.
    for (size_t i = 0; i < halves.size(); i += 2) {
      Value high = halves[std::min(i + 1, halves.size() - 1)];
      Value bytes = b.clamp(b.vector("vpackhub.sat", {high, halves[i]}),
                            requantize.getMin(), requantize.getMax());
      LLVM::StoreOp::create(
          b.builder, b.loc, bytes,
          b.at(address, static_cast<int64_t>(2 * i) * kResultBytes),
          kResultBytes)
          .setNoaliasScopesAttr(windowScope);
    }
  };
  int64_t step = out.getStep();
  for (int64_t row = 0; row < tile.rows; ++row)
    for (int64_t first = 0; first < std::min(step, tile.columns); ++first) {
      Values pixels;
      for (int64_t column = first; column < tile.columns; column += step)
        pixels.push_back(sums[row * tile.columns + column]);
      int64_t y = place.oddRow + row, x = place.oddColumn + first;
      int64_t pixel = y / step * out.getPitch() + x / step;
      write(pixels, b.at(to, (y % step * step + x % step) * getPhaseBytes() +
                                 pixel * kResultBytes));
    }
}

Values ChannelConvolutionEmitter::emitSums(PixelTile tile, const Place &place,
                                           Value groupWeights,
                                           Value &groupParameters,
                                           int64_t vectors) {
  int64_t pixels = tile.rows * tile.columns;
  // Of a vector all pixels, one after the other.
  Values sums(vectors * pixels), biases, windows;
  for (int64_t v = 0; v < vectors; ++v)
    biases.push_back(b.load(
        b.vec,
        b.at(groupParameters, v * HVXChannelConv2DOp::kRows * kHVXVectorBytes),
        kWeightAlignment));
  for (int64_t p = 0; p < pixels; ++p) {
    auto window = LLVM::LoadOp::create(
        b.builder, b.loc, b.i32, b.at(place.windowSums, getOffset(tile, p)), 4);
    window.setAliasScopesAttr(windowScope);
    windows.push_back(b.splat(window));
  }
  auto start = [&](int64_t v, int64_t p) {
    sums[v * pixels + p] = b.vector("vsubw", {biases[v], windows[p]});
  };
  // LLVM begins with what comes first. Of two vectors a pixel after the other
  // needs the fewest registers; of three vectors that takes more packets.
  if (vectors <= 2)
    for (int64_t p = 0; p < pixels; ++p)
      for (int64_t v = 0; v < vectors; ++v)
        start(v, p);
  else
    for (int64_t v = 0; v < vectors; ++v)
      for (int64_t p = 0; p < pixels; ++p)
        start(v, p);
  int64_t early = std::min(pixels, kEarlyPixels[vectors]);
  auto getPlane = [&](ValueRange places, int64_t step) -> Value {
    if (!steps)
      return b.at(places[1], step * in.getPlaneBytes());
    return b.at(place.input, b.load(b.i32, b.at(places[1], step * 4), 4));
  };
  // What a turn has first: weights and pixels of its first plane.
  auto loadFactor = [&](ValueRange places, int64_t step, int64_t v) {
    return b.load(b.vec,
                  b.at(places[0], (step * vectors + v) * kHVXVectorBytes),
                  kWeightAlignment);
  };
  auto loadPixel = [&](Value plane, int64_t p) {
    return b.load(b.i32, b.at(plane, getOffset(tile, p)), kPixelBytes);
  };
  auto loadFirst = [&](ValueRange places) {
    Values first;
    for (int64_t v = 0; v < vectors; ++v)
      first.push_back(loadFactor(places, 0, v));
    first.push_back(getPlane(places, 0));
    for (int64_t p = 0; p < early; ++p)
      first.push_back(loadPixel(first[vectors], p));
    return first;
  };
  auto turns = static_cast<int64_t>(op.getTurns());
  int64_t together = std::min(turns, kTurnsTogether);
  auto take = [&](Values values, ValueRange places, ValueRange first,
                  bool isLast) {
    int64_t number = isLast ? (turns - 1) % together + 1 : together;
    SmallVector<Values> words, factors;
    for (int64_t step = 0; step < 2 * number; ++step) {
      Value plane = step == 0 ? first[vectors] : getPlane(places, step);
      Values &stepWords = words.emplace_back(), &here = factors.emplace_back();
      for (int64_t p = 0; p < pixels; ++p)
        stepWords.push_back(step == 0 && p < early ? first[vectors + 1 + p]
                                                   : loadPixel(plane, p));
      for (int64_t v = 0; v < vectors; ++v)
        here.push_back(step == 0 ? first[v] : loadFactor(places, step, v));
    }
    auto multiply = [&](int64_t step, int64_t v) {
      for (int64_t p = 0; p < pixels; ++p) {
        Value &sum = values[v * pixels + p];
        sum = b.vector("vrmpyub.acc", {sum, factors[step][v], words[step][p]});
      }
    };
    // In the end one vector after the other, so that the first ones can be
    // rescaled before the last ones are complete.
    if (isLast)
      for (int64_t v = 0; v < vectors; ++v)
        for (int64_t step = 0; step < 2 * number; ++step)
          multiply(step, v);
    else
      for (int64_t step = 0; step < 2 * number; ++step)
        for (int64_t v = 0; v < vectors; ++v)
          multiply(step, v);
    return values;
  };
  int64_t turnBytes = 2 * vectors * kHVXVectorBytes;
  sums = b.loopAhead(llvm::divideCeil(turns, together),
                     {groupWeights, steps ? steps : place.input}, sums,
                     loadFirst, take, [&](ValueRange places) {
                       int64_t bytes = steps ? 8 : 2 * in.getPlaneBytes();
                       return Values{b.step(places[0], together * turnBytes),
                                     b.step(places[1], together * bytes)};
                     });
  // LLVM would load parameters before all tiles.
  groupParameters =
      b.behind(groupParameters, sums[vectors * pixels], groupWeights,
               (turns - 1) / together * together * turnBytes);
  sums.truncate(vectors * pixels);
  return sums;
}

void ChannelConvolutionEmitter::emitTile(PixelTile tile, const Place &place,
                                         Value groupWeights,
                                         Value groupParameters,
                                         int64_t vectors) {
  Values sums = emitSums(tile, place, groupWeights, groupParameters, vectors);
  int64_t pixels = tile.rows * tile.columns;
  int64_t rowBytes = HVXChannelConv2DOp::kRows * kHVXVectorBytes;
  for (int64_t v = 0; v < vectors; ++v)
    writeResults(tile, place, ArrayRef(sums).slice(v * pixels, pixels),
                 b.at(groupParameters, v * rowBytes),
                 b.at(place.results, v * getResultBytes()));
}

void ChannelConvolutionEmitter::emitTiles(Value groupWeights,
                                          Value groupParameters,
                                          int64_t vectors) {
  int64_t rows = out.getRows(), columns = out.getColumns();
  HVXTiles tiles = chooseHVXTiles(out, vectors);
  int64_t height = tiles.height, parts = tiles.parts;
  // Columns in parts of two sizes that differ by one.
  int64_t width = columns / parts, wider = columns % parts;
  int64_t step = out.getStep();
  // `values`: the addresses of a place whose row and column are even.
  auto getPlace = [&](ValueRange values, int64_t row, int64_t column) {
    int64_t pixel = row * in.getPitch() + column;
    int64_t result = row / step * out.getPitch() + column / step;
    return Place{b.at(values[0], pixel * kPixelBytes),
                 b.at(values[1], pixel * kPixelBytes),
                 b.at(values[2], result * kResultBytes), row % step,
                 column % step};
  };
  auto getAddresses = [&](const Place &place) {
    return Values{place.input, place.windowSums, place.results};
  };
  auto emitRows = [&](ValueRange band, int64_t row, int64_t tileRows) {
    int64_t column = 0;
    for (auto [count, size] :
         {std::pair(wider, width + 1), std::pair(parts - wider, width)}) {
      // So many have an even number of columns.
      int64_t together = size % step ? step : 1;
      auto emitParts = [&, size = size](ValueRange part, int64_t number) {
        for (int64_t i = 0; i < number; ++i) {
          int64_t at = column % step + i * size;
          emitTile({tileRows, size}, getPlace(part, row, at), groupWeights,
                   groupParameters, vectors);
        }
      };
      Place place = getPlace(band, 0, column - column % step);
      Values part = getAddresses(place);
      if (count >= together)
        part = b.loopUnrolled(count / together, kFewTiles, part,
                              [&, size = size](ValueRange values) {
                                emitParts(values, together);
                                return getAddresses(
                                    getPlace(values, 0, together * size));
                              });
      emitParts(part, count % together);
      column += count * size;
    }
  };
  int64_t bandRows = height % step ? height * step : height;
  auto emitBand = [&](ValueRange band, int64_t numRows) {
    for (int64_t row = 0; row < numRows; row += height)
      emitRows(band, row, std::min(height, numRows - row));
    return getAddresses(getPlace(band, numRows, 0));
  };
  Values band = {input, scratch, results};
  if (rows >= bandRows)
    band = b.loop(rows / bandRows, band, [&](ValueRange values) {
      return emitBand(values, bandRows);
    });
  emitBand(band, rows % bandRows);
}

//===----------------------------------------------------------------------===//
// Planes
//===----------------------------------------------------------------------===//

void ChannelConvolutionEmitter::emitPhase(int64_t phase, Value from, Value to,
                                          int64_t numPlanes) {
  from = b.at(from, phase * getPhaseBytes());
  to = b.at(to, phase * out.getPhaseBytes());
  Values start = {from, to};
  if (mask)
    start.push_back(b.at(mask, phase * out.getNumVectors() * kHVXVectorBytes));
  b.loop(out.getNumVectors(), start, [&](ValueRange block) {
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
    Value isBorder, border;
    if (mask) {
      isBorder = b.call("llvm.hexagon.V6.vgtw.128B",
                        VectorType::get(128, b.builder.getI1Type()),
                        {b.zero(), b.load(b.vec, block[2], kHVXVectorBytes)});
      border = b.splatByte(*op.getBorder());
    }
    for (int64_t plane = 0; plane < numPlanes; ++plane) {
      int64_t place = (plane & 2) << 1 | (plane & 1) << 1 | plane >> 2;
      Value result = vectors[place];
      if (border)
        result = b.vector("vmux", {isBorder, border, result});
      b.store(result, b.at(block[1], plane * out.getPlaneBytes()),
              kHVXVectorBytes);
    }
    Values next = {b.at(block[0], kPlanes * kHVXVectorBytes),
                   b.at(block[1], kHVXVectorBytes)};
    if (mask)
      next.push_back(b.at(block[2], kHVXVectorBytes));
    return next;
  });
  if (!mask)
    return;
  // Vectors in front of the image and behind it.
  Value border = b.splatByte(*op.getBorder());
  int64_t front = out.getFront() / kPixels, inside = out.getNumVectors();
  int64_t behind = out.getSize() / kPixels - front - inside;
  for (int64_t plane = 0; plane < numPlanes; ++plane)
    for (auto [first, number] :
         {std::pair(-front, front), std::pair(inside, behind)}) {
      if (number == 0)
        continue;
      Value start =
          b.at(to, plane * out.getPlaneBytes() + first * kHVXVectorBytes);
      b.loopUnrolled(number, kFewOutside, start, [&](ValueRange at) {
        b.store(border, at[0], kHVXVectorBytes);
        return Values{b.at(at[0], kHVXVectorBytes)};
      });
    }
}

void ChannelConvolutionEmitter::emitPlanes(Value from, Value to,
                                           int64_t numPlanes) {
  for (int64_t phase = 0; phase < out.getNumPhases(); ++phase)
    emitPhase(phase, from, to, numPlanes);
}

void ChannelConvolutionEmitter::emit() {
  emitWindowSums();
  int64_t left = llvm::divideCeil(out.getChannels(), 4);
  Values next = {weights, parameters, output};
  for (auto [count, vectors] : chooseHVXGroups(out)) {
    // The last one may have fewer planes.
    int64_t groupPlanes = vectors * kPlanes;
    int64_t whole = std::min(count, left / groupPlanes);
    auto emitGroup = [&, vectors = vectors](ValueRange group,
                                            int64_t numPlanes) {
      emitTiles(group[0], group[1], vectors);
      for (int64_t v = 0; v < vectors && v * kPlanes < numPlanes; ++v)
        emitPlanes(b.at(results, v * getResultBytes()),
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
}
