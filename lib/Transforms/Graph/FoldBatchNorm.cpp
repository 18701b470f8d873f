//===- FoldBatchNorm.cpp - Folding constants into weights -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Dialect/Mopt/IR/MoptOps.h"
#include "mopt/Transforms/Graph/Passes.h"
#include "mopt/Transforms/Utils/TrainedParameters.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_FOLDBATCHNORMPASS
#include "mopt/Transforms/Graph/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

static constexpr llvm::StringLiteral kFusedActivation =
    "fused_activation_function";

namespace {

/// `value * scale + shift` for each output channel, one or one a channel.
struct ChannelMap {
  SmallVector<double> scales;
  SmallVector<double> shifts;
};

/// A weighted op that can take a channel map into its weights and bias.
struct FoldTarget {
  Operation *op = nullptr;
  ConstOp weight;
  ConstOp bias;
  unsigned biasIndex = 0;
  int64_t channelAxis = 0;
  int64_t channels = 0;
};

} // namespace

static ConstOp getFloatConstant(Value value) {
  auto constant = dyn_cast_or_null<ConstOp>(value.getDefiningOp());
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return constant && type.getElementType().isF32() ? constant : ConstOp();
}

/// The elements of a constant that broadcasts along all but the last dimension
/// of `shape`; empty if it does not, or cannot be read.
static SmallVector<double> getChannelValues(ConstOp constant,
                                            RankedTensorType result) {
  auto type = cast<RankedTensorType>(constant.getType());
  int64_t channels = result.getRank() ? result.getShape().back() : 1;
  if (type.getRank() > result.getRank() ||
      (type.getNumElements() != 1 && (type.getNumElements() != channels ||
                                      type.getShape().back() != channels)))
    return {};
  std::optional<ConstBytes> bytes = ConstBytes::read(constant);
  if (!bytes)
    return {};
  return llvm::to_vector(llvm::map_range(
      bytes->as<float>(), [](float value) { return double(value); }));
}

/// Whether the op behind `value` can take a map that `reader` applies to it.
static FailureOr<FoldTarget> matchTarget(Value value, Operation *reader,
                                         PatternRewriter &rewriter) {
  FoldTarget target;
  target.op = value.getDefiningOp();
  auto weighted = dyn_cast_or_null<WeightedOp>(target.op);
  auto quantizable = dyn_cast_or_null<QuantizableOp>(target.op);
  if (!weighted || !quantizable)
    return rewriter.notifyMatchFailure(reader, "no weighted op in front");
  if (!value.hasOneUse())
    return rewriter.notifyMatchFailure(reader, "the product has other readers");
  auto fused =
      target.op->getAttrOfType<ActivationFunctionAttr>(kFusedActivation);
  if (!fused || fused.getValue() != ActivationFunction::NONE)
    return rewriter.notifyMatchFailure(reader, "an activation lies in between");
  if (getTrainedParams(value))
    return rewriter.notifyMatchFailure(reader,
                                       "training rounded what lies in between");
  const QuantSpec &spec = quantizable.getQuantSpec();
  auto biasRole = llvm::find(spec.roles, OperandRole::Bias);
  if (biasRole == spec.roles.end() || weighted.getWeightOperands().size() != 1)
    return rewriter.notifyMatchFailure(reader, "the op takes no single bias");
  target.biasIndex = biasRole - spec.roles.begin();
  target.weight =
      getFloatConstant(target.op->getOperand(weighted.getWeightOperands()[0]));
  if (!target.weight || !ConstBytes::read(target.weight))
    return rewriter.notifyMatchFailure(reader,
                                       "the weights are no float constant");
  target.channelAxis = weighted.getOutputChannelAxis();
  target.channels = cast<RankedTensorType>(target.weight.getType())
                        .getDimSize(target.channelAxis);
  auto result = cast<RankedTensorType>(value.getType());
  if (result.getRank() == 0 || result.getShape().back() != target.channels)
    return rewriter.notifyMatchFailure(reader,
                                       "channels are not the last dimension");
  if (target.biasIndex >= target.op->getNumOperands() ||
      isa<NoneType>(target.op->getOperand(target.biasIndex).getType()))
    return target;
  target.bias = getFloatConstant(target.op->getOperand(target.biasIndex));
  if (!target.bias || !ConstBytes::read(target.bias))
    return rewriter.notifyMatchFailure(reader, "the bias is no float constant");
  return target;
}

static double at(ArrayRef<double> values, int64_t channel) {
  return values[values.size() == 1 ? 0 : channel];
}

/// The scales of weights that are multiplied by `factors`, one or one a
/// channel: the same integers stand for them.
static TrainedScales scaleTrained(TrainedScales trained,
                                  const FoldTarget &target,
                                  ArrayRef<double> factors) {
  if (trained.axis < 0 && factors.size() > 1) {
    trained.scales.assign(target.channels, trained.scales.front());
    trained.axis = static_cast<int>(target.channelAxis);
  }
  for (auto [channel, scale] : llvm::enumerate(trained.scales))
    if (double factor = std::abs(at(factors, channel)); factor > 0.0)
      scale = static_cast<float>(scale * factor);
  return trained;
}

static Value scaleWeights(const FoldTarget &target, ArrayRef<double> scales,
                          PatternRewriter &rewriter) {
  ConstOp weight = target.weight;
  auto type = cast<RankedTensorType>(weight.getType());
  std::optional<ConstBytes> bytes = ConstBytes::read(weight);
  ArrayRef<float> values = bytes->as<float>();
  int64_t inner = 1;
  for (int64_t size : type.getShape().drop_front(target.channelAxis + 1))
    inner *= size;
  AsmResourceBlob blob = allocateConstBlob(values.size() * sizeof(float));
  auto *out = reinterpret_cast<float *>(blob.getMutableData().data());
  for (size_t i = 0; i < values.size();) {
    double scale = at(scales, (i / inner) % target.channels);
    for (size_t end = i + inner; i < end; ++i)
      out[i] = static_cast<float>(values[i] * scale);
  }
  ConstOp scaled =
      createConst(rewriter, weight.getLoc(), type, std::move(blob),
                  withoutParameters(rewriter.getContext(),
                                    getTensorInfo(weight.getResult())));
  if (auto trained = getTrainedScales(weight))
    setTrainedScales(scaled, scaleTrained(*trained, target, scales));
  return scaled.getResult();
}

static Value mapBias(const FoldTarget &target, const ChannelMap &map,
                     Operation *reader, PatternRewriter &rewriter) {
  std::optional<ConstBytes> old;
  TensorAttr info;
  if (ConstOp bias = target.bias) {
    old = ConstBytes::read(bias);
    info = getTensorInfo(bias.getResult());
  } else if (StringRef name = getTensorName(reader->getResult(0));
             !name.empty()) {
    info = withName(rewriter.getContext(), {}, name + "_bias");
  }
  AsmResourceBlob blob = allocateConstBlob(target.channels * sizeof(float));
  auto *out = reinterpret_cast<float *>(blob.getMutableData().data());
  for (int64_t channel = 0; channel < target.channels; ++channel) {
    double value = old ? old->as<float>()[channel] : 0.0;
    out[channel] = static_cast<float>(value * at(map.scales, channel) +
                                      at(map.shifts, channel));
  }
  return createConst(
             rewriter, reader->getLoc(),
             RankedTensorType::get({target.channels}, rewriter.getF32Type()),
             std::move(blob), info)
      .getResult();
}

/// Replaces `reader`, which applies `map` to the result of the target.
static void fold(const FoldTarget &target, const ChannelMap &map,
                 Operation *reader, PatternRewriter &rewriter) {
  SmallVector<Value> operands(target.op->getOperands());
  auto weighted = cast<WeightedOp>(target.op);
  if (llvm::any_of(map.scales, [](double scale) { return scale != 1.0; }))
    operands[weighted.getWeightOperands()[0]] =
        scaleWeights(target, map.scales, rewriter);
  Value bias = mapBias(target, map, reader, rewriter);
  if (target.biasIndex < operands.size())
    operands[target.biasIndex] = bias;
  else
    operands.push_back(bias);

  Operation *replacement = rewriter.clone(*target.op);
  rewriter.modifyOpInPlace(replacement, [&] {
    replacement->setOperands(operands);
    replacement->setAttr(kFusedActivation, reader->getAttr(kFusedActivation));
    replacement->removeAttr(kTensorsAttr);
    if (Attribute infos = reader->getAttr(kTensorsAttr))
      replacement->setAttr(kTensorsAttr, infos);
  });
  rewriter.replaceOp(reader, replacement);
  rewriter.eraseOp(target.op);
}

namespace {

/// Folds a binary op with a constant operand into the weighted op that computes
/// the other one. `makeMap` turns the constant into scale and shift.
template <typename BinaryOp>
struct FoldBinary : public OpRewritePattern<BinaryOp> {
  using OpRewritePattern<BinaryOp>::OpRewritePattern;

  LogicalResult matchAndRewrite(BinaryOp op,
                                PatternRewriter &rewriter) const override {
    auto result = cast<RankedTensorType>(op.getType());
    bool constantFirst = static_cast<bool>(getFloatConstant(op.getLhs()));
    ConstOp constant =
        getFloatConstant(constantFirst ? op.getLhs() : op.getRhs());
    Value other = constantFirst ? op.getRhs() : op.getLhs();
    if (!constant)
      return rewriter.notifyMatchFailure(op, "no constant operand");
    if (other.getType() != result)
      return rewriter.notifyMatchFailure(op, "the constant widens the result");
    SmallVector<double> values = getChannelValues(constant, result);
    if (values.empty())
      return rewriter.notifyMatchFailure(op, "not one value a channel");
    FailureOr<FoldTarget> target = matchTarget(other, op, rewriter);
    if (failed(target))
      return failure();
    fold(*target, makeMap(values, constantFirst), op, rewriter);
    return success();
  }

  static ChannelMap makeMap(ArrayRef<double> values, bool constantFirst) {
    SmallVector<double> same(values);
    if constexpr (std::is_same_v<BinaryOp, MulOp>)
      return {same, {0.0}};
    if constexpr (std::is_same_v<BinaryOp, AddOp>)
      return {{1.0}, same};
    // c - x or x - c.
    if (!constantFirst)
      for (double &value : same)
        value = -value;
    return {{constantFirst ? -1.0 : 1.0}, same};
  }
};

struct FoldBatchNormPass
    : public mlir::mopt::impl::FoldBatchNormPassBase<FoldBatchNormPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateFoldBatchNormPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

void mopt::populateFoldBatchNormPatterns(RewritePatternSet &patterns) {
  patterns.add<FoldBinary<MulOp>, FoldBinary<AddOp>, FoldBinary<SubOp>>(
      patterns.getContext());
}
