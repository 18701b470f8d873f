// RUN: mopt-opt %s --pass-pipeline='builtin.module(func.func(mopt-convert-mopt-to-hvx{requantize=float}))' -split-input-file | FileCheck %s --check-prefixes=CHECK,FLOAT
// RUN: mopt-opt %s --pass-pipeline='builtin.module(func.func(mopt-convert-mopt-to-hvx{requantize=fixed}))' -split-input-file | FileCheck %s --check-prefixes=CHECK,FIXED

!lhs = tensor<1x4x4x4x!quant.uniform<i8:f32, 0.3312947:-3>>
!rhs = tensor<1x4x4x4x!quant.uniform<i8:f32, 0.4731873:7>>
!out = tensor<1x4x4x4x!quant.uniform<i8:f32, 0.6180339:-20>>

// Factors of 0.536 and 0.766, the larger with 31 bits; the zero points and the half
// that rounds are in the offset.
// CHECK-LABEL: func.func @sum(
// CHECK: kernel.hvx_linear_add
// CHECK-NOT: border
// CHECK-SAME: max = 255 : i32, min = 0 : i32
// CHECK-SAME: multipliers = array<i32: 1151{{[0-9]+}}, 1644{{[0-9]+}}>
// CHECK-SAME: shift = 15 : i64
// CHECK-NOT: ties_to_even
// CHECK-SAME: zero_point = 0 : i32
func.func @sum(%x: !lhs, %y: !rhs) -> !out {
  %z = mopt.add %x, %y {} : (!lhs, !rhs) -> !out
  return %z : !out
}

// -----

!in = tensor<1x4x4x4x!quant.uniform<u8:f32, 0.25:120>>
!out = tensor<1x4x4x4x!quant.uniform<u8:f32, 0.5:100>>

// Half of the sums are ties: they go to even in float mode, and away from zero in
// fixed mode, for which the multipliers are a little larger.
// CHECK-LABEL: func.func @ties(
// FLOAT: kernel.hvx_linear_add
// FLOAT-SAME: min = 0 : i32, multipliers = array<i32: 1073741824, 1073741824>, offset = -257698037760 : i64
// FLOAT-SAME: shift = 15 : i64, ties_to_even, zero_point = 100 : i32
// FIXED: kernel.hvx_linear_add
// FIXED-NOT: ties_to_even
// FIXED-SAME: zero_point = 0 : i32
func.func @ties(%x: !in, %y: !in) -> !out {
  %z = mopt.add %x, %y {} : (!in, !in) -> !out
  return %z : !out
}

// -----

!lhs = tensor<1x4x4x4x!quant.uniform<i8:f32, 0.33:-3>>
!rhs = tensor<1x4x4x4x!quant.uniform<i8:f32, 0.47:7>>
!out = tensor<1x4x4x4x!quant.uniform<i8:f32, 0.62:-20>>

// Scales whose sums are ties where no power of two is: each of the thousand goes
// where float32 rounds it.
// CHECK-LABEL: func.func @scattered(
// FLOAT: mopt.add
// FIXED: kernel.hvx_add
func.func @scattered(%x: !lhs, %y: !rhs) -> !out {
  %z = mopt.add %x, %y {} : (!lhs, !rhs) -> !out
  return %z : !out
}
