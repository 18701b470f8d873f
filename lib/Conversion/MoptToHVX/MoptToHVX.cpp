//===- MoptToHVX.cpp - Layers become kernels of Hexagon -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Conversion/MoptToHVX/MoptToHVX.h"

#include "HVXConstants.h"
#include "MatchNode.h"
#include "PlanPlanes.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Pass/Pass.h"
#include "mopt/Conversion/MoptToKernel/KernelRewrites.h"
#include "mopt/Conversion/MoptToLinalg/MoptToLinalg.h"
#include "mopt/Conversion/Passes.h"
#include "mopt/Dialect/Kernel/IR/HVXImageKernels.h"
#include "mopt/Dialect/Mopt/IR/ElementwiseOps.h"
#include "mopt/Dialect/Mopt/IR/QuantOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/IR/ShapeOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Dialect/Mopt/Reference/RequantizeOption.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::HVXRequantizeAttr;
using kernel::PlanesAttr;

namespace mlir::mopt {
#define GEN_PASS_DEF_CONVERTMOPTTOHVXPASS
#include "mopt/Conversion/Passes.h.inc"
} // namespace mlir::mopt

namespace {

/// Makes the kernels of one function.
class KernelBuilder {
public:
  KernelBuilder(func::FuncOp func, SmallVector<HVXNode, 0> nodes)
      : func(func), nodes(std::move(nodes)),
        plan(this->nodes, func.getContext()), builder(func.getContext()) {
    for (const HVXNode &node : this->nodes)
      if (node.step > 1)
        stridedReaders.insert(node.op);
  }

  void run();

private:
  void lower(const HVXNode &node);
  bool hasChannelLanes(const HVXNode &node);
  int64_t getOutputStep(const HVXNode &node);
  /// The kernel that writes planes of `node`, those of `outputStep`.
  Value makeKernel(const HVXNode &node, int64_t outputStep);
  Value makeMatmul(const HVXNode &node);
  Value makeMean(const HVXNode &node);
  Value makeLinearAdd(const HVXNode &node);
  Value makePool(const HVXNode &node);
  Value makeConcat(const HVXNode &node);
  Value makeResize(const HVXNode &node);
  Value makeDenseKernel(const HVXNode &node);
  /// `value` in memory, as its type says; a kernel unpacks it, or a cast is
  /// made.
  Value getDense(Value value);
  Value getPlanes(Value value, int64_t step = 1);
  Value makeBuffer(PlanesAttr planes) {
    return tensor::EmptyOp::create(builder, func.getLoc(), planes.getBytes(),
                                   builder.getI8Type());
  }
  /// A dense destination of the type of `value`.
  Value makeDense(Value value) {
    auto type = cast<RankedTensorType>(converter.convertType(value.getType()));
    return tensor::EmptyOp::create(builder, func.getLoc(), type.getShape(),
                                   type.getElementType());
  }
  /// What is around an image that `value` is, if something reads it.
  IntegerAttr getBorder(Value value, int64_t step = 1) {
    if (!plan.hasBorder(value, step))
      return {};
    return builder.getI32IntegerAttr(plan.getBorder(value, step));
  }
  static int32_t getZeroPoint(Value value) {
    return getByteZeroPoint(value) + kOffset;
  }
  HVXRequantizeAttr getRequantize(kernel::HVXRounding rounding, Value output,
                                  ActivationFunction activation);
  void replace();

  func::FuncOp func;
  SmallVector<HVXNode, 0> nodes;
  PlanesPlan plan;
  /// What reads its image with a stride.
  DenseSet<Operation *> stridedReaders;
  OpBuilder builder;
  StorageTypeConverter converter;
  /// Values in memory, by step; 0 is dense.
  DenseMap<std::pair<Value, int64_t>, Value> stored;
};

} // namespace

HVXRequantizeAttr KernelBuilder::getRequantize(kernel::HVXRounding rounding,
                                               Value output,
                                               ActivationFunction activation) {
  int32_t zeroPoint = getByteZeroPoint(output);
  ClampRange<int32_t> range = *getQuantizedActivationRange(
      activation, getQuantParams(output.getType()).scale(), zeroPoint,
      {-kOffset, kOffset - 1});
  return HVXRequantizeAttr::get(func.getContext(), rounding,
                                zeroPoint + kOffset, range.min + kOffset,
                                range.max + kOffset);
}

Value KernelBuilder::getDense(Value value) {
  Value &result = stored[{value, 0}];
  if (result)
    return result;
  if (auto planes = stored.find({value, 1}); planes != stored.end()) {
    Value output = makeDense(value);
    return stored[{value, 0}] =
               kernel::HVXUnpackOp::create(
                   builder, value.getLoc(), output.getType(), planes->second,
                   output, plan.get(value), isUnsigned(value))
                   .getResult(0);
  }
  return result = UnrealizedConversionCastOp::create(
                      builder, value.getLoc(),
                      converter.convertType(value.getType()), value)
                      .getResult(0);
}

/// The value with the same bytes in planes: int8 of uint8, with the same scale.
static Value getSameBytes(Value value) {
  auto quantize = value.getDefiningOp<QuantizeOp>();
  if (!quantize)
    return value;
  Value input = quantize.getInput();
  auto type = dyn_cast<RankedTensorType>(input.getType());
  if (!type || type.getRank() != 4)
    return value;
  QuantParams from = getQuantParams(type), to = getQuantParams(value.getType());
  Type storage = getStorageElementType(type.getElementType());
  if (!from.isQuantized() || from.isPerAxis() || !storage.isInteger() ||
      storage.getIntOrFloatBitWidth() != 8 || from.scale() != to.scale() ||
      getByteZeroPoint(input) != getByteZeroPoint(value))
    return value;
  return input;
}

Value KernelBuilder::getPlanes(Value value, int64_t step) {
  if (Value found = stored.lookup({value, step}))
    return found;
  PlanesAttr planes = plan.get(value, step);
  Location loc = value.getLoc();
  Value output = makeBuffer(planes), result;
  if (Value whole = stored.lookup({value, 1})) {
    result = kernel::HVXSplitPhasesOp::create(
                 builder, loc, output.getType(), whole, output, plan.get(value),
                 planes, plan.getBorder(value, step))
                 .getResult(0);
  } else {
    Value source = getSameBytes(value);
    result = kernel::HVXPackOp::create(
                 builder, loc, output.getType(), getDense(source), output,
                 planes, plan.getBorder(value, step), isUnsigned(source))
                 .getResult(0);
  }
  return stored[{value, step}] = result;
}

Value KernelBuilder::makeMatmul(const HVXNode &node) {
  const Layer &layer = *node.layer;
  HVXConstants::Matmul constants =
      HVXConstants(builder, node, node.factors).makeMatmul();
  Value input = getDense(node.input), output = makeDense(node.output);
  int64_t rows = cast<RankedTensorType>(node.input.getType()).getNumElements() /
                 layer.weights.depth;
  return kernel::HVXMatmulOp::create(
             builder, node.op->getLoc(), output.getType(), input,
             constants.weights, constants.parameters, output, rows,
             layer.weights.depth, layer.weights.outputs,
             constants.weightZeroPoint, isUnsigned(node.input),
             getRequantize(node.factors.rounding, node.output,
                           layer.activation))
      .getResult(0);
}

Value KernelBuilder::makeMean(const HVXNode &node) {
  const HVXMean &mean = node.mean;
  Value input = getPlanes(node.input), output = makeDense(node.output);
  return kernel::HVXMeanOp::create(
             builder, node.op->getLoc(), output.getType(), input, output,
             plan.get(node.input), mean.zeroPoint, mean.multiplier, mean.nudge,
             mean.shift, mean.lastNudges, mean.lastShift, mean.range.min,
             mean.range.max, isUnsigned(node.output))
      .getResult(0);
}

/// Four words for each of `samples`: the offset of what is low in bytes, and of
/// what is high if `hasHigh`, and both weights, in both halves of a word.
static Value makeResizeTable(OpBuilder &builder, Location loc,
                             const ResizeSamples &samples, int64_t bytes,
                             bool hasHigh) {
  std::vector<int32_t> words;
  for (auto [low, high, distance] :
       llvm::zip_equal(samples.low, samples.high, samples.fixedDistance)) {
    constexpr int32_t both = 0x10001;
    words.push_back(static_cast<int32_t>(low * bytes));
    words.push_back(hasHigh ? static_cast<int32_t>(high * bytes) : 0);
    words.push_back((int32_t(kExactResizeOne) - distance) * both);
    words.push_back(distance * both);
  }
  return createVectorConst<int32_t>(builder, loc, builder.getI32Type(), words);
}

Value KernelBuilder::makeResize(const HVXNode &node) {
  Location loc = node.op->getLoc();
  auto from = cast<RankedTensorType>(node.input.getType()).getShape();
  auto to = cast<RankedTensorType>(node.output.getType()).getShape();
  Value input = getDense(node.input), output = makeDense(node.output);
  Value rows = makeResizeTable(builder, loc, node.rowSamples, from[2] * from[3],
                               /*hasHigh=*/true);
  // Sums of two rows have 16 bits.
  Value columns = makeResizeTable(builder, loc, node.columnSamples, 2 * from[3],
                                  /*hasHigh=*/false);
  return kernel::HVXResizeBilinearOp::create(
             builder, loc, output.getType(), input, rows, columns, output,
             from[1], from[2], to[1], to[2], from[3])
      .getResult(0);
}

/// The numbers of a pool's windows.
static void makeWindow(const HVXNode &node, PlanesAttr planes,
                       SmallVectorImpl<int64_t> &rows,
                       SmallVectorImpl<int64_t> &columns) {
  // The leftmost column of each phase, with which others share vectors.
  DenseMap<int64_t, int64_t> leftmost;
  int64_t step = node.step;
  for (const HVXTap &tap : node.taps) {
    if (tap.windowColumn == 0)
      rows.push_back(tap.phase / step * step * planes.getSize() +
                     tap.row * planes.getPitch());
    if (tap.windowRow > 0)
      continue;
    int64_t phase = tap.phase % step;
    int64_t left = leftmost.try_emplace(phase, tap.column).first->second;
    columns.append({phase * planes.getSize() + left, tap.column - left});
  }
}

Value KernelBuilder::makePool(const HVXNode &node) {
  Value input = getPlanes(node.input, node.step);
  PlanesAttr in = plan.get(node.input, node.step);
  PlanesAttr out = plan.get(node.output);
  SmallVector<int64_t> rows, columns;
  makeWindow(node, in, rows, columns);
  Value output = makeBuffer(out);
  Location loc = node.op->getLoc();
  if (node.kind == HVXNode::Kind::AveragePool)
    return kernel::HVXAveragePoolOp::create(
               builder, loc, output.getType(), input, output, in, out, rows,
               columns, node.average.multiplier, node.average.nudge,
               node.average.shift, node.range.min, node.range.max,
               getBorder(node.output))
        .getResult(0);
  return kernel::HVXMaxPoolOp::create(
             builder, loc, output.getType(), input, output, in, out, rows,
             columns, node.range.min, node.range.max, getBorder(node.output))
      .getResult(0);
}

Value KernelBuilder::makeLinearAdd(const HVXNode &node) {
  const HVXSum &sum = *node.sum;
  Value lhs = getPlanes(node.input), rhs = getPlanes(node.other);
  PlanesAttr planes = plan.get(node.output);
  Value output = makeBuffer(planes);
  HVXRequantizeAttr range =
      getRequantize(kernel::HVXRounding::TwiceWide, node.output,
                    cast<AddOp>(node.op).getFusedActivationFunction());
  SmallVector<int32_t> multipliers = {sum.lhsMultiplier, sum.rhsMultiplier};
  return kernel::HVXLinearAddOp::create(
             builder, node.op->getLoc(), output.getType(), lhs, rhs, output,
             plan.get(node.input), plan.get(node.other), planes, multipliers,
             sum.offset, sum.shift, sum.tiesToEven, sum.zeroPoint,
             range.getMin(), range.getMax(), getBorder(node.output))
      .getResult(0);
}

/// True if a convolution takes less packets with channels in the lanes than
/// with pixels: images that fill vectors badly, and many weights a result.
static bool prefersChannelLanes(const HVXNode &node, PlanesAttr in,
                                PlanesAttr out) {
  if (!node.laneFactors)
    return false;
  constexpr int64_t lanes = kernel::HVXChannelConv2DOp::kLanes;
  // Half a packet a product; and what 32 results take from sums to bytes, in
  // tenths of packets.
  constexpr int64_t product = 5, pixelRest = 45, channelRest = 55;
  int64_t steps = static_cast<int64_t>(node.taps.size()) * in.getNumPlanes();
  int64_t pixels = out.getRows() * out.getColumns();
  int64_t vectors = llvm::divideCeil(out.getChannels(), lanes);
  int64_t withPixels = llvm::alignTo(out.getChannels(), 4) *
                       out.getNumVectors() * (steps * product + pixelRest);
  int64_t withChannels = pixels * vectors * (steps * product + channelRest) +
                         steps * out.getNumVectors() * 2 * product;
  return withChannels < withPixels;
}

Value KernelBuilder::makeConcat(const HVXNode &node) {
  SmallVector<Value> inputs;
  SmallVector<Attribute> planes;
  for (Value input : node.inputs) {
    inputs.push_back(getPlanes(input));
    planes.push_back(plan.get(input));
  }
  PlanesAttr out = plan.get(node.output);
  Value output = makeBuffer(out);
  return kernel::HVXConcatOp::create(
             builder, node.op->getLoc(), output.getType(), inputs, output,
             builder.getArrayAttr(planes), out, getBorder(node.output))
      .getResult(0);
}

Value KernelBuilder::makeKernel(const HVXNode &node, int64_t outputStep) {
  if (node.kind == HVXNode::Kind::Concat)
    return makeConcat(node);
  Location loc = node.op->getLoc();
  Value input = getPlanes(node.input, node.step);
  PlanesAttr in = plan.get(node.input, node.step);
  PlanesAttr out = plan.get(node.output, outputStep);
  if (node.sum)
    return makeLinearAdd(node);
  if (node.kind == HVXNode::Kind::MaxPool ||
      node.kind == HVXNode::Kind::AveragePool)
    return makePool(node);
  if (node.kind == HVXNode::Kind::Add) {
    Value other = getPlanes(node.other), output = makeBuffer(out);
    const HVXFactors &f = node.factors;
    SmallVector<int32_t> multipliers;
    for (auto [multiplier, shift] : llvm::zip_equal(f.multipliers, f.shifts))
      multipliers.append({multiplier, shift});
    SmallVector<int32_t> zeroPoints = {getZeroPoint(node.input),
                                       getZeroPoint(node.other)};
    return kernel::HVXAddOp::create(
               builder, loc, output.getType(), input, other, output, in,
               plan.get(node.other), out, zeroPoints, multipliers,
               getRequantize(kernel::HVXRounding::TwiceWide, node.output,
                             cast<AddOp>(node.op).getFusedActivationFunction()),
               getBorder(node.output))
        .getResult(0);
  }
  HVXRequantizeAttr requantize =
      getRequantize(node.factors.rounding, node.output, node.layer->activation);
  if (hasChannelLanes(node)) {
    HVXConstants::ChannelConvolution made =
        HVXConstants(builder, node, *node.laneFactors)
            .makeChannelConvolution(in, out);
    requantize = getRequantize(node.laneFactors->rounding, node.output,
                               node.layer->activation);
    Value output = makeBuffer(out);
    return kernel::HVXChannelConv2DOp::create(
               builder, loc, output.getType(), input, made.weights,
               made.parameters, made.steps, output, in, out, made.turns,
               made.weightZeroPoint, requantize,
               getBorder(node.output, outputStep))
        .getResult(0);
  }
  HVXConstants constants(builder, node, node.factors);
  if (node.kind == HVXNode::Kind::Depthwise) {
    HVXConstants::Depthwise made = constants.makeDepthwise(in, out);
    Value output = makeBuffer(out);
    auto getArray = [&](ArrayRef<int64_t> values) {
      return values.empty() ? DenseI64ArrayAttr()
                            : builder.getDenseI64ArrayAttr(values);
    };
    return kernel::HVXDepthwiseConv2DOp::create(
               builder, loc, output.getType(), input, made.weights,
               made.parameters, output, in, out,
               builder.getDenseI64ArrayAttr(made.columns),
               getArray(made.restColumns), getArray(made.restPlanes),
               requantize, getBorder(node.output))
        .getResult(0);
  }
  HVXConstants::Convolution made = constants.makeConvolution(in);
  Value output = makeBuffer(out);
  return kernel::HVXConv2DOp::create(builder, loc, output.getType(), input,
                                     made.weights, made.parameters, made.steps,
                                     made.rest, output, in, out, made.turns,
                                     requantize, getBorder(node.output))
      .getResult(0);
}

/// True if channels are in the lanes.
bool KernelBuilder::hasChannelLanes(const HVXNode &node) {
  return node.kind == HVXNode::Kind::Convolution &&
         prefersChannelLanes(node, plan.get(node.input, node.step),
                             plan.get(node.output));
}

/// The step of the planes that `node` writes: what is read with a stride only,
/// kernels with channels in the lanes write in phases.
int64_t KernelBuilder::getOutputStep(const HVXNode &node) {
  if (!plan.has(node.output, 2) || !hasChannelLanes(node))
    return 1;
  return llvm::all_of(
             node.output.getUsers(),
             [&](Operation *user) { return stridedReaders.contains(user); })
             ? 2
             : 1;
}

/// The kernel of a node that writes no planes.
Value KernelBuilder::makeDenseKernel(const HVXNode &node) {
  if (node.kind == HVXNode::Kind::Mean)
    return makeMean(node);
  return node.kind == HVXNode::Kind::Resize ? makeResize(node)
                                            : makeMatmul(node);
}

void KernelBuilder::lower(const HVXNode &node) {
  builder.setInsertionPoint(node.op);
  if (node.writesPlanes()) {
    int64_t step = getOutputStep(node);
    stored[{node.output, step}] = makeKernel(node, step);
    return;
  }
  stored[{node.output, 0}] = makeDenseKernel(node);
}

void KernelBuilder::replace() {
  DenseSet<Operation *> lowered;
  for (const HVXNode &node : nodes)
    lowered.insert(node.op);
  replaceByKernels(func, lowered, builder,
                   [&](Value value) { return getDense(value); });
}

void KernelBuilder::run() {
  for (const HVXNode &node : nodes)
    lower(node);
  replace();
}

/// True if `op` has nothing to compute: it keeps all bytes, or the kernels that
/// read it take its operand.
static bool needsNoCode(Operation *op, RequantizeMode mode) {
  if (isa<ReshapeOp, SqueezeOp, ExpandDimsOp>(op))
    return true;
  if (!isa<QuantizeOp>(op) ||
      getSameBytes(op->getResult(0)) == op->getResult(0))
    return false;
  return llvm::all_of(op->getUsers(), [&](Operation *user) {
    std::string reason;
    std::optional<HVXNode> node = matchHVXNode(user, mode, reason);
    return node && node->readsPlanes();
  });
}

std::optional<std::string> mopt::explainNoHVXKernel(Operation *op,
                                                    RequantizeMode mode) {
  std::string reason;
  if (needsNoCode(op, mode) || matchHVXNode(op, mode, reason))
    return std::nullopt;
  if (reason.empty())
    reason = "there is no kernel of such an op";
  return reason;
}

void mopt::convertMoptToHVX(func::FuncOp func, RequantizeMode mode,
                            HVXRefusalFn refuse) {
  if (func.isExternal() || !func.getBody().hasOneBlock())
    return;
  SmallVector<HVXNode, 0> nodes;
  for (Operation &op : func.getOps()) {
    std::string reason;
    if (std::optional<HVXNode> node = matchHVXNode(&op, mode, reason))
      nodes.push_back(std::move(*node));
    else if (!reason.empty())
      refuse(&op, reason);
  }
  if (!nodes.empty())
    KernelBuilder(func, std::move(nodes)).run();
}

namespace {

struct ConvertMoptToHVXPass
    : mopt::impl::ConvertMoptToHVXPassBase<ConvertMoptToHVXPass> {
  using ConvertMoptToHVXPassBase::ConvertMoptToHVXPassBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    FailureOr<RequantizeMode> mode = readRequantizeOption(func, requantize);
    if (failed(mode))
      return signalPassFailure();
    convertMoptToHVX(func, *mode, [](Operation *op, StringRef reason) {
      op->emitRemark("no kernel of Hexagon computes it: ") << reason;
    });
  }
};

} // namespace
