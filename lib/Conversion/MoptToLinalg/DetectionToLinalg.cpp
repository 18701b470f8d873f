//===- DetectionToLinalg.cpp - Detection post-processing -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BoxEmitter.h"
#include "Ranking.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mopt/Dialect/Mopt/IR/DetectionOps.h"

using namespace mlir;
using namespace mlir::mopt;

using Compare = ScalarBuilder::Compare;

namespace {

class DetectionEmitter {
public:
  DetectionEmitter(DetectionPostProcessOp op,
                   DetectionPostProcessOp::Adaptor adaptor, ScalarBuilder &b)
      : op(op), adaptor(adaptor), predictions(op.getClassPredictions()),
        offset(predictions.getDim(2) - op.getNumClasses()),
        boxes(b, predictions.getDim(1)), corners(makeBuffer(b, op.getBoxes())),
        classes(makeBuffer(b, op.getClasses())),
        scores(makeBuffer(b, op.getScores())),
        number(makeBuffer(b, op.getNumDetections())) {}

  SmallVector<Value> emit(ScalarBuilder &b) {
    clearResults(b);
    decodeBoxes(b);
    Value count = op.getUseRegularNms() ? selectByClass(b) : selectByBox(b);
    number.store(b, b.toFloat(b.fromIndex(count, b.getI32Type())), b.index(0));
    return {corners.finish(b), classes.finish(b), scores.finish(b),
            number.finish(b)};
  }

private:
  using OnSelected =
      llvm::function_ref<Value(ScalarBuilder &, Value box, Value carried)>;

  static ResultBuffer makeBuffer(ScalarBuilder &b, Value result) {
    return ResultBuffer(b, cast<RankedTensorType>(result.getType()));
  }
  /// An element of an operand as a real number.
  static Value loadReal(ScalarBuilder &b, Value operand, Value tensor,
                        ValueRange indices);
  Value getScore(ScalarBuilder &b, Value box, Value column) {
    return loadReal(b, op.getClassPredictions(), adaptor.getClassPredictions(),
                    {b.index(0), box, b.add(column, offset)});
  }

  void clearResults(ScalarBuilder &b);
  void decodeBoxes(ScalarBuilder &b);
  Value suppress(ScalarBuilder &b, int64_t limit, Value init,
                 OnSelected onSelected);
  Value selectByBox(ScalarBuilder &b);
  Value selectByClass(ScalarBuilder &b);
  void setDetection(ScalarBuilder &b, Value slot, Value box, Value column,
                    Value score);

  DetectionPostProcessOp op;
  DetectionPostProcessOp::Adaptor adaptor;
  TensorFacts predictions;
  /// The first class in a row of the predictions that counts.
  int64_t offset;
  BoxSet boxes;
  ResultBuffer corners, classes, scores, number;
};

} // namespace

Value DetectionEmitter::loadReal(ScalarBuilder &b, Value operand, Value tensor,
                                 ValueRange indices) {
  TensorFacts facts(operand);
  Value value = b.load(tensor, indices);
  if (facts.isFloat32())
    return value;
  float scale = facts.params.isQuantized() ? facts.getScale() : 1.0f;
  Value wide = b.widen(value, /*isUnsigned=*/true, b.getI32Type());
  return b.mul(b.f32(scale), b.toFloat(b.sub(wide, facts.getZeroPoint())));
}

void DetectionEmitter::clearResults(ScalarBuilder &b) {
  for (auto [buffer, result] : {std::pair(&corners, op.getBoxes()),
                                {&classes, op.getClasses()},
                                {&scores, op.getScores()}})
    emitForEach(b, TensorFacts(result).getShape(),
                [&, buffer = buffer](ScalarBuilder &b, ValueRange at) {
                  buffer->store(b, b.f32(0.0f), at);
                });
}

void DetectionEmitter::decodeBoxes(ScalarBuilder &b) {
  Type f64 = b.getF64Type();
  double scales[] = {
      op.getYScale().convertToFloat(), op.getXScale().convertToFloat(),
      op.getHScale().convertToFloat(), op.getWScale().convertToFloat()};
  emitForEach(b, {boxes.size()}, [&](ScalarBuilder &b, ValueRange at) {
    Value box = at.front();
    // Each number is computed in double and rounded once.
    std::array<Value, 4> codes, anchors;
    for (int i = 0; i < 4; ++i) {
      Value code = loadReal(b, op.getBoxEncodings(), adaptor.getBoxEncodings(),
                            {b.index(0), box, b.index(i)});
      codes[i] = b.div(b.widen(code, /*isUnsigned=*/false, f64),
                       b.constant(f64, scales[i]));
      Value anchor =
          loadReal(b, op.getAnchors(), adaptor.getAnchors(), {box, b.index(i)});
      anchors[i] = b.widen(anchor, /*isUnsigned=*/false, f64);
    }
    auto round = [&](Value value) -> Value {
      return arith::TruncFOp::create(b, b.getF32Type(), value);
    };
    auto getCenter = [&](int i) {
      return round(b.add(b.mul(codes[i], anchors[i + 2]), anchors[i]));
    };
    auto getHalf = [&](int i) {
      Value half =
          b.mul(b.constant(f64, 0.5), math::ExpOp::create(b, codes[i]));
      return round(b.mul(half, anchors[i]));
    };
    Value y = getCenter(0), x = getCenter(1);
    Value halfH = getHalf(2), halfW = getHalf(3);
    boxes.setCorners(
        b, box,
        {b.sub(y, halfH), b.sub(x, halfW), b.add(y, halfH), b.add(x, halfW)});
  });
}

/// Takes at most `limit` candidates, highest value first, that do not overlap
/// one taken before too much. `onSelected` makes of a box and what is carried
/// (`init` at first) what is carried on, which is the result.
Value DetectionEmitter::suppress(ScalarBuilder &b, int64_t limit, Value init,
                                 OnSelected onSelected) {
  Value threshold = b.f32(op.getNmsIouThreshold().convertToFloat());
  Value start[] = {b.index(0), b.constant(b.getI1Type(), 1), init};
  return b.loopWhile(
      start,
      [&](ScalarBuilder &b, ValueRange carried) {
        return b.logicalAnd(carried[1],
                            b.compare(Compare::LT, carried[0], b.index(limit)));
      },
      [&](ScalarBuilder &b, ValueRange carried) -> SmallVector<Value> {
        Value box = boxes.findHighest(b);
        Value isFound = b.compare(Compare::LT, box, b.index(boxes.size()));
        Value next = b.branch(
            isFound,
            [&](ScalarBuilder &b) {
              BoxCorners taken = boxes.getCorners(b, box);
              Value next = onSelected(b, box, carried[2]);
              emitForEach(
                  b, {boxes.size()}, [&](ScalarBuilder &b, ValueRange at) {
                    Value other = at.front();
                    Value iou =
                        emitOverlap(b, taken, boxes.getCorners(b, other));
                    Value isDropped =
                        b.logicalOr(b.compare(Compare::GT, iou, threshold),
                                    b.compare(Compare::EQ, other, box));
                    b.when(isDropped,
                           [&](ScalarBuilder &b) { boxes.drop(b, other); });
                  });
              return next;
            },
            [&](ScalarBuilder &) { return carried[2]; });
        return {b.add(carried[0], 1), isFound, next};
      })[2];
}

void DetectionEmitter::setDetection(ScalarBuilder &b, Value slot, Value box,
                                    Value column, Value score) {
  Value zero = b.index(0);
  for (auto [i, corner] : llvm::enumerate(boxes.getCorners(b, box)))
    corners.store(b, corner, {zero, slot, b.index(i)});
  classes.store(b, b.toFloat(b.fromIndex(column, b.getI32Type())),
                {zero, slot});
  scores.store(b, score, {zero, slot});
}

/// The fast form: one suppression with the highest score of each box.
Value DetectionEmitter::selectByBox(ScalarBuilder &b) {
  int64_t numClasses = op.getNumClasses();
  int64_t slots = op.getMaxClassesPerDetection();
  Value lowest = b.f32(op.getNmsScoreThreshold().convertToFloat());
  auto emitRanking =
      [&](ScalarBuilder &b, Value box, int64_t count,
          llvm::function_ref<void(ScalarBuilder &, Value, Value)> body) {
        emitHighest(
            b, b.index(count), numClasses, predictions,
            [&](ScalarBuilder &b, Value i) { return getScore(b, box, i); },
            body);
      };
  emitForEach(b, {boxes.size()}, [&](ScalarBuilder &b, ValueRange at) {
    emitRanking(b, at.front(), 1, [&](ScalarBuilder &b, Value, Value column) {
      Value score = getScore(b, at.front(), column);
      boxes.setValue(b, at.front(), b.compare(Compare::GE, score, lowest),
                     score);
    });
  });
  return suppress(b, op.getMaxDetections(), b.index(0),
                  [&](ScalarBuilder &b, Value box, Value count) {
                    emitRanking(
                        b, box, std::min(slots, numClasses),
                        [&](ScalarBuilder &b, Value place, Value column) {
                          Value slot = b.add(b.mul(count, slots), place);
                          setDetection(b, slot, box, column,
                                       getScore(b, box, column));
                        });
                    return b.add(count, 1);
                  });
}

/// A suppression for each class, and the highest scores of all of them. The
/// results are a sorted list, into which each detection is put.
Value DetectionEmitter::selectByClass(ScalarBuilder &b) {
  int64_t limit = op.getMaxDetections();
  Value lowest = b.f32(op.getNmsScoreThreshold().convertToFloat());
  Value zero = b.index(0);
  // Makes room in the list for `score`, behind what is not lower.
  auto emitPlace = [&](ScalarBuilder &b, Value score, Value count) {
    return b.loopWhile(
        b.min(count, b.index(limit - 1)),
        [&](ScalarBuilder &b, ValueRange place) {
          Value before = b.max(b.sub(place[0], 1), zero);
          return b.logicalAnd(
              b.compare(Compare::GT, place[0], zero),
              b.compare(Compare::LT, scores.load(b, {zero, before}), score));
        },
        [&](ScalarBuilder &b, ValueRange place) -> SmallVector<Value> {
          Value before = b.sub(place[0], 1);
          for (const ResultBuffer *list : {&classes, &scores})
            list->store(b, list->load(b, {zero, before}), {zero, place[0]});
          for (int i = 0; i < 4; ++i)
            corners.store(b, corners.load(b, {zero, before, b.index(i)}),
                          {zero, place[0], b.index(i)});
          return {before};
        })[0];
  };
  return b.loop(
      zero, b.index(op.getNumClasses()), zero,
      [&](ScalarBuilder &b, Value column, Value count) -> Value {
        emitForEach(b, {boxes.size()}, [&](ScalarBuilder &b, ValueRange at) {
          Value score = getScore(b, at.front(), column);
          boxes.setValue(b, at.front(), b.compare(Compare::GE, score, lowest),
                         score);
        });
        return suppress(
            b, std::min<int64_t>(op.getDetectionsPerClass(), limit), count,
            [&](ScalarBuilder &b, Value box, Value count) {
              Value score = getScore(b, box, column);
              Value last = scores.load(b, {zero, b.index(limit - 1)});
              Value fits =
                  b.logicalOr(b.compare(Compare::LT, count, b.index(limit)),
                              b.compare(Compare::LT, last, score));
              b.when(fits, [&](ScalarBuilder &b) {
                setDetection(b, emitPlace(b, score, count), box, column, score);
              });
              return b.min(b.add(count, 1), b.index(limit));
            });
      });
}

namespace {

struct DetectionLowering : OpConversionPattern<DetectionPostProcessOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(DetectionPostProcessOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    Type storage = TensorFacts(op.getClassPredictions()).storage;
    if (!storage.isF32() && !storage.isUnsignedInteger(8))
      return refuse(op, rewriter, "element type is neither float32 nor uint8");
    ScalarBuilder b(op.getLoc(), rewriter);
    rewriter.replaceOp(op, DetectionEmitter(op, adaptor, b).emit(b));
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateDetectionToLinalg(const TypeConverter &converter,
                               RequantizeMode mode,
                               RewritePatternSet &patterns) {
  patterns.add<DetectionLowering>(converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
