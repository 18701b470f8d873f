// RUN: mopt-opt %s | mopt-opt | FileCheck %s

// Index operands that come at run time leave the shapes to the evaluator.
// CHECK-LABEL: func.func @run_time_indices
func.func @run_time_indices(%x: tensor<4x6xf32>, %i: tensor<2xi32>, %one: tensor<1xi32>) {
  // CHECK: mopt.transpose %{{.*}}, %{{.*}} : (tensor<4x6xf32>, tensor<2xi32>) -> tensor<6x4xf32>
  %0 = mopt.transpose %x, %i : (tensor<4x6xf32>, tensor<2xi32>) -> tensor<6x4xf32>
  // CHECK: mopt.slice
  %1 = mopt.slice %x, %i, %i : (tensor<4x6xf32>, tensor<2xi32>, tensor<2xi32>) -> tensor<2x2xf32>
  // CHECK: mopt.strided_slice %{{.*}} {shrink_axis_mask = 1 : i32}
  %2 = mopt.strided_slice %x, %i, %i, %i {shrink_axis_mask = 1 : i32} : (tensor<4x6xf32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>) -> tensor<6xf32>
  // CHECK: mopt.split %{{.*}} {num_splits = 2 : i32}{{.*}} -> (tensor<4x3xf32>, tensor<4x3xf32>)
  %3:2 = mopt.split %one, %x {num_splits = 2 : i32} : (tensor<1xi32>, tensor<4x6xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// An ellipsis that stands for no dimension, a step that is never taken, a slice
// that is empty.
// CHECK-LABEL: func.func @edges
func.func @edges(%x: tensor<4x6xf32>, %empty: tensor<0x3xi8>) {
  %zero = mopt.const {value = dense<0> : tensor<3xi32>} : () -> tensor<3xi32>
  %end = mopt.const {value = dense<[4, 0, 6]> : tensor<3xi32>} : () -> tensor<3xi32>
  %step = mopt.const {value = dense<[1, 1, 2147483647]> : tensor<3xi32>} : () -> tensor<3xi32>
  // CHECK: mopt.strided_slice %{{.*}} {ellipsis_mask = 2 : i32}{{.*}} -> tensor<4x1xf32>
  %0 = mopt.strided_slice %x, %zero, %end, %step {ellipsis_mask = 2 : i32} : (tensor<4x6xf32>, tensor<3xi32>, tensor<3xi32>, tensor<3xi32>) -> tensor<4x1xf32>
  // CHECK: mopt.strided_slice %{{.*}} -> tensor<0x6xf32>
  %first = mopt.const {value = dense<3> : tensor<1xi32>} : () -> tensor<1xi32>
  %1 = mopt.strided_slice %x, %first, %first, %first : (tensor<4x6xf32>, tensor<1xi32>, tensor<1xi32>, tensor<1xi32>) -> tensor<0x6xf32>
  // CHECK: mopt.reverse_v2 %{{.*}} -> tensor<0x3xi8>
  %axis = mopt.const {value = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %2 = mopt.reverse_v2 %empty, %axis : (tensor<0x3xi8>, tensor<1xi32>) -> tensor<0x3xi8>
  return
}
