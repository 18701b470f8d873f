//===- DecompositionPipelines.cpp - Layers of low rank -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Pipelines/DecompositionPipelines.h"

#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace mlir::mopt;

llvm::Error mopt::buildDecomposePipeline(OpPassManager &manager,
                                         const DecomposeOptions &options) {
  DecomposeLayersPassOptions decompose;
  decompose.method = options.method;
  decompose.energy = options.energy;
  decompose.ratio = options.ratio;
  decompose.rank = options.rank;
  decompose.data = options.calibration;
  decompose.samples = options.samples;
  decompose.preprocess = options.preprocess;
  decompose.exclude = options.exclude;
  decompose.only = options.only;
  manager.addPass(createDecomposeLayersPass(decompose));
  return llvm::Error::success();
}
