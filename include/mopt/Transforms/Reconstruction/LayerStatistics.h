//===- LayerStatistics.h - What data says of one layer -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_RECONSTRUCTION_LAYERSTATISTICS_H
#define MOPT_TRANSFORMS_RECONSTRUCTION_LAYERSTATISTICS_H

#include "mopt/Transforms/Reconstruction/Matrix.h"
#include "llvm/ADT/ArrayRef.h"

#include <cstddef>

namespace mlir::mopt {

/// A layer as products of matrices: each of `groups` takes rows of `inputs`
/// elements to rows of `outputs`. A convolution has one row a pixel and one
/// input a tap and channel; a depthwise one has one group an input channel.
struct LayerShape {
  int64_t groups = 1;
  int64_t inputs = 0;
  int64_t outputs = 0;

  int64_t getWeightRows() const { return groups * outputs; }
};

/// Rows of inputs beside the targets of the same rows, for one sample, in an
/// order in which products of columns run over neighbouring elements: strips of
/// `kStrip` columns, one row of a strip after the other.
class RowPanel {
public:
  static constexpr int64_t kStrip = 16;

  RowPanel(const LayerShape &shape, int64_t rows);

  const LayerShape &getShape() const { return shape; }
  int64_t getRows() const { return rows; }
  int64_t getStrips() const { return strips; }

  /// Copies `count` elements to columns [column, column + count) of a row.
  /// Targets are the columns after the inputs. Columns that are never set are
  /// zero.
  void set(int64_t group, int64_t row, int64_t column, const float *values,
           int64_t count);
  void set(int64_t group, int64_t row, int64_t column, float value) {
    strip(group, column / kStrip)[row * kStrip + column % kStrip] = value;
  }

  float *strip(int64_t group, int64_t index) {
    return elements.data() + (group * strips + index) * rows * kStrip;
  }
  const float *strip(int64_t group, int64_t index) const {
    return elements.data() + (group * strips + index) * rows * kStrip;
  }

private:
  LayerShape shape;
  int64_t rows;
  int64_t strips;
  std::vector<float> elements;
};

/// First and second moments of one group over all rows.
struct LayerMoments {
  std::vector<double> inputMean;
  std::vector<double> targetMean;
  /// Covariance of the inputs: inputs x inputs.
  Matrix covariance;
  /// Covariance of targets and inputs: outputs x inputs.
  Matrix cross;
  std::vector<double> targetVariance;
};

/// Collects moments. Memory does not grow with the number of rows, and the
/// order of every sum is that of the panels, whatever the number of threads.
class LayerStatistics {
public:
  /// Without `covariances` only means are collected.
  LayerStatistics(const LayerShape &shape, bool covariances);

  const LayerShape &getShape() const { return shape; }
  int64_t getRows() const { return rows; }
  /// Number of panels, which are samples.
  int64_t getSamples() const { return samples; }

  /// Adds the rows of all panels; changes the panels.
  void add(llvm::MutableArrayRef<RowPanel> panels, unsigned threads);

  /// False where a NaN or an infinity was among the rows.
  bool isFinite() const;
  LayerMoments getMoments(int64_t group) const;

private:
  int64_t getColumns() const { return strips * RowPanel::kStrip; }
  void addStrip(const RowPanel &panel, int64_t group, int64_t strip);

  LayerShape shape;
  bool covariances;
  int64_t strips;
  int64_t rows = 0;
  int64_t samples = 0;
  /// Subtracted from every row, so that the differences of large sums stay
  /// exact: the means of the first panel.
  std::vector<float> origin;
  std::vector<double> sums;
  std::vector<double> products;
};

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_RECONSTRUCTION_LAYERSTATISTICS_H
