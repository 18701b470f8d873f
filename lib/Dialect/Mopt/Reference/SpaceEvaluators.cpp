//===- SpaceEvaluators.cpp - Blocks of pixels and the batch -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/BlockLayout.h"
#include "mopt/Dialect/Mopt/IR/SpaceOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

#include <cstring>

using namespace mlir;
using namespace mlir::mopt;

/// Calls `fn` with the numbers of a coarse pixel and of its fine one, for each
/// pair of which both exist.
template <typename Fn>
static void forEachPixel(const BlockLayout &layout, Fn fn) {
  unsigned spatial = layout.getNumSpatial();
  SmallVector<int64_t> shape = layout.getBlockedShape();
  shape.pop_back(); // The depth: a pixel is moved as a whole.
  SmallVector<int64_t> none(shape.size(), 0);
  int64_t coarse = 0;
  for (StridedIndex at(shape, none); !at.done(); at.next(), ++coarse) {
    ArrayRef<int64_t> index = at.getIndex();
    int64_t fine = index[spatial];
    bool exists = true;
    for (unsigned i = 0; exists && i < spatial; ++i) {
      int64_t pixel = index[spatial + 1 + i] * layout.blocks[i] + index[i] -
                      layout.before[i];
      exists = pixel >= 0 && pixel < layout.fine[i + 1];
      fine = fine * layout.fine[i + 1] + pixel;
    }
    if (exists)
      fn(coarse, fine);
  }
}

/// `isFine`: the input is the fine tensor.
template <typename OpT, bool isFine>
static LogicalResult evaluateBatchBlocks(OpT op, EvalContext &context) {
  const HostTensor &input = context.input(0), &output = context.output();
  std::optional<int64_t> width = getElementBytes(input);
  std::optional<SmallVector<int64_t>> blocks = getIntegers(context.input(1)),
                                      margins = getIntegers(context.input(2));
  QuantParams params = getQuantParams(output.getType());
  if (!width || !blocks || !margins || params.isPerAxis())
    return emitUnsupportedTypes(op);
  FailureOr<BlockLayout> layout =
      (isFine ? getSpaceToBatchLayout
              : getBatchToSpaceLayout)(op, input.getShape(), *blocks, *margins);
  if (failed(layout))
    return failure();
  ArrayRef<int64_t> shape = isFine ? layout->coarse : layout->fine;
  if (shape != output.getShape())
    return op.emitOpError()
           << "gives shape [" << shape << "], but the output is ["
           << output.getShape() << "]";
  // The border is zero, which a quantised tensor stores as its zero point
  // (little-endian: the low bytes come first).
  int64_t zeroPoint = params.isQuantized() ? params.zeroPoint() : 0;
  SmallVector<char, 16> zero(*width, 0);
  std::memcpy(zero.data(), &zeroPoint, std::min<size_t>(*width, 8));
  char *to = output.getMutableBytes().data();
  if (isFine)
    for (int64_t i = 0; i < output.getNumElements(); ++i)
      std::memcpy(to + i * *width, zero.data(), *width);
  const char *from = input.getBytes().data();
  int64_t pixel = shape.back() * *width;
  forEachPixel(*layout, [&](int64_t coarse, int64_t fine) {
    if (isFine)
      std::memcpy(to + coarse * pixel, from + fine * pixel, pixel);
    else
      std::memcpy(to + fine * pixel, from + coarse * pixel, pixel);
  });
  return success();
}

namespace mlir::mopt::detail {
void attachSpaceEvaluators(MLIRContext *context) {
  attachEvaluator<SpaceToBatchNdOp,
                  evaluateBatchBlocks<SpaceToBatchNdOp, true>>(context);
  attachEvaluator<BatchToSpaceNdOp,
                  evaluateBatchBlocks<BatchToSpaceNdOp, false>>(context);
}
} // namespace mlir::mopt::detail
