//===- TensorDecoder.cpp - Weights from the form that they have -----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What is stored is read where it lies; what is decoded has memory that nobody
// filled before.

#include "TensorCoder.h"

#include "TensorForms.h"
#include "llvm/ADT/STLExtras.h"

#include <array>
#include <cstring>

using namespace mlir;
using namespace mlir::mopt;

/// A palette of the elements that are not zero holds bytes: that is the
/// deepest.
static constexpr unsigned kMaxDepth = 4;

static bool decodeNested(ByteReader &in, MutableBytes data, unsigned depth);

static bool decodePlanes(ByteReader &in, MutableBytes data, unsigned size,
                         bool rotated) {
  if (size == 1 && !rotated)
    return decodeBytes(in, data);
  std::array<std::optional<Buffer>, 8> storage;
  std::vector<ByteView> planes;
  for (unsigned plane = 0; plane < size; ++plane) {
    std::optional<ByteView> bytes =
        viewBytes(in, data.size() / size, storage[plane]);
    if (!bytes)
      return false;
    planes.push_back(*bytes);
  }
  joinPlanes(data, planes, rotated);
  return true;
}

static bool decodePalette(ByteReader &in, MutableBytes data, unsigned size,
                          unsigned depth) {
  uint64_t colors = in.readVarint();
  if (colors > 256)
    return false;
  Bytes table(colors * size);
  Buffer indices(data.size() / size);
  if (!decodeBytes(in, table) || !decodeNested(in, indices, depth))
    return false;
  if (llvm::any_of(ByteView(indices),
                   [&](uint8_t index) { return index >= colors; }))
    return false;
  if (indices.size() == 0)
    return true;
  visitElementType(size, [&](auto zero) {
    using T = decltype(zero);
    std::vector<T> values(colors);
    std::memcpy(values.data(), table.data(), table.size());
    for (size_t i = 0; i < indices.size(); ++i)
      std::memcpy(data.data() + i * sizeof(T), &values[indices.data()[i]],
                  sizeof(T));
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
  std::optional<Buffer> storage;
  std::optional<ByteView> mask =
      viewBytes(in, (data.size() / size + 7) / 8, storage);
  if (!mask)
    return false;
  Buffer elements(count * size);
  return decodeNested(in, elements, depth) &&
         placeByMask(data, size, elements, *mask);
}

static bool decodeGaps(ByteReader &in, MutableBytes data, unsigned size,
                       unsigned depth) {
  uint64_t count = in.readVarint(), steps = in.readVarint();
  uint64_t all = data.size() / size;
  if (count > all || steps > count + all / 255)
    return false;
  std::optional<Buffer> storage;
  std::optional<ByteView> gaps = viewBytes(in, steps, storage);
  if (!gaps)
    return false;
  Buffer elements(count * size);
  return decodeNested(in, elements, depth) &&
         placeByGaps(data, size, elements, *gaps);
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
