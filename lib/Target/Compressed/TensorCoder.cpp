//===- TensorCoder.cpp - Weights by the form that makes them smallest -----*-
// C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Forms are compared by the entropy of what they leave to code, and one is then
// coded. A form holds bytes, or another tensor: the elements that are not zero,
// the indices of a palette.

#include "TensorCoder.h"

#include "TensorForms.h"
#include "llvm/ADT/STLExtras.h"

#include <cstring>
#include <limits>

using namespace mlir;
using namespace mlir::mopt;

/// Fewer zeros are not worth a map of them.
static constexpr double kManyZeros = 1.0 / 16.0;
/// Channels with fewer weights have no distribution of their own.
static constexpr uint64_t kChannelWeights = 16;
static constexpr unsigned kMaxClasses = 16;
/// Up to this size strings are looked for in any case.
static constexpr size_t kSmallTensor = 1 << 16;
/// A palette of the elements that are not zero holds bytes: that is the
/// deepest.
static constexpr unsigned kMaxDepth = 4;
/// Tensors that take more binary decisions have no contexts: these take some
/// 50 ns each to read.
static constexpr uint64_t kMostDecisions = uint64_t(1) << 22;
/// So many decisions are no delay; more of them have to save a bit in so many,
/// and such a part of the tensor.
static constexpr uint64_t kFreeDecisions = 1 << 16, kDecisionsPerBit = 256;
static constexpr double kContextsSave = 0.015;
/// Of large tensors a form that takes longer to read has to be so much smaller.
static constexpr double kWorth = 0.997;

namespace {

/// A form that was tried.
struct Candidate {
  TensorForm form = TensorForm::Planes;
  double bytes = std::numeric_limits<double>::infinity();
  /// Classes of channels.
  unsigned classes = 0;
};

class TensorEncoder {
public:
  TensorEncoder(Bytes &out, ByteView data, TensorLayout layout)
      : out(out), data(data), layout(layout),
        count(data.size() / layout.elementSize) {}

  std::string run();

private:
  /// Of the better one of both forms of planes.
  double estimatePlanes(ByteView bytes, unsigned elementSize) const;
  void tryPlanes();
  void tryPalette();
  bool hasChannels() const;
  void tryChannelPalettes();
  void tryZeros();
  void tryClasses();
  void consider(Candidate candidate) {
    double worth = data.size() > kSmallTensor ? kWorth : 1.0;
    if (candidate.bytes < best.bytes * worth)
      best = candidate;
  }

  std::string write();
  std::string writePlanes(bool rotated);
  std::string writeClasses();
  TensorLayout getIndexLayout() const;

  Bytes &out;
  ByteView data;
  TensorLayout layout;
  size_t count;
  Candidate best;
  std::optional<Palette> palette;
  std::optional<ChannelPalettes> channelPalettes;
  NonZeros nonZeros;
  /// Of the most classes.
  Bytes classes;
};

} // namespace

//===----------------------------------------------------------------------===//
// Choice
//===----------------------------------------------------------------------===//

static double estimate(llvm::ArrayRef<Histogram> histograms) {
  double total = 0.0;
  for (const Histogram &histogram : histograms)
    total += estimateBytes(histogram);
  return total;
}

double TensorEncoder::estimatePlanes(ByteView bytes,
                                     unsigned elementSize) const {
  double plain = estimate(countPlanes(bytes, elementSize, /*rotated=*/false));
  if (!layout.isFloat || elementSize == 1)
    return plain;
  return std::min(plain,
                  estimate(countPlanes(bytes, elementSize, /*rotated=*/true)));
}

void TensorEncoder::tryPlanes() {
  consider({TensorForm::Planes,
            estimate(countPlanes(data, layout.elementSize, false)), 0});
  if (layout.isFloat && layout.elementSize > 1)
    consider({TensorForm::Exponents,
              estimate(countPlanes(data, layout.elementSize, true)), 0});
}

void TensorEncoder::tryPalette() {
  if (layout.elementSize > 1)
    palette = findPalette(data, layout.elementSize);
  if (palette)
    consider({TensorForm::Palette,
              static_cast<double>(palette->colors.size()) +
                  estimateBytes(countBytes(palette->indices)),
              0});
}

bool TensorEncoder::hasChannels() const {
  return count != 0 && layout.channels >= 2 && layout.inner != 0 &&
         count % (layout.channels * layout.inner) == 0;
}

void TensorEncoder::tryChannelPalettes() {
  // One palette costs less than many.
  if (layout.elementSize == 1 || palette || !hasChannels())
    return;
  channelPalettes = findChannelPalettes(data, layout);
  if (channelPalettes)
    consider({TensorForm::ChannelPalettes,
              static_cast<double>(channelPalettes->colors.size()) +
                  estimateBytes(countBytes(channelPalettes->indices)),
              0});
}

void TensorEncoder::tryZeros() {
  double zeros =
      static_cast<double>(countZeroElements(data, layout.elementSize));
  if (zeros < kManyZeros * static_cast<double>(count))
    return;
  nonZeros = findNonZeros(data, layout.elementSize);
  double elements = estimatePlanes(nonZeros.elements, layout.elementSize);
  if (layout.elementSize > 1)
    if (std::optional<Palette> colors =
            findPalette(nonZeros.elements, layout.elementSize))
      elements =
          std::min(elements, static_cast<double>(colors->colors.size()) +
                                 estimateBytes(countBytes(colors->indices)));
  consider({TensorForm::Bitmap,
            elements + estimateBytes(countBytes(nonZeros.mask)), 0});
  consider({TensorForm::Gaps,
            elements + estimateBytes(countBytes(nonZeros.gaps)), 0});
}

/// Bytes that take longer to count one by one than four at a time and to add.
static constexpr size_t kLongRun = 1024;

void TensorEncoder::tryClasses() {
  if (layout.elementSize != 1 || !hasChannels() ||
      count / layout.channels < kChannelWeights)
    return;
  classes = classifyChannels(data, layout, kMaxClasses);
  std::vector<Histogram> histograms(kMaxClasses, Histogram{});
  forEachRun(data.size(), classes, layout.inner, [&](uint8_t id, uint64_t at) {
    Histogram &histogram = histograms[id];
    ByteView run = data.slice(at, layout.inner);
    if (run.size() < kLongRun) {
      for (uint8_t byte : run)
        ++histogram[byte];
      return;
    }
    for (auto [sum, bytes] : llvm::zip_equal(histogram, countBytes(run)))
      sum += bytes;
  });
  Bytes ids = classes;
  for (unsigned size = kMaxClasses; size >= 2; size /= 2) {
    double bytes = estimateBytes(countBytes(ids)) + 8.0 + 4.0 * size;
    consider({TensorForm::Classes, bytes + estimate(histograms), size});
    // Neighbours become one class.
    for (unsigned i = 0; i < size / 2; ++i) {
      Histogram sum = histograms[2 * i];
      for (unsigned symbol = 0; symbol < 256; ++symbol)
        sum[symbol] += histograms[2 * i + 1][symbol];
      histograms[i] = sum;
    }
    histograms.resize(size / 2);
    for (uint8_t &id : ids)
      id /= 2;
  }
}

/// The bytes of `coded` that so many decisions have to save.
static double getWorth(uint64_t decisions, size_t coded) {
  if (decisions <= kFreeDecisions)
    return 0.0;
  return std::max(static_cast<double>(decisions) / (8.0 * kDecisionsPerBit),
                  kContextsSave * static_cast<double>(coded));
}

std::string TensorEncoder::run() {
  tryPlanes();
  tryPalette();
  tryChannelPalettes();
  tryZeros();
  tryClasses();
  size_t start = out.size();
  std::string name = write();
  auto attempt = [&](TensorForm form, double worth) {
    if (best.form == form)
      return;
    Bytes before(out.begin() + start, out.end());
    out.resize(start);
    Candidate old = best;
    best.form = form;
    std::string made = write();
    if (static_cast<double>(out.size() - start) + worth <
        static_cast<double>(before.size())) {
      name = made;
      return;
    }
    best = old;
    out.resize(start);
    writeBytes(out, before);
  };
  // Strings are no part of the estimates: they are tried.
  if (data.size() <= kSmallTensor)
    attempt(TensorForm::Planes, 0.0);
  // Nor are contexts.
  if (layout.matrix.columns == 0)
    return name;
  ByteView symbols = layout.elementSize == 1 ? data
                     : palette               ? ByteView(palette->indices)
                                             : ByteView();
  uint64_t decisions = countDecisions(symbols);
  if (!symbols.empty() && decisions <= kMostDecisions)
    attempt(palette ? TensorForm::Palette : TensorForm::Contexts,
            getWorth(decisions, out.size() - start));
  return name;
}

//===----------------------------------------------------------------------===//
// Bytes
//===----------------------------------------------------------------------===//

static std::string getName(ByteCode code) {
  switch (code) {
  case ByteCode::Stored:
    return "stored";
  case ByteCode::Repeated:
    return "repeated";
  case ByteCode::Huffman:
    return "huffman";
  case ByteCode::Rans:
    return "rans";
  case ByteCode::Lzma:
    return "lzma";
  }
  return "";
}

std::string TensorEncoder::writePlanes(bool rotated) {
  if (layout.elementSize == 1)
    return getName(encodeBytes(out, data));
  std::string names;
  for (const Bytes &plane : takePlanes(data, layout.elementSize, rotated))
    names += (names.empty() ? "" : "+") + getName(encodeBytes(out, plane));
  return names;
}

std::string TensorEncoder::writeClasses() {
  Bytes ids = classes;
  for (uint8_t &id : ids)
    id = static_cast<uint8_t>(id * best.classes / kMaxClasses);
  writeVarint(out, layout.channels);
  writeVarint(out, layout.inner);
  out.push_back(static_cast<uint8_t>(best.classes));
  encodeBytes(out, ids);
  std::vector<Bytes> streams(best.classes);
  forEachRun(data.size(), ids, layout.inner, [&](uint8_t id, uint64_t at) {
    writeBytes(streams[id], data.slice(at, layout.inner));
  });
  for (const Bytes &stream : streams)
    encodeBytes(out, stream, StringSearch::None);
  return std::to_string(best.classes) + " classes";
}

/// The layout of the indices of palettes.
TensorLayout TensorEncoder::getIndexLayout() const {
  TensorLayout bytes = layout;
  bytes.elementSize = 1;
  bytes.isFloat = false;
  return bytes;
}

std::string TensorEncoder::write() {
  out.push_back(static_cast<uint8_t>(best.form));
  out.push_back(static_cast<uint8_t>(layout.elementSize));
  TensorLayout elements = layout;
  elements.channels = elements.inner = 1;
  elements.matrix = {};
  switch (best.form) {
  case TensorForm::Planes:
    return writePlanes(/*rotated=*/false);
  case TensorForm::Exponents:
    return "exponents, " + writePlanes(/*rotated=*/true);
  case TensorForm::Palette:
    writeVarint(out, palette->colors.size() / layout.elementSize);
    encodeBytes(out, palette->colors);
    return "palette, " + encodeTensor(out, palette->indices, getIndexLayout());
  case TensorForm::ChannelPalettes:
    writeVarint(out, layout.channels);
    writeVarint(out, layout.inner);
    encodeBytes(out, channelPalettes->sizes);
    encodeTensor(out, channelPalettes->colors, elements);
    return "channel palettes, " +
           encodeTensor(out, channelPalettes->indices, getIndexLayout());
  case TensorForm::Bitmap:
    writeVarint(out, nonZeros.elements.size() / layout.elementSize);
    encodeBytes(out, nonZeros.mask);
    return "bitmap, " + encodeTensor(out, nonZeros.elements, elements);
  case TensorForm::Gaps:
    writeVarint(out, nonZeros.elements.size() / layout.elementSize);
    writeVarint(out, nonZeros.gaps.size());
    encodeBytes(out, nonZeros.gaps);
    return "gaps, " + encodeTensor(out, nonZeros.elements, elements);
  case TensorForm::Classes:
    return writeClasses();
  case TensorForm::Contexts: {
    Bytes code = encodeContexts(data, layout.matrix);
    writeVarint(out, layout.matrix.columns);
    writeVarint(out, layout.matrix.period);
    writeVarint(out, code.size());
    writeBytes(out, code);
    return "contexts";
  }
  }
  return "";
}

std::string mopt::encodeTensor(Bytes &out, ByteView data, TensorLayout layout) {
  if (layout.elementSize == 0 || data.size() % layout.elementSize != 0)
    layout = {};
  return TensorEncoder(out, data, layout).run();
}

//===----------------------------------------------------------------------===//
// Decoder
//===----------------------------------------------------------------------===//

static bool decodeNested(ByteReader &in, MutableBytes data, unsigned depth);

static bool decodePlanes(ByteReader &in, MutableBytes data, unsigned size,
                         bool rotated) {
  if (size == 1 && !rotated)
    return decodeBytes(in, data);
  std::vector<Bytes> planes(size, Bytes(data.size() / size));
  for (Bytes &plane : planes)
    if (!decodeBytes(in, plane))
      return false;
  joinPlanes(data, planes, rotated);
  return true;
}

static bool decodePalette(ByteReader &in, MutableBytes data, unsigned size,
                          unsigned depth) {
  uint64_t colors = in.readVarint();
  if (colors > 256)
    return false;
  Bytes table(colors * size), indices(data.size() / size);
  if (!decodeBytes(in, table) || !decodeNested(in, indices, depth))
    return false;
  if (llvm::any_of(indices, [&](uint8_t index) { return index >= colors; }))
    return false;
  if (indices.empty())
    return true;
  visitElementType(size, [&](auto zero) {
    using T = decltype(zero);
    std::vector<T> values(colors);
    std::memcpy(values.data(), table.data(), table.size());
    for (size_t i = 0; i < indices.size(); ++i)
      std::memcpy(data.data() + i * sizeof(T), &values[indices[i]], sizeof(T));
  });
  return true;
}

/// The channels of a tensor of `count` elements; false where they do not share
/// them evenly.
static bool readChannels(ByteReader &in, uint64_t count, uint64_t &channels,
                         uint64_t &inner) {
  channels = in.readVarint();
  inner = in.readVarint();
  return !in.failed() && channels != 0 && inner != 0 && channels <= count &&
         inner <= count / channels && count % (channels * inner) == 0;
}

static bool decodeChannelPalettes(ByteReader &in, MutableBytes data,
                                  unsigned size, unsigned depth) {
  uint64_t channels, inner, count = data.size() / size;
  if (!readChannels(in, count, channels, inner))
    return false;
  ChannelPalettes palettes;
  palettes.sizes.resize(channels);
  if (!decodeBytes(in, palettes.sizes))
    return false;
  uint64_t colors = channels;
  for (uint8_t others : palettes.sizes)
    colors += others;
  // No writer makes more, and memory is for honest files.
  if (colors > count)
    return false;
  palettes.colors.resize(colors * size);
  palettes.indices.resize(count);
  return decodeNested(in, palettes.colors, depth) &&
         decodeNested(in, palettes.indices, depth) &&
         applyChannelPalettes(data, size, palettes, inner);
}

static bool decodeBitmap(ByteReader &in, MutableBytes data, unsigned size,
                         unsigned depth) {
  uint64_t count = in.readVarint();
  if (count > data.size() / size)
    return false;
  Bytes mask((data.size() / size + 7) / 8), elements(count * size);
  return decodeBytes(in, mask) && decodeNested(in, elements, depth) &&
         placeByMask(data, size, elements, mask);
}

static bool decodeGaps(ByteReader &in, MutableBytes data, unsigned size,
                       unsigned depth) {
  uint64_t count = in.readVarint(), steps = in.readVarint();
  uint64_t all = data.size() / size;
  if (count > all || steps > count + all / 255)
    return false;
  Bytes gaps(steps), elements(count * size);
  return decodeBytes(in, gaps) && decodeNested(in, elements, depth) &&
         placeByGaps(data, size, elements, gaps);
}

static bool decodeClasses(ByteReader &in, MutableBytes data, unsigned size) {
  uint64_t channels, inner;
  if (size != 1 || !readChannels(in, data.size(), channels, inner))
    return false;
  unsigned classes = in.readByte();
  if (in.failed() || classes == 0)
    return false;
  Bytes ids(channels);
  if (!decodeBytes(in, ids) ||
      llvm::any_of(ids, [&](uint8_t id) { return id >= classes; }))
    return false;
  std::vector<Bytes> streams(classes);
  uint64_t runs = data.size() / (channels * inner);
  for (uint8_t id : ids)
    streams[id].resize(streams[id].size() + runs * inner);
  for (Bytes &stream : streams)
    if (!decodeBytes(in, stream))
      return false;
  std::vector<size_t> next(classes, 0);
  forEachRun(data.size(), ids, inner, [&](uint8_t id, uint64_t at) {
    std::copy_n(streams[id].begin() + next[id], inner, data.begin() + at);
    next[id] += inner;
  });
  return true;
}

static bool decodeNested(ByteReader &in, MutableBytes data, unsigned depth) {
  auto form = static_cast<TensorForm>(in.readByte());
  unsigned size = in.readByte();
  if (in.failed() || depth == 0 ||
      !llvm::is_contained({1u, 2u, 4u, 8u}, size) || data.size() % size != 0)
    return false;
  switch (form) {
  case TensorForm::Planes:
    return decodePlanes(in, data, size, /*rotated=*/false);
  case TensorForm::Exponents:
    return decodePlanes(in, data, size, /*rotated=*/true);
  case TensorForm::Palette:
    return decodePalette(in, data, size, depth - 1);
  case TensorForm::ChannelPalettes:
    return decodeChannelPalettes(in, data, size, depth - 1);
  case TensorForm::Bitmap:
    return decodeBitmap(in, data, size, depth - 1);
  case TensorForm::Gaps:
    return decodeGaps(in, data, size, depth - 1);
  case TensorForm::Classes:
    return decodeClasses(in, data, size);
  case TensorForm::Contexts: {
    MatrixShape shape;
    shape.columns = in.readVarint();
    shape.period = in.readVarint();
    ByteView code = in.readBytes(in.readVarint());
    return size == 1 && !in.failed() && decodeContexts(code, data, shape);
  }
  }
  return false;
}

bool mopt::decodeTensor(ByteReader &in, MutableBytes data) {
  return decodeNested(in, data, kMaxDepth);
}
