//===- ReductionToLinalg.cpp - Reductions and selections -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "RequantizeEmitter.h"
#include "mopt/Dialect/Mopt/IR/ReductionOps.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// The real factor `factor / count` with the precision that `factor` leaves
/// unused: how TFLite's kernels fold the division of a mean into the
/// multiplier.
QuantizedMultiplier divideMultiplier(QuantizedMultiplier factor,
                                     int64_t count) {
  int shift = llvm::Log2_64(count);
  // The result must stay shiftable: at most 31 to the right.
  shift = std::min({shift, 32, 31 + factor.shift});
  factor.multiplier = static_cast<int32_t>(
      (int64_t(factor.multiplier) * (int64_t(1) << shift)) / count);
  factor.shift -= shift;
  return factor;
}

//===----------------------------------------------------------------------===//
// Dimensions
//===----------------------------------------------------------------------===//

/// The dimensions of the input that a reduction folds.
struct ReducedDims {
  SmallVector<bool> reduced;
  bool keepDims;
  /// Elements behind one element of the result.
  int64_t count = 1;

  /// Indices into the input from those of the result, null where reduced.
  SmallVector<Value> getKeptIndices(ValueRange at) const {
    SmallVector<Value> indices(reduced.size());
    unsigned next = 0;
    for (auto [index, isReduced] : llvm::zip_equal(indices, reduced)) {
      if (isReduced)
        next += keepDims;
      else
        index = at[next++];
    }
    return indices;
  }
};

template <typename OpT>
FailureOr<ReducedDims> getReducedDims(OpT op, PatternRewriter &rewriter) {
  TensorFacts input(op.getInput());
  std::optional<SmallVector<int64_t>> axes = getConstantIntegers(op.getAxes());
  if (!axes)
    return refuse(op, rewriter, "axes are not constant");
  int64_t rank = input.type.getRank();
  ReducedDims dims;
  dims.reduced.assign(rank, false);
  dims.keepDims = op.getKeepDims();
  if (rank > 0)
    for (int64_t axis : *axes) {
      int64_t dim = axis < 0 ? axis + rank : axis;
      if (dim < 0 || dim >= rank)
        return refuse(op, rewriter, "axis outside of the rank");
      dims.reduced[dim] = true;
    }
  for (auto [dim, isReduced] : llvm::zip_equal(input.getShape(), dims.reduced))
    dims.count *= isReduced ? dim : 1;
  if (dims.count == 0)
    return refuse(op, rewriter, "reduces nothing");
  return dims;
}

using Combine =
    llvm::function_ref<Value(ScalarBuilder &, Value acc, Value element)>;

/// Loops over the reduced dimensions from `dim` on; `combine` gets stored
/// values.
Value emitFold(ScalarBuilder &b, Value tensor, ArrayRef<int64_t> shape,
               ArrayRef<bool> reduced, SmallVector<Value> indices, Value acc,
               Combine combine, unsigned dim = 0) {
  while (dim < reduced.size() && !reduced[dim])
    ++dim;
  if (dim == reduced.size())
    return combine(b, acc, b.load(tensor, indices));
  return b.loop(b.index(0), b.index(shape[dim]), acc,
                [&](ScalarBuilder &b, Value iv, Value acc) {
                  SmallVector<Value> inner = indices;
                  inner[dim] = iv;
                  return emitFold(b, tensor, shape, reduced, inner, acc,
                                  combine, dim + 1);
                });
}

//===----------------------------------------------------------------------===//
// mean, sum
//===----------------------------------------------------------------------===//

template <typename OpT, bool isMean>
struct ReductionLowering : MoptLowering<OpT> {
  using MoptLowering<OpT>::MoptLowering;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts input(op.getInput()), output(op.getOutput());
    FailureOr<ReducedDims> dims = getReducedDims(op, rewriter);
    if (failed(dims))
      return failure();
    bool isQuantized = input.params.isQuantized();
    if (input.storage != output.storage ||
        isQuantized != output.params.isQuantized() ||
        input.params.isPerAxis() || output.params.isPerAxis())
      return refuse(op, rewriter,
                    "operand and result differ in type or have channel scales");
    if (isQuantized ? !(input.isInteger(8) || input.isInteger(16))
                    : !(input.isFloat32() || input.isInteger(32) ||
                        input.isInteger(64)) ||
                          input.isUnsigned)
      return refuse(op, rewriter, [&](Diagnostic &diag) {
        diag << "no lowering for " << input.type.getElementType();
      });

    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      Type accType =
          input.isFloat32() ? Type(b.getF32Type()) : Type(b.getI64Type());
      if (isQuantized && dims->count < (int64_t(1) << 15))
        accType = b.getI32Type();
      Value sum =
          emitFold(b, adaptor.getInput(), input.getShape(), dims->reduced,
                   dims->getKeptIndices(at), b.constant(accType, 0),
                   [&](ScalarBuilder &b, Value acc, Value element) {
                     return b.addReduce(
                         acc, b.widen(element, input.isUnsigned, accType));
                   });
      return isQuantized ? finishQuantized(b, sum, dims->count, input, output)
                         : finishPlain(b, sum, dims->count, input);
    };
    replaceElementwise(op, rewriter, this->typeConverter, body);
    return success();
  }

private:
  static Value finishPlain(ScalarBuilder &b, Value sum, int64_t count,
                           const TensorFacts &input) {
    if (isMean)
      sum = b.div(sum, b.constant(sum.getType(), count));
    return input.isFloat32() ? sum : b.narrow(sum, input.storage);
  }

  Value finishQuantized(ScalarBuilder &b, Value sum, int64_t count,
                        const TensorFacts &input,
                        const TensorFacts &output) const {
    ClampRange<int32_t> range = output.getStorageRange();
    Value centred =
        b.sub(sum, b.constant(sum.getType(), input.getZeroPoint() * count));
    Type stored = b.getIntegerType(output.storage.getIntOrFloatBitWidth());
    if (this->mode == RequantizeMode::Float) {
      float factor = input.getScale() / output.getScale();
      if (isMean)
        factor /= static_cast<float>(count);
      return b.narrow(
          emitRoundAndClamp(b, b.mul(b.toFloat(centred), b.f32(factor)),
                            output.getZeroPoint(), range),
          stored);
    }
    QuantizedMultiplier factor = quantizeMultiplier(double(input.getScale()) /
                                                    double(output.getScale()));
    if (isMean)
      factor = divideMultiplier(factor, count);
    // The kernel's accumulator has 32 bits, and wraps.
    Value scaled = emitMultiplyByQuantizedMultiplier(
        b, b.narrow(centred, b.getI32Type()), factor);
    return b.narrow(
        b.clamp(b.add(scaled, output.getZeroPoint()), range.min, range.max),
        stored);
  }
};

//===----------------------------------------------------------------------===//
// reduce_max, reduce_min, reduce_any, reduce_all
//===----------------------------------------------------------------------===//

/// Folds that may see an element twice: the first one is where they begin.
/// `isMax`: maximum, which of booleans is their disjunction; else minimum.
template <typename OpT, bool isMax>
struct ExtremeLowering : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    FailureOr<ReducedDims> dims = getReducedDims(op, rewriter);
    if (failed(dims))
      return failure();
    TensorFacts input(op.getInput());
    RankedTensorType type = getResultType(this->typeConverter, op);
    bool isUnsigned = input.isUnsigned || input.storage.isInteger(1);
    auto read = [&](ScalarBuilder &b, Value element) {
      bool isByte = element.getType().isInteger(8);
      return isByte ? b.widen(element, isUnsigned, b.getI32Type()) : element;
    };
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      SmallVector<Value> kept = dims->getKeptIndices(at);
      SmallVector<Value> first = kept;
      for (Value &index : first)
        if (!index)
          index = b.index(0);
      Value best =
          emitFold(b, adaptor.getInput(), input.getShape(), dims->reduced, kept,
                   read(b, b.load(adaptor.getInput(), first)),
                   [&](ScalarBuilder &b, Value acc, Value element) {
                     Value value = read(b, element);
                     return isMax ? b.max(acc, value) : b.min(acc, value);
                   });
      return input.isFloat32() ? best : b.narrow(best, type.getElementType());
    };
    rewriter.replaceOp(op, buildElementwise(rewriter, op.getLoc(), type, body));
    return success();
  }
};

//===----------------------------------------------------------------------===//
// reduce_prod
//===----------------------------------------------------------------------===//

struct ReduceProdLowering : OpConversionPattern<ReduceProdOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(ReduceProdOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    FailureOr<ReducedDims> dims = getReducedDims(op, rewriter);
    if (failed(dims))
      return failure();
    TensorFacts input(op.getInput()), output(op.getOutput());
    if (input.params.isQuantized())
      return lowerQuantized(op, adaptor, rewriter, *dims, input, output);
    RankedTensorType type = getResultType(typeConverter, op);
    // The low bits of a product do not depend on signs; booleans are 0 and 1.
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      return emitFold(b, adaptor.getInput(), input.getShape(), dims->reduced,
                      dims->getKeptIndices(at),
                      b.constant(type.getElementType(), 1),
                      [](ScalarBuilder &b, Value acc, Value element) {
                        return b.mul(acc, element);
                      });
    };
    rewriter.replaceOp(op, buildElementwise(rewriter, op.getLoc(), type, body));
    return success();
  }

private:
  LogicalResult lowerQuantized(ReduceProdOp op, OpAdaptor adaptor,
                               ConversionPatternRewriter &rewriter,
                               const ReducedDims &dims,
                               const TensorFacts &input,
                               const TensorFacts &output) const {
    double scale = input.getScale() / std::pow(double(output.getScale()),
                                               1.0 / double(dims.count));
    QuantizedMultiplier factor = quantizeMultiplier(scale);
    if (input.isUnsigned || !output.params.isQuantized() ||
        factor.shift > maxProductShift)
      return refuse(op, rewriter, [&](Diagnostic &diag) {
        diag << "no lowering for " << input.type.getElementType() << " to "
             << output.type.getElementType();
      });
    // In 64 bits, of which 32 are kept after each step.
    RequantizeEmitter step(RequantizeMode::Fixed, /*zeroPoint=*/0,
                           {std::numeric_limits<int32_t>::min(),
                            std::numeric_limits<int32_t>::max()});
    RequantizeEmitter last(RequantizeMode::Fixed,
                           static_cast<int32_t>(output.getZeroPoint()),
                           output.getStorageRange());
    for (RequantizeEmitter *emitter : {&step, &last}) {
      emitter->addFactor(scale, static_cast<float>(scale));
      emitter->prepare(rewriter, op.getLoc());
    }

    RankedTensorType type = getResultType(typeConverter, op);
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      Type wide = b.getI64Type();
      auto read = [&](ScalarBuilder &b, Value position) {
        SmallVector<Value> indices =
            delinearize(b, dims, input.getShape(), at, position);
        return b.sub(b.widen(b.load(adaptor.getInput(), indices), false, wide),
                     input.getZeroPoint());
      };
      Value product = b.loop(
          b.index(1), b.index(dims.count), read(b, b.index(0)),
          [&](ScalarBuilder &b, Value i, Value acc) {
            return b.widen(step.apply(b, b.mul(acc, read(b, i)), Value()),
                           false, wide);
          });
      return b.narrow(last.apply(b, product, Value()), type.getElementType());
    };
    rewriter.replaceOp(op, buildElementwise(rewriter, op.getLoc(), type, body));
    return success();
  }

  /// The indices of the i-th element behind the result `at`.
  static SmallVector<Value> delinearize(ScalarBuilder &b,
                                        const ReducedDims &dims,
                                        ArrayRef<int64_t> shape, ValueRange at,
                                        Value i) {
    SmallVector<Value> indices = dims.getKeptIndices(at);
    for (int64_t dim = indices.size() - 1; dim >= 0; --dim) {
      if (indices[dim])
        continue;
      Value size = b.index(shape[dim]);
      indices[dim] = arith::RemSIOp::create(b, i, size);
      i = b.div(i, size);
    }
    return indices;
  }
};

//===----------------------------------------------------------------------===//
// arg_max, arg_min
//===----------------------------------------------------------------------===//

template <typename OpT, ScalarBuilder::Compare better>
struct ArgLowering : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts input(op.getInput()), output(op.getOutput());
    std::optional<SmallVector<int64_t>> axes =
        getConstantIntegers(op.getAxis());
    if (!axes || axes->size() != 1)
      return refuse(op, rewriter, "axis is not one constant");
    int64_t rank = input.type.getRank();
    int64_t axis = axes->front() < 0 ? axes->front() + rank : axes->front();
    if (axis < 0 || axis >= rank || input.getDim(axis) == 0 ||
        !output.storage.isInteger())
      return refuse(op, rewriter, "axis outside of the operand");

    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      auto read = [&](ScalarBuilder &b, Value k) -> Value {
        SmallVector<Value> indices(at);
        indices.insert(indices.begin() + axis, k);
        Value x = b.load(adaptor.getInput(), indices);
        // Booleans are bytes, and compare as unsigned as uint8 does.
        bool isBool = input.storage.isInteger(1);
        if (isBool || input.isInteger(8))
          x = b.widen(x, input.isUnsigned || isBool, b.getI32Type());
        return x;
      };
      SmallVector<Value> best =
          b.loop(b.index(1), b.index(input.getDim(axis)),
                 ValueRange{read(b, b.index(0)), b.index(0)},
                 [&](ScalarBuilder &b, Value k,
                     ValueRange carried) -> SmallVector<Value> {
                   Value x = read(b, k);
                   Value wins = b.compare(better, x, carried[0]);
                   return {b.select(wins, x, carried[0]),
                           b.select(wins, k, carried[1])};
                 });
      return b.fromIndex(
          best[1], b.getIntegerType(output.storage.getIntOrFloatBitWidth()));
    };
    replaceElementwise(op, rewriter, this->typeConverter, body);
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateReductionToLinalg(const TypeConverter &converter,
                               RequantizeMode mode,
                               RewritePatternSet &patterns) {
  patterns
      .add<ReductionLowering<MeanOp, true>, ReductionLowering<SumOp, false>>(
          converter, patterns.getContext(), mode);
  patterns.add<ExtremeLowering<ReduceMaxOp, true>,
               ExtremeLowering<ReduceMinOp, false>,
               ExtremeLowering<ReduceAnyOp, true>,
               ExtremeLowering<ReduceAllOp, false>, ReduceProdLowering>(
      converter, patterns.getContext());
  patterns.add<ArgLowering<ArgMaxOp, ScalarBuilder::Compare::GT>,
               ArgLowering<ArgMinOp, ScalarBuilder::Compare::LT>>(
      converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
