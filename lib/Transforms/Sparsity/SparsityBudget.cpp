//===- SparsityBudget.cpp - How a sparsity is shared among layers ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SparsityBudget.h"

#include "WeightMatrix.h"
#include "ZeroTarget.h"

#include <limits>
#include <numeric>

using namespace mlir;
using namespace mlir::mopt;

/// Steps of one layer, and of all weights.
static constexpr int64_t kLayerSteps = 200, kSteps = 4000;

static int64_t getBlockElements(const SparsityCurve &curve) {
  return llvm::divideCeil(curve.elements, curve.blocks);
}

/// Brings the weights that are gone to `target`.
static void settle(ArrayRef<SparsityCurve> curves, int64_t target,
                   MutableArrayRef<int64_t> counts) {
  std::vector<size_t> order(curves.size());
  std::iota(order.begin(), order.end(), 0);
  llvm::sort(order, [&](size_t a, size_t b) {
    return std::make_pair(-curves[a].elements, a) <
           std::make_pair(-curves[b].elements, b);
  });
  int64_t missing = target;
  for (auto [curve, count] : llvm::zip_equal(curves, counts))
    missing -= count * getBlockElements(curve);
  for (size_t index : order) {
    int64_t size = getBlockElements(curves[index]);
    int64_t change =
        missing > 0 ? int64_t(llvm::divideCeil(missing, size)) : missing / size;
    change = std::clamp(change, -counts[index],
                        curves[index].blocks - counts[index]);
    counts[index] += change;
    missing -= change * size;
  }
}

std::vector<int64_t> mopt::shareSparsity(ArrayRef<SparsityCurve> curves,
                                         int64_t target) {
  int64_t elements = 0;
  for (const SparsityCurve &curve : curves)
    elements += curve.elements;
  target = std::clamp<int64_t>(target, 0, elements);
  int64_t unit = std::max<int64_t>(1, elements / kSteps);
  int64_t units = target / unit;
  constexpr double kNone = std::numeric_limits<double>::infinity();
  // The least cost of `u` units in the layers so far, and the step of each
  // layer that it takes.
  std::vector<double> costs(units + 1, kNone);
  costs[0] = 0.0;
  std::vector<std::vector<uint8_t>> choices;
  static_assert(kLayerSteps < 256);
  auto getCount = [](const SparsityCurve &curve, int64_t step) {
    return curve.blocks * step / kLayerSteps;
  };
  for (const SparsityCurve &curve : curves) {
    std::vector<double> next(units + 1, kNone);
    std::vector<uint8_t> choice(units + 1);
    for (int64_t step = 0; step <= kLayerSteps; ++step) {
      int64_t count = getCount(curve, step);
      if (step && count == getCount(curve, step - 1))
        continue;
      int64_t gone = count * getBlockElements(curve) / unit;
      double cost = curve.getCost(count);
      for (int64_t to = gone; to <= units; ++to)
        if (double sum = costs[to - gone] + cost; sum < next[to]) {
          next[to] = sum;
          choice[to] = step;
        }
    }
    costs = std::move(next);
    choices.push_back(std::move(choice));
  }
  std::vector<int64_t> counts(curves.size());
  // Not every number of units is a sum of steps; none is.
  int64_t left = units;
  while (costs[left] == kNone)
    --left;
  for (size_t index = curves.size(); index-- > 0;) {
    int64_t step = choices[index][left];
    counts[index] = getCount(curves[index], step);
    left -= counts[index] * getBlockElements(curves[index]) / unit;
  }
  settle(curves, target, counts);
  return counts;
}

void mopt::setSparsity(Operation *op, double ratio) {
  LayerRecipe recipe = LayerRecipe::get(op);
  recipe.sparsity = ratio;
  recipe.set(op);
}

FailureOr<SparsityBudget>
SparsityBudget::measure(ModuleOp module, const ObservedPruning &pruning,
                        const CurveOptions &options) {
  const ObservedLayerSettings &settings = pruning.settings;
  FailureOr<OpFilter> filter = OpFilter::create(
      module, settings.pass,
      {settings.exclude, settings.only, settings.excludeOps, settings.onlyOps});
  if (failed(filter))
    return failure();
  FailureOr<std::vector<SparsityCurve>> curves =
      measureSparsityCurves(module, pruning, options);
  if (failed(curves))
    return failure();
  SparsityBudget budget;
  budget.curves = std::move(*curves);
  DenseSet<Operation *> measured;
  for (const SparsityCurve &curve : budget.curves)
    measured.insert(curve.op);
  bool isElement = pruning.pattern.kind == SparsityPattern::Kind::Element;
  for (const LayerWeight &weight : collectLayerWeights(module, *filter, ""))
    if (!measured.contains(weight.user) &&
        !LayerRecipe::get(weight.user).sparsity &&
        (isElement || hasInputChannels(weight)))
      budget.others.push_back(weight.elements);
  return budget;
}

SparsityShares SparsityBudget::share(double sparsity) const {
  int64_t elements = 0, gone = 0;
  for (const SparsityCurve &curve : curves)
    elements += curve.elements;
  for (int64_t other : others) {
    elements += other;
    gone += getZeroTarget(sparsity, other);
  }
  std::vector<int64_t> counts =
      shareSparsity(curves, getZeroTarget(sparsity, elements) - gone);
  SparsityShares shares;
  for (auto [curve, count] : llvm::zip_equal(curves, counts))
    shares.emplace_back(curve.op, static_cast<double>(count) /
                                      static_cast<double>(curve.blocks));
  return shares;
}

SparsityShares mopt::shareSparsity(ModuleOp module,
                                   const SparsityBudget *budget,
                                   double sparsity) {
  SparsityShares shares;
  if (budget)
    shares = budget->share(sparsity);
  DenseSet<Operation *> known;
  for (const auto &entry : shares)
    known.insert(entry.first);
  module.walk([&](WeightedOp op) {
    if (!known.contains(op) && !LayerRecipe::get(op).sparsity)
      shares.emplace_back(op, sparsity);
  });
  return shares;
}
