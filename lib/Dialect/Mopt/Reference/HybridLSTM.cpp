//===- HybridLSTM.cpp - LSTM cells of float32 with int8 weights -----*- C++
//-*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Before a product with a matrix of int8 weights, every vector is quantised to
// int8 by its own range; sums are exact, and one float32 factor each makes them
// real again. Everything else is float32.

#include "RealLSTM.h"
#include "mopt/Dialect/Mopt/IR/RecurrentOps.h"
#include "mopt/Dialect/Mopt/Reference/BatchQuantize.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

struct HybridArithmetic {
  using Vectors = QuantizedRows;

  Vectors prepare(ArrayRef<float> values, int64_t numVectors) const {
    return quantizeRows(values, numVectors,
                        asymmetric ? RowQuantization::Asymmetric
                                   : RowQuantization::Symmetric);
  }

  void addProduct(const HostTensor &matrix, const Vectors &vectors,
                  MutableArrayRef<float> sums) const {
    // uint8 is an old label for the same bytes.
    ArrayRef<int8_t> weights = matrix.as<int8_t>();
    int64_t rows = matrix.getDim(0), columns = matrix.getDim(1);
    float scale = getQuantParams(matrix.getType()).scale();
    for (auto [v, vectorScale] : llvm::enumerate(vectors.scales))
      for (int64_t r = 0; r < rows; ++r) {
        int32_t sum = 0;
        for (int64_t c = 0; c < columns; ++c)
          sum += weights[r * columns + c] * vectors.values[v * columns + c];
        sums[v * rows + r] += static_cast<float>(sum) * (vectorScale * scale);
      }
  }

  std::vector<float> getDiagonal(const HostTensor &weights) const {
    float scale = getQuantParams(weights.getType()).scale();
    std::vector<float> values;
    for (int8_t weight : weights.as<int8_t>())
      values.push_back(scale * weight);
    return values;
  }

  bool asymmetric = false;
};

} // namespace

/// The weights have one scale each: the kernels know no other.
static LogicalResult checkWeights(UnidirectionalSequenceLSTMOp op) {
  auto check = [&](unsigned i) -> LogicalResult {
    Value value = getLSTMOperand(op, i);
    if (!value)
      return success();
    auto type = cast<RankedTensorType>(value.getType());
    QuantParams params = getQuantParams(type);
    bool isByte = getStorageElementType(type.getElementType()).isInteger(8);
    if (isByte && params.isQuantized() && !params.isPerAxis())
      return success();
    return op.emitOpError() << "operand " << i << " must be quantised per "
                            << "tensor in the hybrid form, got " << type;
  };
  for (LSTMGate gate : kLSTMGates) {
    unsigned recurrent = lstm::recurrentWeights(gate);
    Value matrix = getLSTMOperand(op, recurrent);
    // Diagonal recurrent weights stay float32.
    bool isDiagonal =
        matrix && cast<RankedTensorType>(matrix.getType()).getRank() == 1;
    if (failed(check(lstm::inputWeights(gate))) ||
        (!isDiagonal && failed(check(recurrent))))
      return failure();
    if (std::optional<unsigned> peephole = lstm::peepholeWeights(gate))
      if (failed(check(*peephole)))
        return failure();
  }
  return check(lstm::kProjectionWeights);
}

LogicalResult mopt::evaluateHybridLSTM(UnidirectionalSequenceLSTMOp op,
                                       EvalContext &context) {
  if (failed(checkWeights(op)))
    return failure();
  return evaluateRealLSTM<HybridArithmetic>(op, context);
}
