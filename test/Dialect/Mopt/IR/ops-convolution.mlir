// Text, generic text and bytecode all carry the same program.
// RUN: mopt-opt %s | FileCheck %s
// RUN: mopt-opt %s | mopt-opt | FileCheck %s
// RUN: mopt-opt %s -mlir-print-op-generic | mopt-opt | FileCheck %s
// RUN: mopt-opt %s -o %t.mlirbc && mopt-opt %t.mlirbc | FileCheck %s

!i8 = !quant.uniform<i8:f32, 0.5:-3>
!u8 = !quant.uniform<u8:f32, 0.5:128>
!i16 = !quant.uniform<i16:f32, 0.25>
!w = !quant.uniform<i8:f32:0, {0.5, 0.25}>
!dw = !quant.uniform<i8:f32:3, {0.5, 0.25}>
!b = !quant.uniform<i32:f32:0, {0.25, 0.125}>

// CHECK-LABEL: func.func @conv
// Options that have the schema's defaults are not printed.
// CHECK: mopt.conv_2d %{{.*}}, %{{.*}}, %{{.*}} : (tensor<1x4x4x2xf32>, tensor<3x3x3x2xf32>, none) -> tensor<1x4x4x3xf32>
func.func @conv(%x: tensor<1x4x4x2xf32>, %f: tensor<3x3x3x2xf32>) -> tensor<1x4x4x3xf32> {
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %f, %none {dilation_h_factor = 1 : i32, dilation_w_factor = 1 : i32, fused_activation_function = #mopt.activation<NONE>, padding = #mopt.padding<SAME>, quantized_bias_type = #mopt.element_type<FLOAT32>, stride_h = 1 : i32, stride_w = 1 : i32} : (tensor<1x4x4x2xf32>, tensor<3x3x3x2xf32>, none) -> tensor<1x4x4x3xf32>
  return %0 : tensor<1x4x4x3xf32>
}

// The bias operand may also be absent altogether.
// CHECK-LABEL: func.func @without_operand
// CHECK: mopt.conv_2d %{{[^,]*}}, %{{[^,]*}} :
func.func @without_operand(%x: tensor<1x4x4x2xf32>, %f: tensor<3x3x3x2xf32>) -> tensor<1x4x4x3xf32> {
  %0 = mopt.conv_2d %x, %f : (tensor<1x4x4x2xf32>, tensor<3x3x3x2xf32>) -> tensor<1x4x4x3xf32>
  return %0 : tensor<1x4x4x3xf32>
}

// Two groups, dilated, strided: 1 + (9 - 5) / 2 = 3 rows.
// CHECK-LABEL: func.func @groups
// CHECK: mopt.conv_2d
// CHECK-SAME: dilation_h_factor = 2 : i32
// CHECK-SAME: fused_activation_function = #mopt.activation<RELU6>
// CHECK-SAME: -> tensor<2x3x9x4xf32>
func.func @groups(%x: tensor<2x9x9x4xf32>, %f: tensor<4x3x1x2xf32>, %b: tensor<4xf32>) -> tensor<2x3x9x4xf32> {
  %0 = mopt.conv_2d %x, %f, %b {dilation_h_factor = 2 : i32, stride_h = 2 : i32, padding = #mopt.padding<VALID>, fused_activation_function = #mopt.activation<RELU6>} : (tensor<2x9x9x4xf32>, tensor<4x3x1x2xf32>, tensor<4xf32>) -> tensor<2x3x9x4xf32>
  return %0 : tensor<2x3x9x4xf32>
}

// No image: LiteRT runs it.
// CHECK-LABEL: func.func @empty_batch
// CHECK: -> tensor<0x4x4x3xf32>
func.func @empty_batch(%x: tensor<0x4x4x2xf32>, %f: tensor<3x3x3x2xf32>) -> tensor<0x4x4x3xf32> {
  %0 = mopt.conv_2d %x, %f : (tensor<0x4x4x2xf32>, tensor<3x3x3x2xf32>) -> tensor<0x4x4x3xf32>
  return %0 : tensor<0x4x4x3xf32>
}

// The largest stride of the format leaves one position.
// CHECK-LABEL: func.func @largest_stride
// CHECK: stride_h = 2147483647 : i32
func.func @largest_stride(%x: tensor<1x4x4x2xf32>, %f: tensor<3x3x3x2xf32>) -> tensor<1x1x1x3xf32> {
  %0 = mopt.conv_2d %x, %f {stride_h = 2147483647 : i32, stride_w = 2147483647 : i32} : (tensor<1x4x4x2xf32>, tensor<3x3x3x2xf32>) -> tensor<1x1x1x3xf32>
  return %0 : tensor<1x1x1x3xf32>
}

// A bias of any rank with one element a channel.
// CHECK-LABEL: func.func @quantised
// CHECK-COUNT-4: mopt.conv_2d
func.func @quantised(%x: tensor<1x1x1x2x!i8>, %f: tensor<2x1x1x2x!w>, %b: tensor<2x1x!b>, %f32: tensor<1x1x1x2xf32>, %fb: tensor<2xf32>, %h: tensor<1x1x1x2x!i16>, %hb: tensor<2xi64>, %half: tensor<2x1x1x2xf16>) {
  %0 = mopt.conv_2d %x, %f, %b : (tensor<1x1x1x2x!i8>, tensor<2x1x1x2x!w>, tensor<2x1x!b>) -> tensor<1x1x1x2x!i8>
  %1 = mopt.conv_2d %f32, %f, %fb : (tensor<1x1x1x2xf32>, tensor<2x1x1x2x!w>, tensor<2xf32>) -> tensor<1x1x1x2xf32>
  %2 = mopt.conv_2d %h, %f, %hb {mopt.tensors = [#mopt.tensor<name = "y">]} : (tensor<1x1x1x2x!i16>, tensor<2x1x1x2x!w>, tensor<2xi64>) -> tensor<1x1x1x2x!i16>
  %3 = mopt.conv_2d %f32, %half, %fb : (tensor<1x1x1x2xf32>, tensor<2x1x1x2xf16>, tensor<2xf32>) -> tensor<1x1x1x2xf32>
  return
}

// Kernels take the multiplier from the shapes, whatever the attribute says.
// CHECK-LABEL: func.func @depthwise
// CHECK: mopt.depthwise_conv_2d
// CHECK-SAME: depth_multiplier = 0 : i32
// CHECK: mopt.depthwise_conv_2d
// CHECK-SAME: depth_multiplier = 7 : i32
// CHECK: mopt.depthwise_conv_2d
func.func @depthwise(%x: tensor<1x4x4x2xf32>, %f: tensor<1x3x3x6xf32>, %q: tensor<1x4x4x2x!i8>, %w: tensor<1x3x3x2x!dw>, %b: tensor<2x!b>) {
  %0 = mopt.depthwise_conv_2d %x, %f {depth_multiplier = 0 : i32} : (tensor<1x4x4x2xf32>, tensor<1x3x3x6xf32>) -> tensor<1x4x4x6xf32>
  %1 = mopt.depthwise_conv_2d %x, %f {depth_multiplier = 7 : i32} : (tensor<1x4x4x2xf32>, tensor<1x3x3x6xf32>) -> tensor<1x4x4x6xf32>
  %2 = mopt.depthwise_conv_2d %q, %w, %b : (tensor<1x4x4x2x!i8>, tensor<1x3x3x2x!dw>, tensor<2x!b>) -> tensor<1x4x4x2x!i8>
  return
}

// uint8 weights have a zero point.
// CHECK-LABEL: func.func @fully_connected
// CHECK: -> tensor<4x5xf32>
// CHECK: keep_num_dims = true
// CHECK-SAME: -> tensor<2x2x5xf32>
// CHECK: -> tensor<5xf32>
// CHECK: -> tensor<1x5xf32>
// CHECK: -> tensor<0x5xf32>
// CHECK: -> tensor<1x1x!quant.uniform<u8:f32, 5.000000e-01:128>>
func.func @fully_connected(%x: tensor<2x2x3xf32>, %f: tensor<5x3xf32>, %v: tensor<3xf32>, %e: tensor<0x3xf32>, %u: tensor<1x2x!u8>, %uw: tensor<1x2x!u8>) {
  %none = mopt.no_value : () -> none
  %0 = mopt.fully_connected %x, %f, %none : (tensor<2x2x3xf32>, tensor<5x3xf32>, none) -> tensor<4x5xf32>
  %1 = mopt.fully_connected %x, %f, %none {keep_num_dims = true} : (tensor<2x2x3xf32>, tensor<5x3xf32>, none) -> tensor<2x2x5xf32>
  %2 = mopt.fully_connected %v, %f, %none {keep_num_dims = true} : (tensor<3xf32>, tensor<5x3xf32>, none) -> tensor<5xf32>
  %3 = mopt.fully_connected %v, %f : (tensor<3xf32>, tensor<5x3xf32>) -> tensor<1x5xf32>
  %4 = mopt.fully_connected %e, %f : (tensor<0x3xf32>, tensor<5x3xf32>) -> tensor<0x5xf32>
  %5 = mopt.fully_connected %u, %uw : (tensor<1x2x!u8>, tensor<1x2x!u8>) -> tensor<1x1x!u8>
  return
}
