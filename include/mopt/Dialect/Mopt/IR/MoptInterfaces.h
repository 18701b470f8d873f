//===- MoptInterfaces.h - Interfaces of the mopt dialect -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_MOPTINTERFACES_H
#define MOPT_DIALECT_MOPT_IR_MOPTINTERFACES_H

#include "mlir/IR/OpDefinition.h"
#include "mopt/Dialect/Mopt/IR/ElementView.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <initializer_list>

namespace mlir::mopt {

class ElementViewOp;

/// What an operand is to its op, seen by quantization.
enum class OperandRole {
  /// Data that changes from run to run: quantised per tensor, asymmetric.
  Activation,
  /// Trained weights: symmetric, zero point 0, per axis where allowed.
  Weight,
  /// Added to the accumulator: scale is the product of activation and weight.
  Bias,
  /// Shapes, axes, indices: never quantised.
  Index,
  /// Lives from run to run, with one set of parameters for its life.
  State,
  /// Whatever needs a rule of its own (the parameters inside an LSTM cell).
  Other,
};

/// How the parameters of an op's quantised operands and results are tied.
enum class ScaleRule {
  /// Operands and result are independent of each other.
  Free,
  /// All share one scale and zero point; they are those of the data operand.
  SameAsInput,
  /// All share one scale and zero point; they are those of the result.
  SameAsOutput,
  /// The result's parameters are constants of the format.
  FixedOutput,
  /// Operands are quantised, the result is not (arg_max, comparisons).
  InputsOnly,
  /// Converts between number systems (quantize, dequantize).
  Conversion,
  /// There is no integer form.
  None,
};

/// The quantization facts of one op; the numbers are those of the TFLite
/// quantization specification (docs/Quantization.md).
struct QuantSpec {
  ScaleRule rule = ScaleRule::None;
  /// Roles by operand index; the last one repeats for variadic operands.
  llvm::SmallVector<OperandRole, 4> roles = {OperandRole::Activation};
  /// Axis of the weight that per-axis scales run along, -1 without weights.
  int weightAxis = -1;
  /// Lowest operator version with int8 / int16 activations; 0 = not defined.
  int int8Version = 0;
  int int16Version = 0;
  /// Lowest version of the hybrid form (float activations, int8 weights).
  int hybridVersion = 0;
  /// FixedOutput: scale and zero point of the result, int8 and int16.
  double int8Scale = 0.0;
  int64_t int8ZeroPoint = 0;
  double int16Scale = 0.0;
  /// The integer kernels cannot run without a bias operand.
  bool needsBias = false;
  /// Largest legal ratio of the input's scale to the result's, 0 = any.
  double maxScaleRatio = 0.0;
  /// The rule of int16 tensors where it is not `rule`.
  std::optional<ScaleRule> int16Rule;
  /// Why quantization does not use the int16 kernels; empty if it does.
  llvm::StringRef int16Caveat;
  /// Kernels take the stored 0 for the real one: zero points must be 0.
  bool storedZero = false;
  /// Scales of operands must be below this, 0 = any.
  double maxInputScale = 0.0;
  /// Operand 1 must be a constant whose elements have at least this share of
  /// the largest magnitude among them, 0 = anything.
  double minConstantShare = 0.0;
  /// FixedOutput: relative error of an 8-bit result's scale that kernels let
  /// pass; negative = they compute with any scale and zero point.
  double int8Tolerance = 0.0;

  QuantSpec(ScaleRule rule, std::initializer_list<OperandRole> roles)
      : rule(rule), roles(roles) {}
  QuantSpec &axis(int value) { return weightAxis = value, *this; }
  QuantSpec &int8(int version) { return int8Version = version, *this; }
  QuantSpec &int16(int version) { return int16Version = version, *this; }
  QuantSpec &hybrid(int version) { return hybridVersion = version, *this; }
  QuantSpec &output(double scale8, int64_t zeroPoint8, double scale16) {
    int8Scale = scale8;
    int8ZeroPoint = zeroPoint8;
    int16Scale = scale16;
    return *this;
  }

  QuantSpec &biasRequired() { return needsBias = true, *this; }
  QuantSpec &scaleRatio(double limit) { return maxScaleRatio = limit, *this; }
  QuantSpec &int16Tied(ScaleRule value) { return int16Rule = value, *this; }
  QuantSpec &noInt16(const char *why) { return int16Caveat = why, *this; }
  QuantSpec &zeroPointZero() { return storedZero = true, *this; }
  QuantSpec &inputScale(double limit) { return maxInputScale = limit, *this; }
  QuantSpec &constantShare(double limit) {
    return minConstantShare = limit, *this;
  }
  QuantSpec &tolerance(double value) { return int8Tolerance = value, *this; }

  OperandRole getRole(unsigned operand) const {
    return roles[std::min<size_t>(operand, roles.size() - 1)];
  }

  /// How parameters are tied where activations have `width` bits.
  ScaleRule getRule(unsigned width) const {
    return width == 16 ? int16Rule.value_or(rule) : rule;
  }

  /// Whether the scales of neighbours decide if the op can be quantised.
  bool limitsScales() const {
    return maxScaleRatio > 0.0 || maxInputScale > 0.0 || minConstantShare > 0.0;
  }

  /// The first operand that carries data: SameAsInput speaks of it, and its
  /// number system decides the op's.
  unsigned getDataOperand() const {
    return llvm::find(roles, OperandRole::Activation) - roles.begin();
  }
};

/// The version that `spec` gives for the storage types `op` has now: that of
/// the widest integer activation, the hybrid one, or 1.
int32_t getDefaultMinVersion(Operation *op, const QuantSpec &spec);

namespace detail {
/// The rules of the specification that kernels enforce: zero points of weights,
/// biases and 16-bit activations, per-axis scales on weights only and along
/// their axis, fixed parameters of results.
LogicalResult verifyQuantization(Operation *op, const QuantSpec &spec);

/// What any quantised tensor obeys: a storage type of the format, float32
/// values, zero points inside the storage range, one scale for each channel (or
/// block) of an axis that the tensor has. `name` starts the error message.
LogicalResult verifyQuantizedType(Operation *op, const Twine &name,
                                  RankedTensorType type);

/// Operand and results store the same element type, and the results have the
/// shapes of the views as far as these are known.
LogicalResult verifyElementViews(ElementViewOp op);
} // namespace detail

} // namespace mlir::mopt

#include "mopt/Dialect/Mopt/IR/MoptInterfaces.h.inc"

#endif // MOPT_DIALECT_MOPT_IR_MOPTINTERFACES_H
