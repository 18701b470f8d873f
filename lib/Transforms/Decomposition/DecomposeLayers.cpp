//===- DecomposeLayers.cpp - Layers of low rank -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Quantization/StoredWeights.h"
#include "../Reconstruction/ObservedLayers.h"
#include "../Reconstruction/Regression.h"
#include "FactorOps.h"
#include "LowRank.h"
#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <thread>

namespace mlir::mopt {
#define GEN_PASS_DEF_DECOMPOSELAYERSPASS
#include "mopt/Transforms/Decomposition/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// What ranks are chosen by.
struct RankRule {
  enum class Kind { Energy, Ratio, Rank, Together } kind = Kind::Energy;
  /// Energy or ratio.
  double part = 0.9;
  int64_t rank = 0;
};

/// A layer with all ways to factor it.
struct Candidate {
  Operation *op;
  KernelShape shape;
  std::vector<FactorPlan> plans;
};

} // namespace

/// The plan that loses least; of those the one of fewest products.
static const FactorPlan *
findBest(ArrayRef<FactorPlan> plans,
         llvm::function_ref<bool(const FactorPlan &)> suits) {
  const FactorPlan *best = nullptr;
  for (const FactorPlan &plan : plans)
    if (suits(plan) && (!best || std::pair(plan.lost, plan.products) <
                                     std::pair(best->lost, best->products)))
      best = &plan;
  return best;
}

static const FactorPlan *choosePlan(const Candidate &candidate,
                                    const RankRule &rule) {
  const KernelShape &shape = candidate.shape;
  if (rule.kind == RankRule::Kind::Rank)
    return findBest(candidate.plans, [&](const FactorPlan &plan) {
      return plan.rank == std::min(rule.rank, shape.outputs) &&
             (plan.method != DecompositionMethod::Tucker ||
              plan.inputRank == std::min(rule.rank, shape.inputs));
    });
  if (rule.kind == RankRule::Kind::Ratio) {
    double most = rule.part * static_cast<double>(shape.countProducts());
    return findBest(candidate.plans, [&](const FactorPlan &plan) {
      return static_cast<double>(plan.products) <= most;
    });
  }
  // The fewest products that lose no more.
  const FactorPlan *best = nullptr;
  for (const FactorPlan &plan : candidate.plans)
    if (plan.lost <= 1.0 - rule.part + 1e-12 &&
        (!best || std::pair(plan.products, plan.lost) <
                      std::pair(best->products, best->lost)))
      best = &plan;
  return best;
}

/// For each candidate the plan, or null to leave it alone, with which all have
/// at most `part` of their products and lose least in sum: each for itself
/// loses least at one price of a product, which is found by bisection.
static SmallVector<const FactorPlan *>
choosePlansTogether(ArrayRef<Candidate> candidates, double part) {
  double total = 0.0;
  for (const Candidate &candidate : candidates)
    total += static_cast<double>(candidate.shape.countProducts());
  auto choose = [&](double price) {
    SmallVector<const FactorPlan *> chosen;
    for (const Candidate &candidate : candidates) {
      const FactorPlan *best = nullptr;
      double least =
          price * static_cast<double>(candidate.shape.countProducts());
      for (const FactorPlan &plan : candidate.plans) {
        double cost = plan.lost + price * static_cast<double>(plan.products);
        if (cost < least) {
          least = cost;
          best = &plan;
        }
      }
      chosen.push_back(best);
    }
    return chosen;
  };
  auto count = [&](ArrayRef<const FactorPlan *> chosen) {
    double products = 0.0;
    for (auto [candidate, plan] : llvm::zip_equal(candidates, chosen))
      products += static_cast<double>(plan ? plan->products
                                           : candidate.shape.countProducts());
    return products;
  };
  double limit = part * total;
  auto isEnough = [&](ArrayRef<const FactorPlan *> chosen) {
    return count(chosen) <= limit;
  };
  // Prices as powers of two of one over all products.
  double low = -40.0, high = 40.0;
  SmallVector<const FactorPlan *> best =
      choose(std::exp2(high) / std::max(total, 1.0));
  if (!isEnough(best))
    return {};
  for (int round = 0; round < 50; ++round) {
    double middle = low + (high - low) / 2;
    SmallVector<const FactorPlan *> chosen =
        choose(std::exp2(middle) / std::max(total, 1.0));
    if (isEnough(chosen)) {
      best = std::move(chosen);
      high = middle;
    } else {
      low = middle;
    }
  }
  // What one price has left over goes to the layer that it helps most.
  for (double room = limit - count(best);;) {
    const FactorPlan *better = nullptr;
    size_t place = 0;
    double gain = 0.0, used = 0.0;
    for (auto [index, candidate] : llvm::enumerate(candidates)) {
      const FactorPlan *now = best[index];
      if (!now)
        continue;
      for (const FactorPlan &plan : candidate.plans) {
        auto more = static_cast<double>(plan.products - now->products);
        if (more <= room && now->lost - plan.lost > gain) {
          better = &plan;
          place = index;
          gain = now->lost - plan.lost;
          used = more;
        }
      }
    }
    if (!better)
      return best;
    best[place] = better;
    room -= used;
  }
}

/// The covariance of the inputs with some damping, which makes it definite.
static Matrix getMetric(const LayerStatistics &statistics) {
  LayerMoments moments = statistics.getMoments(0);
  LayerMetric metric = LayerMetric::create(moments, chooseDamping(statistics));
  Matrix result = std::move(moments.covariance);
  for (int64_t i = 0; i < result.getRows(); ++i)
    result(i, i) += metric.damping;
  return result;
}

/// Solves for the last factor, whose inputs are linear in those of the layer.
static RegressedLayer solveLast(ArrayRef<LayerFactor> factors,
                                const KernelShape &shape,
                                const LayerStatistics &statistics,
                                unsigned threads) {
  LayerMoments whole = statistics.getMoments(0), moments;
  Matrix map = getLastInputs(factors, shape);
  int64_t size = map.getRows(), columns = map.getColumns();
  // map * covariance.
  Matrix products(size, columns);
  moments.inputMean.assign(size, 0.0);
  for (int64_t i = 0; i < size; ++i)
    for (int64_t k = 0; k < columns; ++k) {
      moments.inputMean[i] += map(i, k) * whole.inputMean[k];
      for (int64_t j = 0; j < columns; ++j)
        products(i, j) += map(i, k) * whole.covariance(k, j);
    }
  moments.covariance = Matrix(size, size);
  for (int64_t i = 0; i < size; ++i)
    for (int64_t j = 0; j < size; ++j)
      for (int64_t k = 0; k < columns; ++k)
        moments.covariance(i, j) += products(i, k) * map(j, k);
  moments.cross = Matrix(shape.outputs, size);
  for (int64_t o = 0; o < shape.outputs; ++o)
    for (int64_t i = 0; i < size; ++i)
      for (int64_t k = 0; k < columns; ++k)
        moments.cross(o, i) += whole.cross(o, k) * map(i, k);
  moments.targetMean = whole.targetMean;
  moments.targetVariance = whole.targetVariance;
  LayerShape last{1, size, shape.outputs};
  return regressMoments(factors.back().weights, last, moments,
                        chooseDamping(statistics), LayerSupport::getWhole(last),
                        threads);
}

static StringRef describe(DecompositionMethod method) {
  switch (method) {
  case DecompositionMethod::SVD:
    return "svd";
  case DecompositionMethod::Tucker:
    return "tucker";
  case DecompositionMethod::Spatial:
    return "spatial";
  case DecompositionMethod::Auto:
    break;
  }
  return "auto";
}

namespace {

struct DecomposeLayersPass
    : public mlir::mopt::impl::DecomposeLayersPassBase<DecomposeLayersPass> {
  using DecomposeLayersPassBase::DecomposeLayersPassBase;

  void runOnOperation() override {
    FailureOr<RankRule> rule = readRule();
    if (failed(rule))
      return signalPassFailure();
    ModuleOp module = getOperation();
    bool together = rule->kind == RankRule::Kind::Together;
    if (data.empty() ? failed(decomposeByWeights(*rule))
                     : failed(decomposeByData(*rule, together)))
      return signalPassFailure();
    eraseUnusedConstants(module);
  }

private:
  unsigned getThreads() const {
    return threads ? threads.getValue() : std::thread::hardware_concurrency();
  }

  LogicalResult fail(const Twine &message) {
    return getOperation().emitError() << getArgument() << ": " << message;
  }

  FailureOr<RankRule> readRule() {
    RankRule rule;
    bool isAuto = StringRef(rank) == "auto";
    if (!energy.empty() + !ratio.empty() + (!rank.empty() && !isAuto) > 1)
      return fail("energy, ratio and a rank contradict each other; give one");
    auto readPart = [&](StringRef text, bool withOne) {
      return !text.getAsDouble(rule.part) && rule.part > 0.0 &&
             (rule.part < 1.0 || (withOne && rule.part == 1.0));
    };
    if (!energy.empty() && !readPart(energy, true))
      return fail("energy is '" + energy +
                  "', must be a number above 0 and at most 1");
    if (!ratio.empty() && !readPart(ratio, false))
      return fail("ratio is '" + ratio +
                  "', must be a number above 0 and below 1");
    if (isAuto && ratio.empty())
      return fail("rank=auto needs ratio, the part of the multiplications "
                  "that may stay");
    if (!ratio.empty())
      rule.kind = isAuto ? RankRule::Kind::Together : RankRule::Kind::Ratio;
    if (rank.empty() || isAuto)
      return rule;
    rule.kind = RankRule::Kind::Rank;
    if (StringRef(rank).getAsInteger(10, rule.rank) || rule.rank < 1)
      return fail("rank is '" + rank + "', must be a number from 1, or auto");
    return rule;
  }

  LogicalResult decomposeByWeights(const RankRule &rule) {
    FailureOr<OpFilter> filter =
        OpFilter::create(getOperation(), getArgument(), exclude, only);
    if (failed(filter))
      return failure();
    auto funcs = getOperation().getOps<func::FuncOp>();
    if (funcs.empty() || (*funcs.begin()).isExternal())
      return success();
    std::vector<LinearLayer> layers;
    std::vector<Candidate> candidates;
    for (Operation &op : (*funcs.begin()).getBody().front()) {
      std::string reason;
      std::optional<LinearLayer> layer = LinearLayer::match(&op, reason);
      if (layer && reason.empty())
        reason = filter->getReasonToSkip(&op).str();
      if (!reason.empty()) {
        skip(&op, reason);
        continue;
      }
      if (!layer || !isCandidate(*layer))
        continue;
      candidates.push_back(list(*layer, layer->getWeights(), nullptr));
      layers.push_back(*layer);
    }
    SmallVector<const FactorPlan *> chosen;
    if (failed(choose(candidates, rule, chosen)))
      return failure();
    for (auto [layer, candidate, plan] :
         llvm::zip_equal(layers, candidates, chosen))
      if (plan) {
        std::vector<float> weights = layer.getWeights();
        auto factors = factorWeights(weights, candidate.shape, *plan, nullptr);
        double lost = measureLoss(factors, candidate.shape, weights);
        report(candidate, *plan, lost);
        replaceByFactors(layer.getOp(), factors, layer.getBias());
      }
    return success();
  }

  /// The part of the squared weights that the factors do not have.
  static double measureLoss(ArrayRef<LayerFactor> factors,
                            const KernelShape &shape, ArrayRef<float> weights) {
    Matrix product = multiplyFactors(factors, shape);
    double lost = 0.0, total = 0.0;
    for (auto [i, weight] : llvm::enumerate(weights)) {
      double difference = weight - product.row(0)[i];
      lost += difference * difference;
      total += static_cast<double>(weight) * weight;
    }
    return total > 0.0 ? lost / total : 0.0;
  }

  LogicalResult decomposeByData(const RankRule &rule, bool together) {
    ObservedLayerSettings settings;
    settings.verb = "decomposed";
    settings.pass = getArgument().str();
    settings.data = data;
    settings.preprocess = preprocess;
    settings.samples = samples;
    settings.threads = threads;
    settings.exclude = exclude;
    settings.only = only;
    LayerCapture::Options capture;
    // Results of layers become those of other ops, which it would look for.
    capture.residual = false;
    DenseMap<Operation *, FactorPlan> plans;
    if (together) {
      std::vector<Candidate> candidates;
      auto observe = [&](LinearLayer &layer, const LayerStatistics &statistics,
                         unsigned threads) {
        if (!isCandidate(layer))
          return;
        Matrix metric = getMetric(statistics);
        candidates.push_back(list(layer, layer.getWeights(), &metric));
      };
      if (failed(repairLayers(getOperation(), settings, capture, observe)))
        return failure();
      SmallVector<const FactorPlan *> chosen;
      if (failed(choose(candidates, rule, chosen)))
        return failure();
      for (auto [candidate, plan] : llvm::zip_equal(candidates, chosen))
        if (plan)
          plans[candidate.op] = *plan;
    }
    auto repair = [&](LinearLayer &layer, const LayerStatistics &statistics,
                      unsigned threads) {
      if (!isCandidate(layer))
        return;
      Matrix metric = getMetric(statistics);
      std::vector<float> weights =
          regressLayer(layer.getWeights(), statistics,
                       LayerSupport::getWhole(layer.getShape()), threads)
              .weights;
      Candidate candidate;
      std::optional<FactorPlan> plan;
      if (together) {
        candidate = {layer.getOp(), getKernelShape(layer), {}};
        if (auto found = plans.find(layer.getOp()); found != plans.end())
          plan = found->second;
      } else {
        candidate = list(layer, weights, &metric);
        if (const FactorPlan *chosen = choosePlan(candidate, rule))
          plan = *chosen;
        else
          skip(layer.getOp(), getReasonAgainst(candidate));
      }
      if (!plan)
        return;
      auto factors = factorWeights(weights, candidate.shape, *plan, &metric);
      RegressedLayer last =
          solveLast(factors, candidate.shape, statistics, threads);
      factors.back().weights = last.weights;
      report(candidate, *plan,
             std::max(0.0, last.error / std::max(last.variance, 1e-30)));
      replaceByFactors(layer.getOp(), factors, last.bias);
    };
    return repairLayers(getOperation(), settings, capture, repair);
  }

  static bool isCandidate(const LinearLayer &layer) {
    return !layer.isDepthwise() && layer.getShape().groups == 1;
  }

  Candidate list(const LinearLayer &layer, ArrayRef<float> weights,
                 InputMetric metric) {
    Candidate candidate{layer.getOp(), getKernelShape(layer), {}};
    candidate.plans =
        listPlans(candidate.shape,
                  computeSpectra(weights, candidate.shape, metric), method);
    return candidate;
  }

  LogicalResult choose(ArrayRef<Candidate> candidates, const RankRule &rule,
                       SmallVectorImpl<const FactorPlan *> &chosen) {
    if (rule.kind == RankRule::Kind::Together) {
      chosen = choosePlansTogether(candidates, rule.part);
      if (chosen.size() != candidates.size())
        return fail(
            llvm::formatv("ratio={0} cannot be reached: ranks of 1 need more",
                          rule.part)
                .str());
    } else {
      for (const Candidate &candidate : candidates)
        chosen.push_back(choosePlan(candidate, rule));
    }
    for (auto [candidate, plan] : llvm::zip_equal(candidates, chosen))
      if (!plan)
        skip(candidate.op, getReasonAgainst(candidate));
    return success();
  }

  static StringRef getReasonAgainst(const Candidate &candidate) {
    return candidate.plans.empty()
               ? "no rank saves weights and multiplications"
               : "no rank that saves weights and multiplications does what "
                 "is asked";
  }

  static void skip(Operation *op, StringRef reason) {
    mlir::emitRemark(op->getLoc())
        << describeOp(op) << " is not decomposed: " << reason;
  }

  static void report(const Candidate &candidate, const FactorPlan &plan,
                     double lost) {
    remark::passed(candidate.op->getLoc(),
                   remark::RemarkOpts::name("Decomposed").category("decompose"))
        << describeOp(candidate.op)
        << remark::metric("method", describe(plan.method))
        << remark::metric("rank", plan.rank)
        << remark::metric("input rank", plan.inputRank)
        << remark::metric("macs before", candidate.shape.countProducts())
        << remark::metric("macs", plan.products)
        << remark::metric("weights before", candidate.shape.countWeights())
        << remark::metric("weights", plan.weights)
        << remark::metric("lost", llvm::formatv("{0:F6}", lost).str());
  }
};

} // namespace
