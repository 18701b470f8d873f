//===- IndexingEvaluators.cpp - Elements picked and placed by index -------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/IndexingOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

#include <cstring>

using namespace mlir;
using namespace mlir::mopt;

static int64_t multiply(ArrayRef<int64_t> sizes) {
  int64_t product = 1;
  for (int64_t size : sizes)
    product *= size;
  return product;
}

/// The indices of an operand; an error if they are not integers.
static FailureOr<SmallVector<int64_t>> readIndices(Operation *op,
                                                   const HostTensor &tensor) {
  std::optional<SmallVector<int64_t>> values = getIntegers(tensor);
  if (!values)
    return FailureOr<SmallVector<int64_t>>(emitUnsupportedTypes(op));
  return *values;
}

static LogicalResult checkIndex(Operation *op, int64_t index, int64_t dim,
                                int64_t size) {
  if (index >= 0 && index < size)
    return success();
  return op->emitOpError() << "index " << index << " is outside of dimension "
                           << dim << " of size " << size;
}

/// Where the elements with the first indices `tuple` begin in a tensor of
/// `shape`.
static FailureOr<int64_t> getTupleOffset(Operation *op, ArrayRef<int64_t> tuple,
                                         ArrayRef<int64_t> shape) {
  int64_t offset = 0;
  for (auto [dim, index] : llvm::enumerate(tuple)) {
    if (failed(checkIndex(op, index, dim, shape[dim])))
      return failure();
    offset = offset * shape[dim] + index;
  }
  return offset * multiply(shape.drop_front(tuple.size()));
}

/// A shape that came as an operand must be that of the output.
static LogicalResult checkShape(Operation *op, const HostTensor &shape,
                                const HostTensor &output) {
  FailureOr<SmallVector<int64_t>> values = readIndices(op, shape);
  if (failed(values))
    return failure();
  if (ArrayRef<int64_t>(*values) == output.getShape())
    return success();
  return op->emitOpError() << "asks for shape [" << ArrayRef<int64_t>(*values)
                           << "], but the output is [" << output.getShape()
                           << "]";
}

//===----------------------------------------------------------------------===//
// gather, gather_nd
//===----------------------------------------------------------------------===//

static LogicalResult evaluateGather(GatherOp op, EvalContext &context) {
  const HostTensor &input = context.input(0), &output = context.output();
  std::optional<int64_t> width = getElementBytes(input);
  FailureOr<SmallVector<int64_t>> positions = readIndices(op, context.input(1));
  if (failed(positions))
    return failure();
  if (!width)
    return emitUnsupportedTypes(op);
  // input [batch, outer, size, inner], positions [batch, count],
  // output [batch, outer, count, inner].
  int64_t axis = op.getNormalizedAxis(),
          batchDims = op.getNormalizedBatchDims();
  ArrayRef<int64_t> shape = input.getShape();
  int64_t batch = multiply(shape.take_front(batchDims));
  int64_t outer = multiply(shape.slice(batchDims, axis - batchDims));
  int64_t size = shape[axis];
  int64_t inner = multiply(shape.drop_front(axis + 1)) * *width;
  int64_t count = multiply(context.input(1).getShape().drop_front(batchDims));
  for (int64_t position : *positions)
    if (failed(checkIndex(op, position, axis, size)))
      return failure();
  const char *from = input.getBytes().data();
  char *to = output.getMutableBytes().data();
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t i = 0; i < outer; ++i, from += size * inner)
      for (int64_t k = 0; k < count; ++k, to += inner)
        std::memcpy(to, from + (*positions)[b * count + k] * inner, inner);
  return success();
}

static LogicalResult evaluateGatherNd(GatherNdOp op, EvalContext &context) {
  const HostTensor &params = context.input(0), &indices = context.input(1);
  std::optional<int64_t> width = getElementBytes(params);
  FailureOr<SmallVector<int64_t>> values = readIndices(op, indices);
  if (failed(values))
    return failure();
  if (!width)
    return emitUnsupportedTypes(op);
  int64_t tuple = indices.getShape().back();
  int64_t count = multiply(indices.getShape().drop_back());
  int64_t run = multiply(params.getShape().drop_front(tuple)) * *width;
  char *to = context.output().getMutableBytes().data();
  for (int64_t i = 0; i < count; ++i, to += run) {
    FailureOr<int64_t> offset = getTupleOffset(
        op, ArrayRef(*values).slice(i * tuple, tuple), params.getShape());
    if (failed(offset))
      return failure();
    std::memcpy(to, params.getBytes().data() + *offset * *width, run);
  }
  return success();
}

//===----------------------------------------------------------------------===//
// scatter_nd, sparse_to_dense
//===----------------------------------------------------------------------===//

/// Sums as the kernel's: integers wrap around, true + true is true.
template <typename T>
static T accumulate(T sum, T value) {
  if constexpr (std::is_same_v<T, bool>)
    return sum || value;
  else if constexpr (std::is_integral_v<T>)
    return static_cast<T>(static_cast<uint64_t>(sum) +
                          static_cast<uint64_t>(value));
  else
    return sum + value;
}

static LogicalResult evaluateScatterNd(ScatterNdOp op, EvalContext &context) {
  const HostTensor &indices = context.input(0), &updates = context.input(1),
                   &output = context.output();
  FailureOr<SmallVector<int64_t>> values = readIndices(op, indices);
  if (failed(values) || failed(checkShape(op, context.input(2), output)))
    return failure();
  int64_t tuple = indices.getShape().back();
  int64_t count = multiply(indices.getShape().drop_back());
  int64_t run = multiply(output.getShape().drop_front(tuple));
  LogicalResult result = success();
  bool known =
      dispatchStorage<float, int8_t, uint8_t, int16_t, int32_t, int64_t, bool>(
          output.getStorageElementType(), [&](auto zero) {
            using T = decltype(zero);
            MutableArrayRef<T> to = output.asMutable<T>();
            ArrayRef<T> from = updates.as<T>();
            llvm::fill(to, zero);
            for (int64_t i = 0; i < count; ++i) {
              FailureOr<int64_t> offset =
                  getTupleOffset(op, ArrayRef(*values).slice(i * tuple, tuple),
                                 output.getShape());
              if (failed(offset)) {
                result = failure();
                return;
              }
              for (int64_t k = 0; k < run; ++k)
                to[*offset + k] =
                    accumulate(to[*offset + k], from[i * run + k]);
            }
          });
  return known ? result : emitUnsupportedTypes(op);
}

static LogicalResult evaluateSparseToDense(SparseToDenseOp op,
                                           EvalContext &context) {
  const HostTensor &values = context.input(2), &output = context.output();
  std::optional<int64_t> width = getElementBytes(output);
  FailureOr<SmallVector<int64_t>> indices = readIndices(op, context.input(0));
  if (failed(indices) || failed(checkShape(op, context.input(1), output)))
    return failure();
  if (!width)
    return emitUnsupportedTypes(op);
  char *to = output.getMutableBytes().data();
  for (int64_t i = 0; i < output.getNumElements(); ++i)
    std::memcpy(to + i * *width, context.input(3).getBytes().data(), *width);
  int64_t tuple = output.getRank();
  int64_t count = tuple == 0 ? 0 : indices->size() / tuple;
  for (int64_t i = 0; i < count; ++i) {
    FailureOr<int64_t> offset = getTupleOffset(
        op, ArrayRef(*indices).slice(i * tuple, tuple), output.getShape());
    if (failed(offset))
      return failure();
    int64_t which = values.getRank() == 0 ? 0 : i;
    std::memcpy(to + *offset * *width,
                values.getBytes().data() + which * *width, *width);
  }
  return success();
}

//===----------------------------------------------------------------------===//
// one_hot
//===----------------------------------------------------------------------===//

static LogicalResult evaluateOneHot(OneHotOp op, EvalContext &context) {
  const HostTensor &output = context.output();
  std::optional<int64_t> width = getElementBytes(output);
  FailureOr<SmallVector<int64_t>> indices = readIndices(op, context.input(0));
  FailureOr<SmallVector<int64_t>> depth = readIndices(op, context.input(1));
  if (failed(indices) || failed(depth))
    return failure();
  if (!width)
    return emitUnsupportedTypes(op);
  int64_t axis = op.getNormalizedAxis(), size = output.getDim(axis);
  if (depth->front() != size)
    return op.emitOpError()
           << "depth is " << depth->front() << ", but the output has " << size;
  int64_t inner = multiply(output.getShape().drop_front(axis + 1));
  int64_t outer = multiply(output.getShape().take_front(axis));
  char *to = output.getMutableBytes().data();
  for (int64_t i = 0; i < outer; ++i)
    for (int64_t j = 0; j < size; ++j)
      for (int64_t k = 0; k < inner; ++k, to += *width) {
        // The kernel compares 32 bits of a wider index.
        bool isOn = static_cast<int32_t>((*indices)[i * inner + k]) == j;
        std::memcpy(to, context.input(isOn ? 2 : 3).getBytes().data(), *width);
      }
  return success();
}

//===----------------------------------------------------------------------===//
// matrix_diag, matrix_set_diag
//===----------------------------------------------------------------------===//

/// Writes the diagonals of the matrices that `output` holds.
static void writeDiagonals(const HostTensor &diagonal, const HostTensor &output,
                           int64_t width) {
  ArrayRef<int64_t> shape = output.getShape();
  int64_t rows = shape[shape.size() - 2], columns = shape.back();
  int64_t matrices = multiply(shape.drop_back(2));
  const char *from = diagonal.getBytes().data();
  char *to = output.getMutableBytes().data();
  for (int64_t m = 0; m < matrices; ++m, to += rows * columns * width)
    for (int64_t i = 0; i < std::min(rows, columns); ++i, from += width)
      std::memcpy(to + i * (columns + 1) * width, from, width);
}

static LogicalResult evaluateMatrixDiag(MatrixDiagOp op, EvalContext &context) {
  const HostTensor &output = context.output();
  std::optional<int64_t> width = getElementBytes(output);
  if (!width)
    return emitUnsupportedTypes(op);
  llvm::fill(output.getMutableBytes(), 0);
  writeDiagonals(context.input(0), output, *width);
  return success();
}

static LogicalResult evaluateMatrixSetDiag(MatrixSetDiagOp op,
                                           EvalContext &context) {
  const HostTensor &output = context.output();
  std::optional<int64_t> width = getElementBytes(output);
  if (!width)
    return emitUnsupportedTypes(op);
  llvm::copy(context.input(0).getBytes(), output.getMutableBytes().begin());
  writeDiagonals(context.input(1), output, *width);
  return success();
}

//===----------------------------------------------------------------------===//
// densify
//===----------------------------------------------------------------------===//

/// Reading a constant has decoded it.
static LogicalResult evaluateDensify(DensifyOp, EvalContext &context) {
  llvm::copy(context.input(0).getBytes(),
             context.output().getMutableBytes().begin());
  return success();
}

namespace mlir::mopt::detail {
void attachIndexingEvaluators(MLIRContext *context) {
  attachEvaluator<GatherOp, evaluateGather>(context);
  attachEvaluator<GatherNdOp, evaluateGatherNd>(context);
  attachEvaluator<ScatterNdOp, evaluateScatterNd>(context);
  attachEvaluator<SparseToDenseOp, evaluateSparseToDense>(context);
  attachEvaluator<OneHotOp, evaluateOneHot>(context);
  attachEvaluator<MatrixDiagOp, evaluateMatrixDiag>(context);
  attachEvaluator<MatrixSetDiagOp, evaluateMatrixSetDiag>(context);
  attachEvaluator<DensifyOp, evaluateDensify>(context);
}
} // namespace mlir::mopt::detail
