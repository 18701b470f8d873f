//===- ScalarBuilder.cpp - Short names for scalar arithmetic --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScalarBuilder.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::mopt;

static bool isFloat(Value value) { return isa<FloatType>(value.getType()); }

Value ScalarBuilder::constant(Type type, double value) {
  if (auto floatType = dyn_cast<FloatType>(type))
    return arith::ConstantOp::create(*this, getFloatAttr(floatType, value));
  return arith::ConstantOp::create(
      *this, getIntegerAttr(type, static_cast<int64_t>(value)));
}

Value ScalarBuilder::index(int64_t value) {
  return arith::ConstantIndexOp::create(*this, value);
}

Value ScalarBuilder::i32(int64_t value) {
  return arith::ConstantOp::create(*this, getI32IntegerAttr(value));
}

Value ScalarBuilder::i64(int64_t value) {
  return arith::ConstantOp::create(*this, getI64IntegerAttr(value));
}

Value ScalarBuilder::f32(float value) {
  return arith::ConstantOp::create(*this, getF32FloatAttr(value));
}

Value ScalarBuilder::add(Value a, Value b) {
  if (isFloat(a))
    return arith::AddFOp::create(*this, a, b);
  return arith::AddIOp::create(*this, a, b);
}

Value ScalarBuilder::addReduce(Value a, Value b) {
  if (isFloat(a))
    return arith::AddFOp::create(*this, a, b, arith::FastMathFlags::reassoc);
  return add(a, b);
}

Value ScalarBuilder::sub(Value a, Value b) {
  if (isFloat(a))
    return arith::SubFOp::create(*this, a, b);
  return arith::SubIOp::create(*this, a, b);
}

Value ScalarBuilder::mul(Value a, Value b) {
  if (isFloat(a))
    return arith::MulFOp::create(*this, a, b);
  return arith::MulIOp::create(*this, a, b);
}

Value ScalarBuilder::div(Value a, Value b) {
  if (isFloat(a))
    return arith::DivFOp::create(*this, a, b);
  return arith::DivSIOp::create(*this, a, b);
}

Value ScalarBuilder::shiftLeft(Value a, Value bits) {
  return arith::ShLIOp::create(*this, a, bits);
}

Value ScalarBuilder::shiftRight(Value a, Value bits) {
  return arith::ShRSIOp::create(*this, a, bits);
}

Value ScalarBuilder::compare(Compare predicate, Value a, Value b) {
  if (isFloat(a)) {
    static constexpr arith::CmpFPredicate table[] = {
        arith::CmpFPredicate::OEQ, arith::CmpFPredicate::UNE,
        arith::CmpFPredicate::OLT, arith::CmpFPredicate::OLE,
        arith::CmpFPredicate::OGT, arith::CmpFPredicate::OGE};
    return arith::CmpFOp::create(*this, table[static_cast<int>(predicate)], a,
                                 b);
  }
  static constexpr arith::CmpIPredicate table[] = {
      arith::CmpIPredicate::eq,  arith::CmpIPredicate::ne,
      arith::CmpIPredicate::slt, arith::CmpIPredicate::sle,
      arith::CmpIPredicate::sgt, arith::CmpIPredicate::sge};
  return arith::CmpIOp::create(*this, table[static_cast<int>(predicate)], a, b);
}

Value ScalarBuilder::select(Value condition, Value a, Value b) {
  return arith::SelectOp::create(*this, condition, a, b);
}

Value ScalarBuilder::logicalAnd(Value a, Value b) {
  return arith::AndIOp::create(*this, a, b);
}

Value ScalarBuilder::logicalOr(Value a, Value b) {
  return arith::OrIOp::create(*this, a, b);
}

Value ScalarBuilder::max(Value a, Value b) {
  if (isFloat(a))
    return select(compare(Compare::LT, a, b), b, a);
  return arith::MaxSIOp::create(*this, a, b);
}

Value ScalarBuilder::min(Value a, Value b) {
  if (isFloat(a))
    return select(compare(Compare::LT, b, a), b, a);
  return arith::MinSIOp::create(*this, a, b);
}

Value ScalarBuilder::clamp(Value value, double low, double high) {
  Type type = value.getType();
  return min(max(value, constant(type, low)), constant(type, high));
}

Value ScalarBuilder::widen(Value value, bool isUnsigned, Type type) {
  if (value.getType() == type)
    return value;
  if (isFloat(value))
    return arith::ExtFOp::create(*this, type, value);
  if (isUnsigned)
    return arith::ExtUIOp::create(*this, type, value);
  return arith::ExtSIOp::create(*this, type, value);
}

Value ScalarBuilder::narrow(Value value, Type type) {
  if (value.getType() == type)
    return value;
  return arith::TruncIOp::create(*this, type, value);
}

Value ScalarBuilder::toFloat(Value value) {
  return arith::SIToFPOp::create(*this, getF32Type(), value);
}

Value ScalarBuilder::toInt32(Value value) {
  return arith::FPToSIOp::create(*this, getI32Type(), value);
}

Value ScalarBuilder::toIndex(Value value) {
  return arith::IndexCastOp::create(*this, getIndexType(), value);
}

Value ScalarBuilder::fromIndex(Value value, Type type) {
  return arith::IndexCastOp::create(*this, type, value);
}

Value ScalarBuilder::load(Value tensor, ValueRange indices) {
  return tensor::ExtractOp::create(*this, tensor, indices);
}

Value ScalarBuilder::loop(Value low, Value high, Value init, LoopBody body) {
  return loop(low, high, ValueRange(init),
              [&](ScalarBuilder &b, Value iv, ValueRange carried) {
                return SmallVector<Value>{body(b, iv, carried.front())};
              })[0];
}

SmallVector<Value> ScalarBuilder::loop(Value low, Value high, ValueRange inits,
                                       MultiLoopBody body) {
  auto forOp = scf::ForOp::create(
      *this, low, high, index(1), inits,
      [&](OpBuilder &nested, Location loc, Value iv, ValueRange carried) {
        ScalarBuilder b(loc, nested);
        scf::YieldOp::create(b, body(b, iv, carried));
      });
  return SmallVector<Value>(forOp.getResults());
}

SmallVector<Value> ScalarBuilder::loopWhile(
    ValueRange inits,
    llvm::function_ref<Value(ScalarBuilder &, ValueRange)> condition,
    llvm::function_ref<SmallVector<Value>(ScalarBuilder &, ValueRange)> body) {
  auto whileOp = scf::WhileOp::create(
      *this, inits.getTypes(), inits,
      [&](OpBuilder &nested, Location loc, ValueRange carried) {
        ScalarBuilder b(loc, nested);
        scf::ConditionOp::create(b, condition(b, carried), carried);
      },
      [&](OpBuilder &nested, Location loc, ValueRange carried) {
        ScalarBuilder b(loc, nested);
        scf::YieldOp::create(b, body(b, carried));
      });
  return SmallVector<Value>(whileOp.getResults());
}

void ScalarBuilder::when(Value condition,
                         llvm::function_ref<void(ScalarBuilder &)> body) {
  scf::IfOp::create(*this, condition, [&](OpBuilder &nested, Location loc) {
    ScalarBuilder b(loc, nested);
    body(b);
    scf::YieldOp::create(b);
  });
}

Value ScalarBuilder::branch(Value condition, Branch then, Branch otherwise) {
  auto emit = [](Branch branch) {
    return [branch](OpBuilder &nested, Location loc) {
      ScalarBuilder b(loc, nested);
      scf::YieldOp::create(b, branch(b));
    };
  };
  auto thenBody = emit(then);
  auto elseBody = emit(otherwise);
  return scf::IfOp::create(*this, condition, thenBody, elseBody).getResult(0);
}
