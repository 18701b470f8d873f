//===- CastToLinalg.cpp - Conversions between number types -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A complex tensor is stored as its parts, along one more dimension of size 2.

#include "ElementwiseLowering.h"
#include "mopt/Dialect/Mopt/IR/CastOps.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

using Compare = ScalarBuilder::Compare;

//===----------------------------------------------------------------------===//
// cast
//===----------------------------------------------------------------------===//

/// A float to an integer of `width` bits: truncated and saturated; a NaN
/// becomes the largest number.
static Value emitToInteger(ScalarBuilder &b, Value x, unsigned width,
                           bool isUnsigned) {
  Type f64 = b.getF64Type(), i64 = b.getI64Type();
  if (!x.getType().isF64())
    x = b.widen(x, /*isUnsigned=*/false, f64);
  unsigned digits = isUnsigned ? width : width - 1;
  double end = std::ldexp(1.0, digits);
  Value low = b.constant(f64, isUnsigned ? 0.0 : -end);
  // The largest value whose truncation fits, where double holds it.
  Value high =
      b.constant(f64, width == 64 ? std::nextafter(end, 0.0) : end - 1.0);
  Value isBelow = b.compare(Compare::LT, x, b.constant(f64, end));
  // Of a NaN both comparisons are false.
  Value inside = b.select(isBelow, x, high);
  inside = b.select(b.compare(Compare::GT, inside, low), inside, low);
  Value value = arith::FPToSIOp::create(b, i64, inside);
  if (width == 64)
    value =
        b.select(isBelow, value, b.i64(std::numeric_limits<int64_t>::max()));
  return b.narrow(value, b.getIntegerType(width));
}

/// A number `x` of storage type `from` as one of storage type `to`; booleans
/// are bytes on either side.
static Value emitCast(ScalarBuilder &b, Value x, Type from, Type to) {
  if (to.isInteger(1)) {
    Value isSet = b.compare(Compare::NE, x, b.constant(x.getType(), 0));
    return b.widen(isSet, /*isUnsigned=*/true, b.getI8Type());
  }
  bool isUnsigned = from.isUnsignedInteger() || from.isInteger(1);
  if (from.isInteger(1))
    x = b.widen(b.compare(Compare::NE, x, b.constant(x.getType(), 0)),
                /*isUnsigned=*/true, b.getI8Type());
  if (to.isInteger()) {
    unsigned width = to.getIntOrFloatBitWidth();
    if (isa<FloatType>(x.getType()))
      return emitToInteger(b, widenHalf(b, x), width, to.isUnsignedInteger());
    Type type = b.getIntegerType(width);
    return x.getType().getIntOrFloatBitWidth() > width
               ? b.narrow(x, type)
               : b.widen(x, isUnsigned, type);
  }
  // Half precision by way of float32, as in the evaluator.
  bool isHalf = to.isF16() || to.isBF16();
  Type target = isHalf ? b.getF32Type() : to;
  x = widenHalf(b, x);
  if (!isa<FloatType>(x.getType()))
    x = isUnsigned ? arith::UIToFPOp::create(b, target, x).getResult()
                   : arith::SIToFPOp::create(b, target, x).getResult();
  else if (x.getType().isF64() && target.isF32())
    x = arith::TruncFOp::create(b, target, x);
  else
    x = b.widen(x, /*isUnsigned=*/false, target);
  return isHalf ? narrowToHalf(b, x, to) : x;
}

/// The type of the parts of complex numbers, other types as they are.
static Type getPartType(Type storage) {
  auto complex = dyn_cast<ComplexType>(storage);
  return complex ? complex.getElementType() : storage;
}

/// Element `at` of a complex tensor: the real part (0) or the imaginary one.
static Value loadPart(ScalarBuilder &b, Value tensor, ValueRange at,
                      int64_t part) {
  SmallVector<Value> index(at);
  index.push_back(b.index(part));
  return b.load(tensor, index);
}

/// True for a type of numbers that emitCast is written for.
static bool isNumber(Type storage) {
  if (auto complex = dyn_cast<ComplexType>(storage))
    return complex.getElementType().isF32();
  return storage.isF32() || storage.isF64() || storage.isF16() ||
         storage.isBF16() || storage.isInteger(1) ||
         (storage.isInteger() && storage.getIntOrFloatBitWidth() >= 8 &&
          !storage.isUnsignedInteger(64));
}

namespace {

struct CastLowering : OpConversionPattern<CastOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(CastOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    TensorFacts input(op.getInput()), output(op.getOutput());
    if (!isNumber(input.storage) || !isNumber(output.storage) ||
        input.getShape() != output.getShape())
      return refuse(op, rewriter, [&](Diagnostic &diag) {
        diag << "no lowering from " << input.type << " to " << output.type;
      });
    bool fromComplex = isa<ComplexType>(input.storage);
    bool toComplex = isa<ComplexType>(output.storage);
    if (fromComplex && toComplex) {
      rewriter.replaceOp(op, adaptor.getInput());
      return success();
    }
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      ValueRange element = toComplex ? at.drop_back() : at;
      Value x = fromComplex ? loadPart(b, adaptor.getInput(), element, 0)
                            : b.load(adaptor.getInput(), element);
      Value value = emitCast(b, x, getPartType(input.storage),
                             getPartType(output.storage));
      if (!toComplex)
        return value;
      return b.select(b.compare(Compare::EQ, at.back(), b.index(0)), value,
                      b.constant(value.getType(), 0));
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// bitcast
//===----------------------------------------------------------------------===//

struct BitcastLowering : OpConversionPattern<BitcastOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(BitcastOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    RankedTensorType type = getResultType(typeConverter, op);
    Type from =
        cast<RankedTensorType>(adaptor.getInput().getType()).getElementType();
    Type to = type.getElementType();
    unsigned fromBits = from.getIntOrFloatBitWidth();
    unsigned toBits = to.getIntOrFloatBitWidth();
    auto reinterpret = [](ScalarBuilder &b, Value x, Type target) -> Value {
      if (x.getType() == target)
        return x;
      return arith::BitcastOp::create(b, target, x);
    };
    auto loadBits = [&](ScalarBuilder &b, ValueRange at) {
      return reinterpret(b, b.load(adaptor.getInput(), at),
                         b.getIntegerType(fromBits));
    };
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      Type bits = b.getIntegerType(toBits);
      if (fromBits == toBits)
        return reinterpret(b, loadBits(b, at), to);
      if (fromBits > toBits) {
        // Part i is bits i * toBits and on: the format is little-endian.
        Type wide = b.getIntegerType(fromBits);
        Value shift = b.mul(b.fromIndex(at.back(), wide), toBits);
        Value whole = loadBits(b, at.drop_back());
        Value part = arith::ShRUIOp::create(b, whole, shift);
        return reinterpret(b, b.narrow(part, bits), to);
      }
      Value whole = b.constant(bits, 0);
      for (unsigned i = 0; i < toBits / fromBits; ++i) {
        SmallVector<Value> index(at);
        index.push_back(b.index(i));
        Value part = b.widen(loadBits(b, index), /*isUnsigned=*/true, bits);
        part = b.shiftLeft(part, b.constant(bits, i * fromBits));
        whole = arith::OrIOp::create(b, whole, part);
      }
      return reinterpret(b, whole, to);
    };
    rewriter.replaceOp(op, buildElementwise(rewriter, op.getLoc(), type, body));
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateCastToLinalg(const TypeConverter &converter, RequantizeMode,
                          RewritePatternSet &patterns) {
  patterns.add<CastLowering, BitcastLowering>(converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
