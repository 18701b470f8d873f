//===- Report.cpp - What --json prints -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Transforms/Sparsity/WeightStatistics.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace mlir::mopt;

static llvm::json::Object describeFile(StringRef path) {
  llvm::json::Object file{{"path", path.str()}};
  uint64_t bytes;
  // Pipes and devices have no size.
  if (llvm::sys::fs::is_regular_file(path) &&
      !llvm::sys::fs::file_size(path, bytes))
    file["bytes"] = int64_t(bytes);
  return file;
}

/// Operators of the model by name: not its constants and variables.
static llvm::json::Object countOperators(ModuleOp module) {
  llvm::StringMap<int64_t> counts;
  module.walk([&](Operation *op) {
    if (auto opaque = dyn_cast<OpaqueOp>(op))
      ++counts[opaque.getOpcode().lower()];
    else if (auto custom = dyn_cast<CustomOp>(op))
      ++counts[custom.getCustomCode()];
    else if (isa<BuiltinOp>(op))
      ++counts[op->getName().stripDialect()];
  });
  llvm::json::Object object;
  for (const auto &entry : counts)
    object[entry.getKey().str()] = entry.getValue();
  return object;
}

void mopt::printReport(llvm::raw_ostream &os, ModuleOp module, StringRef input,
                       StringRef output) {
  WeightStatistics weights = getWeightStatistics(module);
  llvm::json::Object report{
      {"input", describeFile(input)},
      {"operators", countOperators(module)},
      {"weights", llvm::json::Object{{"tensors", weights.tensors},
                                     {"elements", weights.elements},
                                     {"zeros", weights.zeros},
                                     {"sparsity", weights.getSparsity()},
                                     {"bytes", weights.bytes}}}};
  if (!output.empty() && output != "-")
    report["output"] = describeFile(output);
  os << llvm::json::Value(std::move(report)) << '\n';
}
