// RUN: mopt-opt %s --split-input-file --mopt-quantize --mopt-verify-quantized | FileCheck %s

// The weights of a transposed convolution are operand 1 and the data operand 2:
// one scale an output channel, and biases in the scales of data times weight.
// CHECK-LABEL: func.func @transpose_conv
// CHECK-DAG: %[[X:.*]] = mopt.quantize %{{.*}} -> tensor<1x2x2x1x!quant.uniform<i8:f32, 0.0078431377187371254:-1>>
// CHECK-DAG: %[[W:.*]] = mopt.const {{.*}} : () -> tensor<2x1x1x1x!quant.uniform<i8:f32:0, {0.0099999997764825821,7.8740157186985015E-4}>>
// CHECK-DAG: %[[B:.*]] = mopt.const {{.*}} : () -> tensor<2x!quant.uniform<i32:f32:0, {7.8431374276988208E-5,6.1756991271977313E-6}>>
// CHECK-DAG: %[[S:.*]] = mopt.const {{.*}}dense<[1, 4, 4, 2]>
// CHECK: mopt.transpose_conv %[[S]], %[[W]], %[[X]], %[[B]] {{.*}} -> tensor<1x4x4x2x!quant.uniform<i8:f32, 0.0099999997764825821:-128>>
func.func @transpose_conv(%x: tensor<1x2x2x1xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [-1.0], max = [1.0]>}) -> tensor<1x4x4x2xf32> {
  %s = mopt.const {value = dense<[1, 4, 4, 2]> : tensor<4xi32>} : () -> tensor<4xi32>
  %w = mopt.const {value = dense<[[[[-1.27]]], [[[0.1]]]]> : tensor<2x1x1x1xf32>} : () -> tensor<2x1x1x1xf32>
  %b = mopt.const {value = dense<[1.0, 2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = mopt.transpose_conv %s, %w, %x, %b {stride_h = 2 : i32, stride_w = 2 : i32, mopt.tensors = [#mopt.tensor<name = "y", min = [0.0], max = [2.55]>]} : (tensor<4xi32>, tensor<2x1x1x1xf32>, tensor<1x2x2x1xf32>, tensor<2xf32>) -> tensor<1x4x4x2xf32>
  return %0 : tensor<1x4x4x2xf32>
}

// -----

// Both operands of a matrix product are activations, a constant one too.
// CHECK-LABEL: func.func @batch_matmul
// CHECK-DAG: %[[X:.*]] = mopt.quantize %{{.*}} -> tensor<2x3x!quant.uniform<i8:f32, 0.0078431377187371254:-1>>
// CHECK-DAG: %[[Y:.*]] = mopt.const {{.*}} : () -> tensor<3x1x!quant.uniform<i8:f32, 0.0078431377187371254:-128>>
// CHECK: mopt.batch_matmul %[[X]], %[[Y]] {{.*}} -> tensor<2x1x!quant.uniform<i8:f32, 0.0099999997764825821:-128>>
func.func @batch_matmul(%x: tensor<2x3xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [-1.0], max = [1.0]>}) -> tensor<2x1xf32> {
  %y = mopt.const {value = dense<[[0.0], [1.0], [2.0]]> : tensor<3x1xf32>} : () -> tensor<3x1xf32>
  %0 = mopt.batch_matmul %x, %y {mopt.tensors = [#mopt.tensor<name = "y", min = [0.0], max = [2.55]>]} : (tensor<2x3xf32>, tensor<3x1xf32>) -> tensor<2x1xf32>
  return %0 : tensor<2x1xf32>
}
