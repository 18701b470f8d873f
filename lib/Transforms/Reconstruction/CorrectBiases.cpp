//===- CorrectBiases.cpp - Biases that undo the drift of rounding ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Quantization/StoredWeights.h"
#include "../Quantization/Weights.h"
#include "ObservedLayers.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_CORRECTBIASESPASS
#include "mopt/Transforms/Reconstruction/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

/// The weights as they will be once they are rounded to nearest.
static ConstOp createNearest(const LinearLayer &layer, unsigned bits,
                             WeightGranularity granularity) {
  ConstOp original = layer.getWeightConstant();
  auto type = cast<RankedTensorType>(original.getType());
  int axis = granularity == WeightGranularity::Tensor
                 ? -1
                 : cast<QuantizableOp>(layer.getOp()).getQuantSpec().weightAxis;
  ChannelView view(type.getShape(), axis);
  std::optional<ConstBytes> bytes = ConstBytes::read(original);
  ArrayRef<float> values = bytes->as<float>();
  int64_t limit = getWeightMax(bits);
  SmallVector<float> scales;
  for (float magnitude : getChannelMagnitudes(values, view))
    scales.push_back(chooseSymmetricScale(magnitude, limit));
  AsmResourceBlob blob = allocateConstBlob(values.size() * sizeof(float));
  auto *out = reinterpret_cast<float *>(blob.getMutableData().data());
  for (auto [i, value] : llvm::enumerate(values)) {
    float scale = scales[i / view.inner % view.channels];
    out[i] = static_cast<float>(quantizeValue(value, scale, 0, -limit, limit)) *
             scale;
  }
  OpBuilder builder(original);
  return createConst(builder, original.getLoc(), type, std::move(blob), {});
}

namespace {

struct CorrectBiasesPass
    : public mlir::mopt::impl::CorrectBiasesPassBase<CorrectBiasesPass> {
  using CorrectBiasesPassBase::CorrectBiasesPassBase;
  friend struct mlir::mopt::ObservedLayerSettings;

  void runOnOperation() override {
    ObservedLayerSettings settings = ObservedLayerSettings::of(*this);
    settings.transposes = true;
    LayerCapture::Options capture;
    capture.covariances = false;
    // The mean that the other operand lacks is corrected where it comes from.
    capture.residual = false;
    SmallVector<std::pair<LinearLayer, Value>> originals;
    auto repair = [&](LinearLayer &layer, const LayerStatistics &statistics,
                      unsigned) {
      Value original = layer.getWeightConstant().getResult();
      originals.emplace_back(layer, original);
      // Later layers must see what the rounding does to this one.
      layer.setWeights(createNearest(layer, settings.getBits(layer),
                                     settings.getGranularity(layer))
                           .getResult());
      correct(layer, statistics);
    };
    LogicalResult result =
        repairLayers(getOperation(), settings, capture, repair);
    for (auto &[layer, original] : originals)
      layer.setWeights(original);
    eraseUnusedConstants(getOperation());
    if (failed(result))
      signalPassFailure();
  }

  static void correct(LinearLayer &layer, const LayerStatistics &statistics) {
    const LayerShape &shape = layer.getShape();
    std::vector<float> weights = layer.getWeights();
    std::vector<float> bias(shape.getWeightRows());
    for (int64_t group = 0; group < shape.groups; ++group) {
      LayerMoments moments = statistics.getMoments(group);
      for (int64_t output = 0; output < shape.outputs; ++output) {
        int64_t row = group * shape.outputs + output;
        double value = moments.targetMean[output];
        for (int64_t i = 0; i < shape.inputs; ++i)
          value -= static_cast<double>(weights[row * shape.inputs + i]) *
                   moments.inputMean[i];
        bias[row] = static_cast<float>(value);
      }
    }
    layer.setBias(bias);
  }
};

} // namespace
