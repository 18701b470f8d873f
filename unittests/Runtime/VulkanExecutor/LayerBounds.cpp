//===- LayerBounds.cpp - How far two float32 results may be apart ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerBounds.h"

#include "mlir/IR/IRMapping.h"
#include "mopt/Dialect/Mopt/IR/MoptOps.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;
using llvm::Expected;

static constexpr double kUnit = 1.0 / (1 << 24);
static constexpr llvm::StringLiteral kActivation = "fused_activation_function";

OwningOpRef<ModuleOp> mopt::isolateOp(Operation *op, bool constantsAsArguments,
                                      bool dropActivation) {
  OpBuilder builder(op->getContext());
  Location loc = op->getLoc();
  OwningOpRef<ModuleOp> module(ModuleOp::create(builder, loc));
  builder.setInsertionPointToEnd(module->getBody());
  auto isInside = [&](Value operand) {
    Operation *producer = operand.getDefiningOp();
    return isa_and_present<NoValueOp>(producer) ||
           (isa_and_present<ConstOp>(producer) && !constantsAsArguments);
  };
  SmallVector<Type> types;
  for (Value operand : op->getOperands())
    if (!isInside(operand))
      types.push_back(operand.getType());
  auto func = func::FuncOp::create(
      builder, loc, "main",
      builder.getFunctionType(types, op->getResultTypes()));
  Block *body = func.addEntryBlock();
  builder.setInsertionPointToEnd(body);
  IRMapping mapping;
  unsigned next = 0;
  for (Value operand : op->getOperands()) {
    if (!isInside(operand))
      // An operand that comes twice is two arguments, of which one is read.
      mapping.map(operand, body->getArgument(next++));
    else if (!mapping.contains(operand))
      builder.clone(*operand.getDefiningOp(), mapping);
  }
  Operation *copy = builder.clone(*op, mapping);
  if (dropActivation && copy->hasAttr(kActivation))
    copy->setAttr(kActivation, ActivationFunctionAttr::get(
                                   op->getContext(), ActivationFunction::NONE));
  func::ReturnOp::create(builder, loc, copy->getResults());
  return module;
}

/// How many numbers a sum of `op` has; 0 if it has no sums.
static int64_t getDepth(Operation *op, ArrayRef<HostTensor> operands) {
  if (isa<Conv2DOp>(op))
    // Output channel first.
    return operands[1].getNumElements() / operands[1].getDim(0);
  if (isa<DepthwiseConv2DOp>(op))
    return operands[1].getDim(1) * operands[1].getDim(2);
  if (isa<FullyConnectedOp>(op))
    return operands[1].getDim(1);
  if (auto pool = dyn_cast<AveragePool2DOp>(op))
    return int64_t(pool.getFilterHeight()) * pool.getFilterWidth();
  if (isa<MeanOp, SumOp>(op)) {
    auto result = cast<RankedTensorType>(op->getResult(0).getType());
    return operands[0].getNumElements() / result.getNumElements();
  }
  return 0;
}

/// `op` on the absolute values of its operands, without its activation.
static Expected<HostTensor> evaluateAbsolute(Operation *op,
                                             ArrayRef<HostTensor> operands) {
  // An axis or a shape stays what it is.
  bool hasWeights = isa<Conv2DOp, DepthwiseConv2DOp, FullyConnectedOp>(op);
  OwningOpRef<ModuleOp> module =
      isolateOp(op, /*constantsAsArguments=*/hasWeights,
                /*dropActivation=*/true);
  auto func = *module->getOps<func::FuncOp>().begin();
  SmallVector<HostTensor> inputs;
  for (auto [operand, tensor] : llvm::zip_equal(op->getOperands(), operands)) {
    bool isConstant = operand.getDefiningOp<ConstOp>() != nullptr;
    if (!tensor || (isConstant && !hasWeights))
      continue;
    HostTensor input = HostTensor::allocate(tensor.getType());
    for (auto [to, from] :
         llvm::zip_equal(input.asMutable<float>(), tensor.as<float>()))
      to = std::abs(from);
    inputs.push_back(input);
  }
  auto executor = createReferenceExecutor(func, {});
  if (!executor)
    return executor.takeError();
  auto results = (*executor)->run(inputs);
  if (!results)
    return results.takeError();
  return results->front();
}

static std::vector<double> boundSoftmax(SoftmaxOp op, const HostTensor &input,
                                        const HostTensor &result) {
  int64_t count = result.getDim(result.getRank() - 1);
  double beta = op.getBeta().convertToDouble();
  ArrayRef<float> x = input.as<float>(), p = result.as<float>();
  std::vector<double> bound(p.size());
  for (size_t row = 0; row < p.size(); row += count) {
    float most = *std::max_element(&x[row], &x[row] + count);
    // Of exp, its argument included: a difference and a product.
    auto getError = [&](int64_t i) {
      double argument = std::abs(beta * (double(x[row + i]) - most));
      return (3 + 2 * argument) * 2 * kUnit + 2 * kUnit * argument;
    };
    double ofSum = count * kUnit;
    for (int64_t i = 0; i < count; ++i)
      ofSum += p[row + i] * getError(i);
    for (int64_t i = 0; i < count; ++i)
      // A probability below the smallest normal number may become 0.
      bound[row + i] =
          2 * p[row + i] * (getError(i) + ofSum + 2.5 * 2 * kUnit) + 0x1p-126;
  }
  return bound;
}

Expected<std::vector<double>> mopt::getLayerBound(Operation *op,
                                                  ArrayRef<HostTensor> operands,
                                                  const HostTensor &result) {
  if (auto softmax = dyn_cast<SoftmaxOp>(op))
    return boundSoftmax(softmax, operands[0], result);
  std::vector<double> bound(result.getNumElements(), 0.0);
  int64_t depth = getDepth(op, operands);
  if (depth == 0)
    return bound;
  Expected<HostTensor> absolute = evaluateAbsolute(op, operands);
  if (!absolute)
    return absolute.takeError();
  double gamma = (depth + 1) * kUnit / (1 - (depth + 1) * kUnit);
  // The sum of absolute values is rounded itself.
  for (auto [to, sum] : llvm::zip_equal(bound, absolute->as<float>()))
    to = 2 * gamma * double(sum) * (1 + gamma);
  return bound;
}
