//===- AccuracyFlags.h - Command line of --eval and --sensitivity ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TOOLS_MOPT_RUN_ACCURACYFLAGS_H
#define MOPT_TOOLS_MOPT_RUN_ACCURACYFLAGS_H

#include "Options.h"
#include "llvm/Support/CommandLine.h"

namespace mlir::mopt {

/// The flags of the modes that run a model on data.
class AccuracyFlags {
public:
  explicit AccuracyFlags(llvm::cl::OptionCategory &category);

  /// Checks what the user said and puts it into `options`.
  llvm::Error apply(RunOptions &options) const;

private:
  llvm::cl::opt<std::string> evalData;
  llvm::cl::opt<std::string> compare;
  llvm::cl::opt<std::string> report;
  llvm::cl::list<int64_t> topK;
  llvm::cl::opt<std::string> labelOffset;
  llvm::cl::opt<std::string> sensitivity;
  llvm::cl::opt<LayerScheme::Kind> scheme;
  llvm::cl::opt<WeightGranularity> granularity;
  llvm::cl::opt<unsigned> bits;
  llvm::cl::opt<int64_t> samples;
  llvm::cl::opt<std::string> preprocess;
};

} // namespace mlir::mopt

#endif // MOPT_TOOLS_MOPT_RUN_ACCURACYFLAGS_H
