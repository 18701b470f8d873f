//===- PoolToLinalg.cpp - Pooling -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "mopt/Dialect/Mopt/IR/PoolOps.h"

using namespace mlir;
using namespace mlir::mopt;

/// Windows up to this many taps are unrolled in the body, so that the channel
/// loop around them can be vectorised.
static constexpr int64_t maxUnrolledTaps = 64;

namespace {

/// What the two pools share: types, windows, and the walk over the taps.
class PoolShape {
public:
  template <typename OpT>
  explicit PoolShape(OpT op)
      : input(op.getInput()), output(op.getOutput()),
        rows(op.getPadding(), input.getDim(1), output.getDim(1),
             op.getFilterHeight(), op.getStrideH(), 1),
        columns(op.getPadding(), input.getDim(2), output.getDim(2),
                op.getFilterWidth(), op.getStrideW(), 1),
        activation(op.getFusedActivationFunction()) {}

  LogicalResult check(Operation *op, PatternRewriter &rewriter) const {
    if (!getFloatActivationRange(activation))
      return refuse(op, rewriter, "fused activation is no clamp");
    bool isStored = (input.isInteger(8) || input.isInteger(16)) &&
                    output.params.isQuantized() && !output.params.isPerAxis();
    if (input.storage != output.storage || !(input.isFloat32() || isStored))
      return refuse(op, rewriter, [&](Diagnostic &diag) {
        diag << "no lowering for " << input.type.getElementType();
      });
    return success();
  }

  /// Folds `step(acc, x)` over the taps inside the input; `x` is widened.
  using Step = llvm::function_ref<Value(ScalarBuilder &, Value acc, Value x)>;
  Value fold(ScalarBuilder &b, ValueRange at, Value tensor, Value init,
             Step step) const {
    auto read = [&](ScalarBuilder &b, Value y, Value x) {
      return b.widen(b.load(tensor, {at[0], y, x, at[3]}), input.isUnsigned,
                     init.getType());
    };
    if (rows.taps * columns.taps <= maxUnrolledTaps) {
      Value acc = init;
      SmallVector<WindowTap> xs = columns.getTaps(b, at[2]);
      for (const WindowTap &y : rows.getTaps(b, at[1]))
        for (const WindowTap &x : xs) {
          Value next = step(b, acc, read(b, y.index, x.index));
          if (y.inside)
            next = b.select(y.inside, next, acc);
          if (x.inside)
            next = b.select(x.inside, next, acc);
          acc = next;
        }
      return acc;
    }
    Value y0 = rows.getOrigin(b, at[1]), x0 = columns.getOrigin(b, at[2]);
    Value firstX = columns.getFirstTap(b, x0);
    Value endX = columns.getEndTap(b, x0);
    return b.loop(rows.getFirstTap(b, y0), rows.getEndTap(b, y0), init,
                  [&](ScalarBuilder &b, Value ky, Value acc) {
                    Value y = b.add(y0, ky);
                    return b.loop(firstX, endX, acc,
                                  [&](ScalarBuilder &b, Value kx, Value acc) {
                                    return step(b, acc,
                                                read(b, y, b.add(x0, kx)));
                                  });
                  });
  }

  /// The number of taps inside the input, as an index.
  Value count(ScalarBuilder &b, ValueRange at) const {
    if (rows.isInside() && columns.isInside())
      return b.index(rows.taps * columns.taps);
    auto inside = [&](const Window &window, Value out) {
      Value origin = window.getOrigin(b, out);
      return b.sub(window.getEndTap(b, origin), window.getFirstTap(b, origin));
    };
    return b.mul(inside(rows, at[1]), inside(columns, at[2]));
  }

  /// The fused clamp and the stored type.
  Value finish(ScalarBuilder &b, Value value) const {
    if (input.isFloat32())
      return applyFloatActivation(b, value,
                                  *getFloatActivationRange(activation));
    ClampRange<int32_t> range = *getQuantizedActivationRange(
        activation, output.getScale(), output.getZeroPoint(),
        output.getStorageRange());
    return b.narrow(b.clamp(value, range.min, range.max),
                    b.getIntegerType(output.storage.getIntOrFloatBitWidth()));
  }

  TensorFacts input, output;

private:
  Window rows, columns;
  ActivationFunction activation;
};

struct AveragePool2DLowering : OpConversionPattern<AveragePool2DOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(AveragePool2DOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    PoolShape pool(op);
    if (failed(pool.check(op, rewriter)))
      return failure();
    bool isFloat = pool.input.isFloat32();
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      Type type = isFloat ? Type(b.getF32Type()) : Type(b.getI32Type());
      Value sum = pool.fold(b, at, adaptor.getInput(), b.constant(type, 0),
                            [](ScalarBuilder &b, Value acc, Value x) {
                              return b.addReduce(acc, x);
                            });
      Value count = b.fromIndex(pool.count(b, at), b.getI32Type());
      if (isFloat)
        return pool.finish(b, b.div(sum, b.toFloat(count)));
      // Half away from zero: half a count more, with the sum's sign, truncated.
      Value half = b.shiftRight(count, 1);
      Value isPositive = b.compare(ScalarBuilder::Compare::GT, sum, b.i32(0));
      Value nudged = b.select(isPositive, b.add(sum, half), b.sub(sum, half));
      return pool.finish(b, b.div(nudged, count));
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }
};

struct MaxPool2DLowering : OpConversionPattern<MaxPool2DOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(MaxPool2DOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    PoolShape pool(op);
    if (failed(pool.check(op, rewriter)))
      return failure();
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      Value lowest = pool.input.isFloat32()
                         ? b.f32(std::numeric_limits<float>::lowest())
                         : b.i32(pool.input.getStorageRange().min);
      return pool.finish(b, pool.fold(b, at, adaptor.getInput(), lowest,
                                      [](ScalarBuilder &b, Value acc, Value x) {
                                        return b.max(acc, x);
                                      }));
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populatePoolToLinalg(const TypeConverter &converter, RequantizeMode mode,
                          RewritePatternSet &patterns) {
  patterns.add<AveragePool2DLowering, MaxPool2DLowering>(converter,
                                                         patterns.getContext());
}
} // namespace mlir::mopt::detail
