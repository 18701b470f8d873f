//===- MovementEvaluators.cpp - Joining, mirroring, replacing -------------===//
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

//===----------------------------------------------------------------------===//
// mirror_pad
//===----------------------------------------------------------------------===//

static LogicalResult evaluateMirrorPad(MirrorPadOp op, EvalContext &context) {
  const HostTensor &input = context.input(0), &output = context.output();
  std::optional<int64_t> width = getElementBytes(input);
  std::optional<SmallVector<int64_t>> paddings = getIntegers(context.input(1));
  if (!width || !paddings)
    return emitUnsupportedTypes(op);
  // Where each index of a dimension of the result reads, in elements.
  SmallVector<int64_t> strides = getRowMajorStrides(input.getShape());
  SmallVector<SmallVector<int64_t>> sources(input.getRank());
  int64_t edge = op.getMode() == MirrorPadMode::SYMMETRIC ? 1 : 0;
  for (auto [dim, source] : llvm::enumerate(sources)) {
    int64_t size = input.getDim(dim), before = (*paddings)[2 * dim];
    int64_t after = (*paddings)[2 * dim + 1], limit = op.getMaxPadding(size);
    if (before < 0 || before > limit || after < 0 || after > limit ||
        before + size + after != output.getDim(dim))
      return op.emitOpError() << "cannot mirror " << before << " and " << after
                              << " elements of dimension " << dim << " of size "
                              << size << " to give " << output.getDim(dim);
    for (int64_t i = -before; i < size + after; ++i) {
      int64_t from = i < 0      ? -i - edge
                     : i < size ? i
                                : 2 * (size - 1) - i + edge;
      source.push_back(from * strides[dim]);
    }
  }
  char *to = output.getMutableBytes().data();
  SmallVector<int64_t> none(output.getRank(), 0);
  for (StridedIndex at(output.getShape(), none); !at.done(); at.next()) {
    int64_t offset = 0;
    for (auto [source, i] : llvm::zip_equal(sources, at.getIndex()))
      offset += source[i];
    std::memcpy(to, input.getBytes().data() + offset * *width, *width);
    to += *width;
  }
  return success();
}

//===----------------------------------------------------------------------===//
// reverse_sequence
//===----------------------------------------------------------------------===//

static LogicalResult evaluateReverseSequence(ReverseSequenceOp op,
                                             EvalContext &context) {
  const HostTensor &input = context.input(0), &output = context.output();
  std::optional<int64_t> width = getElementBytes(input);
  std::optional<SmallVector<int64_t>> lengths = getIntegers(context.input(1));
  if (!width || !lengths)
    return emitUnsupportedTypes(op);
  int64_t sequence = op.getSeqDim(), batch = op.getBatchDim();
  for (int64_t length : *lengths)
    if (length < 0 || length > input.getDim(sequence))
      return op.emitOpError() << "a sequence of length " << length
                              << " is not part of dimension " << sequence
                              << " of size " << input.getDim(sequence);
  SmallVector<int64_t> strides = getRowMajorStrides(input.getShape());
  char *to = output.getMutableBytes().data();
  for (StridedIndex at(input.getShape(), strides); !at.done(); at.next()) {
    int64_t length = (*lengths)[at.getIndex()[batch]];
    int64_t step = at.getIndex()[sequence];
    int64_t from = at.getOffset();
    if (step < length)
      from += (length - 1 - 2 * step) * strides[sequence];
    std::memcpy(to, input.getBytes().data() + from * *width, *width);
    to += *width;
  }
  return success();
}

//===----------------------------------------------------------------------===//
// dynamic_update_slice
//===----------------------------------------------------------------------===//

static LogicalResult evaluateDynamicUpdateSlice(DynamicUpdateSliceOp op,
                                                EvalContext &context) {
  const HostTensor &operand = context.input(0), &update = context.input(1),
                   &output = context.output();
  std::optional<int64_t> width = getElementBytes(operand);
  std::optional<SmallVector<int64_t>> start = getIntegers(context.input(2));
  if (!width || !start)
    return emitUnsupportedTypes(op);
  llvm::copy(operand.getBytes(), output.getMutableBytes().begin());
  SmallVector<int64_t> strides = getRowMajorStrides(operand.getShape());
  int64_t corner = 0;
  for (auto [dim, first] : llvm::enumerate(*start))
    corner += std::clamp<int64_t>(first, 0,
                                  operand.getDim(dim) - update.getDim(dim)) *
              strides[dim];
  const char *from = update.getBytes().data();
  char *to = output.getMutableBytes().data() + corner * *width;
  for (StridedIndex at(update.getShape(), strides); !at.done(); at.next()) {
    std::memcpy(to + at.getOffset() * *width, from, *width);
    from += *width;
  }
  return success();
}

namespace mlir::mopt::detail {
void attachMovementEvaluators(MLIRContext *context) {
  attachEvaluator<PackOp, evaluatePack>(context);
  attachEvaluator<MirrorPadOp, evaluateMirrorPad>(context);
  attachEvaluator<ReverseSequenceOp, evaluateReverseSequence>(context);
  attachEvaluator<DynamicUpdateSliceOp, evaluateDynamicUpdateSlice>(context);
}
} // namespace mlir::mopt::detail
