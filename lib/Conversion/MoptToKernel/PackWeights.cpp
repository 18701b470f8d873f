//===- PackWeights.cpp - Weights in the order of kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PackWeights.h"

#include "mopt/Dialect/Kernel/IR/DepthwiseSteps.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::TileAttr;

/// A weight is a sum of parts that the operands of the instruction hold: nearly
/// always of one.
static int16_t getPart(int32_t weight, int part, TileAttr tile) {
  int32_t limit = 1 << (tile.getOperandBits() - 1);
  int32_t value = std::clamp(weight, -limit, limit - 1);
  return part == 0 ? value : getPart(weight - value, part - 1, tile);
}

/// How many parts the largest weight has: up to three where 9 bits become 8.
static int getNumParts(const Weights &weights, TileAttr tile) {
  int parts = 1;
  for (int16_t weight : weights.values)
    while (getPart(weight, parts, tile) != 0)
      ++parts;
  return parts;
}

namespace {

/// One round of the instruction for a group of channels.
class StepPacker {
public:
  StepPacker(const Weights &weights, TileAttr tile,
             const kernel::WindowSteps &window)
      : weights(weights), tile(tile), window(window) {}

  int64_t getNumSteps() const { return window.getCount(); }

  /// Appends part `part` of step `step` of the channels from `first` on; true
  /// if there was any.
  bool append(std::vector<int16_t> &packed, int64_t first, int64_t step,
              int part) const {
    bool any = false;
    for (int64_t i = 0; i < tile.getVectors(); ++i)
      for (int64_t lane = 0; lane < tile.getLanes(); ++lane)
        for (int64_t j = 0; j < tile.getDepth(); ++j) {
          int64_t output = first + tile.getChannel(i, lane);
          auto element = window.getElement(step, j);
          int16_t value = 0;
          if (output < weights.outputs && element)
            value = getPart(getWeight(output, *element), part, tile);
          any |= value != 0;
          packed.push_back(value);
        }
    return any;
  }

private:
  int16_t getWeight(int64_t output,
                    kernel::WindowSteps::Element element) const {
    auto [run, at] = element;
    // A run is a tap where dilation parts columns, else a row.
    if (window.runs != weights.rows)
      return weights.at(output, run / weights.columns, run % weights.columns,
                        at);
    return weights.at(output, run, at / weights.depth, at % weights.depth);
  }

  const Weights &weights;
  TileAttr tile;
  kernel::WindowSteps window;
};

} // namespace

PackedWeights mopt::packConvolutionWeights(const Weights &weights,
                                           TileAttr tile,
                                           const kernel::WindowSteps &window) {
  StepPacker packer(weights, tile, window);
  int64_t size = tile.getGroupSize();
  // The code is the same for all groups: what one repeats, all do.
  PackedWeights packed;
  SmallVector<int> parts;
  for (int part = 1; part < getNumParts(weights, tile); ++part)
    for (int64_t step = 0; step < packer.getNumSteps(); ++step) {
      std::vector<int16_t> unused;
      bool any = false;
      for (int64_t first = 0; first < weights.outputs && !any; first += size)
        any = packer.append(unused, first, step, part);
      if (any) {
        packed.repeated.push_back(step);
        parts.push_back(part);
      }
    }
  for (int64_t first = 0; first < weights.outputs; first += size) {
    for (int64_t step = 0; step < packer.getNumSteps(); ++step)
      packer.append(packed.values, first, step, 0);
    for (auto [step, part] : llvm::zip_equal(packed.repeated, parts))
      packer.append(packed.values, first, step, part);
  }
  return packed;
}

/// Appends part `part` of vector `index` of a chunk; true if there was any.
static bool appendVector(std::vector<int16_t> &packed, const Weights &weights,
                         const kernel::DepthwiseSteps &steps,
                         const kernel::Chunk &chunk, int64_t index, int part) {
  TileAttr tile = chunk.tile;
  bool any = false;
  for (int64_t lane = 0; lane < tile.getLanes(); ++lane)
    for (int64_t i = 0; i < tile.getDepth(); ++i) {
      int64_t output =
          chunk.first + tile.getChannel(index % tile.getVectors(), lane);
      auto place = steps.getElement(index / tile.getVectors(), i);
      int16_t value = 0;
      if (output < weights.outputs && place)
        value = getPart(weights.at(output, place->row, place->column, 0), part,
                        tile);
      any |= value != 0;
      packed.push_back(value);
    }
  return any;
}

PackedWeights mopt::packDepthwiseWeights(const Weights &weights,
                                         TileAttr tile) {
  SmallVector<kernel::Chunk> chunks = kernel::getChunks(tile, weights.outputs);
  kernel::DepthwiseSteps steps = {weights.rows, weights.columns,
                                  tile.getDepth()};
  int64_t vectors = steps.getCount() * tile.getVectors();
  PackedWeights packed;
  SmallVector<int> parts;
  for (int part = 1; part < getNumParts(weights, tile); ++part)
    for (int64_t index = 0; index < vectors; ++index) {
      std::vector<int16_t> unused;
      if (llvm::any_of(chunks, [&](const kernel::Chunk &chunk) {
            return appendVector(unused, weights, steps, chunk, index, part);
          })) {
        packed.repeated.push_back(index);
        parts.push_back(part);
      }
    }
  for (const kernel::Chunk &chunk : chunks) {
    for (int64_t index = 0; index < vectors; ++index)
      appendVector(packed.values, weights, steps, chunk, index, 0);
    for (auto [index, part] : llvm::zip_equal(packed.repeated, parts))
      appendVector(packed.values, weights, steps, chunk, index, part);
  }
  return packed;
}
