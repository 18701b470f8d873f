//===- ControlToLinalg.cpp - Control flow and variables -----*- C++ -*-===//
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

#include "BufferLoops.h"

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

struct CallOnceLowering : OpConversionPattern<CallOnceOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(CallOnceOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<kernel::CallOnceOp>(
        op, op.getInitSubgraphIndexAttr());
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

/// The memory of a variable. It is written although it is said to be only read:
/// every op that uses it goes through this op, and is meant to see the writes
/// of those before. An analysis of tensors would give each a copy.
Value getMemory(ScalarBuilder &b, Value variable) {
  auto type = cast<RankedTensorType>(variable.getType());
  return bufferization::ToBufferOp::create(
      b, MemRefType::get(type.getShape(), type.getElementType()), variable,
      /*read_only=*/true);
}

struct VarHandleLowering : OpConversionPattern<VarHandleOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(VarHandleOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (!op->use_empty())
      return refuse(op, rewriter, "a variable is lowered with its program");
    rewriter.eraseOp(op);
    return success();
  }
};

struct ReadVariableLowering : OpConversionPattern<ReadVariableOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(ReadVariableOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    ScalarBuilder b(op.getLoc(), rewriter);
    ResultBuffer result(b, getResultType(typeConverter, op));
    // A load of an element would be taken for one of the tensor, which never
    // changes.
    result.copyFrom(b, getMemory(b, adaptor.getResourceId()));
    rewriter.replaceOp(op, result.finish(b));
    return success();
  }
};

struct AssignVariableLowering : OpConversionPattern<AssignVariableOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(AssignVariableOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    ScalarBuilder b(op.getLoc(), rewriter);
    Value memory = getMemory(b, adaptor.getResourceId());
    emitForEach(b, TensorFacts(op.getValue()).getShape(),
                [&](ScalarBuilder &b, ValueRange at) {
                  memref::StoreOp::create(b, b.load(adaptor.getValue(), at),
                                          memory, at);
                });
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateControlToLinalg(const TypeConverter &converter,
                             RequantizeMode mode, RewritePatternSet &patterns) {
  patterns.add<CallLowering, CallOnceLowering, IfLowering, WhileLowering,
               VarHandleLowering, ReadVariableLowering, AssignVariableLowering>(
      converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
