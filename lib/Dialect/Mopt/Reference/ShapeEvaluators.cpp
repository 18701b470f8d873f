//===- ShapeEvaluators.cpp - Reshaping, padding and joining -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// These ops move elements of any whole-byte type without looking at them; the
// one exception is the uint8 concatenation, which may rescale.
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ShapeOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// reshape, squeeze, expand_dims
//===----------------------------------------------------------------------===//

/// The bytes stay as they are: packed elements too.
template <typename OpT>
static LogicalResult evaluateCopy(OpT op, EvalContext &context) {
  const HostTensor &input = context.input(0), &output = context.output();
  if (input.getStorageElementType() != output.getStorageElementType())
    return emitUnsupportedTypes(op);
  if (input.getBytes().size() != output.getBytes().size())
    return op.emitOpError()
           << "turns shape [" << input.getShape() << "] into ["
           << output.getShape() << "], which has another number of elements";
  llvm::copy(input.getBytes(), output.getMutableBytes().begin());
  return success();
}

//===----------------------------------------------------------------------===//
// pad, padv2
//===----------------------------------------------------------------------===//

/// Elements before the input along each dimension. Checks that the paddings
/// lead from the input's shape to the result's.
static FailureOr<SmallVector<int64_t>> getPaddingsBefore(Operation *op,
                                                         EvalContext &context) {
  const HostTensor &input = context.input(0), &paddings = context.input(1);
  SmallVector<int64_t> values;
  bool known = dispatchStorage<int32_t, int64_t, int8_t, int16_t>(
      paddings.getStorageElementType(), [&](auto zero) {
        ArrayRef<decltype(zero)> stored = paddings.as<decltype(zero)>();
        values.assign(stored.begin(), stored.end());
      });
  if (!known || int64_t(values.size()) != 2 * input.getRank() ||
      input.getRank() != context.output().getRank())
    return op->emitOpError() << "needs integer paddings of shape ["
                             << input.getRank() << ", 2]",
           failure();
  SmallVector<int64_t> before;
  for (int64_t i = 0; i < input.getRank(); ++i) {
    int64_t low = values[2 * i], high = values[2 * i + 1];
    int64_t size = input.getDim(i), padded = context.output().getDim(i);
    if (low < 0 || high < 0 || low > padded || high > padded ||
        low + size + high != padded)
      return op->emitOpError()
                 << "cannot pad dimension " << i << " of size " << size
                 << " by " << low << " and " << high << " to " << padded,
             failure();
    before.push_back(low);
  }
  return before;
}

/// `value` holds the bytes of one element.
static LogicalResult evaluatePadding(Operation *op, EvalContext &context,
                                     ArrayRef<char> value) {
  FailureOr<SmallVector<int64_t>> before = getPaddingsBefore(op, context);
  if (failed(before))
    return failure();
  const HostTensor &input = context.input(0), &output = context.output();
  size_t width = value.size();
  char *to = output.getMutableBytes().data();
  for (int64_t i = 0; i < output.getNumElements(); ++i)
    std::memcpy(to + i * width, value.data(), width);

  SmallVector<int64_t> strides = getRowMajorStrides(output.getShape());
  int64_t corner = 0;
  for (auto [skip, stride] : llvm::zip_equal(*before, strides))
    corner += skip * stride;
  const char *from = input.getBytes().data();
  for (StridedIndex at(input.getShape(), strides); !at.done(); at.next()) {
    std::memcpy(to + (corner + at.getOffset()) * width, from, width);
    from += width;
  }
  return success();
}

static LogicalResult evaluatePad(PadOp op, EvalContext &context) {
  const HostTensor &input = context.input(0), &output = context.output();
  std::optional<int64_t> width = getElementBytes(output);
  if (!width || input.getStorageElementType() != output.getStorageElementType())
    return emitUnsupportedTypes(op);
  // Zero, which a quantised tensor stores as its zero point.
  SmallVector<char, 16> value(*width, 0);
  QuantParams params = getQuantParams(output.getType());
  if (params.isPerAxis())
    return emitUnsupportedTypes(op);
  if (params.isQuantized()) {
    int64_t zeroPoint = params.zeroPoint();
    // Little-endian: the low bytes come first.
    std::memcpy(value.data(), &zeroPoint, std::min<size_t>(*width, 8));
  }
  return evaluatePadding(op, context, value);
}

static LogicalResult evaluatePadV2(PadV2Op op, EvalContext &context) {
  const HostTensor &input = context.input(0), &value = context.input(2),
                   &output = context.output();
  std::optional<int64_t> width = getElementBytes(output);
  if (!width ||
      input.getStorageElementType() != output.getStorageElementType() ||
      value.getStorageElementType() != output.getStorageElementType())
    return emitUnsupportedTypes(op);
  if (value.getNumElements() != 1)
    return op.emitOpError("needs one value to pad with");
  return evaluatePadding(op, context, value.getBytes());
}

//===----------------------------------------------------------------------===//
// concatenation
//===----------------------------------------------------------------------===//

/// Stored uint8 values in the steps of the result. The kernel works in float32
/// with a reciprocal; the `float` mode is the rule of all rescaling.
static void rescale(ArrayRef<uint8_t> from, uint8_t *to, const QuantParams &in,
                    const QuantParams &out, RequantizeMode mode) {
  if (mode == RequantizeMode::Float) {
    float factor = in.scale() / out.scale();
    for (uint8_t value : from)
      *to++ = roundAndClamp(
          static_cast<float>(value - int32_t(in.zeroPoint())) * factor,
          out.zeroPoint(), storageRange<uint8_t>());
    return;
  }
  float factor = in.scale() * (1.0f / out.scale());
  float bias = static_cast<float>(-in.zeroPoint()) * factor;
  for (uint8_t value : from) {
    // In double and clamped first: the sum may leave the integers.
    double rounded = std::round(static_cast<float>(value) * factor + bias);
    *to++ = static_cast<uint8_t>(
        std::clamp(rounded + double(out.zeroPoint()), 0.0, 255.0));
  }
}

static LogicalResult evaluateConcatenation(ConcatenationOp op,
                                           EvalContext &context) {
  if (op.getFusedActivationFunction() != ActivationFunction::NONE)
    return op.emitOpError("cannot fuse an activation function");
  const HostTensor &output = context.output();
  std::optional<int64_t> width = getElementBytes(output);
  if (!width)
    return emitUnsupportedTypes(op);
  int64_t rank = output.getRank();
  int64_t axis = static_cast<int32_t>(op.getAxis());
  if (axis < 0)
    axis += rank;
  if (axis < 0 || axis >= rank)
    return op.emitOpError() << "axis " << static_cast<int32_t>(op.getAxis())
                            << " is outside of a tensor of rank " << rank;

  int64_t total = 0;
  for (unsigned i = 0; i < context.getNumInputs(); ++i) {
    const HostTensor &input = context.input(i);
    if (input.getStorageElementType() != output.getStorageElementType())
      return emitUnsupportedTypes(op);
    bool fits = input.getRank() == rank;
    for (int64_t dim = 0; fits && dim < rank; ++dim)
      fits = dim == axis || input.getDim(dim) == output.getDim(dim);
    if (!fits)
      return op.emitOpError()
             << "operand #" << i << " of shape [" << input.getShape()
             << "] does not fit into [" << output.getShape() << "]";
    total += input.getDim(axis);
  }
  if (total != output.getDim(axis))
    return op.emitOpError() << "joins " << total << " elements along axis "
                            << axis << " of size " << output.getDim(axis);

  int64_t outer = 1, inner = *width;
  for (int64_t dim = 0; dim < rank; ++dim)
    if (dim != axis)
      (dim < axis ? outer : inner) *= output.getDim(dim);
  QuantParams out = getQuantParams(output.getType());
  bool mayRescale = out.isQuantized() && !out.isPerAxis() &&
                    output.getStorageElementType().isUnsignedInteger(8);
  char *to = output.getMutableBytes().data();
  for (int64_t k = 0; k < outer; ++k)
    for (unsigned i = 0; i < context.getNumInputs(); ++i) {
      const HostTensor &input = context.input(i);
      int64_t size = input.getDim(axis) * inner;
      ArrayRef<char> from = input.getBytes().slice(k * size, size);
      QuantParams in = getQuantParams(input.getType());
      if (mayRescale && in.isQuantized() && !in.isPerAxis() &&
          (in.scale() != out.scale() || in.zeroPoint() != out.zeroPoint()))
        rescale({reinterpret_cast<const uint8_t *>(from.data()), from.size()},
                reinterpret_cast<uint8_t *>(to), in, out,
                context.getRequantizeMode());
      else
        llvm::copy(from, to);
      to += size;
    }
  return success();
}

namespace mlir::mopt::detail {
void attachShapeEvaluators(MLIRContext *context) {
  attachEvaluator<ReshapeOp, evaluateCopy<ReshapeOp>>(context);
  attachEvaluator<SqueezeOp, evaluateCopy<SqueezeOp>>(context);
  attachEvaluator<ExpandDimsOp, evaluateCopy<ExpandDimsOp>>(context);
  attachEvaluator<PadOp, evaluatePad>(context);
  attachEvaluator<PadV2Op, evaluatePadV2>(context);
  attachEvaluator<ConcatenationOp, evaluateConcatenation>(context);
}
} // namespace mlir::mopt::detail
