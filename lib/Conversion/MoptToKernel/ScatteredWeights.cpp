//===- ScatteredWeights.cpp - Weights among scattered zeros -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScatteredWeights.h"

#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace mlir::mopt;
using kernel::DotKind;
using kernel::kCompressedLanes;
using kernel::kWindowInputs;
using kernel::TileAttr;

/// Rows that share the weights of a window, at most: their sums and inputs stay
/// in registers.
static constexpr int64_t kMaxPixels = 4;
/// In sixteenths of a cycle: a group, the end of whose loop is data; the place
/// and the end of a window; the products of a row in a step; storing lanes one
/// by one.
static constexpr int64_t kGroupCost = 16 * 20;
static constexpr int64_t kWindowCost = 16;
static constexpr int64_t kProductCost = 32;
static constexpr int64_t kScatterCost = 16 * 32;
namespace {

/// A matrix of weights, a row an output.
struct WeightRows {
  ArrayRef<float> values;
  int64_t outputs, inputs;

  float get(int64_t output, int64_t input) const {
    return values[output * inputs + input];
  }
};

/// Divides the weights that are not zero into windows.
class WindowPlanner {
public:
  explicit WindowPlanner(const WeightRows &rows)
      : rows(rows), used(rows.outputs) {
    for (int64_t output = 0; output < rows.outputs; ++output)
      for (int64_t input = 0; input < rows.inputs; ++input)
        if (rows.get(output, input) != 0.0f)
          used[output].push_back(static_cast<int32_t>(input));
  }

  /// Outputs by how many weights they have, the fewest first.
  std::vector<int32_t> getSortedOutputs() const;

  /// Calls `visit` for every window of the outputs that are together in a
  /// group, with its first input; returns how many there are.
  using Visitor = function_ref<void(int64_t first, ArrayRef<int64_t> begin,
                                    ArrayRef<int64_t> end)>;
  int64_t walk(ArrayRef<int32_t> group, int64_t steps, Visitor visit) const;

  int64_t countWindows(ArrayRef<int32_t> order, int64_t steps) const;
  /// False if a lane has no input to multiply a zero by.
  bool pack(ArrayRef<int32_t> order, int64_t steps,
            ScatteredWeights &packed) const;

private:
  const WeightRows &rows;
  std::vector<std::vector<int32_t>> used;
};

} // namespace

std::vector<int32_t> WindowPlanner::getSortedOutputs() const {
  std::vector<int32_t> order(rows.outputs);
  std::iota(order.begin(), order.end(), 0);
  llvm::sort(order, [&](int32_t a, int32_t b) {
    return std::pair(used[a].size(), a) < std::pair(used[b].size(), b);
  });
  return order;
}

int64_t WindowPlanner::walk(ArrayRef<int32_t> group, int64_t steps,
                            Visitor visit) const {
  SmallVector<int64_t> begin(group.size(), 0), end(group.size(), 0);
  for (int64_t count = 0;; ++count) {
    int64_t first = rows.inputs;
    for (auto [output, at] : llvm::zip_equal(group, begin))
      if (at < static_cast<int64_t>(used[output].size()))
        first = std::min<int64_t>(first, used[output][at]);
    if (first == rows.inputs)
      return count;
    first = std::min(first, rows.inputs - kWindowInputs);
    for (auto [output, from, to] : llvm::zip_equal(group, begin, end)) {
      int64_t most = std::min<int64_t>(from + steps, used[output].size());
      for (to = from; to < most && used[output][to] < first + kWindowInputs;)
        ++to;
    }
    visit(first, begin, end);
    begin = end;
  }
}

int64_t WindowPlanner::countWindows(ArrayRef<int32_t> order,
                                    int64_t steps) const {
  int64_t count = 0;
  for (; !order.empty(); order = order.drop_front(
                             std::min<size_t>(kCompressedLanes, order.size())))
    count += walk(order.take_front(kCompressedLanes), steps,
                  [](int64_t, ArrayRef<int64_t>, ArrayRef<int64_t>) {});
  return count;
}

bool WindowPlanner::pack(ArrayRef<int32_t> order, int64_t steps,
                         ScatteredWeights &packed) const {
  std::vector<int32_t> places;
  bool fits = true;
  for (ArrayRef<int32_t> rest = order; !rest.empty();) {
    ArrayRef<int32_t> group = rest.take_front(kCompressedLanes);
    rest = rest.drop_front(group.size());
    packed.windows.push_back(static_cast<int32_t>(places.size()));
    walk(group, steps,
         [&](int64_t first, ArrayRef<int64_t> begin, ArrayRef<int64_t> end) {
           places.push_back(static_cast<int32_t>(first));
           size_t window = packed.values.size();
           packed.values.resize(window + steps * kCompressedLanes);
           packed.picks.resize(packed.values.size());
           for (auto [lane, output] : llvm::enumerate(group)) {
             // Where a zero of the model is, for steps without a weight.
             int64_t idle = 0;
             while (idle < kWindowInputs &&
                    rows.get(output, first + idle) != 0.0f)
               ++idle;
             int64_t count = end[lane] - begin[lane];
             fits &= count == steps || idle < kWindowInputs;
             for (int64_t step = 0; step < steps; ++step) {
               size_t at = window + step * kCompressedLanes + lane;
               if (step >= count) {
                 packed.picks[at] = static_cast<int8_t>(idle);
                 continue;
               }
               int64_t input = used[output][begin[lane] + step];
               packed.values[at] = rows.get(output, input);
               packed.picks[at] = static_cast<int8_t>(input - first);
             }
           }
         });
  }
  packed.windows.push_back(static_cast<int32_t>(places.size()));
  llvm::append_range(packed.windows, places);
  return fits;
}

/// Of all rows of a layer.
static int64_t getCost(int64_t windows, int64_t groups, int64_t steps,
                       int64_t rows, int64_t pixels, bool isSorted) {
  int64_t bytes = steps * kCompressedLanes * (sizeof(float) + 1) + 4;
  int64_t cost = 0;
  for (int64_t row = 0; row < rows; row += pixels) {
    int64_t wide = std::min(pixels, rows - row);
    int64_t products = steps * wide * kProductCost;
    int64_t window =
        kWindowCost + std::max(products, 16 * bytes / kBytesPerCycle);
    cost += windows * window +
            groups * (kGroupCost + (isSorted ? wide * kScatterCost : 0));
  }
  return cost;
}

std::optional<ScatteredWeights>
mopt::chooseScatteredWeights(const FloatLayer &layer,
                             const KernelTarget &target, DotKind dot,
                             int64_t limit) {
  const Layer &sizes = layer.sizes;
  const LayerDim &columns = sizes.columns;
  if (!target.looksUp || dot != DotKind::FMA || sizes.isDepthwise ||
      sizes.channels < kWindowInputs || sizes.rows.taps != 1 ||
      columns.taps != 1 || columns.stride != 1 || sizes.batches != 1 ||
      sizes.rows.output != 1 || columns.input != columns.output ||
      sizes.isPadded())
    return std::nullopt;
  WeightRows weights{layer.weights, sizes.weights.outputs, sizes.channels};
  int64_t rows = columns.output;
  int64_t tiles = llvm::divideCeil(rows, kMaxPixels);
  int64_t pixels = llvm::divideCeil(rows, tiles);
  int64_t groups = llvm::divideCeil(weights.outputs, kCompressedLanes);
  WindowPlanner planner(weights);
  std::vector<int32_t> sorted = planner.getSortedOutputs(), plain = sorted;
  llvm::sort(plain);
  int64_t best = limit, steps = 0;
  bool isSorted = false;
  for (bool sorts : {false, true})
    for (int64_t tried : {2, 4}) {
      int64_t windows = planner.countWindows(sorts ? sorted : plain, tried);
      // LLVM has no constants of no elements.
      if (windows == 0)
        return std::nullopt;
      int64_t cost = getCost(windows, groups, tried, rows, pixels, sorts);
      if (cost >= best)
        continue;
      best = cost;
      steps = tried;
      isSorted = sorts;
    }
  if (steps == 0)
    return std::nullopt;
  ScatteredWeights packed;
  packed.tile = TileAttr::get(sizes.op->getContext(), dot, kCompressedLanes,
                              /*vectors=*/1, pixels, /*pack=*/1);
  packed.steps = steps;
  if (!planner.pack(isSorted ? sorted : plain, steps, packed))
    return std::nullopt;
  if (isSorted) {
    packed.order = std::move(sorted);
    packed.order.resize(groups * kCompressedLanes, -1);
  }
  return packed;
}
