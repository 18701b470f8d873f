//===- Dataset.h - samples for calibration and evaluation -------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DATA_DATASET_H
#define MOPT_DATA_DATASET_H

#include "mopt/Data/Convert.h"

#include <optional>
#include <vector>

namespace mlir::mopt {

/// What to do with labels.
enum class Labels {
  Ignore,   ///< Not read: a data set with unusable ones still calibrates.
  Optional, ///< Read where there are any.
  Required  ///< Their absence is an error.
};

struct DatasetOptions {
  /// Names of the model's inputs, in its order. None is the same as `x`.
  std::vector<std::string> inputs;
  Labels labels = Labels::Ignore;
  /// Labels may also be a map a sample: one class index a pixel.
  bool labelMaps = false;
  /// Names of the model's outputs: arrays of that name (.npz) hold what the
  /// outputs should be.
  std::vector<std::string> outputs;
  /// Use the first N samples; 0 uses all, as does more than there are.
  int64_t samples = 0;
};

/// Labelled samples on disk. After openDataset all functions may be called
/// from several threads.
///
/// The kinds, told by content and not by name:
/// - `.npz`: one array an input, named as the input is; a model with one input
///   may name it `x`. Labels are in `y`, one integer a sample or an integer map
///   (shape [N, H, W] or [N, H, W, 1]). An array named as an output holds what
///   that output should be. The first axis counts samples. Arrays that nothing
///   asks for are not read.
/// - `.npy`: the array of a model's only input, without labels.
/// - a folder of images, for a model's only input, decoded when asked for:
///   either `CLASS_anything.jpg` (CLASS is the label; without any such prefix
///   there are no labels), in the order of the names; or one sub-folder a
///   class, whose label is its name when all are integers and else its index
///   in the order of the names; then the first image of each class comes
///   before the second of any. Names are compared by bytes. Hidden files and
///   files other than .jpg, .jpeg and .png are skipped.
class Dataset {
public:
  virtual ~Dataset();

  int64_t size() const { return count; }
  int64_t numInputs() const { return inputs; }
  bool hasLabels() const { return labelled; }
  bool hasLabelMaps() const { return mapped; }
  /// Whether it says what any output should be.
  bool hasReferences() const { return referenced; }

  /// The label of a sample: a class index. Needs hasLabels().
  virtual int64_t label(int64_t sample) const = 0;

  /// The classes of a sample's pixels, row by row. Needs hasLabelMaps().
  virtual std::vector<int64_t> labelMap(int64_t) const { return {}; }

  /// What an output should be on a sample, without the sample axis;
  /// std::nullopt where the data set does not say.
  virtual std::optional<Array> reference(int64_t, int64_t) const {
    return std::nullopt;
  }

  /// The data of a sample for one input as it is stored, without the sample
  /// axis. Views of arrays share the bytes; images are decoded anew each time.
  virtual llvm::Expected<Array> read(int64_t sample, int64_t input) const = 0;

  /// What to call the sample in a message: a file, or `data.npz:x[17]`.
  virtual std::string describe(int64_t sample, int64_t input) const = 0;

protected:
  int64_t count = 0;
  int64_t inputs = 1;
  bool labelled = false;
  bool mapped = false;
  bool referenced = false;
};

/// Opens a data set and checks all that can be checked without reading every
/// sample. Errors name the file and array: what is missing, unreadable or
/// truncated, arrays of different lengths, labels that are not integers.
llvm::Expected<std::unique_ptr<Dataset>>
openDataset(llvm::StringRef path, const DatasetOptions &options);

/// read(), then convertSample().
llvm::Expected<Array> loadInput(const Dataset &dataset, int64_t sample,
                                int64_t input, const InputSpec &spec,
                                const Preprocess &preprocess);

} // namespace mlir::mopt

#endif // MOPT_DATA_DATASET_H
