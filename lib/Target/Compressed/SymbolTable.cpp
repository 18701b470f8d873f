//===- SymbolTable.cpp - A small number for every byte -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SymbolTable.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

Histogram mopt::countBytes(ByteView data) {
  // Runs of one byte would wait for each other in one table.
  std::array<std::array<uint32_t, 256>, 4> parts = {};
  Histogram histogram = {};
  while (!data.empty()) {
    ByteView chunk = data.take_front(1u << 30);
    data = data.drop_front(chunk.size());
    parts = {};
    size_t i = 0;
    for (; i + 4 <= chunk.size(); i += 4)
      for (unsigned j = 0; j < 4; ++j)
        ++parts[j][chunk[i + j]];
    for (; i < chunk.size(); ++i)
      ++parts[0][chunk[i]];
    for (unsigned symbol = 0; symbol < 256; ++symbol)
      for (unsigned j = 0; j < 4; ++j)
        histogram[symbol] += parts[j][symbol];
  }
  return histogram;
}

double mopt::getEntropyBytes(const Histogram &histogram) {
  double total = 0.0, sum = 0.0;
  for (uint64_t count : histogram) {
    total += static_cast<double>(count);
    if (count)
      sum += static_cast<double>(count) * std::log2(static_cast<double>(count));
  }
  return total == 0.0 ? 0.0 : (total * std::log2(total) - sum) / 8.0;
}

void mopt::writeSymbolTable(BitWriter &out, const SymbolTable &table) {
  int first = 0, last = 255;
  while (first < 255 && table[first] == 0)
    ++first;
  while (last > first && table[last] == 0)
    --last;
  out.write(first, 8);
  out.write(last, 8);
  int before = 0;
  for (int symbol = first; symbol <= last; ++symbol) {
    int difference = table[symbol] - before;
    out.writeGamma(difference > 0 ? 2 * difference : 1 - 2 * difference);
    before = table[symbol];
  }
}

bool mopt::readSymbolTable(BitReader &in, SymbolTable &table) {
  table.fill(0);
  unsigned first = in.read(8), last = in.read(8);
  int before = 0;
  for (unsigned symbol = first; symbol <= last; ++symbol) {
    uint32_t code = in.readGamma();
    if (code == 0 || code > 256)
      return false;
    int half = static_cast<int>(code / 2);
    before += code % 2 ? -half : half;
    if (before < 0 || before > 127)
      return false;
    table[symbol] = static_cast<uint8_t>(before);
  }
  return first <= last && !in.isBeyondEnd();
}
