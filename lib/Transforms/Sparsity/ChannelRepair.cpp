//===- ChannelRepair.cpp - Channels by what data says of them -------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelRepair.h"

#include "../Quantization/StoredWeights.h"
#include "../Reconstruction/Parallel.h"
#include "../Reconstruction/Regression.h"
#include "mlir/IR/Remarks.h"

#include <numeric>

using namespace mlir;
using namespace mlir::mopt;

const ObservedFunction::Layer *ObservedFunction::find(Operation *op) const {
  for (const Layer &layer : layers)
    if (layer.layer.getOp() == op)
      return &layer;
  return nullptr;
}

FailureOr<ObservedFunction>
mopt::observeFunction(ModuleOp module, const ObservedLayerSettings &settings) {
  ObservedFunction observed;
  LayerCapture::Options capture;
  capture.residual = false;
  if (failed(repairLayers(
          module, settings, capture,
          [&](LinearLayer &layer, const LayerStatistics &statistics, unsigned) {
            observed.layers.push_back({layer, statistics});
          })))
    return failure();
  if (observed.layers.empty())
    return module.emitError()
           << settings.pass
           << ": there is no float32 layer to solve for; prune first, then "
              "quantize";
  return observed;
}

//===----------------------------------------------------------------------===//
// Optimal brain surgery of channels
//===----------------------------------------------------------------------===//

namespace {

/// One group of a layer, whose inputs are removed one class after the other.
class SurgeryGroup {
public:
  SurgeryGroup(const LayerMoments &moments, double damping,
               ArrayRef<float> rows, int64_t outputs)
      : size(moments.covariance.getRows()), outputs(outputs),
        weights(outputs, size), inverse(size, size) {
    for (int64_t i = 0; i < outputs; ++i)
      for (int64_t j = 0; j < size; ++j)
        weights(i, j) = rows[i * size + j];
    LayerMetric metric = LayerMetric::create(moments, damping);
    std::vector<double> lanes(size * kLanes);
    for (int64_t begin = 0; begin < size; begin += kLanes) {
      std::fill(lanes.begin(), lanes.end(), 0.0);
      int64_t count = std::min<int64_t>(kLanes, size - begin);
      for (int64_t lane = 0; lane < count; ++lane)
        lanes[(begin + lane) * kLanes + lane] = 1.0;
      solveCholesky(metric.factor, lanes.data());
      for (int64_t i = 0; i < size; ++i)
        for (int64_t lane = 0; lane < count; ++lane)
          inverse(metric.order[i], metric.order[begin + lane]) =
              lanes[i * kLanes + lane];
    }
  }

  /// The squared error of all outputs that removing `columns` adds when the
  /// others are solved for anew: tr(W_S ([H^-1]_SS)^-1 W_S^T).
  double getCost(ArrayRef<int64_t> columns) const {
    Matrix factor = takeBlock(columns);
    int64_t count = columns.size();
    if (!factorCholesky(factor))
      return 0.0;
    double cost = 0.0;
    std::vector<double> solved(count);
    for (int64_t row = 0; row < outputs; ++row) {
      // |V^-T w|^2 with V^T V the block.
      for (int64_t i = 0; i < count; ++i) {
        double value = weights(row, columns[i]);
        for (int64_t j = 0; j < i; ++j)
          value -= factor(j, i) * solved[j];
        solved[i] = value / factor(i, i);
        cost += solved[i] * solved[i];
      }
    }
    return cost;
  }

  void remove(ArrayRef<int64_t> columns) {
    Matrix factor = takeBlock(columns);
    int64_t count = columns.size();
    if (!factorCholesky(factor))
      return;
    // Rows V^-T [H^-1]_S: what is subtracted is their outer product.
    Matrix rows(count, size);
    for (int64_t i = 0; i < count; ++i) {
      double *row = rows.row(i);
      std::copy_n(inverse.row(columns[i]), size, row);
      for (int64_t j = 0; j < i; ++j)
        for (int64_t k = 0; k < size; ++k)
          row[k] -= factor(j, i) * rows(j, k);
      for (int64_t k = 0; k < size; ++k)
        row[k] /= factor(i, i);
    }
    std::vector<double> solved(count);
    for (int64_t output = 0; output < outputs; ++output) {
      for (int64_t i = 0; i < count; ++i) {
        double value = weights(output, columns[i]);
        for (int64_t j = 0; j < i; ++j)
          value -= factor(j, i) * solved[j];
        solved[i] = value / factor(i, i);
      }
      for (int64_t i = 0; i < count; ++i)
        for (int64_t k = 0; k < size; ++k)
          weights(output, k) -= solved[i] * rows(i, k);
    }
    for (int64_t k = 0; k < size; ++k)
      for (int64_t i = 0; i < count; ++i) {
        double factorOfRow = rows(i, k);
        for (int64_t l = 0; l < size; ++l)
          inverse(k, l) -= factorOfRow * rows(i, l);
      }
    for (int64_t column : columns)
      for (int64_t output = 0; output < outputs; ++output)
        weights(output, column) = 0.0;
  }

private:
  Matrix takeBlock(ArrayRef<int64_t> columns) const {
    int64_t count = columns.size();
    Matrix block(count, count);
    for (int64_t i = 0; i < count; ++i)
      for (int64_t j = 0; j < count; ++j)
        block(i, j) = inverse(columns[i], columns[j]);
    return block;
  }

  int64_t size, outputs;
  Matrix weights, inverse;
};

/// A layer that reads classes of a set.
struct Surgery {
  std::vector<SurgeryGroup> groups;
  /// Columns of each class, by its root.
  DenseMap<int, SmallVector<int64_t>> columns;
  /// Variance of all outputs.
  double variance = 0.0;

  double getCost(int root) const {
    auto found = columns.find(root);
    if (found == columns.end() || !(variance > 0.0))
      return 0.0;
    double cost = 0.0;
    for (const SurgeryGroup &group : groups)
      cost += group.getCost(found->second);
    return cost / variance;
  }

  void remove(int root) {
    auto found = columns.find(root);
    if (found == columns.end())
      return;
    for (SurgeryGroup &group : groups)
      group.remove(found->second);
  }
};

} // namespace

static Surgery prepareSurgery(const ChannelGraph &graph,
                              const ChannelLayer &layer,
                              const ObservedFunction::Layer &observed) {
  Surgery surgery;
  const LayerShape &shape = observed.layer.getShape();
  std::vector<float> weights = observed.layer.getWeights();
  double damping = chooseDamping(observed.statistics);
  for (int64_t group = 0; group < shape.groups; ++group) {
    LayerMoments moments = observed.statistics.getMoments(group);
    surgery.variance += std::accumulate(moments.targetVariance.begin(),
                                        moments.targetVariance.end(), 0.0);
    surgery.groups.emplace_back(
        moments, damping,
        ArrayRef<float>(weights).slice(group * shape.outputs * shape.inputs,
                                       shape.outputs * shape.inputs),
        shape.outputs);
  }
  for (int64_t column = 0; column < shape.inputs; ++column)
    surgery.columns[graph.find(layer.inputs[column % layer.inputs.size()])]
        .push_back(column);
  return surgery;
}

void mopt::rankByReconstruction(const ChannelGraph &graph,
                                const ObservedFunction &observed,
                                ArrayRef<double> magnitudes,
                                std::vector<ChannelSet> &sets,
                                unsigned threads) {
  Progress progress("ranking channels of set", sets.size());
  forEachTask(sets.size(), threads, [&](int64_t index) {
    ChannelSet &set = sets[index];
    std::vector<Surgery> surgeries;
    bool isComplete = true;
    for (const ChannelLayer &layer : graph.getLayers()) {
      bool reads = llvm::any_of(layer.inputs, [&](int node) {
        return llvm::is_contained(set.classes, graph.find(node));
      });
      if (!reads)
        continue;
      if (const auto *found = observed.find(layer.op))
        surgeries.push_back(prepareSurgery(graph, layer, *found));
      else
        isComplete = false;
    }
    SmallVector<int> left(set.classes), order;
    SmallVector<double> saliencies;
    while (!left.empty()) {
      size_t best = 0;
      double least = 0.0;
      for (auto [i, root] : llvm::enumerate(left)) {
        double cost = isComplete ? 0.0 : magnitudes[root];
        for (const Surgery &surgery : surgeries)
          cost += surgery.getCost(root);
        if (i == 0 || cost < least) {
          best = i;
          least = cost;
        }
      }
      int root = left[best];
      for (Surgery &surgery : surgeries)
        surgery.remove(root);
      order.push_back(root);
      saliencies.push_back(least);
      left.erase(left.begin() + best);
    }
    set.classes = std::move(order);
    set.saliencies = std::move(saliencies);
  });
  progress.advance();
}

//===----------------------------------------------------------------------===//
// Repair
//===----------------------------------------------------------------------===//

/// What is left of a layer.
static LayerSupport getSupport(const ChannelLayer &layer,
                               const LayerShape &shape,
                               const llvm::BitVector &removed) {
  LayerSupport support = LayerSupport::getWhole(shape);
  for (auto [i, node] : llvm::enumerate(layer.outputs))
    support.rows[i] = !removed[node];
  if (!layer.inputs.empty())
    for (int64_t i = 0; i < shape.inputs; ++i)
      support.inputs[i] = !removed[layer.inputs[i % layer.inputs.size()]];
  return support;
}

LogicalResult mopt::maskAndRepair(ModuleOp module, const ChannelGraph &graph,
                                  const llvm::BitVector &removed,
                                  const ObservedLayerSettings &settings) {
  DenseMap<Operation *, const ChannelLayer *> layers;
  for (const ChannelLayer &layer : graph.getLayers())
    layers[layer.op] = &layer;
  auto repair = [&](LinearLayer &layer, const LayerStatistics &statistics,
                    unsigned threads) {
    const ChannelLayer *channels = layers.lookup(layer.getOp());
    LayerSupport support =
        channels ? getSupport(*channels, layer.getShape(), removed)
                 : LayerSupport::getWhole(layer.getShape());
    RegressedLayer regressed =
        regressLayer(layer.getWeights(), statistics, support, threads);
    remark::analysis(
        layer.getOp()->getLoc(),
        remark::RemarkOpts::name("Reconstruction").category("prune"))
        << describeOp(layer.getOp()) << ": reconstructed"
        << remark::metric("relative error",
                          std::sqrt(std::max(
                              0.0, regressed.error /
                                       std::max(regressed.variance, 1e-30))));
    layer.setWeightValues(regressed.weights);
    layer.setBias(regressed.bias);
  };
  if (failed(repairLayers(module, settings, LayerCapture::Options(), repair)))
    return failure();
  // Layers that could not be repaired. A bias that is new has moved operands,
  // but no channels.
  func::FuncOp func = *module.getOps<func::FuncOp>().begin();
  maskChannels(ChannelGraph(func), removed);
  eraseUnusedConstants(module);
  return success();
}
