//===- Convert.cpp - from a sample to what a model takes --------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Data/Convert.h"
#include "DataError.h"
#include "mopt/Data/Half.h"
#include <cmath>
#include <cstring>
#include <limits>

using namespace llvm;

namespace mlir::mopt {

/// Calls `action` with the elements of a real array, typed; bool reads as
/// uint8_t.
template <typename Action>
static void visitReal(const Array &array, Action action) {
  switch (array.dtype()) {
  case DType::Bool:
  case DType::UInt8:
    return action(array.as<uint8_t>());
  case DType::Int8:
    return action(array.as<int8_t>());
  case DType::Int16:
    return action(array.as<int16_t>());
  case DType::Int32:
    return action(array.as<int32_t>());
  case DType::Int64:
    return action(array.as<int64_t>());
  case DType::UInt16:
    return action(array.as<uint16_t>());
  case DType::UInt32:
    return action(array.as<uint32_t>());
  case DType::UInt64:
    return action(array.as<uint64_t>());
  case DType::Float16:
    return action(array.as<Half>());
  case DType::Float32:
    return action(array.as<float>());
  case DType::Float64:
    return action(array.as<double>());
  case DType::Complex64:
  case DType::Complex128:
    break;
  }
}

template <typename To, typename From>
static To castReal(From value) {
  if constexpr (std::is_same_v<From, Half>)
    return castReal<To>(halfToFloat(value));
  else if constexpr (std::is_same_v<To, Half>)
    return floatToHalf(float(value));
  else
    return To(value);
}

/// Real data as float of type To.
template <typename To>
static Expected<Array> toFloat(const Array &array) {
  if (array.dtype() == dtypeOf<To>())
    return array;
  Expected<Array> result = Array::allocate(dtypeOf<To>(), array.shape());
  if (!result)
    return result.takeError();
  MutableArrayRef<To> target = result->mutableAs<To>();
  bool isBool = array.dtype() == DType::Bool;
  visitReal(array, [&](auto source) {
    for (auto [index, value] : enumerate(source)) {
      if constexpr (std::is_same_v<std::decay_t<decltype(value)>, uint8_t>)
        target[index] = castReal<To>(isBool ? uint8_t(value != 0) : value);
      else
        target[index] = castReal<To>(value);
    }
  });
  return result;
}

/// Data as float32, normalised when it is uint8.
static Expected<Array> toNumbers(const Array &sample,
                                 const Preprocess &preprocess, StringRef name) {
  if (sample.dtype() == DType::UInt8)
    return preprocess.normalize(sample, name);
  return toFloat<float>(sample);
}

template <typename To>
static Expected<Array> quantize(const Array &numbers, float scale,
                                int64_t zeroPoint, StringRef name) {
  Expected<Array> result = Array::allocate(dtypeOf<To>(), numbers.shape());
  if (!result)
    return result.takeError();
  constexpr float lowest = std::numeric_limits<To>::min();
  constexpr float highest = std::numeric_limits<To>::max();
  MutableArrayRef<To> target = result->mutableAs<To>();
  float zero = float(zeroPoint);
  bool hasNaN = false;
  for (auto [index, value] : enumerate(numbers.as<float>())) {
    float q = std::nearbyint(value / scale) + zero;
    hasNaN |= std::isnan(q);
    // This order of the operands maps NaN to a bound, so the cast is defined.
    target[index] = To(std::min(highest, std::max(lowest, q)));
  }
  if (hasNaN)
    return dataError("'{0}' holds a value that is not a number (NaN); a "
                     "quantised input cannot take it",
                     name);
  return result;
}

static Expected<Array> toQuantized(const Array &sample, const InputSpec &spec,
                                   const Preprocess &preprocess,
                                   StringRef name) {
  auto [scale, zeroPoint] = *spec.quantization;
  if (!(scale > 0) || std::isinf(scale))
    return dataError("model input '{0}': scale {1} is not a positive number",
                     spec.name, scale);
  if (sample.dtype() == DType::UInt8 && preprocess.bytesAsTheyAre) {
    if (spec.type == DType::UInt8)
      return sample;
    return dataError("preprocess 'u8' gives bytes, but model input '{0}' is "
                     "{1}; use scale, mean and std",
                     spec.name, dtypeName(spec.type));
  }
  Expected<Array> numbers = toNumbers(sample, preprocess, name);
  if (!numbers)
    return numbers.takeError();
  switch (spec.type) {
  case DType::Int8:
    return quantize<int8_t>(*numbers, scale, zeroPoint, name);
  case DType::UInt8:
    return quantize<uint8_t>(*numbers, scale, zeroPoint, name);
  case DType::Int16:
    return quantize<int16_t>(*numbers, scale, zeroPoint, name);
  default:
    return dataError("model input '{0}' is quantised with type {1}, which data "
                     "is not converted to; write the values as a .npy of that "
                     "type",
                     spec.name, dtypeName(spec.type));
  }
}

/// Whether an integer value can be stored as To.
template <typename To, typename From>
static bool fits(From value) {
  if constexpr (std::is_signed_v<From>) {
    if constexpr (std::is_unsigned_v<To>)
      return value >= 0 && std::make_unsigned_t<From>(value) <=
                               std::numeric_limits<To>::max();
    else
      return value >= std::numeric_limits<To>::min() &&
             value <= std::numeric_limits<To>::max();
  } else {
    return value <= std::make_unsigned_t<To>(std::numeric_limits<To>::max());
  }
}

template <typename To>
static Expected<Array> toInteger(const Array &sample, DType type,
                                 StringRef name) {
  Expected<Array> result = Array::allocate(type, sample.shape());
  if (!result)
    return result.takeError();
  bool fitsAll = true;
  MutableArrayRef<To> target = result->mutableAs<To>();
  visitReal(sample, [&](auto source) {
    using From = std::decay_t<decltype(source[0])>;
    if constexpr (std::is_integral_v<From>)
      for (auto [index, value] : enumerate(source)) {
        fitsAll &= fits<To>(value) && (type != DType::Bool || value <= 1);
        target[index] = To(value);
      }
  });
  if (!fitsAll)
    return dataError("'{0}' has values outside of the range of {1}", name,
                     dtypeName(type));
  return result;
}

static Expected<Array> toPlainInteger(const Array &sample,
                                      const InputSpec &spec,
                                      const Preprocess &preprocess,
                                      StringRef name) {
  if (!isInteger(sample.dtype()) && sample.dtype() != DType::Bool)
    return dataError("'{0}' is {1} but model input '{2}' takes {3}; convert "
                     "it with astype",
                     name, dtypeName(sample.dtype()), spec.name,
                     dtypeName(spec.type));
  if (sample.dtype() == DType::UInt8 && preprocess.hasNormalization())
    return dataError("scale, mean and std give fractions, but model input "
                     "'{0}' takes {1} and has no quantisation",
                     spec.name, dtypeName(spec.type));
  if (sample.dtype() == spec.type)
    return sample;
  switch (spec.type) {
  case DType::Bool:
  case DType::UInt8:
    return toInteger<uint8_t>(sample, spec.type, name);
  case DType::Int8:
    return toInteger<int8_t>(sample, spec.type, name);
  case DType::Int16:
    return toInteger<int16_t>(sample, spec.type, name);
  case DType::Int32:
    return toInteger<int32_t>(sample, spec.type, name);
  case DType::Int64:
    return toInteger<int64_t>(sample, spec.type, name);
  case DType::UInt16:
    return toInteger<uint16_t>(sample, spec.type, name);
  case DType::UInt32:
    return toInteger<uint32_t>(sample, spec.type, name);
  default:
    return toInteger<uint64_t>(sample, spec.type, name);
  }
}

/// Axis by axis; a negative dimension takes the sample's.
static std::optional<SmallVector<int64_t, 4>>
matchAxes(ArrayRef<int64_t> sample, ArrayRef<int64_t> input) {
  if (sample.size() != input.size())
    return std::nullopt;
  for (auto [have, want] : zip(sample, input))
    if (want >= 0 && have != want)
      return std::nullopt;
  return SmallVector<int64_t, 4>(sample);
}

/// The shape that the input gets, or nullopt where the sample does not fit.
static std::optional<SmallVector<int64_t, 4>>
matchShape(ArrayRef<int64_t> sample, ArrayRef<int64_t> input) {
  if (auto shape = matchAxes(sample, input))
    return shape;
  // A sample lacks the batch axis that most models have.
  SmallVector<int64_t, 4> batched(sample);
  batched.insert(batched.begin(), 1);
  if (auto shape = matchAxes(batched, input))
    return shape;
  // Axes of size 1 do not change the order of the elements. A free first axis
  // is the batch; what other free axes would take cannot be told.
  SmallVector<int64_t, 4> fixed(input);
  if (!fixed.empty() && fixed[0] < 0)
    fixed[0] = 1;
  auto isNotOne = [](int64_t dim) { return dim != 1; };
  if (!equal(make_filter_range(sample, isNotOne),
             make_filter_range(fixed, isNotOne)))
    return std::nullopt;
  return fixed;
}

static Expected<Array> convertElements(const Array &sample,
                                       const InputSpec &spec,
                                       const Preprocess &preprocess,
                                       StringRef name) {
  if (isComplex(sample.dtype()) || isComplex(spec.type)) {
    if (sample.dtype() == spec.type)
      return sample;
    return dataError("'{0}' is {1} but model input '{2}' takes {3}", name,
                     dtypeName(sample.dtype()), spec.name,
                     dtypeName(spec.type));
  }
  if (isFloat(spec.type)) {
    // Normalisation is float32; data that needs none keeps its precision.
    Array numbers = sample;
    if (sample.dtype() == DType::UInt8) {
      Expected<Array> normal = preprocess.normalize(sample, name);
      if (!normal)
        return normal.takeError();
      numbers = *normal;
    }
    return spec.type == DType::Float16   ? toFloat<Half>(numbers)
           : spec.type == DType::Float32 ? toFloat<float>(numbers)
                                         : toFloat<double>(numbers);
  }
  if (spec.quantization)
    return toQuantized(sample, spec, preprocess, name);
  return toPlainInteger(sample, spec, preprocess, name);
}

Expected<Array> convertSample(const Array &sample, const InputSpec &spec,
                              const Preprocess &preprocess, StringRef name) {
  Array current = sample;
  if (sample.dtype() == DType::UInt8) {
    Expected<Array> image = preprocess.applyGeometry(sample, name);
    if (!image)
      return image.takeError();
    current = *image;
  }
  auto shape = matchShape(current.shape(), spec.shape);
  if (!shape)
    return dataError("'{0}' has shape {1} but model input '{2}' takes {3}{4}",
                     name, shapeString(current.shape()), spec.name,
                     shapeString(spec.shape),
                     current.dtype() == DType::UInt8 && current.rank() == 3
                         ? "; images are fitted with --preprocess=resize:N,"
                           "crop:N"
                         : "");
  Expected<Array> result = convertElements(current, spec, preprocess, name);
  if (!result)
    return result.takeError();
  return result->reshape(*shape);
}

Expected<Array> convertInput(const Array &array, const InputSpec &spec,
                             StringRef name) {
  if (array.dtype() != spec.type)
    return convertSample(array, spec, Preprocess(), name);
  auto shape = matchShape(array.shape(), spec.shape);
  if (!shape)
    return dataError("'{0}' has shape {1} but model input '{2}' takes {3}",
                     name, shapeString(array.shape()), spec.name,
                     shapeString(spec.shape));
  return array.reshape(*shape);
}

} // namespace mlir::mopt
