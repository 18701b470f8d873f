//===- SegmentToLinalg.cpp - Reductions of segments -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BufferLoops.h"
#include "mopt/Dialect/Mopt/IR/SegmentOps.h"

using namespace mlir;
using namespace mlir::mopt;

using Compare = ScalarBuilder::Compare;

namespace {

enum class SegmentKind { Sum, Prod, Min, Max };

Value emitCombine(ScalarBuilder &b, SegmentKind kind, Value acc, Value value) {
  switch (kind) {
  case SegmentKind::Sum:
    return b.add(acc, value);
  case SegmentKind::Prod:
    return b.mul(acc, value);
  case SegmentKind::Min:
    return b.min(acc, value);
  case SegmentKind::Max:
    return b.max(acc, value);
  }
  llvm_unreachable("a kind of its own");
}

/// What a segment without rows holds.
double getEmpty(SegmentKind kind, bool isFloat) {
  double largest = isFloat ? std::numeric_limits<float>::max()
                           : double(std::numeric_limits<int32_t>::max());
  double lowest = isFloat ? std::numeric_limits<float>::lowest()
                          : double(std::numeric_limits<int32_t>::min());
  switch (kind) {
  case SegmentKind::Sum:
    return 0.0;
  case SegmentKind::Prod:
    return 1.0;
  case SegmentKind::Min:
    return largest;
  case SegmentKind::Max:
    return lowest;
  }
  llvm_unreachable("a kind of its own");
}

/// Ids that are no segment of the result change nothing.
template <typename OpT, SegmentKind kind>
struct SegmentLowering : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts ids(op.getSegmentIds());
    RankedTensorType type = getResultType(this->typeConverter, op);
    int64_t count = type.getDimSize(0);
    if (count == 0)
      return refuse(op, rewriter, "the result has no segments");

    ScalarBuilder b(op.getLoc(), rewriter);
    ResultBuffer result(b, type);
    Type element = type.getElementType();
    emitForEach(b, type.getShape(), [&](ScalarBuilder &b, ValueRange at) {
      result.store(b, b.constant(element, getEmpty(kind, element.isF32())), at);
    });
    emitForEach(b, ids.getShape(), [&](ScalarBuilder &b, ValueRange row) {
      Value id = b.load(adaptor.getSegmentIds(), row);
      Value isSegment = b.logicalAnd(b.compare(Compare::GE, id, b.i32(0)),
                                     b.compare(Compare::LT, id, b.i32(count)));
      Value segment = b.toIndex(b.clamp(id, 0, count - 1));
      emitForEach(b, type.getShape().drop_front(),
                  [&](ScalarBuilder &b, ValueRange inner) {
                    SmallVector<Value> from(row), to = {segment};
                    llvm::append_range(from, inner);
                    llvm::append_range(to, inner);
                    Value old = result.load(b, to);
                    Value value = emitCombine(b, kind, old,
                                              b.load(adaptor.getData(), from));
                    result.store(b, b.select(isSegment, value, old), to);
                  });
    });
    rewriter.replaceOp(op, result.finish(b));
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateSegmentToLinalg(const TypeConverter &converter,
                             RequantizeMode mode, RewritePatternSet &patterns) {
  patterns.add<SegmentLowering<SegmentSumOp, SegmentKind::Sum>,
               SegmentLowering<UnsortedSegmentSumOp, SegmentKind::Sum>,
               SegmentLowering<UnsortedSegmentProdOp, SegmentKind::Prod>,
               SegmentLowering<UnsortedSegmentMinOp, SegmentKind::Min>,
               SegmentLowering<UnsortedSegmentMaxOp, SegmentKind::Max>>(
      converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
