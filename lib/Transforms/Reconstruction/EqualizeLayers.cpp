//===- EqualizeLayers.cpp - Channels of neighbouring layers alike ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Quantization/StoredWeights.h"
#include "ChannelFactors.h"
#include "mlir/IR/Remarks.h"
#include "mopt/Dialect/Mopt/IR/MoptOps.h"
#include "mopt/Transforms/Quantization/Plan.h"
#include "mopt/Transforms/Reconstruction/Passes.h"

#include <cmath>

namespace mlir::mopt {
#define GEN_PASS_DEF_EQUALIZELAYERSPASS
#include "mopt/Transforms/Reconstruction/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

/// Pairs share layers, so that equalising one disturbs the next; scales settle
/// after some ten rounds.
static constexpr int kRounds = 50;
/// Scales that change by less have settled.
static constexpr double kSettled = 1e-4;
namespace {

/// Two layers of which the second alone reads what the first computes, channel
/// by channel.
struct LayerPair {
  size_t first, second;
  /// What each channel was divided by.
  std::vector<double> divisors;
};

class Equalizer {
public:
  Equalizer(func::FuncOp func, const OpFilter &filter, ClippedRelu relu6);
  void run();

private:
  std::string findReader(const ScaledLayer &layer, size_t &second) const;
  std::vector<double> getMagnitudes(const LayerPair &pair) const;
  double equalize(LayerPair &pair);
  void clip(const LayerPair &pair);

  /// The channel of the pair that input `i` of weight row `row` reads.
  static int64_t getChannel(const ScaledLayer &layer, int64_t channels,
                            int64_t row, int64_t i) {
    const LayerShape &shape = layer.linear.getShape();
    int64_t inGroup = channels / shape.groups;
    return row / shape.outputs * inGroup + i % inGroup;
  }

  ClippedRelu relu6;
  SmallVector<ScaledLayer> layers;
  DenseMap<Operation *, size_t> indices;
  SmallVector<LayerPair> pairs;
};

} // namespace

/// Finds the layer that alone reads the result of `layer`; or why there is none
/// or it cannot be equalised with it. Empty: there is nothing to say.
std::string Equalizer::findReader(const ScaledLayer &layer,
                                  size_t &second) const {
  ActivationFunction fused = getFusedActivation(layer.linear.getOp());
  Value value = layer.linear.getResult();
  while (true) {
    if (!value.hasOneUse() ||
        (*value.getUsers().begin())->hasTrait<OpTrait::IsTerminator>())
      return "its result has several readers or leaves the function";
    Operation *reader = *value.getUsers().begin();
    if (auto it = indices.find(reader);
        it != indices.end() && reader->getOperand(0) == value) {
      second = it->second;
      break;
    }
    if (!carriesFactors(reader))
      return ("its result goes to " + reader->getName().getStringRef()).str();
    value = reader->getResult(0);
  }
  const LayerShape &shape = layers[second].linear.getShape();
  int64_t channels = layer.linear.getShape().getWeightRows();
  int64_t inputs = shape.groups * shape.inputs;
  if (channels % shape.groups != 0 || inputs % channels != 0)
    if (!layers[second].linear.isDepthwise() || channels != shape.groups)
      return "its channels are not those of the next layer";
  if (keepsPositiveFactors(fused) ||
      (fused == ActivationFunction::RELU6 && relu6 == ClippedRelu::Minimum))
    return "";
  return ("its fused activation " + stringifyActivationFunction(fused) +
          " clips at a fixed value, which would move; relu6=minimum allows it")
      .str();
}

Equalizer::Equalizer(func::FuncOp func, const OpFilter &filter,
                     ClippedRelu relu6)
    : relu6(relu6) {
  for (Operation &op : func.getBody().front()) {
    std::string reason;
    std::optional<LinearLayer> linear = LinearLayer::match(&op, reason);
    if (linear && !linear->getWeightConstant()->hasOneUse())
      reason = "its weights are shared";
    else if (linear && isClustered(linear->getWeights()))
      reason = "its weights are clustered";
    else if (linear)
      reason = filter.getReasonToSkip(&op).str();
    if (!reason.empty())
      mlir::emitRemark(op.getLoc())
          << describeOp(&op) << " is not equalised: " << reason;
    if (!linear || !reason.empty())
      continue;
    indices[&op] = layers.size();
    layers.emplace_back(*linear);
  }
  for (auto [first, layer] : llvm::enumerate(layers)) {
    size_t second = 0;
    std::string reason = findReader(layer, second);
    if (!reason.empty()) {
      remark::missed(
          layer.linear.getOp()->getLoc(),
          remark::RemarkOpts::name("Equalization").category("quantize"))
          << describeOp(layer.linear.getOp()) +
                 " is not equalised with the next layer: " + reason;
      continue;
    }
    pairs.push_back(
        {first, second,
         std::vector<double>(layer.linear.getShape().getWeightRows(), 1.0)});
  }
}

/// The largest weight of the second layer that reads each channel.
std::vector<double> Equalizer::getMagnitudes(const LayerPair &pair) const {
  const ScaledLayer &second = layers[pair.second];
  const LayerShape &shape = second.linear.getShape();
  int64_t channels = pair.divisors.size();
  std::vector<double> magnitudes(channels);
  for (int64_t row = 0; row < shape.getWeightRows(); ++row)
    for (int64_t i = 0; i < shape.inputs; ++i) {
      double &magnitude = magnitudes[getChannel(second, channels, row, i)];
      magnitude =
          std::max(magnitude, std::abs(second.weights[row * shape.inputs + i]));
    }
  return magnitudes;
}

/// Divides the channels of the first layer by what the second multiplies them
/// with again, such that both have the same range in each; returns the largest
/// change.
double Equalizer::equalize(LayerPair &pair) {
  ScaledLayer &first = layers[pair.first], &second = layers[pair.second];
  int64_t channels = pair.divisors.size();
  std::vector<double> behind = getMagnitudes(pair), factors(channels, 1.0);
  int64_t inputs = first.linear.getShape().inputs;
  double largest = 0.0;
  for (int64_t channel = 0; channel < channels; ++channel) {
    const double *row = &first.weights[channel * inputs];
    double before = 0.0;
    for (int64_t i = 0; i < inputs; ++i)
      before = std::max(before, std::abs(row[i]));
    // A channel without weights has no range.
    if (before == 0.0 || behind[channel] == 0.0)
      continue;
    double factor = std::sqrt(before / behind[channel]);
    factors[channel] = factor;
    largest = std::max(largest, std::abs(factor - 1.0));
    pair.divisors[channel] *= factor;
    first.divideRow(channel, factor);
  }
  const LayerShape &shape = second.linear.getShape();
  for (int64_t row = 0; row < shape.getWeightRows(); ++row)
    for (int64_t i = 0; i < shape.inputs; ++i)
      second.weights[row * shape.inputs + i] *=
          factors[getChannel(second, channels, row, i)];
  return largest;
}

/// Makes the fused RELU6 of the first layer a RELU and a minimum with the value
/// at which each channel is clipped now.
void Equalizer::clip(const LayerPair &pair) {
  Operation *op = layers[pair.first].linear.getOp();
  if (getFusedActivation(op) != ActivationFunction::RELU6)
    return;
  op->setAttr(
      kFusedActivation,
      ActivationFunctionAttr::get(op->getContext(), ActivationFunction::RELU));
  OpBuilder builder(op);
  builder.setInsertionPointAfter(op);
  int64_t channels = pair.divisors.size();
  AsmResourceBlob blob = allocateConstBlob(channels * sizeof(float));
  auto *limits = reinterpret_cast<float *>(blob.getMutableData().data());
  for (int64_t channel = 0; channel < channels; ++channel)
    limits[channel] = static_cast<float>(6.0 / pair.divisors[channel]);
  Value value = op->getResult(0);
  TensorAttr info = getTensorInfo(value);
  bool isNamed = info && info.getName();
  auto rename = [&](const Twine &suffix) {
    return withName(op->getContext(), {}, getTensorName(value) + suffix);
  };
  Value limit =
      createConst(builder, op->getLoc(),
                  RankedTensorType::get({channels}, builder.getF32Type()),
                  std::move(blob), isNamed ? rename("_limit") : TensorAttr())
          .getResult();
  auto clipped =
      MinimumOp::create(builder, op->getLoc(), value.getType(), value, limit);
  if (isNamed)
    setTensorInfo(clipped.getResult(), rename("_clipped"));
  value.replaceAllUsesExcept(clipped.getResult(), clipped);
}

void Equalizer::run() {
  for (int round = 0; round < kRounds; ++round) {
    double largest = 0.0;
    for (LayerPair &pair : pairs)
      largest = std::max(largest, equalize(pair));
    if (largest < kSettled)
      break;
  }
  llvm::SmallDenseSet<size_t> changed;
  for (const LayerPair &pair : pairs) {
    changed.insert(pair.first);
    changed.insert(pair.second);
    clip(pair);
    // Ranges that were observed are those of other values.
    Value value = layers[pair.second].linear.getInput();
    dropRange(value);
    while (value != layers[pair.first].linear.getResult()) {
      value = value.getDefiningOp()->getOperand(0);
      dropRange(value);
    }
  }
  for (auto [index, layer] : llvm::enumerate(layers))
    if (changed.contains(index))
      layer.write();
}

namespace {

struct EqualizeLayersPass
    : public mlir::mopt::impl::EqualizeLayersPassBase<EqualizeLayersPass> {
  using EqualizeLayersPassBase::EqualizeLayersPassBase;

  void runOnOperation() override {
    FailureOr<OpFilter> filter = OpFilter::create(
        getOperation(), getArgument(), {exclude, only, excludeOps, onlyOps});
    if (failed(filter))
      return signalPassFailure();
    for (auto func : getOperation().getOps<func::FuncOp>())
      if (!func.isExternal())
        Equalizer(func, *filter, relu6).run();
    eraseUnusedConstants(getOperation());
  }
};

} // namespace
