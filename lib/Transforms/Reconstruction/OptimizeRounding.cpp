//===- OptimizeRounding.cpp - Integer weights that reproduce layers -------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Quantization/StoredWeights.h"
#include "../Quantization/Weights.h"
#include "LayerMetric.h"
#include "ObservedLayers.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/Remarks.h"
#include "mopt/Transforms/Reconstruction/Rounding.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_OPTIMIZEROUNDINGPASS
#include "mopt/Transforms/Reconstruction/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

/// A float32 constant in place of `original` that holds the values of
/// `rounded`.
static ConstOp createRoundedConstant(const LinearLayer &layer,
                                     const RoundedWeights &rounded) {
  ConstOp original = layer.getWeightConstant();
  std::vector<int8_t> codes =
      layer.toConstantOrder(ArrayRef<int8_t>(rounded.codes));
  auto type = cast<RankedTensorType>(original.getType());
  ChannelView view(
      type.getShape(),
      cast<QuantizableOp>(layer.getOp()).getQuantSpec().weightAxis);
  AsmResourceBlob blob = allocateConstBlob(codes.size() * sizeof(float));
  auto *out = reinterpret_cast<float *>(blob.getMutableData().data());
  for (auto [i, code] : llvm::enumerate(codes)) {
    size_t channel = i / view.inner % view.channels;
    out[i] = static_cast<float>(code) *
             rounded.scales[rounded.scales.size() == 1 ? 0 : channel];
  }
  OpBuilder builder(original);
  return createConst(builder, original.getLoc(), type, std::move(blob),
                     getTensorInfo(original.getResult()));
}

namespace {

struct OptimizeRoundingPass
    : public mlir::mopt::impl::OptimizeRoundingPassBase<OptimizeRoundingPass> {
  using OptimizeRoundingPassBase::OptimizeRoundingPassBase;
  friend struct mlir::mopt::ObservedLayerSettings;

  void runOnOperation() override {
    ObservedLayerSettings settings = ObservedLayerSettings::of(*this);
    settings.transposes = true;
    if (!(damping >= 0.0) || !std::isfinite(damping)) {
      getOperation().emitError()
          << getArgument() << ": damping is " << damping.getValue()
          << ", must be above 0, or 0 for automatic";
      return signalPassFailure();
    }
    LayerCapture::Options capture;
    capture.residual = residual;
    auto repair = [&](LinearLayer &layer, const LayerStatistics &statistics,
                      unsigned threads) {
      RoundingOptions options;
      options.bits = settings.getBits(layer);
      options.perTensor =
          settings.getGranularity(layer) == WeightGranularity::Tensor;
      options.damping =
          damping > 0.0 ? damping.getValue() : chooseDamping(statistics);
      options.regression = regression;
      options.refinements = refinements;
      RoundedWeights rounded =
          roundWeights(layer.getWeights(), statistics, options, threads);
      replace(layer, rounded, options.bits);
    };
    if (failed(repairLayers(getOperation(), settings, capture, repair)))
      return signalPassFailure();
    eraseUnusedConstants(getOperation());
  }

  void replace(LinearLayer &layer, const RoundedWeights &rounded,
               unsigned bits) {
    Operation *op = layer.getOp();
    double noise = rounded.error / std::max(rounded.variance, 1e-30);
    remark::analysis(
        op->getLoc(),
        remark::RemarkOpts::name("Reconstruction").category("quantize"))
        << describeOp(op) << ": reconstructed" << remark::metric("bits", bits)
        << remark::metric("relative error", std::sqrt(std::max(noise, 0.0)));
    ConstOp values = createRoundedConstant(layer, rounded);
    int axis = rounded.scales.size() == 1
                   ? -1
                   : cast<QuantizableOp>(op).getQuantSpec().weightAxis;
    ConstOp integers = ConstQuantizer(&getContext())
                           .quantizeWeight(values, rounded.scales, axis, bits);
    layer.setWeights(DequantizedWeights().get(values, integers));
    values.erase();
    layer.setBias(rounded.bias);
  }
};

} // namespace
