//===- Registration.cpp - Attaches the evaluators to the ops -----*- C++
//-*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/DialectRegistry.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

using namespace mlir;
using namespace mlir::mopt;

#include "mopt/Dialect/Mopt/Reference/EvaluableOp.cpp.inc"

void mopt::registerReferenceEvaluators(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, MoptDialect *) {
    attachBinaryEvaluators(context);
    attachConvolutionEvaluators(context);
    attachElementwiseEvaluators(context);
    attachNonlinearEvaluators(context);
    attachPoolEvaluators(context);
    attachQuantEvaluators(context);
    attachRecurrentEvaluators(context);
    attachReductionEvaluators(context);
    attachResizeEvaluators(context);
    attachShapeEvaluators(context);
  });
}
