//===- ChannelSelection.cpp - Which channels are worth least --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelSelection.h"

#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Transforms/Quantization/Plan.h"
#include "mopt/Transforms/Utils/LayerWeights.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <functional>
#include <map>

using namespace mlir;
using namespace mlir::mopt;

int64_t ChannelSet::roundRemoved(double ratio) const {
  double wanted = static_cast<double>(size()) * (1.0 - ratio);
  int64_t below = static_cast<int64_t>(wanted) / unit * unit;
  int64_t above = std::min(below + unit, size());
  // Of two that are equally near the fewer.
  int64_t kept =
      wanted - static_cast<double>(below) <= static_cast<double>(above) - wanted
          ? below
          : above;
  return size() - std::clamp(kept, size() - getMostRemoved(), size());
}

//===----------------------------------------------------------------------===//
// Costs
//===----------------------------------------------------------------------===//

ChannelCosts::ChannelCosts(const ChannelGraph &graph) : graph(graph) {
  for (auto [index, layer] : llvm::enumerate(graph.getLayers())) {
    auto count = [&, index = index](ArrayRef<int> nodes,
                                    int64_t Share::*member) {
      for (int node : nodes) {
        SmallVector<Share, 4> &list = shares[graph.find(node)];
        if (list.empty() || list.back().layer != index)
          list.push_back({index, 0, 0});
        ++(list.back().*member);
      }
    };
    count(layer.outputs, &Share::outputs);
    count(layer.inputs, &Share::inputs);
    kept.push_back({static_cast<int64_t>(layer.outputs.size()),
                    static_cast<int64_t>(layer.inputs.size())});
    int64_t weights =
        layer.countWeights(kept.back().outputs, kept.back().inputs);
    totals.channels += kept.back().outputs;
    totals.weights += weights;
    totals.products += weights * layer.positions;
  }
}

void ChannelCosts::change(ArrayRef<int> classes, int sign) {
  for (int root : classes)
    for (const Share &share : shares.lookup(root)) {
      const ChannelLayer &layer = graph.getLayers()[share.layer];
      Kept &now = kept[share.layer];
      int64_t before = layer.countWeights(now.outputs, now.inputs);
      now.outputs += sign * share.outputs;
      now.inputs += sign * share.inputs;
      int64_t difference = layer.countWeights(now.outputs, now.inputs) - before;
      totals.channels += sign * share.outputs;
      totals.weights += difference;
      totals.products += difference * layer.positions;
    }
}

ChannelCosts::Totals ChannelCosts::getSavings(ArrayRef<int> classes) const {
  auto *self = const_cast<ChannelCosts *>(this);
  Totals before = totals;
  self->remove(classes);
  Totals saved{before.channels - totals.channels,
               before.weights - totals.weights,
               before.products - totals.products};
  self->restore(classes);
  return saved;
}

//===----------------------------------------------------------------------===//
// Saliencies
//===----------------------------------------------------------------------===//

std::vector<double> mopt::measureMagnitudes(const ChannelGraph &graph) {
  std::vector<double> saliencies(graph.getNumNodes(), 0.0);
  for (const ChannelLayer &layer : graph.getLayers()) {
    Value value = layer.op->getOperand(layer.operand);
    auto constant = value.getDefiningOp<ConstOp>();
    LayerWeight weight{
        constant, layer.op, *ConstBytes::read(constant),
        cast<RankedTensorType>(value.getType()).getNumElements()};
    auto weighted = cast<WeightedOp>(layer.op);
    RankedTensorType type = weight.getType();
    auto innerOf = [&](int64_t axis) {
      int64_t inner = 1;
      for (int64_t size : type.getShape().drop_front(axis + 1))
        inner *= size;
      return inner;
    };
    int64_t outer = innerOf(weighted.getOutputChannelAxis());
    int64_t inner =
        layer.inputs.empty() ? 1 : innerOf(weighted.getInputChannelAxis());
    std::vector<double> outputs(layer.outputs.size()),
        inputs(layer.inputs.size());
    double total = 0.0;
    weight.forEachMagnitude([&](int64_t index, float magnitude) {
      double square = static_cast<double>(magnitude) * magnitude;
      total += square;
      outputs[index / outer % outputs.size()] += square;
      if (!inputs.empty())
        inputs[index / inner % inputs.size()] += square;
    });
    if (!(total > 0.0))
      continue;
    for (auto [i, node] : llvm::enumerate(layer.outputs))
      saliencies[graph.find(node)] += outputs[i] / total;
    for (auto [i, node] : llvm::enumerate(layer.inputs))
      saliencies[graph.find(node)] += inputs[i] / total;
  }
  return saliencies;
}

//===----------------------------------------------------------------------===//
// Sets
//===----------------------------------------------------------------------===//

std::vector<ChannelSet> mopt::collectChannelSets(const ChannelGraph &graph,
                                                 const OpFilter &filter,
                                                 ArrayRef<double> saliencies,
                                                 int64_t multiple) {
  // Why a class stays, by root.
  std::map<int, std::string> kept;
  for (const ChannelLayer &layer : graph.getLayers()) {
    StringRef skipped = filter.getReasonToSkip(layer.op);
    for (int node : layer.outputs) {
      int root = graph.find(node);
      if (graph.isPinned(root))
        kept.try_emplace(root, graph.getReason(root));
      else if (!skipped.empty())
        kept.try_emplace(root, skipped.str());
    }
  }
  // Sets are what outputs of layers have in common.
  std::map<int, int> parents;
  std::function<int(int)> find = [&](int node) {
    int &parent = parents.try_emplace(node, node).first->second;
    return parent == node ? node : parent = find(parent);
  };
  // Channels that one class takes of the layer that has most of it.
  std::map<int, int64_t> widths;
  for (const ChannelLayer &layer : graph.getLayers()) {
    std::map<int, int64_t> counts;
    std::optional<int> first;
    for (int node : layer.outputs) {
      int root = graph.find(node);
      if (kept.count(root))
        continue;
      ++counts[root];
      if (!first)
        first = root;
      parents[find(root)] = find(*first);
    }
    for (auto [root, count] : counts)
      widths[root] = std::max(widths[root], count);
    if (llvm::all_of(
            layer.outputs,
            [&](int node) { return kept.count(graph.find(node)) != 0; }) &&
        !layer.outputs.empty())
      mlir::emitRemark(layer.op->getLoc())
          << describeOp(layer.op)
          << " keeps its channels: " << kept[graph.find(layer.outputs.front())];
  }
  std::vector<ChannelSet> sets;
  std::map<int, size_t> places;
  for (const ChannelLayer &layer : graph.getLayers()) {
    ChannelSet *last = nullptr;
    for (int node : layer.outputs) {
      int root = graph.find(node);
      if (kept.count(root))
        continue;
      auto [place, isNew] = places.try_emplace(find(root), sets.size());
      if (isNew)
        sets.emplace_back();
      ChannelSet &set = sets[place->second];
      last = &set;
      if (!llvm::is_contained(set.classes, root))
        set.classes.push_back(root);
      set.unit =
          std::max<int64_t>(set.unit, llvm::divideCeil(multiple, widths[root]));
    }
    if (last)
      last->makers.push_back(layer.op);
  }
  for (ChannelSet &set : sets) {
    llvm::sort(set.classes, [&](int a, int b) {
      return std::pair(saliencies[a], a) < std::pair(saliencies[b], b);
    });
    for (int root : set.classes)
      set.saliencies.push_back(saliencies[root]);
  }
  return sets;
}

//===----------------------------------------------------------------------===//
// The choice
//===----------------------------------------------------------------------===//

static ArrayRef<int> firstOf(const ChannelSet &set, int64_t count) {
  return ArrayRef<int>(set.classes).take_front(count);
}

/// What is left of the measure when `removals` are gone.
static int64_t measureRest(const ChannelGraph &graph, ArrayRef<ChannelSet> sets,
                           ArrayRef<int64_t> removals, ChannelMeasure measure) {
  ChannelCosts costs(graph);
  for (auto [set, count] : llvm::zip_equal(sets, removals))
    costs.remove(firstOf(set, count));
  return costs.getTotals().get(measure);
}

static SmallVector<int64_t> removeUniformly(ArrayRef<ChannelSet> sets,
                                            double ratio) {
  SmallVector<int64_t> removals;
  for (const ChannelSet &set : sets)
    removals.push_back(set.roundRemoved(ratio));
  return removals;
}

/// Classes that go next of a set of which `removed` are gone: the first step
/// leaves a multiple of the unit.
static int64_t getStep(const ChannelSet &set, int64_t removed) {
  int64_t odd = (set.size() - removed) % set.unit;
  return odd ? odd : set.unit;
}

namespace {

/// Removes units one after the other, always that of least saliency for what it
/// saves.
class GreedyRemoval {
public:
  GreedyRemoval(const ChannelGraph &graph, ArrayRef<ChannelSet> sets,
                ChannelMeasure measure)
      : sets(sets), measure(measure), costs(graph), removals(sets.size(), 0) {}

  /// False where nothing is left that can go and saves anything.
  bool removeNext();
  /// Gives back, the last first, what is not needed for `target` to be left.
  void restoreUnneeded(int64_t target);

  int64_t getRest() const { return costs.getTotals().get(measure); }
  ArrayRef<int64_t> getRemovals() const { return removals; }
  /// The set of each unit that is gone.
  ArrayRef<size_t> getOrder() const { return order; }

private:
  ArrayRef<ChannelSet> sets;
  ChannelMeasure measure;
  ChannelCosts costs;
  SmallVector<int64_t> removals;
  SmallVector<size_t> order;
};

} // namespace

bool GreedyRemoval::removeNext() {
  std::optional<size_t> best;
  double least = 0.0;
  for (auto [index, set] : llvm::enumerate(sets)) {
    int64_t removed = removals[index];
    int64_t step = getStep(set, removed);
    if (removed + step > set.getMostRemoved())
      continue;
    double lost = 0.0;
    for (double value : ArrayRef<double>(set.saliencies).slice(removed, step))
      lost += value;
    int64_t saved =
        costs.getSavings(ArrayRef<int>(set.classes).slice(removed, step))
            .get(measure);
    if (saved <= 0)
      continue;
    double price = lost / static_cast<double>(saved);
    if (!best || price < least) {
      best = index;
      least = price;
    }
  }
  if (!best)
    return false;
  int64_t &removed = removals[*best];
  int64_t step = getStep(sets[*best], removed);
  costs.remove(ArrayRef<int>(sets[*best].classes).slice(removed, step));
  removed += step;
  order.push_back(*best);
  return true;
}

void GreedyRemoval::restoreUnneeded(int64_t target) {
  for (size_t index : llvm::reverse(order)) {
    const ChannelSet &set = sets[index];
    int64_t step = set.unit;
    if (int64_t odd = set.size() % set.unit; odd && removals[index] == odd)
      step = odd;
    ArrayRef<int> last =
        ArrayRef<int>(set.classes).slice(removals[index] - step, step);
    costs.restore(last);
    if (getRest() > target)
      costs.remove(last);
    else
      removals[index] -= step;
  }
}

static SmallVector<int64_t> removeGlobally(const ChannelGraph &graph,
                                           ArrayRef<ChannelSet> sets,
                                           ChannelMeasure measure,
                                           int64_t target) {
  GreedyRemoval removal(graph, sets, measure);
  while (removal.getRest() > target && removal.removeNext())
    ;
  removal.restoreUnneeded(target);
  return SmallVector<int64_t>(removal.getRemovals());
}

/// Parts of each set that uniform steps try.
static constexpr int kRatios = 1000;

RemovalSteps::RemovalSteps(const ChannelGraph &graph, ArrayRef<ChannelSet> sets,
                           ChannelMeasure measure, ChannelAllocation allocation)
    : sets(sets) {
  if (allocation != ChannelAllocation::Uniform) {
    GreedyRemoval removal(graph, sets, measure);
    while (removal.removeNext())
      ;
    order.assign(removal.getOrder().begin(), removal.getOrder().end());
    return;
  }
  SmallVector<int64_t> last(sets.size(), 0);
  for (int i = 1; i <= kRatios; ++i) {
    double ratio = static_cast<double>(i) / kRatios;
    SmallVector<int64_t> removals = removeUniformly(sets, ratio);
    if (removals != last)
      ratios.push_back(ratio);
    last = std::move(removals);
  }
}

SmallVector<int64_t> RemovalSteps::getRemovals(unsigned steps) const {
  if (!ratios.empty() && steps > 0)
    return removeUniformly(sets, ratios[steps - 1]);
  SmallVector<int64_t> removals(sets.size(), 0);
  for (size_t index : ArrayRef<size_t>(order).take_front(steps))
    removals[index] += getStep(sets[index], removals[index]);
  return removals;
}

llvm::Expected<SmallVector<int64_t>>
mopt::chooseRemovals(const ChannelGraph &graph, ArrayRef<ChannelSet> sets,
                     ChannelMeasure measure, double sparsity,
                     ChannelAllocation allocation) {
  bool isGlobal = allocation != ChannelAllocation::Uniform;
  if (measure == ChannelMeasure::Channels && !isGlobal)
    return removeUniformly(sets, sparsity);
  ChannelCosts costs(graph);
  int64_t total = costs.getTotals().get(measure);
  // A part of the channels that may go; of weights and products, of all.
  int64_t fixed = 0;
  if (measure == ChannelMeasure::Channels) {
    for (const ChannelSet &set : sets)
      costs.remove(set.classes);
    fixed = costs.getTotals().get(measure);
  }
  auto target =
      fixed + static_cast<int64_t>(std::floor(
                  static_cast<double>(total - fixed) * (1.0 - sparsity) + 0.5));
  SmallVector<int64_t> most;
  for (const ChannelSet &set : sets)
    most.push_back(set.getMostRemoved());
  int64_t least = measureRest(graph, sets, most, measure);
  if (least > target)
    return llvm::createStringError(
        llvm::formatv(
            "sparsity={0} cannot be reached: with the fewest channels {1:F4} "
            "of the {2} remain{3}",
            sparsity, static_cast<double>(least) / total,
            measure == ChannelMeasure::MACs      ? "products"
            : measure == ChannelMeasure::Weights ? "weights"
                                                 : "channels",
            sets.empty() ? "; no layer can lose channels" : "")
            .str());
  if (isGlobal)
    return removeGlobally(graph, sets, measure, target);
  // The smallest part of every set that is enough.
  double low = 0.0, high = 1.0;
  SmallVector<int64_t> best = most;
  for (int round = 0; round < 40; ++round) {
    double ratio = low + (high - low) / 2;
    SmallVector<int64_t> removals = removeUniformly(sets, ratio);
    if (measureRest(graph, sets, removals, measure) <= target) {
      high = ratio;
      best = std::move(removals);
    } else {
      low = ratio;
    }
  }
  return best;
}
