//===- UnaryToLinalg.cpp - Elementwise ops of one operand -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EvaluatedTable.h"
#include "RequantizeEmitter.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mopt/Dialect/Mopt/IR/ElementwiseOps.h"
#include "mopt/Dialect/Mopt/IR/QuantOps.h"
#include "mopt/Dialect/Mopt/Reference/FakeQuant.h"

using namespace mlir;
using namespace mlir::mopt;

using Compare = ScalarBuilder::Compare;

//===----------------------------------------------------------------------===//
// Float formulas
//===----------------------------------------------------------------------===//

// Comparisons are false for a NaN, which therefore stays, as in the evaluators.

static Value emitClamp(ScalarBuilder &b, Value x, float low,
                       std::optional<float> high) {
  Value bottom = b.f32(low);
  Value value = b.select(b.compare(Compare::LT, x, bottom), bottom, x);
  if (!high)
    return value;
  Value top = b.f32(*high);
  return b.select(b.compare(Compare::GT, x, top), top, value);
}

static Value emitFloat(ScalarBuilder &b, ReluOp, Value x) {
  return emitClamp(b, x, 0.0f, std::nullopt);
}

static Value emitFloat(ScalarBuilder &b, Relu6Op, Value x) {
  return emitClamp(b, x, 0.0f, 6.0f);
}

static Value emitFloat(ScalarBuilder &b, ReluN1To1Op, Value x) {
  return emitClamp(b, x, -1.0f, 1.0f);
}

static Value emitFloat(ScalarBuilder &b, Relu0To1Op, Value x) {
  return emitClamp(b, x, 0.0f, 1.0f);
}

static Value emitFloat(ScalarBuilder &b, LeakyReluOp op, Value x) {
  Value scaled = b.mul(x, b.f32(op.getAlpha().convertToFloat()));
  return b.select(b.compare(Compare::GT, x, b.f32(0.0f)), x, scaled);
}

static Value emitFloat(ScalarBuilder &b, HardSwishOp, Value x) {
  Value gate = b.clamp(b.add(x, b.f32(3.0f)), 0.0, 6.0);
  return b.div(b.mul(x, gate), b.f32(6.0f));
}

/// 1 / (1 + exp(-x)) as the float kernel has it: 1 where float32 cannot tell it
/// from 1, and exp(x) far below zero. exp becomes a call of the C library's
/// expf, which the evaluator calls too.
static Value emitFloat(ScalarBuilder &b, LogisticOp, Value x) {
  Value isTiny = b.compare(Compare::LT, x, b.f32(-9.0f));
  Value negated = arith::NegFOp::create(b, x);
  Value exp = math::ExpOp::create(b, b.select(isTiny, x, negated));
  Value one = b.f32(1.0f);
  Value value = b.select(isTiny, exp, b.div(one, b.add(one, exp)));
  return b.select(b.compare(Compare::GT, x, b.f32(16.619047164916992188f)), one,
                  value);
}

/// A call of the C library's tanhf, as in the evaluator.
static Value emitFloat(ScalarBuilder &b, TanhOp, Value x) {
  return math::TanhOp::create(b, x);
}

namespace {

//===----------------------------------------------------------------------===//
// Functions of one element
//===----------------------------------------------------------------------===//

/// Float32: the formula. 8 and 16 bits: a table.
template <typename OpT>
struct UnaryLowering : MoptLowering<OpT> {
  using MoptLowering<OpT>::MoptLowering;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts input(op.getInput()), output(op.getOutput());
    if (input.getShape() != output.getShape())
      return refuse(op, rewriter, "result has another shape");
    Value table;
    if (!input.isFloat32() || !output.isFloat32()) {
      if (!input.isInteger(8) && !input.isInteger(16))
        return refuse(op, rewriter, [&](Diagnostic &diag) {
          diag << "no lowering for " << input.type.getElementType();
        });
      FailureOr<HostTensor> values =
          evaluateTable(op, input.type.getElementType(),
                        output.type.getElementType(), this->mode, rewriter);
      if (failed(values))
        return failure();
      table = buildTable(rewriter, op.getLoc(), *values);
    }
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      Value x = b.load(adaptor.getInput(), at);
      return table ? loadFromTable(b, table, x) : emitFloat(b, op, x);
    };
    replaceElementwise(op, rewriter, this->typeConverter, body);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// quantize
//===----------------------------------------------------------------------===//

/// Scale and zero point of a tensor as values: constants, or elements of tables
/// by channel.
class ChannelParams {
public:
  ChannelParams(OpBuilder &builder, Location loc, const TensorFacts &facts)
      : facts(facts) {
    if (!facts.params.isPerAxis())
      return;
    SmallVector<float> scaleValues;
    SmallVector<int32_t> zeroPointValues;
    for (size_t i = 0; i < facts.params.scales.size(); ++i) {
      scaleValues.push_back(facts.params.scale(i));
      zeroPointValues.push_back(facts.params.zeroPoint(i));
    }
    scales = buildTable(builder, loc, ArrayRef<float>(scaleValues));
    zeroPoints = buildTable(builder, loc, ArrayRef<int32_t>(zeroPointValues));
  }

  Value getScale(ScalarBuilder &b, ValueRange at) const {
    return scales ? b.load(scales, at[facts.params.axis])
                  : b.f32(facts.getScale());
  }

  /// An i32.
  Value getZeroPoint(ScalarBuilder &b, ValueRange at) const {
    return zeroPoints ? b.load(zeroPoints, at[facts.params.axis])
                      : b.i32(facts.getZeroPoint());
  }

private:
  const TensorFacts &facts;
  Value scales, zeroPoints;
};

struct QuantizeLowering : MoptLowering<QuantizeOp> {
  using MoptLowering::MoptLowering;

  LogicalResult
  matchAndRewrite(QuantizeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts input(op.getInput()), output(op.getOutput());
    if (input.getShape() != output.getShape())
      return refuse(op, rewriter, "result has another shape");
    bool isFloat = input.isFloat32();
    if (!output.params.isQuantized() ||
        !(output.isInteger(8) || output.isInteger(16) ||
          (output.isInteger(32) && !isFloat && output.getZeroPoint() == 0)))
      return refuse(op, rewriter, [&](Diagnostic &diag) {
        diag << "no lowering to " << output.type.getElementType();
      });
    if (!isFloat && (!input.params.isQuantized() || input.params.isPerAxis() ||
                     output.params.isPerAxis() || !input.storage.isInteger()))
      return refuse(op, rewriter,
                    "the operand needs to be float32 or have one scale");

    Location loc = op.getLoc();
    ClampRange<int32_t> range = output.getStorageRange();
    RequantizeEmitter requantizer(mode, output.getZeroPoint(), range);
    if (!isFloat)
      requantizer.addRescaleFactor(input.getScale(), output.getScale());
    ChannelParams params(rewriter, loc, output);
    Type stored =
        rewriter.getIntegerType(output.storage.getIntOrFloatBitWidth());
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      Value x = b.load(adaptor.getInput(), at);
      if (isFloat)
        return b.narrow(emitQuantizeReal(b, x, params.getScale(b, at),
                                         params.getZeroPoint(b, at), range),
                        stored);
      x = b.sub(b.widen(x, input.isUnsigned, b.getI32Type()),
                input.getZeroPoint());
      // A factor of 1 rounds nothing, in either mode.
      bool isShift = input.getScale() == output.getScale() &&
                     input.storage.getIntOrFloatBitWidth() <= 16;
      int32_t zeroPoint = output.getZeroPoint();
      Value value =
          isShift
              ? b.add(b.clamp(x, range.min - zeroPoint, range.max - zeroPoint),
                      zeroPoint)
              : requantizer.apply(b, x, Value());
      return b.narrow(value, stored);
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }

private:
  /// round(x / scale) + zero point, half away from zero, clamped in double: a
  /// NaN becomes the lowest value.
  static Value emitQuantizeReal(ScalarBuilder &b, Value x, Value scale,
                                Value zeroPoint, ClampRange<int32_t> range) {
    Value rounded = math::RoundOp::create(b, b.div(x, scale));
    if (auto constant = zeroPoint.getDefiningOp<arith::ConstantIntOp>();
        constant && range.max - range.min < (1 << 17)) {
      // The same before the zero point is added: bounds are exact as floats.
      auto bound = [&](int64_t limit) {
        return b.f32(static_cast<float>(limit - constant.value()));
      };
      Value low = bound(range.min), high = bound(range.max);
      Value value =
          b.select(b.compare(Compare::GT, rounded, low), rounded, low);
      value = b.select(b.compare(Compare::LT, value, high), value, high);
      return b.add(b.toInt32(value), zeroPoint);
    }
    Type f64 = b.getF64Type();
    Value value = b.add(b.widen(rounded, false, f64),
                        Value(arith::SIToFPOp::create(b, f64, zeroPoint)));
    Value low = b.constant(f64, range.min), high = b.constant(f64, range.max);
    value = b.select(b.compare(Compare::GT, value, low), value, low);
    value = b.select(b.compare(Compare::LT, value, high), value, high);
    return b.toInt32(value);
  }
};

//===----------------------------------------------------------------------===//
// dequantize
//===----------------------------------------------------------------------===//

struct DequantizeLowering : OpConversionPattern<DequantizeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(DequantizeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts input(op.getInput()), output(op.getOutput());
    bool isHalf = input.storage.isF16() || input.storage.isBF16();
    if (!output.isFloat32() || input.getShape() != output.getShape())
      return refuse(op, rewriter, "result is not float32 of one shape");
    if (!isHalf && !(input.params.isQuantized() && input.storage.isInteger()))
      return refuse(op, rewriter, "operand is not quantised");

    Location loc = op.getLoc();
    std::optional<ChannelParams> params;
    if (!isHalf)
      params.emplace(rewriter, loc, input);
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      Value x = b.load(adaptor.getInput(), at);
      if (isHalf)
        return b.widen(x, false, b.getF32Type());
      Value scale = params->getScale(b, at);
      Value zeroPoint = params->getZeroPoint(b, at);
      // The difference is exact in double, so that the product rounds once.
      Type f64 = b.getF64Type(), i64 = b.getI64Type();
      Value centred = b.sub(b.widen(x, input.isUnsigned, i64),
                            b.widen(zeroPoint, false, i64));
      Value product = b.mul(b.widen(scale, false, f64),
                            arith::SIToFPOp::create(b, f64, centred));
      return arith::TruncFOp::create(b, b.getF32Type(), product);
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// fake_quant
//===----------------------------------------------------------------------===//

struct FakeQuantLowering : OpConversionPattern<FakeQuantOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(FakeQuantOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    NudgedRange range = getNudgedRange(op);
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      Value x = b.load(adaptor.getInput(), at);
      Value min = b.f32(range.min);
      Value clamped = b.min(b.f32(range.max), b.max(min, x));
      Value steps = math::RoundOp::create(
          b, b.mul(b.sub(clamped, min), b.f32(1.0f / range.scale)));
      return b.add(b.mul(steps, b.f32(range.scale)), min);
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateUnaryToLinalg(const TypeConverter &converter, RequantizeMode mode,
                           RewritePatternSet &patterns) {
  patterns
      .add<UnaryLowering<ReluOp>, UnaryLowering<Relu6Op>,
           UnaryLowering<ReluN1To1Op>, UnaryLowering<Relu0To1Op>,
           UnaryLowering<LeakyReluOp>, UnaryLowering<HardSwishOp>,
           UnaryLowering<LogisticOp>, UnaryLowering<TanhOp>, QuantizeLowering>(
          converter, patterns.getContext(), mode);
  patterns.add<DequantizeLowering, FakeQuantLowering>(converter,
                                                      patterns.getContext());
}
} // namespace mlir::mopt::detail
