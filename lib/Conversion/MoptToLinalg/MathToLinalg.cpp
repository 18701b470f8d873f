//===- MathToLinalg.cpp - Functions of one element -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A function is one `emit` on scalars: float32 and wider types directly, half
// precision through float32. 8 and 16 bits are tables that the evaluators fill.

#include "ElementwiseLowering.h"
#include "EvaluatedTable.h"
#include "RequantizeEmitter.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mopt/Dialect/Mopt/IR/UnaryOps.h"

using namespace mlir;
using namespace mlir::mopt;

using Compare = ScalarBuilder::Compare;

//===----------------------------------------------------------------------===//
// Formulas
//===----------------------------------------------------------------------===//

// exp, log, sin, cos, erfc and tanh become calls of the C library, as in the
// evaluators.

static Value emit(ScalarBuilder &b, AbsOp, Value x) {
  if (isa<FloatType>(x.getType()))
    return math::AbsFOp::create(b, x);
  return math::AbsIOp::create(b, x);
}

static Value emit(ScalarBuilder &b, NegOp, Value x) {
  if (isa<FloatType>(x.getType()))
    return arith::NegFOp::create(b, x);
  return b.sub(b.constant(x.getType(), 0), x);
}

static Value emit(ScalarBuilder &b, SignOp, Value x) {
  Value zero = b.constant(x.getType(), 0), one = b.constant(x.getType(), 1);
  Value minusOne = b.constant(x.getType(), -1);
  Value value = b.select(b.compare(Compare::EQ, x, zero), zero, x);
  value = b.select(b.compare(Compare::LT, x, zero), minusOne, value);
  return b.select(b.compare(Compare::GT, x, zero), one, value);
}

static Value emit(ScalarBuilder &b, ExpOp, Value x) {
  return math::ExpOp::create(b, x);
}
static Value emit(ScalarBuilder &b, LogOp, Value x) {
  return math::LogOp::create(b, x);
}
static Value emit(ScalarBuilder &b, SqrtOp, Value x) {
  return math::SqrtOp::create(b, x);
}
static Value emit(ScalarBuilder &b, RsqrtOp, Value x) {
  return b.div(b.f32(1.0f), math::SqrtOp::create(b, x));
}
static Value emit(ScalarBuilder &b, SquareOp, Value x) { return b.mul(x, x); }
static Value emit(ScalarBuilder &b, SinOp, Value x) {
  return math::SinOp::create(b, x);
}
static Value emit(ScalarBuilder &b, CosOp, Value x) {
  return math::CosOp::create(b, x);
}
static Value emit(ScalarBuilder &b, FloorOp, Value x) {
  return math::FloorOp::create(b, x);
}
static Value emit(ScalarBuilder &b, CeilOp, Value x) {
  return math::CeilOp::create(b, x);
}

static Value emit(ScalarBuilder &b, RoundOp, Value x) {
  Value below = math::FloorOp::create(b, x);
  Value rest = b.sub(x, below), half = b.f32(0.5f);
  Value evenBelow =
      b.mul(math::FloorOp::create(b, b.mul(below, half)), b.f32(2.0f));
  Value stays = b.logicalAnd(b.compare(Compare::EQ, rest, half),
                             b.compare(Compare::EQ, evenBelow, below));
  stays = arith::OrIOp::create(b, stays, b.compare(Compare::LT, rest, half));
  return b.select(stays, below, b.add(below, b.f32(1.0f)));
}

static Value emit(ScalarBuilder &b, GeluOp op, Value x) {
  Value half = b.mul(b.f32(0.5f), x);
  if (!op.getApproximate())
    return b.mul(half, math::ErfcOp::create(
                           b, b.mul(x, b.f32(-0.70710678118654752440f))));
  Value cube = b.mul(b.mul(b.mul(b.f32(0.044715f), x), x), x);
  Value tanh = math::TanhOp::create(
      b, b.mul(b.f32(0.79788456080286535588f), b.add(x, cube)));
  return b.mul(half, b.add(b.f32(1.0f), tanh));
}

/// expm1(x) = 2 t / (1 - t) with t = tanh(x / 2): nothing cancels below 0, and
/// tanh is a call where expm1 would become exp(x) - 1.
static Value emit(ScalarBuilder &b, EluOp, Value x) {
  Value t = math::TanhOp::create(b, b.mul(x, b.f32(0.5f)));
  Value below = b.div(b.add(t, t), b.sub(b.f32(1.0f), t));
  return b.select(b.compare(Compare::LT, x, b.f32(0.0f)), below, x);
}

namespace {

/// The lowest stored value that the evaluator takes.
template <typename OpT>
std::optional<int64_t> getLowest(OpT op) {
  if constexpr (std::is_same_v<OpT, SqrtOp> || std::is_same_v<OpT, RsqrtOp>)
    return TensorFacts(op.getInput()).getZeroPoint();
  return std::nullopt;
}

/// Types that `emit` is written for: float32 or, where `wide`, any number.
template <typename OpT, bool wide>
struct FunctionLowering : MoptLowering<OpT> {
  using MoptLowering<OpT>::MoptLowering;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts input(op.getInput()), output(op.getOutput());
    if (input.getShape() != output.getShape() ||
        input.storage != output.storage)
      return refuse(op, rewriter, "result has another shape or type");
    Type storage = input.storage;
    Value table;
    if (input.isInteger(8) || input.isInteger(16)) {
      FailureOr<HostTensor> values = evaluateTable(
          op, input.type.getElementType(), output.type.getElementType(),
          this->mode, rewriter, /*rank=*/1, /*axis=*/0, getLowest(op));
      if (failed(values))
        return failure();
      table = buildTable(rewriter, op.getLoc(), *values);
    } else if (!storage.isF32() && !storage.isF16() && !storage.isBF16() &&
               !(wide && (storage.isF64() || storage.isSignlessInteger()))) {
      return refuse(op, rewriter, [&](Diagnostic &diag) {
        diag << "no lowering for " << input.type.getElementType();
      });
    }
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      Value x = b.load(adaptor.getInput(), at);
      if (table)
        return loadFromTable(b, table, x);
      return narrowToHalf(b, emit(b, op, widenHalf(b, x)), x.getType());
    };
    replaceElementwise(op, rewriter, this->typeConverter, body);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// prelu
//===----------------------------------------------------------------------===//

struct PreluLowering : MoptLowering<PreluOp> {
  using MoptLowering::MoptLowering;

  LogicalResult
  matchAndRewrite(PreluOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)) ||
        failed(checkBroadcast(op, rewriter)))
      return failure();
    TensorFacts input(op.getInput()), alpha(op.getAlpha());
    TensorFacts output(op.getOutput());
    bool isFloat = output.isFloat32();
    // int16 has slopes of 8 bits.
    bool isWide = input.isInteger(16) && alpha.isInteger(8);
    if (input.storage != output.storage ||
        (alpha.storage != output.storage && !isWide))
      return refuse(op, rewriter, "element types differ");
    if (!isFloat &&
        (!isPerTensor(input) || !isPerTensor(alpha) || !isPerTensor(output) ||
         !(output.isInteger(8) || output.isInteger(16))))
      return refuse(op, rewriter,
                    "operands need to be float32 or of one scale each");
    RequantizeEmitter requantizer(mode, output.getZeroPoint(),
                                  isFloat ? ClampRange<int32_t>{0, 0}
                                          : output.getStorageRange());
    if (!isFloat) {
      float identity = input.getScale() / output.getScale();
      float slope = input.getScale() * alpha.getScale() / output.getScale();
      requantizer.addFactor(identity, identity);
      requantizer.addFactor(slope, slope);
      requantizer.prepare(rewriter, op.getLoc());
    }
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      Value stored = loadBroadcast(b, adaptor.getInput(), input.type, at);
      Value factor = loadBroadcast(b, adaptor.getAlpha(), alpha.type, at);
      if (isFloat)
        return b.select(b.compare(Compare::GE, stored, b.f32(0.0f)), stored,
                        b.mul(stored, factor));
      Type i32 = b.getI32Type();
      Value x =
          b.sub(b.widen(stored, input.isUnsigned, i32), input.getZeroPoint());
      Value slope =
          b.sub(b.widen(factor, alpha.isUnsigned, i32), alpha.getZeroPoint());
      Value isPositive = b.compare(Compare::GE, x, b.i32(0));
      Value channel = b.select(isPositive, b.index(0), b.index(1));
      Value sum = b.select(isPositive, x, b.mul(x, slope));
      return b.narrow(requantizer.apply(b, sum, channel), stored.getType());
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateMathToLinalg(const TypeConverter &converter, RequantizeMode mode,
                          RewritePatternSet &patterns) {
  patterns
      .add<FunctionLowering<AbsOp, true>, FunctionLowering<NegOp, true>,
           FunctionLowering<SignOp, true>, FunctionLowering<ExpOp, false>,
           FunctionLowering<LogOp, false>, FunctionLowering<SqrtOp, false>,
           FunctionLowering<RsqrtOp, false>, FunctionLowering<SquareOp, false>,
           FunctionLowering<SinOp, false>, FunctionLowering<CosOp, false>,
           FunctionLowering<FloorOp, false>, FunctionLowering<CeilOp, false>,
           FunctionLowering<RoundOp, false>, FunctionLowering<GeluOp, false>,
           FunctionLowering<EluOp, false>, PreluLowering>(
          converter, patterns.getContext(), mode);
}
} // namespace mlir::mopt::detail
