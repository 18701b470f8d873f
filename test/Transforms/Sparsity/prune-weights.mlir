// RUN: mopt-opt %s --split-input-file --mopt-prune-weights=sparsity=0.5 --mopt-verify-weights=sparsity=0.5 --verify-diagnostics | FileCheck %s

// The least two magnitudes of four; of the equal ones (2.0) the earlier goes.
// CHECK-LABEL: func.func @float
// CHECK: mopt.const {{.*}}name = "w"{{.*}}value = dense_resource<w> : tensor<2x2xf32>
// The bias is no weight.
// CHECK: mopt.const {value = dense<[1.000000e-03, 2.000000e-03]>
// CHECK: w: "0x40000000000000000000803F000000000000003F"
func.func @float(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<[[0.5, 1.0], [-0.5, 0.5]]> : tensor<2x2xf32>, mopt.tensors = [#mopt.tensor<name = "w">]} : () -> tensor<2x2xf32>
  %b = mopt.const {value = dense<[0.001, 0.002]> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = mopt.fully_connected %x, %w, %b : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

// -----

// Real magnitudes decide: 100 * 0.01 = 1 in the first row is less than
// 2 * 1.0 = 2 in the second.
// CHECK-LABEL: func.func @int8
// CHECK: w: "0x4000000000000203"
func.func @int8(%x: tensor<1x2x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x!quant.uniform<i8:f32, 1.0>> {
  %w = mopt.const {value = dense<[[100, -100], [2, 3]]> : tensor<2x2xi8>, mopt.tensors = [#mopt.tensor<name = "w">]} : () -> tensor<2x2x!quant.uniform<i8:f32:0, {0.01, 1.0}>>
  %b = mopt.no_value : () -> none
  %y = mopt.fully_connected %x, %w, %b : (tensor<1x2x!quant.uniform<i8:f32, 1.0>>, tensor<2x2x!quant.uniform<i8:f32:0, {0.01, 1.0}>>, none) -> tensor<1x2x!quant.uniform<i8:f32, 1.0>>
  return %y : tensor<1x2x!quant.uniform<i8:f32, 1.0>>
}

// -----

// Depthwise: channels run along the last axis.
// CHECK-LABEL: func.func @depthwise
// CHECK: w: "0x4000000000030004"
func.func @depthwise(%x: tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x1x2x2x!quant.uniform<i8:f32, 1.0>> {
  %w = mopt.const {value = dense<[[[[100, 3]], [[-100, 4]]]]> : tensor<1x2x1x2xi8>, mopt.tensors = [#mopt.tensor<name = "w">]} : () -> tensor<1x2x1x2x!quant.uniform<i8:f32:3, {0.01, 1.0}>>
  %b = mopt.const {value = dense<0> : tensor<2xi32>} : () -> tensor<2x!quant.uniform<i32:f32:0, {0.01, 1.0}>>
  %y = mopt.depthwise_conv_2d %x, %w, %b {padding = #mopt.padding<VALID>} : (tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>, tensor<1x2x1x2x!quant.uniform<i8:f32:3, {0.01, 1.0}>>, tensor<2x!quant.uniform<i32:f32:0, {0.01, 1.0}>>) -> tensor<1x1x2x2x!quant.uniform<i8:f32, 1.0>>
  return %y : tensor<1x1x2x2x!quant.uniform<i8:f32, 1.0>>
}

// -----

// uint8 weights: zero is the zero point.
// CHECK-LABEL: func.func @uint8
// CHECK: w: "0x400000008080FF00"
func.func @uint8(%x: tensor<1x2x!quant.uniform<u8:f32, 1.0>>) -> tensor<1x2x!quant.uniform<u8:f32, 1.0>> {
  %w = mopt.const {value = dense<[[129, 127], [255, 0]]> : tensor<2x2xui8>, mopt.tensors = [#mopt.tensor<name = "w">]} : () -> tensor<2x2x!quant.uniform<u8:f32, 1.0:128>>
  %b = mopt.no_value : () -> none
  %y = mopt.fully_connected %x, %w, %b : (tensor<1x2x!quant.uniform<u8:f32, 1.0>>, tensor<2x2x!quant.uniform<u8:f32, 1.0:128>>, none) -> tensor<1x2x!quant.uniform<u8:f32, 1.0>>
  return %y : tensor<1x2x!quant.uniform<u8:f32, 1.0>>
}

// -----

// Zeros that are there count: nothing to do, the constant stays as it is.
// CHECK-LABEL: func.func @already_sparse
// CHECK: mopt.const {value = dense<{{\[\[}}0.000000e+00, 1.000000e+00], [-0.000000e+00, 5.000000e-01]]>
func.func @already_sparse(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<[[0.0, 1.0], [-0.0, 0.5]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %b = mopt.no_value : () -> none
  %y = mopt.fully_connected %x, %w, %b : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

// -----

// Constants that are no weights stay.
// expected-warning @below {{there are no weights to prune}}
module {
  // CHECK-LABEL: func.func @no_weights
  // CHECK: mopt.const {value = dense<[1.000000e-03, 1.000000e+00]>
  func.func @no_weights(%x: tensor<2xf32>) -> tensor<2xf32> {
    %c = mopt.const {value = dense<[0.001, 1.0]> : tensor<2xf32>} : () -> tensor<2xf32>
    %y = mopt.add %x, %c : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    return %y : tensor<2xf32>
  }
}

// -----

// expected-warning @below {{there are no weights to prune}}
module {
  func.func @dynamic(%x: tensor<1x2xf32>, %w: tensor<2x2xf32>) -> tensor<1x2xf32> {
    %b = mopt.no_value : () -> none
    // expected-remark @below {{mopt.fully_connected is not pruned: its weights are computed at run time}}
    %y = mopt.fully_connected %x, %w, %b : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
    return %y : tensor<1x2xf32>
  }
}
