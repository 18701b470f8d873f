//===- Pattern.cpp - What is pruned together -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Sparsity/Pattern.h"

using namespace mlir;
using namespace mlir::mopt;

/// Larger blocks and groups than this are a mistake.
static constexpr int64_t kMaxSize = 1024;

llvm::Expected<SparsityPattern> SparsityPattern::parse(llvm::StringRef text) {
  SparsityPattern pattern;
  if (text == "element")
    return pattern;
  auto parsePair = [&](char separator, int64_t &first, int64_t &second) {
    auto [left, right] = text.split(separator);
    return !left.getAsInteger(10, first) && !right.getAsInteger(10, second) &&
           first >= 1 && second >= 1 && first <= kMaxSize && second <= kMaxSize;
  };
  if (parsePair('x', pattern.rows, pattern.columns)) {
    pattern.kind = Kind::Block;
    return pattern;
  }
  if (parsePair(':', pattern.kept, pattern.columns)) {
    pattern.kind = Kind::Neighbours;
    if (pattern.kept < pattern.columns)
      return pattern;
    return llvm::createStringError("pattern=" + text +
                                   " keeps everything: KEPT:OF takes a smaller "
                                   "number first");
  }
  return llvm::createStringError(
      "pattern=" + text +
      " is not available; available: element, ROWSxCOLUMNS (1x4, 16x4, ...), "
      "KEPT:OF (2:4, ...), sizes from 1 to 1024");
}
