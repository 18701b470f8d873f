//===- PrefixSearch.cpp - The shortest prefix that will do -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PrefixSearch.h"

#include "llvm/ADT/SmallVector.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Expected;

Expected<std::optional<unsigned>> mopt::findShortestPrefix(
    unsigned total, llvm::function_ref<Expected<bool>(unsigned)> suffices) {
  // Everything below `least` fails.
  unsigned least = 0;
  for (unsigned count = 0;;) {
    Expected<bool> holds = suffices(count);
    if (!holds)
      return holds.takeError();
    if (*holds) {
      total = count;
      break;
    }
    if (count == total)
      return std::nullopt;
    least = count + 1;
    count = std::min(total, count ? 2 * count : 1);
  }
  while (least < total) {
    unsigned middle = least + (total - least) / 2;
    Expected<bool> holds = suffices(middle);
    if (!holds)
      return holds.takeError();
    if (*holds)
      total = middle;
    else
      least = middle + 1;
  }
  return total;
}

llvm::Error mopt::dropUnneeded(
    SmallVectorImpl<unsigned> &chosen,
    llvm::function_ref<Expected<bool>(ArrayRef<unsigned>)> suffices) {
  for (size_t index = chosen.size(); index-- > 0;) {
    SmallVector<unsigned> rest(chosen.begin(), chosen.end());
    rest.erase(rest.begin() + index);
    Expected<bool> holds = suffices(rest);
    if (!holds)
      return holds.takeError();
    if (*holds)
      chosen.assign(rest.begin(), rest.end());
  }
  return llvm::Error::success();
}
