//===- FloatFunctions.cpp - Functions of one float tensor -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FloatFunctions.h"

#include "FloatMath.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVOps.h"
#include "mopt/Dialect/Mopt/IR/ElementwiseOps.h"
#include "mopt/Dialect/Mopt/IR/UnaryOps.h"
#include "llvm/ADT/bit.h"

#include <limits>

using namespace mlir;
using namespace mlir::mopt;

/// The code of a function of `x`. `option` is the slope of leaky_relu; not 0 if
/// gelu is to be approximated.
using FloatFunction = Value (*)(KernelBuilder &b, Value x, float option);

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

static Value emitNegative(KernelBuilder &b, Value x, Value negative) {
  return b.select(b.less(x, b.same(x, 0.0)), negative, x);
}

static const llvm::StringMap<FloatFunction> &getFunctions() {
  static const llvm::StringMap<FloatFunction> functions = {
      {"mopt.abs",
       [](KernelBuilder &b, Value x, float) {
         return b.bitsToFloat(b.bitAnd(b.bitsToInt(x), int64_t(0x7FFFFFFF)));
       }},
      {"mopt.elu",
       [](KernelBuilder &b, Value x, float) {
         return emitNegative(b, x, emitExpMinusOne(b, x));
       }},
      {"mopt.exp",
       [](KernelBuilder &b, Value x, float) { return emitExp(b, x); }},
      {"mopt.gelu",
       [](KernelBuilder &b, Value x, float option) {
         return option != 0.0f ? emitApproximateGelu(b, x) : emitGelu(b, x);
       }},
      {"mopt.hard_swish",
       [](KernelBuilder &b, Value x, float) {
         Value gate = emitCut(b, b.add(x, b.same(x, 3.0)), 0.0, 6.0);
         return b.mul(b.mul(x, gate), b.same(x, 1.0 / 6.0));
       }},
      {"mopt.leaky_relu",
       [](KernelBuilder &b, Value x, float option) {
         return emitNegative(b, x, b.mul(x, b.same(x, option)));
       }},
      {"mopt.log",
       [](KernelBuilder &b, Value x, float) { return emitLog(b, x); }},
      {"mopt.logistic",
       [](KernelBuilder &b, Value x, float) { return emitLogistic(b, x); }},
      {"mopt.neg",
       [](KernelBuilder &b, Value x, float) {
         return b.bitsToFloat(
             b.bitXor(b.bitsToInt(x), std::numeric_limits<int32_t>::min()));
       }},
      {"mopt.relu", [](KernelBuilder &b, Value x,
                       float) { return emitCut(b, x, 0.0, kInfinity); }},
      {"mopt.relu6", [](KernelBuilder &b, Value x,
                        float) { return emitCut(b, x, 0.0, 6.0); }},
      {"mopt.relu_0_to_1", [](KernelBuilder &b, Value x,
                              float) { return emitCut(b, x, 0.0, 1.0); }},
      {"mopt.relu_n1_to_1", [](KernelBuilder &b, Value x,
                               float) { return emitCut(b, x, -1.0, 1.0); }},
      {"mopt.rsqrt",
       [](KernelBuilder &b, Value x, float) -> Value {
         return spirv::GLInverseSqrtOp::create(b, x);
       }},
      {"mopt.sqrt",
       [](KernelBuilder &b, Value x, float) -> Value {
         return spirv::GLSqrtOp::create(b, x);
       }},
      {"mopt.square",
       [](KernelBuilder &b, Value x, float) { return b.mul(x, x); }},
      {"mopt.tanh",
       [](KernelBuilder &b, Value x, float) { return emitTanh(b, x); }},
  };
  return functions;
}

bool mopt::isFloatFunction(Operation *op) {
  return getFunctions().contains(op->getName().getStringRef());
}

void mopt::lowerFloatFunction(Operation *op, PlanBuilder &plan) {
  StringRef name = op->getName().getStringRef();
  FloatFunction function = getFunctions().at(name);
  float option = 0.0f;
  if (auto leaky = dyn_cast<LeakyReluOp>(op))
    option = leaky.getAlpha().convertToFloat();
  if (auto gelu = dyn_cast<GeluOp>(op))
    option = gelu.getApproximate();
  DeviceTensor from = plan.get(op->getOperand(0));
  DeviceTensor to = plan.define(op->getResult(0));
  int64_t quads = to.layout.stride / 4, rest = to.layout.channels % 4;
  KernelRequest request;
  request.name = joinName("float_" + op->getName().stripDialect().str(),
                          to.layout.rows, to.layout.channels);
  if (option != 0.0f)
    request.name += joinName("", llvm::bit_cast<uint32_t>(option));
  request.arguments = {
      {BufferElement::F32x4, to.layout.rows * quads},
      {BufferElement::F32x4, to.layout.rows * quads, /*isWritten=*/true}};
  request.invocations = to.layout.rows * quads;
  request.body = [=](KernelBuilder &b, Value id) {
    Value result = function(b, b.load(0, id), option);
    if (rest != 0) {
      // What is behind the last channel must stay finite.
      Value isLast = b.equal(b.rem(id, quads), b.index(quads - 1));
      SmallVector<Value> lanes;
      for (int64_t i = 0; i < 4; ++i) {
        Value lane = b.extract(result, i);
        lanes.push_back(i < rest ? lane : b.select(isLast, b.f32(0.0f), lane));
      }
      result = b.pack(lanes);
    }
    b.store(1, id, result);
  };
  plan.dispatch(request, {from.buffer, to.buffer});
}
