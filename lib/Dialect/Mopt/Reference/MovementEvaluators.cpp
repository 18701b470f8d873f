//===- MovementEvaluators.cpp - Joining of tensors -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/MovementOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

#include <cstring>

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// pack
//===----------------------------------------------------------------------===//

static LogicalResult evaluatePack(PackOp op, EvalContext &context) {
  const HostTensor &output = context.output();
  std::optional<int64_t> width = getElementBytes(output);
  if (!width)
    return emitUnsupportedTypes(op);
  int64_t axis = op.getAxis() < 0 ? op.getAxis() + output.getRank()
                                  : int64_t(op.getAxis());
  // The verifier has compared shapes and types. Of each operand, `inner` bytes
  // lie together.
  int64_t inner = *width;
  for (int64_t dim = axis + 1; dim < output.getRank(); ++dim)
    inner *= output.getDim(dim);
  char *to = output.getMutableBytes().data();
  int64_t size = context.input(0).getBytes().size();
  for (int64_t at = 0; at < size; at += inner)
    for (unsigned i = 0; i < context.getNumInputs(); ++i) {
      std::memcpy(to, context.input(i).getBytes().data() + at, inner);
      to += inner;
    }
  return success();
}

namespace mlir::mopt::detail {
void attachMovementEvaluators(MLIRContext *context) {
  attachEvaluator<PackOp, evaluatePack>(context);
}
} // namespace mlir::mopt::detail
