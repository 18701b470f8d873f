// RUN: mopt-opt %s --pass-pipeline='builtin.module(func.func(mopt-convert-mopt-to-hvx{requantize=fixed}))' -split-input-file -verify-diagnostics | FileCheck %s

!in = tensor<1x8x8x16x!quant.uniform<i8:f32, 0.5:-3>>

// What is around an image is less than any of its pixels. Rows share vectors with
// the columns beside them.
// CHECK-LABEL: func.func @largest(
// CHECK: kernel.hvx_pack
// CHECK-SAME: border = 0 : i32
// CHECK-SAME: pitch = 9, front = 32
// CHECK: kernel.hvx_max_pool
// CHECK-NOT: border
// CHECK-SAME: columns = array<i64: -1, 0, -1, 1, -1, 2>
// CHECK-SAME: max = 255 : i32, min = 125 : i32
// CHECK-SAME: rows = array<i64: -9, 0, 9>
// CHECK: kernel.hvx_unpack
func.func @largest(%x: !in) -> !in {
  %y = mopt.max_pool_2d %x {filter_height = 3 : i32, filter_width = 3 : i32, fused_activation_function = #mopt.activation<RELU>} : (!in) -> !in
  return %y : !in
}

// -----

!in = tensor<1x8x8x16x!quant.uniform<i8:f32, 0.5:-3>>
!half = tensor<1x4x4x16x!quant.uniform<i8:f32, 0.5:-3>>
!filter = tensor<16x3x3x16x!quant.uniform<i8:f32, 0.004>>

// A stride of two reads phases, with a border of their own: the convolution has
// another one.
// CHECK-LABEL: func.func @phases(
// CHECK: kernel.hvx_pack
// CHECK-SAME: border = 125 : i32
// CHECK: kernel.hvx_conv_2d
// CHECK-NOT: border
// CHECK: kernel.hvx_split_phases
// CHECK-SAME: border = 125 : i32
// CHECK-SAME: step = 2
// CHECK: kernel.hvx_max_pool
// CHECK-SAME: columns = array<i64: 0, 0, 64, 0>
// CHECK-SAME: output_planes = #kernel.planes<rows = 4, columns = 4
// CHECK-SAME: rows = array<i64: 0, 128>
func.func @phases(%x: !in) -> !half {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<1> : tensor<16x3x3x16xi8>} : () -> !filter
  %a = mopt.conv_2d %x, %w, %none : (!in, !filter, none) -> !in
  %y = mopt.max_pool_2d %a {filter_height = 2 : i32, filter_width = 2 : i32, stride_h = 2 : i32, stride_w = 2 : i32, padding = #mopt.padding<VALID>} : (!in) -> !half
  return %y : !half
}

// -----

!in = tensor<1x8x8x16x!quant.uniform<i8:f32, 0.5:-3>>
!out = tensor<1x6x6x16x!quant.uniform<i8:f32, 0.5:-3>>

// A ninth with 22 bits, and half a unit.
// CHECK-LABEL: func.func @mean(
// CHECK: kernel.hvx_average_pool
// CHECK-SAME: columns = array<i64: 0, 0, 0, 1, 0, 2>
// CHECK-SAME: multiplier = 58255 : i32
// CHECK-SAME: shift = 19 : i64
func.func @mean(%x: !in) -> !out {
  %y = mopt.average_pool_2d %x {filter_height = 3 : i32, filter_width = 3 : i32, padding = #mopt.padding<VALID>} : (!in) -> !out
  return %y : !out
}
