//===- MovementToLinalg.cpp - Joining of tensors -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "mopt/Dialect/Mopt/IR/MovementOps.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

//===----------------------------------------------------------------------===//
// pack
//===----------------------------------------------------------------------===//

struct PackLowering : OpConversionPattern<PackOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(PackOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    int64_t rank = TensorFacts(op.getOutput()).type.getRank();
    int64_t axis = op.getAxis() < 0 ? op.getAxis() + rank : op.getAxis();
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      SmallVector<Value> indices(at);
      Value which = indices[axis];
      indices.erase(indices.begin() + axis);
      return emitOperand(b, adaptor.getValues(), which, indices, 0);
    };
    rewriter.replaceOp(op, buildElementwise(rewriter, op.getLoc(),
                                            getResultType(typeConverter, op),
                                            body));
    return success();
  }

private:
  /// The element of operand number `which`, which is `i` or more.
  static Value emitOperand(ScalarBuilder &b, ValueRange operands, Value which,
                           ValueRange indices, unsigned i) {
    auto read = [&](ScalarBuilder &b) { return b.load(operands[i], indices); };
    if (i + 1 == operands.size())
      return read(b);
    Value isHere = b.compare(ScalarBuilder::Compare::EQ, which, b.index(i));
    return b.branch(isHere, read, [&](ScalarBuilder &b) {
      return emitOperand(b, operands, which, indices, i + 1);
    });
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateMovementToLinalg(const TypeConverter &converter, RequantizeMode,
                              RewritePatternSet &patterns) {
  patterns.add<PackLowering>(converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
