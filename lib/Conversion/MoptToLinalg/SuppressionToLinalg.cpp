//===- SuppressionToLinalg.cpp - Non-maximum suppression -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The queue of the candidates is a value of each box: the highest one is
// searched whenever it is needed. As in the evaluator, a box that was taken or
// whose score was lowered is a candidate again.
//
//===----------------------------------------------------------------------===//

#include "BoxEmitter.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mopt/Dialect/Mopt/IR/DetectionOps.h"

using namespace mlir;
using namespace mlir::mopt;

using Compare = ScalarBuilder::Compare;

namespace {

/// What both versions take and give. Buffers of version 5 are null in version
/// 4.
struct Suppression {
  Value boxes, scores, limit, overlap, lowest, sigma;
  ResultBuffer &selected, &count;
  ResultBuffer *selectedScores = nullptr;
  int64_t slots;

  void emit(ScalarBuilder &b, int64_t numBoxes);

private:
  Value emitCandidates(ScalarBuilder &b, const BoxSet &set,
                       const ResultBuffer &begins);
  std::pair<Value, Value> emitLowered(ScalarBuilder &b, const BoxSet &set,
                                      Value box, Value count, Value begin);
};

/// Fills `set` with the boxes that score above the lowest; gives their number.
Value Suppression::emitCandidates(ScalarBuilder &b, const BoxSet &set,
                                  const ResultBuffer &begins) {
  return b.loop(b.index(0), b.index(set.size()), b.index(0),
                [&](ScalarBuilder &b, Value box, Value number) {
                  BoxCorners c;
                  for (auto [i, value] : llvm::enumerate(c))
                    value = b.load(boxes, {box, b.index(i)});
                  // Two opposite corners, in any order.
                  set.setCorners(b, box,
                                 {b.min(c[0], c[2]), b.min(c[1], c[3]),
                                  b.max(c[0], c[2]), b.max(c[1], c[3])});
                  Value score = b.load(scores, box);
                  Value isAbove = b.compare(Compare::GT, score, lowest);
                  set.setValue(b, box, isAbove, score);
                  begins.store(b, b.i32(0), box);
                  return b.select(isAbove, b.add(number, 1), number);
                });
}

/// The score of `box` after the boxes taken from `begin` to `count`, the last
/// one first, and whether one of them drops it.
std::pair<Value, Value> Suppression::emitLowered(ScalarBuilder &b,
                                                 const BoxSet &set, Value box,
                                                 Value count, Value begin) {
  BoxCorners corners = set.getCorners(b, box);
  Value no = b.constant(b.getI1Type(), 0);
  Value first[] = {count, set.getValue(b, box), no, no};
  SmallVector<Value> last = b.loopWhile(
      first,
      [&](ScalarBuilder &b, ValueRange carried) {
        Value isOpen = b.compare(Compare::EQ, carried[3], no);
        return b.logicalAnd(isOpen, b.compare(Compare::GT, carried[0], begin));
      },
      [&](ScalarBuilder &b, ValueRange carried) -> SmallVector<Value> {
        Value place = b.sub(carried[0], 1), score = carried[1];
        Value taken = b.toIndex(selected.load(b, place));
        Value iou = emitOverlap(b, corners, set.getCorners(b, taken));
        Value isDropped = b.compare(Compare::GE, iou, overlap);
        if (sigma) {
          Value isSoft = b.logicalAnd(b.compare(Compare::EQ, isDropped, no),
                                      b.compare(Compare::GT, sigma, b.f32(0)));
          score = b.branch(
              isSoft,
              [&](ScalarBuilder &b) -> Value {
                Value factor = b.div(b.f32(-0.5f), sigma);
                Value power = b.mul(b.mul(factor, iou), iou);
                return b.mul(score, math::ExpOp::create(b, power));
              },
              [&](ScalarBuilder &) { return score; });
        }
        Value isDone =
            b.logicalOr(isDropped, b.compare(Compare::LE, score, lowest));
        return {place, score, isDropped, isDone};
      });
  return {last[1], last[2]};
}

void Suppression::emit(ScalarBuilder &b, int64_t numBoxes) {
  BoxSet set(b, numBoxes);
  ResultBuffer begins(b, RankedTensorType::get({numBoxes}, b.getI32Type()));
  emitForEach(b, {slots}, [&](ScalarBuilder &b, ValueRange slot) {
    selected.store(b, b.i32(0), slot);
    if (selectedScores)
      selectedScores->store(b, b.f32(0.0f), slot);
  });
  Value wanted = b.min(emitCandidates(b, set, begins),
                       b.toIndex(b.clamp(limit, 0, slots)));
  Value start[] = {b.index(0), b.constant(b.getI1Type(), 1)};
  SmallVector<Value> last = b.loopWhile(
      start,
      [&](ScalarBuilder &b, ValueRange carried) {
        return b.logicalAnd(carried[1],
                            b.compare(Compare::LT, carried[0], wanted));
      },
      [&](ScalarBuilder &b, ValueRange carried) -> SmallVector<Value> {
        Value count = carried[0];
        Value box = set.findHighest(b);
        Value isFound = b.compare(Compare::LT, box, b.index(set.size()));
        Value next = b.branch(
            isFound,
            [&](ScalarBuilder &b) {
              Value original = set.getValue(b, box);
              auto [score, isDropped] = emitLowered(
                  b, set, box, count, b.toIndex(begins.load(b, box)));
              Value stays = b.compare(Compare::EQ, isDropped,
                                      b.constant(b.getI1Type(), 0));
              begins.store(b, b.fromIndex(count, b.getI32Type()), box);
              set.setValue(
                  b, box,
                  b.logicalAnd(stays, b.compare(Compare::GT, score, lowest)),
                  score);
              Value isTaken =
                  b.logicalAnd(stays, b.compare(Compare::EQ, score, original));
              b.when(isTaken, [&, score = score](ScalarBuilder &b) {
                selected.store(b, b.fromIndex(box, b.getI32Type()), count);
                if (selectedScores)
                  selectedScores->store(b, score, count);
              });
              return b.select(isTaken, b.add(count, 1), count);
            },
            [&](ScalarBuilder &) { return count; });
        return {next, isFound};
      });
  count.store(b, b.fromIndex(last[0], b.getI32Type()), {});
}

template <typename OpT>
struct SuppressionLowering : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    ScalarBuilder b(op.getLoc(), rewriter);
    auto makeBuffer = [&](Value value) {
      return ResultBuffer(b, cast<RankedTensorType>(value.getType()));
    };
    ResultBuffer selected = makeBuffer(op.getSelectedIndices());
    ResultBuffer count = makeBuffer(op.getNumSelected());
    Suppression suppression = {adaptor.getBoxes(),
                               adaptor.getScores(),
                               b.load(adaptor.getMaxOutputSize(), {}),
                               b.load(adaptor.getIouThreshold(), {}),
                               b.load(adaptor.getScoreThreshold(), {}),
                               /*sigma=*/Value(),
                               selected,
                               count,
                               /*selectedScores=*/nullptr,
                               TensorFacts(op.getSelectedIndices()).getDim(0)};
    int64_t numBoxes = TensorFacts(op.getBoxes()).getDim(0);
    if constexpr (std::is_same_v<OpT, NonMaxSuppressionV5Op>) {
      ResultBuffer scores = makeBuffer(op.getSelectedScores());
      suppression.sigma = b.load(adaptor.getSoftNmsSigma(), {});
      suppression.selectedScores = &scores;
      suppression.emit(b, numBoxes);
      rewriter.replaceOp(
          op, {selected.finish(b), scores.finish(b), count.finish(b)});
    } else {
      suppression.emit(b, numBoxes);
      rewriter.replaceOp(op, {selected.finish(b), count.finish(b)});
    }
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateSuppressionToLinalg(const TypeConverter &converter,
                                 RequantizeMode mode,
                                 RewritePatternSet &patterns) {
  patterns.add<SuppressionLowering<NonMaxSuppressionV4Op>,
               SuppressionLowering<NonMaxSuppressionV5Op>>(
      converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
