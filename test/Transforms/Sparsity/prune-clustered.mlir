// RUN: mopt-opt %s --mopt-prune-weights="pattern=1x2 sparsity=0.125" | FileCheck %s
// RUN: mopt-opt %s --mopt-prune-weights="sparsity=0.25" | FileCheck %s --check-prefix=WHOLE

// 16 weights of 3 values, two of which become zero: that is a fourth value, so that
// the other two of 2.0 become 2.5, its nearest.
// CHECK-DAG: clustered: "0x4000000000000000000000000000204000002040000080C0000080C00000204000002040000020400000204000002040000020400000204000002040000080C0000080C0"
// All of 2.0 are zero: there is room.
// WHOLE-DAG: clustered: "0x4000000000000000000000000000204000002040000080C0000080C00000204000002040000020400000204000000000000000000000204000002040000080C0000080C0"
// Five values of five weights are no clusters.
// WHOLE-DAG: different: "0x40000000000000000000403F0000A03F000080C00000803F"
func.func @main(%x: tensor<1x8xf32>, %y: tensor<1x5xf32>) -> (tensor<1x2xf32>, tensor<1x1xf32>) {
  %b = mopt.no_value : () -> none
  %w = mopt.const {value = dense<[[2.0, 2.0, 2.5, 2.5, -4.0, -4.0, 2.5, 2.5], [2.5, 2.5, 2.0, 2.0, 2.5, 2.5, -4.0, -4.0]]> : tensor<2x8xf32>, mopt.tensors = [#mopt.tensor<name = "clustered">]} : () -> tensor<2x8xf32>
  %0 = mopt.fully_connected %x, %w, %b : (tensor<1x8xf32>, tensor<2x8xf32>, none) -> tensor<1x2xf32>
  %d = mopt.const {value = dense<[[0.5, 0.75, 1.25, -4.0, 1.0]]> : tensor<1x5xf32>, mopt.tensors = [#mopt.tensor<name = "different">]} : () -> tensor<1x5xf32>
  %1 = mopt.fully_connected %y, %d, %b : (tensor<1x5xf32>, tensor<1x5xf32>, none) -> tensor<1x1xf32>
  return %0, %1 : tensor<1x2xf32>, tensor<1x1xf32>
}
