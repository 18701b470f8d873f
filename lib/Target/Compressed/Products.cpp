//===- Products.cpp - Numbers of a model that others make -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Products.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/Endian.h"

#include <tuple>

using namespace mlir;
using namespace mlir::mopt;
using llvm::support::endian::read32le;
using llvm::support::endian::write32le;

/// A list takes some ten bytes more for a product.
static constexpr uint64_t kFewest = 8;

static float readFloat(const uint8_t *bytes) {
  return llvm::bit_cast<float>(read32le(bytes));
}

/// Doubles hold products of floats whole: they are rounded once, on every
/// machine.
static uint32_t multiply(const uint8_t *a, const uint8_t *b) {
  return llvm::bit_cast<uint32_t>(static_cast<float>(
      static_cast<double>(readFloat(a)) * static_cast<double>(readFloat(b))));
}

std::vector<Product> mopt::findProducts(llvm::StringRef file,
                                        llvm::ArrayRef<TFLiteBuffer> buffers) {
  auto *bytes = reinterpret_cast<const uint8_t *>(file.data());
  std::vector<Product> found;
  for (const BiasScales &scales : findBiasScales(file)) {
    Product product = {scales.bias, scales.weights, scales.input, scales.count};
    bool isProduct = scales.count >= kFewest;
    for (uint64_t i = 0; isProduct && i < scales.count; ++i)
      isProduct = read32le(bytes + product.place + 4 * i) ==
                  multiply(bytes + product.number, bytes + product.row + 4 * i);
    if (isProduct)
      found.push_back(product);
  }
  // What lies where; a place that something else needs is left alone.
  struct Part {
    uint64_t begin, end;
    /// The product whose place this is, or none.
    size_t product;
  };
  constexpr size_t none = ~size_t(0);
  std::vector<Part> parts;
  for (const auto &[index, product] : llvm::enumerate(found)) {
    parts.push_back({product.place, product.place + 4 * product.count, index});
    parts.push_back({product.row, product.row + 4 * product.count, none});
    parts.push_back({product.number, product.number + 4, none});
  }
  for (const TFLiteBuffer &buffer : buffers)
    parts.push_back({buffer.offset, buffer.offset + buffer.size, none});
  llvm::sort(parts, [](const Part &a, const Part &b) {
    return std::tie(a.begin, a.end, a.product) <
           std::tie(b.begin, b.end, b.product);
  });
  std::vector<bool> isTaken(found.size(), false);
  // The part that reaches farthest of those before.
  Part farthest = {0, 0, none};
  for (const Part &part : parts) {
    if (part.begin < farthest.end)
      for (size_t product : {part.product, farthest.product})
        if (product != none)
          isTaken[product] = true;
    if (part.end > farthest.end)
      farthest = part;
  }
  std::vector<Product> products;
  for (const Part &part : parts)
    if (part.product != none && !isTaken[part.product])
      products.push_back(found[part.product]);
  return products;
}

/// A difference of either sign, in the lowest bit.
static void writeSigned(Bytes &out, uint64_t to, uint64_t from) {
  writeVarint(out, to >= from ? 2 * (to - from) : 2 * (from - to) - 1);
}

static uint64_t readSigned(ByteReader &in, uint64_t from) {
  uint64_t value = in.readVarint();
  return value % 2 ? from - (value / 2 + 1) : from + value / 2;
}

Bytes mopt::writeProducts(llvm::ArrayRef<Product> products) {
  Bytes out;
  uint64_t end = 0;
  for (const Product &product : products) {
    writeVarint(out, product.count);
    writeVarint(out, product.place - end);
    end = product.place + 4 * product.count;
    writeSigned(out, product.row, end);
    writeSigned(out, product.number, end);
  }
  return out;
}

bool mopt::applyProducts(MutableBytes model, ByteView list) {
  ByteReader in(list);
  uint64_t end = 0, size = model.size();
  while (in.remaining()) {
    uint64_t count = in.readVarint(), gap = in.readVarint();
    if (in.failed() || gap > size - end || count > (size - end - gap) / 4)
      return false;
    uint64_t place = end + gap;
    end = place + 4 * count;
    uint64_t row = readSigned(in, end), number = readSigned(in, end);
    if (in.failed() || row > size - 4 * count || size < 4 || number > size - 4)
      return false;
    for (uint64_t i = 0; i < 4 * count; i += 4)
      write32le(&model[place + i], multiply(&model[number], &model[row + i]));
  }
  return true;
}
