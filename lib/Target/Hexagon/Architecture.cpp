//===- Architecture.cpp - Hexagon processors -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Target/Hexagon/Architecture.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"

#include <mutex>

using namespace mlir;
using llvm::StringRef;

/// Those with HVX from v66 on, the first one that has all instructions of the
/// kernels, to v75.
static constexpr llvm::StringLiteral kCPUs[] = {
    "hexagonv66", "hexagonv67", "hexagonv68", "hexagonv69",
    "hexagonv71", "hexagonv73", "hexagonv75"};

bool mopt::isHexagonName(StringRef mcpu) { return mcpu.starts_with("hexagon"); }

llvm::ArrayRef<llvm::StringLiteral> mopt::getHexagonCPUs() { return kCPUs; }

llvm::Expected<std::string> mopt::getHexagonFeatures(StringRef mcpu) {
  if (!llvm::is_contained(kCPUs, mcpu))
    return llvm::createStringError("unknown Hexagon CPU '" + mcpu +
                                   "': code is made for " +
                                   llvm::join(getHexagonCPUs(), ", "));
  mcpu.consume_front("hexagon");
  return ("+hvx" + mcpu + ",+hvx-length128b").str();
}

void mopt::loadHexagonVectorsAhead() {
  static std::once_flag once;
  std::call_once(once, [] {
    // LLVM has no other way to say so; without the option nothing is wrong.
    auto &known = llvm::cl::getRegisteredOptions();
    auto found = known.find("enable-cur-sched");
    if (found != known.end() && found->second->getNumOccurrences() == 0)
      static_cast<llvm::cl::opt<bool> *>(found->second)->setValue(false);
  });
}
