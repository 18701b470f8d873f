//===- CacheReader.cpp - Reading calibration caches -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Calibration/CalibrationCache.h"

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

namespace {

/// Reads the fields of one object; the first thing that is wrong is kept, and
/// what is read after it does not matter.
class ObjectReader {
public:
  ObjectReader(const llvm::json::Value &value, std::string where,
               std::string &problem)
      : object(value.getAsObject()), where(std::move(where)), problem(problem) {
    if (!object)
      report("is not an object");
  }

  void report(const Twine &what) {
    if (problem.empty())
      problem = (where + " " + what).str();
  }

  /// Keys that nothing reads are mistakes.
  void allowOnly(ArrayRef<StringRef> keys) {
    if (!object)
      return;
    // In the order of the names: an object has none of its own.
    std::vector<StringRef> unknown;
    for (const auto &[key, value] : *object)
      if (!llvm::is_contained(keys, StringRef(key)))
        unknown.push_back(key);
    if (!unknown.empty())
      report("has no key '" + *llvm::min_element(unknown) +
             "'; it has: " + llvm::join(keys, ", "));
  }

  bool has(StringRef key) const { return object && object->get(key); }

  std::string getString(StringRef key) {
    const llvm::json::Value *value = get(key);
    std::optional<StringRef> text = value ? value->getAsString() : std::nullopt;
    if (value && !text)
      report("needs a string as '" + key + "'");
    return text.value_or("").str();
  }

  int64_t getInteger(StringRef key, int64_t least, int64_t most) {
    const llvm::json::Value *value = get(key);
    return value ? toInteger(*value, key, least, most) : least;
  }

  float getFloat(StringRef key) {
    const llvm::json::Value *value = get(key);
    return value ? toFloat(*value, key) : 0.0f;
  }

  std::vector<float> getFloats(StringRef key) {
    std::vector<float> result;
    for (const llvm::json::Value &item : getArray(key))
      result.push_back(toFloat(item, key));
    return result;
  }

  std::vector<uint64_t> getCounts(StringRef key) {
    std::vector<uint64_t> result;
    for (const llvm::json::Value &item : getArray(key))
      result.push_back(toInteger(item, key, 0, INT64_MAX));
    return result;
  }

  ArrayRef<llvm::json::Value> getArray(StringRef key) {
    const llvm::json::Value *value = get(key);
    if (!value)
      return {};
    if (const llvm::json::Array *array = value->getAsArray())
      return ArrayRef(array->data(), array->size());
    report("needs a list as '" + key + "'");
    return {};
  }

private:
  const llvm::json::Value *get(StringRef key) {
    if (!object)
      return nullptr;
    const llvm::json::Value *value = object->get(key);
    if (!value)
      report("lacks '" + key + "'");
    return value;
  }

  float toFloat(const llvm::json::Value &value, StringRef key) {
    std::optional<double> number = value.getAsNumber();
    auto result = static_cast<float>(number.value_or(0.0));
    if (!number || !std::isfinite(result))
      report("needs finite numbers as '" + key + "'");
    return result;
  }

  int64_t toInteger(const llvm::json::Value &value, StringRef key,
                    int64_t least, int64_t most) {
    std::optional<int64_t> number = value.getAsInteger();
    if (number && *number >= least && *number <= most)
      return *number;
    report("needs integers from " + Twine(least) +
           (most == INT64_MAX ? Twine(" on") : " to " + Twine(most)) + " as '" +
           key + "'");
    return least;
  }

  const llvm::json::Object *object;
  std::string where;
  std::string &problem;
};

} // namespace

static CalibrationCache::Tensor readTensor(const llvm::json::Value &value,
                                           size_t index, std::string &problem) {
  CalibrationCache::Tensor tensor;
  ObjectReader reader(value, "tensor " + std::to_string(index), problem);
  reader.allowOnly({"index", "name", "range", "min", "max", "exponent",
                    "negative", "positive", "recent_min", "recent_max"});
  if (reader.getInteger("index", 0, INT64_MAX) != static_cast<int64_t>(index))
    reader.report("has another 'index'; tensors stay in their order");
  tensor.name = reader.getString("name");
  if (reader.has("range")) {
    std::vector<float> range = reader.getFloats("range");
    if (range.size() != 2 || range[0] > range[1])
      reader.report("needs [min, max] as 'range'");
    else
      tensor.range = ValueRange32{range[0], range[1]};
  }
  TensorStatistics &seen = tensor.statistics;
  if (reader.has("min") || reader.has("max")) {
    seen.bounds = ValueRange32{reader.getFloat("min"), reader.getFloat("max")};
    if (seen.bounds->min > seen.bounds->max)
      reader.report("has a 'min' above its 'max'");
  }
  // Beyond 116 no float32 has a bin.
  int64_t exponent =
      reader.getInteger("exponent", Histogram::kLeastExponent, 116);
  for (auto [side, key] : {std::pair(Histogram::Negative, "negative"),
                           std::pair(Histogram::Positive, "positive")}) {
    std::vector<uint64_t> counts = reader.getCounts(key);
    if (counts.size() > Histogram::kBins)
      reader.report("has more than " + Twine(Histogram::kBins) +
                    " counts as '" + key + "'");
    else
      seen.histogram.add(side, exponent, counts);
  }
  std::vector<float> min = reader.getFloats("recent_min");
  std::vector<float> max = reader.getFloats("recent_max");
  if (min.size() != max.size() || min.size() > TensorStatistics::kRecent) {
    reader.report("needs equally long lists of up to " +
                  Twine(TensorStatistics::kRecent) +
                  " numbers as 'recent_min' and 'recent_max'");
    return tensor;
  }
  for (auto [low, high] : llvm::zip_equal(min, max))
    seen.recent.push_back({low, high});
  return tensor;
}

Expected<CalibrationCache> CalibrationCache::parse(StringRef text,
                                                   StringRef path) {
  Expected<llvm::json::Value> root = llvm::json::parse(text);
  if (!root)
    return llvm::createStringError("'" + path + "' is no calibration cache: " +
                                   llvm::toString(root.takeError()));
  CalibrationCache cache;
  std::string problem;
  ObjectReader reader(*root, "the file", problem);
  // First of all, so that other files and versions are told as such.
  if (reader.getString("format") != "mopt-calibration")
    reader.report("has not the format 'mopt-calibration'");
  if (int64_t version = reader.getInteger("version", 1, INT64_MAX);
      version != kVersion)
    reader.report("has version " + Twine(version) + "; this program reads " +
                  Twine(kVersion));
  reader.allowOnly(
      {"format", "version", "model", "preprocess", "data", "tensors"});
  cache.model = reader.getString("model");
  cache.preprocess = reader.getString("preprocess");
  for (auto [index, value] : llvm::enumerate(reader.getArray("data"))) {
    ObjectReader source(value, "data " + std::to_string(index), problem);
    source.allowOnly({"name", "first", "samples"});
    cache.sources.push_back({source.getString("name"),
                             source.getInteger("first", 0, INT64_MAX),
                             source.getInteger("samples", 1, INT64_MAX)});
  }
  for (auto [index, value] : llvm::enumerate(reader.getArray("tensors")))
    cache.tensors.push_back(readTensor(value, index, problem));
  if (!problem.empty())
    return llvm::createStringError("'" + path +
                                   "' is no calibration cache: " + problem);
  return cache;
}
