//===- Placements.cpp - Which operators the CPU runs -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Placements.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::mopt;

void mopt::printPlacements(ArrayRef<OperatorPlacement> placements) {
  llvm::MapVector<std::pair<StringRef, StringRef>, unsigned> counts;
  unsigned onCPU = 0;
  for (const OperatorPlacement &placement : placements)
    if (placement.target == kHostTarget) {
      ++counts[{placement.op, placement.reason}];
      ++onCPU;
    }
  if (!onCPU)
    return;
  llvm::errs() << "note: " << onCPU << " of " << placements.size()
               << " operators run on the CPU\n";
  for (const auto &[key, count] : counts)
    llvm::errs() << "note:   " << count << " " << key.first << ": "
                 << key.second << "\n";
}
