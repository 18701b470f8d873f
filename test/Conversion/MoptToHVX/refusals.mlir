// RUN: mopt-opt %s --pass-pipeline='builtin.module(func.func(mopt-convert-mopt-to-hvx{requantize=fixed}))' -split-input-file -verify-diagnostics
// RUN: mopt-opt %s -split-input-file --mopt-partition=target=hexagon 2>/dev/null | FileCheck %s

// The partition takes these ops, too, and says the same of them.

!two = tensor<2x4x4x4x!quant.uniform<i8:f32, 0.5>>
!filter = tensor<4x1x1x4x!quant.uniform<i8:f32, 0.01>>
// CHECK-LABEL: func.func @batch(
func.func @batch(%x: !two) -> !two {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<1> : tensor<4x1x1x4xi8>} : () -> !filter
  // CHECK: mopt.target = "hexagon", mopt.target_note = "scalar code: more than one image
  // expected-remark@+1 {{no kernel of Hexagon computes it: more than one image}}
  %y = mopt.conv_2d %x, %w, %none : (!two, !filter, none) -> !two
  return %y : !two
}

// -----

!in = tensor<1x6x6x4x!quant.uniform<i8:f32, 0.5>>
!out = tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5>>
!filter = tensor<4x1x1x4x!quant.uniform<i8:f32, 0.01>>
// CHECK-LABEL: func.func @strides(
func.func @strides(%x: !in) -> !out {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<1> : tensor<4x1x1x4xi8>} : () -> !filter
  // CHECK: mopt.target = "hexagon", mopt.target_note = "scalar code: strides other than 1 or 2 for both rows and columns
  // expected-remark@+1 {{strides other than 1 or 2 for both rows and columns}}
  %y = mopt.conv_2d %x, %w, %none {stride_h = 3 : i32, stride_w = 3 : i32} : (!in, !filter, none) -> !out
  return %y : !out
}

// -----

!in = tensor<1x4x4x4x!quant.uniform<i8:f32, 0.5>>
!filter = tensor<4x1x1x4x!quant.uniform<i8:f32, 600.0>>
// CHECK-LABEL: func.func @scales(
func.func @scales(%x: !in) -> !in {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<1> : tensor<4x1x1x4xi8>} : () -> !filter
  // CHECK: mopt.target = "hexagon", mopt.target_note = "scalar code: scales that the kernels' integers do not reach exactly
  // expected-remark@+1 {{scales that the kernels' integers do not reach exactly}}
  %y = mopt.conv_2d %x, %w, %none : (!in, !filter, none) -> !in
  return %y : !in
}

// -----

!in = tensor<1x4x4x4x!quant.uniform<i8:f32, 0.5>>
!filter = tensor<4x1x1x4x!quant.uniform<i8:f32, 0.01>>
// CHECK-LABEL: func.func @weights(
func.func @weights(%x: !in, %w: !filter) -> !in {
  %none = mopt.no_value : () -> none
  // CHECK: mopt.target = "hexagon", mopt.target_note = "scalar code: no constant 8-bit weights
  // expected-remark@+1 {{no constant 8-bit weights}}
  %y = mopt.conv_2d %x, %w, %none : (!in, !filter, none) -> !in
  return %y : !in
}

// -----

!in = tensor<1x4x4x4x!quant.uniform<i8:f32, 0.5>>
!row = tensor<1x1x1x4x!quant.uniform<i8:f32, 0.5>>
// CHECK-LABEL: func.func @broadcast(
func.func @broadcast(%x: !in, %y: !row) -> !in {
  // CHECK: mopt.target = "hexagon", mopt.target_note = "scalar code: no two 8-bit images of one shape
  // expected-remark@+1 {{no two 8-bit images of one shape}}
  %z = mopt.add %x, %y {} : (!in, !row) -> !in
  return %z : !in
}

// -----

!in = tensor<1x4x4x4x!quant.uniform<i8:f32, 0.5>>
// CHECK-LABEL: func.func @window(
func.func @window(%x: !in) -> !in {
  // CHECK: mopt.target = "hexagon", mopt.target_note = "scalar code: windows of fewer pixels at the border
  // expected-remark@+1 {{no kernel of Hexagon computes it: windows of fewer pixels at the border}}
  %y = mopt.average_pool_2d %x {filter_height = 2 : i32, filter_width = 2 : i32} : (!in) -> !in
  return %y : !in
}

// -----

!in = tensor<1x6x6x4x!quant.uniform<i8:f32, 0.5>>
!out = tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5>>
// CHECK-LABEL: func.func @pool_strides(
func.func @pool_strides(%x: !in) -> !out {
  // CHECK: mopt.target = "hexagon", mopt.target_note = "scalar code: strides other than 1 or 2 for both rows and columns
  // expected-remark@+1 {{no kernel of Hexagon computes it: strides other than 1 or 2 for both rows and columns}}
  %y = mopt.max_pool_2d %x {filter_height = 3 : i32, filter_width = 3 : i32, stride_h = 3 : i32, stride_w = 3 : i32} : (!in) -> !out
  return %y : !out
}

// -----

!in = tensor<1x4x4x4x!quant.uniform<i16:f32, 0.5>>
// CHECK-LABEL: func.func @pool_elements(
func.func @pool_elements(%x: !in) -> !in {
  // CHECK: mopt.target = "hexagon", mopt.target_note = "scalar code: no 8-bit image
  // expected-remark@+1 {{no kernel of Hexagon computes it: no 8-bit image}}
  %y = mopt.max_pool_2d %x {filter_height = 2 : i32, filter_width = 2 : i32} : (!in) -> !in
  return %y : !in
}

// -----

!in = tensor<1x4x4x4x!quant.uniform<i8:f32, 0.5:-3>>
!filter = tensor<1x3x3x4x!quant.uniform<i8:f32, 0.01>>
// CHECK-LABEL: func.func @pool_border(
func.func @pool_border(%x: !in) -> (!in, !in) {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<1> : tensor<1x3x3x4xi8>} : () -> !filter
  %z = mopt.depthwise_conv_2d %x, %w, %none : (!in, !filter, none) -> !in
  // CHECK: mopt.target = "hexagon", mopt.target_note = "scalar code: a border of the least value, where depthwise_conv_2d reads the zero point (125 above the least)
  // expected-remark@+1 {{no kernel of Hexagon computes it: a border of the least value, where depthwise_conv_2d reads the zero point (125 above the least)}}
  %y = mopt.max_pool_2d %x {filter_height = 2 : i32, filter_width = 2 : i32} : (!in) -> !in
  return %y, %z : !in, !in
}

// -----

!in = tensor<1x20x20x4x!quant.uniform<i8:f32, 0.5>>
!out = tensor<1x1x1x4x!quant.uniform<i8:f32, 0.5>>
// CHECK-LABEL: func.func @pixels(
func.func @pixels(%x: !in) -> !out {
  // CHECK: mopt.target = "hexagon", mopt.target_note = "scalar code: more pixels than a sum of 16 bits has room for
  // expected-remark@+1 {{more pixels than a sum of 16 bits has room for}}
  %y = mopt.average_pool_2d %x {filter_height = 20 : i32, filter_width = 20 : i32, padding = #mopt.padding<VALID>, stride_h = 1 : i32, stride_w = 1 : i32} : (!in) -> !out
  return %y : !out
}
