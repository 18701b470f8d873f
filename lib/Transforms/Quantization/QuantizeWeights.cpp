//===- QuantizeWeights.cpp - Integer weights, float activations -----*- C++
//-*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StoredWeights.h"
#include "Weights.h"
#include "mopt/Dialect/Mopt/IR/ConvolutionOps.h"
#include "mopt/Transforms/Quantization/LayerRecipe.h"
#include "mopt/Transforms/Quantization/Passes.h"
#include "mopt/Transforms/Quantization/Plan.h"
#include "mopt/Transforms/Utils/OpFilter.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_QUANTIZEWEIGHTSPASS
#include "mopt/Transforms/Quantization/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

static constexpr StringLiteral kAsymmetricAttr = "asymmetric_quantize_inputs";

namespace {

struct QuantizeWeightsPass
    : public mlir::mopt::impl::QuantizeWeightsPassBase<QuantizeWeightsPass> {
  using QuantizeWeightsPassBase::QuantizeWeightsPassBase;

  void runOnOperation() override;

private:
  /// Why the weights of `op` stay float32; empty if they do not.
  std::string getReasonToKeep(Operation *op, ArrayRef<OpOperand *> weights,
                              const OpFilter &filter) const;
  /// The axis that the scales of a weight run along, -1 for one scale.
  int getAxis(OpOperand &weight) const;
  ConstOp quantize(OpOperand &weight, ConstQuantizer &constants) const;
  unsigned getBits(bool isDepthwise) const {
    return isDepthwise && depthwiseBits ? depthwiseBits : bits;
  }
};

} // namespace

/// Whether kernels of `op` read integer weights beside float activations.
static bool hasHybridForm(Operation *op) {
  auto quantizable = dyn_cast<QuantizableOp>(op);
  return quantizable && quantizable.getQuantSpec().hybridVersion != 0;
}

/// Operands that are there.
static SmallVector<OpOperand *> getPresent(ArrayRef<OpOperand *> operands) {
  SmallVector<OpOperand *> present;
  for (OpOperand *operand : operands)
    if (!isa<NoneType>(operand->get().getType()))
      present.push_back(operand);
  return present;
}

std::string QuantizeWeightsPass::getReasonToKeep(Operation *op,
                                                 ArrayRef<OpOperand *> weights,
                                                 const OpFilter &filter) const {
  if (StringRef reason = filter.getReasonToSkip(op); !reason.empty())
    return reason.str();
  int64_t elements = 0;
  for (OpOperand *weight : weights) {
    if (std::string reason = getReasonToKeepFloat(weight->get());
        !reason.empty())
      return reason;
    elements +=
        cast<RankedTensorType>(weight->get().getType()).getNumElements();
  }
  if (elements >= minElements)
    return "";
  return "they have " + std::to_string(elements) +
         " elements, fewer than min-elements=" + std::to_string(minElements);
}

int QuantizeWeightsPass::getAxis(OpOperand &weight) const {
  // The layers of recurrent ops and products of activations know one scale.
  auto quantizable = dyn_cast<QuantizableOp>(weight.getOwner());
  WeightGranularity wanted =
      LayerRecipe::get(weight.getOwner()).granularity.value_or(granularity);
  if (wanted == WeightGranularity::Tensor || !quantizable)
    return -1;
  const QuantSpec &spec = quantizable.getQuantSpec();
  return spec.getRole(weight.getOperandNumber()) == OperandRole::Other
             ? -1
             : spec.weightAxis;
}

ConstOp QuantizeWeightsPass::quantize(OpOperand &weight,
                                      ConstQuantizer &constants) const {
  ConstOp constant = getConstant(weight.get());
  auto type = cast<RankedTensorType>(constant.getType());
  int axis = getAxis(weight);
  std::optional<ConstBytes> bytes = ConstBytes::read(constant);
  Operation *op = weight.getOwner();
  unsigned width =
      LayerRecipe::get(op).bits.value_or(getBits(isa<DepthwiseConv2DOp>(op)));
  SmallVector<float> scales;
  for (float magnitude : getChannelMagnitudes(
           bytes->as<float>(), ChannelView(type.getShape(), axis)))
    scales.push_back(chooseSymmetricScale(magnitude, getWeightMax(width)));
  return constants.quantizeWeight(constant, scales, axis, width);
}

void QuantizeWeightsPass::runOnOperation() {
  ModuleOp module = getOperation();
  FailureOr<OpFilter> filter = OpFilter::create(
      module, getArgument(), {exclude, only, excludeOps, onlyOps});
  if (failed(filter))
    return signalPassFailure();
  for (auto [option, width] :
       {std::make_pair("bits", bits.getValue()),
        std::make_pair("depthwise-bits", getBits(/*isDepthwise=*/true))})
    if (width != 8 && !(width == 4 && form == WeightForm::Stored)) {
      module.emitError() << getArgument() << ": " << option << "=" << width
                         << " is not available; available: 8, and 4 with "
                            "form=stored";
      return signalPassFailure();
    }
  ConstQuantizer constants(&getContext());
  DequantizedWeights dequantized;
  module.walk([&](Operation *op) {
    SmallVector<OpOperand *> weights = getPresent(getWeights(op));
    if (weights.empty())
      return;
    if (std::string reason = getReasonToKeep(op, weights, *filter);
        !reason.empty()) {
      mlir::emitRemark(op->getLoc())
          << describeOp(op) << " keeps its weights: " << reason;
      return;
    }
    bool isHybrid = form == WeightForm::Hybrid && hasHybridForm(op);
    for (OpOperand *weight : weights) {
      ConstOp original = getConstant(weight->get());
      ConstOp integer = quantize(*weight, constants);
      weight->set(isHybrid ? integer.getResult()
                           : dequantized.get(original, integer));
    }
    if (!isHybrid)
      return;
    // The version follows from the new types.
    op->removeAttr(kVersionAttr);
    if (llvm::is_contained(op->getName().getAttributeNames(), kAsymmetricAttr))
      op->setAttr(kAsymmetricAttr, BoolAttr::get(&getContext(), true));
  });
  eraseUnusedConstants(module);
  dropRecipes(module);
}
