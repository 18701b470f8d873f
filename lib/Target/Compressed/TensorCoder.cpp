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
/// Tensors that take more binary decisions have no contexts: these take some
/// 50 ns each to read.
static constexpr uint64_t kMostDecisions = uint64_t(1) << 22;
/// So many decisions are no delay; more of them have to save a bit in so many,
/// and such a part of the tensor.
static constexpr uint64_t kFreeDecisions = 1 << 16, kDecisionsPerBit = 256;
static constexpr double kContextsSave = 0.015;
/// Of large tensors a form that takes longer to read has to be so much smaller.
static constexpr double kWorth = 0.997;
/// Of tensors from this size on a part, a run of every eight, tells whether one
/// form is clearly better than another, by more than this; then the other one
/// is not counted.
static constexpr size_t kSampledTensor = 1 << 20;
static constexpr size_t kSampledRun = 1 << 16, kSampledStep = 8;
static constexpr double kClear = 0.99;
/// Bytes that take longer to count one by one than four at a time and to add.
static constexpr size_t kLongRun = 1024;
/// Channels with such runs are counted one by one, in less memory than they
/// take.
static constexpr uint64_t kLongChannel = 2048;

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
  /// Of bytes that were counted.
  TensorEncoder(Bytes &out, ByteView data, TensorLayout layout,
                const Histogram &counted)
      : TensorEncoder(out, data, layout) {
    planeCounts = {counted};
  }

  std::string run();

private:
  /// Of the better one of both forms of planes.
  double estimatePlanes(ByteView bytes, unsigned elementSize) const;
  void countChannelsOnce();
  void tryPlanes();
  void tryPalette();
  bool hasChannels() const;
  void tryChannelPalettes();
  void tryZeros();
  double estimateNonZeros(uint64_t zeros);
  bool hasGaps() const;
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
  /// How often bytes occur in each plane, if that was asked for.
  std::vector<Histogram> planeCounts, rotatedCounts;
  std::vector<RunHistogram> channelCounts;
  std::optional<Palette> palette;
  Histogram indexCounts;
  std::optional<ChannelPalettes> channelPalettes;
  std::optional<NonZeros> nonZeros;
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

/// Runs of `data` that tell of all of it.
static Bytes takeSample(ByteView data) {
  Bytes sample;
  for (; !data.empty(); data = data.drop_front(
                            std::min(data.size(), kSampledStep * kSampledRun)))
    writeBytes(sample, data.take_front(kSampledRun));
  return sample;
}

/// Histograms of long channels are those of everything, too.
void TensorEncoder::countChannelsOnce() {
  if (layout.elementSize != 1 || !hasChannels() ||
      layout.inner < kLongChannel ||
      count / layout.channels > std::numeric_limits<uint32_t>::max())
    return;
  channelCounts = countChannels(data, layout);
  planeCounts = {Histogram{}};
  for (const RunHistogram &channel : channelCounts)
    for (auto [sum, bytes] : llvm::zip_equal(planeCounts[0], channel))
      sum += bytes;
}

void TensorEncoder::tryPlanes() {
  countChannelsOnce();
  bool canRotate = layout.isFloat && layout.elementSize > 1;
  bool isPlain = true, isRotated = canRotate;
  if (canRotate && data.size() >= kSampledTensor) {
    Bytes sample = takeSample(data);
    double plain = estimate(countPlanes(sample, layout.elementSize, false));
    double rotated = estimate(countPlanes(sample, layout.elementSize, true));
    isPlain = rotated > plain * kClear;
    isRotated = plain > rotated * kClear;
  }
  if (isPlain) {
    if (planeCounts.empty())
      planeCounts = countPlanes(data, layout.elementSize, false);
    consider({TensorForm::Planes, estimate(planeCounts), 0});
  }
  if (isRotated) {
    rotatedCounts = countPlanes(data, layout.elementSize, true);
    consider({TensorForm::Exponents, estimate(rotatedCounts), 0});
  }
}

void TensorEncoder::tryPalette() {
  if (!palette)
    return;
  indexCounts = countBytes(palette->indices);
  consider(
      {TensorForm::Palette,
       static_cast<double>(palette->colors.size()) + estimateBytes(indexCounts),
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

/// About the bytes of the elements that are not zero: they are what was counted
/// without the zeros.
double TensorEncoder::estimateNonZeros(uint64_t zeros) {
  double elements = std::numeric_limits<double>::infinity();
  for (std::vector<Histogram> histograms : {planeCounts, rotatedCounts}) {
    if (histograms.empty())
      continue;
    for (Histogram &histogram : histograms)
      histogram[0] -= zeros;
    elements = std::min(elements, estimate(histograms));
  }
  if (layout.elementSize == 1)
    return elements;
  if (palette) {
    // Colors are in the order of their bits.
    size_t colors = palette->colors.size();
    Histogram others = indexCounts;
    if (countZeroElements(palette->colors, layout.elementSize)) {
      colors -= layout.elementSize;
      others[0] = 0;
    }
    return std::min(elements,
                    static_cast<double>(colors) + estimateBytes(others));
  }
  // The color that is too much may be zero.
  nonZeros = findNonZeros(data, layout.elementSize);
  if (std::optional<Palette> others =
          findPalette(nonZeros->elements, layout.elementSize))
    elements =
        std::min(elements, static_cast<double>(others->colors.size()) +
                               estimateBytes(countBytes(others->indices)));
  return elements;
}

/// Whether gaps take clearly fewer bytes than a mask.
bool TensorEncoder::hasGaps() const {
  if (data.size() < kSampledTensor)
    return true;
  NonZeros sample = findNonZeros(takeSample(data), layout.elementSize);
  return estimateBytes(countBytes(sample.gaps)) <
         estimateBytes(countBytes(sample.mask)) * kClear;
}

void TensorEncoder::tryZeros() {
  uint64_t zeros = layout.elementSize == 1
                       ? planeCounts[0][0]
                       : countZeroElements(data, layout.elementSize);
  if (static_cast<double>(zeros) < kManyZeros * static_cast<double>(count))
    return;
  double elements = estimateNonZeros(zeros);
  consider({TensorForm::Bitmap,
            elements + estimateBytes(countMask(data, layout.elementSize)), 0});
  if (!hasGaps())
    return;
  if (!nonZeros)
    nonZeros = findNonZeros(data, layout.elementSize);
  consider({TensorForm::Gaps,
            elements + estimateBytes(countBytes(nonZeros->gaps)), 0});
}

/// Adds how often bytes occur in channels of each class.
static void countClasses(ByteView data, ByteView classes, uint64_t inner,
                         std::vector<Histogram> &histograms) {
  forEachRun(data.size(), classes, inner, [&](uint8_t id, uint64_t at) {
    Histogram &histogram = histograms[id];
    ByteView run = data.slice(at, inner);
    if (run.size() < kLongRun) {
      for (uint8_t byte : run)
        ++histogram[byte];
      return;
    }
    for (auto [sum, bytes] : llvm::zip_equal(histogram, countBytes(run)))
      sum += bytes;
  });
}

void TensorEncoder::tryClasses() {
  if (layout.elementSize != 1 || !hasChannels() ||
      count / layout.channels < kChannelWeights)
    return;
  std::vector<Histogram> histograms(kMaxClasses, Histogram{});
  if (!channelCounts.empty()) {
    classes = classifyChannels(channelCounts, kMaxClasses);
    for (auto [id, channel] : llvm::zip_equal(classes, channelCounts))
      for (auto [sum, bytes] : llvm::zip_equal(histograms[id], channel))
        sum += bytes;
  } else {
    classes = classifyChannels(data, layout, kMaxClasses);
    countClasses(data, classes, layout.inner, histograms);
  }
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
  if (layout.elementSize > 1)
    palette = findPalette(data, layout.elementSize);
  // The bytes of a color tell less of each other than its index does of all.
  if (!palette || data.size() < kSampledTensor)
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
  llvm::ArrayRef<Histogram> counts = rotated ? rotatedCounts : planeCounts;
  auto encode = [&](ByteView plane, unsigned number) {
    const Histogram *counted = counts.empty() ? nullptr : &counts[number];
    return getName(encodeBytes(out, plane, StringSearch::Small, counted));
  };
  if (layout.elementSize == 1)
    return encode(data, 0);
  std::string names;
  for (const auto &[number, plane] :
       llvm::enumerate(takePlanes(data, layout.elementSize, rotated)))
    names += (names.empty() ? "" : "+") + encode(plane, number);
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
    return "palette, " +
           TensorEncoder(out, palette->indices, getIndexLayout(), indexCounts)
               .run();
  case TensorForm::ChannelPalettes:
    writeVarint(out, layout.channels);
    writeVarint(out, layout.inner);
    encodeBytes(out, channelPalettes->sizes);
    encodeTensor(out, channelPalettes->colors, elements);
    return "channel palettes, " +
           encodeTensor(out, channelPalettes->indices, getIndexLayout());
  case TensorForm::Bitmap:
    if (!nonZeros)
      nonZeros = findNonZeros(data, layout.elementSize);
    writeVarint(out, nonZeros->elements.size() / layout.elementSize);
    encodeBytes(out, nonZeros->mask);
    return "bitmap, " + encodeTensor(out, nonZeros->elements, elements);
  case TensorForm::Gaps:
    writeVarint(out, nonZeros->elements.size() / layout.elementSize);
    writeVarint(out, nonZeros->gaps.size());
    encodeBytes(out, nonZeros->gaps);
    return "gaps, " + encodeTensor(out, nonZeros->elements, elements);
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
