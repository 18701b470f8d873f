//===- ChannelFactors.cpp - Factors that move between ops -----------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelFactors.h"
#include "mopt/Dialect/Mopt/IR/MoptOps.h"

#include <set>

using namespace mlir;
using namespace mlir::mopt;

/// Fewer weights than these are not taken for clustered ones, whatever their
/// values.
static constexpr size_t kClusteredWeights = 256;

ActivationFunction mopt::getFusedActivation(Operation *op) {
  auto fused = op->getAttrOfType<ActivationFunctionAttr>(kFusedActivation);
  return fused ? fused.getValue() : ActivationFunction::NONE;
}

bool mopt::keepsPositiveFactors(ActivationFunction function) {
  return function == ActivationFunction::NONE ||
         function == ActivationFunction::RELU;
}

bool mopt::carriesFactors(Operation *op) {
  if (isa<ReluOp, PadOp>(op))
    return true;
  if (isa<AveragePool2DOp, MaxPool2DOp>(op))
    return keepsPositiveFactors(getFusedActivation(op));
  if (isa<ReshapeOp>(op))
    return op->getResult(0).hasOneUse() &&
           isa<FullyConnectedOp>(*op->getResult(0).getUsers().begin());
  return false;
}

bool mopt::isClustered(const std::vector<float> &weights) {
  size_t most = std::min<size_t>(256, weights.size() / 2);
  std::set<uint32_t> values;
  for (float weight : weights) {
    values.insert(llvm::bit_cast<uint32_t>(weight == 0.0f ? 0.0f : weight));
    if (values.size() > most)
      return false;
  }
  return weights.size() >= kClusteredWeights;
}

void mopt::dropRange(Value value) {
  if (TensorAttr info = getTensorInfo(value))
    setTensorInfo(value, withRange(value.getContext(), info, {}, {}));
}

ScaledLayer::ScaledLayer(const LinearLayer &linear) : linear(linear) {
  std::vector<float> rows = linear.getWeights(), values = linear.getBias();
  weights.assign(rows.begin(), rows.end());
  bias.assign(values.begin(), values.end());
}

void ScaledLayer::divideRow(int64_t row, double divisor) {
  int64_t inputs = linear.getShape().inputs;
  bias[row] /= divisor;
  for (int64_t i = 0; i < inputs; ++i)
    weights[row * inputs + i] /= divisor;
}

void ScaledLayer::write() {
  linear.setWeightValues({weights.begin(), weights.end()});
  if (llvm::any_of(bias, [](double value) { return value != 0.0; }))
    linear.setBias(std::vector<float>(bias.begin(), bias.end()));
}
