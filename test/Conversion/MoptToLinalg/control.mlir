// RUN: mopt-opt %s --mopt-convert-mopt-to-linalg | FileCheck %s

// Functions stay; the ops that run them get a destination for each result.
!q = tensor<2x!quant.uniform<i8:f32, 0.5:3>>

// CHECK-LABEL: func.func @call
// CHECK-SAME: %[[X:.*]]: tensor<2xi8>
// CHECK: %[[OUT:.*]] = tensor.empty() : tensor<2xi8>
// CHECK: %[[R:.*]] = kernel.call @same ins(%[[X]] : tensor<2xi8>) outs(%[[OUT]] : tensor<2xi8>) -> tensor<2xi8>
// CHECK: return %[[R]]
func.func @call(%x: !q) -> !q {
  %0 = mopt.call %x {subgraph = @same} : (!q) -> !q
  return %0 : !q
}

// CHECK-LABEL: func.func @if
// CHECK-SAME: %[[C:.*]]: tensor<1xi8>, %[[X:.*]]: tensor<2xi8>
// CHECK: kernel.if %[[C]] : tensor<1xi8> then @same else @same ins(%[[X]] : tensor<2xi8>)
func.func @if(%c: tensor<1xi1>, %x: !q) -> !q {
  %0 = mopt.if %c, %x {then_subgraph_index = @same, else_subgraph_index = @same} : (tensor<1xi1>, !q) -> !q
  return %0 : !q
}

// CHECK-LABEL: func.func @while
// CHECK: kernel.while @first do @both ins(%{{.*}}, %{{.*}} : tensor<i8>, tensor<2xi8>) outs(%{{.*}}, %{{.*}} : tensor<i8>, tensor<2xi8>) -> tensor<i8>, tensor<2xi8>
func.func @while(%c: tensor<i1>, %x: !q) -> !q {
  %0:2 = mopt.while %c, %x {cond_subgraph_index = @first, body_subgraph_index = @both} : (tensor<i1>, !q) -> (tensor<i1>, !q)
  return %0#1 : !q
}

// CHECK-LABEL: func.func @same(%{{.*}}: tensor<2xi8>) -> tensor<2xi8>
func.func @same(%x: !q) -> !q {
  return %x : !q
}
func.func @first(%c: tensor<i1>, %x: !q) -> tensor<i1> {
  return %c : tensor<i1>
}
func.func @both(%c: tensor<i1>, %x: !q) -> (tensor<i1>, !q) {
  return %c, %x : tensor<i1>, !q
}
