//===- SparsityPipelines.h - Pipelines that remove weights -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_PIPELINES_SPARSITYPIPELINES_H
#define MOPT_PIPELINES_SPARSITYPIPELINES_H

#include "mlir/Pass/PassOptions.h"
#include "mopt/Pipelines/ChannelOptions.h"
#include "mopt/Pipelines/ObservedPruningOptions.h"
#include "mopt/Pipelines/SelectionOptions.h"
#include "mopt/Transforms/Sparsity/Passes.h"
#include "llvm/Support/Error.h"

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace mlir::mopt {

/// Options of `--prune`.
struct PruneOptions : public PassPipelineOptions<PruneOptions> {
  Option<double> sparsity{
      *this, "sparsity",
      llvm::cl::desc("Part of the weights that become zero, 0 to 1"),
      llvm::cl::init(0.5)};
  Option<std::string> pattern{
      *this, "pattern",
      llvm::cl::desc("What is removed together: element, ROWSxCOLUMNS (1x4, "
                     "16x4, ...), all but KEPT:OF neighbours (2:4, ...), or "
                     "channel: whole channels, which are taken out"),
      llvm::cl::init("element")};
  Option<std::string> method{
      *this, "method",
      llvm::cl::desc("What decides which weights go: magnitude, or obs: from "
                     "samples (calibration=DATA), and those that stay are "
                     "repaired"),
      llvm::cl::init("magnitude")};
  Option<std::string> allocation{
      *this, "sparsity-allocation",
      llvm::cl::desc(
          "What the ratio is a part of: uniform (each tensor), "
          "global (all together), or auto (method=obs: all together, "
          "by what it costs the model's outputs)"),
      llvm::cl::init("uniform")};
  Option<std::string> calibration{
      *this, "calibration",
      llvm::cl::desc("Data for methods that need some; magnitude does not")};
  SelectionOptions selection{*this};
  Option<std::string> report{*this, "report",
                             llvm::cl::desc("JSON file to write, one object a "
                                            "tensor")};
  ChannelOptions channels{*this};
  ObservedPruningOptions observed{*this};
};

/// Sets weights to zero and checks that the ratio was reached: by its options
/// mopt-apply-recipe, mopt-limit-sparsity or mopt-allocate-sparsity,
/// mopt-optimize-sparsity; mopt-prune-weights, mopt-verify-weights. Fails as
/// above.
llvm::Error buildPrunePipeline(OpPassManager &manager,
                               const PruneOptions &options);

/// Options of `--sparse-encoding`.
struct SparseEncodingOptions
    : public PassPipelineOptions<SparseEncodingOptions> {
  Option<std::string> mode{
      *this, "mode",
      llvm::cl::desc("auto: weights without their zeros, where that is smaller "
                     "and LiteRT runs it; kernels: the same for LiteRT without "
                     "its XNNPACK delegate; off: all constants dense"),
      llvm::cl::init("auto")};
  Option<double> minSaving{
      *this, "min-saving",
      llvm::cl::desc("Part of a tensor's bytes that the encoding must save"),
      llvm::cl::init(0.1)};
  Option<std::string> exclude{
      *this, "exclude",
      llvm::cl::desc("Regular expression: layers whose name matches are kept")};
  Option<std::string> only{
      *this, "only",
      llvm::cl::desc("Regular expression: only layers whose name matches")};
};

/// Chooses how a .tflite stores sparse weights, which registered pipelines make
/// dense first: mopt-encode-sparse-weights unless the mode is off. Fails with
/// the reason where an option has a value that is not available.
llvm::Error buildSparseEncodingPipeline(OpPassManager &manager,
                                        const SparseEncodingOptions &options);

} // namespace mlir::mopt

#endif // MOPT_PIPELINES_SPARSITYPIPELINES_H
