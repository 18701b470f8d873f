//===- PreprocessSpec.cpp - text form of the preprocessing ------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DataError.h"
#include "mopt/Data/Preprocess.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"
#include <charconv>

using namespace llvm;

namespace mlir::mopt {

/// Sides of images that are worth scaling to.
static constexpr int64_t maxSide = 16384;

static constexpr StringLiteral keys[] = {"resize", "crop", "scale",
                                         "mean",   "std",  "u8"};

static Error badValue(StringRef key, StringRef value, StringRef wanted) {
  return dataError("preprocess: '{0}:{1}' is not valid: {2}", key, value,
                   wanted);
}

static Error parseSide(StringRef key, StringRef value,
                       std::optional<int64_t> &side) {
  int64_t number = 0;
  if (value.getAsInteger(10, number) || number < 1 || number > maxSide)
    return badValue(key, value, "it takes pixels from 1 to 16384");
  side = number;
  return Error::success();
}

/// Rounds the decimal to float32 once; going through double would round twice.
static Error parseNumber(StringRef key, StringRef value, float &number) {
  StringRef digits = value.ltrim("+-");
  APFloat parsed(APFloat::IEEEsingle());
  // Words (nan, inf) and hexadecimal are not what a user means here.
  bool isDecimal = !digits.empty() &&
                   (isDigit(digits[0]) || digits[0] == '.') &&
                   !digits.contains_insensitive("x");
  if (!isDecimal)
    return badValue(key, value, "it takes finite decimal numbers");
  Expected<APFloat::opStatus> status =
      parsed.convertFromString(value, APFloat::rmNearestTiesToEven);
  if (!status) {
    consumeError(status.takeError());
    return badValue(key, value, "it takes finite decimal numbers");
  }
  if (!parsed.isFinite())
    return badValue(key, value, "the number is beyond float32");
  number = parsed.convertToFloat();
  if (number == 0 && key != "mean")
    return badValue(key, value, "0 would erase or divide the data");
  return Error::success();
}

static Error parseNumbers(StringRef key, StringRef value,
                          SmallVectorImpl<float> &numbers) {
  SmallVector<StringRef, 4> parts;
  value.split(parts, '/');
  for (StringRef part : parts)
    if (Error error = parseNumber(key, part, numbers.emplace_back()))
      return error;
  return Error::success();
}

static Error unknownKey(StringRef key) {
  StringRef nearest;
  unsigned best = 3; // Two typing errors at most.
  for (StringRef known : keys) {
    unsigned distance = key.edit_distance(known, true, best);
    if (distance < best) {
      best = distance;
      nearest = known;
    }
  }
  if (!nearest.empty())
    return dataError("preprocess: unknown key '{0}'; did you mean '{1}'?", key,
                     nearest);
  return dataError("preprocess: unknown key '{0}'; the keys are {1}", key,
                   join(ArrayRef<StringLiteral>(keys), ", "));
}

Expected<Preprocess> Preprocess::parse(StringRef spec) {
  Preprocess result;
  SmallVector<StringRef, 8> items;
  SmallVector<StringRef, 8> seen;
  if (!spec.trim().empty())
    spec.split(items, ',');
  for (StringRef item : items) {
    auto [key, value] = item.trim().split(':');
    key = key.trim();
    value = value.trim();
    if (!is_contained(keys, key))
      return unknownKey(key);
    if (is_contained(seen, key))
      return dataError("preprocess: '{0}' is given twice", key);
    seen.push_back(key);
    if (key == "u8") {
      if (item.contains(':'))
        return badValue(key, value, "it takes no value");
      result.bytesAsTheyAre = true;
      continue;
    }
    if (!item.contains(':'))
      return dataError("preprocess: '{0}' needs a value, as in mean:127", key);
    Error error = Error::success();
    (void)!!error; // A success value must be looked at before it is replaced.
    if (key == "resize")
      error = parseSide(key, value, result.resize);
    else if (key == "crop")
      error = parseSide(key, value, result.crop);
    else if (key == "scale")
      error = parseNumber(key, value, result.scale.emplace());
    else
      error =
          parseNumbers(key, value, key == "mean" ? result.mean : result.std);
    if (error)
      return std::move(error);
  }
  if (result.bytesAsTheyAre && result.hasNormalization())
    return dataError("preprocess: 'u8' keeps the bytes as they are; it "
                     "excludes scale, mean and std");
  if (result.resize && result.crop && *result.crop > *result.resize)
    return dataError("preprocess: crop:{0} is larger than the shorter side "
                     "after resize:{1}",
                     *result.crop, *result.resize);
  if (result.mean.size() > 1 && result.std.size() > 1 &&
      result.mean.size() != result.std.size())
    return dataError("preprocess: mean has {0} values and std {1}; give one, "
                     "or one a channel",
                     result.mean.size(), result.std.size());
  return result;
}

/// The shortest decimal that reads back as the same float32, in any locale.
static std::string shortest(float value) {
  char buffer[32];
  auto end = std::to_chars(std::begin(buffer), std::end(buffer), value);
  return std::string(buffer, end.ptr);
}

std::string Preprocess::str() const {
  SmallVector<std::string, 6> items;
  auto list = [](ArrayRef<float> values) {
    return join(map_range(values, shortest), "/");
  };
  if (resize)
    items.push_back("resize:" + std::to_string(*resize));
  if (crop)
    items.push_back("crop:" + std::to_string(*crop));
  if (scale)
    items.push_back("scale:" + shortest(*scale));
  if (!mean.empty())
    items.push_back("mean:" + list(mean));
  if (!std.empty())
    items.push_back("std:" + list(std));
  if (bytesAsTheyAre)
    items.push_back("u8");
  return join(items, ",");
}

} // namespace mlir::mopt
