// RUN: mopt-opt %s --split-input-file --decompose="energy=0.999" --verify-diagnostics | FileCheck %s

// Every row is a multiple of one: rank 1. The bias, the activation function and the
// name are the last factor's.
// CHECK-LABEL: func.func @matrix
// CHECK: %[[H:.*]] = mopt.fully_connected %{{.*}}name = "y_factor0"{{.*}} -> tensor<1x1xf32>
// CHECK: %[[Y:.*]] = mopt.fully_connected %[[H]], {{.*}}fused_activation_function = #mopt.activation<RELU>{{.*}}name = "y"{{.*}} -> tensor<1x3xf32>
// CHECK: return %[[Y]]
// The squares of the multiples are 6: its root times the row, and the multiples
// divided by it.
// CHECK-DAG: w_factor0: "0x4000000071C41C4071C49C40A926EB4071C41C41"
// CHECK-DAG: w_factor1: "0x40000000EC05D13EEC05D13EEC05513F"
// CHECK-DAG: b: "0x400000000000803F0000004000004040"
func.func @matrix(%x: tensor<1x4xf32>) -> tensor<1x3xf32> {
  %w = mopt.const {value = dense<[[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0], [2.0, 4.0, 6.0, 8.0]]> : tensor<3x4xf32>, mopt.tensors = [#mopt.tensor<name = "w">]} : () -> tensor<3x4xf32>
  %b = mopt.const {value = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>, mopt.tensors = [#mopt.tensor<name = "b">]} : () -> tensor<3xf32>
  %y = mopt.fully_connected %x, %w, %b {fused_activation_function = #mopt.activation<RELU>, mopt.tensors = [#mopt.tensor<name = "y">]} : (tensor<1x4xf32>, tensor<3x4xf32>, tensor<3xf32>) -> tensor<1x3xf32>
  return %y : tensor<1x3xf32>
}

// -----

// A kernel of rows times columns: the vertical factor has the vertical stride and
// dilation, the horizontal one the horizontal.
// CHECK-LABEL: func.func @separable
// CHECK: mopt.conv_2d {{.*}}padding = #mopt.padding<VALID>{{.*}}stride_h = 2 : i32{{.*}}tensor<1x3x1x1xf32>{{.*}} -> tensor<1x2x9x1xf32>
// CHECK: mopt.conv_2d {{.*}}dilation_w_factor = 2 : i32{{.*}}tensor<2x1x3x1xf32>{{.*}} -> tensor<1x2x5x2xf32>
func.func @separable(%x: tensor<1x5x9x1xf32>) -> tensor<1x2x5x2xf32> {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<[[[[1.0], [2.0], [1.0]], [[2.0], [4.0], [2.0]], [[3.0], [6.0], [3.0]]], [[[1.0], [0.0], [-1.0]], [[2.0], [0.0], [-2.0]], [[3.0], [0.0], [-3.0]]]]> : tensor<2x3x3x1xf32>} : () -> tensor<2x3x3x1xf32>
  %y = mopt.conv_2d %x, %w, %none {padding = #mopt.padding<VALID>, stride_h = 2 : i32, dilation_w_factor = 2 : i32} : (tensor<1x5x9x1xf32>, tensor<2x3x3x1xf32>, none) -> tensor<1x2x5x2xf32>
  return %y : tensor<1x2x5x2xf32>
}

// -----

// CHECK-LABEL: func.func @full_rank
// CHECK-COUNT-1: mopt.fully_connected
func.func @full_rank(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<[[1.0, 0.0], [0.0, 1.0]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  // expected-remark @below {{mopt.fully_connected is not decomposed: no rank saves weights and multiplications}}
  %y = mopt.fully_connected %x, %w, %none : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

// -----

// CHECK-LABEL: func.func @too_lossy
func.func @too_lossy(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<[[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]> : tensor<4x4xf32>} : () -> tensor<4x4xf32>
  // expected-remark @below {{'y' (mopt.fully_connected) is not decomposed: no rank that saves weights and multiplications does what is asked}}
  %y = mopt.fully_connected %x, %w, %none {mopt.tensors = [#mopt.tensor<name = "y">]} : (tensor<1x4xf32>, tensor<4x4xf32>, none) -> tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}

// -----

// Each output of a depthwise convolution reads one channel: there is no matrix.
// Weights that are zero have rank 1 here, since a layer needs a channel.
// CHECK-LABEL: func.func @others
// CHECK: mopt.depthwise_conv_2d
// CHECK-COUNT-2: mopt.fully_connected
func.func @others(%x: tensor<1x1x1x4xf32>, %v: tensor<4x4xf32>) -> (tensor<1x4xf32>, tensor<1x4xf32>) {
  %none = mopt.no_value : () -> none
  %d = mopt.const {value = dense<1.0> : tensor<1x1x1x4xf32>} : () -> tensor<1x1x1x4xf32>
  %h = mopt.depthwise_conv_2d %x, %d, %none {} : (tensor<1x1x1x4xf32>, tensor<1x1x1x4xf32>, none) -> tensor<1x1x1x4xf32>
  %w = mopt.const {value = dense<0.0> : tensor<4x4xf32>} : () -> tensor<4x4xf32>
  %y = mopt.fully_connected %h, %w, %none : (tensor<1x1x1x4xf32>, tensor<4x4xf32>, none) -> tensor<1x4xf32>
  // expected-remark @below {{mopt.fully_connected is not decomposed: they are computed at run time}}
  %z = mopt.fully_connected %h, %v, %none : (tensor<1x1x1x4xf32>, tensor<4x4xf32>, none) -> tensor<1x4xf32>
  return %y, %z : tensor<1x4xf32>, tensor<1x4xf32>
}
