//===- Convolution.h - Convolutions in kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOGPU_CONVOLUTION_H
#define MOPT_LIB_CONVERSION_MOPTTOGPU_CONVOLUTION_H

#include "BinaryArithmetic.h"
#include "DeviceRescale.h"
#include "PlanBuilder.h"
#include "mopt/Conversion/MoptToKernel/Layer.h"

namespace mlir::mopt {

/// A convolution as its kernel sees it: a pointwise one has one row of all
/// pixels.
struct ConvolutionShape {
  explicit ConvolutionShape(const Layer &layer);

  int64_t batches;
  LayerDim rows, columns;

  bool isPadded() const { return rows.isPadded() || columns.isPadded(); }
  /// For names of kernels.
  std::string toName() const;
  /// Taps of a row if a pixel's inputs are those of the one before it a tap
  /// later, otherwise 1.
  int64_t getSharedTaps() const {
    return columns.stride == 1 && columns.dilation == 1 ? columns.taps : 1;
  }
  /// Rows of results.
  int64_t getResultRows() const { return batches * rows.output; }
};

/// Where an invocation is: its first channel is `channelBlock` times the tile's
/// channels.
struct TilePosition {
  /// `id` counts blocks of channels first, then blocks of pixels, then rows.
  TilePosition(KernelBuilder &b, Value id, const ConvolutionShape &shape,
               int64_t channelBlocks, int64_t pixels);

  Value channelBlock;
  /// Row of the results of all batches.
  Value row;
  /// Row and columns of the input, the border included, where the windows
  /// begin, and the first row of the batch.
  Value inputRow, batchRow;
  SmallVector<Value> inputColumns;
  /// The results' pixels. Those beyond the row are its last one.
  SmallVector<Value> pixels;
};

/// The input's row under a row of taps: the number of its first pixel, and
/// whether it is inside; null where there is no border.
struct InputRow {
  InputRow(KernelBuilder &b, const ConvolutionShape &shape,
           const TilePosition &at, Value tapRow);

  Value firstPixel, isInside;
};

/// A pixel of the input: the number of its first vector, 0 in the border, where
/// `isInside` is false; null where there is no border. `vectors` is how many
/// vectors a pixel has.
struct InputPixel {
  InputPixel(KernelBuilder &b, const ConvolutionShape &shape,
             const InputRow &row, Value firstColumn, Value tapColumn,
             int64_t vectors);

  Value firstVector, isInside;
};

/// What `body` makes of `sums`, in turn for every tap and every vector of
/// channels. It is given the number of the tap, the vectors of the tile's input
/// pixels (argument 0 of the kernel; `border` outside of the image), and their
/// number in a pixel, which has `steps`. `unrolls` says that up to three taps
/// of a row are written out where they share pixels.
SmallVector<Value> loopOverTaps(
    KernelBuilder &b, const ConvolutionShape &shape, const TilePosition &at,
    int64_t steps, Value border, bool unrolls, ArrayRef<Value> sums,
    llvm::function_ref<SmallVector<Value>(Value tap, ArrayRef<Value> inputs,
                                          Value step, ValueRange sums)>
        body);

/// The tensor as rows of `channels` elements: itself, or a copy.
DeviceTensor asRowsOf(PlanBuilder &plan, DeviceTensor tensor, int64_t channels);

/// What is added to and multiplied with the sums of a layer of bytes, and how
/// the kernel finds it.
class LayerRescale {
public:
  /// The kind that `mode` asks for.
  LayerRescale(const Layer &layer, RequantizeMode mode);

  RescaleKind getKind() const { return kind; }
  /// Why there are no exact factors; std::nullopt if there are.
  std::optional<std::string> getProblem() const { return problem; }

  /// In vectors of four: the parameters that follow, then those of each four of
  /// `channels` channels. `weightZero` is what stored weights are less of,
  /// `biases` are sums for inputs of zero.
  std::vector<int32_t> pack(int64_t channels, int32_t weightZero) const;
  int64_t countVectors(int64_t channels) const {
    return countVectors(kind, channels);
  }
  static int64_t countVectors(RescaleKind kind, int64_t channels);

  // In kernels whose argument `argument` holds the parameters.
  static Value loadBorder(KernelBuilder &b, unsigned argument);
  static Value loadWeightZero(KernelBuilder &b, unsigned argument);
  /// Parameters of channels `4 * group` and on.
  struct Group {
    Value low, high, zero, bias;
    SmallVector<Value> factor;
  };
  static Group load(KernelBuilder &b, RescaleKind kind, unsigned argument,
                    Value group);
  /// Four results, as integers, of four sums.
  static Value apply(KernelBuilder &b, RescaleKind kind, const Group &group,
                     Value sums);

private:
  RescaleKind kind;
  std::optional<std::string> problem;
  int32_t low, high, zero, border;
  std::vector<int32_t> biases;
  std::vector<std::vector<int32_t>> factors;
};

/// Parameters of channels `begin` to `end` of a layer of floats, in vectors of
/// four: bounds of the activation, the first channel's vector, biases.
std::vector<float> packFloatParameters(const Layer &sizes, ArrayRef<float> bias,
                                       int64_t begin, int64_t end);

// One a kind of kernel.
void lowerByteConvolution(PlanBuilder &plan, const Layer &layer);
void lowerByteDepthwise(PlanBuilder &plan, const Layer &layer);
void lowerFloatConvolution(PlanBuilder &plan, const Layer &sizes,
                           ArrayRef<float> weights, ArrayRef<float> bias);
void lowerFloatDepthwise(PlanBuilder &plan, const Layer &sizes,
                         ArrayRef<float> weights, ArrayRef<float> bias);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOGPU_CONVOLUTION_H
