//===- StatefulForms.cpp - Integer forms of ops that remember -------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StatefulForms.h"

#include "StoredWeights.h"
#include "mopt/Dialect/Mopt/IR/LSTMOperands.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// Bits of SVDF's time weights: products with a state of 16 bits are added up
/// in 32.
constexpr int64_t kTimeWeightMax = 511;

std::optional<LSTMLayer> getLSTM(Operation *op) {
  if (auto sequence = dyn_cast<UnidirectionalSequenceLSTMOp>(op))
    return getLSTMLayers(sequence).front();
  if (auto step = dyn_cast<LSTMOp>(op))
    if (step.getKernelType() == LSTMKernel::FULL)
      return getLSTMLayers(step).front();
  return std::nullopt;
}

ArrayRef<float> getFloats(Value value, std::optional<ConstBytes> &storage) {
  storage = ConstBytes::read(value.getDefiningOp<ConstOp>());
  return storage->as<float>();
}

float getMagnitude(Value constant) {
  std::optional<ConstBytes> storage;
  ArrayRef<float> values = getFloats(constant, storage);
  return getChannelMagnitudes(
             values, ChannelView({static_cast<int64_t>(values.size())}, -1))
      .front();
}

/// Sums of the magnitudes of the rows of a matrix.
SmallVector<double> getRowSums(Value constant) {
  std::optional<ConstBytes> storage;
  ArrayRef<float> values = getFloats(constant, storage);
  int64_t rows = cast<RankedTensorType>(constant.getType()).getDimSize(0);
  SmallVector<double> sums(rows, 0.0);
  for (auto [i, value] : llvm::enumerate(values))
    sums[i / (values.size() / rows)] += std::abs(static_cast<double>(value));
  return sums;
}

/// The largest magnitude that integers of `type` stand for.
double getBound(quant::UniformQuantizedType type) {
  auto distance = [&](int64_t end) {
    return std::abs(static_cast<double>(end - type.getZeroPoint()));
  };
  return type.getScale() * std::max(distance(type.getStorageTypeMin()),
                                    distance(type.getStorageTypeMax()));
}

quant::UniformQuantizedType getInt16Type(MLIRContext *context, double scale) {
  return getActivationType(context, 16, {static_cast<float>(scale), 0});
}

double getScale(Value value) { return getQuantParams(value.getType()).scale(); }

/// Why `value` cannot be a state that is made anew; empty if it can.
std::string getReasonAgainstState(Value value) {
  if (!value.getDefiningOp<VariableOp>() || !value.hasOneUse())
    return "its state is not its own";
  return "";
}

std::string getReasonAgainstConstants(ArrayRef<Value> constants) {
  for (Value value : constants)
    if (value && !isa<NoneType>(value.getType()))
      if (std::string reason = getReasonToKeepFloat(value); !reason.empty())
        return "of its constants, " + reason;
  return "";
}

/// The state `value` with elements of `type`.
Value retypeState(Value value, Type type) {
  auto variable = value.getDefiningOp<VariableOp>();
  auto old = cast<RankedTensorType>(value.getType());
  auto replacement = cast<VariableOp>(OpBuilder(variable).clone(*variable));
  replacement.getResult().setType(RankedTensorType::get(old.getShape(), type));
  if (TensorAttr info = getTensorInfo(value))
    setTensorInfo(replacement.getResult(),
                  withRange(value.getContext(), info, {}, {}));
  return replacement.getResult();
}

/// A scale of 8-bit weights with which `bias`, if there is one, fits into 32
/// bits: half of them, the rest is the products'.
float chooseScaleWithBias(float magnitude, Value bias, double inputScale) {
  float scale = chooseSymmetricScale(magnitude, kWeightQMax);
  if (!bias)
    return scale;
  double needed = getMagnitude(bias) / (0.5 * INT32_MAX) / inputScale;
  return needed <= scale
             ? scale
             : std::nextafter(static_cast<float>(needed),
                              std::numeric_limits<float>::infinity());
}

/// A bound of an LSTM's cell state: what a gate lets through at most, added up
/// over the steps from a state of zeros.
double getCellBound(LSTMLayer &layer, double input, double output,
                    double largest) {
  auto getGate = [&](LSTMGate gate) {
    SmallVector<double> inputs =
        getRowSums(layer.get(lstm::inputWeights(gate)));
    SmallVector<double> outputs =
        getRowSums(layer.get(lstm::recurrentWeights(gate)));
    std::optional<ConstBytes> storage;
    ArrayRef<float> bias = getFloats(layer.get(lstm::gateBias(gate)), storage);
    double bound = -std::numeric_limits<double>::infinity();
    for (size_t i = 0; i < bias.size(); ++i)
      bound = std::max(
          bound, inputs[i] * input + outputs[i] * output +
                     (gate == LSTMGate::Cell ? std::abs(bias[i]) : bias[i]));
    return bound;
  };
  auto sigmoid = [](double x) { return 1.0 / (1.0 + std::exp(-x)); };
  double bound = largest;
  double cell = std::tanh(getGate(LSTMGate::Cell));
  // A mean of the last state and a value of the cell gate.
  if (layer.isCoupled())
    bound = cell;
  else if (!layer.hasPeephole())
    bound = std::min(bound, sigmoid(getGate(LSTMGate::Input)) * cell /
                                (1.0 - sigmoid(getGate(LSTMGate::Forget))));
  if (isa<UnidirectionalSequenceLSTMOp>(layer.op))
    bound = std::min(bound, static_cast<double>(layer.steps));
  if (layer.cellClip > 0.0f)
    bound = std::min<double>(bound, layer.cellClip);
  return bound;
}

/// The exponent of a power-of-two scale that kernels compute with and that
/// 16 bits of it reach `bound`, if one does.
int getCellExponent(double bound) {
  int exponent = kMinLSTMCellExponent;
  while (exponent < kMaxLSTMCellExponent &&
         std::ldexp(32767.0, exponent) < bound)
    ++exponent;
  return exponent;
}

} // namespace

bool StatefulForms::handles(Operation *op) {
  return isa<SVDFOp, UnidirectionalSequenceLSTMOp, LSTMOp>(op);
}

static std::string getReasonAgainstLSTM(LSTMLayer &layer) {
  if (layer.getForm() != RecurrentForm::Float)
    return "its weights are not float32";
  if (layer.hasLayerNorm())
    return "its layer normalisation needs ranges from inside the op";
  if (layer.activation != ActivationFunction::TANH)
    return "its integer kernel has no activation but TANH";
  SmallVector<Value> constants = {layer.get(lstm::kProjectionWeights),
                                  layer.get(lstm::kProjectionBias)};
  for (LSTMGate gate : kLSTMGates) {
    if (layer.has(lstm::recurrentWeights(gate)) && layer.isDiagonal(gate))
      return "its integer kernel has no diagonal weights";
    for (unsigned place : {lstm::inputWeights(gate),
                           lstm::recurrentWeights(gate), lstm::gateBias(gate)})
      constants.push_back(layer.get(place));
    if (std::optional<unsigned> peephole = lstm::peepholeWeights(gate))
      constants.push_back(layer.get(*peephole));
  }
  for (unsigned place : {lstm::kOutputState, lstm::kCellState})
    if (std::string reason = getReasonAgainstState(layer.get(place));
        !reason.empty())
      return reason;
  return getReasonAgainstConstants(constants);
}

std::string StatefulForms::getReasonAgainst(Operation *op) {
  if (auto svdf = dyn_cast<SVDFOp>(op)) {
    if (svdf.getFusedActivationFunction() != ActivationFunction::RELU)
      return "its integer kernel has no activation but RELU";
    if (std::string reason = getReasonAgainstState(svdf.getState());
        !reason.empty())
      return reason;
    return getReasonAgainstConstants(
        {svdf.getWeightsFeature(), svdf.getWeightsTime(), svdf.getBias()});
  }
  std::optional<LSTMLayer> layer = getLSTM(op);
  return layer ? getReasonAgainstLSTM(*layer)
               : "this kernel of it has an integer form of uint8 only";
}

SmallVector<Value> StatefulForms::makeLSTM(Operation *op, Value input,
                                           quant::UniformQuantizedType result) {
  LSTMLayer layer = *getLSTM(op);
  MLIRContext *context = op->getContext();
  SmallVector<Value> operands(op->getOperands());
  auto set = [&](unsigned place, Value value) {
    operands[layer.getNumber(place)] = value;
  };
  auto setWeights = [&](unsigned place, float scale) {
    set(place, constants
                   .quantizeWeight(layer.get(place).getDefiningOp<ConstOp>(),
                                   {scale}, -1)
                   .getResult());
  };
  auto setBias = [&](unsigned place, float scale) {
    set(place, constants
                   .quantizeBias(layer.get(place).getDefiningOp<ConstOp>(),
                                 {scale}, 32)
                   .getResult());
  };

  operands[layer.input] = input;
  float inputScale = getQuantParams(input.getType()).scale();
  for (LSTMGate gate : kLSTMGates) {
    unsigned weights = lstm::inputWeights(gate);
    if (!layer.has(weights))
      continue;
    unsigned recurrent = lstm::recurrentWeights(gate);
    unsigned bias = lstm::gateBias(gate);
    float scale = chooseScaleWithBias(getMagnitude(layer.get(weights)),
                                      layer.get(bias), inputScale);
    setWeights(weights, scale);
    setBias(bias, inputScale * scale);
    setWeights(recurrent, chooseSymmetricScale(
                              getMagnitude(layer.get(recurrent)), kWeightQMax));
    std::optional<unsigned> peephole = lstm::peepholeWeights(gate);
    if (!peephole || !layer.has(*peephole))
      continue;
    Value vector = layer.get(*peephole);
    set(*peephole,
        constants
            .quantizeActivation(
                vector.getDefiningOp<ConstOp>(),
                getInt16Type(context, chooseSymmetricScale(getMagnitude(vector),
                                                           llvm::maxIntN(16))))
            .getResult());
  }
  if (layer.hasProjection()) {
    // The hidden state is a product of two numbers of at most 1.
    float hidden = chooseActivationParams(-1.0, 1.0, 8).scale;
    Value bias = layer.get(lstm::kProjectionBias);
    float scale = chooseScaleWithBias(
        getMagnitude(layer.get(lstm::kProjectionWeights)), bias, hidden);
    setWeights(lstm::kProjectionWeights, scale);
    if (bias)
      setBias(lstm::kProjectionBias, hidden * scale);
  }
  auto inputType = cast<quant::UniformQuantizedType>(
      cast<RankedTensorType>(input.getType()).getElementType());
  double largest = std::ldexp(32767.0, kMaxLSTMCellExponent);
  int exponent = ::getCellExponent(
      getCellBound(layer, getBound(inputType), getBound(result), largest));
  set(lstm::kOutputState, retypeState(layer.get(lstm::kOutputState), result));
  set(lstm::kCellState,
      retypeState(layer.get(lstm::kCellState),
                  getInt16Type(context, std::ldexp(1.0, exponent))));
  return operands;
}

SmallVector<Value> StatefulForms::makeSVDF(Operation *op, Value input) {
  auto svdf = cast<SVDFOp>(op);
  MLIRContext *context = op->getContext();
  SVDFDims dims(svdf);
  auto inputType = cast<quant::UniformQuantizedType>(
      cast<RankedTensorType>(input.getType()).getElementType());
  Value feature = svdf.getWeightsFeature(), time = svdf.getWeightsTime();
  SmallVector<double> sums = getRowSums(feature);
  double bound = *llvm::max_element(sums) * getBound(inputType);
  double stateScale = chooseSymmetricScale(bound, llvm::maxIntN(16));
  // Half of 32 bits is left to the bias.
  double terms = static_cast<double>(dims.memory) * svdf.getRank();
  int64_t timeMax = std::clamp<int64_t>(
      static_cast<int64_t>(0.5 * INT32_MAX / (32767.0 * terms)), 1,
      kTimeWeightMax);
  float timeScale = chooseSymmetricScale(getMagnitude(time), timeMax);
  Value bias = svdf.getBias();
  if (isa<NoneType>(bias.getType()))
    bias = {};
  if (bias)
    timeScale =
        std::max(timeScale, static_cast<float>(getMagnitude(bias) /
                                               (0.4 * INT32_MAX) / stateScale));

  SmallVector<Value> operands(op->getOperands());
  operands[0] = input;
  operands[1] =
      constants
          .quantizeWeight(
              feature.getDefiningOp<ConstOp>(),
              {chooseSymmetricScale(getMagnitude(feature), kWeightQMax)}, -1)
          .getResult();
  operands[2] = constants
                    .quantizeActivation(time.getDefiningOp<ConstOp>(),
                                        getInt16Type(context, timeScale))
                    .getResult();
  operands[4] = retypeState(svdf.getState(), getInt16Type(context, stateScale));
  if (bias)
    operands[3] = constants
                      .quantizeBias(bias.getDefiningOp<ConstOp>(),
                                    {static_cast<float>(getScale(operands[4]) *
                                                        getScale(operands[2]))},
                                    32)
                      .getResult();
  return operands;
}

SmallVector<Value>
StatefulForms::makeOperands(Operation *op, Value input,
                            quant::UniformQuantizedType result) {
  return isa<SVDFOp>(op) ? makeSVDF(op, input) : makeLSTM(op, input, result);
}

void StatefulForms::setAttributes(Operation *op) {
  std::optional<LSTMLayer> layer = getLSTM(op);
  if (!layer)
    return;
  MLIRContext *context = op->getContext();
  Type hidden =
      cast<RankedTensorType>(op->getResult(0).getType()).getElementType();
  if (layer->hasProjection())
    hidden =
        getActivationType(context, 8, chooseActivationParams(-1.0, 1.0, 8));
  StringRef name = getTensorName(op->getResult(0));
  SmallVector<Attribute> intermediates;
  for (unsigned i = 0; i < lstm::kNumIntermediates; ++i) {
    Type element = i == lstm::kHiddenIntermediate
                       ? hidden
                       : Type(Float32Type::get(context));
    auto text = StringAttr::get(context, name + "_intermediate_" + Twine(i));
    intermediates.push_back(
        TensorAttr::get(context, text, {}, {}, {}, {}, {}, {}, {}, {},
                        TypeAttr::get(RankedTensorType::get({0}, element))));
  }
  op->setAttr(kIntermediatesAttr, ArrayAttr::get(context, intermediates));
}
