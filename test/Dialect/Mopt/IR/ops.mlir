// Parse, print, parse again.
// RUN: mopt-opt %s -o %t.mlir
// RUN: mopt-opt %t.mlir | cmp - %t.mlir
// RUN: mopt-opt %t.mlir -o %t.mlirbc
// RUN: mopt-opt %t.mlirbc | cmp - %t.mlir
// RUN: FileCheck %s --input-file=%t.mlir

// CHECK-LABEL: func.func @convolution
// CHECK: mopt.conv_2d %{{.*}}, %{{.*}}, %{{.*}} {fused_activation_function = #mopt.activation<RELU6>, padding = #mopt.padding<VALID>, stride_h = 2 : i32}
// Options that have the schema's default are not printed.
// CHECK-NOT: dilation
func.func @convolution(%x: tensor<1x5x4x2xf32>, %w: tensor<3x3x2x2xf32>) -> tensor<1x2x3x3xf32> {
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {padding = #mopt.padding<VALID>, stride_h = 2 : i32, dilation_w_factor = 1 : i32, fused_activation_function = #mopt.activation<RELU6>} : (tensor<1x5x4x2xf32>, tensor<3x3x2x2xf32>, none) -> tensor<1x2x3x3xf32>
  return %0 : tensor<1x2x3x3xf32>
}

// CHECK-LABEL: func.func @attributes
// CHECK-SAME: mopt.tensor = #mopt.tensor<name = "x", shape_signature = [-1, 2], min = [0x7FC00000], max = [1.000000e-01]>
func.func @attributes(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x", shape_signature = [-1, 2], min = [0x7FC00000], max = [0.1]>}) {
  return
}

// CHECK-LABEL: func.func @types
// CHECK-SAME: tensor<2x!mopt.string>, %{{.*}}: tensor<!mopt.resource>, %{{.*}}: tensor<!mopt.variant>
func.func @types(%0: tensor<2x!mopt.string>, %1: tensor<!mopt.resource>, %2: tensor<!mopt.variant>) {
  return
}
