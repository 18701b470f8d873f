//===- Registration.cpp - Attaches the evaluators to the ops --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/DialectRegistry.h"
#include "mopt/Dialect/Mopt/Reference/EvaluableOp.h"

using namespace mlir;
using namespace mlir::mopt;

#include "mopt/Dialect/Mopt/Reference/EvaluableOp.cpp.inc"

namespace mlir::mopt::detail {
#define MOPT_EVALUATOR_FAMILY(name)                                            \
  void attach##name##Evaluators(MLIRContext *context);
#include "EvaluatorFamilies.def"
#undef MOPT_EVALUATOR_FAMILY
} // namespace mlir::mopt::detail

void mopt::registerReferenceEvaluators(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, MoptDialect *) {
#define MOPT_EVALUATOR_FAMILY(name) detail::attach##name##Evaluators(context);
#include "EvaluatorFamilies.def"
#undef MOPT_EVALUATOR_FAMILY
  });
}
