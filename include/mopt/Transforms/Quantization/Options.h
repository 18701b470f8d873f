//===- Options.h - Choices that quantization leaves to the user -*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_QUANTIZATION_OPTIONS_H
#define MOPT_TRANSFORMS_QUANTIZATION_OPTIONS_H

namespace mlir::mopt {

/// Element type of the inputs and outputs of a quantised model.
enum class QuantizedIO { Float, Int8, UInt8, Int16 };

/// Storage of the activations of a fixed-point model.
enum class ActivationType { Int8, Int16 };

/// The bits of an activation.
inline unsigned getWidth(ActivationType type) {
  return type == ActivationType::Int8 ? 8 : 16;
}

/// One weight scale an output channel, or one a tensor.
enum class WeightGranularity { Channel, Tensor };

/// Who reads the integers of weights beside float activations: hybrid kernels,
/// or a dequantize op.
enum class WeightForm { Hybrid, Stored };

/// What a recipe is read for: one file may say something of each.
enum class RecipeAspect { Quantization, Sparsity };

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_QUANTIZATION_OPTIONS_H
