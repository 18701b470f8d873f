// RUN: mopt-opt %s --mopt-partition=target=hexagon --mopt-verify-partition 2>/dev/null | FileCheck %s

// Every reason for which an op is not for Hexagon, and ops that are: of those that
// its vectors do not compute with the reason for that. Requantization is `fixed`
// unless the model says `float`.
// RUN: mopt-opt %s --mopt-partition=target=hexagon 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK
// REMARK-NOT: CONV_2D on
// REMARK: remark: CONV_2D on 'hexagon': scalar code: strides other than 1 or 2 for both rows and columns
// REMARK-NEXT: mopt.conv_2d
// REMARK: remark: SOFTMAX on 'hexagon': scalar code: there is no kernel of such an op
!q = !quant.uniform<i8:f32, 0.5>

// CHECK-LABEL: func.func @main
// CHECK: mopt.conv_2d
// CHECK-NOT: mopt.target_note
// CHECK-SAME: mopt.target = "hexagon"
// CHECK-NOT: mopt.target_note
// CHECK: mopt.conv_2d {{.*}}mopt.target = "hexagon", mopt.target_note = "scalar code: strides other than 1 or 2 for both rows and columns"
// CHECK: mopt.reshape
// CHECK-NOT: mopt.target_note
// CHECK: mopt.softmax {{.*}}mopt.target = "hexagon", mopt.target_note = "scalar code: there is no kernel of such an op"
// CHECK: mopt.sin {{.*}}mopt.target = "cpu", mopt.target_reason = "no function: calls sinf, which mopt has no code for"
// CHECK: mopt.custom {{.*}}mopt.target = "cpu", mopt.target_reason = "no lowering: no lowering of this op is known"
// CHECK: mopt.where {{.*}}mopt.target = "cpu", mopt.target_reason = "open shape: the size of '' is known at run time only"
// CHECK: mopt.call {{.*}}mopt.target = "cpu", mopt.target_reason = "not alone: control flow and variables are compiled with the function that they are in"
func.func @main(%x: tensor<1x4x4x8x!q>, %y: tensor<1x8xf32>) -> (tensor<1x32x!q>, tensor<1x8xf32>, tensor<1x8xf32>, tensor<?x2xi64>, tensor<1x8xf32>) {
  %w = mopt.const {value = dense<1> : tensor<8x3x3x8xi8>} : () -> tensor<8x3x3x8x!q>
  %b = mopt.const {value = dense<1> : tensor<8xi32>} : () -> tensor<8x!quant.uniform<i32:f32, 0.25>>
  %0 = mopt.conv_2d %x, %w, %b {padding = #mopt.padding<SAME>, stride_h = 1 : i32, stride_w = 1 : i32} : (tensor<1x4x4x8x!q>, tensor<8x3x3x8x!q>, tensor<8x!quant.uniform<i32:f32, 0.25>>) -> tensor<1x4x4x8x!q>
  %s = mopt.conv_2d %0, %w, %b {padding = #mopt.padding<SAME>, stride_h = 3 : i32, stride_w = 3 : i32} : (tensor<1x4x4x8x!q>, tensor<8x3x3x8x!q>, tensor<8x!quant.uniform<i32:f32, 0.25>>) -> tensor<1x2x2x8x!q>
  %r = mopt.reshape %s {new_shape = array<i32: 1, 32>} : (tensor<1x2x2x8x!q>) -> tensor<1x32x!q>
  %1 = mopt.softmax %y {beta = 1.0 : f32} : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %2 = mopt.sin %1 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %3 = mopt.custom %2 {custom_code = "Mine"} : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %4 = mopt.where %y : (tensor<1x8xf32>) -> tensor<?x2xi64>
  %5 = mopt.call %y {subgraph = @other} : (tensor<1x8xf32>) -> tensor<1x8xf32>
  return %r, %2, %3, %4, %5 : tensor<1x32x!q>, tensor<1x8xf32>, tensor<1x8xf32>, tensor<?x2xi64>, tensor<1x8xf32>
}
func.func @other(%x: tensor<1x8xf32>) -> tensor<1x8xf32> {
  return %x : tensor<1x8xf32>
}
