//===- SoftmaxLowering.cpp - softmax in kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeviceRescale.h"
#include "FloatMath.h"
#include "PlanBuilder.h"
#include "RowElements.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVOps.h"
#include "mopt/Conversion/MoptToKernel/Layer.h"
#include "mopt/Dialect/Mopt/IR/ElementwiseOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/FixedPoint.h"

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// 8 bits
//===----------------------------------------------------------------------===//

/// Sums have 12 integer bits, and must fit 32.
static constexpr int kSumIntegerBits = 12;
static constexpr int64_t kMaxClasses = 4096;

/// Entry i is exp(-i * beta * scale) in Q0.31, 0 where the kernels of TFLite
/// cut it off; behind these what each adds to the sum.
static std::vector<int32_t> makeExpTable(float beta, float scale) {
  constexpr double largest = 2147483647.0;
  QuantizedMultiplier factor = quantizeMultiplier(
      std::min(double(beta) * double(scale) * (1 << 26), largest));
  int32_t lowest = -calculateInputRadius(/*integerBits=*/5, factor.shift);
  std::vector<int32_t> exps(256), terms(256);
  for (int32_t i = 0; i < 256 && -i >= lowest; ++i) {
    exps[i] = expOnNegativeQ5(
        multiplyByQuantizedMultiplierGreaterThanOne(-i, factor));
    terms[i] = roundingDivideByPOT(exps[i], kSumIntegerBits);
  }
  llvm::append_range(exps, terms);
  return exps;
}

/// saturatingRoundingMultiplyByPOT to the left.
static Value shiftSaturating(KernelBuilder &b, Value x, int bits) {
  constexpr int32_t lowest = std::numeric_limits<int32_t>::min();
  constexpr int32_t highest = std::numeric_limits<int32_t>::max();
  Value shifted = b.shl(x, bits);
  shifted =
      b.select(b.less(b.i32(highest >> bits), x), b.i32(highest), shifted);
  return b.select(b.less(x, b.i32(lowest >> bits)), b.i32(lowest), shifted);
}

/// getOneOverOnePlus: three Newton steps on half of the denominator.
static Value emitOneOverOnePlus(KernelBuilder &b, Value a) {
  constexpr int32_t intercept = 1515870810; // 48 / 17 in Q2.29
  constexpr int32_t slope = -1010580540;    // -32 / 17
  Value half = b.add(b.shr(a, 1), 1 << 30);
  Value x = b.add(b.i32(intercept), emitHighMul(b, half, b.i32(slope)));
  for (int step = 0; step < 3; ++step) {
    Value error = b.sub(b.i32(1 << 29), emitHighMul(b, half, x));
    x = b.add(x, shiftSaturating(b, emitHighMul(b, x, error), 2));
  }
  return shiftSaturating(b, x, 1);
}

static void emitByteSoftmax(KernelBuilder &b, const RowElements &row) {
  auto getEntry = [&](Value max, Value element, int64_t table) {
    Value difference = b.bitAnd(b.sub(max, element), 255);
    return b.load(1, b.toIndex(b.add(difference, table)));
  };
  Value max = row.fold(b, b.i32(-128), [&](Value element, Value, ValueRange c) {
    return SmallVector<Value>{b.max(c[0], element)};
  })[0];
  Value sum = row.fold(b, b.i32(0), [&](Value element, Value, ValueRange c) {
    return SmallVector<Value>{b.add(c[0], getEntry(max, element, 256))};
  })[0];
  // sum = 2^(31 - headroom) * (1 + excess).
  Value headroom = b.sub(b.i32(31), spirv::GLFindUMsbOp::create(b, sum));
  Value normal = arith::ShLIOp::create(b, sum, headroom);
  Value reciprocal =
      emitOneOverOnePlus(b, b.bitAnd(normal, int64_t(0x7FFFFFFF)));
  Value exponent = b.sub(b.i32(kSumIntegerBits + 31 - 8), headroom);
  Value isZero = b.less(b.i32(31), exponent);
  Value bits = b.bitAnd(exponent, 31);
  Value half = b.shr(arith::ShLIOp::create(b, b.i32(1), bits), 1);
  b.loop(llvm::divideCeil(row.channels, 4), {}, [&](Value quad, ValueRange) {
    Value four = row.load(b, quad);
    SmallVector<Value> results;
    for (unsigned i = 0; i < 4; ++i) {
      Value scaled =
          emitHighMul(b, getEntry(max, b.extract(four, i), 0), reciprocal);
      // Without sign: the sum may have 32 bits.
      Value shifted = arith::ShRUIOp::create(b, b.add(scaled, half), bits);
      shifted = b.select(isZero, b.i32(0), shifted);
      results.push_back(b.sub(b.min(shifted, b.i32(255)), kOffset));
    }
    b.store(2, b.add(row.first, quad), b.packBytes(b.pack(results)));
    return SmallVector<Value>();
  });
}

//===----------------------------------------------------------------------===//
// float32
//===----------------------------------------------------------------------===//

static void emitFloatSoftmax(KernelBuilder &b, const RowElements &row,
                             float beta) {
  Value max = row.fold(b, b.f32(std::numeric_limits<float>::lowest()),
                       [&](Value element, Value, ValueRange c) {
                         return SmallVector<Value>{b.max(c[0], element)};
                       })[0];
  auto getExp = [&](Value element) {
    return emitExp(b, b.mul(b.sub(element, max), b.f32(beta)));
  };
  Value sum = row.fold(b, b.f32(0.0f), [&](Value element, Value, ValueRange c) {
    return SmallVector<Value>{b.add(c[0], getExp(element))};
  })[0];
  auto write = [&](Value quad, int64_t count) {
    Value four = row.load(b, quad);
    SmallVector<Value> results(4, b.f32(0.0f));
    for (int64_t i = 0; i < count; ++i)
      results[i] = emitQuotient(b, getExp(b.extract(four, i)), sum);
    b.store(1, b.add(row.first, quad), b.pack(results));
  };
  if (int64_t whole = row.channels / 4)
    b.loop(whole, {}, [&](Value quad, ValueRange) {
      write(quad, 4);
      return SmallVector<Value>();
    });
  if (row.channels % 4)
    write(b.index(row.channels / 4), row.channels % 4);
}

//===----------------------------------------------------------------------===//
// The op
//===----------------------------------------------------------------------===//

static std::optional<std::string> refuseSoftmax(Operation *op) {
  Value input = op->getOperand(0), output = op->getResult(0);
  DeviceLayout layout = *getDeviceLayout(input.getType());
  if (layout.element != getDeviceLayout(output.getType())->element ||
      (layout.element != DeviceElement::Byte &&
       layout.element != DeviceElement::Float))
    return "kernels compute it for float32 and 8-bit values only";
  if (cast<SoftmaxOp>(op).getBeta().convertToFloat() < 0.0f)
    return "its beta is negative";
  if (layout.element == DeviceElement::Float)
    return std::nullopt;
  if (!getQuantParams(input.getType()).isQuantized() ||
      getQuantParams(input.getType()).isPerAxis())
    return "its operand has no scale, or one for each channel";
  if (layout.channels > kMaxClasses)
    return "it is over more than " + std::to_string(kMaxClasses) + " classes";
  return std::nullopt;
}

static void lowerSoftmax(Operation *op, PlanBuilder &plan) {
  DeviceTensor from = plan.get(op->getOperand(0));
  DeviceTensor to = plan.define(op->getResult(0));
  float beta = cast<SoftmaxOp>(op).getBeta().convertToFloat();
  bool isFloat = from.layout.element == DeviceElement::Float;
  int64_t rows = from.layout.rows, channels = from.layout.channels;
  int64_t pitch = from.layout.stride / 4;
  BufferElement element = isFloat ? BufferElement::F32x4 : BufferElement::I32;
  KernelRequest request;
  request.arguments = {{element, rows * pitch}};
  SmallVector<unsigned> buffers = {from.buffer};
  if (isFloat) {
    request.name = joinName("float_softmax", rows, channels,
                            makeFloatFactor(beta).front());
    request.body = [=](KernelBuilder &b, Value id) {
      emitFloatSoftmax(b, {0, b.mul(id, pitch), channels, true}, beta);
    };
  } else {
    request.name = joinName("byte_softmax", rows, channels);
    request.body = [=](KernelBuilder &b, Value id) {
      emitByteSoftmax(b, {0, b.mul(id, pitch), channels, false});
    };
    float scale = getQuantParams(op->getOperand(0).getType()).scale();
    request.arguments.push_back({BufferElement::I32, 512});
    buffers.push_back(
        plan.addConstant(ArrayRef<int32_t>(makeExpTable(beta, scale))));
  }
  request.arguments.push_back({element, rows * pitch, /*isWritten=*/true});
  buffers.push_back(to.buffer);
  request.invocations = rows;
  plan.dispatch(request, buffers);
}

void mopt::addSoftmaxLowerings(DeviceLowerings &lowerings) {
  lowerings.try_emplace("mopt.softmax",
                        DeviceLowering{refuseSoftmax, lowerSoftmax});
}
