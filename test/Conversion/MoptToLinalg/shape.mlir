// RUN: mopt-opt %s --mopt-convert-mopt-to-linalg --canonicalize | FileCheck %s

// No data moves.
// CHECK-LABEL: func.func @reshape
// CHECK-NOT: linalg.generic
// CHECK: tensor.expand_shape
// CHECK: return
func.func @reshape(%x: tensor<6xf32>) -> tensor<2x3xf32> {
  %0 = mopt.reshape %x {new_shape = array<i32: 2, 3>} : (tensor<6xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// The border of a quantised tensor is its zero point.
// CHECK-LABEL: func.func @pad
// CHECK-DAG: %[[ZERO:.*]] = arith.constant -7 : i8
// CHECK: arith.select %{{.*}}, %{{.*}}, %[[ZERO]] : i8
func.func @pad(%x: tensor<3x!quant.uniform<i8:f32, 0.5:-7>>) -> tensor<6x!quant.uniform<i8:f32, 0.5:-7>> {
  %p = mopt.const {value = dense<[[1, 2]]> : tensor<1x2xi32>} : () -> tensor<1x2xi32>
  %0 = mopt.pad %x, %p : (tensor<3x!quant.uniform<i8:f32, 0.5:-7>>, tensor<1x2xi32>) -> tensor<6x!quant.uniform<i8:f32, 0.5:-7>>
  return %0 : tensor<6x!quant.uniform<i8:f32, 0.5:-7>>
}

// CHECK-LABEL: func.func @concatenation
// CHECK: scf.if
// CHECK: } else {
// CHECK: linalg.yield
func.func @concatenation(%x: tensor<2x3xf32>, %y: tensor<2x1xf32>) -> tensor<2x4xf32> {
  %0 = mopt.concatenation %x, %y {axis = 1 : i32} : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// Neighbours and distances are tables.
// CHECK-LABEL: func.func @resize_bilinear
// CHECK-DAG: arith.constant dense<[0, 0, 1, 1]> : tensor<4xi32>
// CHECK-DAG: arith.constant dense<[0, 1, 1, 1]> : tensor<4xi32>
// CHECK-DAG: arith.constant dense<[0.000000e+00, 5.000000e-01, 0.000000e+00, 5.000000e-01]> : tensor<4xf32>
// CHECK: linalg.generic
func.func @resize_bilinear(%x: tensor<1x2x2x3xf32>) -> tensor<1x4x4x3xf32> {
  %s = mopt.const {value = dense<[4, 4]> : tensor<2xi32>} : () -> tensor<2xi32>
  %0 = mopt.resize_bilinear %x, %s : (tensor<1x2x2x3xf32>, tensor<2xi32>) -> tensor<1x4x4x3xf32>
  return %0 : tensor<1x4x4x3xf32>
}

// Distances of a quarter leave float32 nothing to round: integers.
// CHECK-LABEL: func.func @resize_exact
// CHECK-DAG: arith.constant dense<[0, 64, 128, 192, 0]> : tensor<5xi32>
// CHECK-NOT: f32
// CHECK: linalg.generic
// CHECK: arith.shrsi
// CHECK-NOT: f32
// CHECK-LABEL: func.func @resize_rounded
// CHECK: linalg.generic
// CHECK: arith.fptosi
func.func @resize_exact(%x: tensor<1x2x2x3xui8>) -> tensor<1x5x5x3xui8> {
  %s = mopt.const {value = dense<[5, 5]> : tensor<2xi32>} : () -> tensor<2xi32>
  %0 = mopt.resize_bilinear %x, %s {align_corners = true} : (tensor<1x2x2x3xui8>, tensor<2xi32>) -> tensor<1x5x5x3xui8>
  return %0 : tensor<1x5x5x3xui8>
}

// Those of a third do, and those of half pixels lie before the first one.
func.func @resize_rounded(%x: tensor<1x2x2x3xui8>) -> tensor<1x5x4x3xui8> {
  %s = mopt.const {value = dense<[5, 4]> : tensor<2xi32>} : () -> tensor<2xi32>
  %0 = mopt.resize_bilinear %x, %s {align_corners = true} : (tensor<1x2x2x3xui8>, tensor<2xi32>) -> tensor<1x5x4x3xui8>
  return %0 : tensor<1x5x4x3xui8>
}

// CHECK-LABEL: func.func @mean
// CHECK-SAME: %[[X:.*]]: tensor<1x4x4x8xf32>
// CHECK: linalg.generic
// CHECK-SAME: outs(%{{.*}} : tensor<1x8xf32>)
// CHECK: scf.for
// CHECK: scf.for
// CHECK: tensor.extract %[[X]]
// CHECK: arith.divf
func.func @mean(%x: tensor<1x4x4x8xf32>) -> tensor<1x8xf32> {
  %a = mopt.const {value = dense<[1, 2]> : tensor<2xi32>} : () -> tensor<2xi32>
  %0 = mopt.mean %x, %a : (tensor<1x4x4x8xf32>, tensor<2xi32>) -> tensor<1x8xf32>
  return %0 : tensor<1x8xf32>
}

// CHECK-LABEL: func.func @arg_max
// CHECK: scf.for {{.*}} -> (f32, index)
// CHECK: arith.index_cast %{{.*}} : index to i64
func.func @arg_max(%x: tensor<2x5xf32>) -> tensor<2xi64> {
  %a = mopt.const {value = dense<1> : tensor<1xi32>} : () -> tensor<1xi32>
  %0 = mopt.arg_max %x, %a {output_type = #mopt.element_type<INT64>} : (tensor<2x5xf32>, tensor<1xi32>) -> tensor<2xi64>
  return %0 : tensor<2xi64>
}

// CHECK-LABEL: func.func @average_pool
// CHECK-COUNT-4: tensor.extract
// CHECK: arith.divf
func.func @average_pool(%x: tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32> {
  %0 = mopt.average_pool_2d %x {stride_w = 2 : i32, stride_h = 2 : i32, filter_width = 2 : i32, filter_height = 2 : i32} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  return %0 : tensor<1x2x2x2xf32>
}
