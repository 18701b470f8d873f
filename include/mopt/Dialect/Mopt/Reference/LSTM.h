//===- LSTM.h - The arithmetic of LSTM cells -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What the evaluator of an LSTM and its lowerings share: the order of the steps
// and the constants of the integer form. Sources of the arithmetic: TFLite's
// LSTM kernels; docs/Numerics.md has the formulas.

#ifndef MOPT_DIALECT_MOPT_REFERENCE_LSTM_H
#define MOPT_DIALECT_MOPT_REFERENCE_LSTM_H

#include "mopt/Dialect/Mopt/IR/LSTMOperands.h"
#include "mopt/Dialect/Mopt/Reference/Requantize.h"

namespace mlir::mopt {

/// The factors of one gate of the integer form. Gate values before the
/// activation have the scale 2^-12, or that of the gate's intermediate where
/// they are normalised.
struct IntegerLSTMGate {
  /// input scale * weight scale / gate scale, and the same of the state.
  QuantizedMultiplier input, recurrent;
  /// cell scale * weight scale / gate scale.
  QuantizedMultiplier peephole;
  /// The scale of the layer norm coefficients, and what stands for a variance
  /// below 1.
  QuantizedMultiplier layerNorm;
  int32_t varianceGuard = 1;
};

/// All constants of an integer LSTM that follow from its types and options.
struct IntegerLSTM {
  IntegerLSTMGate gates[4];
  int32_t inputZeroPoint = 0, stateZeroPoint = 0;
  /// The product of output gate and tanh(cell), two Q0.15 numbers, becomes int8
  /// by this factor and this zero point...
  QuantizedMultiplier hidden;
  int32_t hiddenZeroPoint = 0;
  /// ...and is then the output, or multiplied by the projection weights after
  /// `projectionOffset` is added to it.
  QuantizedMultiplier projection;
  int32_t projectionOffset = 0;
  /// The cell state's scale is 2^cellExponent.
  int cellExponent = 0;
  /// Largest magnitudes, 0 = not clipped.
  int16_t cellClip = 0;
  int8_t projectionClip = 0;

  const IntegerLSTMGate &operator[](LSTMGate gate) const {
    return gates[unsigned(gate)];
  }
};

/// False where the kernels would leave their operands' memory: peephole weights
/// with a projection to more outputs than cells.
bool isIntegerLSTMDefined(const LSTMLayer &layer);

/// The constants of a layer, which is verified, has the integer form and is
/// defined.
IntegerLSTM prepareIntegerLSTM(const LSTMLayer &layer);

/// The kernels of x86-64 take peephole products in blocks of 16, whose right
/// shift rounds ties upwards; what is left of a row of \p outputs rounds them
/// away from zero, like everything else.
inline bool isPeepholeTail(int64_t column, int64_t outputs) {
  constexpr int64_t block = 16;
  return column >= outputs / block * block;
}

/// multiplyByQuantizedMultiplier, but the right shift rounds ties upwards: the
/// arithmetic of vectorised kernels.
int32_t multiplyRoundingUp(int32_t x, QuantizedMultiplier factor);

/// The product of a peephole weight and a cell in units of the gate.
int32_t rescalePeephole(int32_t product, QuantizedMultiplier factor,
                        int64_t column, int64_t outputs);

/// The last factor of layer normalisation: coefficients' scale / gate scale.
QuantizedMultiplier getLayerNormFactor(const IntegerLSTMGate &gate);

/// Layer normalisation of one row of gate values, in place:
/// (x - mean) / deviation * coefficient + bias, to the scale 2^-12.
void normalizeInteger(MutableArrayRef<int16_t> values,
                      ArrayRef<int16_t> coefficients, ArrayRef<int32_t> bias,
                      const IntegerLSTMGate &gate);

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_REFERENCE_LSTM_H
