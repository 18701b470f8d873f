//===- IntegerLSTM.cpp - LSTM cells of integers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// int8 activations and weights, int16 gates and cell state. All factors and
// rounding are fixed-point, in both modes of requantisation.

#include "LSTMCell.h"
#include "mopt/Dialect/Mopt/Reference/FixedPoint16.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

/// Gate values are Q3.12 when they enter the activation.
static constexpr int kGateIntegerBits = 3;
static constexpr int kGateExponent = -12;

/// a + b, cut to what `T` holds.
template <typename T>
static T addSaturating(int32_t a, int32_t b) {
  int64_t sum = int64_t(a) + b;
  ClampRange<int32_t> range = storageRange<T>();
  return static_cast<T>(
      std::min<int64_t>(std::max<int64_t>(sum, range.min), range.max));
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

static float getScale(const LSTMLayer &layer, unsigned operand) {
  return getQuantParams(layer.getType(operand)).scale();
}

static int32_t getZeroPoint(const LSTMLayer &layer, unsigned operand) {
  return static_cast<int32_t>(
      getQuantParams(layer.getType(operand)).zeroPoint());
}

/// Factors are formed in float32 from left to right, except that powers of two
/// are doubles and make what follows double; then rounded to float32.
static IntegerLSTMGate prepareGate(const LSTMLayer &layer, LSTMGate gate,
                                   int cellExponent) {
  IntegerLSTMGate result;
  bool isNormalized = layer.hasLayerNorm();
  float gateScale =
      isNormalized ? layer.getIntermediate(lstm::gateIntermediate(gate))->scale
                   : std::ldexp(1.0f, kGateExponent);
  result.input = quantizeMultiplier(getScale(layer, lstm::inputWeights(gate)) *
                                    getScale(layer, lstm::kInput) / gateScale);
  result.recurrent =
      quantizeMultiplier(getScale(layer, lstm::recurrentWeights(gate)) *
                         getScale(layer, lstm::kOutputState) / gateScale);
  std::optional<unsigned> peephole = lstm::peepholeWeights(gate);
  if (peephole && layer.hasPeephole())
    result.peephole = quantizeMultiplier(
        static_cast<float>(std::ldexp(1.0, cellExponent) *
                           getScale(layer, *peephole) / gateScale));
  if (isNormalized) {
    float scale = getScale(layer, lstm::layerNorm(gate));
    result.layerNorm = quantizeMultiplier(scale);
    // No sensible scale comes near to the limit, which keeps the cast defined.
    result.varianceGuard =
        static_cast<int32_t>(std::min(std::max(10000 * scale, 1.0f), 1e9f));
  }
  return result;
}

bool mopt::isIntegerLSTMDefined(const LSTMLayer &layer) {
  return !layer.hasPeephole() || layer.outputs <= layer.cells;
}

IntegerLSTM mopt::prepareIntegerLSTM(const LSTMLayer &layer) {
  IntegerLSTM result;
  result.cellExponent = *layer.getCellExponent();
  for (LSTMGate gate : kLSTMGates)
    if (layer.get(lstm::inputWeights(gate)))
      result.gates[unsigned(gate)] =
          prepareGate(layer, gate, result.cellExponent);
  result.inputZeroPoint = getZeroPoint(layer, lstm::kInput);
  result.stateZeroPoint = getZeroPoint(layer, lstm::kOutputState);

  LSTMIntermediate hidden = *layer.getIntermediate(lstm::kHiddenIntermediate);
  double unit = std::ldexp(1.0, -15);
  result.hidden =
      quantizeMultiplier(static_cast<float>(unit / hidden.scale * unit));
  auto hiddenZeroPoint = static_cast<int32_t>(hidden.zeroPoint);
  result.hiddenZeroPoint = hiddenZeroPoint;
  if (layer.hasProjection()) {
    // The kernels store the hidden state with the opposite zero point.
    result.hiddenZeroPoint = -hiddenZeroPoint;
    result.projectionOffset = hiddenZeroPoint;
    result.projection =
        quantizeMultiplier(getScale(layer, lstm::kProjectionWeights) *
                           hidden.scale / getScale(layer, lstm::kOutputState));
  }
  float cellClip = layer.cellClip;
  if (cellClip > 0.0f)
    result.cellClip = static_cast<int16_t>(
        std::min(cellClip / getScale(layer, lstm::kCellState), 32767.0f));
  float projectionClip = layer.projectionClip;
  if (projectionClip > 0.0f)
    result.projectionClip = static_cast<int8_t>(std::min(
        projectionClip /
            getQuantParams(layer.op->getResult(layer.result).getType()).scale(),
        127.0f));
  return result;
}

int32_t mopt::multiplyRoundingUp(int32_t x, QuantizedMultiplier factor) {
  if (factor.shift >= 0)
    return multiplyByQuantizedMultiplier(x, factor);
  int64_t high = saturatingRoundingDoublingHighMul(x, factor.multiplier);
  int64_t half = int64_t(1) << (-factor.shift - 1);
  return static_cast<int32_t>((high + half) >> -factor.shift);
}

int32_t mopt::rescalePeephole(int32_t product, QuantizedMultiplier factor,
                              int64_t column, int64_t outputs) {
  return isPeepholeTail(column, outputs)
             ? multiplyByQuantizedMultiplier(product, factor)
             : multiplyRoundingUp(product, factor);
}

//===----------------------------------------------------------------------===//
// Layer normalisation
//===----------------------------------------------------------------------===//

QuantizedMultiplier mopt::getLayerNormFactor(const IntegerLSTMGate &gate) {
  QuantizedMultiplier scale = gate.layerNorm;
  // No sensible scale comes near to the limit, which keeps the shift defined.
  scale.shift = std::min(scale.shift - kGateExponent, 31);
  return scale;
}

void mopt::normalizeInteger(MutableArrayRef<int16_t> values,
                            ArrayRef<int16_t> coefficients,
                            ArrayRef<int32_t> bias,
                            const IntegerLSTMGate &gate) {
  auto size = static_cast<int64_t>(values.size());
  int64_t sum = 0, sumOfSquares = 0;
  for (int16_t value : values) {
    sum += value;
    sumOfSquares += int64_t(value) * value;
  }
  // Ten more fractional bits; divisions truncate.
  auto mean = static_cast<int32_t>(sum * 1024 / size);
  int64_t variance = sumOfSquares * ((1 << 20) / size) - int64_t(mean) * mean;
  auto wholeVariance = static_cast<int32_t>(variance / (1 << 20));
  if (wholeVariance < 1)
    wholeVariance = gate.varianceGuard;
  QuantizedMultiplier inverse = getInverseSquareRoot(wholeVariance);
  QuantizedMultiplier scale = getLayerNormFactor(gate);
  for (auto [value, coefficient, offset] :
       llvm::zip_equal(values, coefficients, bias)) {
    int32_t normalized =
        multiplyByQuantizedMultiplier(1024 * value - mean, inverse);
    // The kernels multiply and add in 32 bits, which may wrap around.
    auto weighted = static_cast<int32_t>(
        static_cast<uint32_t>(normalized) * static_cast<uint32_t>(coefficient) +
        static_cast<uint32_t>(offset));
    int64_t rounding = weighted > 0 ? 512 : -512;
    auto rounded = static_cast<int32_t>((weighted + rounding) / 1024);
    value = static_cast<int16_t>(storageRange<int16_t>().clamp(
        multiplyByQuantizedMultiplier(rounded, scale)));
  }
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

namespace {

using Gates = std::vector<int16_t>;

class Cell {
public:
  Cell(const LSTMLayer &layer, EvalContext &context,
       const IntegerLSTM &constants)
      : layer(layer), operands(layer, context), constants(constants) {}

  void step(const RecurrentStep &step);

private:
  /// A matrix of weights, [rows, columns].
  struct Matrix {
    ArrayRef<int8_t> weights;
    int64_t rows, columns;
  };
  Matrix getMatrix(unsigned operand) const;
  ArrayRef<int32_t> getBias(unsigned operand) const {
    return operands[operand].as<int32_t>();
  }
  static int32_t accumulate(const Matrix &matrix, size_t row,
                            ArrayRef<int8_t> vector, int32_t offset,
                            int32_t bias);

  Gates computeGate(LSTMGate gate, ArrayRef<int8_t> input);
  void addMatrixProduct(const Matrix &matrix, ArrayRef<int8_t> vectors,
                        int32_t offset, ArrayRef<int32_t> bias,
                        QuantizedMultiplier factor, Gates &gates) const;
  void addPeephole(LSTMGate gate, Gates &gates) const;
  void updateCell(ArrayRef<int16_t> forget, ArrayRef<int16_t> input,
                  ArrayRef<int16_t> candidate);
  void updateOutput(ArrayRef<int16_t> output);
  void project(ArrayRef<int8_t> hidden);

  const LSTMLayer &layer;
  LSTMValues operands;
  const IntegerLSTM &constants;
  /// The rows of the states that the current step changes.
  MutableArrayRef<int8_t> outputState;
  MutableArrayRef<int16_t> cellState;
};

} // namespace

Cell::Matrix Cell::getMatrix(unsigned operand) const {
  const HostTensor &tensor = operands[operand];
  return {tensor.as<int8_t>(), tensor.getDim(0), tensor.getDim(1)};
}

/// bias + sum of weight * (value + offset), modulo 2^32 as in the kernels.
int32_t Cell::accumulate(const Matrix &matrix, size_t row,
                         ArrayRef<int8_t> vector, int32_t offset,
                         int32_t bias) {
  auto sum = static_cast<uint32_t>(bias);
  ArrayRef<int8_t> weights =
      matrix.weights.slice(row * matrix.columns, matrix.columns);
  for (auto [weight, value] : llvm::zip_equal(weights, vector))
    sum += static_cast<uint32_t>(weight * (value + offset));
  return static_cast<int32_t>(sum);
}

/// gates += matrix * vectors, each product rescaled, sums saturated.
void Cell::addMatrixProduct(const Matrix &matrix, ArrayRef<int8_t> vectors,
                            int32_t offset, ArrayRef<int32_t> bias,
                            QuantizedMultiplier factor, Gates &gates) const {
  for (size_t i = 0; i < gates.size(); ++i) {
    size_t batch = i / matrix.rows, row = i % matrix.rows;
    ArrayRef<int8_t> vector =
        vectors.slice(batch * matrix.columns, matrix.columns);
    int32_t sum =
        accumulate(matrix, row, vector, offset, bias.empty() ? 0 : bias[row]);
    gates[i] = addSaturating<int16_t>(
        multiplyByQuantizedMultiplier(sum, factor), gates[i]);
  }
}

/// gates += weights * cell. The kernels step through both as if a row had as
/// many cells as outputs: where a projection makes these differ, only so many
/// elements of the step take part, and those of the second row and on meet
/// other rows' weights.
void Cell::addPeephole(LSTMGate gate, Gates &gates) const {
  ArrayRef<int16_t> weights =
      operands[*lstm::peepholeWeights(gate)].as<int16_t>();
  int64_t count = gates.size() / layer.cells * layer.outputs;
  for (int64_t i = 0; i < count; ++i) {
    int64_t column = i % layer.outputs;
    int32_t product = int32_t(weights[column]) * cellState[i];
    int32_t rescaled = rescalePeephole(product, constants[gate].peephole,
                                       column, layer.outputs);
    gates[i] = addSaturating<int16_t>(rescaled, gates[i]);
  }
}

Gates Cell::computeGate(LSTMGate gate, ArrayRef<int8_t> input) {
  const IntegerLSTMGate &factors = constants[gate];
  Gates gates(cellState.size(), 0);
  ArrayRef<int32_t> bias = getBias(lstm::gateBias(gate));
  // Normalisation would take a bias away again; it is added afterwards.
  addMatrixProduct(
      getMatrix(lstm::inputWeights(gate)), input, -constants.inputZeroPoint,
      layer.hasLayerNorm() ? ArrayRef<int32_t>() : bias, factors.input, gates);
  addMatrixProduct(getMatrix(lstm::recurrentWeights(gate)), outputState,
                   -constants.stateZeroPoint, {}, factors.recurrent, gates);
  if (layer.hasPeephole() && lstm::peepholeWeights(gate))
    addPeephole(gate, gates);
  if (layer.hasLayerNorm()) {
    auto coefficients = operands[lstm::layerNorm(gate)].as<int16_t>();
    for (size_t row = 0; row < gates.size(); row += layer.cells)
      normalizeInteger(MutableArrayRef(gates).slice(row, layer.cells),
                       coefficients, bias, factors);
  }
  for (int16_t &value : gates)
    value = gate == LSTMGate::Cell ? tanhQ(value, kGateIntegerBits)
                                   : logisticQ3(value);
  return gates;
}

/// cell = forget * cell + input * candidate.
void Cell::updateCell(ArrayRef<int16_t> forget, ArrayRef<int16_t> input,
                      ArrayRef<int16_t> candidate) {
  for (size_t i = 0; i < cellState.size(); ++i) {
    int16_t kept = roundingDivideByPOT(int32_t(forget[i]) * cellState[i], 15);
    int32_t share =
        layer.isCoupled() ? storageRange<int16_t>().max - forget[i] : input[i];
    int16_t added =
        roundingDivideByPOT(share * candidate[i], 30 + constants.cellExponent);
    int32_t sum = addSaturating<int16_t>(kept, added);
    if (int32_t clip = constants.cellClip; clip > 0)
      sum = std::min(std::max(sum, -clip), clip);
    cellState[i] = static_cast<int16_t>(sum);
  }
}

void Cell::updateOutput(ArrayRef<int16_t> output) {
  std::vector<int8_t> hidden;
  for (auto [gate, cell] : llvm::zip_equal(output, cellState)) {
    int32_t product = gate * tanhQ(cell, 15 + constants.cellExponent);
    hidden.push_back(addSaturating<int8_t>(
        multiplyByQuantizedMultiplier(product, constants.hidden),
        constants.hiddenZeroPoint));
  }
  if (layer.hasProjection())
    project(hidden);
  else
    llvm::copy(hidden, outputState.begin());
}

void Cell::project(ArrayRef<int8_t> hidden) {
  Matrix matrix = getMatrix(lstm::kProjectionWeights);
  ArrayRef<int32_t> bias;
  if (layer.has(lstm::kProjectionBias))
    bias = getBias(lstm::kProjectionBias);
  for (size_t i = 0; i < outputState.size(); ++i) {
    size_t batch = i / matrix.rows, row = i % matrix.rows;
    int32_t sum = accumulate(
        matrix, row, hidden.slice(batch * matrix.columns, matrix.columns),
        constants.projectionOffset, bias.empty() ? 0 : bias[row]);
    int32_t value = addSaturating<int8_t>(
        multiplyByQuantizedMultiplier(sum, constants.projection),
        constants.stateZeroPoint);
    // The clip ignores the zero point, as the kernels do.
    if (int32_t clip = constants.projectionClip; clip > 0)
      value = std::min(std::max(value, -clip), clip);
    outputState[i] = static_cast<int8_t>(value);
  }
}

void Cell::step(const RecurrentStep &step) {
  ArrayRef<int8_t> input = step.rows(operands[lstm::kInput].as<int8_t>(),
                                     step.sequenceRow, layer.inputs);
  outputState = step.rows(operands[lstm::kOutputState].asMutable<int8_t>(),
                          step.stateRow, layer.outputs);
  cellState = step.rows(operands[lstm::kCellState].asMutable<int16_t>(),
                        step.stateRow, layer.cells);
  Gates inputGate;
  if (!layer.isCoupled())
    inputGate = computeGate(LSTMGate::Input, input);
  Gates forget = computeGate(LSTMGate::Forget, input);
  Gates candidate = computeGate(LSTMGate::Cell, input);
  updateCell(forget, inputGate, candidate);
  // The output gate looks at the new cell state.
  updateOutput(computeGate(LSTMGate::Output, input));
  storeOutputs<int8_t>(layer, step, outputState, operands.getContext());
}

LogicalResult mopt::evaluateIntegerLSTM(const LSTMLayer &layer,
                                        EvalContext &context) {
  if (!isIntegerLSTMDefined(layer))
    return layer.op->emitOpError(
        "has peephole weights and more outputs than cells, "
        "which has no meaning in the integer form");
  IntegerLSTM constants = prepareIntegerLSTM(layer);
  Cell cell(layer, context, constants);
  forEachStep(layer, [&](const RecurrentStep &step) { cell.step(step); });
  return success();
}
