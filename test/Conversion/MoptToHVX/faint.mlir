// RUN: mopt-opt %s --pass-pipeline='builtin.module(func.func(mopt-convert-mopt-to-hvx{requantize=float}))' -split-input-file -verify-diagnostics | FileCheck %s

!in = tensor<1x8x8x8x!quant.uniform<i8:f32, 1.0:-128>>
!out = tensor<1x8x8x4x!quant.uniform<i8:f32, 1.0:-3>>
!filter = tensor<4x1x1x8x!quant.uniform<i8:f32:0, {0.004, 3.0e-9, 2.0e-8, 2.0e-8}>>
!bias = tensor<4x!quant.uniform<i32:f32:0, {0.004, 3.0e-9, 2.0e-8, 2.0e-8}>>

// Sums of the last three channels are more than float32 holds. One is 3.2 for all
// inputs. The next one becomes 12.5 among them, at another sum in float32, whose
// units are 64 there: its bias, which is 625000001, becomes less by four. The last is
// above all bytes.
// CHECK-LABEL: func.func @faint(
// CHECK: kernel.hvx_conv_2d
// CHECK-SAME: rounding = real
// CHECK: const_1: "0x4000000064000000000000403DBE402500943577
func.func @faint(%x: !in) -> !out {
  %w = mopt.const {value = dense<1> : tensor<4x1x1x8xi8>} : () -> !filter
  %b = mopt.const {value = dense<[100, 1073741824, 625000001, 2000000000]> : tensor<4xi32>} : () -> !bias
  %y = mopt.conv_2d %x, %w, %b : (!in, !filter, !bias) -> !out
  return %y : !out
}

// -----

!in = tensor<1x8x8x64x!quant.uniform<i8:f32, 1.0:-128>>
!out = tensor<1x8x8x4x!quant.uniform<i8:f32, 1.0:-3>>
!filter = tensor<4x1x1x64x!quant.uniform<i8:f32, 0.000005>>
!bias = tensor<4x!quant.uniform<i32:f32, 0.000005>>

// Sums of more bits than float32 has, and ten steps among them.
func.func @loud(%x: !in) -> !out {
  %w = mopt.const {value = dense<127> : tensor<4x1x1x64xi8>} : () -> !filter
  %b = mopt.const {value = dense<16777217> : tensor<4xi32>} : () -> !bias
  // expected-remark@+1 {{no kernel of Hexagon computes it: scales that the kernels' integers do not reach exactly}}
  %y = mopt.conv_2d %x, %w, %b : (!in, !filter, !bias) -> !out
  return %y : !out
}
