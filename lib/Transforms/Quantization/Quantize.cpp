//===- Quantize.cpp - Static quantization -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StatefulForms.h"
#include "StoredWeights.h"
#include "Weights.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/Remarks.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Dialect/Mopt/IR/QuantOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/RequantizeOption.h"
#include "mopt/Transforms/Quantization/LayerRecipe.h"
#include "mopt/Transforms/Quantization/Passes.h"
#include "mopt/Transforms/Quantization/Plan.h"
#include "mopt/Transforms/Utils/TrainedParameters.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_QUANTIZEPASS
#include "mopt/Transforms/Quantization/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// Carries out a plan on one function.
class FunctionQuantizer {
public:
  FunctionQuantizer(func::FuncOp func, const QuantizationPlan &plan,
                    QuantizedIO io, bool keepsRanges)
      : func(func), plan(plan), io(io), keepsRanges(keepsRanges),
        context(func.getContext()), constants(context),
        suffix(("_int" + Twine(plan.getWidth())).str()) {}

  void run();

private:
  Value getTwin(Value value, quant::UniformQuantizedType type);
  Value convert(Value value, quant::UniformQuantizedType type,
                const Twine &suffix);
  void quantizeOp(Operation *op);
  SmallVector<Value> quantizeOperands(Operation *op);
  SmallVector<float> chooseWeightScales(Operation *op, ConstOp bias,
                                        float inputScale);
  void keepFloatUses(Operation *op);
  void quantizeArguments();
  void quantizeResults();
  void changeArgument(BlockArgument argument);
  void setInfo(Value value, Value original, const Twine &suffix);

  func::FuncOp func;
  const QuantizationPlan &plan;
  QuantizedIO io;
  /// What is made float again keeps its range: ops of another width choose
  /// their parameters by it.
  bool keepsRanges;
  MLIRContext *context;
  ConstQuantizer constants;
  /// Integer types of the arguments, null where there is none. The plan knows
  /// nothing of them any more once the ops are gone.
  SmallVector<quant::UniformQuantizedType> argumentTypes;
  /// Of the names of integer twins.
  std::string suffix;
  /// The integer values that stand for a float value, by type.
  DenseMap<std::pair<Value, Type>, Value> twins;
};

/// Where ADD and SUB say that int16 scales are powers of two.
constexpr StringLiteral kPowerOfTwoAttr = "pot_scale_int16";

RankedTensorType withElementType(Value value, Type elementType) {
  auto type = cast<RankedTensorType>(value.getType());
  return RankedTensorType::get(type.getShape(), elementType,
                               type.getEncoding());
}

/// Accumulators hold the bias and the sum of `depth` products; the bias may use
/// what the largest such sum leaves of them, and half of it at least. Those of
/// int16 activations are requantised by kernels that take 48 bits.
double getBiasLimit(double depth, unsigned width) {
  double largest = width == 8 ? INT32_MAX : llvm::maxIntN(48);
  double product = (width == 8 ? 255.0 : 32768.0) * kWeightQMax;
  return std::max(largest - depth * product, largest / 2);
}

} // namespace

/// What the file says of `original`, less the range, for another tensor that
/// holds the same values.
void FunctionQuantizer::setInfo(Value value, Value original,
                                const Twine &suffix) {
  TensorAttr info = getTensorInfo(original);
  if (!info)
    return;
  if (info.getName())
    info = withName(context, info, info.getName().getValue() + suffix);
  setTensorInfo(value, withoutParameters(context, info));
}

/// `value` (float32, or integers in other parameters) as `type`.
Value FunctionQuantizer::convert(Value value, quant::UniformQuantizedType type,
                                 const Twine &suffix) {
  OpBuilder builder(context);
  builder.setInsertionPointAfterValue(value);
  auto op = QuantizeOp::create(builder, value.getLoc(),
                               withElementType(value, type), value);
  setInfo(op.getResult(), value, suffix);
  return op.getResult();
}

/// The integer value of `type` that stands for the float value `value`, made
/// where there is none yet.
Value FunctionQuantizer::getTwin(Value value,
                                 quant::UniformQuantizedType type) {
  Value &twin = twins[{value, type}];
  if (twin)
    return twin;
  if (ConstOp constant = getConstant(value))
    return twin = constants.quantizeActivation(constant, type).getResult();
  quant::UniformQuantizedType own = plan.getType(value);
  if (own != type) {
    // `twin` would dangle when the map grows.
    Value made = convert(getTwin(value, own), type, "_requantized");
    return twins[{value, type}] = made;
  }
  if (auto dequantize = dyn_cast_or_null<DequantizeOp>(value.getDefiningOp()))
    if (cast<RankedTensorType>(dequantize.getInput().getType())
            .getElementType() == type)
      return twin = dequantize.getInput();
  return twin = convert(value, type, suffix);
}

/// Scales of the weights of `op`. Where a bias does not fit into its integers
/// with `s_input * s_weight`, that weight scale is raised until it does: the
/// channel loses weight resolution, which matters less than a clipped bias.
SmallVector<float> FunctionQuantizer::chooseWeightScales(Operation *op,
                                                         ConstOp bias,
                                                         float inputScale) {
  SmallVector<float> scales(plan.getWeightScales(op));
  if (!bias)
    return scales;

  std::optional<ConstBytes> bytes = ConstBytes::read(bias);
  ArrayRef<float> values = bytes->as<float>();
  auto weighted = cast<WeightedOp>(op);
  auto weight = cast<RankedTensorType>(
      op->getOperand(weighted.getWeightOperands().front()).getType());
  double depth =
      static_cast<double>(weight.getNumElements()) /
      std::max<int64_t>(1, weight.getDimSize(weighted.getOutputChannelAxis()));
  double limit = getBiasLimit(depth, plan.getWidth());
  unsigned raised = 0;
  for (auto [channel, value] : llvm::enumerate(values)) {
    float &scale = scales[scales.size() == 1 ? 0 : channel];
    double needed = std::abs(static_cast<double>(value)) / limit;
    if (static_cast<double>(inputScale) * scale >= needed)
      continue;
    // A channel of (nearly) nothing but zeros has no resolution to lose.
    raised += scale > chooseSymmetricScale(0.0, kWeightQMax);
    scale = std::nextafter(static_cast<float>(needed / inputScale),
                           std::numeric_limits<float>::infinity());
  }
  if (raised)
    remark::missed(op->getLoc(),
                   remark::RemarkOpts::name("BiasRange").category("quantize"))
        << describeOp(op)
        << ": raised weight scales because the bias does not fit into " +
               std::string(plan.getBiasWidth() == 32 ? "int32" : "int64")
        << remark::metric("raised", raised)
        << remark::metric("channels", scales.size());
  return scales;
}

SmallVector<Value> FunctionQuantizer::quantizeOperands(Operation *op) {
  const QuantSpec &spec = cast<QuantizableOp>(op).getQuantSpec();
  SmallVector<Value> operands(op->getOperands());
  float inputScale = 0.0f;
  SmallVector<float> biasScales;
  std::optional<unsigned> biasIndex;
  ConstOp bias;
  for (auto [index, role] : llvm::enumerate(spec.roles))
    if (role == OperandRole::Bias) {
      biasIndex = index;
      if (index < op->getNumOperands())
        bias = getConstant(op->getOperand(index));
    }

  // Roles are visited activation first: weights need its scale, biases both.
  for (OpOperand &operand : op->getOpOperands()) {
    unsigned index = operand.getOperandNumber();
    if (spec.getRole(index) != OperandRole::Activation)
      continue;
    quant::UniformQuantizedType type = plan.getOperandType(operand);
    operands[index] = getTwin(operand.get(), type);
    if (inputScale == 0.0f)
      inputScale = static_cast<float>(type.getScale());
  }
  int64_t channels = 0;
  for (unsigned index = 0; index < operands.size(); ++index) {
    if (spec.getRole(index) != OperandRole::Weight)
      continue;
    ConstOp weight = getConstant(op->getOperand(index));
    if (!weight)
      weight = widenStoredWeight(getStoredWeight(op->getOperand(index)));
    channels =
        cast<RankedTensorType>(weight.getType()).getDimSize(spec.weightAxis);
    SmallVector<float> scales = chooseWeightScales(op, bias, inputScale);
    for (float scale : scales)
      biasScales.push_back(inputScale * scale);
    operands[index] =
        constants.quantizeWeight(weight, scales, plan.getWeightAxis(op))
            .getResult();
  }
  if (!biasIndex)
    return operands;
  if (bias) {
    operands[*biasIndex] =
        constants.quantizeBias(bias, biasScales, plan.getBiasWidth())
            .getResult();
  } else if (spec.needsBias) {
    OpBuilder builder(op);
    Value zero = constants
                     .createZeroBias(builder, op->getLoc(), channels,
                                     biasScales, plan.getBiasWidth(),
                                     getTensorName(op->getResult(0)) + "_bias")
                     .getResult();
    if (*biasIndex < operands.size())
      operands[*biasIndex] = zero;
    else
      operands.push_back(zero);
  }
  return operands;
}

void FunctionQuantizer::quantizeOp(Operation *op) {
  SmallVector<Value> operands =
      StatefulForms::handles(op)
          ? StatefulForms(constants).makeOperands(
                op,
                getTwin(op->getOperand(0),
                        plan.getOperandType(op->getOpOperand(0))),
                plan.getType(op->getResult(0)))
          : quantizeOperands(op);
  bool quantizesResults = plan.getRule(op) != ScaleRule::InputsOnly;
  Operation *replacement = OpBuilder(op).clone(*op);
  replacement->setOperands(operands);
  if (quantizesResults)
    for (Value result : replacement->getResults())
      result.setType(withElementType(
          result, plan.getType(op->getResult(
                      cast<OpResult>(result).getResultNumber()))));
  if (StatefulForms::handles(op))
    StatefulForms::setAttributes(replacement);
  // The version follows from the new types.
  replacement->removeAttr(kVersionAttr);
  if (plan.getWidth() == 16 && replacement->hasAttr(kPowerOfTwoAttr))
    replacement->setAttr(kPowerOfTwoAttr, BoolAttr::get(context, false));
  for (auto [result, twin] :
       llvm::zip_equal(op->getResults(), replacement->getResults())) {
    if (quantizesResults) {
      setInfo(twin, result, "");
      twins[{result, plan.getType(result)}] = twin;
    } else {
      result.replaceAllUsesWith(twin);
    }
  }
}

/// Copies the range of `original` to `value`.
static void keepRange(Value value, Value original) {
  TensorAttr from = getTensorInfo(original);
  if (from && from.getMin())
    setTensorInfo(value, withRange(value.getContext(), getTensorInfo(value),
                                   from.getMin(), from.getMax()));
}

/// Gives the uses of the results of `op` that stay float a dequantised value.
/// It takes the tensor's name where it leaves the function, so that names of
/// model outputs do not change.
void FunctionQuantizer::keepFloatUses(Operation *op) {
  for (Value result : op->getResults()) {
    auto isFloatUse = [&](OpOperand &use) {
      return !plan.isQuantized(use.getOwner());
    };
    if (llvm::none_of(result.getUses(), isFloatUse))
      continue;
    auto leaves = [](Operation *user) {
      return user->hasTrait<OpTrait::IsTerminator>();
    };
    bool isOutput = llvm::any_of(result.getUsers(), leaves);
    Value twin = twins.lookup({result, plan.getType(result)});
    OpBuilder builder(context);
    builder.setInsertionPointAfterValue(twin);
    auto dequantize =
        DequantizeOp::create(builder, op->getLoc(), result.getType(), twin);
    setInfo(dequantize.getResult(), result, isOutput ? "" : "_float");
    if (keepsRanges)
      keepRange(dequantize.getResult(), result);
    if (isOutput)
      setInfo(twin, result, suffix);
    result.replaceUsesWithIf(dequantize.getResult(), isFloatUse);
  }
}

/// Makes the entry argument an integer: the integer twin itself, or uint8 with
/// a conversion that moves the zero point.
void FunctionQuantizer::changeArgument(BlockArgument argument) {
  Value twin;
  for (Operation *user : argument.getUsers())
    if (auto quantize = dyn_cast<QuantizeOp>(user))
      if (cast<RankedTensorType>(quantize.getType()).getElementType() ==
          argumentTypes[argument.getArgNumber()])
        twin = quantize.getResult();
  OpBuilder builder(context);
  builder.setInsertionPointToStart(&func.getBody().front());
  quant::UniformQuantizedType own = argumentTypes[argument.getArgNumber()];
  TensorAttr info = getTensorInfo(argument);
  auto isFloatUse = [&](OpOperand &use) {
    return !twin || use.getOwner() != twin.getDefiningOp();
  };
  Type floatType = argument.getType();
  bool hasFloatUses = llvm::any_of(argument.getUses(), isFloatUse);
  Type elementType = io == QuantizedIO::UInt8
                         ? getUInt8Type(own)
                         : quant::UniformQuantizedType(own);
  Location loc = argument.getLoc();
  if (hasFloatUses) {
    auto dequantize = DequantizeOp::create(builder, loc, floatType, argument);
    if (info && info.getName())
      setTensorInfo(dequantize.getResult(),
                    withName(context, withoutParameters(context, info),
                             info.getName().getValue() + "_float"));
    argument.replaceUsesWithIf(dequantize.getResult(), [&](OpOperand &use) {
      return isFloatUse(use) && use.getOwner() != dequantize;
    });
  }
  argument.setType(withElementType(argument, elementType));
  if (twin && io != QuantizedIO::UInt8) {
    twin.replaceAllUsesWith(argument);
    twin.getDefiningOp()->erase();
  }
  if (info)
    setTensorInfo(argument, withoutParameters(context, info));
}

void FunctionQuantizer::quantizeArguments() {
  for (BlockArgument argument : func.getArguments()) {
    if (!isFloatTensor(argument.getType()))
      continue;
    if (!argumentTypes[argument.getArgNumber()]) {
      emitRemark(func.getLoc())
          << "input " << argument.getArgNumber() << " '"
          << getTensorName(argument)
          << "' stays float32: it has no range; run mopt-calibrate";
      continue;
    }
    changeArgument(argument);
  }
}

void FunctionQuantizer::quantizeResults() {
  Operation *terminator = func.getBody().front().getTerminator();
  for (OpOperand &operand : terminator->getOpOperands()) {
    Value value = operand.get();
    if (!isFloatTensor(value.getType()))
      continue;
    auto dequantize = dyn_cast_or_null<DequantizeOp>(value.getDefiningOp());
    if (!dequantize || !isQuantized(dequantize.getInput().getType())) {
      emitRemark(func.getLoc()) << "output " << operand.getOperandNumber()
                                << " '" << getTensorName(value)
                                << "' stays float32: no integer op computes it";
      continue;
    }
    Value integer = dequantize.getInput();
    auto int8 = cast<quant::UniformQuantizedType>(
        cast<RankedTensorType>(integer.getType()).getElementType());
    if (io == QuantizedIO::UInt8 && int8.isSigned()) {
      OpBuilder builder(terminator);
      auto convert = QuantizeOp::create(
          builder, value.getLoc(), withElementType(integer, getUInt8Type(int8)),
          integer);
      setInfo(convert.getResult(), value, "");
      integer = convert.getResult();
    } else if (integer.getDefiningOp()) {
      setInfo(integer, value, "");
    }
    operand.set(integer);
    if (dequantize.use_empty())
      dequantize.erase();
    else
      setInfo(dequantize.getResult(), value, "_float");
  }
}

void FunctionQuantizer::run() {
  for (BlockArgument argument : func.getArguments())
    argumentTypes.push_back(isFloatTensor(argument.getType()) &&
                                    plan.hasParameters(argument)
                                ? plan.getType(argument)
                                : quant::UniformQuantizedType());
  SmallVector<Operation *> ops;
  for (Operation &op : func.getBody().front())
    if (plan.isQuantized(&op))
      ops.push_back(&op);
  for (Operation *op : ops)
    quantizeOp(op);
  for (Operation *op : ops)
    if (plan.getRule(op) != ScaleRule::InputsOnly)
      keepFloatUses(op);
  for (Operation *op : llvm::reverse(ops))
    op->erase();
  if (io != QuantizedIO::Float) {
    quantizeArguments();
    quantizeResults();
  }
  func.setType(FunctionType::get(
      context, func.getBody().front().getArgumentTypes(),
      func.getBody().front().getTerminator()->getOperandTypes()));
  // What is float now keeps its range, but no integers of its own.
  auto forget = [&](Value value) {
    if (!isFloatTensor(value.getType()) || !getTrainedParams(value))
      return;
    TensorAttr info = getTensorInfo(value);
    setTensorInfo(value, withRange(context, withoutParameters(context, info),
                                   info.getMin(), info.getMax()));
  };
  for (BlockArgument argument : func.getArguments())
    forget(argument);
  for (Operation &op : func.getBody().front())
    for (Value result : op.getResults())
      forget(result);
  // Float constants that nothing reads any more would be exported too.
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(func.getBody().front())))
    if (op.use_empty() &&
        (isa<ConstOp, NoValueOp, VariableOp>(op) ||
         (op.getNumResults() == 1 && getStoredWeight(op.getResult(0)))))
      op.erase();
}

/// Integers that are made floats only to become other integers are converted at
/// once.
static void joinConversions(func::FuncOp func) {
  for (auto quantize : func.getOps<QuantizeOp>()) {
    auto dequantize = quantize.getInput().getDefiningOp<DequantizeOp>();
    if (!dequantize)
      continue;
    auto type = cast<RankedTensorType>(dequantize.getInput().getType());
    if (isa<quant::UniformQuantizedType>(type.getElementType()))
      quantize->setOperand(0, dequantize.getInput());
  }
  for (auto dequantize :
       llvm::make_early_inc_range(func.getOps<DequantizeOp>())) {
    if (dequantize.use_empty())
      dequantize.erase();
    else if (TensorAttr info = getTensorInfo(dequantize.getResult()))
      setTensorInfo(dequantize.getResult(),
                    withRange(func.getContext(), info, {}, {}));
  }
}

namespace {

struct QuantizePass : public mlir::mopt::impl::QuantizePassBase<QuantizePass> {
  using QuantizePassBase::QuantizePassBase;

  void runOnOperation() override {
    FailureOr<OpFilter> filter = OpFilter::create(
        getOperation(), getArgument(), {exclude, only, excludeOps, onlyOps});
    if (failed(filter))
      return signalPassFailure();
    if (!requantize.empty()) {
      FailureOr<RequantizeMode> mode =
          readRequantizeOption(getOperation(), requantize);
      if (failed(mode))
        return signalPassFailure();
      getOperation()->setAttr(kRequantizeAttr,
                              RequantizeModeAttr::get(&getContext(), *mode));
    }
    QuantizedIO other = activations == ActivationType::Int8 ? QuantizedIO::Int16
                                                            : QuantizedIO::Int8;
    if (io == other ||
        (io == QuantizedIO::UInt8 && activations != ActivationType::Int8)) {
      getOperation().emitError()
          << getArgument() << ": the element type that 'io' gives inputs and "
          << "outputs must be float or that of 'activations'";
      return signalPassFailure();
    }
    bool isEntry = true;
    for (auto func : getOperation().getOps<func::FuncOp>()) {
      if (func.isExternal())
        continue;
      if (failed(runOnFunction(func, isEntry,
                               {granularity, activations, &*filter})))
        return signalPassFailure();
      isEntry = false;
    }
    dropRecipes(getOperation());
  }

  /// Ops of the other width first, for which a recipe asks; then the rest,
  /// which sees them as float between conversions.
  LogicalResult runOnFunction(func::FuncOp func, bool isEntry,
                              QuantizationPlan::Options options) {
    ActivationType other = activations == ActivationType::Int8
                               ? ActivationType::Int16
                               : ActivationType::Int8;
    bool isMixed = llvm::any_of(func.getOps(), [&](Operation &op) {
      return LayerRecipe::get(&op).activations == other;
    });
    if (isMixed) {
      QuantizationPlan::Options first = options;
      first.activations = other;
      first.onlyRecipes = true;
      if (failed(carryOut(func, QuantizedIO::Float, first)))
        return failure();
    }
    if (failed(carryOut(func, isEntry ? QuantizedIO(io) : QuantizedIO::Float,
                        options)))
      return failure();
    if (isMixed)
      joinConversions(func);
    return success();
  }

  LogicalResult carryOut(func::FuncOp func, QuantizedIO edges,
                         const QuantizationPlan::Options &options) {
    QuantizationPlan plan(func, options);
    for (const QuantizationPlan::Refusal &refusal : plan.getRefusals()) {
      InFlightDiagnostic diagnostic =
          strict ? mlir::emitError(refusal.op->getLoc())
                 : mlir::emitRemark(refusal.op->getLoc());
      diagnostic << describeOp(refusal.op)
                 << " stays float: " << refusal.reason;
    }
    if (strict && !plan.getRefusals().empty())
      return failure();
    FunctionQuantizer(func, plan, edges, options.onlyRecipes).run();
    return success();
  }
};

} // namespace
