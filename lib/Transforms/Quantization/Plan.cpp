//===- Plan.cpp - What to quantise, and with which parameters -------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Quantization/Plan.h"
#include "mopt/Dialect/Mopt/IR/ControlOps.h"
#include "mopt/Dialect/Mopt/IR/QuantOps.h"
#include "mopt/Transforms/Utils/TrainedParameters.h"

#include "StatefulForms.h"
#include "StoredWeights.h"
#include "Weights.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Transforms/Quantization/LayerRecipe.h"

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// Questions about values
//===----------------------------------------------------------------------===//

bool mopt::isFloatTensor(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getElementType().isF32();
}

std::string mopt::describeOp(Operation *op) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (Value result : op->getResults())
    if (StringRef name = getTensorName(result); !name.empty()) {
      stream << "'" << name << "' (" << op->getName() << ")";
      return text;
    }
  stream << op->getName();
  return text;
}

ConstOp mopt::getConstant(Value value) {
  return dyn_cast_or_null<ConstOp>(value.getDefiningOp());
}

std::optional<std::pair<float, float>> mopt::getRange(Value value) {
  TensorAttr info = getTensorInfo(value);
  if (!info || !info.getMin() || !info.getMax() || info.getMin().size() != 1 ||
      info.getMax().size() != 1)
    return std::nullopt;
  float min = info.getMin()[0], max = info.getMax()[0];
  if (!std::isfinite(min) || !std::isfinite(max) || min > max)
    return std::nullopt;
  return std::make_pair(min, max);
}

/// The range of a constant's elements; std::nullopt if it cannot be read or is
/// not finite.
static std::optional<std::pair<float, float>> getConstantRange(ConstOp op) {
  std::optional<ConstBytes> bytes = ConstBytes::read(op);
  if (!bytes)
    return std::nullopt;
  float min = 0.0f, max = 0.0f;
  for (float value : bytes->as<float>()) {
    if (!std::isfinite(value))
      return std::nullopt;
    min = std::min(min, value);
    max = std::max(max, value);
  }
  return std::make_pair(min, max);
}

/// The integer type that `value` had before it was dequantised, if it was and
/// the op it goes to can take it.
quant::UniformQuantizedType
QuantizationPlan::getDequantizedType(Value value) const {
  auto dequantize = dyn_cast_or_null<DequantizeOp>(value.getDefiningOp());
  if (!dequantize)
    return {};
  auto type = dyn_cast<quant::UniformQuantizedType>(
      cast<RankedTensorType>(dequantize.getInput().getType()).getElementType());
  if (!type || !type.isSigned() ||
      type.getStorageTypeIntegralWidth() != getWidth() ||
      (getWidth() == 16 && type.getZeroPoint() != 0))
    return {};
  return type;
}

ScaleRule QuantizationPlan::getRule(Operation *op) const {
  auto quantizable = dyn_cast_or_null<QuantizableOp>(op);
  return quantizable ? quantizable.getQuantSpec().getRule(getWidth())
                     : ScaleRule::None;
}

/// The operand whose parameters the results of a SameAsInput op have.
static Value getDataOperand(Operation *op) {
  return op->getOperand(
      cast<QuantizableOp>(op).getQuantSpec().getDataOperand());
}

static bool sharesScale(ScaleRule rule) {
  return rule == ScaleRule::SameAsInput || rule == ScaleRule::SameAsOutput;
}

/// Whether `value` is a constant without elements below `share` of the largest
/// magnitude.
static bool isOfOneMagnitude(Value value, double share) {
  ConstOp constant = getConstant(value);
  std::optional<ConstBytes> bytes;
  if (constant)
    bytes = ConstBytes::read(constant);
  if (!bytes)
    return false;
  float least = std::numeric_limits<float>::infinity(), largest = 0.0f;
  for (float element : bytes->as<float>()) {
    least = std::min(least, std::abs(element));
    largest = std::max(largest, std::abs(element));
  }
  return largest > 0.0f && least >= share * largest;
}

//===----------------------------------------------------------------------===//
// What can be quantised
//===----------------------------------------------------------------------===//

static std::string missingRangeText(Value value) {
  StringRef name = getTensorName(value);
  std::string tensor =
      name.empty() ? "one of its tensors" : ("'" + name + "'").str();
  return tensor + " has no range; run mopt-calibrate";
}

std::optional<QuantizationPlan::Reason>
QuantizationPlan::refuseWeight(Operation *op, const QuantSpec &spec,
                               unsigned index) {
  Value weight = op->getOperand(index);
  if (ConstOp stored = getStoredWeight(weight))
    return refuseStoredWeight(op, stored);
  ConstOp constant = getConstant(weight);
  if (!constant)
    return Reason{"its weights are computed at run time"};
  if (!isFloatTensor(weight.getType())) {
    std::string text = "its weights are not float32 but ";
    llvm::raw_string_ostream(text) << weight.getType();
    return Reason{text};
  }
  std::optional<ConstBytes> bytes = ConstBytes::read(constant);
  if (!bytes)
    return Reason{"its weights are not stored densely"};
  WeightGranularity granularity =
      LayerRecipe::get(op).granularity.value_or(options.granularity);
  int axis = granularity == WeightGranularity::Channel ? spec.weightAxis : -1;
  auto type = cast<RankedTensorType>(weight.getType());
  if (axis >= type.getRank())
    return Reason{"its weights have no channel axis"};
  std::optional<TrainedScales> trained = getTrainedScales(constant);
  // One scale a tensor serves both; several do not make one.
  if (trained && trained->axis != axis && trained->axis >= 0)
    trained.reset();
  SmallVector<float> found = getChannelMagnitudes(
      bytes->as<float>(), ChannelView(type.getShape(), axis));
  if (llvm::any_of(found, [](float value) { return std::isinf(value); }))
    return Reason{"its weights hold NaN or infinity"};
  SmallVector<float> &scales = weightScales[op];
  scales.clear();
  if (trained) {
    scales = trained->scales;
    return std::nullopt;
  }
  for (float magnitude : found)
    scales.push_back(chooseSymmetricScale(magnitude, kWeightQMax));
  return std::nullopt;
}

/// Weights that are integers already keep their scales.
std::optional<QuantizationPlan::Reason>
QuantizationPlan::refuseStoredWeight(Operation *op, ConstOp stored) {
  Type element = cast<RankedTensorType>(stored.getType()).getElementType();
  QuantParams params = getQuantParams(stored.getType());
  auto type = dyn_cast<quant::QuantizedType>(element);
  if (!type || type.getStorageTypeIntegralWidth() != 8 || !type.isSigned() ||
      llvm::any_of(params.zeroPoints, [](int64_t zero) { return zero != 0; }) ||
      (params.isPerAxis() &&
       params.axis != cast<QuantizableOp>(op).getQuantSpec().weightAxis)) {
    std::string text = "its weights are stored as ";
    llvm::raw_string_ostream(text) << element;
    return Reason{text};
  }
  if (!ConstBytes::read(stored))
    return Reason{"its weights are not stored densely"};
  SmallVector<float> &scales = weightScales[op];
  scales.clear();
  for (size_t channel = 0; channel < params.scales.size(); ++channel)
    scales.push_back(params.scale(channel));
  return std::nullopt;
}

std::optional<QuantizationPlan::Reason>
QuantizationPlan::refuseOperands(Operation *op, const QuantSpec &spec) {
  if (StatefulForms::handles(op)) {
    if (std::string reason = StatefulForms::getReasonAgainst(op);
        !reason.empty())
      return Reason{reason};
    if (!hasParameters(op->getOperand(0)))
      return Reason{missingRangeText(op->getOperand(0)), /*missingRange=*/true};
    return std::nullopt;
  }
  for (OpOperand &operand : op->getOpOperands()) {
    Value value = operand.get();
    if (isa<NoneType>(value.getType()))
      continue;
    switch (spec.getRole(operand.getOperandNumber())) {
    case OperandRole::Index:
      break;
    case OperandRole::Activation:
      if (!isFloatTensor(value.getType()))
        return Reason{"its operand " +
                      std::to_string(operand.getOperandNumber()) +
                      " is not float32"};
      if (!hasParameters(value)) {
        if (getConstant(value))
          return Reason{"a constant operand is not stored densely or holds NaN "
                        "or infinity"};
        return Reason{missingRangeText(value), /*missingRange=*/true};
      }
      break;
    case OperandRole::Weight:
      if (std::optional<Reason> reason =
              refuseWeight(op, spec, operand.getOperandNumber()))
        return reason;
      break;
    case OperandRole::Bias: {
      ConstOp constant = getConstant(value);
      if (!constant || !isFloatTensor(value.getType()))
        return Reason{"its bias is not a float32 constant"};
      if (!getConstantRange(constant))
        return Reason{"its bias is not stored densely or holds NaN or "
                      "infinity"};
      break;
    }
    case OperandRole::State:
    case OperandRole::Other:
      return Reason{"operand " + std::to_string(operand.getOperandNumber()) +
                    " needs parameters from inside the op, which calibration "
                    "does not observe"};
    }
  }
  return std::nullopt;
}

std::optional<QuantizationPlan::Reason>
QuantizationPlan::refuseForm(const QuantSpec &spec) const {
  bool isWide = options.activations == ActivationType::Int16;
  int version = isWide ? spec.int16Version : spec.int8Version;
  if (spec.rule == ScaleRule::None || version == 0)
    return Reason{"the format defines no int" + std::to_string(getWidth()) +
                  " form of it"};
  if (isWide && !spec.int16Caveat.empty())
    return Reason{spec.int16Caveat.str()};
  return std::nullopt;
}

std::optional<QuantizationPlan::Reason>
QuantizationPlan::refuse(Operation *op) {
  auto quantizable = dyn_cast<QuantizableOp>(op);
  if (!quantizable)
    return Reason{"the operator is carried as it is"};
  const QuantSpec &spec = quantizable.getQuantSpec();
  if (isa<AssignVariableOp, ReadVariableOp>(op))
    return Reason{"it belongs to a variable, whose contents calibration does "
                  "not observe"};
  if (std::optional<Reason> reason = refuseForm(spec))
    return reason;
  if (options.filter)
    if (StringRef reason = options.filter->getReasonToSkip(op); !reason.empty())
      return Reason{reason.str()};
  if (std::optional<Reason> reason = refuseOperands(op, spec))
    return reason;
  ScaleRule rule = getRule(op);
  for (Value result : op->getResults()) {
    if (rule == ScaleRule::InputsOnly)
      continue;
    if (!isFloatTensor(result.getType()))
      return Reason{"its result is not float32"};
    if ((rule == ScaleRule::Free || rule == ScaleRule::SameAsOutput) &&
        !getRange(result))
      return Reason{missingRangeText(result), /*missingRange=*/true};
  }
  return refuseScales(op, spec);
}

std::optional<QuantizationPlan::Reason>
QuantizationPlan::refuseScales(Operation *op, const QuantSpec &spec) const {
  if (!spec.limitsScales())
    return std::nullopt;
  float input = 0.0f;
  for (auto [index, operand] : llvm::enumerate(op->getOperands()))
    if (spec.getRole(index) == OperandRole::Activation)
      input = std::max(input, getOwnParams(findRoot(operand))->scale);
  if (spec.maxInputScale > 0.0 && input >= spec.maxInputScale)
    return Reason{"its kernels fail on scales from " +
                  std::to_string(static_cast<int>(spec.maxInputScale)) +
                  " on, and that of an input is " + std::to_string(input)};
  if (spec.maxScaleRatio > 0.0 &&
      input > spec.maxScaleRatio * getOwnParams(op->getResult(0))->scale)
    return Reason{"the scale of its input is more than " +
                  std::to_string(static_cast<int>(spec.maxScaleRatio)) +
                  " times that of its result"};
  if (spec.minConstantShare > 0.0 &&
      !isOfOneMagnitude(op->getOperand(1), spec.minConstantShare))
    return Reason{"its kernels are wrong unless operand 1 is a constant whose "
                  "elements are of about one magnitude"};
  return std::nullopt;
}

/// Ops that only move data are worth an integer form where a neighbour has one:
/// drops those that no chain of such ops connects to an op that computes.
void QuantizationPlan::keepOnlyAnchored(ArrayRef<Operation *> candidates) {
  DenseSet<Operation *> candidateSet(candidates.begin(), candidates.end());
  SmallVector<Operation *> worklist;
  for (Operation *op : candidates)
    if (ScaleRule rule = cast<QuantizableOp>(op).getQuantSpec().rule;
        !sharesScale(rule) && rule != ScaleRule::InputsOnly)
      worklist.push_back(op);
  DenseSet<Operation *> anchored(worklist.begin(), worklist.end());
  while (!worklist.empty()) {
    Operation *op = worklist.pop_back_val();
    auto visit = [&](Operation *neighbour) {
      if (neighbour && candidateSet.contains(neighbour) &&
          anchored.insert(neighbour).second)
        worklist.push_back(neighbour);
    };
    for (Operation *user : op->getUsers())
      visit(user);
    // An op that takes integers but gives none does not pull its producer in.
    if (getRule(op) == ScaleRule::InputsOnly)
      continue;
    for (Value operand : op->getOperands())
      visit(operand.getDefiningOp());
  }
  for (Operation *op : candidates) {
    if (anchored.contains(op))
      quantized.insert(op);
  }
}

QuantizationPlan::QuantizationPlan(func::FuncOp func, const Options &options)
    : context(func.getContext()), options(options) {
  SmallVector<Operation *> candidates;
  for (Operation &op : func.getBody().front()) {
    if (isa<ConstOp, VariableOp, NoValueOp>(op) ||
        op.hasTrait<OpTrait::IsTerminator>() ||
        getRule(&op) == ScaleRule::Conversion)
      continue;
    std::optional<ActivationType> wanted = LayerRecipe::get(&op).activations;
    // What moves the result of an op goes with it.
    bool follows = options.onlyRecipes && !wanted &&
                   getRule(&op) == ScaleRule::SameAsInput &&
                   quantized.contains(getDataOperand(&op).getDefiningOp());
    if (wanted.has_value() ? *wanted != options.activations
                           : options.onlyRecipes && !follows)
      continue;
    auto isFloat = [](Value value) { return isFloatTensor(value.getType()); };
    if (llvm::none_of(op.getOperands(), isFloat) &&
        llvm::none_of(op.getResults(), isFloat))
      continue;
    if (std::optional<Reason> reason = refuse(&op)) {
      if (!follows)
        refusals.push_back({&op, reason->text, reason->missingRange});
      continue;
    }
    candidates.push_back(&op);
    quantized.insert(&op);
    // Known while the plan is built, so that hasParameters can look through.
    if (getRule(&op) == ScaleRule::SameAsInput &&
        !getConstant(getDataOperand(&op)))
      for (Value result : op.getResults())
        alias[result] = getDataOperand(&op);
  }
  quantized.clear();
  keepOnlyAnchored(candidates);
  DenseSet<Operation *> refused;
  for (Operation *op : candidates) {
    if (quantized.contains(op))
      continue;
    refusals.push_back({op, "it moves data between ops that stay float",
                        /*missingRange=*/false});
    for (Value result : op->getResults())
      alias.erase(result);
  }
  llvm::sort(refusals, [](const Refusal &lhs, const Refusal &rhs) {
    return lhs.op->isBeforeInBlock(rhs.op);
  });
  shareParameters(func);
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

Value QuantizationPlan::findRoot(Value value) const {
  for (auto it = alias.find(value); it != alias.end(); it = alias.find(value))
    value = it->second;
  return value;
}

std::optional<AffineParams> QuantizationPlan::getOwnParams(Value root) const {
  if (ConstOp constant = getConstant(root)) {
    if (!isFloatTensor(root.getType()))
      return std::nullopt;
    if (getWidth() == 8)
      if (std::optional<AffineParams> trained = getTrainedParams(root))
        return trained;
    if (auto range = getConstantRange(constant))
      return chooseActivationParams(range->first, range->second, getWidth());
    return std::nullopt;
  }
  if (quant::UniformQuantizedType type = getDequantizedType(root))
    return AffineParams{static_cast<float>(type.getScale()),
                        type.getZeroPoint()};
  Operation *op = root.getDefiningOp();
  if (op && quantized.contains(op)) {
    const QuantSpec &spec = cast<QuantizableOp>(op).getQuantSpec();
    ScaleRule rule = getRule(op);
    if (rule == ScaleRule::FixedOutput && getWidth() == 16)
      return AffineParams{static_cast<float>(spec.int16Scale), 0};
    if (rule == ScaleRule::FixedOutput)
      return AffineParams{static_cast<float>(spec.int8Scale),
                          spec.int8ZeroPoint};
    if (rule == ScaleRule::SameAsInput)
      return getOwnParams(getDataOperand(op));
  }
  auto range = getRange(root);
  if (!range)
    return std::nullopt;
  if (op && quantized.contains(op) &&
      cast<QuantizableOp>(op).getQuantSpec().storedZero)
    return chooseSymmetricParams(*range);
  if (getWidth() == 8)
    if (std::optional<AffineParams> trained = getTrainedParams(root))
      return trained;
  if (op && quantized.contains(op) && isTiedByWidth(op))
    for (Value operand : op->getOperands())
      if (auto other = getRange(operand))
        range = {std::min(range->first, other->first),
                 std::max(range->second, other->second)};
  return chooseActivationParams(range->first, range->second, getWidth());
}

/// Parameters with zero point 0.
AffineParams
QuantizationPlan::chooseSymmetricParams(std::pair<float, float> range) const {
  return {chooseSymmetricScale(
              std::max(std::abs(range.first), std::abs(range.second)),
              llvm::maxIntN(getWidth())),
          /*zeroPoint=*/0};
}

/// Whether operands and result of `op` share parameters only because kernels of
/// this width want it: a computation, whose result may have a smaller range
/// than the operands.
bool QuantizationPlan::isTiedByWidth(Operation *op) const {
  return sharesScale(getRule(op)) &&
         !sharesScale(cast<QuantizableOp>(op).getQuantSpec().rule);
}

bool QuantizationPlan::hasParameters(Value value) const {
  return getOwnParams(findRoot(value)).has_value();
}

quant::UniformQuantizedType QuantizationPlan::getType(Value value) const {
  return getActivationType(context, getWidth(), *getOwnParams(findRoot(value)));
}

quant::UniformQuantizedType
QuantizationPlan::getOperandType(OpOperand &operand) const {
  Operation *op = operand.getOwner();
  if (getRule(op) == ScaleRule::SameAsOutput)
    return getType(op->getResult(0));
  if (!cast<QuantizableOp>(op).getQuantSpec().storedZero)
    return getType(operand.get());
  AffineParams own = *getOwnParams(findRoot(operand.get()));
  if (own.zeroPoint == 0)
    return getType(operand.get());
  // The other integers hold no more than the ends of these.
  float low = own.scale * (llvm::minIntN(getWidth()) - own.zeroPoint);
  float high = own.scale * (llvm::maxIntN(getWidth()) - own.zeroPoint);
  return getActivationType(context, getWidth(),
                           chooseSymmetricParams({low, high}));
}

/// Whether nothing but `join` sees `value`, directly or through ops that pass
/// its parameters on.
bool QuantizationPlan::isUsedOnlyBy(Value value, Operation *join) const {
  return llvm::all_of(value.getUsers(), [&](Operation *user) {
    return user == join ||
           (isQuantized(user) && getRule(user) == ScaleRule::SameAsInput &&
            getDataOperand(user) == value &&
            llvm::all_of(user->getResults(), [&](Value result) {
              return isUsedOnlyBy(result, join);
            }));
  });
}

/// Whether the producer of `root` may use the parameters of `result`, which
/// `join` computes from it: its parameters must be free, and either the range
/// of the result must cover its own, or nobody else must look.
bool QuantizationPlan::canAdopt(Value root, Value result,
                                Operation *join) const {
  if (getConstant(root) || getDequantizedType(root))
    return false;
  Operation *producer = root.getDefiningOp();
  if (producer && isQuantized(producer) &&
      (getRule(producer) == ScaleRule::FixedOutput ||
       cast<QuantizableOp>(producer).getQuantSpec().storedZero ||
       StatefulForms::handles(producer)))
    return false;
  // Other parameters than those that were checked.
  if (cast<QuantizableOp>(join).getQuantSpec().storedZero)
    return false;
  auto limits = [&](Operation *op) {
    return op && isQuantized(op) &&
           cast<QuantizableOp>(op).getQuantSpec().limitsScales();
  };
  if (limits(producer) || llvm::any_of(root.getUsers(), limits))
    return false;
  // What others read keeps what training chose.
  if (getWidth() == 8 && getTrainedParams(root))
    return isUsedOnlyBy(root, join);
  auto own = getRange(root);
  auto wanted = getRange(findRoot(result));
  if (own && wanted && wanted->first <= std::min(own->first, 0.0f) &&
      wanted->second >= std::max(own->second, 0.0f))
    return true;
  return isUsedOnlyBy(root, join);
}

/// Joins need all operands in the parameters of their result. Going from the
/// results to the inputs, each group is closed before a producer is asked to
/// enter it, and each producer enters one group at most.
void QuantizationPlan::shareParameters(func::FuncOp func) {
  for (Operation &op : llvm::reverse(func.getBody().front())) {
    if (!isQuantized(&op) || getRule(&op) != ScaleRule::SameAsOutput)
      continue;
    const QuantSpec &spec = cast<QuantizableOp>(op).getQuantSpec();
    Value result = op.getResult(0);
    for (OpOperand &operand : op.getOpOperands()) {
      if (spec.getRole(operand.getOperandNumber()) != OperandRole::Activation)
        continue;
      Value root = findRoot(operand.get());
      if (root != findRoot(result) && canAdopt(root, result, &op))
        alias[root] = result;
    }
  }
}

ArrayRef<float> QuantizationPlan::getWeightScales(Operation *op) const {
  return weightScales.find(op)->second;
}

int QuantizationPlan::getWeightAxis(Operation *op) const {
  if (getWeightScales(op).size() == 1)
    return -1;
  return cast<QuantizableOp>(op).getQuantSpec().weightAxis;
}
