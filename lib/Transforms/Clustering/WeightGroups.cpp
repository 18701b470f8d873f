//===- WeightGroups.cpp - Weights that share centroids -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightGroups.h"

#include "../Reconstruction/VectorClones.h"
#include "CountValues.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mopt/Dialect/Mopt/IR/MoptInterfaces.h"
#include "mopt/Transforms/Utils/ParallelRanges.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

WeightGroups::WeightGroups(const LayerWeight &weight, ClusterScope scope)
    : weight(weight), params(getQuantParams(weight.getType())) {
  RankedTensorType type = weight.getType();
  if (auto element = dyn_cast<quant::QuantizedType>(type.getElementType()))
    isSigned = element.isSigned();
  int64_t axis = cast<WeightedOp>(weight.user).getOutputChannelAxis();
  if (params.isPerAxis())
    axis = params.axis;
  if (axis < 0 || axis >= type.getRank())
    return;
  channels = std::max<int64_t>(type.getDimSize(axis), 1);
  for (int64_t size : type.getShape().drop_front(axis + 1))
    inner *= size;
  if (scope == ClusterScope::Channel)
    groups = channels;
}

void WeightGroups::forEach(size_t group,
                           function_ref<void(int64_t, int64_t)> visit) const {
  bool isWhole = groups == 1 && channels > 1;
  for (int64_t start = 0; start < weight.elements; start += inner * channels)
    for (int64_t channel = 0; channel < channels; ++channel)
      if (isWhole || channel == static_cast<int64_t>(group))
        for (int64_t i = 0; i < inner; ++i)
          visit(start + channel * inner + i, channel);
}

float WeightGroups::load(int64_t index) const {
  if (!params.isQuantized())
    return weight.bytes.as<float>()[index];
  int64_t zero = params.zeroPoint();
  return static_cast<float>((isSigned
                                 ? int64_t(weight.bytes.as<int8_t>()[index])
                                 : int64_t(weight.bytes.as<uint8_t>()[index])) -
                            zero);
}

ArrayRef<float> WeightGroups::getPiece() const {
  return groups == 1 && !params.isQuantized() ? weight.bytes.as<float>()
                                              : ArrayRef<float>();
}

std::optional<std::vector<WeightedValue>>
WeightGroups::collect(size_t group, bool skipZeros) const {
  MLIRContext *context = weight.user->getContext();
  std::optional<std::vector<WeightedValue>> values;
  if (ArrayRef<float> piece = getPiece(); !piece.empty()) {
    values = countValues(context, piece);
  } else if (!params.isQuantized()) {
    std::vector<float> floats;
    forEach(group,
            [&](int64_t index, int64_t) { floats.push_back(load(index)); });
    values = countValues(context, floats);
  } else {
    // A byte less its zero point.
    std::vector<double> sums(511, 0.0);
    forEach(group, [&](int64_t index, int64_t channel) {
      double scale = params.scale(params.isPerAxis() ? channel : 0);
      sums[static_cast<int64_t>(load(index)) + 255] += scale * scale;
    });
    values.emplace();
    for (auto [index, sum] : llvm::enumerate(sums))
      if (sum > 0.0)
        values->push_back({static_cast<float>(index) - 255.0f, sum});
  }
  if (values && skipZeros)
    llvm::erase_if(*values, [](const WeightedValue &entry) {
      return entry.value == 0.0f;
    });
  return values;
}

/// Where the nearest centroid changes: the largest float that is nearer to the
/// lower one of each two neighbours, or as near.
static std::vector<float> getBounds(ArrayRef<float> centroids) {
  std::vector<float> bounds;
  for (size_t i = 0; i + 1 < centroids.size(); ++i) {
    auto isLower = [&](float value) {
      return double(value) - centroids[i] <= double(centroids[i + 1]) - value;
    };
    auto bound =
        static_cast<float>((double(centroids[i]) + centroids[i + 1]) / 2.0);
    while (!isLower(bound))
      bound = std::nextafter(bound, -INFINITY);
    while (isLower(std::nextafter(bound, INFINITY)))
      bound = std::nextafter(bound, INFINITY);
    bounds.push_back(bound);
  }
  return bounds;
}

namespace mlir::mopt {
/// For each value, how many bounds it is beyond.
void countBelow(const float *values, int64_t count, const float *bounds,
                size_t boundCount, int32_t *indices);
} // namespace mlir::mopt

MOPT_INLINE_BODY void countBelowBody(const float *values, int64_t count,
                                     const float *bounds, size_t boundCount,
                                     int32_t *indices) {
  for (size_t k = 0; k < boundCount; ++k)
    for (int64_t i = 0; i < count; ++i)
      indices[i] += values[i] > bounds[k];
}

MOPT_VECTOR_CLONES(countBelow,
                   (const float *values, int64_t count, const float *bounds,
                    size_t boundCount, int32_t *indices),
                   (values, count, bounds, boundCount, indices))

/// Adds the squares of errors and values, in four sums that do not wait for
/// each other. Values that stay cost nothing.
static void addSquares(const float *values, const float *stored, int64_t count,
                       double (&error)[4], double (&energy)[4]) {
  for (int64_t i = 0; i + 4 <= count; i += 4)
    for (int64_t lane = 0; lane < 4; ++lane) {
      double value = values[i + lane], apart = value - stored[i + lane];
      error[lane] += apart * apart;
      energy[lane] += value * value;
    }
  for (int64_t i = count / 4 * 4; i < count; ++i) {
    double value = values[i], apart = value - stored[i];
    error[0] += apart * apart;
    energy[0] += value * value;
  }
}

namespace {

/// The nearest centroids of values.
class Nearest {
public:
  /// Values that are looked up together.
  static constexpr int64_t kBlock = 256;

  explicit Nearest(ArrayRef<float> centroids)
      : centroids(centroids), bounds(getBounds(centroids)) {}

  float operator()(float value) const {
    return centroids[llvm::lower_bound(bounds, value) - bounds.begin()];
  }

  /// Writes the nearest of `count` values, at most kBlock.
  void find(const float *values, int64_t count, float *nearest) const {
    if (bounds.size() > kMostCompared) {
      for (int64_t i = 0; i < count; ++i)
        nearest[i] = (*this)(values[i]);
      return;
    }
    int32_t indices[kBlock] = {};
    countBelow(values, count, bounds.data(), bounds.size(), indices);
    for (int64_t i = 0; i < count; ++i)
      nearest[i] = centroids[indices[i]];
  }

private:
  /// Comparing with that many bounds takes less time than bisection.
  static constexpr size_t kMostCompared = 32;

  ArrayRef<float> centroids;
  std::vector<float> bounds;
};

} // namespace

void WeightGroups::replace(size_t group, MutableArrayRef<char> bytes,
                           ArrayRef<float> centroids, bool keepsZeros,
                           double &error, double &energy) const {
  Nearest nearest(centroids);
  auto choose = [&](float value, double &error, double &energy) {
    if (keepsZeros && value == 0.0f)
      return value;
    float centroid = nearest(value);
    error += (double(value) - centroid) * (double(value) - centroid);
    energy += double(value) * value;
    return centroid;
  };
  auto *floats = reinterpret_cast<float *>(bytes.data());
  if (ArrayRef<float> piece = getPiece(); !piece.empty()) {
    SmallVector<std::pair<double, double>> sums(getRangeCount(piece.size()));
    forEachRange(weight.user->getContext(), piece.size(),
                 [&](int64_t range, int64_t begin, int64_t end) {
                   double error[4] = {}, energy[4] = {};
                   for (int64_t at = begin; at < end; at += Nearest::kBlock) {
                     int64_t count = std::min(end - at, Nearest::kBlock);
                     const float *from = piece.data() + at;
                     float found[Nearest::kBlock];
                     nearest.find(from, count, found);
                     for (int64_t i = 0; i < count; ++i)
                       floats[at + i] =
                           keepsZeros && from[i] == 0.0f ? from[i] : found[i];
                     addSquares(from, floats + at, count, error, energy);
                   }
                   sums[range] = {error[0] + error[1] + error[2] + error[3],
                                  energy[0] + energy[1] + energy[2] +
                                      energy[3]};
                 });
    for (auto [rangeError, rangeEnergy] : sums) {
      error += rangeError;
      energy += rangeEnergy;
    }
    return;
  }
  forEach(group, [&](int64_t index, int64_t) {
    float value = choose(load(index), error, energy);
    if (!params.isQuantized())
      floats[index] = value;
    else
      bytes[index] =
          static_cast<char>(static_cast<int64_t>(value) + params.zeroPoint());
  });
}
