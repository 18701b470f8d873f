//===- Layer.h - What kernels can be made of -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_CONVERSION_MOPTTOKERNEL_LAYER_H
#define MOPT_CONVERSION_MOPTTOKERNEL_LAYER_H

#include "mopt/Conversion/MoptToKernel/KernelTarget.h"
#include "mopt/Dialect/Mopt/IR/ElementwiseOps.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Dialect/Mopt/Reference/HostTensor.h"
#include "mopt/Dialect/Mopt/Reference/Requantize.h"

#include <array>
#include <optional>
#include <vector>

namespace mlir::mopt {

/// Distance between int8 and offset form.
inline constexpr int32_t kOffset = 128;
/// Depthwise kernels may read a vector beyond the end of their input.
inline constexpr int64_t kVectorBytes = 64;

/// Weights of a convolution, zero points taken off. `at` finds an element.
struct Weights {
  int64_t outputs, rows, columns, depth;
  std::vector<int16_t> values;
  /// Distances between output channels, rows, columns, input channels.
  int64_t outputStride, rowStride, columnStride, depthStride;

  int64_t getIndex(int64_t output, int64_t row, int64_t column,
                   int64_t c) const {
    return output * outputStride + row * rowStride + column * columnStride +
           c * depthStride;
  }
  int16_t at(int64_t output, int64_t row, int64_t column, int64_t c) const {
    return values[getIndex(output, row, column, c)];
  }
};

/// One spatial dimension of a layer.
struct LayerDim {
  int64_t input = 1, output = 1, taps = 1, stride = 1, dilation = 1;
  int64_t before = 0;

  /// Input elements, padding included, that the windows span.
  int64_t getSpan() const {
    return (output - 1) * stride + (taps - 1) * dilation + 1;
  }
  int64_t getAfter() const {
    return std::max<int64_t>(getSpan() - before - input, 0);
  }
  int64_t getPadded() const { return before + input + getAfter(); }
  bool isPadded() const { return before || getAfter(); }
};

/// What the three ops have in common: a convolution of 8-bit values.
struct Layer {
  Layer(Operation *op, Value input, Value output, ActivationFunction activation)
      : op(op), input(input), output(output), activation(activation) {}

  Operation *op;
  Value input, output;
  ActivationFunction activation;
  int64_t batches = 1, channels = 1;
  LayerDim rows, columns;
  bool isDepthwise = false;
  /// How fixed mode rescales.
  FixedArithmetic arithmetic = FixedArithmetic::Multiplier;
  bool roundsScaleProduct = false;
  Weights weights;
  std::vector<int32_t> bias;
  /// What is added to the output, before anything is written.
  AddOp add;
  Value addend;
  /// The instruction that is chosen for it.
  kernel::DotKind dot = kernel::DotKind::VPDPBUSD;

  /// True if its kernel is one that leaves out zero weights.
  bool leavesOutZeros = false;

  /// What the kernel writes.
  Value getWritten() const { return add ? add->getResult(0) : output; }
  /// True if it is depthwise, with several results of each channel.
  bool hasMultiplier() const {
    return isDepthwise && weights.outputs != channels;
  }
  bool isPadded() const { return rows.isPadded() || columns.isPadded(); }
  /// True for one tap at every pixel.
  bool isPointwise() const {
    return !isDepthwise && rows.taps == 1 && columns.taps == 1 &&
           rows.stride == 1 && columns.stride == 1 && !isPadded();
  }
  /// [top, bottom, left, right].
  std::array<int64_t, 4> getPadding() const {
    return {rows.before, rows.getAfter(), columns.before, columns.getAfter()};
  }
  /// Elements beyond the end of the last pixel that the kernel may read.
  int64_t getSlack() const;
};

/// The layer that `op` is, if kernels can be made of it. Its input is that of a
/// pad before it, if the border can be a part of its own.
std::optional<Layer> matchLayer(Operation *op);

/// The layer that `op` is by its sizes, whatever its elements are; `filter` and
/// `bias` are its operands.
std::optional<Layer> matchLayerSizes(Operation *op, Value &filter, Value &bias);

/// Makes additions to the only use of a layer's output, of a value that is
/// there before it, a part of the layer, where a kernel can add it exactly in
/// `mode`.
void absorbAdds(MutableArrayRef<Layer> layers, RequantizeMode mode);

/// How the kernel of a layer adds its addend.
kernel::ResidualAttr makeResidual(const Layer &layer, RequantizeMode mode,
                                  const KernelTarget &target);

/// True for values that are stored as uint8.
bool isUnsigned(Value value);

/// The zero point of a tensor in terms of int8.
int32_t getByteZeroPoint(Value value);

} // namespace mlir::mopt

#endif // MOPT_CONVERSION_MOPTTOKERNEL_LAYER_H
