//===- ByteTable.cpp - Functions of one byte as tables -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ByteTable.h"

#include "FloatFunctions.h"

#include "mlir/IR/Diagnostics.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/EvaluableOp.h"

using namespace mlir;
using namespace mlir::mopt;

/// An evaluator's complaint is the reason for a refusal, not an error.
static LogicalResult evaluateSilently(Operation *op, EvalContext &context) {
  auto evaluable = dyn_cast<EvaluableOp>(op);
  if (!evaluable)
    return failure();
  ScopedDiagnosticHandler silence(op->getContext(),
                                  [](Diagnostic &) { return success(); });
  return evaluable.evaluate(context);
}

std::optional<ByteTable> mopt::evaluateByteTable(Operation *op,
                                                 unsigned operand,
                                                 RequantizeMode mode,
                                                 int64_t rank, int64_t axis) {
  auto from = dyn_cast<RankedTensorType>(op->getOperand(operand).getType());
  auto to = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  std::optional<DeviceLayout> fromLayout = getDeviceLayout(from);
  std::optional<DeviceLayout> toLayout = getDeviceLayout(to);
  if (!fromLayout || !toLayout || fromLayout->element != DeviceElement::Byte ||
      (toLayout->element != DeviceElement::Byte &&
       toLayout->element != DeviceElement::Float) ||
      getQuantParams(from).isPerAxis() || getQuantParams(to).isPerAxis())
    return std::nullopt;
  SmallVector<int64_t> shape(rank, 1);
  shape[axis] = 256;
  HostTensor input =
      HostTensor::allocate(RankedTensorType::get(shape, from.getElementType()));
  HostTensor output =
      HostTensor::allocate(RankedTensorType::get(shape, to.getElementType()));
  int fromFlip = isUnsignedBytes(from) ? 0x80 : 0;
  for (auto [i, value] : llvm::enumerate(input.asMutable<uint8_t>()))
    value = static_cast<uint8_t>(int(i) ^ fromFlip);
  EvalContext context(input, output, mode);
  if (failed(evaluateSilently(op, context)))
    return std::nullopt;
  ByteTable table;
  if (toLayout->element == DeviceElement::Float) {
    llvm::copy(output.as<int32_t>(), table.begin());
    return table;
  }
  int toFlip = isUnsignedBytes(to) ? 0x80 : 0;
  for (auto [entry, value] : llvm::zip_equal(table, output.as<uint8_t>()))
    entry = static_cast<int8_t>(value ^ toFlip);
  return table;
}

void mopt::applyByteTable(PlanBuilder &plan, const ByteTable &table,
                          DeviceTensor from, DeviceTensor to) {
  int64_t quads = llvm::divideCeil(from.layout.channels, 4);
  int64_t rows = from.layout.rows;
  int64_t fromWords = from.layout.getRowWords();
  bool toFloat = to.layout.element == DeviceElement::Float;
  int64_t toQuads = toFloat ? to.layout.stride / 4 : to.layout.getRowWords();
  KernelRequest request;
  request.name = joinName(toFloat ? "table_float" : "table", rows, quads,
                          fromWords, toQuads);
  request.arguments = {{BufferElement::I32, rows * fromWords},
                       {BufferElement::I32, 256},
                       {toFloat ? BufferElement::F32x4 : BufferElement::I32,
                        rows * toQuads,
                        /*isWritten=*/true}};
  request.invocations = rows * quads;
  request.body = [=](KernelBuilder &b, Value id) {
    Value row = b.div(id, quads), quad = b.rem(id, quads);
    Value word = b.load(0, b.add(b.mul(row, fromWords), quad));
    SmallVector<Value> entries;
    for (int i = 0; i < 4; ++i)
      entries.push_back(
          b.load(1, b.toIndex(b.bitAnd(b.shr(word, 8 * i), 255))));
    Value result = b.pack(entries);
    b.store(2, b.add(b.mul(row, toQuads), quad),
            toFloat ? b.bitsToFloat(result) : b.packBytes(result));
  };
  plan.dispatch(
      request,
      {from.buffer, plan.addConstant(ArrayRef<int32_t>(table)), to.buffer});
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

static bool isOfFloats(Operation *op) {
  return getDeviceLayout(op->getOperand(0).getType())->element ==
         DeviceElement::Float;
}

static std::optional<std::string> refuseFunction(Operation *op) {
  if (op->getNumOperands() != 1 || op->getNumResults() != 1)
    return "it is no function of one tensor";
  if (op->getOperand(0).getDefiningOp<ConstOp>())
    return "its operand is a constant";
  if (isOfFloats(op) && isFloatFunction(op))
    return std::nullopt;
  if (!evaluateByteTable(op, 0, RequantizeMode::Float))
    return "kernels compute it for 8-bit values with one scale only";
  return std::nullopt;
}

static void lowerFunction(Operation *op, PlanBuilder &plan) {
  if (isOfFloats(op))
    return lowerFloatFunction(op, plan);
  DeviceTensor from = plan.get(op->getOperand(0));
  applyByteTable(plan, *evaluateByteTable(op, 0, plan.getMode()), from,
                 plan.define(op->getResult(0)));
}

void mopt::addFunctionLowerings(DeviceLowerings &lowerings) {
  for (StringRef name : {"mopt.abs", "mopt.dequantize", "mopt.elu", "mopt.exp",
                         "mopt.gelu", "mopt.hard_swish", "mopt.leaky_relu",
                         "mopt.log", "mopt.logistic", "mopt.neg", "mopt.relu",
                         "mopt.relu6", "mopt.relu_0_to_1", "mopt.relu_n1_to_1",
                         "mopt.rsqrt", "mopt.sqrt", "mopt.square", "mopt.tanh"})
    lowerings.try_emplace(name, DeviceLowering{refuseFunction, lowerFunction});
}
