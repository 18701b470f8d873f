//===- ChannelGraph.cpp - Which channels stand and fall together ----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelGraph.h"

#include "ChannelRules.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

#include <numeric>

using namespace mlir;
using namespace mlir::mopt;

static std::string describe(Operation *op) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  StringRef name =
      op->getNumResults() ? getTensorName(op->getResult(0)) : StringRef();
  if (!name.empty())
    stream << "'" << name << "' (" << op->getName() << ")";
  else
    stream << op->getName();
  return text;
}

ChannelGraph::ChannelGraph(func::FuncOp func) : func(func) {
  auto addLast = [&](Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (type && type.hasStaticShape() && type.getRank() > 0 &&
        !channels.count(value))
      addValue(value, type.getRank() - 1);
  };
  for (Value argument : func.getArguments()) {
    addLast(argument);
    pin(argument, "they are an input of the function");
  }
  for (Operation &op : func.getBody().front()) {
    if (isa<ConstOp, NoValueOp>(op))
      continue;
    const ChannelRule *rule = getChannelRule(&op);
    std::string reason;
    bool isStatic = llvm::all_of(op.getResultTypes(), [](Type type) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      return tensor && tensor.hasStaticShape();
    });
    if (op.hasTrait<OpTrait::IsTerminator>())
      reason = "they are an output of the function";
    else if (!rule)
      reason = describe(&op) + " may need all of them";
    else if (!isStatic)
      reason = "the shape of " + describe(&op) + " is not known";
    else if (std::string why = rule->couple(&op, *this); !why.empty())
      reason = describe(&op) + " " + why;
    for (Value result : op.getResults())
      addLast(result);
    if (reason.empty())
      continue;
    for (Value value : op.getOperands())
      pin(value, reason);
    for (Value value : op.getResults())
      pin(value, reason);
  }
}

int64_t ChannelGraph::getAxis(Value value) const {
  auto found = channels.find(value);
  return found == channels.end() ? -1 : found->second.axis;
}

int ChannelGraph::getBase(Value value) const {
  return channels.find(value)->second.base;
}

int64_t ChannelGraph::getSize(Value value) const {
  return channels.find(value)->second.size;
}

SmallVector<int> ChannelGraph::getNodes(Value value) const {
  auto found = channels.find(value);
  if (found == channels.end())
    return {};
  SmallVector<int> nodes(found->second.size);
  std::iota(nodes.begin(), nodes.end(), found->second.base);
  return nodes;
}

SmallVector<int> ChannelGraph::addValue(Value value, int64_t axis) {
  int64_t size = cast<RankedTensorType>(value.getType()).getDimSize(axis);
  int base = getNumNodes();
  channels[value] = {axis, base, size};
  values.push_back(value);
  for (int64_t i = 0; i < size; ++i)
    parents.push_back(base + static_cast<int>(i));
  reasons.resize(parents.size());
  return getNodes(value);
}

int ChannelGraph::find(int node) const {
  while (parents[node] != node)
    node = parents[node] = parents[parents[node]];
  return node;
}

void ChannelGraph::unite(int first, int second) {
  first = find(first);
  second = find(second);
  if (first == second)
    return;
  if (second < first)
    std::swap(first, second);
  parents[second] = first;
  if (reasons[first].empty())
    reasons[first] = std::move(reasons[second]);
}

void ChannelGraph::pin(Value value, const std::string &reason) {
  for (int node : getNodes(value))
    if (std::string &have = reasons[find(node)]; have.empty())
      have = reason;
}

std::string ChannelGraph::cut(OpOperand &operand, int64_t axis,
                              ArrayRef<int> nodes, ChannelCut::Role role) {
  auto constant = operand.get().getDefiningOp<ConstOp>();
  if (!constant)
    return "computes its weights at run time";
  auto type = cast<RankedTensorType>(constant.getType());
  Type element = getStorageElementType(type.getElementType());
  if (!element.isIntOrFloat() || element.getIntOrFloatBitWidth() % 8 != 0 ||
      !ConstBytes::read(constant))
    return "has a constant that is not stored densely";
  if (type.getDimSize(axis) != static_cast<int64_t>(nodes.size()))
    return "has a constant of another number of channels";
  cuts.push_back({&operand, axis, SmallVector<int>(nodes), role});
  return "";
}

std::string ChannelGraph::tie(OpOperand &operand, int64_t axis,
                              ArrayRef<int> nodes) {
  Value value = operand.get();
  if (value.getDefiningOp<ConstOp>())
    return cut(operand, axis, nodes, ChannelCut::Role::Parameter);
  if (getAxis(value) != axis ||
      getSize(value) != static_cast<int64_t>(nodes.size()))
    return "has operands whose channels are different dimensions";
  for (auto [i, node] : llvm::enumerate(nodes))
    unite(getBase(value) + static_cast<int>(i), node);
  return "";
}

void ChannelGraph::keepOneOfEach(llvm::BitVector &removed) const {
  for (bool changed = true; changed;) {
    changed = false;
    for (Value value : values) {
      int base = getBase(value);
      int end = base + static_cast<int>(getSize(value));
      if (base == end || removed.find_first_unset_in(base, end) >= 0)
        continue;
      int root = find(base);
      for (int node = 0; node < getNumNodes(); ++node)
        if (find(node) == root)
          removed.reset(node);
      changed = true;
    }
  }
}

llvm::BitVector mopt::findDeadChannels(const ChannelGraph &graph) {
  llvm::BitVector alive(graph.getNumNodes());
  for (const ChannelCut &cut : graph.getCuts()) {
    if (cut.role != ChannelCut::Role::Input)
      continue;
    auto constant = cut.operand->get().getDefiningOp<ConstOp>();
    auto type = cast<RankedTensorType>(constant.getType());
    std::optional<ConstBytes> elements = ConstBytes::read(constant);
    ArrayRef<char> bytes = elements->bytes();
    QuantParams params = getQuantParams(type);
    int64_t zeroPoint = params.isQuantized() ? params.zeroPoint() : 0;
    size_t width = bytes.size() / std::max<int64_t>(type.getNumElements(), 1);
    int64_t inner = width;
    for (int64_t size : type.getShape().drop_front(cut.axis + 1))
      inner *= size;
    int64_t count = static_cast<int64_t>(cut.nodes.size());
    bool isFloat = type.getElementType().isF32();
    for (int64_t i = 0, runs = bytes.size() / inner; i < runs; ++i) {
      int root = graph.find(cut.nodes[i % count]);
      if (alive[root])
        continue;
      ArrayRef<char> run = bytes.slice(i * inner, inner);
      bool isZero = true;
      if (isFloat) {
        // Minus zero is zero too.
        const auto *floats = reinterpret_cast<const float *>(run.data());
        isZero = std::all_of(floats, floats + inner / sizeof(float),
                             [](float value) { return value == 0.0f; });
      } else {
        char zero = width == 1 ? static_cast<char>(zeroPoint) : 0;
        isZero = llvm::all_of(run, [&](char byte) { return byte == zero; });
      }
      if (!isZero)
        alive.set(root);
    }
  }
  // A channel that no weights make is not ours to judge.
  llvm::BitVector made(graph.getNumNodes());
  for (const ChannelLayer &layer : graph.getLayers())
    for (int node : layer.outputs)
      made.set(graph.find(node));
  llvm::BitVector dead(graph.getNumNodes());
  for (int node = 0; node < graph.getNumNodes(); ++node) {
    int root = graph.find(node);
    if (!alive[root] && made[root] && !graph.isPinned(root))
      dead.set(node);
  }
  graph.keepOneOfEach(dead);
  return dead;
}
