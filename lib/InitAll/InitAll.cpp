//===- InitAll.cpp - Registration of everything in mopt -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/InitAll.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Dialect/Mopt/Reference/EvaluableOp.h"
#include "mopt/Transforms/Quantization/Passes.h"
#include "mopt/Transforms/Sparsity/Passes.h"

using namespace mlir;

void mopt::registerMoptDialects(DialectRegistry &registry) {
  registry.insert<MoptDialect, func::FuncDialect, quant::QuantDialect>();
  registerReferenceEvaluators(registry);
}

void mopt::registerMoptPasses() {
  registerMoptQuantizationPasses();
  registerMoptSparsityPasses();
}

void mopt::registerMoptPipelines() {}

void mopt::registerAllMopt(DialectRegistry &registry) {
  registerMoptDialects(registry);
  registerMoptPasses();
  registerMoptPipelines();
}
