//===- Convolution3DToLinalg.cpp - Convolutions of volumes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TransposedWindow.h"
#include "WeightedLowering.h"
#include "mopt/Dialect/Mopt/IR/Convolution3DOps.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// Strides and dilations of depth, height and width.
template <typename OpT>
std::array<std::pair<int64_t, int64_t>, 3> getSteps(OpT op) {
  return {{{op.getStrideD(), op.getDilationDFactor()},
           {op.getStrideH(), op.getDilationHFactor()},
           {op.getStrideW(), op.getDilationWFactor()}}};
}

/// Carries `acc` through the taps of one output in all dimensions, the last
/// innermost: `emitDim(b, dim, acc, body(b, in, tap, acc))` does one dimension.
using TapBody =
    llvm::function_ref<Value(ScalarBuilder &, Value in, Value tap, Value acc)>;
using VoxelBody = llvm::function_ref<Value(ScalarBuilder &, ArrayRef<Value> in,
                                           ArrayRef<Value> taps, Value acc)>;
template <typename EmitDim>
Value emitVoxels(ScalarBuilder &b, Value acc, EmitDim emitDim, VoxelBody body,
                 SmallVector<Value> in = {}, SmallVector<Value> taps = {}) {
  if (in.size() == 3)
    return body(b, in, taps, acc);
  return emitDim(b, in.size(), acc,
                 [&](ScalarBuilder &b, Value index, Value tap, Value acc) {
                   SmallVector<Value> allIn = in, allTaps = taps;
                   allIn.push_back(index);
                   allTaps.push_back(tap);
                   return emitVoxels(b, acc, emitDim, body, allIn, allTaps);
                 });
}

/// Either direction: `WindowT` walks the taps of one dimension, `outputFirst`
/// is the order of channels in the filter.
template <typename OpT, typename WindowT, bool outputFirst>
struct VolumeLowering : MoptLowering<OpT> {
  using MoptLowering<OpT>::MoptLowering;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    WeightedLowering lowering(op.getInput(), op.getFilter(), op.getBias(),
                              op.getOutput(), op.getFusedActivationFunction(),
                              this->mode, WeightedRule());
    if (failed(checkLowerable(op, rewriter)) ||
        failed(lowering.check(op, rewriter)))
      return failure();
    ArrayRef<int64_t> inShape = lowering.getInput().getShape();
    ArrayRef<int64_t> outShape = lowering.getOutput().getShape();
    ArrayRef<int64_t> filter = lowering.getFilter().getShape();
    SmallVector<WindowT> windows;
    for (auto [i, step] : llvm::enumerate(getSteps(op)))
      windows.emplace_back(op.getPadding(), inShape[i + 1], outShape[i + 1],
                           filter[i], step.first, step.second);

    Value x = lowering.prepare(rewriter, op.getLoc(), adaptor.getInput());
    Value w = adaptor.getFilter();
    Value bias = isPresent(op.getBias()) ? adaptor.getBias() : Value();
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      auto voxel = [&](ScalarBuilder &b, ArrayRef<Value> in,
                       ArrayRef<Value> taps, Value acc) {
        return b.loop(b.index(0), b.index(inShape.back()), acc,
                      [&](ScalarBuilder &b, Value c, Value acc) {
                        SmallVector<Value> from = {at[0]}, weight(taps);
                        llvm::append_range(from, in);
                        from.push_back(c);
                        weight.push_back(outputFirst ? at[4] : c);
                        weight.push_back(outputFirst ? c : at[4]);
                        return lowering.accumulate(b, acc, b.load(x, from),
                                                   b.load(w, weight));
                      });
      };
      auto dimension = [&](ScalarBuilder &b, unsigned dim, Value acc,
                           TapBody body) {
        return windows[dim].emitTaps(b, at[dim + 1], acc, body);
      };
      Value acc = emitVoxels(b, lowering.getZero(b), dimension, voxel);
      return lowering.finish(b, acc, bias, at[4], at[0]);
    };
    replaceElementwise(op, rewriter, this->typeConverter, body);
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateConvolution3DToLinalg(const TypeConverter &converter,
                                   RequantizeMode mode,
                                   RewritePatternSet &patterns) {
  patterns.add<VolumeLowering<Conv3DOp, Window, /*outputFirst=*/false>,
               VolumeLowering<Conv3DTransposeOp, TransposedWindow, true>>(
      converter, patterns.getContext(), mode);
}
} // namespace mlir::mopt::detail
