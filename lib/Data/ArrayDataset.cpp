//===- ArrayDataset.cpp - samples in numpy arrays ---------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DataError.h"
#include "DatasetKinds.h"
#include "mopt/Data/Npz.h"
#include "llvm/ADT/StringExtras.h"
#include <limits>

using namespace llvm;

namespace mlir::mopt {

namespace {
/// Arrays whose first axis counts samples; a sample is a view of them.
class ArrayDataset final : public Dataset {
public:
  /// Adds the array of the next input.
  Error addInput(Array array, std::string name);
  Error setLabels(const Array &array, StringRef name, bool allowMaps);
  /// Adds what the next output should be; null: the data set does not say.
  Error addReference(std::optional<Array> array, StringRef name);
  void limit(int64_t samples) {
    inputs = int64_t(arrays.size());
    if (samples > 0)
      count = std::min(count, samples);
  }

  int64_t label(int64_t sample) const override { return labels[sample]; }
  std::vector<int64_t> labelMap(int64_t sample) const override;
  std::optional<Array> reference(int64_t sample,
                                 int64_t output) const override {
    if (output >= int64_t(references.size()) || !references[output])
      return std::nullopt;
    return references[output]->at(sample);
  }
  Expected<Array> read(int64_t sample, int64_t input) const override {
    return arrays[input].at(sample);
  }
  std::string describe(int64_t sample, int64_t input) const override {
    return (Twine(names[input]) + "[" + Twine(sample) + "]").str();
  }

private:
  std::vector<Array> arrays;
  std::vector<std::string> names;
  std::vector<int64_t> labels;
  Array maps;
  std::vector<std::optional<Array>> references;
};
} // namespace

Error ArrayDataset::addInput(Array array, std::string name) {
  if (array.rank() == 0)
    return dataError("'{0}' is a single number; the first axis of data counts "
                     "samples",
                     name);
  if (array.numElements() == 0)
    return dataError("'{0}' has no elements (shape {1})", name,
                     shapeString(array.shape()));
  int64_t length = array.shape()[0];
  if (!arrays.empty() && length != count)
    return dataError("'{0}' has {1} samples but '{2}' has {3}; the first axes "
                     "must be equal",
                     name, length, names.front(), count);
  count = length;
  arrays.push_back(std::move(array));
  names.push_back(std::move(name));
  return Error::success();
}

/// Appends elements of type T; false when one does not fit.
template <typename T>
static bool appendElements(const Array &array, std::vector<int64_t> &values) {
  for (T value : array.as<T>()) {
    if constexpr (std::is_same_v<T, uint64_t>)
      if (value > uint64_t(std::numeric_limits<int64_t>::max()))
        return false;
    values.push_back(int64_t(value));
  }
  return true;
}

/// Appends the elements of an integer array; false when one does not fit.
static bool appendIntegers(const Array &array, std::vector<int64_t> &values) {
  switch (array.dtype()) {
  case DType::Bool:
  case DType::UInt8:
    return appendElements<uint8_t>(array, values);
  case DType::Int8:
    return appendElements<int8_t>(array, values);
  case DType::Int16:
    return appendElements<int16_t>(array, values);
  case DType::UInt16:
    return appendElements<uint16_t>(array, values);
  case DType::Int32:
    return appendElements<int32_t>(array, values);
  case DType::UInt32:
    return appendElements<uint32_t>(array, values);
  case DType::Int64:
    return appendElements<int64_t>(array, values);
  case DType::UInt64:
    return appendElements<uint64_t>(array, values);
  default:
    return false;
  }
}

Error ArrayDataset::setLabels(const Array &array, StringRef name,
                              bool allowMaps) {
  bool isColumn = array.rank() == 2 && array.shape()[1] == 1;
  bool isMap = allowMaps && (array.rank() == 3 ||
                             (array.rank() == 4 && array.shape()[3] == 1));
  if (array.rank() == 0 || (array.rank() > 1 && !isColumn && !isMap))
    return dataError("labels '{0}' have shape {1}; they are one class index a "
                     "sample (argmax makes them of one-hot rows){2}",
                     name, shapeString(array.shape()),
                     allowMaps ? ", or one a pixel, of shape NxHxW" : "");
  if (array.shape()[0] != count)
    return dataError("'{0}' has {1} labels but '{2}' has {3} samples; the "
                     "first axes must be equal",
                     name, array.shape()[0], names.front(), count);
  if (!isInteger(array.dtype()) && array.dtype() != DType::Bool)
    return dataError("labels '{0}' are {1}; they must be integers (astype)",
                     name, dtypeName(array.dtype()));
  if (isMap) {
    // Maps are read sample by sample; they may be as large as the images.
    if (array.dtype() == DType::UInt64)
      return dataError("label maps '{0}' are uint64; any narrower integer type "
                       "holds class indices (astype)",
                       name);
    maps = array;
    mapped = true;
    return Error::success();
  }
  if (!appendIntegers(array, labels))
    return dataError("labels '{0}' have a value beyond int64", name);
  labelled = true;
  return Error::success();
}

std::vector<int64_t> ArrayDataset::labelMap(int64_t sample) const {
  std::vector<int64_t> values;
  appendIntegers(maps.at(sample), values);
  return values;
}

Error ArrayDataset::addReference(std::optional<Array> array, StringRef name) {
  if (array && (array->rank() == 0 || array->shape()[0] != count))
    return dataError("'{0}' has shape {1} but '{2}' has {3} samples; the first "
                     "axes must be equal",
                     name, shapeString(array->shape()), names.front(), count);
  referenced |= array.has_value();
  references.push_back(std::move(array));
  return Error::success();
}

DatasetOr openNpyDataset(StringRef path, const DatasetOptions &options) {
  if (options.inputs.size() > 1)
    return dataError("the model has {0} inputs but '{1}' is one array; give a "
                     ".npz with an array for each input",
                     options.inputs.size(), path);
  if (options.labels == Labels::Required)
    return dataError("'{0}' has no labels; give a .npz with the data in x and "
                     "the labels in y",
                     path);
  Expected<Array> array = readNpy(path);
  if (!array)
    return array.takeError();
  auto dataset = std::make_unique<ArrayDataset>();
  if (Error error = dataset->addInput(std::move(*array), path.str()))
    return std::move(error);
  dataset->limit(options.samples);
  return std::move(dataset);
}

/// The array that feeds an input, or nullopt.
static std::optional<StringRef> findArray(const NpzFile &file, StringRef input,
                                          bool isOnlyInput) {
  if (file.contains(input))
    return input;
  if (isOnlyInput && file.contains("x"))
    return StringRef("x");
  return std::nullopt;
}

DatasetOr openNpzDataset(StringRef path, const DatasetOptions &options) {
  Expected<NpzFile> file = NpzFile::open(path);
  if (!file)
    return file.takeError();
  std::vector<std::string> inputs = options.inputs;
  if (inputs.empty())
    inputs.push_back("x");
  auto dataset = std::make_unique<ArrayDataset>();
  for (const std::string &input : inputs) {
    std::optional<StringRef> name = findArray(*file, input, inputs.size() == 1);
    if (!name)
      return dataError("'{0}' has no array for model input '{1}'; it has: {2}. "
                       "Name the array as the input{3}",
                       path, input,
                       file->names().empty() ? "none"
                                             : join(file->names(), ", "),
                       inputs.size() == 1 ? ", or x" : "");
    Expected<Array> array = file->read(*name);
    if (!array)
      return array.takeError();
    if (Error error =
            dataset->addInput(std::move(*array), (path + ":" + *name).str()))
      return std::move(error);
  }
  bool labelsAreReference = false;
  for (const std::string &output : options.outputs) {
    std::optional<Array> reference;
    if (file->contains(output)) {
      Expected<Array> array = file->read(output);
      if (!array)
        return array.takeError();
      // An output named y: integers are labels still.
      bool isLabels =
          output == "y" && isInteger(array->dtype()) && array->rank() < 2;
      labelsAreReference |= output == "y" && !isLabels;
      if (!isLabels)
        reference = std::move(*array);
    }
    if (Error error = dataset->addReference(std::move(reference),
                                            path.str() + ":" + output))
      return std::move(error);
  }
  if (options.labels != Labels::Ignore && file->contains("y") &&
      !labelsAreReference) {
    Expected<Array> labels = file->read("y");
    if (!labels)
      return labels.takeError();
    if (Error error =
            dataset->setLabels(*labels, (path + ":y").str(), options.labelMaps))
      return std::move(error);
  } else if (options.labels == Labels::Required) {
    return dataError("'{0}' has no labels; put them into an array named y",
                     path);
  }
  dataset->limit(options.samples);
  return std::move(dataset);
}

} // namespace mlir::mopt
