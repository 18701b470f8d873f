//===- ListOperators.cpp - mopt-opt --list-operators -----------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ListOperators.h"

#include "mopt/OperatorStatus.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace mlir::mopt;

/// The integer forms by name, in the order of the table.
static SmallVector<StringRef, 3> getForms(const OperatorStatus &status) {
  SmallVector<StringRef, 3> forms;
  if (status.hasInt8)
    forms.push_back("int8");
  if (status.hasInt16)
    forms.push_back("int16");
  if (status.hasHybrid)
    forms.push_back("hybrid");
  return forms;
}

static void printJSON(llvm::raw_ostream &os, ArrayRef<OperatorStatus> all) {
  llvm::json::Array operators;
  for (const OperatorStatus &status : all)
    operators.push_back(
        llvm::json::Object{{"operator", status.name},
                           {"op", status.op},
                           {"typed", status.isTyped},
                           {"evaluated", status.isEvaluated},
                           {"lowered", status.isLowered},
                           {"quantized", llvm::json::Array(getForms(status))},
                           {"targets", llvm::json::Array(status.targets)}});
  os << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(operators)));
}

void mopt::listOperators(llvm::raw_ostream &os, MLIRContext &context,
                         bool asJSON) {
  std::vector<OperatorStatus> all = getOperatorStatus(context);
  if (asJSON)
    return printJSON(os, all);
  constexpr const char *row = "{0,-36} {1,-8} {2,-9} {3,-9} {4,-20} {5}\n";
  os << llvm::formatv(row, "operator", "import", "evaluate", "compile",
                      "quantize", "targets");
  for (const OperatorStatus &status : all) {
    auto yes = [](bool value) { return value ? "yes" : "-"; };
    os << llvm::formatv(row, status.name, status.isTyped ? "typed" : "carried",
                        yes(status.isEvaluated), yes(status.isLowered),
                        llvm::join(getForms(status), ", "),
                        llvm::join(status.targets, ", "));
  }
}
