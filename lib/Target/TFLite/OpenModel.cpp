//===- OpenModel.cpp - A checked flatbuffer -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpenModel.h"

#include "mopt/Target/TFLite/Import.h"
#include "llvm/ADT/Twine.h"

#include <algorithm>

using namespace mlir;
using namespace mlir::mopt;

llvm::Expected<const tflite::Model *> tfl::openModel(llvm::StringRef data) {
  // An offset to the root and the identifier come first.
  if (data.size() < 8)
    return llvm::createStringError("not a TFLite model: the file has only " +
                                   llvm::Twine(data.size()) + " bytes");
  if (!isTFLite(data))
    return llvm::createStringError(
        "not a TFLite model: the file identifier is not 'TFL3'");
  // Offsets inside a flatbuffer are 31 bits; larger files keep their weights
  // behind it.
  size_t size = std::min<size_t>(data.size(), FLATBUFFERS_MAX_BUFFER_SIZE - 1);
  flatbuffers::Verifier::Options limits;
  limits.max_depth = 64;
  // A table takes at least its 4 bytes, unless tables share bytes: a trick by
  // which a small file describes a huge model.
  limits.max_tables = size / sizeof(flatbuffers::soffset_t);
  flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t *>(data.data()),
                                 size, limits);
  if (!tflite::VerifyModelBuffer(verifier))
    return llvm::createStringError(
        "the flatbuffer is damaged: it is truncated or an offset in it leads "
        "outside the file; get the file again from its source");
  const tflite::Model *model = tflite::GetModel(data.data());
  if (model->version() != 3)
    return llvm::createStringError("schema version " +
                                   llvm::Twine(model->version()) +
                                   " is not supported, only version 3 is");
  return model;
}
