//===- ViewToLinalg.cpp - Ops that pick elements at steps -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One lowering for all ops that say by an ElementView which elements of their
// operand they give.
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// The elements of `view`, read from the flat operand by a loop over as few
/// dimensions as they need, without divisions: a result dimension that consists
/// of several is put together afterwards, where no data moves.
Value buildView(OpBuilder &builder, Location loc, const ElementView &view,
                Value flat) {
  auto flatType = cast<RankedTensorType>(flat.getType());
  ElementView simple = view.getSimplified();
  bool isWhole = simple.offset == 0 && simple.strides.size() <= 1 &&
                 simple.getNumElements() == flatType.getNumElements() &&
                 (simple.strides.empty() || simple.strides.back() == 1);
  if (isWhole)
    return reshapeTo(builder, loc, flat, view.resultShape);
  auto type = RankedTensorType::get(simple.shape, flatType.getElementType());
  auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
    Value index = b.index(simple.offset);
    for (auto [i, stride] : llvm::zip_equal(at, simple.strides))
      if (stride != 0)
        index = b.add(index, b.mul(i, stride));
    return b.load(flat, index);
  };
  Value elements = buildElementwise(builder, loc, type, body);
  return reshapeTo(builder, loc, elements, view.resultShape);
}

struct ElementViewLowering : OpInterfaceConversionPattern<ElementViewOp> {
  using OpInterfaceConversionPattern::OpInterfaceConversionPattern;

  LogicalResult
  matchAndRewrite(ElementViewOp op, ArrayRef<Value> operands,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    FailureOr<SmallVector<ElementView>> views =
        op.getElementViews([&](unsigned operand) {
          return getConstantIntegers(op->getOperand(operand));
        });
    if (failed(views))
      return refuse(op, rewriter, "its index operands have no meaning");
    if (views->size() != op->getNumResults())
      return refuse(op, rewriter, "an index operand is not constant");
    unsigned data =
        cast<QuantizableOp>(op.getOperation()).getQuantSpec().getDataOperand();
    int64_t count = TensorFacts(op->getOperand(data)).type.getNumElements();
    Value flat = reshapeTo(rewriter, op.getLoc(), operands[data], {count});
    SmallVector<Value> results;
    for (const ElementView &view : *views)
      results.push_back(buildView(rewriter, op.getLoc(), view, flat));
    rewriter.replaceOp(op, results);
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateViewToLinalg(const TypeConverter &converter, RequantizeMode,
                          RewritePatternSet &patterns) {
  patterns.add<ElementViewLowering>(converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
