//===- ComparisonToLinalg.cpp - Comparisons, logic, selection, bits -------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementwiseLowering.h"
#include "RequantizeEmitter.h"
#include "mopt/Dialect/Mopt/IR/ComparisonOps.h"
#include "mopt/Dialect/Mopt/Reference/Elementwise.h"

using namespace mlir;
using namespace mlir::mopt;

using Compare = ScalarBuilder::Compare;

/// True where the stored boolean (a byte) is set.
static Value isSet(ScalarBuilder &b, Value stored) {
  return b.compare(Compare::NE, stored, b.constant(stored.getType(), 0));
}

/// A boolean as it is stored.
static Value store(ScalarBuilder &b, Value condition) {
  return b.widen(condition, /*isUnsigned=*/true, b.getI8Type());
}

namespace {

//===----------------------------------------------------------------------===//
// Comparisons
//===----------------------------------------------------------------------===//

template <typename OpT, Compare predicate>
struct ComparisonLowering : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)) ||
        failed(checkBroadcast(op, rewriter)))
      return failure();
    TensorFacts lhs(op.getLhs()), rhs(op.getRhs()), output(op.getOutput());
    if (lhs.storage != rhs.storage || !output.storage.isInteger(1))
      return refuse(op, rewriter, "element types differ");
    // The kernels order stored int16 numbers, but scale them for equality.
    constexpr bool isEquality =
        predicate == Compare::EQ || predicate == Compare::NE;
    bool isScaled = isPerTensor(lhs) && isPerTensor(rhs) &&
                    (lhs.isInteger(8) || (isEquality && lhs.isInteger(16)));
    std::optional<ComparisonFactors> factors;
    if (isScaled)
      factors.emplace(lhs.getScale(), rhs.getScale());

    auto scale = [&](ScalarBuilder &b, Value x, const TensorFacts &facts,
                     QuantizedMultiplier factor) {
      x = b.sub(b.widen(x, facts.isUnsigned, b.getI32Type()),
                facts.getZeroPoint());
      return emitMultiplyByQuantizedMultiplier(
          b, b.shiftLeft(x, b.i32(ComparisonFactors::leftShift)), factor);
    };
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      Value x = loadBroadcast(b, adaptor.getLhs(), lhs.type, at);
      Value y = loadBroadcast(b, adaptor.getRhs(), rhs.type, at);
      if (isScaled) {
        x = scale(b, x, lhs, factors->lhs);
        y = scale(b, y, rhs, factors->rhs);
      } else if (lhs.isInteger(8)) {
        x = b.widen(x, lhs.isUnsigned, b.getI32Type());
        y = b.widen(y, rhs.isUnsigned, b.getI32Type());
      }
      return store(b, b.compare(predicate, x, y));
    };
    replaceElementwise(op, rewriter, this->typeConverter, body);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Logic and bits
//===----------------------------------------------------------------------===//

Value combine(ScalarBuilder &b, LogicalAndOp, Value x, Value y) {
  return store(b, b.logicalAnd(isSet(b, x), isSet(b, y)));
}

Value combine(ScalarBuilder &b, LogicalOrOp, Value x, Value y) {
  return store(b, arith::OrIOp::create(b, isSet(b, x), isSet(b, y)));
}

Value combine(ScalarBuilder &b, BitwiseXorOp, Value x, Value y) {
  return arith::XOrIOp::create(b, x, y);
}

Value combine(ScalarBuilder &b, RightShiftOp op, Value x, Value y) {
  Value highest =
      b.constant(x.getType(), x.getType().getIntOrFloatBitWidth() - 1);
  if (TensorFacts(op.getOutput()).isUnsigned)
    return arith::ShRUIOp::create(b, x, arith::MinUIOp::create(b, y, highest));
  Value bits = b.min(b.max(y, b.constant(x.getType(), 0)), highest);
  return b.shiftRight(x, bits);
}

template <typename OpT>
struct CombineLowering : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    BinaryFacts facts(op);
    if (failed(facts.check(op, rewriter)))
      return failure();
    auto combineElements = [&](ScalarBuilder &b, Value x, Value y) -> Value {
      return combine(b, op, x, y);
    };
    replaceBinary(op, adaptor, facts, rewriter, this->typeConverter,
                  combineElements);
    return success();
  }
};

struct NotLowering : OpConversionPattern<LogicalNotOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(LogicalNotOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)) ||
        failed(checkBroadcast(op, rewriter)))
      return failure();
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      Value x = b.load(adaptor.getInput(), at);
      return store(b, b.compare(Compare::EQ, x, b.constant(x.getType(), 0)));
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// select, select_v2
//===----------------------------------------------------------------------===//

template <typename OpT>
struct SelectLowering : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts condition(op.getCondition());
    BinaryFacts facts(op);
    constexpr bool broadcasts = std::is_same_v<OpT, SelectV2Op>;
    // The condition of select runs along the first dimension.
    if (broadcasts ? failed(facts.check(op, rewriter))
                   : facts.lhs.storage != facts.out.storage ||
                         facts.rhs.storage != facts.out.storage)
      return refuse(op, rewriter, "operand does not fit the result");
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      ValueRange first = at;
      if (!broadcasts)
        first = at.take_front(condition.type.getRank());
      Value choice =
          loadBroadcast(b, adaptor.getCondition(), condition.type, first);
      Value x = loadBroadcast(b, adaptor.getLhs(), facts.lhs.type, at);
      Value y = loadBroadcast(b, adaptor.getRhs(), facts.rhs.type, at);
      return b.select(isSet(b, choice), x, y);
    };
    replaceElementwise(op, rewriter, this->typeConverter, body);
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateComparisonToLinalg(const TypeConverter &converter, RequantizeMode,
                                RewritePatternSet &patterns) {
  patterns
      .add<ComparisonLowering<EqualOp, Compare::EQ>,
           ComparisonLowering<NotEqualOp, Compare::NE>,
           ComparisonLowering<LessOp, Compare::LT>,
           ComparisonLowering<LessEqualOp, Compare::LE>,
           ComparisonLowering<GreaterOp, Compare::GT>,
           ComparisonLowering<GreaterEqualOp, Compare::GE>,
           CombineLowering<LogicalAndOp>, CombineLowering<LogicalOrOp>,
           CombineLowering<BitwiseXorOp>, CombineLowering<RightShiftOp>,
           NotLowering, SelectLowering<SelectOp>, SelectLowering<SelectV2Op>>(
          converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
