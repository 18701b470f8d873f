// What training chose is what quantization uses, with and without data.
// RUN: mopt-opt %s --quantize-int8 2>&1 | FileCheck %s --implicit-check-not=warning
// RUN: %PYTHON %S/../Calibration/Inputs/make_npy.py %t.npy f4 2x1x2x2x2 1 2 3 4 5 6 7 8 1 2 3 4 5 6 7 8
// RUN: mopt-opt %s --quantize-int8="calibration=%t.npy" | FileCheck %s
// One scale a tensor is what the user asked for: that of training, if it has one.
// RUN: mopt-opt %s --quantize-int8="granularity=tensor" | FileCheck %s --check-prefix=TENSOR
// 16 bits take the ranges, and the weights as they are.
// RUN: mopt-opt %s --quantize-int16x8 | FileCheck %s --check-prefix=WIDE

// CHECK-LABEL: func.func @main
// CHECK-SAME: (%{{.*}}: tensor<1x2x2x2xf32> {mopt.tensor = #mopt.tensor<min = [-1.00392163], max = [0.996078491]>})
// CHECK: %[[X:.*]] = mopt.quantize %{{.*}} -> tensor<1x2x2x2x!quant.uniform<i8:f32, 0.0078431377187371254>>
// The batch norm's factors, one of them negative, are in the scales: 0.25 * 2 and
// 0.25 * 0.5. The integers are those of training: 1, -2 and, negated, 4, -8.
// CHECK: %[[W:.*]] = mopt.const {{.*}}dense_resource<[[NAME:.*]]> : {{.*}}!quant.uniform<i8:f32:0, {5.000000e-01,1.250000e-01}>>
// CHECK: %[[C:.*]] = mopt.conv_2d %[[X]], %[[W]], {{.*}} -> tensor<1x2x2x2x!quant.uniform<i8:f32, 0.023529412224888802:-128>>
// A reader beside the join: the sum keeps its parameters, though the range of
// the join would hold it, and is converted.
// CHECK: %[[A:.*]] = mopt.add %[[C]], %{{.*}} -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.562500e-02>>
// CHECK: mopt.quantize %[[A]] {{.*}} -> tensor<1x2x2x2x!quant.uniform<i8:f32, 3.125000e-02>>
// CHECK: mopt.concatenation {{.*}} -> tensor<1x2x2x4x!quant.uniform<i8:f32, 3.125000e-02>>
// CHECK: mopt.relu %[[A]]
// CHECK: "0x4000000001FE04F8"

// TENSOR: mopt.const {{.*}} : tensor<2x1x1x2xi8>} : () -> tensor<2x1x1x2x!quant.uniform<i8:f32, {{[0-9.E-]+}}>>

// WIDE: mopt.conv_2d {{.*}}!quant.uniform<i8:f32:0, {5.000000e-01,1.250000e-01}>>, {{.*}} -> tensor<1x2x2x2x!quant.uniform<i16:f32, {{1.831[0-9]+E-4}}>>
func.func @main(%x: tensor<1x2x2x2xf32>) -> (tensor<1x2x2x4xf32>, tensor<1x2x2x2xf32>) {
  %w = mopt.const {value = dense<[[[[0.25, -0.5]]], [[[-1.0, 2.0]]]]> : tensor<2x1x1x2xf32>} : () -> tensor<2x1x1x2xf32>
  %b = mopt.const {value = dense<0.125> : tensor<2xf32>} : () -> tensor<2xf32>
  %factors = mopt.const {value = dense<[2.0, -0.5]> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = mopt.fake_quant %x {min = -1.0 : f32, max = 1.0 : f32, num_bits = 8 : i32} : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %1 = mopt.quantize %w : (tensor<2x1x1x2xf32>) -> tensor<2x1x1x2x!quant.uniform<i8:f32:0, {0.25, 0.25}>>
  %2 = mopt.dequantize %1 : (tensor<2x1x1x2x!quant.uniform<i8:f32:0, {0.25, 0.25}>>) -> tensor<2x1x1x2xf32>
  %3 = mopt.conv_2d %0, %2, %b : (tensor<1x2x2x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  %4 = mopt.mul %3, %factors {fused_activation_function = #mopt.activation<RELU6>} : (tensor<1x2x2x2xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  %5 = mopt.fake_quant %4 {min = 0.0 : f32, max = 6.0 : f32, num_bits = 8 : i32} : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %6 = mopt.add %5, %0 : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %7 = mopt.quantize %6 : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 0.015625>>
  %8 = mopt.dequantize %7 : (tensor<1x2x2x2x!quant.uniform<i8:f32, 0.015625>>) -> tensor<1x2x2x2xf32>
  %9 = mopt.concatenation %8, %0 {axis = 3 : i32} : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x2x2x4xf32>
  %10 = mopt.quantize %9 : (tensor<1x2x2x4xf32>) -> tensor<1x2x2x4x!quant.uniform<i8:f32, 0.03125>>
  %11 = mopt.dequantize %10 : (tensor<1x2x2x4x!quant.uniform<i8:f32, 0.03125>>) -> tensor<1x2x2x4xf32>
  %12 = mopt.relu %8 : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %13 = mopt.fake_quant %12 {min = 0.0 : f32, max = 2.0 : f32, num_bits = 8 : i32} : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %11, %13 : tensor<1x2x2x4xf32>, tensor<1x2x2x2xf32>
}
