//===- Segmentation.cpp - Accuracy of classes of pixels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/Segmentation.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir::mopt;

llvm::Expected<std::vector<int64_t>>
mlir::mopt::getPixelClasses(llvm::ArrayRef<float> output,
                            llvm::ArrayRef<int64_t> shape, int64_t pixels) {
  int64_t elements = output.size();
  if (elements == pixels)
    return std::vector<int64_t>(output.begin(), output.end());
  int64_t classes = shape.empty() ? 1 : shape.back();
  if (pixels * classes != elements)
    return llvm::createStringError(
        "the label map has " + llvm::Twine(pixels) +
        " pixels, but the model's output has " + llvm::Twine(elements) +
        " elements with " + llvm::Twine(classes) +
        " along the last axis; label maps must have the size of the output");
  std::vector<int64_t> result(pixels);
  for (int64_t pixel = 0; pixel < pixels; ++pixel) {
    llvm::ArrayRef<float> values = output.slice(pixel * classes, classes);
    result[pixel] = llvm::max_element(values) - values.begin();
  }
  return result;
}

llvm::Error PixelCounts::add(llvm::ArrayRef<int64_t> predicted,
                             llvm::ArrayRef<int64_t> labels, int64_t classes) {
  for (auto [guess, label] : llvm::zip_equal(predicted, labels)) {
    if (label == kIgnoredLabel)
      continue;
    // Maps of classes, without a number of them, can hold any byte.
    int64_t limit = classes ? classes : kIgnoredLabel;
    if (label < 0 || label >= limit)
      return llvm::createStringError("label " + llvm::Twine(label) +
                                     " is outside of the model's " +
                                     llvm::Twine(limit) + " classes");
    // A guess that is no class is wrong for the label's.
    bool isClass = guess >= 0 && guess < limit;
    int64_t most = isClass ? std::max(guess, label) : label;
    if (most >= int64_t(counts.size()))
      counts.resize(most + 1);
    ++counts[label].labelled;
    if (isClass)
      ++counts[guess].predicted;
    if (guess == label) {
      ++counts[label].both;
      ++correct;
    }
    ++pixels;
  }
  return llvm::Error::success();
}

void PixelCounts::add(const PixelCounts &other, int64_t times) {
  if (counts.size() < other.counts.size())
    counts.resize(other.counts.size());
  for (auto [mine, theirs] : llvm::zip(counts, other.counts)) {
    mine.both += theirs.both * times;
    mine.predicted += theirs.predicted * times;
    mine.labelled += theirs.labelled * times;
  }
  pixels += other.pixels * times;
  correct += other.correct * times;
}

double PixelCounts::getIoU(int64_t index) const {
  const ClassCounts &count = counts[index];
  int64_t either = count.predicted + count.labelled - count.both;
  return either == 0 ? -1.0 : double(count.both) / either;
}

double PixelCounts::getMeanIoU() const {
  double sum = 0;
  int64_t present = 0;
  for (int64_t index = 0; index < getNumClasses(); ++index)
    if (double iou = getIoU(index); iou >= 0) {
      sum += iou;
      ++present;
    }
  return present ? sum / present : 0.0;
}

Interval mlir::mopt::getMeanIoUInterval(llvm::ArrayRef<PixelCounts> samples) {
  return getBootstrapInterval(samples.size(), [&](const int64_t *draws) {
    PixelCounts total;
    for (auto [index, sample] : llvm::enumerate(samples))
      if (draws[index])
        total.add(sample, draws[index]);
    return total.getMeanIoU();
  });
}
