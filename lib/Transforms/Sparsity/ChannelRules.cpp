//===- ChannelRules.cpp - How channels flow through ops -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelRules.h"

#include "mopt/Dialect/Mopt/IR/MoptOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "llvm/ADT/StringMap.h"

#include <numeric>

using namespace mlir;
using namespace mlir::mopt;

namespace {
using Role = ChannelCut::Role;
using Nodes = SmallVector<int>;
} // namespace

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

static bool isAbsent(Operation *op, unsigned operand) {
  return operand >= op->getNumOperands() ||
         isa<NoneType>(op->getOperand(operand).getType());
}

/// Makes operand `index` a constant of other integers.
static void setIntegers(Operation *op, unsigned index,
                        ArrayRef<int64_t> values) {
  auto old = op->getOperand(index).getDefiningOp<ConstOp>();
  RankedTensorType type = typeOf(old.getResult());
  AsmResourceBlob blob =
      allocateConstBlob(values.size() * type.getElementTypeBitWidth() / 8);
  char *data = blob.getMutableData().data();
  if (type.getElementType().isInteger(32))
    llvm::copy(values, reinterpret_cast<int32_t *>(data));
  else
    llvm::copy(values, reinterpret_cast<int64_t *>(data));
  OpBuilder builder(op);
  op->setOperand(index,
                 createConst(builder, old.getLoc(), type, std::move(blob),
                             getTensorInfo(old.getResult()))
                     .getResult());
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

/// Weights whose operand's output axis is that of the op's interface, and the
/// bias.
static std::string coupleWeights(Operation *op, ChannelGraph &graph,
                                 unsigned filterIndex, unsigned biasIndex,
                                 ArrayRef<int> outputs, ArrayRef<int> inputs,
                                 int64_t positions) {
  auto weighted = cast<WeightedOp>(op);
  OpOperand &filter = op->getOpOperand(filterIndex);
  if (std::string why = graph.cut(filter, weighted.getOutputChannelAxis(),
                                  outputs, Role::Output);
      !why.empty())
    return why;
  if (!inputs.empty())
    if (std::string why = graph.cut(filter, weighted.getInputChannelAxis(),
                                    inputs, Role::Input);
        !why.empty())
      return why;
  if (!isAbsent(op, biasIndex))
    if (std::string why =
            graph.cut(op->getOpOperand(biasIndex), 0, outputs, Role::Output);
        !why.empty())
      return why;
  ChannelLayer layer{op, filterIndex, Nodes(outputs), Nodes(inputs)};
  int64_t channels =
      outputs.size() * std::max<size_t>(inputs.size(), size_t(1));
  layer.taps =
      typeOf(filter.get()).getNumElements() / std::max<int64_t>(channels, 1);
  layer.positions = positions;
  graph.addLayer(std::move(layer));
  return "";
}

static std::string coupleConv2D(Operation *op, ChannelGraph &graph) {
  Value input = op->getOperand(0);
  RankedTensorType filter = typeOf(op->getOperand(1));
  if (graph.getAxis(input) != 3)
    return "reads channels that are another dimension";
  Nodes outputs = graph.addValue(op->getResult(0), 3);
  Nodes all = graph.getNodes(input);
  int64_t width = filter.getDimSize(3), channels = all.size();
  int64_t groups = width ? channels / width : 0;
  if (groups * width != channels || !groups || outputs.size() % groups != 0)
    return "has groups of unequal channels";
  int64_t outputWidth = outputs.size() / groups;
  Nodes inputs(all.begin(), all.begin() + width);
  if (groups > 1 && width == 1) {
    // A depthwise convolution: a group goes as a whole.
    inputs.clear();
    for (int64_t i = 0; i < static_cast<int64_t>(outputs.size()); ++i)
      graph.unite(outputs[i], all[i / outputWidth]);
  } else if (groups > 1) {
    // Groups keep equal sizes: the same channel of each goes.
    for (int64_t i = width; i < channels; ++i)
      graph.unite(all[i], all[i % width]);
    for (size_t i = outputWidth; i < outputs.size(); ++i)
      graph.unite(outputs[i], outputs[i % outputWidth]);
  }
  return coupleWeights(op, graph, 1, 2, outputs, inputs,
                       typeOf(op->getResult(0)).getNumElements() /
                           std::max<int64_t>(outputs.size(), 1));
}

static std::string coupleDepthwise(Operation *op, ChannelGraph &graph) {
  Value input = op->getOperand(0);
  if (graph.getAxis(input) != 3)
    return "reads channels that are another dimension";
  Nodes outputs = graph.addValue(op->getResult(0), 3);
  Nodes inputs = graph.getNodes(input);
  if (inputs.empty() || outputs.size() % inputs.size() != 0)
    return "has groups of unequal channels";
  int64_t multiplier = outputs.size() / inputs.size();
  for (auto [i, output] : llvm::enumerate(outputs))
    graph.unite(output, inputs[i / multiplier]);
  return coupleWeights(op, graph, 1, 2, outputs, {},
                       typeOf(op->getResult(0)).getNumElements() /
                           std::max<int64_t>(outputs.size(), 1));
}

/// The input is read as rows of the filter's depth, whatever its shape.
static std::string coupleFullyConnected(Operation *op, ChannelGraph &graph) {
  Value input = op->getOperand(0);
  auto layer = cast<FullyConnectedOp>(op);
  if (layer.getWeightsFormat() != WeightsFormat::DEFAULT)
    return "has weights in another order";
  int64_t axis = graph.getAxis(input);
  if (axis < 0)
    return "reads a tensor of no known channels";
  RankedTensorType type = typeOf(input);
  int64_t depth = typeOf(op->getOperand(1)).getDimSize(1);
  int64_t inner = 1;
  for (int64_t size : type.getShape().drop_front(axis + 1))
    inner *= size;
  if (layer.getKeepNumDims() && type.getShape().back() != depth)
    return "keeps dimensions of a tensor that it flattens";
  int base = graph.getBase(input);
  int64_t channels = graph.getSize(input);
  Nodes inputs;
  for (int64_t i = 0; i < type.getNumElements(); ++i) {
    int node = base + static_cast<int>(i / inner % channels);
    if (i < depth)
      inputs.push_back(node);
    else
      graph.unite(inputs[i % depth], node);
  }
  Value result = op->getResult(0);
  Nodes outputs = graph.addValue(result, typeOf(result).getRank() - 1);
  return coupleWeights(op, graph, 1, 2, outputs, inputs,
                       typeOf(result).getNumElements() /
                           std::max<int64_t>(outputs.size(), 1));
}

static std::string coupleTransposeConv(Operation *op, ChannelGraph &graph) {
  Value input = op->getOperand(2);
  if (graph.getAxis(input) != 3)
    return "reads channels that are another dimension";
  if (!getConstantIntegers(op->getOperand(0)))
    return "computes its shape at run time";
  Nodes outputs = graph.addValue(op->getResult(0), 3);
  Nodes inputs = graph.getNodes(input);
  return coupleWeights(op, graph, 1, 3, outputs, inputs,
                       typeOf(input).getNumElements() /
                           std::max<int64_t>(inputs.size(), 1));
}

static void adaptTransposeConv(Operation *op) {
  setIntegers(op, 0, typeOf(op->getResult(0)).getShape());
}

//===----------------------------------------------------------------------===//
// Ops that treat channels one by one
//===----------------------------------------------------------------------===//

/// All operands are broadcast to the shape of the result.
static std::string coupleElementwise(Operation *op, ChannelGraph &graph) {
  Value result = op->getResult(0);
  RankedTensorType type = typeOf(result);
  int64_t axis = type.getRank() - 1;
  if (axis < 0)
    return "has no channels";
  for (Value operand : op->getOperands()) {
    int64_t own = graph.getAxis(operand);
    if (own < 0)
      continue;
    int64_t aligned = own + type.getRank() - typeOf(operand).getRank();
    if (graph.getSize(operand) != type.getDimSize(aligned))
      continue;
    axis = aligned;
    break;
  }
  Nodes nodes = graph.addValue(result, axis);
  for (OpOperand &operand : op->getOpOperands()) {
    Value value = operand.get();
    if (isa<NoneType>(value.getType()))
      continue;
    RankedTensorType from = typeOf(value);
    int64_t own = axis - (type.getRank() - from.getRank());
    if (own < 0 || (from.getDimSize(own) == 1 && nodes.size() != 1)) {
      if (graph.getAxis(value) >= 0 && graph.getSize(value) > 1)
        return "has operands whose channels are different dimensions";
      // One number for all channels, which no removal takes.
      graph.pin(value, "a single channel is combined with all of another "
                       "tensor");
      continue;
    }
    if (std::string why = graph.tie(operand, own, nodes); !why.empty())
      return why;
  }
  return "";
}

/// As elementwise, but a channel that is zero must not become a NaN.
static std::string coupleDivision(Operation *op, ChannelGraph &graph) {
  if (!op->getOperand(1).getDefiningOp<ConstOp>())
    return "divides by channels, which may be zero";
  return coupleElementwise(op, graph);
}

/// Operand 0 keeps its channels where they are.
static std::string coupleSame(Operation *op, ChannelGraph &graph) {
  Value input = op->getOperand(0), result = op->getResult(0);
  int64_t axis = graph.getAxis(input);
  if (axis < 0 || axis >= typeOf(result).getRank())
    return "reads a tensor of no known channels";
  graph.addValue(result, axis);
  return graph.tie(op->getOpOperand(0), axis, graph.getNodes(result));
}

/// Windows, images and blocks of NHWC tensors.
static std::string coupleImages(Operation *op, ChannelGraph &graph) {
  if (graph.getAxis(op->getOperand(0)) !=
      typeOf(op->getOperand(0)).getRank() - 1)
    return "reads channels that are another dimension";
  return coupleSame(op, graph);
}

static std::string couplePad(Operation *op, ChannelGraph &graph) {
  std::optional<SmallVector<int64_t>> paddings =
      getConstantIntegers(op->getOperand(1));
  int64_t axis = graph.getAxis(op->getOperand(0));
  if (!paddings || axis < 0)
    return "computes its shape at run time";
  if ((*paddings)[2 * axis] != 0 || (*paddings)[2 * axis + 1] != 0)
    return "pads channels";
  return coupleSame(op, graph);
}

/// Softmax, norms and the like, which mix what lies along the last dimension.
static std::string coupleLastMixed(Operation *op, ChannelGraph &graph) {
  if (graph.getAxis(op->getOperand(0)) ==
      typeOf(op->getOperand(0)).getRank() - 1)
    return "mixes them";
  return coupleSame(op, graph);
}

static std::string coupleReduction(Operation *op, ChannelGraph &graph) {
  Value input = op->getOperand(0), result = op->getResult(0);
  std::optional<SmallVector<int64_t>> axes =
      getConstantIntegers(op->getOperand(1));
  int64_t axis = graph.getAxis(input), rank = typeOf(input).getRank();
  if (!axes || axis < 0)
    return "computes its shape at run time";
  bool keeps = op->getAttrOfType<BoolAttr>("keep_dims") &&
               op->getAttrOfType<BoolAttr>("keep_dims").getValue();
  llvm::SmallBitVector reduced(rank);
  for (int64_t value : *axes)
    reduced.set(value < 0 ? value + rank : value);
  if (reduced.test(axis))
    return "mixes them";
  int64_t position = axis;
  for (int64_t i = 0; !keeps && i < axis; ++i)
    position -= reduced.test(i);
  graph.addValue(result, position);
  return graph.tie(op->getOpOperand(0), axis, graph.getNodes(result));
}

static std::string coupleConcatenation(Operation *op, ChannelGraph &graph) {
  Value result = op->getResult(0);
  int64_t rank = typeOf(result).getRank();
  int64_t joined = cast<ConcatenationOp>(op).getAxis();
  if (joined < 0)
    joined += rank;
  int64_t axis = -1;
  for (Value operand : op->getOperands())
    if (axis < 0)
      axis = graph.getAxis(operand);
  if (axis < 0)
    return "reads a tensor of no known channels";
  Nodes nodes = graph.addValue(result, axis);
  ArrayRef<int> rest = nodes;
  for (OpOperand &operand : op->getOpOperands()) {
    int64_t size = typeOf(operand.get()).getDimSize(axis);
    if (std::string why = graph.tie(
            operand, axis, axis == joined ? rest.take_front(size) : rest);
        !why.empty())
      return why;
    if (axis == joined)
      rest = rest.drop_front(size);
  }
  return "";
}

//===----------------------------------------------------------------------===//
// Ops that move elements
//===----------------------------------------------------------------------===//

/// Calls `visit(position, source)` for the elements of a result in their order
/// and where they lie in the operand.
static void forEachElement(const ElementView &view,
                           llvm::function_ref<void(int64_t, int64_t)> visit) {
  SmallVector<int64_t> index(view.shape.size(), 0);
  int64_t source = view.offset;
  for (int64_t i = 0, count = view.getNumElements(); i < count; ++i) {
    visit(i, source);
    for (size_t d = index.size(); d-- > 0;) {
      source += view.strides[d];
      if (++index[d] < view.shape[d])
        break;
      source -= view.strides[d] * view.shape[d];
      index[d] = 0;
    }
  }
}

static int64_t getInner(RankedTensorType type, int64_t axis) {
  int64_t inner = 1;
  for (int64_t size : type.getShape().drop_front(axis + 1))
    inner *= size;
  return inner;
}

/// How many classes the channels of the operand fall into where those of a
/// result run along `axis`. All elements of a result's channel come from one
/// class, so that what is removed on one side is what is removed on the other.
static int64_t countClasses(const ElementView &view, int64_t channels,
                            int64_t innerIn, RankedTensorType result,
                            int64_t axis) {
  int64_t size = result.getDimSize(axis), inner = getInner(result, axis);
  std::vector<int> parents(channels + size);
  std::iota(parents.begin(), parents.end(), 0);
  auto find = [&](int node) {
    while (parents[node] != node)
      node = parents[node] = parents[parents[node]];
    return node;
  };
  int64_t classes = channels + size;
  forEachElement(view, [&](int64_t position, int64_t source) {
    int a = find(static_cast<int>(source / innerIn % channels));
    int b = find(static_cast<int>(channels + position / inner % size));
    if (a == b)
      return;
    parents[a] = b;
    --classes;
  });
  return classes;
}

/// Chooses the dimension that keeps most channels apart for the channels of the
/// results.
static std::string coupleViews(Operation *op, ChannelGraph &graph, Value input,
                               ArrayRef<ElementView> views) {
  int64_t axis = graph.getAxis(input);
  if (axis < 0)
    return "reads a tensor of no known channels";
  int64_t innerIn = getInner(typeOf(input), axis);
  int64_t channels = graph.getSize(input);
  int base = graph.getBase(input);
  for (auto [result, view] : llvm::zip_equal(op->getResults(), views)) {
    RankedTensorType type = typeOf(result);
    int64_t best = -1, most = 0;
    for (int64_t i = type.getRank(); i-- > 0;) {
      int64_t count = countClasses(view, channels, innerIn, type, i);
      if (count > most) {
        most = count;
        best = i;
      }
    }
    if (best < 0)
      return "has a result of no channels";
    int64_t inner = getInner(type, best), size = type.getDimSize(best);
    int own = graph.addValue(result, best).front();
    forEachElement(view, [&](int64_t position, int64_t source) {
      graph.unite(base + static_cast<int>(source / innerIn % channels),
                  own + static_cast<int>(position / inner % size));
    });
  }
  return "";
}

static std::string coupleReshape(Operation *op, ChannelGraph &graph) {
  if (op->getNumOperands() > 1 && !isAbsent(op, 1) &&
      !getConstantIntegers(op->getOperand(1)))
    return "computes its shape at run time";
  return coupleViews(
      op, graph, op->getOperand(0),
      ElementView::getWhole(typeOf(op->getOperand(0)).getShape()));
}

/// -1 stays where it was.
static void adaptReshape(Operation *op) {
  ArrayRef<int64_t> shape = typeOf(op->getResult(0)).getShape();
  auto reshape = cast<ReshapeOp>(op);
  auto adapt = [&](ArrayRef<int64_t> old) {
    SmallVector<int64_t> made(shape);
    for (auto [size, was] : llvm::zip(made, old))
      if (was < 0)
        size = was;
    return made;
  };
  ArrayRef<int32_t> attribute = reshape.getNewShape();
  if (attribute.size() == shape.size()) {
    SmallVector<int64_t> made =
        adapt(SmallVector<int64_t>(attribute.begin(), attribute.end()));
    reshape.setNewShape(SmallVector<int32_t>(made.begin(), made.end()));
  }
  if (!isAbsent(op, 1))
    setIntegers(op, 1, adapt(*getConstantIntegers(op->getOperand(1))));
}

static std::string coupleView(Operation *op, ChannelGraph &graph) {
  FailureOr<SmallVector<ElementView>> views =
      cast<ElementViewOp>(op).getElementViews([&](unsigned operand) {
        return getConstantIntegers(op->getOperand(operand));
      });
  if (failed(views) || views->size() != op->getNumResults())
    return "computes its shape at run time";
  return coupleViews(
      op, graph,
      op->getOperand(cast<QuantizableOp>(op).getQuantSpec().getDataOperand()),
      *views);
}

/// Parts stay equal: the same channel of each goes.
static std::string coupleSplit(Operation *op, ChannelGraph &graph) {
  std::optional<SmallVector<int64_t>> split =
      getConstantIntegers(op->getOperand(0));
  OpOperand &input = op->getOpOperand(1);
  int64_t axis = graph.getAxis(input.get());
  if (!split || split->size() != 1 || axis < 0)
    return "computes its shape at run time";
  int64_t along = split->front();
  if (along < 0)
    along += typeOf(input.get()).getRank();
  Nodes all = graph.getNodes(input.get());
  for (auto [part, result] : llvm::enumerate(op->getResults())) {
    Nodes nodes = graph.addValue(result, axis);
    for (auto [i, node] : llvm::enumerate(nodes)) {
      graph.unite(node, all[i]);
      if (along == axis)
        graph.unite(node, all[part * nodes.size() + i]);
    }
  }
  return "";
}

/// Whole channels of a part of the pixels.
static std::string coupleSlice(Operation *op, ChannelGraph &graph) {
  Value input = op->getOperand(0), result = op->getResult(0);
  int64_t axis = graph.getAxis(input);
  if (axis < 0 || !getConstantIntegers(op->getOperand(2)))
    return "computes its shape at run time";
  if (typeOf(result).getDimSize(axis) != graph.getSize(input))
    return "takes some of them";
  return coupleSame(op, graph);
}

static void adaptSlice(Operation *op) {
  SmallVector<int64_t> sizes = *getConstantIntegers(op->getOperand(2));
  ArrayRef<int64_t> shape = typeOf(op->getResult(0)).getShape();
  for (auto [size, now] : llvm::zip_equal(sizes, shape))
    if (size >= 0)
      size = now;
  setIntegers(op, 2, sizes);
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

template <typename... Ops>
static void add(llvm::StringMap<ChannelRule> &table, ChannelRule rule) {
  (table.insert({Ops::getOperationName(), rule}), ...);
}

static llvm::StringMap<ChannelRule> makeTable() {
  llvm::StringMap<ChannelRule> table;
  add<Conv2DOp>(table, {coupleConv2D});
  add<DepthwiseConv2DOp>(table, {coupleDepthwise});
  add<FullyConnectedOp>(table, {coupleFullyConnected});
  add<TransposeConvOp>(table, {coupleTransposeConv, adaptTransposeConv});

  add<AddOp, SubOp, MulOp, MaximumOp, MinimumOp, SquaredDifferenceOp, PreluOp>(
      table, {coupleElementwise});
  add<ReluOp, Relu6Op, ReluN1To1Op, Relu0To1Op, LeakyReluOp, HardSwishOp,
      LogisticOp, TanhOp, EluOp, GeluOp, AbsOp, NegOp, SignOp, ExpOp, SqrtOp,
      SquareOp, SinOp, CosOp, FloorOp, CeilOp, RoundOp, QuantizeOp,
      DequantizeOp, CastOp, FakeQuantOp>(table, {coupleElementwise});
  add<DivOp>(table, {coupleDivision});
  add<AveragePool2DOp, MaxPool2DOp, ResizeBilinearOp, ResizeNearestNeighborOp,
      SpaceToBatchNdOp, BatchToSpaceNdOp>(table, {coupleImages});
  add<PadOp, PadV2Op, MirrorPadOp>(table, {couplePad});
  add<SoftmaxOp, LogSoftmaxOp, L2NormalizationOp, LocalResponseNormalizationOp>(
      table, {coupleLastMixed});
  add<MeanOp, SumOp, ReduceMaxOp, ReduceMinOp, ReduceProdOp>(table,
                                                             {coupleReduction});
  add<ConcatenationOp>(table, {coupleConcatenation});

  add<ReshapeOp>(table, {coupleReshape, adaptReshape});
  add<SqueezeOp, ExpandDimsOp>(table, {coupleReshape});
  add<TransposeOp, SpaceToDepthOp, DepthToSpaceOp>(table, {coupleView});
  add<SplitOp>(table, {coupleSplit});
  add<SliceOp>(table, {coupleSlice, adaptSlice});
  return table;
}

const ChannelRule *mopt::getChannelRule(Operation *op) {
  static const llvm::StringMap<ChannelRule> table = makeTable();
  auto found = table.find(op->getName().getStringRef());
  return found == table.end() ? nullptr : &found->second;
}
