//===- Target.cpp - What the Edge TPU's compiler takes ----------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Target/EdgeTPU/Target.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Dialect/Mopt/IR/MoptOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace mlir::mopt;

using Result = std::optional<Refusal>;

static Refusal limited(const Twine &detail) {
  return {edgetpu_status::kLimitation.str(), detail.str()};
}

//===----------------------------------------------------------------------===//
// Shapes and constants
//===----------------------------------------------------------------------===//

static ArrayRef<int64_t> getShape(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

static std::string toString(ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleave(shape, os, "x");
  return shape.empty() ? "scalar" : text;
}

static std::string describe(Value value) {
  return ("'" + getTensorName(value) + "' (" + toString(getShape(value)) + ")")
      .str();
}

static bool isConstant(Value value) {
  return value.getDefiningOp<ConstOp>() != nullptr;
}

/// All dimensions but the last are 1.
static bool isVector(ArrayRef<int64_t> shape) {
  return shape.empty() || llvm::all_of(shape.drop_back(),
                                       [](int64_t size) { return size == 1; });
}

static int64_t countElements(ArrayRef<int64_t> shape) {
  return ShapedType::getNumElements(shape);
}

static bool hasFusedActivation(ActivationFunction function) {
  return function != ActivationFunction::NONE;
}

static const Refusal kFused = {edgetpu_status::kLimitation.str(),
                               "has a fused activation function"};

//===----------------------------------------------------------------------===//
// Limits of single operators
//===----------------------------------------------------------------------===//

template <typename Op>
static Result checkConvolution(Operation *op) {
  auto conv = cast<Op>(op);
  if (conv.getDilationHFactor() != conv.getDilationWFactor())
    return limited("dilations of height and width differ: " +
                   Twine(conv.getDilationHFactor()) + " and " +
                   Twine(conv.getDilationWFactor()));
  return std::nullopt;
}

static Result checkFullyConnected(Operation *op) {
  auto layer = cast<FullyConnectedOp>(op);
  if (layer.getWeightsFormat() != WeightsFormat::DEFAULT)
    return limited("the weights are not in the default format");
  if (!isVector(getShape(layer.getOutput())))
    return limited("the result " + describe(layer.getOutput()) +
                   " has more than one dimension");
  QuantParams params = getQuantParams(layer.getFilter().getType());
  if (params.isPerAxis() && params.scales.size() > 1)
    return limited("the weights have a scale for each output channel, which "
                   "only convolutions may have");
  return std::nullopt;
}

template <typename Op>
static Result checkPool(Operation *op) {
  if (hasFusedActivation(cast<Op>(op).getFusedActivationFunction()))
    return kFused;
  return std::nullopt;
}

/// Whether every element of a quantised constant stands for 0.
static bool isZero(Value value) {
  auto constant = value.getDefiningOp<ConstOp>();
  std::optional<ConstBytes> bytes = ConstBytes::read(constant);
  QuantParams params = getQuantParams(value.getType());
  if (!bytes || !params.isQuantized())
    return false;
  return llvm::all_of(bytes->as<uint8_t>(), [&](uint8_t byte) {
    return byte == static_cast<uint8_t>(params.zeroPoint());
  });
}

static Result checkConcatenation(Operation *op) {
  auto concat = cast<ConcatenationOp>(op);
  if (hasFusedActivation(concat.getFusedActivationFunction()))
    return kFused;
  for (Value input : concat.getInputs()) {
    if (!isConstant(input))
      continue;
    if (concat.getInputs().size() != 2)
      return limited("a constant operand goes only with one other");
    if (!isZero(input))
      return limited("the constant operand " + describe(input) +
                     " is not all zeros");
  }
  return std::nullopt;
}

/// The axes as indices from 0, or why there are none.
static Result getAxes(Value data, Value axes, SmallVector<int64_t> &result) {
  std::optional<SmallVector<int64_t>> values = getConstantIntegers(axes);
  if (!values)
    return limited("the axes are no constant");
  int64_t rank = getShape(data).size();
  for (int64_t axis : *values)
    result.push_back(axis < 0 ? axis + rank : axis);
  return std::nullopt;
}

template <typename Op>
static Result checkReduction(Operation *op) {
  auto reduction = cast<Op>(op);
  SmallVector<int64_t> axes;
  if (Result refusal = getAxes(reduction.getInput(), reduction.getAxes(), axes))
    return refusal;
  ArrayRef<int64_t> shape = getShape(reduction.getInput());
  int64_t last = shape.size() - 1;
  if (llvm::is_contained(axes, 0) && last > 0)
    return limited("it reduces the batch");
  if constexpr (!std::is_same_v<Op, MeanOp>)
    return std::nullopt;
  if (llvm::is_contained(axes, last) && shape[last] % 4 != 0)
    return limited("it reduces " + Twine(shape[last]) +
                   " channels, no multiple of 4");
  int64_t count = 1;
  for (int64_t axis : axes)
    count *= shape[axis];
  if (count >= kEdgeTPUMaxReduction)
    return limited("it is the mean of " + Twine(count) + " values");
  return std::nullopt;
}

static Result checkPad(Operation *op) {
  auto pad = cast<PadOp>(op);
  std::optional<SmallVector<int64_t>> paddings =
      getConstantIntegers(pad.getPaddings());
  if (!paddings)
    return limited("the paddings are no constant");
  if (paddings->size() >= 2 && ((*paddings)[0] || (*paddings)[1]))
    return limited("it pads the batch");
  return std::nullopt;
}

static Result checkPack(Operation *op) {
  auto pack = cast<PackOp>(op);
  int64_t axis = pack.getAxis();
  if (axis < 0)
    axis += getShape(pack.getOutput()).size();
  if (axis == 0)
    return limited("it joins along the batch");
  return std::nullopt;
}

static Result checkSplit(Operation *op) {
  auto split = cast<SplitOp>(op);
  SmallVector<int64_t> axes;
  if (Result refusal = getAxes(split.getValue(), split.getSplitDim(), axes))
    return refusal;
  if (llvm::is_contained(axes, 0))
    return limited("it splits the batch");
  return std::nullopt;
}

static Result checkPrelu(Operation *op) {
  Value alpha = cast<PreluOp>(op).getAlpha();
  if (!isConstant(alpha))
    return limited("the slopes are no constant");
  if (!isVector(getShape(alpha)))
    return limited("the slopes " + describe(alpha) +
                   " are not shared by all places");
  return std::nullopt;
}

static Result checkReshape(Operation *op) {
  Value output = cast<ReshapeOp>(op).getOutput();
  if (countElements(getShape(output)) > edgetpu_chip::kNarrowMemory)
    return limited("the tensor " + describe(output) +
                   " is larger than the memory for activations");
  return std::nullopt;
}

template <typename Op>
static Result checkResize(Operation *op) {
  auto resize = cast<Op>(op);
  ArrayRef<int64_t> from = getShape(resize.getInput());
  ArrayRef<int64_t> to = getShape(resize.getOutput());
  if (from.size() != 4 || from[0] != 1)
    return limited("the input " + describe(resize.getInput()) +
                   " is not 3-dimensional");
  if (from[1] == 1 && from[2] == 1 && (to[1] > 1 || to[2] > 1))
    return limited("it stretches a single pixel");
  if (countElements(to) > edgetpu_chip::kNarrowMemory)
    return limited("the result " + describe(resize.getOutput()) +
                   " is larger than the memory for activations");
  return std::nullopt;
}

static Result checkSoftmax(Operation *op) {
  ArrayRef<int64_t> shape = getShape(cast<SoftmaxOp>(op).getInput());
  if (!isVector(shape))
    return limited("the input has more than one dimension: " + toString(shape));
  if (countElements(shape) > 16000)
    return limited("the input has more than 16000 elements: " +
                   toString(shape));
  return std::nullopt;
}

static Result checkSqueeze(Operation *op) {
  auto squeeze = cast<SqueezeOp>(op);
  // Only leading dimensions go: what stays is the end of the shape.
  ArrayRef<int64_t> from = getShape(squeeze.getInput());
  ArrayRef<int64_t> to = getShape(squeeze.getOutput());
  if (from.take_back(to.size()) != to)
    return limited("it drops a dimension behind the first ones");
  return std::nullopt;
}

static Result checkStridedSlice(Operation *op) {
  auto slice = cast<StridedSliceOp>(op);
  std::optional<SmallVector<int64_t>> strides =
      getConstantIntegers(slice.getStrides());
  if (!strides)
    return limited("the strides are no constant");
  if (llvm::any_of(*strides, [](int64_t stride) { return stride != 1; }))
    return limited("a stride is not 1");
  if (slice.getEllipsisMask() || slice.getNewAxisMask())
    return limited("it has an ellipsis or a new axis");
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

namespace {
/// One operator that the compiler knows.
struct OpRule {
  const char *name;
  /// The highest operator version of the schema that it takes.
  int32_t maxVersion;
  /// Limits beyond those of all operators; null if there are none.
  Result (*check)(Operation *) = nullptr;
};
} // namespace

/// Versions are those that the converters of 2021 write for 8-bit operands,
/// when the last compiler was released.
static constexpr OpRule kRules[] = {
    {"add", 3},
    {"average_pool_2d", 3, checkPool<AveragePool2DOp>},
    {"concatenation", 3, checkConcatenation},
    {"conv_2d", 5, checkConvolution<Conv2DOp>},
    // Both are known, with types that the chip does not have.
    {"dequantize", 4},
    {"depthwise_conv_2d", 6, checkConvolution<DepthwiseConv2DOp>},
    {"expand_dims", 1},
    {"fully_connected", 9, checkFullyConnected},
    {"l2_normalization", 2},
    {"logistic", 3},
    {"max_pool_2d", 3, checkPool<MaxPool2DOp>},
    {"maximum", 4},
    {"mean", 3, checkReduction<MeanOp>},
    {"minimum", 4},
    {"mul", 5},
    {"pack", 3, checkPack},
    {"pad", 2, checkPad},
    {"prelu", 1, checkPrelu},
    {"quantize", 2},
    {"reduce_max", 2, checkReduction<ReduceMaxOp>},
    {"reduce_min", 2, checkReduction<ReduceMinOp>},
    {"relu", 2},
    {"relu6", 2},
    {"relu_n1_to_1", 1},
    {"reshape", 1, checkReshape},
    {"resize_bilinear", 3, checkResize<ResizeBilinearOp>},
    {"resize_nearest_neighbor", 3, checkResize<ResizeNearestNeighborOp>},
    {"rsqrt", 2},
    {"slice", 3},
    {"softmax", 3, checkSoftmax},
    {"space_to_depth", 2},
    {"split", 4, checkSplit},
    {"squared_difference", 2},
    {"squeeze", 2, checkSqueeze},
    {"strided_slice", 4, checkStridedSlice},
    {"sub", 3},
    {"sum", 2, checkReduction<SumOp>},
    {"tanh", 3},
    {"tile", 2},
    {"transpose", 4},
    {"transpose_conv", 3},
    {"unidirectional_sequence_lstm", 3},
};

static const OpRule *findRule(StringRef op) {
  static const llvm::StringMap<const OpRule *> rules = [] {
    llvm::StringMap<const OpRule *> map;
    for (const OpRule &rule : kRules)
      map[rule.name] = &rule;
    return map;
  }();
  op.consume_front("mopt.");
  return rules.lookup(op);
}

//===----------------------------------------------------------------------===//
// Limits of all operators
//===----------------------------------------------------------------------===//

/// 8 bits; states of recurrent cells may have 16.
static bool isChipType(Type type, OperandRole role) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return false;
  auto quantized = dyn_cast<quant::QuantizedType>(tensor.getElementType());
  if (!quantized)
    return false;
  unsigned width = quantized.getStorageTypeIntegralWidth();
  return width == 8 || (width == 16 && (role == OperandRole::State ||
                                        role == OperandRole::Other));
}

static Refusal wrongType(Value value) {
  std::string type;
  llvm::raw_string_ostream os(type);
  getElementTypeOrSelf(value.getType()).print(os);
  return {edgetpu_status::kDataType.str(),
          ("'" + getTensorName(value) + "' is of type " + type).str()};
}

static OperandRole getRole(Operation *op, unsigned operand) {
  if (auto quantizable = dyn_cast<QuantizableOp>(op))
    return quantizable.getQuantSpec().getRole(operand);
  return OperandRole::Activation;
}

static Result checkTypes(Operation *op) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<RankedTensorType>(operand.get().getType()))
      continue;
    OperandRole role = getRole(op, operand.getOperandNumber());
    // Indices and biases have integers of 32 bits.
    if (role == OperandRole::Index || role == OperandRole::Bias)
      continue;
    bool isGateBias =
        role == OperandRole::Other && isConstant(operand.get()) &&
        getStorageElementType(
            cast<RankedTensorType>(operand.get().getType()).getElementType())
            .isInteger(32);
    if (!isGateBias && !isChipType(operand.get().getType(), role))
      return wrongType(operand.get());
  }
  for (Value result : op->getResults())
    if (!isChipType(result.getType(), OperandRole::Activation))
      return wrongType(result);
  return std::nullopt;
}

static Result checkShapes(Operation *op) {
  auto check = [](Value value) -> Result {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type)
      return std::nullopt;
    if (!type.hasStaticShape())
      return limited("the shape of '" + getTensorName(value) +
                     "' is not known at compile time");
    ArrayRef<int64_t> shape = type.getShape();
    if (shape.size() > 3 && llvm::any_of(shape.drop_back(3), [](int64_t size) {
          return size != 1;
        }))
      return limited("the tensor " + describe(value) +
                     " has more than 3 dimensions above 1");
    return std::nullopt;
  };
  for (OpOperand &operand : op->getOpOperands())
    if (getRole(op, operand.getOperandNumber()) == OperandRole::Activation)
      if (Result refusal = check(operand.get()))
        return refusal;
  for (Value result : op->getResults())
    if (Result refusal = check(result))
      return refusal;
  return std::nullopt;
}

static Result checkConstants(Operation *op) {
  for (OpOperand &operand : op->getOpOperands()) {
    OperandRole role = getRole(op, operand.getOperandNumber());
    bool mustBeConstant = role == OperandRole::Weight ||
                          role == OperandRole::Bias ||
                          role == OperandRole::Index;
    if (mustBeConstant && isa<RankedTensorType>(operand.get().getType()) &&
        !isConstant(operand.get()))
      return limited("the operand " + describe(operand.get()) +
                     " is not known at compile time");
  }
  return std::nullopt;
}

namespace {

class EdgeTPUTarget : public PartitionTarget {
public:
  StringRef getName() const override { return kEdgeTPUTarget; }
  bool knows(StringRef op) const override {
    // Its result is never of the chip's types.
    return findRule(op) && op != DequantizeOp::getOperationName();
  }
  bool hasSingleRegion() const override { return true; }
  StringRef getMappedStatus() const override { return edgetpu_status::kMapped; }
  StringRef getStrandedStatus() const override {
    return edgetpu_status::kSecondSubgraph;
  }

  Result refuse(Operation *op) const override {
    // The compiler looks at types before it looks at anything else.
    if (isa<BuiltinOp>(op) && !isa<CustomCodeOp>(op))
      if (Result refusal = checkTypes(op))
        return refusal;
    const OpRule *rule = findRule(op->getName().getStringRef());
    if (!rule)
      return Refusal{edgetpu_status::kNotSupported.str(), {}};
    if (int32_t version = getVersion(op); version > rule->maxVersion)
      return Refusal{
          edgetpu_status::kVersion.str(),
          ("version " + Twine(version) + " is above " + Twine(rule->maxVersion))
              .str()};
    for (auto check : {checkShapes, checkConstants, rule->check})
      if (check)
        if (Result refusal = check(op))
          return refusal;
    return std::nullopt;
  }

private:
  static int32_t getVersion(Operation *op) {
    if (auto version = op->getAttrOfType<IntegerAttr>(kVersionAttr))
      return version.getInt();
    return cast<BuiltinOp>(op).getMinVersion();
  }
};

} // namespace

std::unique_ptr<PartitionTarget> mopt::createEdgeTPUTarget() {
  return std::make_unique<EdgeTPUTarget>();
}

void mopt::registerEdgeTPUTarget() {
  registerPartitionTarget(kEdgeTPUTarget, createEdgeTPUTarget);
}
