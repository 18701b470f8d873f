//===- VerifyQuantized.cpp - Checking the rules of quantised models -------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Dialect/Mopt/IR/HybridForms.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Transforms/Quantization/Passes.h"
#include "mopt/Transforms/Utils/Offences.h"

#include "llvm/Support/Format.h"

#include <cmath>

namespace mlir::mopt {
#define GEN_PASS_DEF_VERIFYQUANTIZEDPASS
#include "mopt/Transforms/Quantization/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// The storage of a tensor, as far as the rules tell storages apart.
struct Storage {
  unsigned width = 0;
  bool isSigned = true;
  bool quantized = false;

  explicit Storage(Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor)
      return;
    quantized = mopt::isQuantized(type);
    Type element = getStorageElementType(tensor.getElementType());
    if (!element.isInteger())
      return;
    width = element.getIntOrFloatBitWidth();
    isSigned = !element.isUnsignedInteger();
  }
  bool isInt8() const { return quantized && width == 8 && isSigned; }
  bool isInt16() const { return quantized && width == 16; }
};

/// Checks one op against the rules that VerifyQuantizedPass lists; `report` is
/// called with each offence.
class OpChecker {
public:
  OpChecker(Operation *op, const QuantSpec &spec,
            llvm::function_ref<void(const Twine &)> report)
      : op(op), spec(spec), report(report) {}

  void check();

private:
  void checkScales(const QuantParams &params, const Twine &what);
  void checkScales(Value value, const Twine &what) {
    checkScales(getQuantParams(value.getType()), what);
  }
  void checkActivation(Value value, const Twine &what);
  /// An operand that is an activation by its role, but may be a weight here.
  void checkActivationOperand(OpOperand &operand);
  bool isHybrid(OpOperand &operand) const {
    return isHybridOperand(op, spec, operand.getOperandNumber());
  }
  void checkWeight(Value value, unsigned index);
  void checkBias(Value value, unsigned index, Value weight);
  void checkTies(OpResult result);
  void checkForms();
  void checkLimits();

  Operation *op;
  const QuantSpec &spec;
  llvm::function_ref<void(const Twine &)> report;
};

} // namespace

/// Enough digits to tell float32 scales apart.
static std::string number(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.9g", value);
  return text;
}

void OpChecker::checkScales(const QuantParams &params, const Twine &what) {
  for (double scale : params.scales)
    // The format stores float32: what counts is the scale as one.
    if (!(scale > 0.0) || !std::isnormal(static_cast<float>(scale)))
      report(what + " has scale " + number(scale) +
             ", which is not a positive normal float32");
}

void OpChecker::checkActivation(Value value, const Twine &what) {
  Storage storage(value.getType());
  if (!storage.quantized)
    return;
  checkScales(value, what);
  QuantParams params = getQuantParams(value.getType());
  if (params.isPerAxis())
    report(what + " is an activation with one scale a channel");
  if (storage.isInt16() &&
      llvm::any_of(params.zeroPoints, [](int64_t zp) { return zp != 0; }))
    report(what + " is int16 with zero point " + Twine(params.zeroPoint()) +
           ", must be 0");
}

void OpChecker::checkActivationOperand(OpOperand &operand) {
  unsigned index = operand.getOperandNumber();
  Value value = operand.get();
  // Constants that are converted may have a scale for each channel.
  bool isConstant =
      spec.rule == ScaleRule::Conversion && value.getDefiningOp<ConstOp>();
  if (isHybrid(operand) || isConstant)
    checkScales(value, "operand " + Twine(index));
  else
    checkActivation(value, "operand " + Twine(index));
}

void OpChecker::checkWeight(Value value, unsigned index) {
  Storage storage(value.getType());
  if (!storage.quantized)
    return;
  std::string what = ("weight (operand " + Twine(index) + ")").str();
  checkScales(value, what);
  QuantParams params = getQuantParams(value.getType());
  if (params.isPerAxis()) {
    auto type = cast<RankedTensorType>(value.getType());
    if (params.axis != spec.weightAxis)
      report(what + " has its scales along axis " + Twine(params.axis) +
             ", must be " + Twine(spec.weightAxis));
    else if (static_cast<int64_t>(params.scales.size()) !=
             type.getDimSize(params.axis))
      report(what + " has " + Twine(params.scales.size()) + " scales for " +
             Twine(type.getDimSize(params.axis)) + " channels");
  }
  if (!storage.isInt8())
    return;
  for (int64_t zeroPoint : params.zeroPoints)
    if (zeroPoint != 0) {
      report(what + " has zero point " + Twine(zeroPoint) + ", must be 0");
      break;
    }
  auto constant = dyn_cast_or_null<ConstOp>(value.getDefiningOp());
  if (!constant)
    return;
  if (std::optional<ConstBytes> bytes = ConstBytes::read(constant))
    if (llvm::is_contained(bytes->as<int8_t>(), -128))
      report(what + " holds -128; int8 weights lie in [-127, 127]");
}

/// The parameters of a bias; those of 64 bits are not in its type.
static QuantParams getBiasParams(Value bias) {
  QuantParams params = getQuantParams(bias.getType());
  TensorAttr info = getTensorInfo(bias);
  if (params.isQuantized() || !info || !info.getQuantization())
    return params;
  DictionaryAttr fields = info.getQuantization();
  auto scales = fields.getAs<DenseF32ArrayAttr>("scale");
  auto zeroPoints = fields.getAs<DenseI64ArrayAttr>("zero_point");
  if (!scales || !zeroPoints || scales.size() != zeroPoints.size())
    return params;
  params.scales.assign(scales.asArrayRef().begin(), scales.asArrayRef().end());
  params.zeroPoints.assign(zeroPoints.asArrayRef().begin(),
                           zeroPoints.asArrayRef().end());
  params.axis = scales.size() > 1 ? 0 : -1;
  return params;
}

void OpChecker::checkBias(Value value, unsigned index, Value weight) {
  Storage storage(value.getType());
  Value data = op->getOperand(spec.getDataOperand());
  Storage input(data.getType());
  if (storage.width == 0 || !input.quantized)
    return;
  std::string what = ("bias (operand " + Twine(index) + ")").str();
  QuantParams bias = getBiasParams(value);
  if (!bias.isQuantized()) {
    report(what + " has no scale");
    return;
  }
  checkScales(bias, what);
  bool wide = input.isInt16() && storage.width == 64;
  if (storage.width != 32 && !wide)
    report(what + " has " + Twine(storage.width) + " bits, must have 32" +
           (input.isInt16() ? " or 64" : ""));
  QuantParams weights = getQuantParams(weight.getType());
  if (llvm::any_of(bias.zeroPoints, [](int64_t zp) { return zp != 0; }))
    report(what + " must have zero point 0");
  if (!weights.isQuantized())
    return;
  size_t channels = std::max(bias.scales.size(), weights.scales.size());
  if (bias.isPerAxis() && weights.isPerAxis() &&
      bias.scales.size() != weights.scales.size()) {
    report(what + " has " + Twine(bias.scales.size()) +
           " scales, the weight has " + Twine(weights.scales.size()));
    return;
  }
  double inputScale = getQuantParams(data.getType()).scale();
  double outputScale = 0.0;
  if (Storage(op->getResult(0).getType()).quantized)
    outputScale = getQuantParams(op->getResult(0).getType()).scale();
  for (size_t channel = 0; channel < channels; ++channel) {
    double expected = inputScale * weights.scale(channel);
    double error = std::abs(bias.scale(channel) - expected);
    // The uint8 kernels ask only that the error be small at the output.
    double allowed = input.isSigned
                         ? 1e-6 * expected
                         : std::max(1e-6 * expected, 0.02 * outputScale);
    if (error <= allowed)
      continue;
    report(what + " has scale " + number(bias.scale(channel)) + " in channel " +
           Twine(channel) + ", must be " + number(expected) +
           " (input times weight)");
    return;
  }
}

void OpChecker::checkTies(OpResult result) {
  Storage out(result.getType());
  if (!out.quantized)
    return;
  QuantParams params = getQuantParams(result.getType());
  if (params.isPerAxis())
    return;
  ScaleRule rule = spec.getRule(out.isInt16() ? 16 : 8);
  if (rule == ScaleRule::FixedOutput && out.isSigned) {
    if (result.getResultNumber() != 0)
      return;
    double scale = out.isInt16() ? spec.int16Scale : spec.int8Scale;
    int64_t zeroPoint = out.isInt16() ? 0 : spec.int8ZeroPoint;
    if (params.scale() != static_cast<float>(scale) ||
        params.zeroPoint() != zeroPoint)
      report("result has parameters " + number(params.scale()) + ":" +
             Twine(params.zeroPoint()) + ", the format fixes them to " +
             number(scale) + ":" + Twine(zeroPoint));
    return;
  }
  if (rule != ScaleRule::SameAsInput && rule != ScaleRule::SameAsOutput)
    return;
  // uint8 joins may rescale.
  if (!out.isSigned && rule == ScaleRule::SameAsOutput)
    return;
  for (OpOperand &operand : op->getOpOperands()) {
    if (spec.getRole(operand.getOperandNumber()) != OperandRole::Activation ||
        !Storage(operand.get().getType()).quantized)
      continue;
    QuantParams in = getQuantParams(operand.get().getType());
    if (in.isPerAxis() ||
        (in.scale() == params.scale() && in.zeroPoint() == params.zeroPoint()))
      continue;
    report("operand " + Twine(operand.getOperandNumber()) + " has parameters " +
           number(in.scale()) + ":" + Twine(in.zeroPoint()) + ", the result " +
           number(params.scale()) + ":" + Twine(params.zeroPoint()) +
           "; the op needs them equal");
  }
}

/// Mixed forms, forms that do not exist, and versions that do not allow them.
void OpChecker::checkForms() {
  bool anyInt8 = false, anyInt16 = false, anyQuantized = false;
  for (OpOperand &operand : op->getOpOperands()) {
    if (spec.getRole(operand.getOperandNumber()) != OperandRole::Activation ||
        isHybrid(operand))
      continue;
    Storage storage(operand.get().getType());
    anyQuantized |= storage.quantized;
    anyInt8 |= storage.isInt8();
    anyInt16 |= storage.isInt16();
  }
  if (anyQuantized && spec.rule != ScaleRule::Conversion) {
    auto isFloat = [](Value value) {
      auto type = dyn_cast<RankedTensorType>(value.getType());
      return type && type.getElementType().isF32();
    };
    for (OpOperand &operand : op->getOpOperands())
      if (spec.getRole(operand.getOperandNumber()) != OperandRole::Index &&
          isFloat(operand.get()))
        report("operand " + Twine(operand.getOperandNumber()) +
               " is float32 beside quantised operands");
    if (spec.rule != ScaleRule::InputsOnly)
      for (OpResult result : op->getResults())
        if (isFloat(result))
          report("result " + Twine(result.getResultNumber()) +
                 " is float32, the operands are quantised");
  }
  if (anyInt8 && (spec.rule == ScaleRule::None || spec.int8Version == 0))
    report("the format defines no int8 form of the op");
  if (anyInt16 && (spec.rule == ScaleRule::None || spec.int16Version == 0))
    report("the format defines no int16 form of the op");
  if (spec.needsBias && (anyInt8 || anyInt16)) {
    auto role = llvm::find(spec.roles, OperandRole::Bias);
    size_t index = role - spec.roles.begin();
    if (index >= op->getNumOperands() ||
        isa<NoneType>(op->getOperand(index).getType()))
      report("the integer kernels need a bias");
  }
  auto version = op->getAttrOfType<IntegerAttr>(kVersionAttr);
  auto builtin = dyn_cast<BuiltinOp>(op);
  if (version && builtin && (anyInt8 || anyInt16) &&
      version.getInt() < builtin.getMinVersion())
    report("operator version " + Twine(version.getInt()) +
           " does not have this form, " + Twine(builtin.getMinVersion()) +
           " does");
}

/// What kernels get wrong without complaint.
void OpChecker::checkLimits() {
  float largest = 0.0f;
  auto visit = [&](Value value, const Twine &what) {
    if (!Storage(value.getType()).quantized)
      return;
    QuantParams params = getQuantParams(value.getType());
    if (spec.storedZero && params.zeroPoint() != 0)
      report(what + " has zero point " + Twine(params.zeroPoint()) +
             ", but kernels take the stored 0 for the real one");
    largest = std::max(largest, params.scale());
  };
  for (OpOperand &operand : op->getOpOperands())
    if (spec.getRole(operand.getOperandNumber()) == OperandRole::Activation &&
        !isHybrid(operand))
      visit(operand.get(), "operand " + Twine(operand.getOperandNumber()));
  if (spec.maxInputScale > 0.0 && largest >= spec.maxInputScale)
    report("an operand has scale " + number(largest) +
           ", kernels need less than " + number(spec.maxInputScale));
  if (largest == 0.0f || op->getNumResults() == 0)
    return;
  Value result = op->getResult(0);
  if (spec.maxScaleRatio > 0.0 && Storage(result.getType()).quantized &&
      largest > spec.maxScaleRatio * getQuantParams(result.getType()).scale())
    report("the scale of the operand is more than " +
           number(spec.maxScaleRatio) + " times that of the result");
  if (spec.minConstantShare > 0.0 &&
      !op->getOperand(1).getDefiningOp<ConstOp>())
    report("operand 1 is not a constant, on which the kernels are not right");
  visit(result, "result 0");
}

void OpChecker::check() {
  for (OpOperand &operand : op->getOpOperands()) {
    unsigned index = operand.getOperandNumber();
    switch (spec.getRole(index)) {
    case OperandRole::Activation:
      checkActivationOperand(operand);
      break;
    case OperandRole::Weight:
      checkWeight(operand.get(), index);
      break;
    case OperandRole::Bias: {
      auto role = llvm::find(spec.roles, OperandRole::Weight);
      if (role != spec.roles.end())
        checkBias(operand.get(), index,
                  op->getOperand(role - spec.roles.begin()));
      break;
    }
    case OperandRole::Index:
    case OperandRole::State:
    case OperandRole::Other:
      break;
    }
  }
  for (OpResult result : op->getResults())
    checkActivation(result, "result " + Twine(result.getResultNumber()));
  for (OpResult result : op->getResults())
    checkTies(result);
  checkForms();
  checkLimits();
}

namespace {

struct VerifyQuantizedPass
    : public mlir::mopt::impl::VerifyQuantizedPassBase<VerifyQuantizedPass> {
  void runOnOperation() override {
    Offences offences;
    getOperation().walk([&](QuantizableOp quantizable) {
      Operation *op = quantizable;
      OpChecker(op, quantizable.getQuantSpec(), [&](const Twine &text) {
        StringRef name =
            op->getNumResults() ? getTensorName(op->getResult(0)) : "";
        std::string who = op->getName().getStringRef().str();
        if (!name.empty())
          who = ("'" + name + "' (" + who + ")").str();
        offences.emplace_back(op->getLoc(), who + ": " + text.str());
      }).check();
    });
    markAllAnalysesPreserved();
    if (failed(reportOffences(
            getOperation(),
            "quantization breaks " + Twine(offences.size()) +
                " rule(s) of the format; mopt-quantize makes models that keep "
                "them",
            offences)))
      signalPassFailure();
  }
};

} // namespace
