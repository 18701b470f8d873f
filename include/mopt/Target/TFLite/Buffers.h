//===- Buffers.h - Where the constants of a file lie -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_TFLITE_BUFFERS_H
#define MOPT_TARGET_TFLITE_BUFFERS_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace mlir::mopt {

/// The data of a constant tensor in a .tflite file.
struct TFLiteBuffer {
  /// The first tensor that has it.
  std::string name;
  /// Bytes from the beginning of the file.
  uint64_t offset, size;
  /// Bits of an element; 0 where that differs (strings).
  unsigned elementBits;
  bool isFloat;
  llvm::SmallVector<int64_t> shape;
  /// The dimension of the output channels, if scales tell it; else 0.
  int64_t axis;
};

/// The data of all constant tensors of the model in `file`, each once, in the
/// order of their offsets and without overlaps. Fails with the reason where the
/// file is no .tflite.
llvm::Expected<std::vector<TFLiteBuffer>>
findTFLiteBuffers(llvm::StringRef file);

/// Where the scales of a layer lie, in bytes from the beginning of the file:
/// one of the input, and `count` each of the weights and of the bias.
struct BiasScales {
  uint64_t input, weights, bias, count;
};

/// Those of the layers of the model in `file`; none where it is no .tflite.
std::vector<BiasScales> findBiasScales(llvm::StringRef file);

} // namespace mlir::mopt

#endif // MOPT_TARGET_TFLITE_BUFFERS_H
