//===- LinearLayer.h - An op as products of matrices -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_RECONSTRUCTION_LINEARLAYER_H
#define MOPT_LIB_TRANSFORMS_RECONSTRUCTION_LINEARLAYER_H

#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Transforms/Reconstruction/LayerStatistics.h"

#include <string>

namespace mlir::mopt {

class TransposeConvOp;

/// A float32 convolution, depthwise convolution or fully connected op with
/// constant weights, seen as rows of inputs times weights plus bias.
class LinearLayer {
public:
  /// The layer of `op`; std::nullopt with `reason` set where it is none, or
  /// with an empty reason where `op` has no weights at all. transpose_conv is
  /// one if `transposes`.
  static std::optional<LinearLayer> match(Operation *op, std::string &reason,
                                          bool transposes = false);

  Operation *getOp() const { return op; }
  Value getInput() const { return op->getOperand(inputIndex); }
  OpOperand &getInputOperand() const { return op->getOpOperand(inputIndex); }
  Value getResult() const { return op->getResult(0); }
  const LayerShape &getShape() const { return shape; }
  bool isDepthwise() const { return depthwise; }

  /// Rows that a sample gives at most to statistics: of maps with more, every
  /// n-th.
  int64_t getSampledRows() const;

  /// Rows of the op's input beside those of the wanted result (before the fused
  /// activation).
  RowPanel gather(ArrayRef<float> input, ArrayRef<float> target) const;

  /// The weights as rows, one an output.
  std::vector<float> getWeights() const;
  /// The bias; zeros where there is none.
  std::vector<float> getBias() const;

  /// Rows in the order of the op's constant.
  template <typename T>
  std::vector<T> toConstantOrder(ArrayRef<T> rows) const {
    std::vector<T> result(rows);
    if (!depthwise)
      return result;
    for (int64_t row = 0, count = shape.getWeightRows(); row < count; ++row)
      for (int64_t i = 0; i < shape.inputs; ++i)
        result[i * count + row] = rows[row * shape.inputs + i];
    return result;
  }

  /// The float32 constant of the weights.
  ConstOp getWeightConstant() const;
  /// Makes the weights a new constant with the name of the old one.
  void setWeightValues(const std::vector<float> &rows);
  /// Reads the weights from `value` from now on.
  void setWeights(Value value);
  /// Makes the bias a new constant.
  void setBias(ArrayRef<float> bias);

private:
  /// One dimension of a window.
  struct Window {
    int64_t input = 1, output = 1, taps = 1, stride = 1, dilation = 1,
            padding = 0;
    bool transposed = false;

    /// The input that `tap` reads for the output at `position`; -1 if none.
    int64_t getInput(int64_t position, int64_t tap) const;
  };

  template <typename ConvOp>
  static void readWindows(ConvOp op, LinearLayer &layer);
  static void readWindows(TransposeConvOp op, LinearLayer &layer);
  int64_t getRowStep() const;

  Operation *op = nullptr;
  unsigned inputIndex = 0, biasIndex = 2;
  LayerShape shape;
  bool depthwise = false;
  int64_t batches = 1;
  Window vertical, horizontal;
  int64_t inputChannels = 0;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_RECONSTRUCTION_LINEARLAYER_H
