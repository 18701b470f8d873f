//===- WeightedSum.h - Sums of products over windows -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Convolutions, their transposes and matrix products are one sum of products (a
// depthwise convolution is a grouped one, a matrix product a 1x1 one); the
// number systems differ in how operands are read and in what becomes of the
// sum.

#ifndef MOPT_LIB_DIALECT_MOPT_REFERENCE_WEIGHTEDSUM_H
#define MOPT_LIB_DIALECT_MOPT_REFERENCE_WEIGHTEDSUM_H

#include "mopt/Dialect/Mopt/Reference/BatchQuantize.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

#include <array>

namespace mlir::mopt {

//===----------------------------------------------------------------------===//
// Geometry
//===----------------------------------------------------------------------===//

/// One spatial dimension of a convolution, or of a transposed one, where an
/// input element reaches the outputs that a convolution would compute it from.
struct ConvDim {
  int64_t input = 1;
  int64_t output = 1;
  int64_t filter = 1;
  int64_t stride = 1;
  int64_t dilation = 1;
  int64_t padding = 0;
  bool transposed = false;

  /// Calls `fn(input index, tap)` for the taps of output `out` that lie inside
  /// the input, in the order of the input.
  template <typename Fn>
  void forEachTap(int64_t out, Fn fn) const {
    if (!transposed) {
      for (int64_t tap = 0; tap < filter; ++tap)
        if (int64_t in = out * stride - padding + tap * dilation;
            in >= 0 && in < input)
          fn(in, tap);
      return;
    }
    // out = in * stride - padding + tap * dilation, solved for the tap.
    for (int64_t in = 0; in < input; ++in) {
      int64_t reach = out + padding - in * stride;
      if (reach < 0)
        return;
      if (reach % dilation == 0 && reach / dilation < filter)
        fn(in, reach / dilation);
    }
  }
};

/// A grouped convolution over [batch, depth, height, width, channels], with the
/// filter addressed by strides, so that all layouts of filters fit.
struct Convolution {
  int64_t batches = 1;
  /// Depth, height and width; a 2-D convolution leaves the depth at 1.
  std::array<ConvDim, 3> dims;
  int64_t inputChannels = 1;
  int64_t outputChannels = 1;
  /// Input channels that one output channel reads.
  int64_t depth = 1;
  /// Distances in the filter between taps, output channels, input channels.
  std::array<int64_t, 3> filterStrides = {0, 0, 0};
  int64_t filterOutputStride = 0;
  int64_t filterDepthStride = 0;

  int64_t getFirstInputChannel(int64_t outputChannel) const {
    if (depth == inputChannels)
      return 0;
    int64_t outputsPerGroup = outputChannels * depth / inputChannels;
    return outputChannel / outputsPerGroup * depth;
  }
  int64_t getNumOutputs() const {
    return batches * dims[0].output * dims[1].output * dims[2].output *
           outputChannels;
  }
};

/// Calls `finish(sum, batch, outputChannel, outputIndex)` for every output
/// element, in row-major order. The values of `multiply(input, weight, batch,
/// outputChannel)` are added in the order planes, rows, columns, channels of
/// the input, skipping taps outside it: float sums depend on it. int32 sums
/// wrap.
template <typename Acc, typename In, typename Weight, typename Multiply,
          typename Finish>
void convolveWith(const Convolution &conv, const In *input,
                  const Weight *filter, Multiply multiply, Finish finish) {
  // Unsigned, because overflow must wrap.
  using Sum = std::conditional_t<std::is_same_v<Acc, int32_t>, uint32_t, Acc>;
  const ConvDim &planes = conv.dims[0], &rows = conv.dims[1],
                &columns = conv.dims[2];
  int64_t index = 0;
  auto sumWindow = [&](int64_t batch, int64_t z, int64_t y, int64_t x,
                       int64_t channel) {
    const Weight *kernel = filter + channel * conv.filterOutputStride;
    int64_t firstChannel = conv.getFirstInputChannel(channel);
    Sum sum = 0;
    planes.forEachTap(z, [&](int64_t inZ, int64_t kz) {
      rows.forEachTap(y, [&](int64_t inY, int64_t ky) {
        columns.forEachTap(x, [&](int64_t inX, int64_t kx) {
          int64_t pixel = ((batch * planes.input + inZ) * rows.input + inY) *
                              columns.input +
                          inX;
          const In *values = input + pixel * conv.inputChannels + firstChannel;
          const Weight *weights = kernel + kz * conv.filterStrides[0] +
                                  ky * conv.filterStrides[1] +
                                  kx * conv.filterStrides[2];
          for (int64_t c = 0; c < conv.depth; ++c)
            sum += static_cast<Sum>(
                multiply(values[c], weights[c * conv.filterDepthStride], batch,
                         channel));
        });
      });
    });
    return static_cast<Acc>(sum);
  };
  for (int64_t batch = 0; batch < conv.batches; ++batch)
    for (int64_t z = 0; z < planes.output; ++z)
      for (int64_t y = 0; y < rows.output; ++y)
        for (int64_t x = 0; x < columns.output; ++x)
          for (int64_t channel = 0; channel < conv.outputChannels; ++channel)
            finish(sumWindow(batch, z, y, x, channel), batch, channel, index++);
}

/// The same with plain products.
template <typename Acc, typename In, typename Weight, typename Finish>
void convolve(const Convolution &conv, const In *input, const Weight *filter,
              Finish finish) {
  convolveWith<Acc>(
      conv, input, filter,
      [](In x, Weight w, int64_t, int64_t) { return Acc(x) * Acc(w); }, finish);
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

/// The tensors of a weighted op, wherever they stand among its operands.
struct WeightedOperands {
  /// `bias` is an operand's index; the operand may be absent.
  WeightedOperands(EvalContext &context, unsigned input, unsigned filter,
                   unsigned bias)
      : input(context.input(input)), filter(context.input(filter)),
        bias(context.hasInput(bias) ? context.input(bias) : HostTensor()),
        output(context.output()), mode(context.getRequantizeMode()) {}

  HostTensor input, filter, bias, output;
  RequantizeMode mode;

  bool isFloat() const;
  /// Float activations with quantised integer weights.
  bool isHybrid() const;
  /// int16 activations accumulate in the width of the bias, int64 by default.
  bool hasWideSums(ElementType biasType) const;
};

/// The elements of a quantised tensor as integers with the zero point taken
/// off. Eight bits and fewer become int16, which holds every difference.
std::vector<int16_t> getCentered(const HostTensor &tensor, int64_t zeroPoint);

/// The zero point of a tensor, 0 if it is not quantised.
int32_t getZeroPoint(const QuantParams &params);

bool isSignedInteger(Type type, std::initializer_list<unsigned> widths);

/// Fails unless the operand that gives the shape of a transposed convolution's
/// result gives that of its type.
LogicalResult checkOutputShape(Operation *op, const HostTensor &shape,
                               const HostTensor &output);

/// The dimension of the transpose of a convolution from `dim.output` to
/// `dim.input`, which decides its padding.
ConvDim getTransposed(ConvDim dim, Padding padding);

//===----------------------------------------------------------------------===//
// Number systems
//===----------------------------------------------------------------------===//

/// How the reference kernel of an op rescales integer sums.
struct RescaleRule {
  FixedArithmetic arithmetic = FixedArithmetic::Multiplier;
  /// Input scale times weight scale is rounded to float32.
  bool roundsScaleProduct = false;
};

/// The factors of `rule` for sums of products of an input and a weight, one a
/// weight scale, added to `requantizer`.
void addProductFactors(Requantizer &requantizer, RescaleRule rule,
                       const QuantParams &input, const QuantParams &weight,
                       const QuantParams &result);

/// The order in which a hybrid kernel multiplies sum, row scale and weight
/// scale; float32 products are not associative.
enum class HybridOrder {
  /// (sum * weight scale) * row scale
  SumFirst,
  /// sum * (weight scale * row scale)
  ScalesFirst,
  /// sum of (product * weight scale) * row scale, in float32
  EveryProduct
};

/// float32 throughout: clamp(sum + bias).
LogicalResult evaluateFloatSum(Operation *op, const Convolution &conv,
                               ActivationFunction activation,
                               const WeightedOperands &operands);

/// Integer activations: sum of (input - zero point) * (weight - zero point),
/// plus bias, rescaled. `wide` = sums of int16 activations are int64.
LogicalResult evaluateIntegerSum(Operation *op, const Convolution &conv,
                                 ActivationFunction activation,
                                 RescaleRule rule, bool wide,
                                 const WeightedOperands &operands);

/// Float activations, integer weights: the input is quantised row by row (a
/// row is what one batch holds), the integer sum goes back to float32.
LogicalResult evaluateHybridSum(Operation *op, const Convolution &conv,
                                ActivationFunction activation,
                                RowQuantization rows, HybridOrder order,
                                const WeightedOperands &operands);

} // namespace mlir::mopt

#endif // MOPT_LIB_DIALECT_MOPT_REFERENCE_WEIGHTEDSUM_H
