//===- OutputDivergence.cpp - How far outputs are from the original ones -----*-
// C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SparsityCurves.h"
#include "mopt/Dialect/Mopt/IR/MoptOps.h"
#include "mopt/Runtime/ModelIO.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

/// Probabilities below this one are as good as none: it bounds what a single
/// class can cost.
static constexpr double kLeastProbability = 1e-9;

OutputDivergence::OutputDivergence(func::FuncOp func, bool isLabelled) {
  for (Value result : func.getBody().front().getTerminator()->getOperands()) {
    Operation *producer = result.getDefiningOp();
    while (isa_and_nonnull<ReshapeOp>(producer))
      producer = producer->getOperand(0).getDefiningOp();
    if (isa_and_nonnull<SoftmaxOp>(producer))
      kinds.push_back(Kind::Probabilities);
    else
      kinds.push_back(isLabelled ? Kind::Scores : Kind::Values);
  }
}

void OutputDivergence::Sums::add(const Sums &other) {
  auto addTo = [](auto &sums, const auto &values) {
    sums.resize(values.size());
    for (auto [sum, value] : llvm::zip_equal(sums, values))
      sum += value;
  };
  addTo(divergence, other.divergence);
  addTo(noise, other.noise);
  addTo(signal, other.signal);
}

/// Natural logarithms of the probabilities that `values` are or, as scores,
/// stand for, in rows of `classes`.
static std::vector<double> getLogs(ArrayRef<float> values, int64_t classes,
                                   bool isScores) {
  std::vector<double> logs(values.begin(), values.end());
  for (size_t begin = 0; begin < logs.size(); begin += classes) {
    double *row = &logs[begin];
    double normal = 0.0;
    if (isScores) {
      double largest = *std::max_element(row, row + classes);
      double sum = 0.0;
      for (int64_t i = 0; i < classes; ++i)
        sum += std::exp(row[i] - largest);
      normal = largest + std::log(sum);
    }
    for (int64_t i = 0; i < classes; ++i)
      row[i] = isScores ? std::max(row[i] - normal, std::log(kLeastProbability))
                        : std::log(std::max(row[i], kLeastProbability));
  }
  return logs;
}

OutputDivergence::Sums
OutputDivergence::compare(ArrayRef<HostTensor> outputs,
                          ArrayRef<HostTensor> reference) const {
  Sums sums;
  for (auto [kind, output, wanted] :
       llvm::zip_equal(kinds, outputs, reference)) {
    double divergence = 0.0, noise = 0.0, signal = 0.0;
    if (getArrayType(output.getType().getElementType())) {
      SmallVector<float> found = getRealElements(output);
      SmallVector<float> expected = getRealElements(wanted);
      if (kind == Kind::Values || output.getType().getRank() == 0) {
        for (auto [a, b] : llvm::zip_equal(found, expected)) {
          noise += (double(a) - b) * (double(a) - b);
          signal += double(b) * b;
        }
      } else {
        int64_t classes = output.getType().getShape().back();
        bool isScores = kind == Kind::Scores;
        std::vector<double> p = getLogs(expected, classes, isScores);
        std::vector<double> q = getLogs(found, classes, isScores);
        for (auto [a, b] : llvm::zip_equal(p, q))
          divergence += std::exp(a) * (a - b);
      }
    }
    sums.divergence.push_back(divergence);
    sums.noise.push_back(noise);
    sums.signal.push_back(signal);
  }
  return sums;
}

double OutputDivergence::getTotal(const Sums &sums, int64_t samples) {
  double total = 0.0;
  for (auto [divergence, noise, signal] :
       llvm::zip_equal(sums.divergence, sums.noise, sums.signal)) {
    total += std::max(0.0, divergence) / static_cast<double>(samples);
    if (noise > 0.0)
      total += noise / std::max(signal, 1e-30);
  }
  return total;
}
