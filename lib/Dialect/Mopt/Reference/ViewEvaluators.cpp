//===- ViewEvaluators.cpp - Ops that pick elements at steps -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One evaluator for all ops that say by an ElementView which elements of their
// operand they give; it moves elements of any whole-byte type.
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/MovementOps.h"
#include "mopt/Dialect/Mopt/IR/SpaceOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

#include <cstring>

using namespace mlir;
using namespace mlir::mopt;

/// Writes the elements of `view`, of `width` bytes each, one after the other.
static void copyElements(const ElementView &view, int64_t width,
                         const char *from, char *to) {
  ElementView simple = view.getSimplified();
  if (simple.getNumElements() == 0)
    return;
  // Neighbours in the last dimension are copied together.
  int64_t run = width;
  if (!simple.strides.empty() && simple.strides.back() == 1) {
    run *= simple.shape.pop_back_val();
    simple.strides.pop_back();
  }
  from += simple.offset * width;
  for (StridedIndex at(simple.shape, simple.strides); !at.done(); at.next()) {
    std::memcpy(to, from + at.getOffset() * width, run);
    to += run;
  }
}

template <typename OpT>
static LogicalResult evaluateViews(OpT op, EvalContext &context) {
  const HostTensor &input = context.input(OpT::getQuantSpec().getDataOperand());
  std::optional<int64_t> width = getElementBytes(input);
  if (!width)
    return emitUnsupportedTypes(op);
  FailureOr<SmallVector<ElementView>> views = op.getElementViews(
      [&](unsigned operand) { return getIntegers(context.input(operand)); });
  if (failed(views))
    return failure();
  if (views->size() != op->getNumResults())
    return emitUnsupportedTypes(op);
  for (auto [i, view] : llvm::enumerate(*views)) {
    const HostTensor &output = context.output(i);
    if (output.getStorageElementType() != input.getStorageElementType())
      return emitUnsupportedTypes(op);
    // Index operands may have come at run time.
    if (output.getShape() != ArrayRef<int64_t>(view.resultShape))
      return op.emitOpError()
             << "gives shape [" << ArrayRef<int64_t>(view.resultShape)
             << "], but result " << i << " is [" << output.getShape() << "]";
    assert(view.isInside(input.getNumElements()));
    copyElements(view, *width, input.getBytes().data(),
                 output.getMutableBytes().data());
  }
  return success();
}

template <typename... OpTs>
static void attachViews(MLIRContext *context) {
  (attachEvaluator<OpTs, evaluateViews<OpTs>>(context), ...);
}

namespace mlir::mopt::detail {
void attachViewEvaluators(MLIRContext *context) {
  attachViews<BroadcastToOp, DepthToSpaceOp, ReverseV2Op, SliceOp,
              SpaceToDepthOp, SplitOp, SplitVOp, StridedSliceOp, TileOp,
              TransposeOp, UnpackOp>(context);
}
} // namespace mlir::mopt::detail
