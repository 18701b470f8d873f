//===- DecompositionPipelines.h - Layers of low rank -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_PIPELINES_DECOMPOSITIONPIPELINES_H
#define MOPT_PIPELINES_DECOMPOSITIONPIPELINES_H

#include "mlir/Pass/PassOptions.h"
#include "mopt/Transforms/Decomposition/Passes.h"
#include "llvm/Support/Error.h"

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace mlir::mopt {

/// Options of `--decompose`.
struct DecomposeOptions : public PassPipelineOptions<DecomposeOptions> {
  Option<DecompositionMethod> method{
      *this, "method", llvm::cl::desc("What a layer becomes"),
      llvm::cl::init(DecompositionMethod::Auto),
      llvm::cl::values(
          clEnumValN(DecompositionMethod::Auto, "auto", "whichever suits it"),
          clEnumValN(DecompositionMethod::SVD, "svd",
                     "two layers with fewer channels between"),
          clEnumValN(DecompositionMethod::Tucker, "tucker",
                     "1x1, a smaller kernel, 1x1"),
          clEnumValN(DecompositionMethod::Spatial, "spatial",
                     "a vertical and a horizontal kernel"))};
  Option<std::string> energy{
      *this, "energy",
      llvm::cl::desc("Part of the squared weights (with data, of the outputs' "
                     "variance) that a layer keeps; 0.9 where nothing else is "
                     "said")};
  Option<std::string> ratio{
      *this, "ratio",
      llvm::cl::desc("Part of the multiplications of a layer that may stay; "
                     "with rank=auto, of all layers together")};
  Option<std::string> rank{
      *this, "rank",
      llvm::cl::desc("A number; or auto: ranks with which all layers together "
                     "lose least at the ratio")};
  Option<std::string> calibration{
      *this, "calibration",
      llvm::cl::desc("Data to choose factors by and to solve for the last one "
                     "with")};
  Option<int64_t> samples{
      *this, "samples",
      llvm::cl::desc("Number of samples to calibrate on; 0 = all"),
      llvm::cl::init(0)};
  Option<std::string> preprocess{
      *this, "preprocess",
      llvm::cl::desc("What to do with uint8 data, e.g. mean:127,std:128")};
  Option<std::string> exclude{
      *this, "exclude",
      llvm::cl::desc("Regular expression: layers whose name matches are kept")};
  Option<std::string> only{
      *this, "only",
      llvm::cl::desc("Regular expression: only layers whose name matches")};
};

/// Replaces layers by several of low rank: mopt-decompose-layers. Fails with
/// what is wrong where options cannot be.
llvm::Error buildDecomposePipeline(OpPassManager &manager,
                                   const DecomposeOptions &options);

} // namespace mlir::mopt

#endif // MOPT_PIPELINES_DECOMPOSITIONPIPELINES_H
