//===- LayerStatistics.cpp - What data says of one layer -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Reconstruction/LayerStatistics.h"
#include "Parallel.h"
#include "StripProducts.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cmath>

using namespace mlir::mopt;

static constexpr int64_t kStrip = RowPanel::kStrip;

static int64_t getStripCount(const LayerShape &shape) {
  return llvm::divideCeil(shape.inputs + shape.outputs, kStrip);
}

RowPanel::RowPanel(const LayerShape &shape, int64_t rows)
    : shape(shape), rows(rows), strips(getStripCount(shape)),
      elements(shape.groups * strips * rows * kStrip) {}

void RowPanel::set(int64_t group, int64_t row, int64_t column,
                   const float *values, int64_t count) {
  while (count > 0) {
    int64_t offset = column % kStrip;
    int64_t part = std::min(count, kStrip - offset);
    std::copy_n(values, part,
                strip(group, column / kStrip) + row * kStrip + offset);
    values += part;
    column += part;
    count -= part;
  }
}

LayerStatistics::LayerStatistics(const LayerShape &shape, bool covariances)
    : shape(shape), covariances(covariances), strips(getStripCount(shape)),
      sums(shape.groups * getColumns()) {
  if (covariances)
    products.resize(shape.groups * getColumns() * getColumns());
}

static void addColumns(const float *strip, int64_t rows, double *sums) {
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t i = 0; i < kStrip; ++i)
      sums[i] += strip[row * kStrip + i];
}

void LayerStatistics::addStrip(const RowPanel &panel, int64_t group,
                               int64_t strip) {
  const float *left = panel.strip(group, strip);
  addColumns(left, panel.getRows(),
             &sums[group * getColumns() + strip * kStrip]);
  if (!covariances)
    return;
  double *block =
      &products[(group * getColumns() + strip * kStrip) * getColumns()];
  // Products of targets with targets are needed on the diagonal only.
  bool isTarget = strip * kStrip >= shape.inputs;
  int64_t end = isTarget ? strip + 1 : strips;
  for (int64_t other = strip; other < end; ++other)
    addStripProducts(left, panel.strip(group, other), panel.getRows(),
                     block + other * kStrip, getColumns());
}

void LayerStatistics::add(llvm::MutableArrayRef<RowPanel> panels,
                          unsigned threads) {
  if (panels.empty())
    return;
  int64_t tasks = shape.groups * strips;
  if (origin.empty()) {
    origin.resize(sums.size());
    std::vector<double> first(sums.size());
    const RowPanel &panel = panels.front();
    forEachTask(tasks, threads, [&](int64_t task) {
      double *mean = &first[task * kStrip];
      addColumns(panel.strip(task / strips, task % strips), panel.getRows(),
                 mean);
      for (int64_t i = 0; i < kStrip; ++i)
        origin[task * kStrip + i] = mean[i] / panel.getRows();
    });
  }
  forEachTask(tasks, threads, [&](int64_t task) {
    const float *shift = &origin[task * kStrip];
    for (RowPanel &panel : panels) {
      float *strip = panel.strip(task / strips, task % strips);
      for (int64_t row = 0; row < panel.getRows(); ++row)
        for (int64_t i = 0; i < kStrip; ++i)
          strip[row * kStrip + i] -= shift[i];
    }
  });
  forEachTask(tasks, threads, [&](int64_t task) {
    for (const RowPanel &panel : panels)
      addStrip(panel, task / strips, task % strips);
  });
  for (const RowPanel &panel : panels)
    rows += panel.getRows();
  samples += panels.size();
}

bool LayerStatistics::isFinite() const {
  return llvm::all_of(sums, [](double value) { return std::isfinite(value); });
}

LayerMoments LayerStatistics::getMoments(int64_t group) const {
  int64_t columns = getColumns();
  double count = std::max<double>(1.0, static_cast<double>(rows));
  const double *sum = &sums[group * columns];
  const float *shift = &origin[group * columns];
  LayerMoments moments;
  for (int64_t i = 0; i < shape.inputs; ++i)
    moments.inputMean.push_back(shift[i] + sum[i] / count);
  for (int64_t i = shape.inputs, e = i + shape.outputs; i < e; ++i)
    moments.targetMean.push_back(shift[i] + sum[i] / count);
  if (!covariances)
    return moments;
  const double *product = &products[group * columns * columns];
  auto covariance = [&](int64_t i, int64_t j) {
    return product[i * columns + j] / count - sum[i] / count * (sum[j] / count);
  };
  moments.covariance = Matrix(shape.inputs, shape.inputs);
  moments.cross = Matrix(shape.outputs, shape.inputs);
  for (int64_t i = 0; i < shape.inputs; ++i)
    for (int64_t j = i; j < shape.inputs; ++j)
      moments.covariance(i, j) = moments.covariance(j, i) = covariance(i, j);
  for (int64_t o = 0; o < shape.outputs; ++o)
    for (int64_t i = 0; i < shape.inputs; ++i)
      moments.cross(o, i) = covariance(i, shape.inputs + o);
  for (int64_t o = 0; o < shape.outputs; ++o)
    moments.targetVariance.push_back(
        std::max(0.0, covariance(shape.inputs + o, shape.inputs + o)));
  return moments;
}
