//===- MatrixEvaluators.cpp - Matrix products of activations --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightedSum.h"
#include "mopt/Dialect/Mopt/IR/MatrixOps.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// batch_matmul
//===----------------------------------------------------------------------===//

namespace {
/// The sizes of the matrices and where they lie.
struct BatchProduct {
  BatchProduct(BatchMatMulOp op, EvalContext &context);

  /// Calls `finish(sum, row, column, index)` for every element of the result;
  /// rows count those of all matrices of `x`. `x` and `y` are the elements of
  /// the operands, `x` not transposed any more.
  template <typename Acc, typename X, typename Y, typename Finish>
  void forEachSum(const X *x, const Y *y, Finish finish) const;

  /// The elements of `x` with the matrices as the product needs them.
  template <typename T>
  std::vector<T> getRows(ArrayRef<T> x) const;

  SmallVector<int64_t> batchShape, xStrides, yStrides;
  int64_t rows, depth, columns;
  bool adjX, adjY;
};
} // namespace

BatchProduct::BatchProduct(BatchMatMulOp op, EvalContext &context)
    : adjX(op.getAdjX()), adjY(op.getAdjY()) {
  ArrayRef<int64_t> x = context.input(0).getShape();
  ArrayRef<int64_t> y = context.input(1).getShape();
  ArrayRef<int64_t> output = context.output().getShape();
  rows = output[output.size() - 2];
  columns = output.back();
  depth = adjX ? x[x.size() - 2] : x.back();
  batchShape = SmallVector<int64_t>(output.drop_back(2));
  xStrides = getBroadcastStrides(x.drop_back(2), batchShape);
  yStrides = getBroadcastStrides(y.drop_back(2), batchShape);
}

template <typename T>
std::vector<T> BatchProduct::getRows(ArrayRef<T> x) const {
  std::vector<T> result(x.begin(), x.end());
  if (!adjX)
    return result;
  for (size_t i = 0; i < result.size(); ++i) {
    int64_t matrix = i / (rows * depth), row = i / depth % rows;
    result[i] = x[matrix * rows * depth + i % depth * rows + row];
  }
  return result;
}

template <typename Acc, typename X, typename Y, typename Finish>
void BatchProduct::forEachSum(const X *x, const Y *y, Finish finish) const {
  // A 1x1 convolution of [rows, 1, 1, depth] for each matrix of the result.
  Convolution conv;
  conv.batches = rows;
  conv.inputChannels = conv.depth = depth;
  conv.outputChannels = columns;
  conv.filterOutputStride = adjY ? depth : 1;
  conv.filterDepthStride = adjY ? 1 : columns;
  int64_t first = 0;
  StridedIndex yBatch(batchShape, yStrides);
  for (StridedIndex xBatch(batchShape, xStrides); !xBatch.done();
       xBatch.next(), yBatch.next()) {
    int64_t firstRow = xBatch.getOffset() * rows;
    convolve<Acc>(conv, x + firstRow * depth,
                  y + yBatch.getOffset() * depth * columns,
                  [&](Acc sum, int64_t row, int64_t column, int64_t index) {
                    finish(sum, firstRow + row, column, first + index);
                  });
    first += rows * columns;
  }
}

static void multiplyFloats(const BatchProduct &product, EvalContext &context) {
  std::vector<float> x = product.getRows(context.input(0).as<float>());
  float *output = context.output().asMutable<float>().data();
  product.forEachSum<float>(
      x.data(), context.input(1).as<float>().data(),
      [&](float sum, int64_t, int64_t, int64_t index) { output[index] = sum; });
}

/// Rows of `x` are quantised at run time, after a transposition.
static void multiplyHybrid(const BatchProduct &product, RowQuantization kind,
                           EvalContext &context) {
  QuantParams weight = getQuantParams(context.input(1).getType());
  std::vector<float> x = product.getRows(context.input(0).as<float>());
  int64_t numRows = product.depth ? x.size() / product.depth : 0;
  QuantizedRows quantized = quantizeRows(x, numRows, kind);
  std::vector<int16_t> y = getCentered(context.input(1), /*zeroPoint=*/0);
  MutableArrayRef<float> output = context.output().asMutable<float>();
  if (product.depth == 0)
    return;
  product.forEachSum<int32_t>(
      quantized.values.data(), y.data(),
      [&](int32_t sum, int64_t row, int64_t column, int64_t index) {
        output[index] = static_cast<float>(sum) *
                        (weight.scale(column) * quantized.scales[row]);
      });
}

/// Integers in parameters; `Acc` is the width of the sum.
template <typename Acc, typename Out>
static LogicalResult multiplyQuantized(BatchMatMulOp op,
                                       const BatchProduct &product,
                                       EvalContext &context) {
  QuantParams x = getQuantParams(context.input(0).getType());
  QuantParams y = getQuantParams(context.input(1).getType());
  QuantParams result = getQuantParams(context.output().getType());
  if (!x.isQuantized() || !y.isQuantized() || !result.isQuantized())
    return emitUnsupportedTypes(op);
  Requantizer requantizer(context.getRequantizeMode(), getZeroPoint(result),
                          storageRange<Out>());
  RescaleRule rule;
  rule.roundsScaleProduct = true;
  addProductFactors(requantizer, rule, x, y, result);
  std::vector<int16_t> rows = product.getRows(
      ArrayRef<int16_t>(getCentered(context.input(0), getZeroPoint(x))));
  std::vector<int16_t> matrices =
      getCentered(context.input(1), getZeroPoint(y));
  Out *output = context.output().asMutable<Out>().data();
  product.forEachSum<Acc>(rows.data(), matrices.data(),
                          [&](Acc sum, int64_t, int64_t, int64_t index) {
                            output[index] =
                                static_cast<Out>(requantizer.apply(sum));
                          });
  return success();
}

/// int8 by int8 to int32: sums of products of what is stored.
static void multiplyStored(const BatchProduct &product, EvalContext &context) {
  std::vector<int8_t> x = product.getRows(context.input(0).as<int8_t>());
  int32_t *output = context.output().asMutable<int32_t>().data();
  product.forEachSum<int32_t>(x.data(), context.input(1).as<int8_t>().data(),
                              [&](int32_t sum, int64_t, int64_t,
                                  int64_t index) { output[index] = sum; });
}

static LogicalResult evaluateBatchMatMul(BatchMatMulOp op,
                                         EvalContext &context) {
  BatchProduct product(op, context);
  Type x = context.input(0).getStorageElementType();
  Type y = context.input(1).getStorageElementType();
  Type output = context.output().getStorageElementType();
  if (x.isF32() && y.isF32())
    return multiplyFloats(product, context), success();
  if (x.isF32() && isQuantized(context.input(1).getType()) &&
      isSignedInteger(y, {8}))
    return multiplyHybrid(product,
                          op.getAsymmetricQuantizeInputs()
                              ? RowQuantization::Asymmetric
                              : RowQuantization::Symmetric,
                          context),
           success();
  if (isSignedInteger(x, {8}) && isSignedInteger(y, {8})) {
    if (isSignedInteger(output, {32}))
      return multiplyStored(product, context), success();
    return multiplyQuantized<int32_t, int8_t>(op, product, context);
  }
  if (isSignedInteger(x, {16}) && isSignedInteger(y, {8, 16}))
    return multiplyQuantized<int64_t, int16_t>(op, product, context);
  return emitUnsupportedTypes(op);
}

//===----------------------------------------------------------------------===//
// embedding_lookup
//===----------------------------------------------------------------------===//

/// The row that is looked up for every index; fails for one that is none.
static LogicalResult checkLookup(Operation *op, ArrayRef<int32_t> lookup,
                                 int64_t rows) {
  for (int32_t row : lookup)
    if (row < 0 || row >= rows)
      return op->emitOpError() << "looks up row " << row << " of " << rows;
  return success();
}

template <typename T>
static void dequantizeRows(EvalContext &context, ArrayRef<T> values) {
  const HostTensor &table = context.input(1);
  QuantParams params = getQuantParams(table.getType());
  int64_t size = table.getNumElements() / table.getDim(0);
  float *output = context.output().asMutable<float>().data();
  for (int32_t row : context.input(0).as<int32_t>())
    for (T value : values.slice(row * size, size))
      *output++ = static_cast<float>(value) * params.scale(row);
}

static LogicalResult evaluateEmbeddingLookup(EmbeddingLookupOp op,
                                             EvalContext &context) {
  const HostTensor &table = context.input(1);
  ArrayRef<int32_t> lookup = context.input(0).as<int32_t>();
  if (failed(checkLookup(op, lookup, table.getDim(0))))
    return failure();
  if (lookup.empty() || table.getNumElements() == 0)
    return success();
  Type storage = table.getStorageElementType();
  if (storage != context.output().getStorageElementType()) {
    if (storage.isInteger(4))
      dequantizeRows<int8_t>(context, unpackSubByte(table));
    else if (!dispatchStorage<int8_t, uint8_t>(storage, [&](auto zero) {
               using T = decltype(zero);
               dequantizeRows<T>(context, table.as<T>());
             }))
      return emitUnsupportedTypes(op);
    return success();
  }
  if (!storage.isIntOrFloat() ||
      (storage.getIntOrFloatBitWidth() < 8 && !storage.isInteger(1)))
    return emitUnsupportedTypes(op);
  size_t size = table.getBytes().size() / table.getDim(0);
  char *output = context.output().getMutableBytes().data();
  for (int32_t row : lookup) {
    llvm::copy(table.getBytes().slice(row * size, size), output);
    output += size;
  }
  return success();
}

//===----------------------------------------------------------------------===//
// embedding_lookup_sparse
//===----------------------------------------------------------------------===//

/// The places of the result, of `shape`, where elements at `indices` go; the
/// last index of each counts for nothing.
static FailureOr<SmallVector<int64_t>> getPlaces(EmbeddingLookupSparseOp op,
                                                 ArrayRef<int32_t> indices,
                                                 ArrayRef<int64_t> shape,
                                                 int64_t count) {
  SmallVector<int64_t> places(count, 0);
  for (int64_t i = 0; i < count; ++i) {
    for (auto [dim, size] : llvm::enumerate(shape)) {
      int64_t index = indices[i * (shape.size() + 1) + dim];
      if (index < 0 || index >= size)
        return op.emitOpError() << "has index " << index << " in dimension "
                                << dim << " of size " << size;
      places[i] = places[i] * size + index;
    }
  }
  return places;
}

/// What a run of elements with these sums of weights and of their squares is
/// divided by.
static float getDivisor(CombinerType combiner, float total, float squares) {
  switch (combiner) {
  case CombinerType::SUM:
    return 1.0f;
  case CombinerType::MEAN:
    return total;
  case CombinerType::SQRTN:
    return std::sqrt(squares);
  }
  llvm_unreachable("a combiner of its own");
}

static LogicalResult evaluateEmbeddingLookupSparse(EmbeddingLookupSparseOp op,
                                                   EvalContext &context) {
  ArrayRef<int32_t> ids = context.input(0).as<int32_t>();
  ArrayRef<int32_t> denseShape = context.input(2).as<int32_t>().drop_back();
  ArrayRef<float> weights = context.input(3).as<float>();
  const HostTensor &table = context.input(4);
  int64_t count = ids.size();
  ArrayRef<int64_t> shape =
      context.output().getShape().take_front(denseShape.size());
  if (!llvm::equal(denseShape, shape))
    return op.emitOpError() << "asks for places of shape [" << denseShape
                            << "], but the output has [" << shape << "]";
  if (failed(checkLookup(op, ids, table.getDim(0))))
    return failure();
  FailureOr<SmallVector<int64_t>> places =
      getPlaces(op, context.input(1).as<int32_t>(), shape, count);
  if (failed(places))
    return failure();
  MutableArrayRef<float> output = context.output().asMutable<float>();
  llvm::fill(output, 0.0f);
  if (count == 0 || output.empty())
    return success();
  int64_t size = table.getNumElements() / table.getDim(0);
  float total = 0.0f, squares = 0.0f;
  for (int64_t i = 0; i < count; ++i) {
    float weight = weights[i];
    squares += weight * weight;
    total += weight;
    ArrayRef<float> row = table.as<float>().slice(ids[i] * size, size);
    MutableArrayRef<float> sums = output.slice((*places)[i] * size, size);
    for (auto [sum, value] : llvm::zip(sums, row))
      sum += value * weight;
    if (i + 1 < count && (*places)[i] == (*places)[i + 1])
      continue;
    float divisor = getDivisor(op.getCombiner(), total, squares);
    for (float &sum : sums)
      sum /= divisor;
    total = squares = 0.0f;
  }
  return success();
}

namespace mlir::mopt::detail {
void attachMatrixEvaluators(MLIRContext *context) {
  attachEvaluator<BatchMatMulOp, evaluateBatchMatMul>(context);
  attachEvaluator<EmbeddingLookupOp, evaluateEmbeddingLookup>(context);
  attachEvaluator<EmbeddingLookupSparseOp, evaluateEmbeddingLookupSparse>(
      context);
}
} // namespace mlir::mopt::detail
