//===- QuantizeWeights.cpp - Integer weights, float activations -----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockWeights.h"
#include "StoredWeights.h"
#include "Weights.h"
#include "mlir/IR/Verifier.h"
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
  LogicalResult checkOptions();
  /// The axis that the scales of a weight run along, -1 for one scale.
  int getAxis(OpOperand &weight) const;
  ConstOp quantize(OpOperand &weight, bool isHybrid,
                   ConstQuantizer &constants) const;
  /// Lets the kernels of `op` read integer weights; false if they cannot.
  bool makeHybrid(Operation *op, ArrayRef<OpOperand *> weights,
                  ConstQuantizer &constants) const;
  /// What gives `weight` back from its blocks; null, with a remark, if it has
  /// none.
  Value getBlocks(OpOperand &weight, BlockWeights &blocks) const;
  unsigned getBits(bool isDepthwise) const {
    return isDepthwise && depthwiseBits ? depthwiseBits : bits;
  }
  unsigned getBits(Operation *op) const {
    return LayerRecipe::get(op).bits.value_or(
        getBits(isa<DepthwiseConv2DOp>(op)));
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

/// Whether hybrid kernels of the op that reads `weight` refuse a single scale:
/// those of convolutions in which not every input channel meets every output.
static bool needsChannelScales(OpOperand &weight) {
  auto weighted = dyn_cast<WeightedOp>(weight.getOwner());
  auto quantizable = dyn_cast<QuantizableOp>(weight.getOwner());
  if (!weighted || !quantizable)
    return false;
  const QuantSpec &spec = quantizable.getQuantSpec();
  if (spec.getRole(weight.getOperandNumber()) != OperandRole::Weight)
    return false;
  int64_t axis = weighted.getInputChannelAxis();
  if (axis < 0)
    return true;
  auto data = cast<RankedTensorType>(
      weight.getOwner()->getOperand(spec.getDataOperand()).getType());
  auto type = cast<RankedTensorType>(weight.get().getType());
  return type.getRank() == 4 && data.getRank() == 4 &&
         data.getDimSize(3) != type.getDimSize(axis);
}

ConstOp QuantizeWeightsPass::quantize(OpOperand &weight, bool isHybrid,
                                      ConstQuantizer &constants) const {
  ConstOp constant = getConstant(weight.get());
  auto type = cast<RankedTensorType>(constant.getType());
  int axis = getAxis(weight);
  std::optional<ConstBytes> bytes = ConstBytes::read(constant);
  unsigned width = getBits(weight.getOwner());
  SmallVector<float> scales = chooseWeightScales(
      bytes->as<float>(), ChannelView(type.getShape(), axis), width);
  if (isHybrid && axis < 0 && needsChannelScales(weight)) {
    axis = cast<QuantizableOp>(weight.getOwner()).getQuantSpec().weightAxis;
    scales.assign(type.getDimSize(axis), scales.front());
  }
  return constants.quantizeWeight(constant, scales, axis, width);
}

Value QuantizeWeightsPass::getBlocks(OpOperand &weight,
                                     BlockWeights &blocks) const {
  ConstOp constant = getConstant(weight.get());
  std::string reason = blocks.getReasonAgainst(constant, getAxis(weight));
  if (reason.empty())
    return blocks.get(constant,
                      LayerRecipe::get(weight.getOwner()).bits.value_or(bits));
  mlir::emitRemark(weight.getOwner()->getLoc())
      << describeOp(weight.getOwner()) << " has no blocks of "
      << block.getValue() << " weights but scales by channel: " << reason;
  return {};
}

bool QuantizeWeightsPass::makeHybrid(Operation *op,
                                     ArrayRef<OpOperand *> weights,
                                     ConstQuantizer &constants) const {
  if (!hasHybridForm(op))
    return false;
  SmallVector<Value> originals(op->getOperands());
  DictionaryAttr attributes = op->getAttrDictionary();
  for (OpOperand *weight : weights)
    weight->set(quantize(*weight, /*isHybrid=*/true, constants).getResult());
  // The version follows from the new types.
  op->removeAttr(kVersionAttr);
  if (llvm::is_contained(op->getName().getAttributeNames(), kAsymmetricAttr))
    op->setAttr(kAsymmetricAttr, BoolAttr::get(op->getContext(), true));
  // Not every form of an op has a hybrid one; its verifier knows.
  ScopedDiagnosticHandler silence(op->getContext(),
                                  [](Diagnostic &) { return success(); });
  if (succeeded(verify(op, /*verifyRecursively=*/false)))
    return true;
  op->setOperands(originals);
  op->setAttrs(attributes);
  return false;
}

LogicalResult QuantizeWeightsPass::checkOptions() {
  bool isStored = form == WeightForm::Stored;
  for (auto [option, width] :
       {std::make_pair("bits", bits.getValue()),
        std::make_pair("depthwise-bits", getBits(/*isDepthwise=*/true))})
    if (width != 8 && !(isStored && (width == 4 || width == 2)))
      return getOperation().emitError()
             << getArgument() << ": " << option << "=" << width
             << " is not available; available: 8, and 4 and 2 with form=stored";
  if (block == 0)
    return success();
  if (block < 32 || block > 256 || !llvm::isPowerOf2_32(block))
    return getOperation().emitError()
           << getArgument() << ": block=" << block.getValue()
           << " is not available; available: 32, 64, 128, 256";
  if (!isStored || granularity == WeightGranularity::Tensor)
    return getOperation().emitError()
           << getArgument()
           << ": block needs form=stored and granularity=channel";
  return success();
}

void QuantizeWeightsPass::runOnOperation() {
  ModuleOp module = getOperation();
  FailureOr<OpFilter> filter = OpFilter::create(
      module, getArgument(), {exclude, only, excludeOps, onlyOps});
  if (failed(filter))
    return signalPassFailure();
  if (failed(checkOptions()))
    return signalPassFailure();
  ConstQuantizer constants(&getContext());
  DequantizedWeights dequantized;
  BlockWeights blocks(std::max(1u, block.getValue()));
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
    if (form == WeightForm::Hybrid && makeHybrid(op, weights, constants))
      return;
    for (OpOperand *weight : weights) {
      ConstOp original = getConstant(weight->get());
      if (block != 0)
        if (Value value = getBlocks(*weight, blocks)) {
          weight->set(value);
          continue;
        }
      weight->set(dequantized.get(
          original, quantize(*weight, /*isHybrid=*/false, constants)));
    }
  });
  eraseUnusedConstants(module);
  dropRecipes(module);
}
