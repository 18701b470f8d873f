//===- Container.cpp - Small files of models -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A container is: the magic, the CRC-32 of the model, its size, the places of
// the tensors, all other bytes of the model, what of these is computed from
// others, and the tensors;
// docs/Compression.md has the details.

#include "mopt/Target/Compressed/Container.h"

#include "Products.h"
#include "TensorCoder.h"
#include "mopt/Target/TFLite/Buffers.h"
#include "llvm/Support/CRC.h"
#include "llvm/Support/Endian.h"

#include <cstring>
#include <limits>
#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

using namespace mlir;
using namespace mlir::mopt;

static constexpr llvm::StringLiteral kMagic = "MOPTCMP";
static constexpr uint8_t kVersion = 4, kFirstVersion = 1;
/// What is written where there are no products.
static constexpr uint8_t kPlainVersion = 3;

/// Tensors below one of these sizes are coded with the rest of the file, where
/// they resemble each other.
static constexpr uint64_t kSmallTensors[] = {128, 1024};

static ByteView asBytes(llvm::StringRef text) {
  return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}

/// Rows are the output channels of a convolution or product, which come first;
/// a depthwise convolution has one row a tap. A filter has a tap of all its
/// input channels after the other.
static MatrixShape getMatrix(const TFLiteBuffer &buffer, uint64_t elements) {
  auto isSize = [&](int64_t size) {
    return size > 0 && static_cast<uint64_t>(size) <= elements &&
           elements % static_cast<uint64_t>(size) == 0;
  };
  if (buffer.shape.size() < 2 || elements == 0 ||
      !isSize(buffer.shape.front()) || !isSize(buffer.shape.back()))
    return {};
  uint64_t last = buffer.shape.back();
  uint64_t columns =
      buffer.shape.front() == 1 ? last : elements / buffer.shape.front();
  if (columns % last != 0)
    return {};
  return {columns, last};
}

static TensorLayout getLayout(const TFLiteBuffer &buffer) {
  TensorLayout layout;
  if (buffer.elementBits > 8)
    layout.elementSize = buffer.elementBits / 8;
  layout.isFloat = buffer.isFloat;
  uint64_t elements = buffer.size / layout.elementSize;
  layout.matrix = getMatrix(buffer, elements);
  // What no quantization says: the output channels come first, those of a
  // depthwise convolution last.
  if (layout.elementSize > 1 && layout.matrix.columns != 0) {
    layout.inner = buffer.shape.front() == 1 ? 1 : layout.matrix.columns;
    layout.channels = buffer.shape.front() == 1 ? layout.matrix.columns
                                                : buffer.shape.front();
  }
  if (buffer.axis < 0 || buffer.axis >= int64_t(buffer.shape.size()) ||
      buffer.elementBits % 8 != 0)
    return layout;
  uint64_t inner = 1;
  for (int64_t size :
       llvm::ArrayRef(buffer.shape).drop_front(buffer.axis + 1)) {
    if (size <= 0 || inner > elements / static_cast<uint64_t>(size))
      return layout;
    inner *= size;
  }
  int64_t channels = buffer.shape[buffer.axis];
  if (channels <= 0 || static_cast<uint64_t>(channels) > elements / inner)
    return layout;
  layout.channels = channels;
  layout.inner = inner;
  return layout;
}

bool mopt::isCompressedModel(llvm::StringRef file) {
  return file.starts_with(kMagic);
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

namespace {

/// The tensors of a file, coded once.
struct CodedTensor {
  const TFLiteBuffer *buffer;
  Bytes code;
  std::string form;
};

} // namespace

/// The container in which tensors of `smallest` bytes or more are on their own.
static CompressedModel assemble(llvm::StringRef file,
                                llvm::ArrayRef<CodedTensor> tensors,
                                llvm::ArrayRef<Product> products,
                                uint64_t smallest, uint32_t crc) {
  CompressedModel model;
  Bytes places, structure;
  uint64_t end = 0, coded = 0;
  ByteView bytes = asBytes(file);
  auto isApart = [&](const CodedTensor &tensor) {
    return tensor.buffer->size >= smallest;
  };
  // Zeros stand for products.
  const Product *product = products.begin();
  auto copyStructure = [&](uint64_t until) {
    size_t copied = structure.size();
    writeBytes(structure, bytes.slice(end, until - end));
    for (; product != products.end() && product->place < until; ++product)
      std::fill_n(structure.begin() + copied + (product->place - end),
                  4 * product->count, 0);
  };
  for (const CodedTensor &tensor : tensors) {
    const TFLiteBuffer &buffer = *tensor.buffer;
    if (!isApart(tensor))
      continue;
    writeVarint(places, buffer.offset - end);
    writeVarint(places, buffer.size);
    copyStructure(buffer.offset);
    end = buffer.offset + buffer.size;
    coded += tensor.code.size();
    model.tensors.push_back(
        {buffer.name, tensor.form, buffer.size, tensor.code.size()});
  }
  copyStructure(bytes.size());

  Bytes &out = model.bytes;
  writeBytes(out, asBytes(kMagic));
  out.push_back(products.empty() ? kPlainVersion : kVersion);
  uint8_t crcBytes[4];
  llvm::support::endian::write32le(crcBytes, crc);
  writeBytes(out, crcBytes);
  writeVarint(out, bytes.size());
  writeVarint(out, model.tensors.size());
  writeVarint(out, places.size());
  encodeBytes(out, places, StringSearch::Always);
  encodeBytes(out, structure, StringSearch::Always);
  if (!products.empty()) {
    Bytes list = writeProducts(products);
    writeVarint(out, list.size());
    encodeBytes(out, list, StringSearch::Always);
  }
  model.structure = {"", "lzma", structure.size(), out.size()};
  out.reserve(out.size() + coded);
  for (const CodedTensor &tensor : tensors)
    if (isApart(tensor))
      writeBytes(out, tensor.code);
  return model;
}

llvm::Expected<CompressedModel>
mopt::compressModel(llvm::StringRef file,
                    llvm::function_ref<void(uint64_t, uint64_t)> advance) {
  llvm::Expected<std::vector<TFLiteBuffer>> buffers = findTFLiteBuffers(file);
  if (!buffers)
    return buffers.takeError();
  std::vector<CodedTensor> tensors;
  for (const auto &[index, buffer] : llvm::enumerate(*buffers)) {
    if (advance)
      advance(index, buffers->size());
    if (buffer.size < kSmallTensors[0])
      continue;
    CodedTensor tensor = {&buffer, {}, ""};
    tensor.form = encodeTensor(tensor.code,
                               asBytes(file).slice(buffer.offset, buffer.size),
                               getLayout(buffer));
    tensors.push_back(std::move(tensor));
  }
  std::vector<Product> products = findProducts(file, *buffers);
  CompressedModel best;
  uint64_t before = 0;
  uint32_t crc = llvm::crc32(asBytes(file));
  for (uint64_t smallest : kSmallTensors) {
    bool isSame = llvm::none_of(tensors, [&](const CodedTensor &tensor) {
      return tensor.buffer->size >= before && tensor.buffer->size < smallest;
    });
    before = smallest;
    if (isSame && !best.bytes.empty())
      continue;
    CompressedModel model = assemble(file, tensors, products, smallest, crc);
    if (best.bytes.empty() || model.bytes.size() < best.bytes.size())
      best = std::move(model);
  }
  return best;
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// Asks for large pages: a system takes as long to hand out small ones as a
/// model takes to decode.
static void
adviseLargePages([[maybe_unused]] llvm::MutableArrayRef<uint8_t> bytes) {
#if defined(MADV_HUGEPAGE)
  auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  auto start = reinterpret_cast<uintptr_t>(bytes.data());
  uintptr_t begin = llvm::alignTo(start, page);
  uintptr_t end = llvm::alignDown(start + bytes.size(), page);
  if (begin < end)
    madvise(reinterpret_cast<void *>(begin), end - begin, MADV_HUGEPAGE);
#endif
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
mopt::restoreModel(llvm::StringRef file, llvm::StringRef name, uint64_t limit) {
  auto fail = [](const llvm::Twine &what) {
    return llvm::createStringError(what);
  };
  auto damaged = [&] {
    return fail("the compressed model is damaged or truncated; get the file "
                "again from its source");
  };
  if (!isCompressedModel(file))
    return fail("not a compressed model: the file does not begin with '" +
                kMagic + "'");
  ByteReader in(asBytes(file.drop_front(kMagic.size())));
  uint8_t version = in.readByte();
  if (in.failed())
    return damaged();
  if (version < kFirstVersion || version > kVersion)
    return fail("version " + llvm::Twine(unsigned(version)) +
                " of compressed models is not supported, only versions " +
                llvm::Twine(unsigned(kFirstVersion)) + " to " +
                llvm::Twine(unsigned(kVersion)) + " are");
  ByteView crc = in.readBytes(4);
  uint64_t size = in.readVarint(), count = in.readVarint(),
           placeBytes = in.readVarint();
  // A place takes two bytes at least, and ten at most twice.
  if (in.failed() || count > placeBytes / 2 || placeBytes / 20 > count ||
      placeBytes > size)
    return damaged();
  if (size > limit)
    return fail("the compressed model declares " + llvm::Twine(size) +
                " bytes, more than " + llvm::Twine(limit));
  std::unique_ptr<llvm::WritableMemoryBuffer> buffer =
      llvm::WritableMemoryBuffer::getNewUninitMemBuffer(size, name);
  if (!buffer)
    return fail("no memory for the " + llvm::Twine(size) +
                " bytes of the compressed model");
  llvm::MutableArrayRef<uint8_t> model(
      reinterpret_cast<uint8_t *>(buffer->getBufferStart()), size);

  adviseLargePages(model);

  Bytes places(placeBytes);
  if (!decodeBytes(in, places))
    return damaged();
  struct Place {
    uint64_t offset, size;
  };
  std::vector<Place> tensors;
  ByteReader placeReader(places);
  uint64_t end = 0, total = 0;
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t gap = placeReader.readVarint(), bytes = placeReader.readVarint();
    if (placeReader.failed() || gap > size - end || bytes > size - end - gap)
      return damaged();
    tensors.push_back({end + gap, bytes});
    end += gap + bytes;
    total += bytes;
  }
  Bytes structure(size - total);
  if (placeReader.remaining() || !decodeBytes(in, structure))
    return damaged();
  Bytes products;
  if (version > kPlainVersion) {
    uint64_t bytes = in.readVarint();
    if (in.failed() || bytes > size)
      return damaged();
    products.resize(bytes);
    if (!decodeBytes(in, products))
      return damaged();
  }
  const uint8_t *next = structure.data();
  end = 0;
  auto copyStructure = [&](uint64_t until) {
    if (until == end)
      return;
    std::memcpy(model.data() + end, next, until - end);
    next += until - end;
  };
  for (const Place &place : tensors) {
    copyStructure(place.offset);
    if (!decodeTensor(in, model.slice(place.offset, place.size)))
      return damaged();
    end = place.offset + place.size;
  }
  copyStructure(size);
  if (in.failed() || in.remaining() || !applyProducts(model, products) ||
      llvm::crc32(model) != llvm::support::endian::read32le(crc.data()))
    return damaged();
  return std::unique_ptr<llvm::MemoryBuffer>(std::move(buffer));
}
