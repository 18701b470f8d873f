//===- Preprocess.cpp - from image bytes to model numbers -------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Data/Preprocess.h"
#include "DataError.h"
#include "mopt/Data/Images.h"
#include "mopt/Data/Resize.h"
#include <cmath>

using namespace llvm;

namespace mlir::mopt {

/// The square of `side` pixels in the middle of the image.
static Expected<Array> centerCrop(const Array &image, int64_t side,
                                  StringRef name) {
  int64_t height = image.shape()[0], width = image.shape()[1];
  int64_t channels = image.shape()[2];
  if (height < side || width < side)
    return dataError("image '{0}' of {1}x{2} is smaller than crop:{3}; add "
                     "resize:{3} or more",
                     name, height, width, side);
  if (height == side && width == side)
    return image;
  // Halves round to even, as Python's round does.
  int64_t top = int64_t(std::nearbyint(double(height - side) / 2));
  int64_t left = int64_t(std::nearbyint(double(width - side) / 2));
  Expected<Array> result =
      Array::allocate(DType::UInt8, {side, side, channels});
  if (!result)
    return result.takeError();
  ArrayRef<uint8_t> source = image.bytes();
  auto target = result->mutableBytes().begin();
  for (int64_t y = 0; y < side; ++y)
    target = copy(
        source.slice(((top + y) * width + left) * channels, side * channels),
        target);
  return result;
}

Expected<Array> Preprocess::applyGeometry(const Array &image,
                                          StringRef name) const {
  if (!hasGeometry())
    return image;
  if (image.dtype() != DType::UInt8 || image.rank() != 3 ||
      image.numElements() == 0)
    return dataError("'{0}': resize and crop need uint8 images of shape "
                     "height x width x channels, not {1} of {2}",
                     name, shapeString(image.shape()),
                     dtypeName(image.dtype()));
  Array current = image;
  if (resize) {
    int64_t height = image.shape()[0], width = image.shape()[1];
    int64_t shorter = std::min(height, width);
    int64_t longer = std::max(height, width);
    // Sides are below 2^31 in any decoded image, but not in any array.
    int64_t scaled = 0;
    if (longer > maxImagePixels ||
        (scaled = *resize * longer / shorter) > maxImagePixels / *resize)
      return dataError("'{0}': image of {1}x{2} is too long for resize:{3}",
                       name, height, width, *resize);
    Expected<Array> result = height < width
                                 ? resizeBilinear(image, *resize, scaled)
                                 : resizeBilinear(image, scaled, *resize);
    if (!result)
      return result.takeError();
    current = *result;
  }
  return crop ? centerCrop(current, *crop, name) : Expected<Array>(current);
}

/// Looks up `source` in `tables` tables of 256 values, one a channel.
template <size_t Tables = 0>
static void translate(ArrayRef<uint8_t> source, MutableArrayRef<float> target,
                      const float *table, size_t tables = Tables) {
  size_t count = Tables ? Tables : tables, index = 0;
  for (; index + count <= source.size(); index += count)
    for (size_t channel = 0; channel < count; ++channel)
      target[index + channel] = table[channel * 256 + source[index + channel]];
  for (size_t channel = 0; index < source.size(); ++index, ++channel)
    target[index] = table[channel * 256 + source[index]];
}

Expected<Array> Preprocess::normalize(const Array &bytes,
                                      StringRef name) const {
  int64_t channels = bytes.rank() == 0 ? 1 : bytes.shape().back();
  for (ArrayRef<float> values : {ArrayRef<float>(mean), ArrayRef<float>(std)})
    if (values.size() > 1 && int64_t(values.size()) != channels)
      return dataError("'{0}': mean or std has {1} values but the data has {2} "
                       "channels (shape {3})",
                       name, values.size(), channels,
                       shapeString(bytes.shape()));
  Expected<Array> result = Array::allocate(DType::Float32, bytes.shape());
  if (!result)
    return result.takeError();
  ArrayRef<uint8_t> source = bytes.as<uint8_t>();
  MutableArrayRef<float> target = result->mutableAs<float>();

  // A byte has 256 values: one table a channel replaces the arithmetic.
  size_t tables = std::max<size_t>({mean.size(), std.size(), 1});
  SmallVector<float, 0> table(tables * 256);
  for (size_t c = 0; c < tables; ++c)
    for (size_t byte = 0; byte < 256; ++byte) {
      float x = float(byte);
      if (scale)
        x = x * *scale;
      if (!mean.empty())
        x = x - mean[mean.size() == 1 ? 0 : c];
      if (!std.empty())
        x = x / std[std.size() == 1 ? 0 : c];
      table[c * 256 + byte] = x;
    }
  // The sizes that images have leave nothing to count in the loop.
  if (tables == 1)
    translate<1>(source, target, table.data());
  else if (tables == 3)
    translate<3>(source, target, table.data());
  else
    translate(source, target, table.data(), tables);
  return result;
}

} // namespace mlir::mopt
