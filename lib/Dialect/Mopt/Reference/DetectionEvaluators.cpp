//===- DetectionEvaluators.cpp - Boxes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/DetectionOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "llvm/ADT/Sequence.h"

#include <cmath>
#include <deque>
#include <queue>

using namespace mlir;
using namespace mlir::mopt;

namespace {

struct Box {
  float ymin, xmin, ymax, xmax;
};

} // namespace

static float getArea(const Box &box) {
  return (box.ymax - box.ymin) * (box.xmax - box.xmin);
}

/// The common area of two boxes relative to that of both; 0 where one is empty.
static float getOverlap(const Box &a, const Box &b) {
  float areaA = getArea(a), areaB = getArea(b);
  if (areaA <= 0.0f || areaB <= 0.0f)
    return 0.0f;
  float height = std::min(a.ymax, b.ymax) - std::max(a.ymin, b.ymin);
  float width = std::min(a.xmax, b.xmax) - std::max(a.xmin, b.xmin);
  float common = std::max(height, 0.0f) * std::max(width, 0.0f);
  return common / (areaA + areaB - common);
}

//===----------------------------------------------------------------------===//
// Detection
//===----------------------------------------------------------------------===//

/// Positions of `values`, the highest first, equal ones in order. NaN is below
/// everything: a comparison must order all values.
static SmallVector<int32_t> sortDescending(ArrayRef<float> values) {
  auto order = llvm::to_vector(
      llvm::seq<int32_t>(0, static_cast<int32_t>(values.size())));
  llvm::sort(order, [&](int32_t a, int32_t b) {
    if (std::isnan(values[a]) || std::isnan(values[b]))
      return std::isnan(values[a]) == std::isnan(values[b])
                 ? a < b
                 : std::isnan(values[b]);
    return values[a] != values[b] ? values[a] > values[b] : a < b;
  });
  return order;
}

/// The elements of `tensor` as real numbers.
static SmallVector<float> getReals(const HostTensor &tensor) {
  if (tensor.getStorageElementType().isF32())
    return llvm::to_vector(tensor.as<float>());
  QuantParams params = getQuantParams(tensor.getType());
  float scale = params.isQuantized() ? params.scale() : 1.0f;
  int64_t zeroPoint = params.isQuantized() ? params.zeroPoint() : 0;
  return llvm::map_to_vector(tensor.as<uint8_t>(), [&](uint8_t stored) {
    return scale * static_cast<float>(stored - zeroPoint);
  });
}

namespace {

class Detector {
public:
  Detector(DetectionPostProcessOp op, EvalContext &context)
      : op(op), context(context), scores(getReals(context.input(1))),
        columns(context.input(1).getDim(2)),
        offset(columns - op.getNumClasses()) {}

  LogicalResult run() {
    decodeBoxes();
    // The reference kernel insists on it.
    for (const Box &box : boxes)
      if (box.ymin >= box.ymax || box.xmin >= box.xmax)
        return op.emitOpError("has a box without area");
    if (op.getUseRegularNms())
      selectByClass();
    else
      selectByBox();
    return success();
  }

private:
  void decodeBoxes();
  SmallVector<int32_t> suppress(ArrayRef<float> values, int64_t limit);
  void selectByBox();
  void selectByClass();

  float getScore(int64_t box, int64_t column) const {
    return scores[box * columns + offset + column];
  }
  void setDetection(int64_t slot, int32_t box, int64_t column, float score) {
    const Box &from = boxes[box];
    auto to = context.output(0).asMutable<float>().slice(4 * slot, 4);
    to[0] = from.ymin;
    to[1] = from.xmin;
    to[2] = from.ymax;
    to[3] = from.xmax;
    context.output(1).asMutable<float>()[slot] = static_cast<float>(column);
    context.output(2).asMutable<float>()[slot] = score;
  }
  void setCount(int64_t count) {
    context.output(3).asMutable<float>().front() = static_cast<float>(count);
  }

  DetectionPostProcessOp op;
  EvalContext &context;
  SmallVector<float> scores;
  /// Classes in a row of the predictions, and the first one that counts.
  int64_t columns, offset;
  SmallVector<Box> boxes;
};

} // namespace

void Detector::decodeBoxes() {
  SmallVector<float> encodings = getReals(context.input(0));
  SmallVector<float> anchors = getReals(context.input(2));
  int64_t length = context.input(0).getDim(2);
  double scaleY = op.getYScale().convertToFloat();
  double scaleX = op.getXScale().convertToFloat();
  double scaleH = op.getHScale().convertToFloat();
  double scaleW = op.getWScale().convertToFloat();
  for (int64_t i = 0, count = context.input(0).getDim(1); i < count; ++i) {
    const float *code = &encodings[i * length];
    const float *anchor = &anchors[i * 4];
    // Each number is computed in double and rounded once.
    auto y = static_cast<float>(code[0] / scaleY * anchor[2] + anchor[0]);
    auto x = static_cast<float>(code[1] / scaleX * anchor[3] + anchor[1]);
    auto halfH =
        static_cast<float>(0.5 * std::exp(code[2] / scaleH) * anchor[2]);
    auto halfW =
        static_cast<float>(0.5 * std::exp(code[3] / scaleW) * anchor[3]);
    boxes.push_back({y - halfH, x - halfW, y + halfH, x + halfW});
  }
}

/// At most `limit` boxes, highest of `values` first, that reach the score
/// threshold and do not overlap one taken before too much.
SmallVector<int32_t> Detector::suppress(ArrayRef<float> values, int64_t limit) {
  float lowest = op.getNmsScoreThreshold().convertToFloat();
  float overlap = op.getNmsIouThreshold().convertToFloat();
  SmallVector<int32_t> selected;
  for (int32_t box : sortDescending(values)) {
    if (static_cast<int64_t>(selected.size()) >= limit)
      break;
    if (!(values[box] >= lowest))
      continue;
    if (llvm::none_of(selected, [&](int32_t taken) {
          return getOverlap(boxes[taken], boxes[box]) > overlap;
        }))
      selected.push_back(box);
  }
  return selected;
}

/// The fast form: one suppression with the highest score of each box.
void Detector::selectByBox() {
  int64_t classes = op.getNumClasses(), slots = op.getMaxClassesPerDetection();
  SmallVector<SmallVector<int32_t>> order;
  SmallVector<float> highest;
  for (size_t box = 0; box < boxes.size(); ++box) {
    ArrayRef<float> row(scores);
    row = row.slice(box * columns + offset, classes);
    order.push_back(sortDescending(row));
    highest.push_back(row[order.back().front()]);
  }
  int64_t count = 0;
  for (int32_t box : suppress(highest, op.getMaxDetections())) {
    for (int64_t i = 0; i < std::min(slots, classes); ++i)
      setDetection(slots * count + i, box, order[box][i],
                   getScore(box, order[box][i]));
    ++count;
  }
  setCount(count);
}

/// A suppression for each class, and the highest scores of all of them.
void Detector::selectByClass() {
  struct Detection {
    int32_t box;
    int64_t column;
  };
  SmallVector<Detection> best;
  SmallVector<float> bestScores;
  int64_t limit = op.getMaxDetections();
  for (int64_t column = 0; column < op.getNumClasses(); ++column) {
    SmallVector<float> values;
    for (size_t box = 0; box < boxes.size(); ++box)
      values.push_back(getScore(box, column));
    for (int32_t box : suppress(
             values, std::min<int64_t>(op.getDetectionsPerClass(), limit))) {
      best.push_back({box, column});
      bestScores.push_back(values[box]);
    }
    SmallVector<Detection> kept;
    SmallVector<float> keptScores;
    for (int32_t i : sortDescending(bestScores)) {
      if (static_cast<int64_t>(kept.size()) >= limit)
        break;
      kept.push_back(best[i]);
      keptScores.push_back(bestScores[i]);
    }
    best = std::move(kept);
    bestScores = std::move(keptScores);
  }
  for (auto [slot, detection] : llvm::enumerate(best))
    setDetection(slot, detection.box, detection.column, bestScores[slot]);
  setCount(best.size());
}

static LogicalResult evaluateDetection(DetectionPostProcessOp op,
                                       EvalContext &context) {
  Type storage = context.input(0).getStorageElementType();
  if (!storage.isF32() && !storage.isUnsignedInteger(8))
    return emitUnsupportedTypes(op);
  return Detector(op, context).run();
}

//===----------------------------------------------------------------------===//
// Non-maximum suppression
//===----------------------------------------------------------------------===//

/// Takes the candidate with the highest score, lowers its score by its overlap
/// with what was taken since it was last looked at, and takes it if that
/// changed nothing. (Bodla et al., Soft-NMS, 2017.) `selectedScores` may be
/// empty.
static LogicalResult suppress(Operation *op, EvalContext &context, float sigma,
                              MutableArrayRef<float> selectedScores,
                              const HostTensor &numSelected) {
  ArrayRef<float> corners = context.input(0).as<float>();
  ArrayRef<float> scores = context.input(1).as<float>();
  int64_t limit = context.input(2).as<int32_t>().front();
  float overlap = context.input(3).as<float>().front();
  float lowest = context.input(4).as<float>().front();
  MutableArrayRef<int32_t> selected = context.output(0).asMutable<int32_t>();
  if (limit != static_cast<int64_t>(selected.size()))
    return op->emitOpError("has ")
           << selected.size() << " slots where max_output_size is " << limit;
  if (!(sigma >= 0.0f))
    return op->emitOpError("soft_nms_sigma must not be negative");

  SmallVector<Box> boxes;
  for (size_t i = 0; i < scores.size(); ++i) {
    const float *c = &corners[4 * i];
    boxes.push_back({std::min(c[0], c[2]), std::min(c[1], c[3]),
                     std::max(c[0], c[2]), std::max(c[1], c[3])});
  }
  struct Candidate {
    int32_t box;
    float score;
    int64_t begin; // The boxes taken before were looked at.
  };
  // Of equal scores the first box wins: the order of the reference kernel is
  // that of its C++ library's heap.
  auto isLower = [](const Candidate &a, const Candidate &b) {
    return a.score != b.score ? a.score < b.score : a.box > b.box;
  };
  std::priority_queue<Candidate, std::deque<Candidate>, decltype(isLower)>
      candidates(isLower);
  for (auto [i, score] : llvm::enumerate(scores))
    if (score > lowest)
      candidates.push({static_cast<int32_t>(i), score, 0});

  int64_t count = 0;
  int64_t wanted = std::min<int64_t>(candidates.size(), limit);
  float factor = sigma > 0.0f ? -0.5f / sigma : 0.0f;
  while (count < wanted && !candidates.empty()) {
    Candidate next = candidates.top();
    candidates.pop();
    float original = next.score;
    bool isDropped = false;
    for (int64_t j = count - 1; j >= next.begin && !isDropped; --j) {
      float iou = getOverlap(boxes[next.box], boxes[selected[j]]);
      isDropped = iou >= overlap;
      if (isDropped)
        break;
      if (sigma > 0.0f)
        next.score = next.score * std::exp(factor * iou * iou);
      if (next.score <= lowest)
        break;
    }
    next.begin = count;
    if (isDropped)
      continue;
    if (next.score == original) {
      selected[count] = next.box;
      if (!selectedScores.empty())
        selectedScores[count] = next.score;
      ++count;
    }
    // A box that was taken is a candidate again, and overlaps with itself: with
    // a threshold above 1 the reference kernel takes it once more.
    if (next.score > lowest)
      candidates.push(next);
  }
  numSelected.asMutable<int32_t>().front() = static_cast<int32_t>(count);
  return success();
}

static LogicalResult evaluateV4(NonMaxSuppressionV4Op op,
                                EvalContext &context) {
  return suppress(op, context, 0.0f, {}, context.output(1));
}

static LogicalResult evaluateV5(NonMaxSuppressionV5Op op,
                                EvalContext &context) {
  return suppress(op, context, context.input(5).as<float>().front(),
                  context.output(1).asMutable<float>(), context.output(2));
}

namespace mlir::mopt::detail {
void attachDetectionEvaluators(MLIRContext *context) {
  attachEvaluator<DetectionPostProcessOp, evaluateDetection>(context);
  attachEvaluator<NonMaxSuppressionV4Op, evaluateV4>(context);
  attachEvaluator<NonMaxSuppressionV5Op, evaluateV5>(context);
}
} // namespace mlir::mopt::detail
