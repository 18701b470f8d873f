//===- ControlToLinalg.cpp - Control flow -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Functions stay functions; the ops that run them get destinations for their
// results.
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mopt/Dialect/Kernel/IR/KernelOps.h"
#include "mopt/Dialect/Mopt/IR/ControlOps.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// A tensor to write each result of `op` to.
SmallVector<Value> makeDestinations(Operation *op, OpBuilder &builder,
                                    const TypeConverter *converter) {
  return llvm::map_to_vector(op->getResultTypes(), [&](Type type) -> Value {
    auto tensor = cast<RankedTensorType>(converter->convertType(type));
    return tensor::EmptyOp::create(builder, op->getLoc(), tensor.getShape(),
                                   tensor.getElementType());
  });
}

struct CallLowering : OpConversionPattern<mopt::CallOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(mopt::CallOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    SmallVector<Value> outputs = makeDestinations(op, rewriter, typeConverter);
    rewriter.replaceOpWithNewOp<kernel::CallOp>(
        op, ValueRange(outputs).getTypes(), adaptor.getInputs(), outputs,
        op.getSubgraphAttr());
    return success();
  }
};

struct IfLowering : OpConversionPattern<IfOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(IfOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    SmallVector<Value> outputs = makeDestinations(op, rewriter, typeConverter);
    rewriter.replaceOpWithNewOp<kernel::IfOp>(
        op, ValueRange(outputs).getTypes(), adaptor.getCond(),
        adaptor.getInputs(), outputs, op.getThenSubgraphIndexAttr(),
        op.getElseSubgraphIndexAttr());
    return success();
  }
};

struct WhileLowering : OpConversionPattern<WhileOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(WhileOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    SmallVector<Value> outputs = makeDestinations(op, rewriter, typeConverter);
    rewriter.replaceOpWithNewOp<kernel::WhileOp>(
        op, ValueRange(outputs).getTypes(), adaptor.getInputs(), outputs,
        op.getCondSubgraphIndexAttr(), op.getBodySubgraphIndexAttr());
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateControlToLinalg(const TypeConverter &converter,
                             RequantizeMode mode, RewritePatternSet &patterns) {
  patterns.add<CallLowering, IfLowering, WhileLowering>(converter,
                                                        patterns.getContext());
}
} // namespace mlir::mopt::detail
