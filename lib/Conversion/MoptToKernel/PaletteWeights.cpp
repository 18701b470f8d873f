//===- PaletteWeights.cpp - Weights of few values -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PaletteWeights.h"

#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;
using kernel::DotKind;
using kernel::kCompressedLanes;
using kernel::TileAttr;

/// Dense weights of fewer bytes stay in the second cache of a core, from where
/// they come about as fast as they are looked up.
static constexpr int64_t kCacheBytes = 1 << 20;
/// Outputs side by side: chains of sums that do not wait, which share inputs.
static constexpr int64_t kOutputs = 8;
/// In sixteenths of a cycle: 16 weights, and adding up the lanes of an output.
static constexpr int64_t kLookupCost = 24;
static constexpr int64_t kOutputCost = 16 * 16;

namespace {

/// The values of some weights, told apart by their bits: zeros by their sign,
/// NaNs by what they carry.
class Palette {
public:
  /// False if there are more values than `size`.
  bool collect(ArrayRef<float> weights, size_t size) {
    uint32_t last = 0;
    for (float weight : weights) {
      auto bits = llvm::bit_cast<uint32_t>(weight);
      if (!values.empty() && bits == last)
        continue;
      last = bits;
      auto place = llvm::lower_bound(values, bits);
      if (place != values.end() && *place == bits)
        continue;
      if (values.size() == size)
        return false;
      values.insert(place, bits);
    }
    return true;
  }

  size_t size() const { return values.size(); }
  uint32_t find(float weight) const {
    return llvm::lower_bound(values, llvm::bit_cast<uint32_t>(weight)) -
           values.begin();
  }
  /// Completes the palette with zeros.
  SmallVector<float> getEntries(size_t size) const {
    SmallVector<float> entries;
    for (uint32_t bits : values)
      entries.push_back(llvm::bit_cast<float>(bits));
    entries.resize(size);
    return entries;
  }

private:
  SmallVector<uint32_t, 32> values;
};

} // namespace

/// One palette, or one for each output: as few bits as suffice, rather than as
/// few palettes. None if there are more values than an instruction finds.
static SmallVector<Palette> findPalettes(ArrayRef<float> weights,
                                         int64_t outputs, int64_t &bits) {
  for (int64_t tried : {4, 8}) {
    bits = tried;
    size_t size = bits == 4 ? 16 : 32, inputs = weights.size() / outputs;
    SmallVector<Palette> palettes(1);
    if (palettes[0].collect(weights, size))
      return palettes;
    palettes.assign(outputs, Palette());
    bool fits = true;
    for (int64_t i = 0; i < outputs && fits; ++i)
      fits = palettes[i].collect(weights.slice(i * inputs, inputs), size);
    if (fits)
      return palettes;
  }
  return {};
}

std::optional<PaletteWeights>
mopt::choosePaletteWeights(const FloatLayer &layer, const KernelTarget &target,
                           DotKind dot) {
  const Layer &sizes = layer.sizes;
  const LayerDim &columns = sizes.columns;
  int64_t outputs = sizes.weights.outputs, inputs = sizes.channels;
  if (!target.looksUp || dot != DotKind::FMA || sizes.isDepthwise ||
      sizes.rows.taps != 1 || columns.taps != 1 || sizes.batches != 1 ||
      sizes.rows.output != 1 || columns.output != 1 || columns.input != 1 ||
      sizes.rows.input != 1 || sizes.isPadded() ||
      outputs * inputs * static_cast<int64_t>(sizeof(float)) <= kCacheBytes)
    return std::nullopt;
  PaletteWeights packed;
  SmallVector<Palette> palettes =
      findPalettes(layer.weights, outputs, packed.bits);
  if (palettes.empty())
    return std::nullopt;
  size_t size = packed.bits == 4 ? 16 : 32;
  int64_t perWord = 32 / packed.bits;
  int64_t blocks = llvm::divideCeil(inputs, perWord * kCompressedLanes);
  packed.indices.resize(outputs * blocks * kCompressedLanes);
  packed.cost = 0;
  for (int64_t output = 0; output < outputs; ++output) {
    const Palette &palette = palettes[palettes.size() == 1 ? 0 : output];
    SmallVector<float> entries = palette.getEntries(size);
    if (output == 0 || palettes.size() != 1)
      llvm::append_range(packed.palettes, entries);
    auto idle =
        llvm::find_if(entries, [](float x) { return std::isfinite(x); });
    if (idle == entries.end())
      return std::nullopt;
    for (int64_t input = 0; input < blocks * perWord * kCompressedLanes;
         ++input) {
      uint32_t index =
          input < inputs ? palette.find(layer.weights[output * inputs + input])
                         : idle - entries.begin();
      int64_t vector = input / kCompressedLanes;
      int64_t word = (output * blocks + vector / perWord) * kCompressedLanes +
                     input % kCompressedLanes;
      uint32_t all = packed.indices[word];
      packed.indices[word] =
          static_cast<int32_t>(all | index << (vector % perWord * packed.bits));
    }
    packed.cost +=
        kOutputCost + llvm::divideCeil(inputs, kCompressedLanes) * kLookupCost;
  }
  packed.tile = TileAttr::get(sizes.op->getContext(), dot, kCompressedLanes,
                              std::min(kOutputs, outputs), /*pixels=*/1,
                              /*pack=*/1);
  return packed;
}
