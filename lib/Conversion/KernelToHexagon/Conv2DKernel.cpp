//===- Conv2DKernel.cpp - Convolutions with pixels in the lanes -----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Activations are vectors of 32 pixels with four channels each, weights the
// scalar operand of vrmpy: two of these fit into a packet, where products with
// vectors take both multipliers.

#include "HVXKernels.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

/// Channels of a group, and bytes of weights that a channel takes in a turn.
static constexpr int64_t kGroup = 4, kTurnBytes = 8;
/// Turns that are written out, for tiles of so many vectors; and how many tiles
/// a group of channels computes before the next one does.
static constexpr int64_t kFewTurns = 4, kFewVectors = 2, kTilesTogether = 16;
/// Turns of a loop that takes longer than what is around it.
static constexpr int64_t kManyTurns = 12;
/// Offsets of a turn in a table.
static constexpr int64_t kStepBytes = 8;

SmallVector<std::pair<int64_t, int64_t>> mopt::getTiles(int64_t vectors) {
  SmallVector<std::pair<int64_t, int64_t>> tiles;
  int64_t count = vectors / 4, rest = vectors % 4;
  // A vector alone has too few sums to hide how long they take.
  if (rest == 1 && count > 0) {
    --count;
    rest += 4;
  }
  if (count > 0)
    tiles.push_back({count, 4});
  if (rest == 5) {
    tiles.push_back({1, 3});
    rest = 2;
  }
  if (rest > 0)
    tiles.push_back({1, rest});
  return tiles;
}

namespace {

class ConvolutionEmitter {
public:
  ConvolutionEmitter(HVXEmitter &b, HVXConv2DOp op, ArrayRef<Value> pointers)
      : b(b), op(op), in(op.getInputPlanes()), out(op.getOutputPlanes()) {
    const Value *next = pointers.begin();
    input = b.at(*next++, in.getFrontBytes());
    weights = *next++;
    parameters = *next++;
    if (op.getSteps())
      steps = *next++;
    if (op.getRest())
      rest = *next++;
    output = b.at(*next++, out.getFrontBytes());
  }

  void emit();

private:
  /// True for what emitFewTurns takes; what float mode does with sums leaves no
  /// registers for the next ones.
  bool hasFewTurns() {
    return !steps && !rest && int64_t(op.getTurns()) <= kFewTurns &&
           out.getNumVectors() >= kTilesTogether &&
           op.getRequantize().getRounding() != HVXRounding::Real;
  }
  /// Without a loop over turns: `tiles` tiles of each group, so that they share
  /// its parameters, and then a tile of `rest` vectors.
  void emitFewTurns(Value from, Value to, int64_t tiles, int64_t restVectors);
  void emitGroups(Value from, Value to, int64_t vectors);
  /// The weights of a turn, eight bytes a channel, four for each of its planes.
  Values loadWords(Value turnWeights);
  Values loadPixels(Value plane, int64_t vectors, unsigned alignment);
  /// Adds the products of a plane, the first or the second one of a turn.
  Values addPlane(Values sums, ValueRange words, ValueRange pixels,
                  bool isSecond);
  /// All turns of a table; carried are the sums and the weights.
  Values addTable(Value turns, Value table, Values carried, Value from,
                  int64_t vectors);

  HVXEmitter &b;
  HVXConv2DOp op;
  PlanesAttr in, out;
  Value input, weights, parameters, steps, rest, output;
};

} // namespace

Values ConvolutionEmitter::loadWords(Value turnWeights) {
  Values words;
  for (int64_t channel = 0; channel < kGroup; ++channel)
    words.push_back(
        b.load(b.i64, b.at(turnWeights, channel * kTurnBytes), kTurnBytes));
  return words;
}

Values ConvolutionEmitter::loadPixels(Value plane, int64_t vectors,
                                      unsigned alignment) {
  Values pixels;
  for (int64_t v = 0; v < vectors; ++v)
    pixels.push_back(
        b.load(b.vec, b.at(plane, v * kHVXVectorBytes), alignment));
  return pixels;
}

Values ConvolutionEmitter::addPlane(Values sums, ValueRange words,
                                    ValueRange pixels, bool isSecond) {
  auto vectors = static_cast<int64_t>(pixels.size());
  Values halves;
  for (Value word : words) {
    if (isSecond)
      word = b.make<LLVM::LShrOp>(word, b.constant(b.i64, 32));
    halves.push_back(b.truncate(b.i32, word));
  }
  for (int64_t v = 0; v < vectors; ++v)
    for (int64_t channel = 0; channel < kGroup; ++channel) {
      Value &sum = sums[channel * vectors + v];
      sum = b.vector("vrmpybus.acc", {sum, pixels[v], halves[channel]});
    }
  return sums;
}

Values ConvolutionEmitter::addTable(Value turns, Value table, Values carried,
                                    Value from, int64_t vectors) {
  carried.push_back(table);
  return b.loop(turns, carried, [&](ValueRange values) {
    Values next = llvm::to_vector_of<Value>(values);
    Value entry = next.pop_back_val();
    Value turnWeights = next.pop_back_val();
    Value first = b.at(from, b.load(b.i32, entry, 4));
    Value second = b.at(from, b.load(b.i32, b.at(entry, 4), 4));
    Values words = loadWords(turnWeights);
    next = addPlane(next, words, loadPixels(first, vectors, 4), false);
    next = addPlane(next, words, loadPixels(second, vectors, 4), true);
    next.push_back(b.at(turnWeights, kGroup * kTurnBytes));
    next.push_back(b.at(entry, kStepBytes));
    return next;
  });
}

/// All groups of channels of a tile.
void ConvolutionEmitter::emitGroups(Value from, Value to, int64_t vectors) {
  int64_t groups = llvm::divideCeil(out.getChannels(), kGroup);
  HVXRequantizeAttr requantize = op.getRequantize();
  int64_t rows = requantize.getNumRows();
  Values inits = {weights, parameters, to};
  if (rest)
    inits.push_back(rest);
  b.loop(groups, inits, [&](ValueRange group) {
    Value groupWeights = group[0], groupParameters = group[1];
    Values sums;
    for (int64_t channel = 0; channel < kGroup; ++channel) {
      Value bias =
          b.splat(b.load(b.i32, b.at(groupParameters, channel * 4), 4));
      sums.append(vectors, bias);
    }
    Value nextWeights = b.at(groupWeights, op.getTurns() * kGroup * kTurnBytes);
    Value table = rest ? group[3] : Value();
    auto addRest = [&] {
      Value turns = b.load(b.i32, b.at(groupParameters, rows * 16), 4);
      sums.append({nextWeights, table});
      sums = b.when(b.compare(LLVM::ICmpPredicate::ne, turns, b.constant(0)),
                    sums, [&](ValueRange values) {
                      Values next = llvm::to_vector_of<Value>(values);
                      Value entry = next.pop_back_val();
                      return addTable(turns, entry, next, from, vectors);
                    });
      table = sums.pop_back_val();
      nextWeights = sums.pop_back_val();
    };
    // Before a long loop, so that the last turn is rescaled in its own block.
    bool isRestFirst = rest && !steps && int64_t(op.getTurns()) >= kManyTurns;
    if (isRestFirst)
      addRest();
    if (steps) {
      sums.push_back(groupWeights);
      sums = addTable(b.constant(op.getTurns()), steps, sums, from, vectors);
      sums.truncate(kGroup * vectors);
    } else {
      // Few vectors need more than a turn to fill the packets of a loop.
      int64_t together = vectors <= 2 && op.getTurns() % 2 == 0 ? 2 : 1;
      int64_t turnBytes = kGroup * kTurnBytes;
      // An address a plane, so that those of its vectors are immediates.
      Values addresses = {groupWeights};
      for (int64_t plane = 0; plane < 2 * together; ++plane)
        addresses.push_back(b.at(from, plane * in.getPlaneBytes()));
      sums = b.loopAhead(
          op.getTurns() / together, addresses, sums,
          [&](ValueRange places) {
            Values first = loadWords(places[0]);
            first.append(loadPixels(places[1], vectors, kHVXVectorBytes));
            return first;
          },
          [&](Values values, ValueRange places, ValueRange first, bool) {
            Values words = llvm::to_vector_of<Value>(first.take_front(kGroup));
            Values pixels = llvm::to_vector_of<Value>(first.drop_front(kGroup));
            for (int64_t plane = 0; plane < 2 * together; ++plane) {
              if (plane > 0)
                pixels =
                    loadPixels(places[1 + plane], vectors, kHVXVectorBytes);
              if (plane > 0 && plane % 2 == 0)
                words = loadWords(b.at(places[0], plane / 2 * turnBytes));
              values = addPlane(values, words, pixels, plane % 2);
            }
            return values;
          },
          [&](ValueRange places) {
            Values next = {b.step(places[0], together * turnBytes)};
            for (Value plane : places.drop_front())
              next.push_back(b.step(plane, 2 * together * in.getPlaneBytes()));
            return next;
          });
      sums.truncate(kGroup * vectors);
    }
    if (rest && !isRestFirst)
      addRest();
    // Behind a loop over planes pairs take the registers of the last turn.
    ChannelWriter writer(b, requantize, groupParameters,
                         /*inPairs=*/steps || (rest && !isRestFirst));
    SmallVector<Values> byChannel;
    for (int64_t channel = 0; channel < kGroup; ++channel)
      byChannel.emplace_back(ArrayRef(sums).slice(channel * vectors, vectors));
    writer.write(byChannel, group[2]);
    Values next = {nextWeights,
                   b.at(groupParameters, (rows + (rest ? 1 : 0)) * 16),
                   b.at(group[2], out.getPlaneBytes())};
    if (rest)
      next.push_back(table);
    return next;
  });
}

void ConvolutionEmitter::emitFewTurns(Value from, Value to, int64_t tiles,
                                      int64_t restVectors) {
  int64_t groups = llvm::divideCeil(out.getChannels(), kGroup);
  HVXRequantizeAttr requantize = op.getRequantize();
  b.loop(groups, {weights, parameters, to}, [&](ValueRange group) {
    ChannelWriter writer(b, requantize, group[1], /*inPairs=*/true);
    auto emitTile = [&](ValueRange tile, int64_t vectors) {
      SmallVector<Values> planes, sums;
      for (int64_t plane = 0; plane < 2 * int64_t(op.getTurns()); ++plane) {
        Values &pixels = planes.emplace_back();
        for (int64_t v = 0; v < vectors; ++v)
          pixels.push_back(b.load(
              b.vec,
              b.at(tile[0], plane * in.getPlaneBytes() + v * kHVXVectorBytes),
              kHVXVectorBytes));
      }
      // One channel after the other: its rescaling goes with the next one's
      // products.
      for (int64_t channel = 0; channel < kGroup; ++channel) {
        Values &results = sums.emplace_back(vectors, writer.getBias()[channel]);
        for (size_t plane = 0; plane < planes.size(); ++plane) {
          int64_t turn = static_cast<int64_t>(plane / 2);
          Value word =
              b.load(b.i32,
                     b.at(group[0], (turn * kGroup + channel) * kTurnBytes +
                                        static_cast<int64_t>(plane % 2) * 4),
                     4);
          for (int64_t v = 0; v < vectors; ++v)
            results[v] =
                b.vector("vrmpybus.acc", {results[v], planes[plane][v], word});
        }
      }
      writer.write(sums, tile[1]);
      return Values{b.at(tile[0], vectors * kHVXVectorBytes),
                    b.at(tile[1], vectors * kHVXVectorBytes)};
    };
    Values next = {from, group[2]};
    if (tiles > 0)
      next = b.loop(tiles, next, [&](ValueRange tile) {
        return emitTile(tile, kFewVectors);
      });
    if (restVectors > 0)
      emitTile(next, restVectors);
    return Values{b.at(group[0], op.getTurns() * kGroup * kTurnBytes),
                  b.at(group[1], requantize.getNumRows() * 16),
                  b.at(group[2], out.getPlaneBytes())};
  });
}

void ConvolutionEmitter::emit() {
  int64_t all = out.getNumVectors();
  if (hasFewTurns()) {
    constexpr int64_t vectors = kTilesTogether * kFewVectors;
    int64_t left = all % vectors;
    Values next = {input, output};
    if (all >= vectors)
      next = b.loop(all / vectors, next, [&](ValueRange tiles) {
        emitFewTurns(tiles[0], tiles[1], kTilesTogether, 0);
        return Values{b.at(tiles[0], vectors * kHVXVectorBytes),
                      b.at(tiles[1], vectors * kHVXVectorBytes)};
      });
    if (left > 0)
      emitFewTurns(next[0], next[1], left / kFewVectors, left % kFewVectors);
    return;
  }
  Value from = input, to = output;
  for (auto [count, vectors] : getTiles(out.getNumVectors())) {
    int64_t bytes = vectors * kHVXVectorBytes;
    Values next =
        b.loop(count, {from, to}, [&, vectors = vectors](ValueRange tile) {
          emitGroups(tile[0], tile[1], vectors);
          return Values{b.at(tile[0], bytes), b.at(tile[1], bytes)};
        });
    from = next[0];
    to = next[1];
  }
}

void mopt::emitKernel(HVXEmitter &b, HVXConv2DOp op, ArrayRef<Value> pointers) {
  ConvolutionEmitter(b, op, pointers).emit();
  if (op.getBorder())
    emitBorder(b, pointers.back(), op.getOutputPlanes(), *op.getBorder());
}
