// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=znver4" | FileCheck %s --check-prefixes=CHECK,FLOAT
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=znver4 requantize=fixed" | FileCheck %s --check-prefixes=CHECK,FIXED
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=x86-64" | FileCheck %s --check-prefixes=CHECK,PLAIN
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=x86-64 requantize=fixed" | FileCheck %s --check-prefixes=CHECK,PLAIN-FIXED

// An addition to what a kernel computes is made before it writes. With fused
// multiply-adds it is a linear function, if one is equal on all pairs of bytes.
// None is in fixed mode where halves go away from zero on both sides of it.

!x = tensor<1x4x4x16x!quant.uniform<i8:f32, 0.5:-3>>
!y = tensor<1x4x4x16x!quant.uniform<i8:f32, 0.25:7>>
!z = tensor<1x4x4x16x!quant.uniform<i8:f32, 0.5:11>>
!fine = tensor<1x4x4x16x!quant.uniform<i8:f32, 1.0e-7:11>>
!row = tensor<1x1x1x16x!quant.uniform<i8:f32, 0.5:-3>>
!w = tensor<16x1x1x16x!quant.uniform<i8:f32, 0.1>>

// CHECK-LABEL: func.func @input(
// CHECK-SAME: %[[X:.*]]: tensor
// CHECK: %[[ADDEND:.*]] = builtin.unrealized_conversion_cast %[[X]]
// CHECK: kernel.conv_2d
// CHECK-SAME: adds(%[[ADDEND]] : tensor<1x4x4x16xi8>)
// CHECK-SAME: zero_point = 7, min = 7, max = 31
// FLOAT-SAME: residual = #kernel.residual<addend_zero_point = -3, zero_point = 11, min = -128, max = 127, linear = [5.000000e-01, 1.000000e+00, -1.250000e+02]>
// FIXED-SAME: residual = #kernel.residual<addend_zero_point = -3, zero_point = 11, min = -128, max = 127, multipliers = [1073741824, -1, 1073741824, 0, 1073741824, -18]>
// PLAIN-SAME: residual = #kernel.residual<addend_zero_point = -3, zero_point = 11, min = -128, max = 127, real = [5.000000e-01, 1.000000e+00]>
// PLAIN-FIXED-SAME: residual = #kernel.residual<addend_zero_point = -3, zero_point = 11, min = -128, max = 127, multipliers = [1073741824, -1, 1073741824, 0, 1073741824, -18]>
// CHECK-NOT: mopt.add
func.func @input(%x: !x) -> !z {
  %w = mopt.const {value = dense<1> : tensor<16x1x1x16xi8>} : () -> !w
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {fused_activation_function = #mopt.activation<RELU6>} : (!x, !w, none) -> !y
  %1 = mopt.add %0, %x {} : (!y, !x) -> !z
  return %1 : !z
}

// Of two kernels the later one adds.
// CHECK-LABEL: func.func @later
// CHECK: %[[FIRST:.*]] = kernel.conv_2d
// CHECK-NOT: adds
// CHECK: kernel.conv_2d
// CHECK-SAME: adds(%[[FIRST]] :
// FLOAT-SAME: addend_offset
// FIXED-SAME: addend_offset
// CHECK-SAME: min = 11
// FLOAT-SAME: linear = [1.000000e+00, 5.000000e-01, -6.750000e+01]
// FIXED-SAME: linear = [1.000000e+00, 5.000001e-01, -6.750000e+01]
// PLAIN-SAME: real =
// PLAIN-FIXED-SAME: multipliers =
func.func @later(%x: !x) -> !y {
  %w = mopt.const {value = dense<1> : tensor<16x1x1x16xi8>} : () -> !w
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!x, !w, none) -> !y
  %1 = mopt.conv_2d %0, %w, %none {} : (!y, !w, none) -> !x
  %2 = mopt.add %1, %0 {fused_activation_function = #mopt.activation<RELU>} : (!x, !y) -> !z
  %3 = mopt.conv_2d %2, %w, %none {} : (!z, !w, none) -> !y
  return %3 : !y
}

// What is added does not exist yet where the kernel is.
// CHECK-LABEL: func.func @too_late
// CHECK: kernel.conv_2d
// CHECK-NOT: adds
// CHECK: mopt.add
func.func @too_late(%x: !x) -> !z {
  %w = mopt.const {value = dense<1> : tensor<16x1x1x16xi8>} : () -> !w
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!x, !w, none) -> !y
  %1 = mopt.relu %x : (!x) -> !x
  %2 = mopt.add %0, %1 {} : (!y, !x) -> !z
  return %2 : !z
}

// A second reader needs the value before the addition.
// CHECK-LABEL: func.func @second_reader
// CHECK-NOT: adds
// CHECK: mopt.add
func.func @second_reader(%x: !x) -> (!z, !y) {
  %w = mopt.const {value = dense<1> : tensor<16x1x1x16xi8>} : () -> !w
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!x, !w, none) -> !y
  %1 = mopt.add %0, %x {} : (!y, !x) -> !z
  return %1, %0 : !z, !y
}

// CHECK-LABEL: func.func @twice
// CHECK-NOT: adds
// CHECK: mopt.add
func.func @twice(%x: !x) -> !z {
  %w = mopt.const {value = dense<1> : tensor<16x1x1x16xi8>} : () -> !w
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!x, !w, none) -> !y
  %1 = mopt.add %0, %0 {} : (!y, !y) -> !z
  return %1 : !z
}

// CHECK-LABEL: func.func @broadcast
// CHECK-NOT: adds
// CHECK: mopt.add
func.func @broadcast(%x: !x, %row: !row) -> !z {
  %w = mopt.const {value = dense<1> : tensor<16x1x1x16xi8>} : () -> !w
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!x, !w, none) -> !y
  %1 = mopt.add %0, %row {} : (!y, !row) -> !z
  return %1 : !z
}

// Factors for which the code of kernels is not exact.
// CHECK-LABEL: func.func @large_factors
// CHECK-NOT: adds
// CHECK: mopt.add
func.func @large_factors(%x: !x) -> !fine {
  %w = mopt.const {value = dense<1> : tensor<16x1x1x16xi8>} : () -> !w
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!x, !w, none) -> !y
  %1 = mopt.add %0, %x {} : (!y, !x) -> !fine
  return %1 : !fine
}
