//===- Dataset.cpp - samples for calibration and evaluation -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Data/Dataset.h"
#include "DataError.h"
#include "DatasetKinds.h"
#include "ImageFolder.h"
#include "mopt/Data/Images.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace mlir::mopt {

Dataset::~Dataset() = default;

namespace {
/// Images that are decoded when asked for: memory does not grow with them.
class ImageDataset final : public Dataset {
public:
  ImageDataset(ImageFolder listed, int64_t limit) : folder(std::move(listed)) {
    count = int64_t(folder.entries.size());
    if (limit > 0)
      count = std::min(count, limit);
    labelled = folder.hasLabels;
  }

  int64_t label(int64_t sample) const override {
    return folder.entries[sample].label;
  }
  Expected<Array> read(int64_t sample, int64_t) const override {
    return readImage(folder.entries[sample].path);
  }
  std::string describe(int64_t sample, int64_t) const override {
    return folder.entries[sample].path;
  }

private:
  ImageFolder folder;
};
} // namespace

DatasetOr openImageDataset(StringRef path, const DatasetOptions &options) {
  Expected<ImageFolder> folder = listImageFolder(path);
  if (!folder)
    return folder.takeError();
  if (options.inputs.size() > 1)
    return dataError("the model has {0} inputs but the images of folder '{1}' "
                     "are one; give a .npz with an array for each input",
                     options.inputs.size(), path);
  if (options.labels == Labels::Required && !folder->hasLabels)
    return dataError("the images of folder '{0}' have no labels; name them "
                     "CLASS_anything with CLASS an integer, or use one "
                     "sub-folder a class",
                     path);
  if (options.labels == Labels::Ignore)
    folder->hasLabels = false;
  return std::make_unique<ImageDataset>(std::move(*folder), options.samples);
}

DatasetOr openDataset(StringRef path, const DatasetOptions &options) {
  if (options.samples < 0)
    return dataError("samples={0} is negative", options.samples);
  sys::fs::file_status status;
  if (std::error_code error = sys::fs::status(path, status))
    return dataError("cannot open data '{0}': {1}", path, error.message());
  if (sys::fs::is_directory(status))
    return openImageDataset(path, options);
  // Four bytes tell the kind; a pipe would lose them, so it is not accepted.
  if (!sys::fs::is_regular_file(status))
    return dataError("data '{0}' is neither a file nor a folder", path);
  ErrorOr<std::unique_ptr<MemoryBuffer>> start =
      MemoryBuffer::getFileSlice(path, std::min<uint64_t>(status.getSize(), 4),
                                 /*Offset=*/0);
  if (!start)
    return dataError("cannot read '{0}': {1}", path,
                     start.getError().message());
  StringRef magic = (*start)->getBuffer();
  if (magic.starts_with("PK"))
    return openNpzDataset(path, options);
  if (magic.starts_with("\x93NUM"))
    return openNpyDataset(path, options);
  return dataError("data '{0}' is neither .npy nor .npz by its content, nor a "
                   "folder of images; save it with numpy.save or numpy.savez",
                   path);
}

Expected<Array> loadInput(const Dataset &dataset, int64_t sample, int64_t input,
                          const InputSpec &spec, const Preprocess &preprocess) {
  Expected<Array> data = dataset.read(sample, input);
  if (!data)
    return data.takeError();
  return convertSample(*data, spec, preprocess,
                       dataset.describe(sample, input));
}

} // namespace mlir::mopt
