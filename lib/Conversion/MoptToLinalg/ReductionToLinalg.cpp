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
    std::optional<SmallVector<int64_t>> axes =
        getConstantIntegers(op.getAxes());
    if (!axes)
      return refuse(op, rewriter, "axes are not constant");
    int64_t rank = input.type.getRank();
    SmallVector<bool> reduced(rank, false);
    if (rank > 0)
      for (int64_t axis : *axes) {
        int64_t dim = axis < 0 ? axis + rank : axis;
        if (dim < 0 || dim >= rank)
          return refuse(op, rewriter, "axis outside of the rank");
        reduced[dim] = true;
      }
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
    int64_t count = 1;
    for (auto [dim, isReduced] : llvm::zip_equal(input.getShape(), reduced))
      count *= isReduced ? dim : 1;
    if (count == 0)
      return refuse(op, rewriter, "reduces nothing");

    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      // The indices of the kept dimensions come from the result.
      SmallVector<Value> indices(rank);
      unsigned next = 0;
      for (int64_t dim = 0; dim < rank; ++dim) {
        if (reduced[dim])
          next += op.getKeepDims();
        else
          indices[dim] = at[next++];
      }
      Type accType =
          input.isFloat32() ? Type(b.getF32Type()) : Type(b.getI64Type());
      if (isQuantized && count < (int64_t(1) << 15))
        accType = b.getI32Type();
      Value sum = accumulate(b, adaptor.getInput(), input, reduced, indices, 0,
                             b.constant(accType, 0));
      return isQuantized ? finishQuantized(b, sum, count, input, output)
                         : finishPlain(b, sum, count, input);
    };
    rewriter.replaceOp(
        op, buildElementwise(rewriter, op.getLoc(),
                             getResultType(this->typeConverter, op), body));
    return success();
  }

private:
  /// Loops over the reduced dimensions from `dim` on.
  static Value accumulate(ScalarBuilder &b, Value tensor,
                          const TensorFacts &input, ArrayRef<bool> reduced,
                          SmallVector<Value> indices, unsigned dim, Value acc) {
    while (dim < reduced.size() && !reduced[dim])
      ++dim;
    if (dim == reduced.size())
      return b.addReduce(acc, b.widen(b.load(tensor, indices), input.isUnsigned,
                                      acc.getType()));
    return b.loop(b.index(0), b.index(input.getDim(dim)), acc,
                  [&](ScalarBuilder &b, Value iv, Value acc) {
                    SmallVector<Value> inner = indices;
                    inner[dim] = iv;
                    return accumulate(b, tensor, input, reduced, inner, dim + 1,
                                      acc);
                  });
  }

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
    rewriter.replaceOp(
        op, buildElementwise(rewriter, op.getLoc(),
                             getResultType(this->typeConverter, op), body));
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
  patterns.add<ArgLowering<ArgMaxOp, ScalarBuilder::Compare::GT>,
               ArgLowering<ArgMinOp, ScalarBuilder::Compare::LT>>(
      converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
