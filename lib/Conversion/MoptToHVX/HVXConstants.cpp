//===- HVXConstants.cpp - Weights and parameters of kernels of Hexagon -----*-
// C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HVXConstants.h"

#include "mopt/Conversion/MoptToKernel/KernelRewrites.h"
#include "mopt/Conversion/MoptToKernel/LayerWeights.h"
#include "mopt/Dialect/Kernel/IR/HVXTiles.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::HVXRounding;

/// Shifts to the left of `twice_wide` are multiples of it.
static constexpr int32_t kLeftShift = 256;
/// Channels of a plane.
static constexpr int64_t kGroup = 4;

std::vector<int32_t> HVXConstants::foldBias() const {
  std::vector<int32_t> bias =
      foldZeroPoint(layer, getByteZeroPoint(layer.input) + kOffset);
  // Unsigned, because sums wrap.
  for (auto [value, distance] : llvm::zip(bias, factors.distances))
    value = static_cast<int32_t>(static_cast<uint32_t>(value) +
                                 static_cast<uint32_t>(distance));
  return bias;
}

void HVXConstants::appendParameters(std::vector<int32_t> &values,
                                    ArrayRef<int32_t> bias,
                                    ArrayRef<int64_t> order,
                                    int64_t rows) const {
  auto append = [&](auto get) {
    for (int64_t channel : order)
      values.push_back(channel < layer.weights.outputs ? get(channel) : 0);
  };
  append([&](int64_t i) { return bias[i]; });
  append([&](int64_t i) { return factors.multipliers[i]; });
  constexpr int32_t most = 15;
  if (rows == 4) {
    append([&](int64_t i) { return std::min(factors.shifts[i], most); });
    append([&](int64_t i) { return std::max(factors.shifts[i] - most, 0); });
    return;
  }
  append([&](int64_t i) {
    int32_t shift = factors.shifts[i];
    return shift < 0 ? -shift * kLeftShift : shift;
  });
  if (rows == 3)
    return;
  if (factors.rounding == HVXRounding::Real) {
    append([&](int64_t i) { return 31 - factors.shifts[i]; });
    append([&](int64_t i) {
      return static_cast<int32_t>((uint32_t(1) << factors.shifts[i]) - 1);
    });
    return;
  }
  append([&](int64_t i) {
    int32_t shift = factors.shifts[i];
    return shift > 0 ? 1 << (shift - 1) : 0;
  });
  append([&](int64_t i) { return factors.shifts[i] > 0 ? -1 : 0; });
}

HVXConstants::Steps HVXConstants::makeSteps(kernel::PlanesAttr input) const {
  Steps steps;
  int64_t planes = input.getNumPlanes();
  for (const HVXTap &tap : node.taps)
    for (int64_t plane = 0; plane < planes; ++plane) {
      steps.list.push_back({&tap, plane});
      steps.offsets.push_back(static_cast<int32_t>(
          plane * input.getPlaneBytes() + tap.phase * input.getPhaseBytes() +
          (tap.row * input.getPitch() + tap.column) * kGroup));
    }
  if (steps.list.size() % 2) {
    steps.list.push_back({nullptr, 0});
    steps.offsets.push_back(0);
  }
  steps.isLinear =
      node.taps.size() == 1 && planes % 2 == 0 && steps.offsets[0] == 0;
  return steps;
}

int16_t HVXConstants::getWeight(int64_t output, const Step &step,
                                int64_t i) const {
  const Weights &w = layer.weights;
  int64_t c = step.plane * kGroup + i;
  if (!step.tap || output >= w.outputs || c >= w.depth)
    return 0;
  return w.at(output, step.tap->windowRow, step.tap->windowColumn, c);
}

int32_t HVXConstants::getWeightZeroPoint() const {
  Value filter = layer.op->getOperand(1);
  // Those of int8 are all within a byte of this one.
  return isUnsigned(filter) ? static_cast<int32_t>(
                                  getQuantParams(filter.getType()).zeroPoint())
                            : kOffset;
}

HVXConstants::Convolution
HVXConstants::makeConvolution(kernel::PlanesAttr input) {
  const Weights &w = layer.weights;
  Steps all = makeSteps(input);
  ArrayRef<Step> steps = all.list;
  auto turns = static_cast<int64_t>(steps.size() / 2);
  bool hasRest = llvm::any_of(
      w.values, [](int16_t weight) { return weight != clampToByte(weight); });

  std::vector<int8_t> weights;
  std::vector<int32_t> parameters, rest, bias = foldBias();
  for (int64_t first = 0; first < w.outputs; first += kGroup) {
    // Two steps of the group's channels, `get` of each weight.
    auto append = [&](const Step &even, const Step &odd, auto get) {
      for (int64_t channel = first; channel < first + kGroup; ++channel)
        for (const Step &step : {even, odd})
          for (int64_t i = 0; i < kGroup; ++i)
            weights.push_back(
                static_cast<int8_t>(get(getWeight(channel, step, i))));
    };
    for (size_t i = 0; i < steps.size(); i += 2)
      append(steps[i], steps[i + 1], clampToByte);
    SmallVector<int64_t> order =
        llvm::to_vector(llvm::seq(first, first + kGroup));
    appendParameters(parameters, bias, order, getNumRows());
    if (!hasRest)
      continue;
    auto getRest = [](int16_t weight) { return weight - clampToByte(weight); };
    SmallVector<Step> again;
    for (auto [step, offset] : llvm::zip_equal(steps, all.offsets)) {
      bool isAgain = false;
      for (int64_t channel = first; channel < first + kGroup; ++channel)
        for (int64_t i = 0; i < kGroup; ++i)
          isAgain |= getRest(getWeight(channel, step, i)) != 0;
      if (isAgain) {
        again.push_back(step);
        rest.push_back(offset);
      }
    }
    if (again.size() % 2) {
      again.push_back({nullptr, 0});
      rest.push_back(0);
    }
    for (size_t i = 0; i < again.size(); i += 2)
      append(again[i], again[i + 1], getRest);
    parameters.push_back(static_cast<int32_t>(again.size() / 2));
    parameters.insert(parameters.end(), 3, 0);
  }
  Type i8 = builder.getI8Type(), i32 = builder.getI32Type();
  Convolution result = {
      turns, createVectorConst<int8_t>(builder, node.op->getLoc(), i8, weights),
      createVectorConst<int32_t>(builder, node.op->getLoc(), i32, parameters),
      Value(), Value()};
  if (!all.isLinear)
    result.steps = createVectorConst<int32_t>(builder, node.op->getLoc(), i32,
                                              all.offsets);
  if (!rest.empty())
    result.rest =
        createVectorConst<int32_t>(builder, node.op->getLoc(), i32, rest);
  return result;
}

HVXConstants::ChannelConvolution
HVXConstants::makeChannelConvolution(kernel::PlanesAttr input,
                                     kernel::PlanesAttr output) {
  using kernel::HVXChannelConv2DOp;
  constexpr int64_t lanes = HVXChannelConv2DOp::kLanes;
  Steps steps = makeSteps(input);
  int32_t zero = getWeightZeroPoint();
  int64_t first = 0;
  std::vector<uint8_t> weights;
  std::vector<int32_t> parameters, bias = foldBias();
  for (auto [count, vectors] : kernel::chooseHVXGroups(output))
    for (int64_t group = 0; group < count; ++group) {
      int64_t last = first + vectors * lanes;
      for (const Step &step : steps.list)
        for (int64_t channel = first; channel < last; ++channel)
          for (int64_t i = 0; i < kGroup; ++i)
            weights.push_back(
                static_cast<uint8_t>(getWeight(channel, step, i) + zero));
      for (; first < last; first += lanes)
        appendParameters(parameters, bias,
                         llvm::to_vector(llvm::seq(first, first + lanes)),
                         HVXChannelConv2DOp::kRows);
    }
  Location loc = node.op->getLoc();
  Type i8 = builder.getI8Type(), i32 = builder.getI32Type();
  ChannelConvolution result = {
      static_cast<int64_t>(steps.list.size() / 2),
      createVectorConst<uint8_t>(builder, loc, i8, weights),
      createVectorConst<int32_t>(builder, loc, i32, parameters), Value(), zero};
  if (!steps.isLinear)
    result.steps = createVectorConst<int32_t>(builder, loc, i32, steps.offsets);
  return result;
}

HVXConstants::Matmul HVXConstants::makeMatmul() {
  const Weights &w = layer.weights;
  constexpr int64_t kTile = 128, kVectors = 4, kLanes = 32;
  int32_t zero = getWeightZeroPoint();
  int64_t depth = llvm::alignTo(w.depth, 8);
  std::vector<uint8_t> weights;
  std::vector<int32_t> parameters, bias = foldBias();
  for (int64_t first = 0; first < w.outputs; first += kTile) {
    SmallVector<int64_t> order;
    for (int64_t v = 0; v < kVectors; ++v)
      for (int64_t lane = 0; lane < kLanes; ++lane)
        order.push_back(first + kVectors * lane + v);
    for (int64_t c = 0; c < depth; c += 4)
      for (int64_t channel : order)
        for (int64_t i = c; i < c + 4; ++i) {
          int32_t weight =
              channel < w.outputs && i < w.depth ? w.at(channel, 0, 0, i) : 0;
          weights.push_back(static_cast<uint8_t>(weight + zero));
        }
    appendParameters(parameters, bias, order, /*rows=*/5);
  }
  return {createVectorConst<uint8_t>(builder, node.op->getLoc(),
                                     builder.getI8Type(), weights),
          createVectorConst<int32_t>(builder, node.op->getLoc(),
                                     builder.getI32Type(), parameters),
          zero};
}
