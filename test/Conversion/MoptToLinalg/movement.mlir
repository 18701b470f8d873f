// RUN: mopt-opt %s --mopt-convert-mopt-to-linalg --split-input-file --verify-diagnostics | FileCheck %s

// A transpose that moves only dimensions of size 1 moves no data.
// CHECK-LABEL: func.func @unit_dimensions
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @unit_dimensions(%x: tensor<1x3x1x4xf32>) -> tensor<3x1x1x4xf32> {
  %p = mopt.const {value = dense<[1, 2, 0, 3]> : tensor<4xi32>} : () -> tensor<4xi32>
  %0 = mopt.transpose %x, %p : (tensor<1x3x1x4xf32>, tensor<4xi32>) -> tensor<3x1x1x4xf32>
  return %0 : tensor<3x1x1x4xf32>
}

// -----

// A view is a loop over as few dimensions as its elements need.
// CHECK-LABEL: func.func @split
// CHECK: linalg.generic {{.*}}iterator_types = ["parallel"]
// CHECK: linalg.generic {{.*}}iterator_types = ["parallel"]
// CHECK-NOT: linalg.generic
func.func @split(%x: tensor<4x3x2xf32>) -> (tensor<2x3x2xf32>, tensor<2x3x2xf32>) {
  %d = mopt.const {value = dense<0> : tensor<i32>} : () -> tensor<i32>
  %0:2 = mopt.split %d, %x {num_splits = 2 : i32} : (tensor<i32>, tensor<4x3x2xf32>) -> (tensor<2x3x2xf32>, tensor<2x3x2xf32>)
  return %0#0, %0#1 : tensor<2x3x2xf32>, tensor<2x3x2xf32>
}

// -----

// Run-time indices are moved into the operand before they reach memory.
// CHECK-LABEL: func.func @gather
// CHECK: %[[P:.*]] = arith.index_cast %{{.*}} : i32 to index
// CHECK: %[[LOW:.*]] = arith.maxsi %[[P]], %{{.*}} : index
// CHECK: %[[AT:.*]] = arith.minsi %[[LOW]], %{{.*}} : index
// CHECK: tensor.extract %{{.*}}[%[[AT]], %{{.*}}] : tensor<5x2xf32>
func.func @gather(%x: tensor<5x2xf32>, %p: tensor<3xi32>) -> tensor<3x2xf32> {
  %0 = mopt.gather %x, %p : (tensor<5x2xf32>, tensor<3xi32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

// CHECK-LABEL: func.func @run_time_begin
// CHECK: arith.maxsi
// CHECK: arith.minsi
// CHECK: tensor.extract
// CHECK-NOT: mopt.slice
func.func @run_time_begin(%x: tensor<5xf32>, %b: tensor<1xi32>) -> tensor<2xf32> {
  %s = mopt.const {value = dense<2> : tensor<1xi32>} : () -> tensor<1xi32>
  %0 = mopt.slice %x, %b, %s : (tensor<5xf32>, tensor<1xi32>, tensor<1xi32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// CHECK-LABEL: func.func @run_time_perm
func.func @run_time_perm(%x: tensor<2x3xf32>, %p: tensor<2xi32>) -> tensor<3x2xf32> {
  // expected-remark @below {{'mopt.transpose' is not lowered to linalg: an index operand is not constant}}
  %0 = mopt.transpose %x, %p : (tensor<2x3xf32>, tensor<2xi32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

// CHECK-LABEL: func.func @too_small
func.func @too_small(%x: tensor<2xf32>, %b: tensor<1xi32>, %s: tensor<1xi32>) -> tensor<3xf32> {
  // expected-remark @below {{'mopt.slice' is not lowered to linalg: the operand is smaller than the result}}
  %0 = mopt.slice %x, %b, %s : (tensor<2xf32>, tensor<1xi32>, tensor<1xi32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
