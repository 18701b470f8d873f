//===- DecodeSparseWeights.cpp - Dense constants -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/SparseEncoding.h"
#include "mopt/Transforms/Sparsity/Passes.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_DECODESPARSEWEIGHTSPASS
#include "mopt/Transforms/Sparsity/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

struct DecodeSparseWeightsPass
    : public mlir::mopt::impl::DecodeSparseWeightsPassBase<
          DecodeSparseWeightsPass> {
  void runOnOperation() override {
    FailureOr<unsigned> count = decodeSparseConstants(getOperation());
    if (failed(count))
      signalPassFailure();
    else if (*count == 0)
      markAllAnalysesPreserved();
  }
};

} // namespace
