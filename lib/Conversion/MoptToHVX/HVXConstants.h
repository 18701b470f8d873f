//===- HVXConstants.h - Weights and parameters of kernels of Hexagon ------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOHVX_HVXCONSTANTS_H
#define MOPT_LIB_CONVERSION_MOPTTOHVX_HVXCONSTANTS_H

#include "HVXNode.h"

namespace mlir::mopt {

/// The part of a weight that a byte holds.
inline int16_t clampToByte(int16_t weight) {
  return std::min<int16_t>(std::max<int16_t>(weight, -128), 127);
}

/// Makes the constant operands of the kernel of `node`, where `builder` is.
class HVXConstants {
public:
  HVXConstants(OpBuilder &builder, const HVXNode &node,
               const HVXFactors &factors)
      : builder(builder), node(node), factors(factors), layer(*node.layer) {}

  /// What kernel.hvx_conv_2d takes.
  struct Convolution {
    int64_t turns;
    Value weights, parameters, steps, rest;
  };
  Convolution makeConvolution(kernel::PlanesAttr input);

  /// What kernel.hvx_channel_conv_2d takes.
  struct ChannelConvolution {
    int64_t turns;
    Value weights, parameters, steps;
    int32_t weightZeroPoint;
  };
  ChannelConvolution makeChannelConvolution(kernel::PlanesAttr input,
                                            kernel::PlanesAttr output);

  /// What kernel.hvx_depthwise_conv_2d takes; `restPlanes` may be none.
  struct Depthwise {
    Value weights, parameters;
    SmallVector<int64_t> columns, restColumns, restPlanes;
  };
  Depthwise makeDepthwise(kernel::PlanesAttr input, kernel::PlanesAttr output);

  struct Matmul {
    Value weights, parameters;
    int32_t weightZeroPoint;
  };
  Matmul makeMatmul();

private:
  /// Four channels of a tap, one plane after the other; no tap for what makes
  /// their number even.
  struct Step {
    const HVXTap *tap;
    int64_t plane;
  };
  struct Steps {
    SmallVector<Step> list;
    /// Bytes from the first pixel of the first plane on.
    std::vector<int32_t> offsets;
    /// True if they are all planes, one after the other.
    bool isLinear;
  };
  Steps makeSteps(kernel::PlanesAttr input) const;
  /// Zero for channels and taps that there are not.
  int16_t getWeight(int64_t output, const Step &step, int64_t i) const;
  /// Of the weights as uint8.
  int32_t getWeightZeroPoint() const;
  /// Biases that take the zero point of the input, as uint8, into account.
  std::vector<int32_t> foldBias() const;
  /// Rows of parameters for the channels `order`; those behind the last are 0.
  void appendParameters(std::vector<int32_t> &values, ArrayRef<int32_t> bias,
                        ArrayRef<int64_t> order, int64_t rows) const;
  int64_t getNumRows() const {
    return kernel::HVXRequantizeAttr::get(builder.getContext(),
                                          factors.rounding, 0, 0, 0)
        .getNumRows();
  }

  OpBuilder &builder;
  const HVXNode &node;
  const HVXFactors &factors;
  const Layer &layer;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOHVX_HVXCONSTANTS_H
