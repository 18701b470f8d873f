//===- Report.cpp - What went where, for people and machines ----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Transforms/Partition/Partition.h"
#include "llvm/Support/FormatVariadic.h"

#include <map>

using namespace mlir;
using namespace mlir::mopt;

/// The name of the op's first result.
static StringRef getName(Operation *op) {
  return op->getNumResults() ? getTensorName(op->getResult(0)) : StringRef();
}

llvm::json::Array mopt::placementToJSON(ArrayRef<PlacedOp> ops) {
  llvm::json::Array array;
  for (const PlacedOp &placed : ops) {
    llvm::json::Object object{
        {"operator", getOperatorName(placed.op)},
        {"name", llvm::json::fixUTF8(getName(placed.op))},
        {"placement", stringifyPlacement(placed.placement)},
        {"status", placed.status}};
    if (!placed.detail.empty())
      object["detail"] = placed.detail;
    array.push_back(std::move(object));
  }
  return array;
}

void mopt::printPlacement(llvm::raw_ostream &os, ArrayRef<PlacedOp> ops) {
  std::map<std::pair<std::string, std::string>, int64_t> counts;
  size_t width = StringRef("Operator").size();
  for (const PlacedOp &placed : ops) {
    std::string name = getOperatorName(placed.op);
    width = std::max(width, name.size());
    ++counts[{name, placed.status}];
  }
  auto printRow = [&](StringRef name, const Twine &count, StringRef status) {
    os << llvm::left_justify(name, width + 2)
       << llvm::left_justify(count.str(), 7) << status << '\n';
  };
  printRow("Operator", "Count", "Status");
  for (const auto &[key, count] : counts)
    printRow(key.first, Twine(count), key.second);
  bool isFirst = true;
  for (const PlacedOp &placed : ops) {
    if (placed.detail.empty())
      continue;
    if (std::exchange(isFirst, false))
      os << '\n';
    os << getOperatorName(placed.op) << " '" << getName(placed.op)
       << "': " << placed.detail << '\n';
  }
}
