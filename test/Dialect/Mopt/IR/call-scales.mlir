// RUN: mopt-opt %s | FileCheck %s

// A call hands on what the function computes: scales of channels too, which no
// operator that computes may have of its results, but `quantize`.
!channels = tensor<2x3x!quant.uniform<i8:f32:1, {0.1, 0.2, 0.3}>>

// CHECK-LABEL: func.func @main
// CHECK: mopt.call %{{.*}} {subgraph = @part} : (tensor<2x3xf32>) -> tensor<2x3x!quant.uniform<i8:f32:1, {1.000000e-01,2.000000e-01,3.000000e-01}>>
func.func @main(%x: tensor<2x3xf32>) -> !channels {
  %0 = mopt.call %x {subgraph = @part} : (tensor<2x3xf32>) -> !channels
  return %0 : !channels
}
func.func private @part(%x: tensor<2x3xf32>) -> !channels {
  %0 = mopt.quantize %x : (tensor<2x3xf32>) -> !channels
  return %0 : !channels
}
