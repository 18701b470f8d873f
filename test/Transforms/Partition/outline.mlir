// RUN: mopt-opt %s --split-input-file --mopt-partition=target=edgetpu --mopt-outline-partition 2>/dev/null | FileCheck %s

!q = !quant.uniform<i8:f32, 0.5>

// The region takes its constants along; others read them where they are.
// CHECK-LABEL: func.func @main
// CHECK: %[[C:.*]] = mopt.const {{.*}}name = "shared"
// CHECK-NOT: mopt.const
// CHECK: %[[Q:.*]] = mopt.quantize %arg0
// CHECK-NEXT: %[[R:.*]]:2 = mopt.call %[[Q]] {mopt.target = "edgetpu", mopt.tensors = [#mopt.tensor<name = "a">, #mopt.tensor<name = "b">], subgraph = @main_edgetpu_0}
// CHECK-NEXT: %[[H:.*]] = mopt.floor_mod %[[R]]#0, %[[C]]
// CHECK-NEXT: return %[[H]], %[[R]]#1
// CHECK: func.func private @main_edgetpu_0(%[[X:.*]]: tensor<1x8x!quant.uniform<i8:f32, 5.000000e-01>>{{.*}}) -> (tensor<1x8x{{.*}}, tensor<1x8x{{.*}}) attributes {mopt.target = "edgetpu"}
// CHECK: mopt.const {{.*}}name = "shared"
// CHECK: mopt.const {{.*}}name = "own"
// CHECK: %[[A:.*]] = mopt.add %[[X]], %{{.*}} {mopt.tensors = [#mopt.tensor<name = "a">]}
// CHECK: %[[B:.*]] = mopt.add %[[A]], %{{.*}}name = "b"
// CHECK: return %[[A]], %[[B]]
func.func @main(%x: tensor<1x8xf32>) -> (tensor<1x8x!q>, tensor<1x8x!q>) {
  %c = mopt.const {value = dense<1> : tensor<1x8xi8>, mopt.tensors = [#mopt.tensor<name = "shared">]} : () -> tensor<1x8x!q>
  %d = mopt.const {value = dense<2> : tensor<1x8xi8>, mopt.tensors = [#mopt.tensor<name = "own">]} : () -> tensor<1x8x!q>
  %0 = mopt.quantize %x : (tensor<1x8xf32>) -> tensor<1x8x!q>
  %1 = mopt.add %0, %c {mopt.tensors = [#mopt.tensor<name = "a">]} : (tensor<1x8x!q>, tensor<1x8x!q>) -> tensor<1x8x!q>
  %2 = mopt.add %1, %d {mopt.tensors = [#mopt.tensor<name = "b">]} : (tensor<1x8x!q>, tensor<1x8x!q>) -> tensor<1x8x!q>
  %3 = mopt.floor_mod %1, %c : (tensor<1x8x!q>, tensor<1x8x!q>) -> tensor<1x8x!q>
  return %3, %2 : tensor<1x8x!q>, tensor<1x8x!q>
}

// -----

// A function for which there is nothing stays as it is.
// CHECK-LABEL: func.func @none
// CHECK-NEXT: mopt.relu {{.*}}mopt.target = "cpu"
// CHECK-NEXT: return
// CHECK-NOT: func.func
func.func @none(%x: tensor<1x8xf32>) -> tensor<1x8xf32> {
  %0 = mopt.relu %x : (tensor<1x8xf32>) -> tensor<1x8xf32>
  return %0 : tensor<1x8xf32>
}
