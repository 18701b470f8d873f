// RUN: mopt-opt %s --pass-pipeline='builtin.module(func.func(mopt-convert-mopt-to-hvx{requantize=fixed}))' -split-input-file | FileCheck %s

!in = tensor<1x8x8x16x!quant.uniform<i8:f32, 0.5:-3>>
!out = tensor<1x8x8x8x!quant.uniform<i8:f32, 0.5:-3>>
!filter = tensor<8x1x1x16x!quant.uniform<i8:f32, 0.004>>

// One tap: planes one after the other, without a table; no border.
// CHECK-LABEL: func.func @pointwise(
// CHECK: %[[DENSE:.*]] = builtin.unrealized_conversion_cast %{{.*}} to tensor<1x8x8x16xi8>
// CHECK: %[[IN:.*]] = kernel.hvx_pack ins(%[[DENSE]] : tensor<1x8x8x16xi8>) outs(%{{.*}} : tensor<1664xi8>)
// CHECK-SAME: border = 125 : i32, planes = #kernel.planes<rows = 8, columns = 8, channels = 16, step = 1, pitch = 8, front = 0, size = 96>
// CHECK: %[[OUT:.*]] = kernel.hvx_conv_2d ins(%[[IN]], %{{.*}}, %{{.*}} : tensor<1664xi8>, tensor<128xi8>, tensor<24xi32>) outs(
// CHECK-NOT: border
// CHECK-SAME: requantize = #kernel.hvx_requantize<rounding = twice, zero_point = 125, min = 0, max = 255>, turns = 2 : i64
// CHECK: kernel.hvx_unpack ins(%[[OUT]]
// CHECK-NOT: mopt.conv_2d
func.func @pointwise(%x: !in) -> !out {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<1> : tensor<8x1x1x16xi8>} : () -> !filter
  %y = mopt.conv_2d %x, %w, %none : (!in, !filter, none) -> !out
  return %y : !out
}

// -----

!in = tensor<1x8x8x16x!quant.uniform<i8:f32, 0.5:-3>>
!half = tensor<1x4x4x16x!quant.uniform<i8:f32, 0.5:-3>>
!window = tensor<1x3x3x16x!quant.uniform<i8:f32, 0.01>>
!filter = tensor<16x1x1x16x!quant.uniform<i8:f32, 0.004>>

// A chain stays in planes. The reader of the first one needs a border, of
// which a row shares a pixel with the next, and reads phases of it.
// CHECK-LABEL: func.func @chain(
// CHECK: kernel.hvx_pack
// CHECK-SAME: pitch = 8, front = 0
// CHECK: %[[FIRST:.*]] = kernel.hvx_conv_2d
// CHECK: %[[PHASES:.*]] = kernel.hvx_split_phases ins(%[[FIRST]]
// CHECK-SAME: border = 125 : i32
// CHECK-SAME: output_planes = #kernel.planes<rows = 8, columns = 8, channels = 16, step = 2, pitch = 5, front = 0
// CHECK: %[[SECOND:.*]] = kernel.hvx_depthwise_conv_2d ins(%[[PHASES]]
// CHECK-NOT: hvx_unpack
// CHECK: %[[MEAN:.*]] = kernel.hvx_mean ins(%[[SECOND]]
// CHECK: kernel.hvx_matmul ins(%{{.*}}, %{{.*}}, %{{.*}} : tensor<1x16xi8>, tensor<2048xi8>, tensor<640xi32>)
// CHECK-SAME: channels = 10 : i64, depth = 16 : i64
// CHECK-SAME: rounding = once
// CHECK-SAME: rows = 1 : i64, weight_zero_point = 128 : i32
func.func @chain(%x: !in) -> tensor<1x10x!quant.uniform<i8:f32, 0.5:-3>> {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<1> : tensor<16x1x1x16xi8>} : () -> !filter
  %a = mopt.conv_2d %x, %w, %none : (!in, !filter, none) -> !in
  %v = mopt.const {value = dense<3> : tensor<1x3x3x16xi8>} : () -> !window
  %b = mopt.depthwise_conv_2d %a, %v, %none {stride_h = 2 : i32, stride_w = 2 : i32} : (!in, !window, none) -> !half
  %axes = mopt.const {value = dense<[1, 2]> : tensor<2xi32>} : () -> tensor<2xi32>
  %c = mopt.mean %b, %axes {keep_dims = false} : (!half, tensor<2xi32>) -> tensor<1x16x!quant.uniform<i8:f32, 0.25:-3>>
  %u = mopt.const {value = dense<2> : tensor<10x16xi8>} : () -> tensor<10x16x!quant.uniform<i8:f32, 0.01>>
  %d = mopt.fully_connected %c, %u, %none : (tensor<1x16x!quant.uniform<i8:f32, 0.25:-3>>, tensor<10x16x!quant.uniform<i8:f32, 0.01>>, none) -> tensor<1x10x!quant.uniform<i8:f32, 0.5:-3>>
  return %d : tensor<1x10x!quant.uniform<i8:f32, 0.5:-3>>
}

// -----

!in = tensor<1x8x8x4x!quant.uniform<u8:f32, 0.5:120>>
!filter = tensor<4x3x3x4x!quant.uniform<u8:f32, 0.01:0>>

// Weights that less their zero point are above 127 are taken twice; the pixels
// around the image are written for whoever reads them next.
// CHECK-LABEL: func.func @unsigned(
// CHECK: kernel.hvx_conv_2d ins(
// CHECK-SAME: steps(%{{.*}} : tensor<10xi32>) rest(%{{.*}} : tensor<{{.*}}xi32>)
// CHECK-SAME: border = 120 : i32
// CHECK-SAME: pitch = 9, front = 32
// CHECK: kernel.hvx_conv_2d
// CHECK-NOT: border
func.func @unsigned(%x: !in) -> !in {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<200> : tensor<4x3x3x4xui8>} : () -> !filter
  %a = mopt.conv_2d %x, %w, %none : (!in, !filter, none) -> !in
  %b = mopt.conv_2d %a, %w, %none : (!in, !filter, none) -> !in
  return %b : !in
}

// -----

!in = tensor<1x7x7x64x!quant.uniform<i8:f32, 0.5:-3>>
!out = tensor<1x7x7x128x!quant.uniform<i8:f32, 0.5:-3>>
!filter = tensor<128x1x1x64x!quant.uniform<i8:f32, 0.004>>

// 49 pixels leave a quarter of two vectors empty: channels are in the lanes, four
// vectors of them.
// CHECK-LABEL: func.func @channels(
// CHECK: kernel.hvx_channel_conv_2d ins(%{{.*}}, %{{.*}}, %{{.*}} : tensor<6272xi8>, tensor<8192xi8>, tensor<640xi32>)
// CHECK-SAME: turns = 8 : i64, weight_zero_point = 128 : i32
func.func @channels(%x: !in) -> !out {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<1> : tensor<128x1x1x64xi8>} : () -> !filter
  %y = mopt.conv_2d %x, %w, %none : (!in, !filter, none) -> !out
  return %y : !out
}

// -----

!in = tensor<1x7x7x128x!quant.uniform<i8:f32, 0.5:-3>>
!half = tensor<1x4x4x128x!quant.uniform<i8:f32, 0.5:-3>>
!filter = tensor<128x1x1x128x!quant.uniform<i8:f32, 0.004>>
!window = tensor<1x3x3x128x!quant.uniform<i8:f32, 0.01>>

// What only a stride of two reads is written in phases, with the border, and
// the pitch that the reader needs.
// CHECK-LABEL: func.func @phases(
// CHECK-NOT: hvx_split_phases
// CHECK: %[[OUT:.*]] = kernel.hvx_channel_conv_2d
// CHECK-SAME: border = 125 : i32
// CHECK-SAME: input_planes = #kernel.planes<rows = 7, columns = 7, channels = 128, step = 1, pitch = 7
// CHECK-SAME: output_planes = #kernel.planes<rows = 7, columns = 7, channels = 128, step = 2, pitch = 5
// CHECK-NOT: hvx_split_phases
// CHECK: kernel.hvx_depthwise_conv_2d ins(%[[OUT]]
// CHECK-LABEL: func.func @both(
// CHECK: kernel.hvx_channel_conv_2d
// CHECK-SAME: output_planes = #kernel.planes<rows = 7, columns = 7, channels = 128, step = 1
// CHECK: kernel.hvx_split_phases
func.func @phases(%x: !in) -> !half {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<1> : tensor<128x1x1x128xi8>} : () -> !filter
  %a = mopt.conv_2d %x, %w, %none : (!in, !filter, none) -> !in
  %v = mopt.const {value = dense<3> : tensor<1x3x3x128xi8>} : () -> !window
  %b = mopt.depthwise_conv_2d %a, %v, %none {stride_h = 2 : i32, stride_w = 2 : i32} : (!in, !window, none) -> !half
  return %b : !half
}

// Another reader needs the image as it is.
func.func @both(%x: !in) -> (!in, !half) {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<1> : tensor<128x1x1x128xi8>} : () -> !filter
  %a = mopt.conv_2d %x, %w, %none : (!in, !filter, none) -> !in
  %v = mopt.const {value = dense<3> : tensor<1x3x3x128xi8>} : () -> !window
  %b = mopt.depthwise_conv_2d %a, %v, %none {stride_h = 2 : i32, stride_w = 2 : i32} : (!in, !window, none) -> !half
  return %a, %b : !in, !half
}

// -----

!in = tensor<1x8x8x4x!quant.uniform<u8:f32, 0.5:120>>
!window = tensor<1x3x3x4x!quant.uniform<u8:f32, 0.01:0>>

// What a byte does not hold of the weights in the middle row has the fourth row,
// which reads the same pixels: no second product of a column.
// CHECK-LABEL: func.func @rest_row(
// CHECK: kernel.hvx_depthwise_conv_2d
// CHECK-SAME: columns = array<i64: -10, -1, 8, -1, 0, -10, -1, 8, -1, 1, -10, -1, 8, -1, 2>
// CHECK-LABEL: func.func @rest_rows(
// CHECK-NOT: rest_planes
// CHECK: kernel.hvx_depthwise_conv_2d
// CHECK-SAME: columns = array<i64: -10, -1, 8, 8, 0, -10, -1, 8, 8, 0, -10, -1, 8, 8, 1,
func.func @rest_row(%x: !in) -> !in {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<[[[[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]], [[9, 254, 9, 9], [200, 9, 9, 9], [9, 9, 9, 128]], [[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]]]]> : tensor<1x3x3x4xui8>} : () -> !window
  %a = mopt.depthwise_conv_2d %x, %w, %none : (!in, !window, none) -> !in
  return %a : !in
}

func.func @rest_rows(%x: !in) -> !in {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<200> : tensor<1x3x3x4xui8>} : () -> !window
  %a = mopt.depthwise_conv_2d %x, %w, %none : (!in, !window, none) -> !in
  return %a : !in
}
