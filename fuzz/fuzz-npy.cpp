//===- fuzz-npy.cpp - fuzzing of the data readers ---------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whatever the bytes, the readers give data or an error. Data is used as its
// consumers use it: converted, and written and read again unchanged.
//
//===----------------------------------------------------------------------===//

#include "mopt/Data/Convert.h"
#include "mopt/Data/Images.h"
#include "mopt/Data/Npz.h"
#include <cstdlib>

using namespace llvm;
using namespace mlir::mopt;

/// Arrays beyond this are not copied: a few bytes may declare megabytes.
static constexpr int64_t maxBytes = 1 << 20;

static void useArray(const Array &array) {
  if (array.byteSize() > maxBytes)
    return;
  std::string bytes;
  raw_string_ostream os(bytes);
  cantFail(writeNpy(array, os));
  Array again =
      cantFail(parseNpy(MemoryBuffer::getMemBufferCopy(bytes), "again"));
  if (again.dtype() != array.dtype() || again.shape() != array.shape() ||
      again.bytes() != array.bytes())
    std::abort();

  SmallVector<int64_t, 4> shape(array.shape());
  for (DType type : {DType::Float32, DType::Int8, DType::Int32, DType::Float16,
                     DType::Bool, DType::UInt64}) {
    InputSpec spec{"in", type, shape, std::nullopt};
    if (type == DType::Int8)
      spec.quantization = InputSpec::Quantization{0.5f, 3};
    Expected<Array> input = convertSample(array, spec, Preprocess(), "fuzz");
    if (!input)
      consumeError(input.takeError());
    else if (input->numElements() != array.numElements())
      std::abort();
  }
}

static void use(Expected<Array> array) {
  if (array)
    useArray(*array);
  else
    consumeError(array.takeError());
}

static void fuzzArchive(StringRef bytes) {
  Expected<NpzFile> file =
      NpzFile::parse(MemoryBuffer::getMemBufferCopy(bytes), "fuzz.npz");
  if (!file)
    return consumeError(file.takeError());
  for (const std::string &name : file->names()) {
    Expected<NpyHeader> header = file->header(name);
    Expected<Array> array = file->read(name);
    // What can be read has a header that can be read, of the same shape.
    if (array &&
        (!header || ArrayRef<int64_t>(header->shape) != array->shape()))
      std::abort();
    if (!header)
      consumeError(header.takeError());
    use(std::move(array));
  }
}

static void fuzzImage(ArrayRef<uint8_t> bytes) {
  Expected<Array> image = decodeImage(bytes, "fuzz");
  if (!image)
    return consumeError(image.takeError());
  if (image->rank() != 3 || image->shape()[2] != 3)
    std::abort();
  Preprocess preprocess = cantFail(Preprocess::parse("resize:5,crop:3,std:2"));
  if (image->byteSize() <= maxBytes)
    use(preprocess.applyGeometry(*image, "fuzz"));
}

static void fuzzPreprocess(StringRef text) {
  Expected<Preprocess> preprocess = Preprocess::parse(text);
  if (!preprocess)
    return consumeError(preprocess.takeError());
  std::string canonical = preprocess->str();
  if (cantFail(Preprocess::parse(canonical)).str() != canonical)
    std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  StringRef bytes(reinterpret_cast<const char *>(data), size);
  use(parseNpy(MemoryBuffer::getMemBufferCopy(bytes), "fuzz.npy"));
  fuzzArchive(bytes);
  fuzzImage(ArrayRef(data, size));
  fuzzPreprocess(bytes);
  return 0;
}
