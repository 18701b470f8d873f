// RUN: mopt-opt %s --pass-pipeline='builtin.module(func.func(mopt-convert-mopt-to-hvx{requantize=fixed}))' -split-input-file -verify-diagnostics | FileCheck %s

!lhs = tensor<1x4x4x8x!quant.uniform<i8:f32, 0.5:-3>>
!rhs = tensor<1x4x4x3x!quant.uniform<i8:f32, 0.5:-3>>
!out = tensor<1x4x4x19x!quant.uniform<i8:f32, 0.5:-3>>
!window = tensor<1x3x3x19x!quant.uniform<i8:f32, 0.01>>

// All images have the pitch that one reader needs, and the border that it reads is
// written behind the copies.
// CHECK-LABEL: func.func @join(
// CHECK: %[[LHS:.*]] = kernel.hvx_pack {{.*}}channels = 8,
// CHECK: %[[RHS:.*]] = kernel.hvx_pack {{.*}}channels = 3,
// CHECK-NOT: kernel.hvx_pack
// CHECK: kernel.hvx_concat ins(%[[LHS]], %[[LHS]], %[[RHS]] :
// CHECK-SAME: border = 125 : i32
// CHECK-SAME: input_planes = [#kernel.planes<rows = 4, columns = 4, channels = 8, step = 1, pitch = 5, {{[^>]*}}>, #kernel.planes<rows = 4, columns = 4, channels = 8, {{[^>]*}}>, #kernel.planes<rows = 4, columns = 4, channels = 3, step = 1, pitch = 5
// CHECK-SAME: output_planes = #kernel.planes<rows = 4, columns = 4, channels = 19, step = 1, pitch = 5
// CHECK: kernel.hvx_depthwise_conv_2d
func.func @join(%x: !lhs, %y: !rhs) -> !out {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<1> : tensor<1x3x3x19xi8>} : () -> !window
  %a = mopt.concatenation %x, %x, %y {axis = -1 : i32} : (!lhs, !lhs, !rhs) -> !out
  %b = mopt.depthwise_conv_2d %a, %w, %none : (!out, !window, none) -> !out
  return %b : !out
}

// -----

!lhs = tensor<1x4x4x3x!quant.uniform<i8:f32, 0.5:-3>>
!out = tensor<1x4x4x6x!quant.uniform<i8:f32, 0.5:-3>>
func.func @channels(%x: !lhs) -> !out {
  // expected-remark@+1 {{no kernel of Hexagon computes it: 3 channels before others, which is no multiple of four}}
  %a = mopt.concatenation %x, %x {axis = 3 : i32} : (!lhs, !lhs) -> !out
  return %a : !out
}

// -----

!lhs = tensor<1x4x4x4x!quant.uniform<i8:f32, 0.5:-3>>
!out = tensor<1x4x8x4x!quant.uniform<i8:f32, 0.5:-3>>
func.func @axis(%x: !lhs) -> !out {
  // expected-remark@+1 {{images that are not joined by channels}}
  %a = mopt.concatenation %x, %x {axis = 2 : i32} : (!lhs, !lhs) -> !out
  return %a : !out
}

// -----

!lhs = tensor<1x4x4x4x!quant.uniform<u8:f32, 0.5:3>>
!rhs = tensor<1x4x4x4x!quant.uniform<u8:f32, 0.25:3>>
!out = tensor<1x4x4x8x!quant.uniform<u8:f32, 0.5:3>>
func.func @scales(%x: !lhs, %y: !rhs) -> !out {
  // expected-remark@+1 {{images of different scales}}
  %a = mopt.concatenation %x, %y {axis = 3 : i32} : (!lhs, !rhs) -> !out
  return %a : !out
}
