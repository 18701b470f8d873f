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
  double estimatePlanes(ByteView bytes) const;
  void tryPlanes();
  void tryZeros();
  void tryClasses();
  void consider(Candidate candidate) {
    if (candidate.bytes < best.bytes)
      best = candidate;
  }

  std::string write();
  std::string writePlanes(ByteView bytes);
  std::string writeClasses();
  std::string writeNested(ByteView bytes, TensorLayout inner);

  Bytes &out;
  ByteView data;
  TensorLayout layout;
  size_t count;
  Candidate best;
  Bytes rotated;
  std::optional<Palette> palette;
  NonZeros nonZeros;
};

} // namespace

//===----------------------------------------------------------------------===//
// Choice
//===----------------------------------------------------------------------===//

double TensorEncoder::estimatePlanes(ByteView bytes) const {
  double total = 0.0;
  for (unsigned plane = 0; plane < layout.elementSize; ++plane)
    total += estimateBytes(countBytes(
        layout.elementSize == 1 ? Bytes(bytes.begin(), bytes.end())
                                : takePlane(bytes, layout.elementSize, plane)));
  return total;
}

void TensorEncoder::tryPlanes() {
  consider({TensorForm::Planes, estimatePlanes(data), 0});
  if (!layout.isFloat || layout.elementSize == 1)
    return;
  rotated = rotateElements(data, layout.elementSize, /*back=*/false);
  consider({TensorForm::Exponents, estimatePlanes(rotated), 0});
}

void TensorEncoder::tryZeros() {
  double zeros =
      static_cast<double>(countZeroElements(data, layout.elementSize));
  if (zeros < kManyZeros * static_cast<double>(count))
    return;
  nonZeros = findNonZeros(data, layout.elementSize);
  double elements = estimatePlanes(
      layout.isFloat && layout.elementSize > 1
          ? rotateElements(nonZeros.elements, layout.elementSize, false)
          : nonZeros.elements);
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

void TensorEncoder::tryClasses() {
  if (layout.elementSize != 1 || layout.channels < 2 || layout.inner == 0 ||
      count % (layout.channels * layout.inner) != 0 ||
      count / layout.channels < kChannelWeights)
    return;
  for (unsigned classes = 2;
       classes <= kMaxClasses && classes <= layout.channels; classes *= 2) {
    Bytes ids = classifyChannels(data, layout, classes);
    std::vector<Histogram> histograms(classes, Histogram{});
    forEachRun(data.size(), ids, layout.inner, [&](uint8_t id, uint64_t at) {
      for (uint64_t i = 0; i < layout.inner; ++i)
        ++histograms[id][data[at + i]];
    });
    double bytes = estimateBytes(countBytes(ids)) + 8.0;
    for (const Histogram &histogram : histograms)
      bytes += estimateBytes(histogram) + 4.0;
    consider({TensorForm::Classes, bytes, classes});
  }
}

std::string TensorEncoder::run() {
  tryPlanes();
  if (layout.elementSize > 1)
    palette = findPalette(data, layout.elementSize);
  if (palette)
    consider({TensorForm::Palette,
              static_cast<double>(palette->colors.size()) +
                  estimateBytes(countBytes(palette->indices)),
              0});
  tryZeros();
  tryClasses();
  if (best.form == TensorForm::Planes || data.size() > kSmallTensor)
    return write();
  // Strings are no part of the estimates: they are tried.
  size_t start = out.size();
  std::string name = write();
  Bytes chosen(out.begin() + start, out.end());
  out.resize(start);
  best.form = TensorForm::Planes;
  std::string planes = write();
  if (out.size() - start <= chosen.size())
    return planes;
  out.resize(start);
  writeBytes(out, chosen);
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

std::string TensorEncoder::writePlanes(ByteView bytes) {
  std::string names;
  for (unsigned plane = 0; plane < layout.elementSize; ++plane) {
    ByteCode code =
        layout.elementSize == 1
            ? encodeBytes(out, bytes)
            : encodeBytes(out, takePlane(bytes, layout.elementSize, plane));
    names += (plane ? "+" : "") + getName(code);
  }
  return names;
}

std::string TensorEncoder::writeNested(ByteView bytes, TensorLayout inner) {
  return encodeTensor(out, bytes, inner);
}

std::string TensorEncoder::writeClasses() {
  Bytes ids = classifyChannels(data, layout, best.classes);
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

std::string TensorEncoder::write() {
  out.push_back(static_cast<uint8_t>(best.form));
  out.push_back(static_cast<uint8_t>(layout.elementSize));
  TensorLayout elements = layout;
  elements.channels = elements.inner = 1;
  switch (best.form) {
  case TensorForm::Planes:
    return writePlanes(data);
  case TensorForm::Exponents:
    return "exponents, " + writePlanes(rotated);
  case TensorForm::Palette: {
    writeVarint(out, palette->colors.size() / layout.elementSize);
    encodeBytes(out, palette->colors);
    TensorLayout bytes = layout;
    bytes.elementSize = 1;
    bytes.isFloat = false;
    return "palette, " + writeNested(palette->indices, bytes);
  }
  case TensorForm::Bitmap:
    writeVarint(out, nonZeros.elements.size() / layout.elementSize);
    encodeBytes(out, nonZeros.mask);
    return "bitmap, " + writeNested(nonZeros.elements, elements);
  case TensorForm::Gaps:
    writeVarint(out, nonZeros.elements.size() / layout.elementSize);
    writeVarint(out, nonZeros.gaps.size());
    encodeBytes(out, nonZeros.gaps);
    return "gaps, " + writeNested(nonZeros.elements, elements);
  case TensorForm::Classes:
    return writeClasses();
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

using MutableBytes = llvm::MutableArrayRef<uint8_t>;

static bool decodeNested(ByteReader &in, MutableBytes data, unsigned depth);

static bool decodePlanes(ByteReader &in, MutableBytes data, unsigned size) {
  if (size == 1)
    return decodeBytes(in, data);
  Bytes plane(data.size() / size);
  for (unsigned i = 0; i < size; ++i) {
    if (!decodeBytes(in, plane))
      return false;
    putPlane(data, size, i, plane);
  }
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
  for (size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] >= colors)
      return false;
    std::copy_n(table.begin() + indices[i] * size, size,
                data.begin() + i * size);
  }
  return true;
}

/// Places `elements` where `next` says, from the last index on.
template <typename Next>
static bool placeElements(MutableBytes data, unsigned size, ByteView elements,
                          Next next) {
  llvm::fill(data, 0);
  for (size_t i = 0; i < elements.size() / size; ++i) {
    std::optional<size_t> index = next();
    if (!index || *index >= data.size() / size)
      return false;
    std::copy_n(elements.begin() + i * size, size,
                data.begin() + *index * size);
  }
  return true;
}

static bool decodeBitmap(ByteReader &in, MutableBytes data, unsigned size,
                         unsigned depth) {
  uint64_t count = in.readVarint();
  if (count > data.size() / size)
    return false;
  Bytes mask((data.size() / size + 7) / 8), elements(count * size);
  if (!decodeBytes(in, mask) || !decodeNested(in, elements, depth))
    return false;
  size_t at = 0;
  return placeElements(data, size, elements, [&]() -> std::optional<size_t> {
    for (; at < 8 * mask.size(); ++at)
      if (mask[at / 8] >> (at % 8) & 1)
        return at++;
    return std::nullopt;
  });
}

static bool decodeGaps(ByteReader &in, MutableBytes data, unsigned size,
                       unsigned depth) {
  uint64_t count = in.readVarint(), steps = in.readVarint();
  uint64_t all = data.size() / size;
  if (count > all || steps > count + all / 255)
    return false;
  Bytes gaps(steps), elements(count * size);
  if (!decodeBytes(in, gaps) || !decodeNested(in, elements, depth))
    return false;
  size_t step = 0, at = 0;
  return placeElements(data, size, elements, [&]() -> std::optional<size_t> {
    for (; step < gaps.size(); at += 255, ++step)
      if (gaps[step] != 255) {
        at += gaps[step++];
        return at++;
      }
    return std::nullopt;
  });
}

static bool decodeClasses(ByteReader &in, MutableBytes data, unsigned size) {
  uint64_t channels = in.readVarint(), inner = in.readVarint();
  unsigned classes = in.readByte();
  if (size != 1 || in.failed() || channels == 0 || inner == 0 || classes == 0 ||
      channels > data.size() || inner > data.size() / channels ||
      data.size() % (channels * inner) != 0)
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
    return decodePlanes(in, data, size);
  case TensorForm::Exponents: {
    if (!decodePlanes(in, data, size))
      return false;
    llvm::copy(rotateElements(data, size, /*back=*/true), data.begin());
    return true;
  }
  case TensorForm::Palette:
    return decodePalette(in, data, size, depth - 1);
  case TensorForm::Bitmap:
    return decodeBitmap(in, data, size, depth - 1);
  case TensorForm::Gaps:
    return decodeGaps(in, data, size, depth - 1);
  case TensorForm::Classes:
    return decodeClasses(in, data, size);
  }
  return false;
}

bool mopt::decodeTensor(ByteReader &in, MutableBytes data) {
  return decodeNested(in, data, kMaxDepth);
}
