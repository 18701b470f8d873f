//===- Container.h - Small files of models -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_COMPRESSED_CONTAINER_H
#define MOPT_TARGET_COMPRESSED_CONTAINER_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>
#include <vector>

namespace mlir::mopt {

/// What became of a tensor, or of the rest of a file.
struct CodedPart {
  std::string name;
  /// The forms and codes that were chosen, for people.
  std::string form;
  /// Bytes in the model and in the container.
  uint64_t bytes = 0, coded = 0;
};

/// A model file in a container.
struct CompressedModel {
  /// The container; docs/Compression.md describes its format.
  std::vector<uint8_t> bytes;
  /// Tensors in the order of the file.
  std::vector<CodedPart> tensors;
  /// All that is no data of a tensor.
  CodedPart structure;
};

/// True if `file` begins like a container.
bool isCompressedModel(llvm::StringRef file);

/// The .tflite `file` without any loss in a smaller file. Fails with the reason
/// where it is no .tflite. Takes time and memory in proportion to the size.
/// Calls `advance(tensor, tensors)` before every tensor.
llvm::Expected<CompressedModel>
compressModel(llvm::StringRef file,
              llvm::function_ref<void(uint64_t, uint64_t)> advance = nullptr);

/// Models beyond this many bytes are not restored.
constexpr uint64_t kLargestModel = uint64_t(1) << 36;

/// The .tflite that `file` was made of, bit for bit; `name` becomes the name of
/// the buffer. Fails with the reason where the container is damaged, of a newer
/// version, or declares more than `limit` bytes.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
restoreModel(llvm::StringRef file, llvm::StringRef name,
             uint64_t limit = kLargestModel);

} // namespace mlir::mopt

#endif // MOPT_TARGET_COMPRESSED_CONTAINER_H
