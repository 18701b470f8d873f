//===- LayerScheme.cpp - How a single layer is quantised -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Accuracy/LayerScheme.h"

#include "mlir/Pass/PassManager.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Transforms/Quantization/Passes.h"

using namespace mlir;
using namespace mlir::mopt;

bool mopt::holdsQuantizedOps(ModuleOp module) {
  return module
      .walk([](Operation *op) {
        return llvm::any_of(op->getResultTypes(),
                            [](Type type) { return isQuantized(type); })
                   ? WalkResult::interrupt()
                   : WalkResult::advance();
      })
      .wasInterrupted();
}

FailureOr<bool> mopt::applyScheme(ModuleOp module, const LayerScheme &scheme) {
  if (holdsQuantizedOps(module))
    return false;
  PassManager manager(module.getContext(), ModuleOp::getOperationName());
  if (scheme.kind == LayerScheme::Kind::Int8) {
    QuantizePassOptions options;
    options.granularity = scheme.granularity;
    manager.addPass(createQuantizePass(options));
  } else {
    QuantizeWeightsPassOptions options;
    options.form = scheme.kind == LayerScheme::Kind::Dynamic
                       ? WeightForm::Hybrid
                       : WeightForm::Stored;
    options.bits = scheme.bits;
    options.granularity = scheme.granularity;
    manager.addPass(createQuantizeWeightsPass(options));
  }
  if (failed(manager.run(module)))
    return failure();
  return holdsQuantizedOps(module);
}
