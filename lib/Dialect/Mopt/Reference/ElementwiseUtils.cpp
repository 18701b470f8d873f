//===- ElementwiseUtils.cpp - What the elementwise evaluators share -------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementwiseUtils.h"

#include "mopt/Dialect/Mopt/Reference/Elementwise.h"
#include "mopt/Dialect/Mopt/Reference/FixedPoint.h"
#include "llvm/ADT/APFloat.h"

using namespace mlir;
using namespace mlir::mopt;

LogicalResult mopt::checkUnary(Operation *op, const EvalContext &context) {
  const HostTensor &input = context.input(0), &output = context.output();
  if (input.getStorageElementType() != output.getStorageElementType())
    return emitUnsupportedTypes(op);
  if (input.getShape() != output.getShape())
    return op->emitOpError("has a result of another shape than the operand");
  return success();
}

LogicalResult mopt::checkBroadcast(Operation *op, const EvalContext &context) {
  const HostTensor &output = context.output();
  for (unsigned i = 0; i < context.getNumInputs(); ++i) {
    const HostTensor &input = context.input(i);
    ArrayRef<int64_t> result = output.getShape();
    bool broadcasts = input.getRank() <= output.getRank();
    if (broadcasts)
      for (auto [from, to] :
           llvm::zip(input.getShape(), result.take_back(input.getRank())))
        broadcasts &= from == to || from == 1;
    if (!broadcasts)
      return op->emitOpError()
             << "operand #" << i << " of shape [" << input.getShape()
             << "] does not broadcast to [" << result << "]";
  }
  return success();
}

LogicalResult mopt::checkSameTypes(Operation *op, const EvalContext &context) {
  for (unsigned i = 0; i < context.getNumInputs(); ++i)
    if (context.input(i).getStorageElementType() !=
        context.output().getStorageElementType())
      return emitUnsupportedTypes(op);
  return checkBroadcast(op, context);
}

float mopt::widenHalf(uint16_t bits, const llvm::fltSemantics &semantics) {
  llvm::APFloat value(semantics, llvm::APInt(16, bits));
  bool losesInfo = false;
  value.convert(llvm::APFloat::IEEEsingle(), llvm::APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value.convertToFloat();
}

uint16_t mopt::narrowToHalf(float value, const llvm::fltSemantics &semantics) {
  llvm::APFloat result(value);
  bool losesInfo = false;
  result.convert(semantics, llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return static_cast<uint16_t>(result.bitcastToAPInt().getZExtValue());
}

ComparisonFactors::ComparisonFactors(float lhsScale, float rhsScale) {
  double left = lhsScale, right = rhsScale;
  while (std::max(left, right) >= 1.0) {
    left /= 2;
    right /= 2;
  }
  lhs = quantizeMultiplier(left);
  rhs = quantizeMultiplier(right);
}

QuantizedMultiplier mopt::getDivisionFactor(float lhs, float rhs, float out) {
  return quantizeMultiplier(lhs / (rhs * out));
}

int64_t mopt::divideFixedPoint(int32_t x, int32_t y,
                               QuantizedMultiplier factor) {
  if (y == 0)
    return 0;
  if (y < 0) {
    x = -x;
    y = -y;
  }
  int reciprocalBits;
  int32_t inverse = getReciprocal(y, /*integerBits=*/31, reciprocalBits);
  // Sign bits of x besides the sign.
  int headroom = llvm::countl_zero(static_cast<uint32_t>(x < 0 ? ~x : x)) - 1;
  auto scaled = static_cast<int32_t>(static_cast<uint32_t>(x) << headroom);
  int64_t quotient = saturatingRoundingDoublingHighMul(
      saturatingRoundingDoublingHighMul(scaled, inverse), factor.multiplier);
  int right = reciprocalBits + headroom - factor.shift;
  if (right <= 0)
    return quotient << std::min(-right, 31);
  right = std::min(right, 40);
  return (quotient + (int64_t(1) << (right - 1)) - (quotient < 0)) >> right;
}

SquaredDifferenceFactors::SquaredDifferenceFactors(float lhsScale,
                                                   float rhsScale,
                                                   float outScale) {
  double common = 2.0 * std::max(lhsScale, rhsScale);
  lhs = quantizeMultiplier(lhsScale / common);
  rhs = quantizeMultiplier(rhsScale / common);
  out = quantizeMultiplier(common * common /
                           ((1 << (2 * leftShift)) * double(outScale)));
}
