//===- CalibrationCache.cpp - What calibration saw, on disk -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Calibration/CalibrationCache.h"

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

//===----------------------------------------------------------------------===//
// Content
//===----------------------------------------------------------------------===//

int64_t CalibrationCache::getNumSamples() const {
  int64_t total = 0;
  for (const Source &source : sources)
    total += source.samples;
  return total;
}

std::string CalibrationCache::getSourceNames() const {
  llvm::SmallSetVector<StringRef, 4> names;
  for (const Source &source : sources)
    names.insert(source.name);
  return llvm::join(names, "+");
}

Error CalibrationCache::merge(const CalibrationCache &later, StringRef what) {
  if (model != later.model || tensors.size() != later.tensors.size())
    return llvm::createStringError(
        "'" + what + "' was made of another model (" + later.model +
        ") than the caches before it (" + model + ")");
  if (preprocess != later.preprocess)
    return llvm::createStringError(
        "'" + what + "' was made of data preprocessed as '" + later.preprocess +
        "', the caches before it '" + preprocess + "'");
  for (auto [own, other] : llvm::zip_equal(tensors, later.tensors)) {
    own.statistics.merge(other.statistics);
    if (own.range && other.range && !(*own.range == *other.range))
      return llvm::createStringError("'" + what + "' gives tensor '" +
                                     own.name +
                                     "' another range than a cache before it");
    if (other.range)
      own.range = other.range;
  }
  for (const Source &source : later.sources) {
    // Neighbouring parts of a set are one part.
    if (!sources.empty() && sources.back().name == source.name &&
        sources.back().first + sources.back().samples == source.first)
      sources.back().samples += source.samples;
    else
      sources.push_back(source);
  }
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

/// The shortest decimal that gives the same float32.
static std::string printFloat(float value) {
  std::string text;
  for (int digits = 1; digits <= 9; ++digits) {
    text.clear();
    llvm::raw_string_ostream(text)
        << llvm::format("%.*g", digits, static_cast<double>(value));
    if (std::strtof(text.c_str(), nullptr) == value)
      break;
  }
  return text;
}

template <typename Range, typename Print>
static std::string printList(const Range &range, Print print) {
  std::string text = "[";
  llvm::raw_string_ostream os(text);
  llvm::interleaveComma(range, os,
                        [&](const auto &item) { os << print(item); });
  os << "]";
  return text;
}

static std::string printString(StringRef text) {
  std::string printed;
  llvm::raw_string_ostream(printed) << llvm::json::Value(text);
  return printed;
}

static void writeTensor(llvm::raw_ostream &os, size_t index,
                        const CalibrationCache::Tensor &tensor) {
  const TensorStatistics &seen = tensor.statistics;
  auto printCount = [](uint64_t count) { return std::to_string(count); };
  os << "    {\"index\": " << index
     << ", \"name\": " << printString(tensor.name);
  if (tensor.range)
    os << ",\n     \"range\": [" << printFloat(tensor.range->min) << ", "
       << printFloat(tensor.range->max) << "]";
  if (seen.bounds)
    os << ",\n     \"min\": " << printFloat(seen.bounds->min)
       << ", \"max\": " << printFloat(seen.bounds->max);
  os << ",\n     \"exponent\": " << seen.histogram.getExponent()
     << ",\n     \"negative\": "
     << printList(seen.histogram.getCounts(Histogram::Negative), printCount)
     << ",\n     \"positive\": "
     << printList(seen.histogram.getCounts(Histogram::Positive), printCount)
     << ",\n     \"recent_min\": "
     << printList(seen.recent, [](auto &r) { return printFloat(r.min); })
     << ",\n     \"recent_max\": "
     << printList(seen.recent, [](auto &r) { return printFloat(r.max); })
     << "}";
}

void CalibrationCache::write(llvm::raw_ostream &os) const {
  os << "{\n  \"format\": \"mopt-calibration\",\n  \"version\": " << kVersion
     << ",\n  \"model\": " << printString(model)
     << ",\n  \"preprocess\": " << printString(preprocess)
     << ",\n  \"data\": [";
  llvm::interleave(
      sources, os,
      [&](const Source &source) {
        os << "\n    {\"name\": " << printString(source.name)
           << ", \"first\": " << source.first
           << ", \"samples\": " << source.samples << "}";
      },
      ",");
  os << "\n  ],\n  \"tensors\": [\n";
  for (auto [index, tensor] : llvm::enumerate(tensors)) {
    writeTensor(os, index, tensor);
    os << (index + 1 < tensors.size() ? ",\n" : "\n");
  }
  os << "  ]\n}\n";
}

Error mopt::writeCalibrationCache(const CalibrationCache &cache,
                                  StringRef path) {
  Error error = llvm::writeToOutput(path, [&](llvm::raw_ostream &os) {
    cache.write(os);
    return Error::success();
  });
  if (!error)
    return error;
  return llvm::createStringError("cannot write '" + path +
                                 "': " + llvm::toString(std::move(error)));
}

Expected<CalibrationCache> mopt::readCalibrationCache(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return llvm::createStringError("cannot read '" + path +
                                   "': " + buffer.getError().message() +
                                   "; give calibration data to make it");
  return CalibrationCache::parse((*buffer)->getBuffer(), path);
}
