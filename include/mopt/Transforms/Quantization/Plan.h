//===- Plan.h - What to quantise, and with which parameters -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_QUANTIZATION_PLAN_H
#define MOPT_TRANSFORMS_QUANTIZATION_PLAN_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Transforms/Quantization/Options.h"
#include "mopt/Transforms/Quantization/Parameters.h"
#include "mopt/Transforms/Utils/OpFilter.h"

namespace mlir::mopt {

/// Which ops of a function get an integer form, why the others do not, and the
/// parameters of every activation involved. Building a plan changes nothing.
class QuantizationPlan {
public:
  struct Options {
    WeightGranularity granularity = WeightGranularity::Channel;
    ActivationType activations = ActivationType::Int8;
    /// Null: no restriction.
    const OpFilter *filter = nullptr;
    /// Only ops whose recipe names these activations. Ops whose recipe names
    /// other ones are in no plan.
    bool onlyRecipes = false;
  };

  struct Refusal {
    Operation *op;
    std::string reason;
    /// The only thing missing is a range.
    bool missingRange;
  };

  QuantizationPlan(func::FuncOp func, const Options &options);

  bool isQuantized(Operation *op) const { return quantized.contains(op); }

  /// Float ops that keep computing in float, in program order.
  ArrayRef<Refusal> getRefusals() const { return refusals; }

  /// The integer type of the activation `value`: of what a quantised op
  /// produces, or what its `mopt.quantize` would make.
  quant::UniformQuantizedType getType(Value value) const;

  /// The integer type in which a quantised op needs an activation operand;
  /// differs from getType of the operand where a conversion is needed.
  quant::UniformQuantizedType getOperandType(OpOperand &operand) const;

  /// Whether getType has an answer.
  bool hasParameters(Value value) const;

  /// The bits of an activation.
  unsigned getWidth() const { return mopt::getWidth(options.activations); }

  /// The bits of a bias.
  unsigned getBiasWidth() const { return getWidth() == 8 ? 32 : 64; }

  /// The rule that ties the parameters of a quantised op together.
  ScaleRule getRule(Operation *op) const;

  /// Scales of a quantised op's weight, one or one a channel: by granularity,
  /// or those of weights that are stored as integers.
  ArrayRef<float> getWeightScales(Operation *op) const;

  /// The axis that goes with getWeightScales, -1 = per tensor.
  int getWeightAxis(Operation *op) const;

private:
  struct Reason {
    std::string text;
    bool missingRange = false;
  };

  std::optional<Reason> refuse(Operation *op);
  std::optional<Reason> refuseForm(const QuantSpec &spec) const;
  std::optional<Reason> refuseScales(Operation *op,
                                     const QuantSpec &spec) const;
  std::optional<Reason> refuseOperands(Operation *op, const QuantSpec &spec);
  std::optional<Reason> refuseWeight(Operation *op, const QuantSpec &spec,
                                     unsigned index);
  std::optional<Reason> refuseStoredWeight(Operation *op, ConstOp stored);
  void keepOnlyAnchored(ArrayRef<Operation *> candidates);
  void shareParameters(func::FuncOp func);
  bool canAdopt(Value root, Value result, Operation *join) const;
  bool isUsedOnlyBy(Value value, Operation *join) const;
  Value findRoot(Value value) const;
  AffineParams chooseSymmetricParams(std::pair<float, float> range) const;
  bool isTiedByWidth(Operation *op) const;
  std::optional<AffineParams> getOwnParams(Value root) const;
  quant::UniformQuantizedType getDequantizedType(Value value) const;

  MLIRContext *context;
  Options options;
  SetVector<Operation *> quantized;
  SmallVector<Refusal> refusals;
  /// Values that take the parameters of another one.
  DenseMap<Value, Value> alias;
  DenseMap<Operation *, SmallVector<float>> weightScales;
};

/// True for tensors of float32.
bool isFloatTensor(Type type);

/// `'name' (op)` for messages.
std::string describeOp(Operation *op);

/// The constant that produces `value`, if that is a `mopt.const`.
ConstOp getConstant(Value value);

/// The range of `value` in the IR, if it has one that is well formed.
std::optional<std::pair<float, float>> getRange(Value value);

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_QUANTIZATION_PLAN_H
