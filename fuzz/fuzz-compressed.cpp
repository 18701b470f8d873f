//===- fuzz-compressed.cpp - fuzzing of compressed models -------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whatever the bytes, a container gives a model or an error. The first byte
// says what the rest is: a container, whose checksum would keep random bytes
// from the decoders behind it, a list of products and a model, or the code of
// one tensor alone.
//
//===----------------------------------------------------------------------===//

#include "Products.h"
#include "TensorCoder.h"
#include "mopt/Target/Compressed/Container.h"

using namespace mlir::mopt;

static constexpr uint64_t maxBytes = 1 << 20;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 3)
    return 0;
  if (data[0] == 'M') {
    llvm::StringRef file(reinterpret_cast<const char *>(data), size);
    llvm::consumeError(restoreModel(file, "fuzz", maxBytes).takeError());
    return 0;
  }
  if (data[0] == 'P') {
    ByteView bytes(data + 3, size - 3);
    size_t list = std::min<size_t>(data[1] | data[2] << 8, bytes.size());
    Bytes model(bytes.drop_front(list));
    (void)applyProducts(model, bytes.take_front(list));
    return 0;
  }
  Bytes tensor(data[1] | data[2] << 8);
  ByteReader in({data + 3, size - 3});
  (void)decodeTensor(in, tensor);
  return 0;
}
