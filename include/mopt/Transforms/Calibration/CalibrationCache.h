//===- CalibrationCache.h - What calibration saw, on disk -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_CALIBRATION_CALIBRATIONCACHE_H
#define MOPT_TRANSFORMS_CALIBRATION_CALIBRATIONCACHE_H

#include "mopt/Transforms/Calibration/Observer.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace mlir::mopt {

/// What was seen of a model on some samples: of every tensor the statistics
/// that any method needs. docs/Quantization.md describes the file.
struct CalibrationCache {
  static constexpr int kVersion = 1;

  /// Samples [first, first + samples) of a data set.
  struct Source {
    /// The file's name, without its folder.
    std::string name;
    int64_t first = 0;
    int64_t samples = 0;
  };

  struct Tensor {
    /// May be empty.
    std::string name;
    TensorStatistics statistics;
    /// Set by hand; wins over what any method would choose.
    std::optional<ValueRange32> range;
  };

  /// getModelFingerprint of the model.
  std::string model;
  /// Preprocess::str() of what was done to the samples.
  std::string preprocess;
  std::vector<Source> sources;
  /// In the order in which the model computes them.
  std::vector<Tensor> tensors;

  int64_t getNumSamples() const;
  /// The names of the sources, each once, for messages and records.
  std::string getSourceNames() const;

  /// Adds what was seen on later samples. The result is, byte for byte, the
  /// cache of all samples in this order. Fails, naming `what`, where `later` is
  /// of another model, was preprocessed otherwise, or has another range by
  /// hand.
  llvm::Error merge(const CalibrationCache &later, llvm::StringRef what);

  /// The file, the same bytes for the same content.
  void write(llvm::raw_ostream &os) const;

  /// Reads what write() wrote, perhaps edited. Errors name `path` and what is
  /// wrong: JSON, a version, an unknown key, a value of another kind, counts
  /// or ranges that cannot be.
  static llvm::Expected<CalibrationCache> parse(llvm::StringRef text,
                                                llvm::StringRef path);
};

/// parse() of a file.
llvm::Expected<CalibrationCache> readCalibrationCache(llvm::StringRef path);

/// Writes the file when it is complete; `-` is standard output.
llvm::Error writeCalibrationCache(const CalibrationCache &cache,
                                  llvm::StringRef path);

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_CALIBRATION_CALIBRATIONCACHE_H
