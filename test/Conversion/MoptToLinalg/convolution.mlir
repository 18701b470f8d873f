// RUN: mopt-opt %s --mopt-convert-mopt-to-linalg --canonicalize | FileCheck %s --check-prefixes=CHECK,FLOAT
// RUN: mopt-opt %s --mopt-convert-mopt-to-linalg=requantize=fixed --canonicalize | FileCheck %s --check-prefixes=CHECK,FIXED

!in = tensor<1x8x8x4x!quant.uniform<i8:f32, 0.5:-3>>
!filter = tensor<2x3x3x4x!quant.uniform<i8:f32:0, {0.1,0.2}>>
!out = tensor<1x4x4x2x!quant.uniform<i8:f32, 0.25:7>>

// The taps of a window row are one loop over kernel width times channels, its
// bound clamped where the window leaves the input.
// CHECK-LABEL: func.func @conv
// CHECK-SAME: %[[X:.*]]: tensor<1x8x8x4xi8>, %[[W:.*]]: tensor<2x3x3x4xi8>, %[[B:.*]]: tensor<2xi32>
// CHECK-SAME: -> tensor<1x4x4x2xi8>
// CHECK-DAG: %[[INPUT:.*]] = tensor.collapse_shape %[[X]] {{.*}} into tensor<1x8x32xi8>
// CHECK-DAG: %[[FILTER:.*]] = tensor.collapse_shape %[[W]] {{.*}} into tensor<2x3x12xi8>
// CHECK-NOT: tensor.pad
// CHECK: linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "parallel", "parallel", "parallel"]
// CHECK: arith.minsi
// CHECK: scf.for
// CHECK: scf.for
// CHECK: tensor.extract %[[INPUT]]
// CHECK: tensor.extract %[[FILTER]]
// CHECK: arith.muli
// CHECK: scf.yield
// CHECK: scf.yield
// CHECK: tensor.extract %[[B]]
// FLOAT: arith.sitofp %{{.*}} : i32 to f32
// FLOAT: arith.mulf
// FLOAT: math.roundeven
// FIXED-NOT: f32
// FIXED: arith.muli %{{.*}} : i64
// FIXED: arith.shrsi %{{.*}} : i64
// FIXED: arith.trunci %{{.*}} : i64 to i32
// CHECK: %[[RESULT:.*]] = arith.trunci %{{.*}} : i32 to i8
// CHECK: linalg.yield %[[RESULT]]
func.func @conv(%x: !in, %w: !filter, %b: tensor<2xi32>) -> !out {
  %0 = mopt.conv_2d %x, %w, %b {stride_w = 2 : i32, stride_h = 2 : i32} : (!in, !filter, tensor<2xi32>) -> !out
  return %0 : !out
}

// Only the additions of the reduction may be reordered.
// CHECK-LABEL: func.func @float_fully_connected
// CHECK: scf.for
// CHECK: arith.mulf %{{.*}}, %{{.*}} : f32
// CHECK: arith.addf %{{.*}}, %{{.*}} fastmath<reassoc> : f32
// CHECK: scf.yield
// CHECK-NOT: fastmath
// CHECK: linalg.yield
func.func @float_fully_connected(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %b: tensor<4xf32>) -> tensor<2x4xf32> {
  %0 = mopt.fully_connected %x, %w, %b {fused_activation_function = #mopt.activation<RELU6>} : (tensor<2x8xf32>, tensor<4x8xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// No loop in the body: the loop over channels around it can be vectorised. Taps
// outside the input count as zero.
// CHECK-LABEL: func.func @depthwise
// CHECK: linalg.generic
// CHECK-NOT: scf.for
// CHECK-COUNT-9: arith.mulf
// CHECK: linalg.yield
func.func @depthwise(%x: tensor<1x4x4x8xf32>, %w: tensor<1x3x3x8xf32>) -> tensor<1x4x4x8xf32> {
  %none = mopt.no_value : () -> none
  %0 = mopt.depthwise_conv_2d %x, %w, %none : (tensor<1x4x4x8xf32>, tensor<1x3x3x8xf32>, none) -> tensor<1x4x4x8xf32>
  return %0 : tensor<1x4x4x8xf32>
}

// Float activations are quantised row by row before they meet int8 weights.
// CHECK-LABEL: func.func @hybrid
// CHECK: math.absf
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<2x8xi16>)
// CHECK: math.round
// CHECK: arith.muli %{{.*}} : i32
// CHECK: arith.sitofp %{{.*}} : i32 to f32
func.func @hybrid(%x: tensor<2x8xf32>, %w: tensor<4x8x!quant.uniform<i8:f32, 0.1>>) -> tensor<2x4xf32> {
  %none = mopt.no_value : () -> none
  %0 = mopt.fully_connected %x, %w, %none : (tensor<2x8xf32>, tensor<4x8x!quant.uniform<i8:f32, 0.1>>, none) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}
