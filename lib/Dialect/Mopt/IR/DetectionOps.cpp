//===- DetectionOps.cpp - Verifiers of boxes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/DetectionOps.h"

#include "VerifierUtils.h"

using namespace mlir;
using namespace mlir::mopt;

LogicalResult DetectionPostProcessOp::verify() {
  if (failed(verifyRank(*this, getBoxEncodings(), "box_encodings", 3)) ||
      failed(
          verifyRank(*this, getClassPredictions(), "class_predictions", 3)) ||
      failed(verifySameStorage(*this, getBoxEncodings(), "box_encodings",
                               getClassPredictions(), "class_predictions")) ||
      failed(verifySameStorage(*this, getBoxEncodings(), "box_encodings",
                               getAnchors(), "anchors")))
    return failure();
  RankedTensorType encodings = getTensorType(getBoxEncodings());
  RankedTensorType predictions = getTensorType(getClassPredictions());
  int64_t count = encodings.getDimSize(1);
  if (encodings.getDimSize(0) != 1 || encodings.getDimSize(2) < 4)
    return emitOpError("box_encodings must be [1, boxes, 4 or more], got ")
           << encodings;
  int64_t classes = predictions.getDimSize(2);
  if (predictions.getDimSize(0) != 1 || predictions.getDimSize(1) != count ||
      getNumClasses() < 1 ||
      (classes != getNumClasses() && classes != getNumClasses() + 1))
    return emitOpError("class_predictions must be [1, ")
           << count << ", " << getNumClasses() << " or one more], got "
           << predictions;
  if (failed(verifyShape(*this, getAnchors(), "anchors", {count, 4})))
    return failure();
  if (getMaxDetections() < 1 || getMaxClassesPerDetection() < 1 ||
      getDetectionsPerClass() < 1)
    return emitOpError("max_detections, max_classes_per_detection and "
                       "detections_per_class must be positive");
  if (!(getNmsIouThreshold().convertToFloat() > 0.0f &&
        getNmsIouThreshold().convertToFloat() <= 1.0f))
    return emitOpError("nms_iou_threshold must be above 0 and at most 1");
  for (Value result : getResults())
    if (!getTensorType(result).getElementType().isF32())
      return emitOpError("results must be of float32, got ")
             << result.getType();
  int64_t slots =
      static_cast<int64_t>(getMaxDetections()) * getMaxClassesPerDetection();
  if (failed(verifyShape(*this, getBoxes(), "boxes", {1, slots, 4})) ||
      failed(verifyShape(*this, getClasses(), "classes", {1, slots})) ||
      failed(verifyShape(*this, getScores(), "scores", {1, slots})))
    return failure();
  return verifyShape(*this, getNumDetections(), "num_detections", {1});
}

static LogicalResult verifyScalar(Operation *op, Value value, StringRef name,
                                  bool isInteger) {
  RankedTensorType type = getTensorType(value);
  Type element = type.getElementType();
  if (type.getNumElements() != 1 || type.getRank() != 0 ||
      !(isInteger ? element.isSignlessInteger(32) : element.isF32()))
    return op->emitOpError()
           << name << " must be one " << (isInteger ? "int32" : "float32")
           << ", got " << type;
  return success();
}

/// What both versions have.
template <typename OpT>
static LogicalResult verifySuppression(OpT op) {
  RankedTensorType boxes = getTensorType(op.getBoxes());
  if (boxes.getRank() != 2 || boxes.getDimSize(1) != 4 ||
      !boxes.getElementType().isF32())
    return op.emitOpError("boxes must be [boxes, 4] of float32, got ") << boxes;
  if (!getTensorType(op.getScores()).getElementType().isF32())
    return op.emitOpError("scores must be of float32, got ")
           << op.getScores().getType();
  if (failed(
          verifyShape(op, op.getScores(), "scores", {boxes.getDimSize(0)})) ||
      failed(
          verifyScalar(op, op.getMaxOutputSize(), "max_output_size", true)) ||
      failed(verifyScalar(op, op.getIouThreshold(), "iou_threshold", false)) ||
      failed(
          verifyScalar(op, op.getScoreThreshold(), "score_threshold", false)) ||
      failed(verifyRank(op, op.getSelectedIndices(), "selected_indices", 1)) ||
      failed(verifyIndexTensor(op, op.getSelectedIndices(), "selected_indices",
                               {32})) ||
      failed(verifyScalar(op, op.getNumSelected(), "num_selected", true)))
    return failure();
  std::optional<SmallVector<int64_t>> limit =
      getConstantIndices(op.getMaxOutputSize());
  if (!limit || limit->size() != 1)
    return success();
  if (limit->front() < 0)
    return op.emitOpError("max_output_size must not be negative, got ")
           << limit->front();
  return verifyShape(op, op.getSelectedIndices(), "selected_indices", *limit);
}

LogicalResult NonMaxSuppressionV4Op::verify() {
  return verifySuppression(*this);
}

LogicalResult NonMaxSuppressionV5Op::verify() {
  if (failed(verifySuppression(*this)) ||
      failed(verifyScalar(*this, getSoftNmsSigma(), "soft_nms_sigma", false)))
    return failure();
  if (!getTensorType(getSelectedScores()).getElementType().isF32())
    return emitOpError("selected_scores must be of float32, got ")
           << getSelectedScores().getType();
  return verifyShape(*this, getSelectedScores(), "selected_scores",
                     getTensorType(getSelectedIndices()).getShape());
}
