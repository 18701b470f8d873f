// RUN: mopt-opt %s --split-input-file --mopt-decode-sparse-weights -verify-diagnostics | FileCheck %s

// A constant of any reader becomes dense, once for all of them; other densify
// ops would have nothing to read.
// CHECK-LABEL: @main
// CHECK: [[W:%.*]] = mopt.const {{.*}}name = "w">], value = dense_resource<w>
// CHECK-NOT: mopt.const
// CHECK: return [[W]], [[W]]
// CHECK: w: "0x40000000000000000000803F0000000000000040"
func.func @main() -> (tensor<2x2xf32>, tensor<2x2xf32>) {
  %s = mopt.const {value = dense_resource<s> : tensor<2x2xf32>, mopt.tensors = [#mopt.tensor<name = "w", sparsity = {traversal_order = array<i32: 0, 1>, dim_metadata = [{format = 0 : i8, dense_size = 2 : i32}, {format = 1 : i8, array_segments = {values = array<i32: 0, 1, 2>}, array_indices = {values = array<i32: 1, 1>}}]}>]} : () -> tensor<2x2xf32>
  %d = mopt.densify %s : (tensor<2x2xf32>) -> tensor<2x2xf32>
  return %s, %d : tensor<2x2xf32>, tensor<2x2xf32>
}
{-# dialect_resources: { builtin: { s: "0x400000000000803F00000040" } } #-}

// -----

func.func @damaged() -> tensor<2x2xf32> {
  // expected-error @below {{sparse encoding: has 1 dimensions in traversal_order and 1 in dim_metadata, expected 2}}
  %s = mopt.const {value = dense_resource<s> : tensor<2x2xf32>, mopt.tensors = [#mopt.tensor<name = "w", sparsity = {traversal_order = array<i32: 0>, dim_metadata = [{format = 0 : i8, dense_size = 2 : i32}]}>]} : () -> tensor<2x2xf32>
  return %s : tensor<2x2xf32>
}
{-# dialect_resources: { builtin: { s: "0x400000000000803F00000040" } } #-}
