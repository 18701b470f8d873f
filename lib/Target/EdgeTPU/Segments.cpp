//===- Segments.cpp - Models for a row of chips -----------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Target/EdgeTPU/Segments.h"

#include "mlir/IR/IRMapping.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Target/EdgeTPU/ParameterLayout.h"
#include "mopt/Transforms/Partition/Partition.h"
#include "llvm/ADT/SetVector.h"

#include <tuple>

using namespace mlir;
using namespace mlir::mopt;

/// What every segment that needs it gets a copy of.
static bool isCopied(Value value) {
  Operation *op = value.getDefiningOp();
  return op && isa<ConstOp, NoValueOp>(op);
}

namespace {

/// A function as a list of operators, with the places where it can be cut.
struct Chain {
  explicit Chain(func::FuncOp func) {
    for (Operation &op : func.getOps())
      if (isModelOperator(&op))
        ops.push_back(&op);
    sums.push_back(0);
    for (Operation *op : ops)
      sums.push_back(sums.back() + getEdgeTPUParameters(op).cached);
    terminator = func.getBody().front().getTerminator();
    findCuts(func);
  }

  int64_t getBytes(size_t begin, size_t end) const {
    return sums[end] - sums[begin];
  }

  std::vector<Operation *> ops;
  Operation *terminator;
  /// By index of the first operator behind the cut: the tensor that crosses it.
  /// Null where there is no cut.
  std::vector<Value> cuts;

private:
  /// A value lives from its definition to its last reader, both as indices of
  /// operators; the terminator comes after all of them.
  void findCuts(func::FuncOp func) {
    llvm::DenseMap<Operation *, size_t> indices;
    for (auto [index, op] : llvm::enumerate(ops))
      indices[op] = index;
    indices[terminator] = ops.size();
    cuts.resize(ops.size());
    // How many values cross each place.
    std::vector<int64_t> crossing(ops.size(), 0);
    auto visit = [&](Value value, size_t firstCut) {
      size_t last = 0;
      for (Operation *user : value.getUsers())
        last = std::max(last, indices.lookup(user));
      for (size_t cut = firstCut; cut <= last && cut < ops.size(); ++cut) {
        ++crossing[cut];
        cuts[cut] = value;
      }
    };
    for (BlockArgument argument : func.getArguments())
      visit(argument, 0);
    for (Operation &op : func.getOps()) {
      auto index = indices.find(&op);
      for (Value result : op.getResults()) {
        if (isCopied(result))
          continue;
        if (index != indices.end())
          visit(result, index->second + 1);
        else
          // A state belongs to one segment: from its first reader on.
          visitState(result, indices, crossing);
      }
    }
    for (size_t cut = 0; cut < ops.size(); ++cut)
      if (crossing[cut] != 1 || !cuts[cut].getDefiningOp())
        cuts[cut] = {};
  }

  void visitState(Value value,
                  const llvm::DenseMap<Operation *, size_t> &indices,
                  std::vector<int64_t> &crossing) {
    size_t first = ops.size(), last = 0;
    for (Operation *user : value.getUsers()) {
      first = std::min(first, indices.lookup(user));
      last = std::max(last, indices.lookup(user));
    }
    // More than a cut may have.
    for (size_t cut = first + 1; cut <= last && cut < ops.size(); ++cut)
      crossing[cut] += 2;
  }

  std::vector<int64_t> sums;
};

/// What a way to cut costs; less is better.
struct Cost {
  int64_t largest = 0;
  int64_t between = 0;

  bool operator<(const Cost &other) const {
    return std::tie(largest, between) < std::tie(other.largest, other.between);
  }
};

} // namespace

static int64_t getTensorBytes(Value value) {
  return getStorageBytes(cast<RankedTensorType>(value.getType())).value_or(0);
}

/// Indices of the first operators of all segments but the first; empty if there
/// are too few cuts.
static std::vector<size_t> chooseCuts(const Chain &chain, unsigned count) {
  std::vector<size_t> places{0};
  for (size_t i = 1; i < chain.ops.size(); ++i)
    if (chain.cuts[i])
      places.push_back(i);
  if (places.size() < count)
    return {};
  places.push_back(chain.ops.size());
  // best[s][p]: the first p places' operators in s segments.
  struct Step {
    std::optional<Cost> cost;
    size_t from = 0;
  };
  std::vector<std::vector<Step>> best(count + 1,
                                      std::vector<Step>(places.size()));
  best[0][0].cost = Cost();
  for (unsigned s = 1; s <= count; ++s)
    for (size_t to = 1; to < places.size(); ++to)
      for (size_t from = 0; from < to; ++from) {
        if (!best[s - 1][from].cost)
          continue;
        Cost cost = *best[s - 1][from].cost;
        cost.largest =
            std::max(cost.largest, chain.getBytes(places[from], places[to]));
        if (from > 0)
          cost.between += getTensorBytes(chain.cuts[places[from]]);
        Step &step = best[s][to];
        if (!step.cost || cost < *step.cost)
          step = {cost, from};
      }
  std::vector<size_t> cuts;
  size_t at = places.size() - 1;
  for (unsigned s = count; s > 1; --s) {
    at = best[s][at].from;
    cuts.push_back(places[at]);
  }
  return {cuts.rbegin(), cuts.rend()};
}

/// The operators [begin, end) as a model.
static EdgeTPUSegment makeSegment(func::FuncOp func, const Chain &chain,
                                  size_t begin, size_t end) {
  auto whole = func->getParentOfType<ModuleOp>();
  OpBuilder builder(func.getContext());
  EdgeTPUSegment segment;
  segment.module = ModuleOp::create(whole.getLoc());
  for (StringRef name :
       {StringRef(kSchemaVersionAttr), StringRef(kDescriptionAttr),
        StringRef(kRequantizeAttr)})
    if (Attribute attribute = whole->getAttr(name))
      (*segment.module)->setAttr(name, attribute);
  segment.operators = end - begin;
  segment.parameterBytes = chain.getBytes(begin, end);

  SmallVector<Value> inputs, outputs;
  if (begin == 0)
    llvm::append_range(inputs, func.getArguments());
  else
    inputs.push_back(chain.cuts[begin]);
  if (end == chain.ops.size())
    llvm::append_range(outputs, chain.terminator->getOperands());
  else
    outputs.push_back(chain.cuts[end]);
  builder.setInsertionPointToStart(segment.module->getBody());
  auto part = func::FuncOp::create(
      builder, func.getLoc(), func.getSymName(),
      builder.getFunctionType(TypeRange(ValueRange(inputs)),
                              TypeRange(ValueRange(outputs))));
  Block *body = part.addEntryBlock();
  IRMapping mapping;
  for (auto [input, argument] : llvm::zip(inputs, body->getArguments())) {
    mapping.map(input, argument);
    if (TensorAttr info = getTensorInfo(input))
      setTensorInfo(argument, info);
  }
  builder.setInsertionPointToStart(body);
  auto take = [&](Value value) {
    Operation *op = value.getDefiningOp();
    if (!mapping.contains(value) && op && !isModelOperator(op))
      builder.clone(*op, mapping);
  };
  for (size_t i = begin; i < end; ++i) {
    llvm::for_each(chain.ops[i]->getOperands(), take);
    builder.clone(*chain.ops[i], mapping);
  }
  SmallVector<Value> results;
  for (Value output : outputs) {
    take(output);
    results.push_back(mapping.lookup(output));
  }
  func::ReturnOp::create(builder, chain.terminator->getLoc(), results);
  return segment;
}

llvm::Expected<std::vector<EdgeTPUSegment>>
mopt::splitIntoSegments(func::FuncOp func, unsigned count) {
  if (func.isExternal() || !llvm::hasSingleElement(func.getBody()))
    return llvm::createStringError("the function has no body of one block");
  Chain chain(func);
  if (count == 0 || chain.ops.empty())
    return llvm::createStringError("there is nothing to cut");
  std::vector<size_t> cuts = chooseCuts(chain, count);
  if (cuts.size() + 1 != count) {
    int64_t places = llvm::count_if(
        chain.cuts, [](Value value) { return static_cast<bool>(value); });
    return llvm::createStringError(
        "the model can be cut into " + Twine(places + 1) +
        " segments at most, not into " + Twine(count) +
        ": only where one tensor is all that the rest needs");
  }
  cuts.insert(cuts.begin(), 0);
  cuts.push_back(chain.ops.size());
  std::vector<EdgeTPUSegment> segments;
  for (size_t i = 0; i + 1 < cuts.size(); ++i)
    segments.push_back(makeSegment(func, chain, cuts[i], cuts[i + 1]));
  return segments;
}
