//===- Weights.cpp - Quantising weights and biases -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Weights.h"

#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Transforms/Utils/TrainedParameters.h"

using namespace mlir;
using namespace mlir::mopt;

ChannelView::ChannelView(ArrayRef<int64_t> shape, int axis) {
  for (auto [index, size] : llvm::enumerate(shape)) {
    int64_t position = static_cast<int64_t>(index);
    if (axis < 0 || position > axis)
      inner *= size;
    else if (position < axis)
      outer *= size;
    else
      channels = size;
  }
}

SmallVector<float> mopt::getChannelMagnitudes(ArrayRef<float> values,
                                              const ChannelView &view) {
  SmallVector<float> result(view.channels, 0.0f);
  const float *next = values.data();
  for (int64_t outer = 0; outer < view.outer; ++outer)
    for (int64_t channel = 0; channel < view.channels; ++channel) {
      float largest = result[channel];
      bool finite = true;
      for (int64_t i = 0; i < view.inner; ++i) {
        float magnitude = std::abs(*next++);
        finite &= magnitude <= std::numeric_limits<float>::max();
        largest = std::max(largest, magnitude);
      }
      result[channel] =
          finite ? largest : std::numeric_limits<float>::infinity();
    }
  return result;
}

/// Calls `convert(value, scale)` for every element and stores what it returns.
template <typename T, typename Convert>
static AsmResourceBlob
convertChannels(ArrayRef<float> values, const ChannelView &view,
                ArrayRef<float> scales, Convert convert) {
  AsmResourceBlob blob = allocateConstBlob(values.size() * sizeof(T));
  const float *next = values.data();
  T *out = reinterpret_cast<T *>(blob.getMutableData().data());
  for (int64_t outer = 0; outer < view.outer; ++outer)
    for (int64_t channel = 0; channel < view.channels; ++channel) {
      float scale = scales[scales.size() == 1 ? 0 : channel];
      for (int64_t i = 0; i < view.inner; ++i)
        *out++ = convert(*next++, scale);
    }
  return blob;
}

SmallVector<float> mopt::chooseWeightScales(ArrayRef<float> values,
                                            const ChannelView &view,
                                            unsigned bits) {
  SmallVector<float> magnitudes = getChannelMagnitudes(values, view);
  SmallVector<float> scales;
  for (float magnitude : magnitudes)
    scales.push_back(chooseSymmetricScale(magnitude, getWeightMax(bits)));
  if (bits != 2)
    return scales;
  // With four integers most weights would be 0 if the largest one fitted.
  constexpr int kParts = 32;
  std::vector<double> errors(view.channels * kParts, 0.0);
  const float *next = values.data();
  for (int64_t outer = 0; outer < view.outer; ++outer)
    for (int64_t channel = 0; channel < view.channels; ++channel) {
      double *error = &errors[channel * kParts];
      for (int64_t i = 0; i < view.inner; ++i, ++next)
        for (int part = 0; part < kParts; ++part) {
          float scale = scales[channel] * (part + 1) / kParts;
          double difference =
              *next -
              scale * static_cast<float>(quantizeValue(
                          *next, scale, 0, getWeightMin(2), getWeightMax(2)));
          error[part] += difference * difference;
        }
    }
  for (auto [channel, scale] : llvm::enumerate(scales)) {
    auto first = errors.begin() + channel * kParts;
    auto least = std::min_element(first, first + kParts) - first;
    scale = scale * static_cast<float>(least + 1) / kParts;
  }
  return scales;
}

/// Elements of less than a byte, the first one in the lowest bits.
static AsmResourceBlob packBits(ArrayRef<char> elements, unsigned bits) {
  unsigned perByte = 8 / bits;
  AsmResourceBlob blob =
      allocateConstBlob(llvm::divideCeil(elements.size(), perByte));
  MutableArrayRef<char> bytes = blob.getMutableData();
  std::fill(bytes.begin(), bytes.end(), 0);
  for (auto [i, element] : llvm::enumerate(elements))
    bytes[i / perByte] |= static_cast<char>((element & ((1 << bits) - 1))
                                            << (i % perByte * bits));
  return blob;
}

AsmResourceBlob mopt::packWeights(ArrayRef<float> values,
                                  const ChannelView &view,
                                  ArrayRef<float> scales, unsigned bits) {
  int64_t min = getWeightMin(bits), max = getWeightMax(bits);
  AsmResourceBlob blob = convertChannels<int8_t>(
      values, view, scales, [min, max](float value, float scale) {
        return static_cast<int8_t>(quantizeValue(value, scale, 0, min, max));
      });
  return bits == 8 ? std::move(blob) : packBits(blob.getData(), bits);
}

ConstOp *ConstQuantizer::lookup(ConstOp op, Type elementType) {
  auto it = made.find({op.getOperation(), elementType});
  return it == made.end() ? nullptr : &it->second;
}

/// What the file says of `op`, less the range.
static TensorAttr getInfoWithoutRange(ConstOp op) {
  return withoutParameters(op.getContext(), getTensorInfo(op.getResult()));
}

/// A new constant beside `op`.
static ConstOp replaceWith(ConstOp op, Type elementType, AsmResourceBlob blob,
                           TensorAttr info) {
  auto oldType = cast<RankedTensorType>(op.getType());
  OpBuilder builder(op);
  builder.setInsertionPointAfter(op);
  return createConst(builder, op.getLoc(),
                     RankedTensorType::get(oldType.getShape(), elementType),
                     std::move(blob), info);
}

ConstOp ConstQuantizer::quantizeWeight(ConstOp op, ArrayRef<float> scales,
                                       int axis, unsigned bits) {
  Type elementType = getSymmetricType(context, bits, scales, axis);
  if (ConstOp *known = lookup(op, elementType))
    return *known;
  std::optional<ConstBytes> bytes = ConstBytes::read(op);
  ChannelView view(cast<RankedTensorType>(op.getType()).getShape(), axis);
  ConstOp result = replaceWith(
      op, elementType, packWeights(bytes->as<float>(), view, scales, bits),
      getInfoWithoutRange(op));
  made[{op.getOperation(), elementType}] = result;
  return result;
}

/// Biases of `width` bits; those of 64 have no quantised type.
static Type getBiasType(MLIRContext *context, unsigned width,
                        ArrayRef<float> scales) {
  if (width == 64)
    return IntegerType::get(context, 64);
  return getSymmetricType(context, width, scales, /*axis=*/0);
}

template <typename T>
static AsmResourceBlob convertBias(ArrayRef<float> values,
                                   const ChannelView &view,
                                   ArrayRef<float> scales) {
  // In double: a float32 quotient would lose the low bits. Its largest int64 is
  // 2^63, which none is.
  static constexpr double kMin =
      static_cast<double>(std::numeric_limits<T>::min());
  static constexpr double kMax =
      sizeof(T) == 8 ? 0x1.fffffffffffffp62 : INT32_MAX;
  return convertChannels<T>(values, view, scales, [](float value, float scale) {
    double q = std::round(static_cast<double>(value) / scale);
    return static_cast<T>(std::clamp(q, kMin, kMax));
  });
}

ConstOp ConstQuantizer::quantizeBias(ConstOp op, ArrayRef<float> scales,
                                     unsigned width) {
  // The type of 32 bits tells the scales apart for 64 too.
  Type key = getSymmetricType(context, 32, scales, /*axis=*/0);
  if (ConstOp *known = lookup(op, key))
    return *known;
  std::optional<ConstBytes> bytes = ConstBytes::read(op);
  ChannelView view(cast<RankedTensorType>(op.getType()).getShape(), 0);
  AsmResourceBlob blob =
      width == 64 ? convertBias<int64_t>(bytes->as<float>(), view, scales)
                  : convertBias<int32_t>(bytes->as<float>(), view, scales);
  TensorAttr info = getInfoWithoutRange(op);
  if (width == 64)
    info = withSymmetricScales(context, info, scales);
  ConstOp result = replaceWith(op, getBiasType(context, width, scales),
                               std::move(blob), info);
  made[{op.getOperation(), key}] = result;
  return result;
}

ConstOp ConstQuantizer::createZeroBias(OpBuilder &builder, Location loc,
                                       int64_t channels, ArrayRef<float> scales,
                                       unsigned width, const Twine &name) {
  AsmResourceBlob blob = allocateConstBlob(channels * (width / 8));
  std::memset(blob.getMutableData().data(), 0, blob.getData().size());
  auto type =
      RankedTensorType::get({channels}, getBiasType(context, width, scales));
  TensorAttr info = withName(context, {}, name);
  if (width == 64)
    info = withSymmetricScales(context, info, scales);
  return createConst(builder, loc, type, std::move(blob), info);
}

template <typename T>
static AsmResourceBlob convertActivation(ArrayRef<float> values,
                                         quant::UniformQuantizedType type) {
  int64_t zeroPoint = type.getZeroPoint();
  return convertChannels<T>(
      values, ChannelView({static_cast<int64_t>(values.size())}, -1),
      static_cast<float>(type.getScale()),
      [zeroPoint](float value, float scale) {
        return static_cast<T>(quantizeValue(value, scale, zeroPoint,
                                            std::numeric_limits<T>::min(),
                                            std::numeric_limits<T>::max()));
      });
}

ConstOp ConstQuantizer::quantizeActivation(ConstOp op,
                                           quant::UniformQuantizedType type) {
  if (ConstOp *known = lookup(op, type))
    return *known;
  std::optional<ConstBytes> bytes = ConstBytes::read(op);
  ArrayRef<float> values = bytes->as<float>();
  AsmResourceBlob blob = type.getStorageTypeIntegralWidth() == 16
                             ? convertActivation<int16_t>(values, type)
                             : convertActivation<int8_t>(values, type);
  ConstOp result =
      replaceWith(op, type, std::move(blob), getInfoWithoutRange(op));
  made[{op.getOperation(), type}] = result;
  return result;
}
