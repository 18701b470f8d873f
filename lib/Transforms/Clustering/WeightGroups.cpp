//===- WeightGroups.cpp - Weights that share centroids -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightGroups.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mopt/Dialect/Mopt/IR/MoptInterfaces.h"

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

std::optional<std::vector<WeightedValue>>
WeightGroups::collect(size_t group, bool skipZeros) const {
  std::vector<WeightedValue> values;
  bool isFinite = true;
  forEach(group, [&](int64_t index, int64_t channel) {
    float value = load(index);
    isFinite &= std::isfinite(value);
    double scale = params.isQuantized()
                       ? params.scale(params.isPerAxis() ? channel : 0)
                       : 1.0;
    if (value != 0.0f || !skipZeros)
      values.push_back({value == 0.0f ? 0.0f : value, scale * scale});
  });
  if (!isFinite)
    return std::nullopt;
  llvm::sort(values, [](const WeightedValue &a, const WeightedValue &b) {
    return a.value < b.value;
  });
  // What is equal becomes one.
  size_t count = 0;
  for (const WeightedValue &entry : values) {
    if (count && values[count - 1].value == entry.value)
      values[count - 1].weight += entry.weight;
    else
      values[count++] = entry;
  }
  values.resize(count);
  return values;
}

void WeightGroups::replace(size_t group, MutableArrayRef<char> bytes,
                           function_ref<float(float)> visit) const {
  forEach(group, [&](int64_t index, int64_t) {
    float value = visit(load(index));
    if (!params.isQuantized())
      reinterpret_cast<float *>(bytes.data())[index] = value;
    else
      bytes[index] =
          static_cast<char>(static_cast<int64_t>(value) + params.zeroPoint());
  });
}
