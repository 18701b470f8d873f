// RUN: mopt-opt %s --pass-pipeline='builtin.module(func.func(mopt-convert-mopt-to-hvx{requantize=fixed}))' -split-input-file -verify-diagnostics | FileCheck %s

!in = tensor<1x3x5x40x!quant.uniform<u8:f32, 0.5:120>>
!out = tensor<1x9x17x40x!quant.uniform<u8:f32, 0.5:120>>

// Rows of 200 bytes, and columns of 80 bytes of sums; each result is a quarter of one
// behind the other.
// CHECK-LABEL: func.func @aligned(
// CHECK: %[[ROWS:.*]] = mopt.const {{.*}}<[[ROWTABLE:.*]]> : tensor<36xi32>
// CHECK: %[[COLUMNS:.*]] = mopt.const {{.*}}<[[COLUMNTABLE:.*]]> : tensor<68xi32>
// CHECK: kernel.hvx_resize_bilinear ins(%{{.*}}, %[[ROWS]], %[[COLUMNS]] : tensor<1x3x5x40xi8>, tensor<36xi32>, tensor<68xi32>) outs(%{{.*}} : tensor<1x9x17x40xi8>)
// CHECK-SAME: channels = 40 : i64, input_columns = 5 : i64, input_rows = 3 : i64, output_columns = 17 : i64, output_rows = 9 : i64
// CHECK: [[ROWTABLE]]: "0x400000000000000000000000000100010000000000000000C8000000C000C0004000400000000000C80000008000800080008000
// CHECK: [[COLUMNTABLE]]: "0x40000000000000000000000000010001000000000000000000000000C000C0004000400000000000000000008000800080008000000000000000000040004000C000C00050000000000000000001000100000000
func.func @aligned(%x: !in) -> !out {
  %s = mopt.const {value = dense<[9, 17]> : tensor<2xi32>} : () -> tensor<2xi32>
  %y = mopt.resize_bilinear %x, %s {align_corners = true} : (!in, tensor<2xi32>) -> !out
  return %y : !out
}

// -----

!in = tensor<1x3x5x40x!quant.uniform<u8:f32, 0.5:120>>
!out = tensor<1x3x10x40x!quant.uniform<u8:f32, 0.5:120>>

// The last column has no neighbour: it has the weight of both.
// CHECK-LABEL: func.func @ends(
// CHECK: kernel.hvx_resize_bilinear
// CHECK: const{{(_[0-9]+)?}}: "0x40000000{{.*}}4001000000000000000100010000000040010000000000000001000100000000"
func.func @ends(%x: !in) -> !out {
  %s = mopt.const {value = dense<[3, 10]> : tensor<2xi32>} : () -> tensor<2xi32>
  %y = mopt.resize_bilinear %x, %s {} : (!in, tensor<2xi32>) -> !out
  return %y : !out
}

// -----

!in = tensor<1x3x5x40x!quant.uniform<u8:f32, 0.5:120>>
!out = tensor<1x9x15x40x!quant.uniform<u8:f32, 0.5:120>>
// CHECK-LABEL: func.func @thirds(
func.func @thirds(%x: !in) -> !out {
  %s = mopt.const {value = dense<[9, 15]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-remark@+1 {{distances of pixels that are no multiples of 2^-8}}
  %y = mopt.resize_bilinear %x, %s {} : (!in, tensor<2xi32>) -> !out
  return %y : !out
}

// -----

!in = tensor<1x3x5x40x!quant.uniform<i8:f32, 0.5>>
!out = tensor<1x6x10x40x!quant.uniform<i8:f32, 0.5>>
// CHECK-LABEL: func.func @signed(
func.func @signed(%x: !in) -> !out {
  %s = mopt.const {value = dense<[6, 10]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-remark@+1 {{int8, which is mixed in steps of 2^-10}}
  %y = mopt.resize_bilinear %x, %s {} : (!in, tensor<2xi32>) -> !out
  return %y : !out
}

// -----

!in = tensor<1x3x5x40x!quant.uniform<u8:f32, 0.5:120>>
// CHECK-LABEL: func.func @copied(
func.func @copied(%x: !in) -> !in {
  %s = mopt.const {value = dense<[3, 5]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-remark@+1 {{pixels that are copied, not mixed}}
  %y = mopt.resize_bilinear %x, %s {align_corners = true} : (!in, tensor<2xi32>) -> !in
  return %y : !in
}

// -----

!in = tensor<1x3x5x300x!quant.uniform<u8:f32, 0.5:120>>
!out = tensor<1x6x10x300x!quant.uniform<u8:f32, 0.5:120>>
// CHECK-LABEL: func.func @channels(
func.func @channels(%x: !in) -> !out {
  %s = mopt.const {value = dense<[6, 10]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-remark@+1 {{300 channels, more than 256}}
  %y = mopt.resize_bilinear %x, %s {} : (!in, tensor<2xi32>) -> !out
  return %y : !out
}

// -----

!in = tensor<1x3x5x20x!quant.uniform<u8:f32, 0.5:120>>
!out = tensor<1x6x10x20x!quant.uniform<u8:f32, 0.5:120>>
// CHECK-LABEL: func.func @narrow(
func.func @narrow(%x: !in) -> !out {
  %s = mopt.const {value = dense<[6, 10]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-remark@+1 {{rows of less than a vector, or only one}}
  %y = mopt.resize_bilinear %x, %s {} : (!in, tensor<2xi32>) -> !out
  return %y : !out
}

// -----

!in = tensor<2x3x5x40x!quant.uniform<u8:f32, 0.5:120>>
!out = tensor<2x6x10x40x!quant.uniform<u8:f32, 0.5:120>>
// CHECK-LABEL: func.func @images(
func.func @images(%x: !in) -> !out {
  %s = mopt.const {value = dense<[6, 10]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-remark@+1 {{more than one image}}
  %y = mopt.resize_bilinear %x, %s {} : (!in, tensor<2xi32>) -> !out
  return %y : !out
}
