// RUN: mopt-opt %s --split-input-file --mopt-shrink-channels | FileCheck %s

// The second channel is read with zeros only, minus zero among them: it goes out
// of the layer before, its bias and the constants between.
// CHECK-LABEL: func.func @chain
// CHECK: mopt.fully_connected {{.*}} : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
// CHECK: mopt.mul {{.*}} : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
// CHECK: mopt.fully_connected {{.*}} : (tensor<1x2xf32>, tensor<1x2xf32>, none) -> tensor<1x1xf32>
// CHECK-DAG: w1: "0x400000000000803F000000400000A0400000C040"
// CHECK-DAG: b1: "0x400000000000E04000001041"
// CHECK-DAG: scale: "0x400000000000403F0000803F"
// CHECK-DAG: w2: "0x40000000000040400000A040"
func.func @chain(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %none = mopt.no_value : () -> none
  %w1 = mopt.const {value = dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>, mopt.tensors = [#mopt.tensor<name = "w1">]} : () -> tensor<3x2xf32>
  %b1 = mopt.const {value = dense<[7.0, 8.0, 9.0]> : tensor<3xf32>, mopt.tensors = [#mopt.tensor<name = "b1">]} : () -> tensor<3xf32>
  %h = mopt.fully_connected %x, %w1, %b1 {fused_activation_function = #mopt.activation<RELU>} : (tensor<1x2xf32>, tensor<3x2xf32>, tensor<3xf32>) -> tensor<1x3xf32>
  %s = mopt.const {value = dense<[0.75, 2.0, 1.0]> : tensor<3xf32>, mopt.tensors = [#mopt.tensor<name = "scale">]} : () -> tensor<3xf32>
  %m = mopt.mul %h, %s : (tensor<1x3xf32>, tensor<3xf32>) -> tensor<1x3xf32>
  %w2 = mopt.const {value = dense<[[3.0, -0.0, 5.0]]> : tensor<1x3xf32>, mopt.tensors = [#mopt.tensor<name = "w2">]} : () -> tensor<1x3xf32>
  %y = mopt.fully_connected %m, %w2, %none : (tensor<1x3xf32>, tensor<1x3xf32>, none) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

// Weights of channels have scales of their own, and the file says more of a
// tensor than its type: what speaks of the channel goes with it. The zero of an
// unsigned weight is its zero point.
// CHECK-LABEL: func.func @quantized
// CHECK: tensor<1x1x1x2x!quant.uniform<i8:f32:0, {5.000000e-01}>>
// CHECK: mopt.conv_2d {{.*}}shape_signature = [-1, 1, 1, 1]{{.*}}quant.uniform<i32:f32:0, {5.000000e-01}>>) -> tensor<1x1x1x1x!quant.uniform<i8:f32, 1.000000e+00:3>>
// CHECK: mopt.conv_2d {{.*}}tensor<1x1x1x1x!quant.uniform<u8:f32, 1.000000e+00:128>>
// CHECK-DAG: w1: "0x400000000304"
// CHECK-DAG: w2: "0x4000000085"
func.func @quantized(%x: tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x1x1x1x!quant.uniform<i8:f32, 1.0>> {
  %w1 = mopt.const {value = dense<[[[[1, 2]]], [[[3, 4]]]]> : tensor<2x1x1x2xi8>, mopt.tensors = [#mopt.tensor<name = "w1">]} : () -> tensor<2x1x1x2x!quant.uniform<i8:f32:0, {0.25, 0.5}>>
  %b1 = mopt.const {value = dense<[5, 6]> : tensor<2xi32>} : () -> tensor<2x!quant.uniform<i32:f32:0, {0.25, 0.5}>>
  %h = mopt.conv_2d %x, %w1, %b1 {mopt.tensors = [#mopt.tensor<name = "h", shape_signature = [-1, 1, 1, 2]>]} : (tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>>, tensor<2x1x1x2x!quant.uniform<i8:f32:0, {0.25, 0.5}>>, tensor<2x!quant.uniform<i32:f32:0, {0.25, 0.5}>>) -> tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0:3>>
  %w2 = mopt.const {value = dense<[[[[128, 133]]]]> : tensor<1x1x1x2xui8>, mopt.tensors = [#mopt.tensor<name = "w2">]} : () -> tensor<1x1x1x2x!quant.uniform<u8:f32, 1.0:128>>
  %b2 = mopt.const {value = dense<[0]> : tensor<1xi32>} : () -> tensor<1x!quant.uniform<i32:f32, 1.0>>
  %y = mopt.conv_2d %h, %w2, %b2 : (tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0:3>>, tensor<1x1x1x2x!quant.uniform<u8:f32, 1.0:128>>, tensor<1x!quant.uniform<i32:f32, 1.0>>) -> tensor<1x1x1x1x!quant.uniform<i8:f32, 1.0>>
  return %y : tensor<1x1x1x1x!quant.uniform<i8:f32, 1.0>>
}

// -----

// A column of the matrix for each pixel of a channel; -1 stays in a shape.
// CHECK-LABEL: func.func @flattened
// CHECK: mopt.conv_2d {{.*}} -> tensor<1x1x2x1xf32>
// CHECK: mopt.const {{.*}}dense_resource<shape> : tensor<2xi32>
// CHECK: mopt.reshape {{.*}}new_shape = array<i32: -1, 2>{{.*}} -> tensor<1x2xf32>
// CHECK-DAG: shape: "0x40000000FFFFFFFF02000000"
// CHECK-DAG: w2: "0x400000000000803F00004040"
func.func @flattened(%x: tensor<1x1x2x1xf32>) -> tensor<1x1xf32> {
  %none = mopt.no_value : () -> none
  %w1 = mopt.const {value = dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>} : () -> tensor<2x1x1x1xf32>
  %h = mopt.conv_2d %x, %w1, %none {} : (tensor<1x1x2x1xf32>, tensor<2x1x1x1xf32>, none) -> tensor<1x1x2x2xf32>
  %s = mopt.const {value = dense<[-1, 4]> : tensor<2xi32>, mopt.tensors = [#mopt.tensor<name = "shape">]} : () -> tensor<2xi32>
  %f = mopt.reshape %h, %s {new_shape = array<i32: -1, 4>} : (tensor<1x1x2x2xf32>, tensor<2xi32>) -> tensor<1x4xf32>
  %w2 = mopt.const {value = dense<[[1.0, 0.0, 3.0, 0.0]]> : tensor<1x4xf32>, mopt.tensors = [#mopt.tensor<name = "w2">]} : () -> tensor<1x4xf32>
  %y = mopt.fully_connected %f, %w2, %none : (tensor<1x4xf32>, tensor<1x4xf32>, none) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

// One of the pixels of the channel is read: it stays.
// CHECK-LABEL: func.func @half_read
// CHECK: mopt.conv_2d {{.*}} -> tensor<1x1x2x2xf32>
func.func @half_read(%x: tensor<1x1x2x1xf32>) -> tensor<1x1xf32> {
  %none = mopt.no_value : () -> none
  %w1 = mopt.const {value = dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>} : () -> tensor<2x1x1x1xf32>
  %h = mopt.conv_2d %x, %w1, %none {} : (tensor<1x1x2x1xf32>, tensor<2x1x1x1xf32>, none) -> tensor<1x1x2x2xf32>
  %w2 = mopt.const {value = dense<[[1.0, 0.0, 3.0, 1.0]]> : tensor<1x4xf32>} : () -> tensor<1x4xf32>
  %y = mopt.fully_connected %h, %w2, %none : (tensor<1x1x2x2xf32>, tensor<1x4xf32>, none) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

// An addition ties the channels of its operands, and a reader of one of them is a
// reader of all: %a is read by the second layer, %s is not.
// CHECK-LABEL: func.func @residual
// CHECK: mopt.add {{.*}} -> tensor<1x2xf32>
func.func @residual(%x: tensor<1x2xf32>) -> (tensor<1x1xf32>, tensor<1x1xf32>) {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %a = mopt.fully_connected %x, %w, %none : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  %b = mopt.fully_connected %x, %w, %none : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  %s = mopt.add %a, %b : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %w1 = mopt.const {value = dense<[[1.0, 0.0]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %w2 = mopt.const {value = dense<[[1.0, 1.0]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %y = mopt.fully_connected %s, %w1, %none : (tensor<1x2xf32>, tensor<1x2xf32>, none) -> tensor<1x1xf32>
  %z = mopt.fully_connected %a, %w2, %none : (tensor<1x2xf32>, tensor<1x2xf32>, none) -> tensor<1x1xf32>
  return %y, %z : tensor<1x1xf32>, tensor<1x1xf32>
}

// -----

// Weights that ops share and that lose the same stay shared.
// CHECK-LABEL: func.func @shared
// CHECK: mopt.const {{.*}} : tensor<1x2xf32>} : () -> tensor<1x2xf32>
// CHECK-NOT: -> tensor<1x2xf32>
// CHECK: mopt.add {{.*}} -> tensor<1x1xf32>
func.func @shared(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %a = mopt.fully_connected %x, %w, %none : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  %b = mopt.fully_connected %x, %w, %none : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  %s = mopt.add %a, %b : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %w1 = mopt.const {value = dense<[[1.0, 0.0]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %y = mopt.fully_connected %s, %w1, %none : (tensor<1x2xf32>, tensor<1x2xf32>, none) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

// Everything is zero: one channel stays, and outputs of the function do.
// CHECK-LABEL: func.func @all_zero
// CHECK: mopt.fully_connected {{.*}} -> tensor<1x1xf32>
// CHECK: mopt.fully_connected {{.*}} -> tensor<1x2xf32>
func.func @all_zero(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<0.0> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %h = mopt.fully_connected %x, %w, %none : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  %y = mopt.fully_connected %h, %w, %none : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
