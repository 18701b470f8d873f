//===- RealArithmetic.h - Products of real numbers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Recurrent cells of real numbers are one algorithm over two kinds of matrix
// products: of float32 weights, and of int8 weights with vectors that are
// quantised for it. Both have this form:
//   struct Vectors;  several vectors of equal length, ready for a product
//   Vectors prepare(ArrayRef<float> values, int64_t numVectors) const;
//   void addProduct(const HostTensor &matrix, const Vectors &vectors,
//                   MutableArrayRef<float> sums) const;
//   std::vector<float> getReal(const HostTensor &weights) const;

#ifndef MOPT_LIB_DIALECT_MOPT_REFERENCE_REALARITHMETIC_H
#define MOPT_LIB_DIALECT_MOPT_REFERENCE_REALARITHMETIC_H

#include "mopt/Dialect/Mopt/IR/RecurrentLayers.h"
#include "mopt/Dialect/Mopt/Reference/BatchQuantize.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

namespace mlir::mopt {

/// A function that a recurrent cell applies; null for NONE.
using RealActivation = float (*)(float);
RealActivation getRealActivation(ActivationFunction function);

/// Matrices and vectors are float32; sums are taken in the order of the
/// columns.
struct FloatArithmetic {
  explicit FloatArithmetic(bool /*asymmetric*/) {}

  struct Vectors {
    ArrayRef<float> values;
    int64_t count = 0;
  };

  Vectors prepare(ArrayRef<float> values, int64_t numVectors) const {
    return {values, numVectors};
  }
  void addProduct(const HostTensor &matrix, const Vectors &vectors,
                  MutableArrayRef<float> sums) const;
  ArrayRef<float> getReal(const HostTensor &weights) const {
    return weights.as<float>();
  }
};

/// Before a product with a matrix of int8 weights, every vector is quantised to
/// int8 by its own range; sums are exact, and one float32 factor each makes
/// them real again.
struct HybridArithmetic {
  explicit HybridArithmetic(bool asymmetric) : asymmetric(asymmetric) {}

  using Vectors = QuantizedRows;

  Vectors prepare(ArrayRef<float> values, int64_t numVectors) const {
    return quantizeRows(values, numVectors,
                        asymmetric ? RowQuantization::Asymmetric
                                   : RowQuantization::Symmetric);
  }
  void addProduct(const HostTensor &matrix, const Vectors &vectors,
                  MutableArrayRef<float> sums) const;
  std::vector<float> getReal(const HostTensor &weights) const;

  bool asymmetric;
};

/// The rows of the batch that take one time step together: all of them where
/// time is the outer dimension, else one. Offsets count rows.
struct RecurrentStep {
  int64_t numRows;
  /// First row in the states, and in the input and output.
  int64_t stateRow, sequenceRow;

  /// What the rows from `first` on hold of `elements`, `size` each.
  template <typename Elements>
  Elements rows(Elements elements, int64_t first, int64_t size) const {
    return elements.slice(first * size, numRows * size);
  }
};

/// Calls `fn` for every step in an order in which states are up to date.
void forEachStep(const SequenceLayer &layer,
                 llvm::function_ref<void(const RecurrentStep &)> fn);

/// Copies the outputs of a step to the layer's columns of its result.
template <typename T>
void storeOutputs(const SequenceLayer &layer, const RecurrentStep &step,
                  ArrayRef<T> outputs, EvalContext &context) {
  const HostTensor &result = context.output(layer.result);
  int64_t columns = result.getShape().back();
  for (int64_t row = 0; row < step.numRows; ++row)
    llvm::copy(outputs.slice(row * layer.outputs, layer.outputs),
               result.asMutable<T>().begin() +
                   (step.sequenceRow + row) * columns + layer.resultColumn);
}

} // namespace mlir::mopt

#endif // MOPT_LIB_DIALECT_MOPT_REFERENCE_REALARITHMETIC_H
