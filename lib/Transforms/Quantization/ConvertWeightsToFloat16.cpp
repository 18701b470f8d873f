//===- ConvertWeightsToFloat16.cpp - Weights in half the bytes ------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StoredWeights.h"
#include "mopt/Data/Half.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Transforms/Quantization/LayerRecipe.h"
#include "mopt/Transforms/Quantization/Passes.h"
#include "mopt/Transforms/Quantization/Plan.h"
#include "mopt/Transforms/Utils/OpFilter.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_CONVERTWEIGHTSTOFLOAT16PASS
#include "mopt/Transforms/Quantization/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

/// Values from here on round to infinity.
static constexpr float kOverflow = 65520.0f;

/// Weights and the bias of `op`, as far as they are there.
static SmallVector<OpOperand *> getParameters(Operation *op) {
  SmallVector<OpOperand *> operands = getWeights(op);
  if (auto quantizable = dyn_cast<QuantizableOp>(op))
    for (OpOperand &operand : op->getOpOperands())
      if (quantizable.getQuantSpec().getRole(operand.getOperandNumber()) ==
          OperandRole::Bias)
        operands.push_back(&operand);
  llvm::erase_if(operands, [](OpOperand *operand) {
    return isa<NoneType>(operand->get().getType());
  });
  return operands;
}

namespace {

struct ConvertWeightsToFloat16Pass
    : public mlir::mopt::impl::ConvertWeightsToFloat16PassBase<
          ConvertWeightsToFloat16Pass> {
  using ConvertWeightsToFloat16PassBase::ConvertWeightsToFloat16PassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<OpFilter> filter = OpFilter::create(
        module, getArgument(), {exclude, only, excludeOps, onlyOps});
    if (failed(filter))
      return signalPassFailure();
    module.walk([&](Operation *op) {
      for (OpOperand *operand : getParameters(op)) {
        std::string reason = getReasonToKeep(*operand, *filter);
        if (reason.empty()) {
          ConstOp original = getConstant(operand->get());
          operand->set(dequantized.get(original, convert(original)));
          continue;
        }
        mlir::emitRemark(op->getLoc())
            << describeOp(op) << " keeps operand "
            << operand->getOperandNumber() << ": " << reason;
      }
    });
    eraseUnusedConstants(module);
    dropRecipes(module);
  }

private:
  std::string getReasonToKeep(OpOperand &operand,
                              const OpFilter &filter) const {
    if (StringRef reason = filter.getReasonToSkip(operand.getOwner());
        !reason.empty())
      return reason.str();
    Value value = operand.get();
    if (std::string reason = getReasonToKeepFloat(value); !reason.empty())
      return reason;
    int64_t elements = cast<RankedTensorType>(value.getType()).getNumElements();
    if (elements < minElements)
      return "it has " + std::to_string(elements) +
             " elements, fewer than min-elements=" +
             std::to_string(minElements);
    std::optional<ConstBytes> bytes = ConstBytes::read(getConstant(value));
    if (llvm::any_of(bytes->as<float>(), [](float element) {
          return std::abs(element) >= kOverflow;
        }))
      return "it holds a value beyond 65504, the largest float16";
    return "";
  }

  ConstOp convert(ConstOp original) {
    ConstOp &made = converted[original];
    if (made)
      return made;
    std::optional<ConstBytes> bytes = ConstBytes::read(original);
    ArrayRef<float> values = bytes->as<float>();
    AsmResourceBlob blob = allocateConstBlob(values.size() * sizeof(Half));
    llvm::transform(values,
                    reinterpret_cast<Half *>(blob.getMutableData().data()),
                    floatToHalf);
    OpBuilder builder(original);
    builder.setInsertionPointAfter(original);
    auto shape = cast<RankedTensorType>(original.getType()).getShape();
    TensorAttr info = getTensorInfo(original.getResult());
    if (info)
      info = withRange(&getContext(), info, {}, {});
    return made =
               createConst(builder, original.getLoc(),
                           RankedTensorType::get(shape, builder.getF16Type()),
                           std::move(blob), info);
  }

  DenseMap<Operation *, ConstOp> converted;
  DequantizedWeights dequantized;
};

} // namespace
