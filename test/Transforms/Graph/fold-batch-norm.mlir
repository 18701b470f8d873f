// RUN: mopt-opt %s --split-input-file --mopt-fold-batch-norm | FileCheck %s

// Scale and shift a channel, after a convolution without bias.
// CHECK-LABEL: func.func @fold
// CHECK-DAG: %[[W:.*]] = mopt.const {{.*}}name = "w"{{.*}} -> tensor<2x1x1x1xf32>
// CHECK-DAG: %[[B:.*]] = mopt.const {{.*}}name = "bn_bias"{{.*}} -> tensor<2xf32>
// CHECK: %[[Y:.*]] = mopt.conv_2d %{{.*}}, %[[W]], %[[B]] {fused_activation_function = #mopt.activation<RELU6>, mopt.tensors = [#mopt.tensor<name = "y">], mopt.version = 1 : i32}
// CHECK-NOT: mopt.mul
// CHECK-NOT: mopt.add
// CHECK: return %[[Y]]
// Weights 1 * 2 and 3 * -4; bias 0 * s + t = 0.5 and -1.
// CHECK-DAG: "0x400000000000004000004041"
// CHECK-DAG: "0x400000000000003F000080BF"
func.func @fold(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x2xf32> {
  %w = mopt.const {value = dense<[[[[1.0]]], [[[-3.0]]]]> : tensor<2x1x1x1xf32>, mopt.tensors = [#mopt.tensor<name = "w">]} : () -> tensor<2x1x1x1xf32>
  %none = mopt.no_value : () -> none
  %s = mopt.const {value = dense<[2.0, -4.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %t = mopt.const {value = dense<[[[[0.5, -1.0]]]]> : tensor<1x1x1x2xf32>} : () -> tensor<1x1x1x2xf32>
  %c = mopt.conv_2d %x, %w, %none {mopt.version = 1 : i32} : (tensor<1x2x2x1xf32>, tensor<2x1x1x1xf32>, none) -> tensor<1x2x2x2xf32>
  %m = mopt.mul %c, %s {mopt.tensors = [#mopt.tensor<name = "bn">]} : (tensor<1x2x2x2xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  %y = mopt.add %m, %t {fused_activation_function = #mopt.activation<RELU6>, mopt.tensors = [#mopt.tensor<name = "y">]} : (tensor<1x2x2x2xf32>, tensor<1x1x1x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// -----

// c - x turns the sign of weights and bias; one value serves all channels.
// CHECK-LABEL: func.func @subtract
// CHECK: mopt.fully_connected
// CHECK-NOT: mopt.sub
// CHECK: w: "0x40000000000080BF000000C0"
// CHECK: b: "0x400000000000003F000000BF"
func.func @subtract(%x: tensor<1x1xf32>) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<[[1.0], [2.0]]> : tensor<2x1xf32>, mopt.tensors = [#mopt.tensor<name = "w">]} : () -> tensor<2x1xf32>
  %b = mopt.const {value = dense<[0.5, 1.5]> : tensor<2xf32>, mopt.tensors = [#mopt.tensor<name = "b">]} : () -> tensor<2xf32>
  %s = mopt.const {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %f = mopt.fully_connected %x, %w, %b : (tensor<1x1xf32>, tensor<2x1xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %y = mopt.sub %s, %f : (tensor<f32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

// -----

// Depthwise: the channel axis of the weights is the last.
// CHECK-LABEL: func.func @depthwise
// CHECK-NOT: mopt.mul
// CHECK: w: "0x4000000000000040000080400000004000008040"
func.func @depthwise(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x1x2xf32> {
  %w = mopt.const {value = dense<1.0> : tensor<1x1x2x2xf32>, mopt.tensors = [#mopt.tensor<name = "w">]} : () -> tensor<1x1x2x2xf32>
  %b = mopt.const {value = dense<0.0> : tensor<2xf32>, mopt.tensors = [#mopt.tensor<name = "b">]} : () -> tensor<2xf32>
  %s = mopt.const {value = dense<[2.0, 4.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %f = mopt.depthwise_conv_2d %x, %w, %b {padding = #mopt.padding<VALID>} : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<2xf32>) -> tensor<1x1x1x2xf32>
  %y = mopt.mul %f, %s : (tensor<1x1x1x2xf32>, tensor<2xf32>) -> tensor<1x1x1x2xf32>
  return %y : tensor<1x1x1x2xf32>
}

// -----

// An activation in between, another reader, a value a pixel, no constant.
// CHECK-LABEL: func.func @kept
// CHECK-COUNT-4: mopt.mul
func.func @kept(%x: tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>, tensor<2x2xf32>, tensor<1x2xf32>) {
  %w = mopt.const {value = dense<1.0> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %b = mopt.const {value = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %s = mopt.const {value = dense<[2.0, 4.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %p = mopt.const {value = dense<2.0> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %f = mopt.fully_connected %x, %w, %b {fused_activation_function = #mopt.activation<RELU>} : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %0 = mopt.mul %f, %s : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %g = mopt.fully_connected %x, %w, %b : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %1 = mopt.mul %g, %s : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %2 = mopt.mul %g, %p : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %3 = mopt.mul %x, %s : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  return %0, %1, %2, %3 : tensor<1x2xf32>, tensor<1x2xf32>, tensor<2x2xf32>, tensor<1x2xf32>
}

// -----

// Between the two, training has rounded.
// CHECK-LABEL: func.func @trained
// CHECK: mopt.conv_2d
// CHECK: mopt.mul
func.func @trained(%x: tensor<1x1x1x2xf32>) -> tensor<1x1x1x2xf32> {
  %w = mopt.const {value = dense<1.0> : tensor<2x1x1x2xf32>} : () -> tensor<2x1x1x2xf32>
  %b = mopt.const {value = dense<1.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = mopt.conv_2d %x, %w, %b {mopt.tensors = [#mopt.tensor<min = [-1.0], max = [0.9921875], quantization = {scale = array<f32: 0.0078125>, zero_point = array<i64: 0>}>]} : (tensor<1x1x1x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>) -> tensor<1x1x1x2xf32>
  %1 = mopt.mul %0, %b : (tensor<1x1x1x2xf32>, tensor<2xf32>) -> tensor<1x1x1x2xf32>
  return %1 : tensor<1x1x1x2xf32>
}
