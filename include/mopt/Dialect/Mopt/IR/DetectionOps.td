//===- DetectionOps.td - Boxes -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_DETECTIONOPS_TD
#define MOPT_DIALECT_MOPT_IR_DETECTIONOPS_TD

include "mopt/Dialect/Mopt/IR/FormatInterfaces.td"
include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

def Mopt_DetectionPostProcessOp
    : Mopt_TypedOp<"detection_post_process", "",
        "QuantSpec(ScaleRule::InputsOnly, {OperandRole::Activation, "
        "OperandRole::Activation, OperandRole::Other})", [Pure, Mopt_CustomCodeOp]> {
  let summary = "Boxes, classes and scores of the objects that a detector found";
  let description = [{
    The custom operator TFLite_Detection_PostProcess. `box_encodings` is [1,
    boxes, 4 or more], each (y, x, h, w) relative to the anchor of the same row of
    `anchors` [boxes, 4], which is (y, x, h, w) of a box: centre `y / y_scale *
    anchor_h + anchor_y`, height `exp(h / h_scale) * anchor_h`, and so on.
    `class_predictions` is [1, boxes, num_classes or one more]; the one more is a
    background class in front, which is not counted. All three are float32, or
    all uint8.

    Boxes that overlap one with a higher score by more than `nms_iou_threshold`
    are dropped: class by class with `use_regular_nms`, else with the highest
    score of each box. Results have `max_detections * max_classes_per_detection`
    slots: boxes (ymin, xmin, ymax, xmax), class numbers, scores; `num_detections`
    of them (boxes in the fast form) are filled, the others 0.
  }];
  let arguments = (ins
    Mopt_Tensor:$box_encodings, Mopt_Tensor:$class_predictions,
    Mopt_Tensor:$anchors,
    Mopt_I32<"0">:$max_detections, Mopt_I32<"0">:$max_classes_per_detection,
    Mopt_I32<"100">:$detections_per_class, Mopt_Bool<"false">:$use_regular_nms,
    Mopt_F32<"0.0f">:$nms_score_threshold, Mopt_F32<"0.0f">:$nms_iou_threshold,
    Mopt_I32<"0">:$num_classes, Mopt_F32<"0.0f">:$y_scale,
    Mopt_F32<"0.0f">:$x_scale, Mopt_F32<"0.0f">:$h_scale,
    Mopt_F32<"0.0f">:$w_scale);
  let results = (outs Mopt_Tensor:$boxes, Mopt_Tensor:$classes,
                      Mopt_Tensor:$scores, Mopt_Tensor:$num_detections);
  let hasVerifier = 1;
  let extraClassDeclaration = typedOpDeclaration # [{
    static ::llvm::StringRef getCustomCode() {
      return "TFLite_Detection_PostProcess";
    }
  }];
}

class Mopt_NonMaxSuppressionOp<string mnemonic, string options>
    : Mopt_TypedOp<mnemonic, options,
        "QuantSpec(ScaleRule::None, {OperandRole::Activation, "
        "OperandRole::Activation, OperandRole::Index, OperandRole::Other})",
        [Pure]> {
  let hasVerifier = 1;
}

def Mopt_NonMaxSuppressionV4Op
    : Mopt_NonMaxSuppressionOp<"non_max_suppression_v4",
                               "NonMaxSuppressionV4Options"> {
  let summary = "Picks boxes that do not overlap, highest scores first";
  let description = [{
    `boxes` is [boxes, 4]: two opposite corners (y, x), in any order. Boxes with a
    score above `score_threshold` are taken in order of their scores, the first of
    equal ones first, unless one taken before overlaps by `iou_threshold` or more. `selected_indices` has
    `max_output_size` slots, `num_selected` of which are filled, the others 0.
  }];
  let arguments = (ins Mopt_Tensor:$boxes, Mopt_Tensor:$scores,
                       Mopt_Tensor:$max_output_size, Mopt_Tensor:$iou_threshold,
                       Mopt_Tensor:$score_threshold);
  let results = (outs Mopt_Tensor:$selected_indices, Mopt_Tensor:$num_selected);
}

def Mopt_NonMaxSuppressionV5Op
    : Mopt_NonMaxSuppressionOp<"non_max_suppression_v5",
                               "NonMaxSuppressionV5Options"> {
  let summary = "Picks boxes that do not overlap, and lowers scores of those that do";
  let description = [{
    As `non_max_suppression_v4`. Where `soft_nms_sigma` is above 0, an overlap
    `iou` with a box taken before multiplies the score by
    `exp(-iou * iou / (2 * soft_nms_sigma))`. `selected_scores` are the scores that
    the boxes were taken with.
  }];
  let arguments = (ins Mopt_Tensor:$boxes, Mopt_Tensor:$scores,
                       Mopt_Tensor:$max_output_size, Mopt_Tensor:$iou_threshold,
                       Mopt_Tensor:$score_threshold,
                       Mopt_Tensor:$soft_nms_sigma);
  let results = (outs Mopt_Tensor:$selected_indices,
                      Mopt_Tensor:$selected_scores, Mopt_Tensor:$num_selected);
}

#endif // MOPT_DIALECT_MOPT_IR_DETECTIONOPS_TD
