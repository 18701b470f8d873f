// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @rank(%b: tensor<5x4xf32>, %p: tensor<1x5x3xf32>, %a: tensor<5x4xf32>) {
  // expected-error @below {{'mopt.detection_post_process' op box_encodings must have rank 3, got 'tensor<5x4xf32>'}}
  %0:4 = mopt.detection_post_process %b, %p, %a {max_detections = 2 : i32, max_classes_per_detection = 1 : i32, num_classes = 3 : i32, nms_iou_threshold = 0.5 : f32} : (tensor<5x4xf32>, tensor<1x5x3xf32>, tensor<5x4xf32>) -> (tensor<1x2x4xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>)
  return
}

// -----

func.func @prediction_rank(%b: tensor<1x5x4xf32>, %p: tensor<5x3xf32>, %a: tensor<5x4xf32>) {
  // expected-error @below {{'mopt.detection_post_process' op class_predictions must have rank 3, got 'tensor<5x3xf32>'}}
  %0:4 = mopt.detection_post_process %b, %p, %a {max_detections = 2 : i32, max_classes_per_detection = 1 : i32, num_classes = 3 : i32, nms_iou_threshold = 0.5 : f32} : (tensor<1x5x4xf32>, tensor<5x3xf32>, tensor<5x4xf32>) -> (tensor<1x2x4xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>)
  return
}

// -----

func.func @types(%b: tensor<1x5x4xf32>, %p: tensor<1x5x3xui8>, %a: tensor<5x4xf32>) {
  // expected-error @below {{'mopt.detection_post_process' op box_encodings and class_predictions must have the same element type, got 'f32' and 'ui8'}}
  %0:4 = mopt.detection_post_process %b, %p, %a {max_detections = 2 : i32, max_classes_per_detection = 1 : i32, num_classes = 3 : i32, nms_iou_threshold = 0.5 : f32} : (tensor<1x5x4xf32>, tensor<1x5x3xui8>, tensor<5x4xf32>) -> (tensor<1x2x4xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>)
  return
}

// -----

func.func @anchor_types(%b: tensor<1x5x4xf32>, %p: tensor<1x5x3xf32>, %a: tensor<5x4xui8>) {
  // expected-error @below {{'mopt.detection_post_process' op box_encodings and anchors must have the same element type, got 'f32' and 'ui8'}}
  %0:4 = mopt.detection_post_process %b, %p, %a {max_detections = 2 : i32, max_classes_per_detection = 1 : i32, num_classes = 3 : i32, nms_iou_threshold = 0.5 : f32} : (tensor<1x5x4xf32>, tensor<1x5x3xf32>, tensor<5x4xui8>) -> (tensor<1x2x4xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>)
  return
}

// -----

func.func @encodings(%b: tensor<1x5x3xf32>, %p: tensor<1x5x3xf32>, %a: tensor<5x4xf32>) {
  // expected-error @below {{'mopt.detection_post_process' op box_encodings must be [1, boxes, 4 or more], got 'tensor<1x5x3xf32>'}}
  %0:4 = mopt.detection_post_process %b, %p, %a {max_detections = 2 : i32, max_classes_per_detection = 1 : i32, num_classes = 3 : i32, nms_iou_threshold = 0.5 : f32} : (tensor<1x5x3xf32>, tensor<1x5x3xf32>, tensor<5x4xf32>) -> (tensor<1x2x4xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>)
  return
}

// -----

func.func @predictions(%b: tensor<1x5x4xf32>, %p: tensor<1x5x6xf32>, %a: tensor<5x4xf32>) {
  // expected-error @below {{'mopt.detection_post_process' op class_predictions must be [1, 5, 3 or one more], got 'tensor<1x5x6xf32>'}}
  %0:4 = mopt.detection_post_process %b, %p, %a {max_detections = 2 : i32, max_classes_per_detection = 1 : i32, num_classes = 3 : i32, nms_iou_threshold = 0.5 : f32} : (tensor<1x5x4xf32>, tensor<1x5x6xf32>, tensor<5x4xf32>) -> (tensor<1x2x4xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>)
  return
}

// -----

func.func @anchors(%b: tensor<1x5x4xf32>, %p: tensor<1x5x3xf32>, %a: tensor<4x4xf32>) {
  // expected-error @below {{'mopt.detection_post_process' op anchors must have shape [5, 4], got 'tensor<4x4xf32>'}}
  %0:4 = mopt.detection_post_process %b, %p, %a {max_detections = 2 : i32, max_classes_per_detection = 1 : i32, num_classes = 3 : i32, nms_iou_threshold = 0.5 : f32} : (tensor<1x5x4xf32>, tensor<1x5x3xf32>, tensor<4x4xf32>) -> (tensor<1x2x4xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>)
  return
}

// -----

func.func @limits(%b: tensor<1x5x4xf32>, %p: tensor<1x5x3xf32>, %a: tensor<5x4xf32>) {
  // expected-error @below {{'mopt.detection_post_process' op max_detections, max_classes_per_detection and detections_per_class must be positive}}
  %0:4 = mopt.detection_post_process %b, %p, %a {max_detections = 0 : i32, max_classes_per_detection = 1 : i32, num_classes = 3 : i32, nms_iou_threshold = 0.5 : f32} : (tensor<1x5x4xf32>, tensor<1x5x3xf32>, tensor<5x4xf32>) -> (tensor<1x2x4xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>)
  return
}

// -----

func.func @threshold(%b: tensor<1x5x4xf32>, %p: tensor<1x5x3xf32>, %a: tensor<5x4xf32>) {
  // expected-error @below {{'mopt.detection_post_process' op nms_iou_threshold must be above 0 and at most 1}}
  %0:4 = mopt.detection_post_process %b, %p, %a {max_detections = 2 : i32, max_classes_per_detection = 1 : i32, num_classes = 3 : i32, nms_iou_threshold = 0.0 : f32} : (tensor<1x5x4xf32>, tensor<1x5x3xf32>, tensor<5x4xf32>) -> (tensor<1x2x4xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>)
  return
}

// -----

func.func @result_type(%b: tensor<1x5x4xf32>, %p: tensor<1x5x3xf32>, %a: tensor<5x4xf32>) {
  // expected-error @below {{'mopt.detection_post_process' op results must be of float32, got 'tensor<1xi32>'}}
  %0:4 = mopt.detection_post_process %b, %p, %a {max_detections = 2 : i32, max_classes_per_detection = 1 : i32, num_classes = 3 : i32, nms_iou_threshold = 0.5 : f32} : (tensor<1x5x4xf32>, tensor<1x5x3xf32>, tensor<5x4xf32>) -> (tensor<1x2x4xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xi32>)
  return
}

// -----

func.func @boxes(%b: tensor<1x5x4xf32>, %p: tensor<1x5x3xf32>, %a: tensor<5x4xf32>) {
  // expected-error @below {{'mopt.detection_post_process' op boxes must have shape [1, 2, 4], got 'tensor<1x3x4xf32>'}}
  %0:4 = mopt.detection_post_process %b, %p, %a {max_detections = 2 : i32, max_classes_per_detection = 1 : i32, num_classes = 3 : i32, nms_iou_threshold = 0.5 : f32} : (tensor<1x5x4xf32>, tensor<1x5x3xf32>, tensor<5x4xf32>) -> (tensor<1x3x4xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>)
  return
}

// -----

func.func @classes(%b: tensor<1x5x4xf32>, %p: tensor<1x5x3xf32>, %a: tensor<5x4xf32>) {
  // expected-error @below {{'mopt.detection_post_process' op classes must have shape [1, 2], got 'tensor<1x3xf32>'}}
  %0:4 = mopt.detection_post_process %b, %p, %a {max_detections = 2 : i32, max_classes_per_detection = 1 : i32, num_classes = 3 : i32, nms_iou_threshold = 0.5 : f32} : (tensor<1x5x4xf32>, tensor<1x5x3xf32>, tensor<5x4xf32>) -> (tensor<1x2x4xf32>, tensor<1x3xf32>, tensor<1x2xf32>, tensor<1xf32>)
  return
}

// -----

func.func @scores(%b: tensor<1x5x4xf32>, %p: tensor<1x5x3xf32>, %a: tensor<5x4xf32>) {
  // expected-error @below {{'mopt.detection_post_process' op scores must have shape [1, 2], got 'tensor<1x3xf32>'}}
  %0:4 = mopt.detection_post_process %b, %p, %a {max_detections = 2 : i32, max_classes_per_detection = 1 : i32, num_classes = 3 : i32, nms_iou_threshold = 0.5 : f32} : (tensor<1x5x4xf32>, tensor<1x5x3xf32>, tensor<5x4xf32>) -> (tensor<1x2x4xf32>, tensor<1x2xf32>, tensor<1x3xf32>, tensor<1xf32>)
  return
}

// -----

func.func @num_detections(%b: tensor<1x5x4xf32>, %p: tensor<1x5x3xf32>, %a: tensor<5x4xf32>) {
  // expected-error @below {{'mopt.detection_post_process' op num_detections must have shape [1], got 'tensor<2xf32>'}}
  %0:4 = mopt.detection_post_process %b, %p, %a {max_detections = 2 : i32, max_classes_per_detection = 1 : i32, num_classes = 3 : i32, nms_iou_threshold = 0.5 : f32} : (tensor<1x5x4xf32>, tensor<1x5x3xf32>, tensor<5x4xf32>) -> (tensor<1x2x4xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<2xf32>)
  return
}

// -----

func.func @nms_boxes(%b: tensor<5x3xf32>, %s: tensor<5xf32>, %m: tensor<i32>, %t: tensor<f32>) {
  // expected-error @below {{'mopt.non_max_suppression_v4' op boxes must be [boxes, 4] of float32, got 'tensor<5x3xf32>'}}
  %0:2 = mopt.non_max_suppression_v4 %b, %s, %m, %t, %t : (tensor<5x3xf32>, tensor<5xf32>, tensor<i32>, tensor<f32>, tensor<f32>) -> (tensor<3xi32>, tensor<i32>)
  return
}

// -----

func.func @nms_scores(%b: tensor<5x4xf32>, %s: tensor<5xi32>, %m: tensor<i32>, %t: tensor<f32>) {
  // expected-error @below {{'mopt.non_max_suppression_v4' op scores must be of float32, got 'tensor<5xi32>'}}
  %0:2 = mopt.non_max_suppression_v4 %b, %s, %m, %t, %t : (tensor<5x4xf32>, tensor<5xi32>, tensor<i32>, tensor<f32>, tensor<f32>) -> (tensor<3xi32>, tensor<i32>)
  return
}

// -----

func.func @nms_score_shape(%b: tensor<5x4xf32>, %s: tensor<4xf32>, %m: tensor<i32>, %t: tensor<f32>) {
  // expected-error @below {{'mopt.non_max_suppression_v4' op scores must have shape [5], got 'tensor<4xf32>'}}
  %0:2 = mopt.non_max_suppression_v4 %b, %s, %m, %t, %t : (tensor<5x4xf32>, tensor<4xf32>, tensor<i32>, tensor<f32>, tensor<f32>) -> (tensor<3xi32>, tensor<i32>)
  return
}

// -----

func.func @nms_limit(%b: tensor<5x4xf32>, %s: tensor<5xf32>, %m: tensor<i64>, %t: tensor<f32>) {
  // expected-error @below {{'mopt.non_max_suppression_v4' op max_output_size must be one int32, got 'tensor<i64>'}}
  %0:2 = mopt.non_max_suppression_v4 %b, %s, %m, %t, %t : (tensor<5x4xf32>, tensor<5xf32>, tensor<i64>, tensor<f32>, tensor<f32>) -> (tensor<3xi32>, tensor<i32>)
  return
}

// -----

func.func @nms_threshold(%b: tensor<5x4xf32>, %s: tensor<5xf32>, %m: tensor<i32>, %t: tensor<2xf32>) {
  // expected-error @below {{'mopt.non_max_suppression_v4' op iou_threshold must be one float32, got 'tensor<2xf32>'}}
  %0:2 = mopt.non_max_suppression_v4 %b, %s, %m, %t, %t : (tensor<5x4xf32>, tensor<5xf32>, tensor<i32>, tensor<2xf32>, tensor<2xf32>) -> (tensor<3xi32>, tensor<i32>)
  return
}

// -----

func.func @nms_indices(%b: tensor<5x4xf32>, %s: tensor<5xf32>, %m: tensor<i32>, %t: tensor<f32>) {
  // expected-error @below {{'mopt.non_max_suppression_v4' op selected_indices must have rank 1, got 'tensor<3x1xi32>'}}
  %0:2 = mopt.non_max_suppression_v4 %b, %s, %m, %t, %t : (tensor<5x4xf32>, tensor<5xf32>, tensor<i32>, tensor<f32>, tensor<f32>) -> (tensor<3x1xi32>, tensor<i32>)
  return
}

// -----

func.func @nms_count(%b: tensor<5x4xf32>, %s: tensor<5xf32>, %m: tensor<i32>, %t: tensor<f32>) {
  // expected-error @below {{'mopt.non_max_suppression_v4' op num_selected must be one int32, got 'tensor<1xi32>'}}
  %0:2 = mopt.non_max_suppression_v4 %b, %s, %m, %t, %t : (tensor<5x4xf32>, tensor<5xf32>, tensor<i32>, tensor<f32>, tensor<f32>) -> (tensor<3xi32>, tensor<1xi32>)
  return
}

// -----

func.func @nms_slots(%b: tensor<5x4xf32>, %s: tensor<5xf32>, %m: tensor<i32>, %t: tensor<f32>) {
  %c = mopt.const {value = dense<4> : tensor<i32>} : () -> tensor<i32>
  // expected-error @below {{'mopt.non_max_suppression_v4' op selected_indices must have shape [4], got 'tensor<3xi32>'}}
  %0:2 = mopt.non_max_suppression_v4 %b, %s, %c, %t, %t : (tensor<5x4xf32>, tensor<5xf32>, tensor<i32>, tensor<f32>, tensor<f32>) -> (tensor<3xi32>, tensor<i32>)
  return
}

// -----

func.func @nms_negative(%b: tensor<5x4xf32>, %s: tensor<5xf32>, %m: tensor<i32>, %t: tensor<f32>) {
  %c = mopt.const {value = dense<-1> : tensor<i32>} : () -> tensor<i32>
  // expected-error @below {{'mopt.non_max_suppression_v4' op max_output_size must not be negative, got -1}}
  %0:2 = mopt.non_max_suppression_v4 %b, %s, %c, %t, %t : (tensor<5x4xf32>, tensor<5xf32>, tensor<i32>, tensor<f32>, tensor<f32>) -> (tensor<3xi32>, tensor<i32>)
  return
}

// -----

func.func @nms_sigma(%b: tensor<5x4xf32>, %s: tensor<5xf32>, %m: tensor<i32>, %t: tensor<f32>) {
  // expected-error @below {{'mopt.non_max_suppression_v5' op soft_nms_sigma must be one float32, got 'tensor<i32>'}}
  %0:3 = mopt.non_max_suppression_v5 %b, %s, %m, %t, %t, %m : (tensor<5x4xf32>, tensor<5xf32>, tensor<i32>, tensor<f32>, tensor<f32>, tensor<i32>) -> (tensor<3xi32>, tensor<3xf32>, tensor<i32>)
  return
}

// -----

func.func @nms_score_type(%b: tensor<5x4xf32>, %s: tensor<5xf32>, %m: tensor<i32>, %t: tensor<f32>) {
  // expected-error @below {{'mopt.non_max_suppression_v5' op selected_scores must be of float32, got 'tensor<3xi32>'}}
  %0:3 = mopt.non_max_suppression_v5 %b, %s, %m, %t, %t, %t : (tensor<5x4xf32>, tensor<5xf32>, tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>) -> (tensor<3xi32>, tensor<3xi32>, tensor<i32>)
  return
}

// -----

func.func @nms_score_slots(%b: tensor<5x4xf32>, %s: tensor<5xf32>, %m: tensor<i32>, %t: tensor<f32>) {
  // expected-error @below {{'mopt.non_max_suppression_v5' op selected_scores must have shape [3], got 'tensor<4xf32>'}}
  %0:3 = mopt.non_max_suppression_v5 %b, %s, %m, %t, %t, %t : (tensor<5x4xf32>, tensor<5xf32>, tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>) -> (tensor<3xi32>, tensor<4xf32>, tensor<i32>)
  return
}
