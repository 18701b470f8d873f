//===- BinaryToLinalg.cpp - Elementwise ops of two operands -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementwiseLowering.h"
#include "RequantizeEmitter.h"
#include "mopt/Dialect/Mopt/IR/ElementwiseOps.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

namespace {

enum class Arithmetic { Add, Sub, Mul };

/// log2 of `scale` if it is a power of two within the kernels' tolerance.
std::optional<int> getLog2(float scale) {
  float log2 = std::log(scale) * (1.0f / std::log(2.0f));
  float rounded = std::round(log2);
  if (std::abs(log2 - rounded) >= 1e-3f)
    return std::nullopt;
  return static_cast<int>(rounded);
}

//===----------------------------------------------------------------------===//
// add, sub
//===----------------------------------------------------------------------===//

/// The `fixed` sum: both operands on a common scale with headroom, added, and
/// brought to the result's scale (TFLite's reference kernels).
Value emitFixedSum(ScalarBuilder &b, const BinaryFacts &facts, Value x, Value y,
                   bool isSub) {
  int leftShift = facts.out.isInteger(16) ? 15 : 20;
  double common =
      2.0 * double(std::max(facts.lhs.getScale(), facts.rhs.getScale()));
  auto scale = [&](Value value, const TensorFacts &operand) {
    Value shifted =
        b.shiftLeft(b.sub(value, operand.getZeroPoint()), b.i32(leftShift));
    return emitMultiplyByQuantizedMultiplier(
        b, shifted, quantizeMultiplier(double(operand.getScale()) / common));
  };
  Value left = scale(x, facts.lhs), right = scale(y, facts.rhs);
  Value sum = isSub ? b.sub(left, right) : b.add(left, right);
  Value result = emitMultiplyByQuantizedMultiplier(
      b, sum,
      quantizeMultiplier(common / (double(int64_t(1) << leftShift) *
                                   double(facts.out.getScale()))));
  return b.add(result, facts.out.getZeroPoint());
}

Value emitFloatSum(ScalarBuilder &b, const BinaryFacts &facts, Value x, Value y,
                   bool isSub, ClampRange<int32_t> range) {
  auto scale = [&](Value value, const TensorFacts &operand) {
    Value centred = b.toFloat(b.sub(value, operand.getZeroPoint()));
    return b.mul(centred, b.f32(operand.getScale() / facts.out.getScale()));
  };
  Value left = scale(x, facts.lhs), right = scale(y, facts.rhs);
  return emitRoundAndClamp(b, isSub ? b.sub(left, right) : b.add(left, right),
                           facts.out.getZeroPoint(), range);
}

/// The right shifts of the operands where all scales are powers of two.
std::optional<std::pair<int, int>>
getPowerOfTwoShifts(const BinaryFacts &facts) {
  std::optional<int> lhs = getLog2(facts.lhs.getScale());
  std::optional<int> rhs = getLog2(facts.rhs.getScale());
  std::optional<int> out = getLog2(facts.out.getScale());
  if (!lhs || !rhs || !out)
    return std::nullopt;
  return std::make_pair(*out - *lhs, *out - *rhs);
}

bool hasPowerOfTwoScales(AddOp op) { return op.getPotScaleInt16(); }
bool hasPowerOfTwoScales(SubOp op) { return op.getPotScaleInt16(); }
bool hasPowerOfTwoScales(MulOp) { return false; }

template <typename OpT, Arithmetic kind>
struct ArithmeticLowering : MoptLowering<OpT> {
  using MoptLowering<OpT>::MoptLowering;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    BinaryFacts facts(op);
    if (failed(facts.check(op, rewriter)))
      return failure();
    ActivationFunction activation = op.getFusedActivationFunction();
    if (!getFloatActivationRange(activation))
      return refuse(op, rewriter, "fused activation is no clamp");
    bool isQuantized = facts.out.params.isQuantized();
    if (isQuantized && (!facts.isPerTensor() ||
                        !(facts.out.isInteger(8) || facts.out.isInteger(16))))
      return refuse(op, rewriter,
                    "quantised operands need one scale each and 8 or 16 bits");
    if (!isQuantized && facts.out.isUnsigned &&
        activation != ActivationFunction::NONE)
      return refuse(op, rewriter, "unsigned numbers with a fused activation");
    std::optional<std::pair<int, int>> shifts;
    if (isQuantized && facts.out.isInteger(16) &&
        this->mode == RequantizeMode::Fixed && hasPowerOfTwoScales(op)) {
      shifts = getPowerOfTwoShifts(facts);
      if (shifts &&
          (shifts->first < 0 || shifts->second < 0 || shifts->first > 15 ||
           shifts->second > 15 || (shifts->first != 0 && shifts->second != 0)))
        return refuse(
            op, rewriter,
            "pot_scale_int16 needs one operand of the result's scale");
    }

    auto combineElements = [&](ScalarBuilder &b, Value x, Value y) -> Value {
      if (!isQuantized)
        return emitPlain(b, x, y, activation);
      x = b.widen(x, facts.lhs.isUnsigned, b.getI32Type());
      y = b.widen(y, facts.rhs.isUnsigned, b.getI32Type());
      return b.narrow(
          emitQuantized(b, facts, x, y, activation, shifts),
          b.getIntegerType(facts.out.storage.getIntOrFloatBitWidth()));
    };
    replaceBinary(op, adaptor, facts, rewriter, this->typeConverter,
                  combineElements);
    return success();
  }

private:
  static Value emitPlain(ScalarBuilder &b, Value x, Value y,
                         ActivationFunction activation) {
    Value value = kind == Arithmetic::Add   ? b.add(x, y)
                  : kind == Arithmetic::Sub ? b.sub(x, y)
                                            : b.mul(x, y);
    if (isa<FloatType>(value.getType()))
      return applyFloatActivation(b, value,
                                  *getFloatActivationRange(activation));
    // The bounds of every activation are small integers.
    switch (activation) {
    case ActivationFunction::RELU:
      return b.max(value, b.constant(value.getType(), 0));
    case ActivationFunction::RELU6:
      return b.clamp(value, 0, 6);
    case ActivationFunction::RELU_N1_TO_1:
      return b.clamp(value, -1, 1);
    default:
      return value;
    }
  }

  Value emitQuantized(ScalarBuilder &b, const BinaryFacts &facts, Value x,
                      Value y, ActivationFunction activation,
                      std::optional<std::pair<int, int>> shifts) const {
    constexpr bool isSub = kind == Arithmetic::Sub;
    ClampRange<int32_t> range = *getQuantizedActivationRange(
        activation, facts.out.getScale(), facts.out.getZeroPoint(),
        facts.out.getStorageRange());
    if constexpr (kind == Arithmetic::Mul) {
      // Float32 products in either mode: so the kernel forms its factor too.
      float factor =
          facts.lhs.getScale() * facts.rhs.getScale() / facts.out.getScale();
      RequantizeEmitter requantizer(this->mode, facts.out.getZeroPoint(),
                                    range);
      requantizer.addFactor(factor, factor);
      Value product = b.mul(b.sub(x, facts.lhs.getZeroPoint()),
                            b.sub(y, facts.rhs.getZeroPoint()));
      return requantizer.apply(b, product, Value());
    }
    if (this->mode == RequantizeMode::Float)
      return emitFloatSum(b, facts, x, y, isSub, range);
    Value sum;
    if (shifts) {
      Value left = emitRoundingDivideByPOT(b, x, shifts->first);
      Value right = emitRoundingDivideByPOT(b, y, shifts->second);
      sum = isSub ? b.sub(left, right) : b.add(left, right);
    } else {
      sum = emitFixedSum(b, facts, x, y, isSub);
    }
    return b.clamp(sum, range.min, range.max);
  }
};

//===----------------------------------------------------------------------===//
// maximum, minimum
//===----------------------------------------------------------------------===//

template <typename OpT, ScalarBuilder::Compare predicate>
struct SelectionLowering : OpConversionPattern<OpT> {
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
      Value wideX = x, wideY = y;
      if (facts.out.isInteger(8)) {
        wideX = b.widen(x, facts.out.isUnsigned, b.getI32Type());
        wideY = b.widen(y, facts.out.isUnsigned, b.getI32Type());
      }
      // With a NaN on either side the second operand wins.
      return b.select(b.compare(predicate, wideX, wideY), x, y);
    };
    replaceBinary(op, adaptor, facts, rewriter, this->typeConverter,
                  combineElements);
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateBinaryToLinalg(const TypeConverter &converter, RequantizeMode mode,
                            RewritePatternSet &patterns) {
  patterns.add<ArithmeticLowering<AddOp, Arithmetic::Add>,
               ArithmeticLowering<SubOp, Arithmetic::Sub>,
               ArithmeticLowering<MulOp, Arithmetic::Mul>>(
      converter, patterns.getContext(), mode);
  patterns.add<SelectionLowering<MaximumOp, ScalarBuilder::Compare::GT>,
               SelectionLowering<MinimumOp, ScalarBuilder::Compare::LT>>(
      converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
