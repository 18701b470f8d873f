//===- ComplexToLinalg.cpp - Parts of complex numbers -----------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mopt/Dialect/Mopt/IR/ComplexOps.h"

using namespace mlir;
using namespace mlir::mopt;

/// The function `name(x, y)` of the C library, declared at the end of the
/// module.
static func::FuncOp declareBinary(Operation *op, StringRef name, Type type,
                                  PatternRewriter &rewriter) {
  auto module = op->getParentOfType<ModuleOp>();
  if (auto found = module.lookupSymbol<func::FuncOp>(name))
    return found;
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPointToEnd(module.getBody());
  auto function =
      func::FuncOp::create(rewriter, op->getLoc(), name,
                           rewriter.getFunctionType({type, type}, {type}));
  function.setPrivate();
  return function;
}

static Value emitPart(ScalarBuilder &, RealOp, Value re, Value, func::FuncOp) {
  return re;
}

static Value emitPart(ScalarBuilder &, ImagOp, Value, Value im, func::FuncOp) {
  return im;
}

/// hypot of the C library, as in the evaluator: no overflow on the way.
static Value emitPart(ScalarBuilder &b, ComplexAbsOp, Value re, Value im,
                      func::FuncOp hypot) {
  return func::CallOp::create(b, hypot, {re, im}).getResult(0);
}

namespace {

template <typename OpT>
struct ComplexPartLowering : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = getResultType(this->typeConverter, op);
    if (!type.hasStaticShape())
      return refuse(op, rewriter, "shape is dynamic");
    Type element = type.getElementType();
    func::FuncOp hypot;
    if (std::is_same_v<OpT, ComplexAbsOp>)
      hypot = declareBinary(op, element.isF32() ? "hypotf" : "hypot", element,
                            rewriter);
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      auto read = [&](int64_t part) {
        SmallVector<Value> indices(at);
        indices.push_back(b.index(part));
        return b.load(adaptor.getInput(), indices);
      };
      return emitPart(b, op, read(0), read(1), hypot);
    };
    rewriter.replaceOp(op, buildElementwise(rewriter, op.getLoc(), type, body));
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateComplexToLinalg(const TypeConverter &converter, RequantizeMode,
                             RewritePatternSet &patterns) {
  patterns.add<ComplexPartLowering<RealOp>, ComplexPartLowering<ImagOp>,
               ComplexPartLowering<ComplexAbsOp>>(converter,
                                                  patterns.getContext());
}
} // namespace mlir::mopt::detail
