// RUN: mopt-opt %s | FileCheck %s
// RUN: mopt-opt %s | mopt-opt | FileCheck %s
// RUN: mopt-opt %s -mlir-print-op-generic | mopt-opt | FileCheck %s
// RUN: mopt-opt %s -o %t.mlirbc && mopt-opt %t.mlirbc | FileCheck %s

!i8 = !quant.uniform<i8:f32, 0.5:-3>
!u8 = !quant.uniform<u8:f32, 0.5:3>
!i16 = !quant.uniform<i16:f32, 0.5>
!prob8 = !quant.uniform<i8:f32, 0.00390625:-128>
!near8 = !quant.uniform<i8:f32, 0.003907:-128>
!probu8 = !quant.uniform<u8:f32, 0.00390625>
!prob16 = !quant.uniform<i16:f32, 0.000030517578125>

// CHECK-LABEL: func.func @broadcasting
// CHECK: mopt.add %{{.*}} -> tensor<f32>
// CHECK: mopt.add %{{.*}} {pot_scale_int16 = false} : (tensor<f32>, tensor<2x1x3xf32>) -> tensor<2x1x3xf32>
// CHECK: mopt.sub %{{.*}} : (tensor<2x1x3xf32>, tensor<4x1xf32>) -> tensor<2x4x3xf32>
// CHECK: mopt.mul %{{.*}} : (tensor<0x3xf32>, tensor<1x3xf32>) -> tensor<0x3xf32>
// CHECK: mopt.maximum %{{.*}} : (tensor<1x1x1x1x1x2xf32>, tensor<2xf32>) -> tensor<1x1x1x1x1x2xf32>
func.func @broadcasting(%s: tensor<f32>, %x: tensor<2x1x3xf32>, %y: tensor<4x1xf32>, %e: tensor<0x3xf32>, %o: tensor<1x3xf32>, %six: tensor<1x1x1x1x1x2xf32>, %two: tensor<2xf32>) {
  %0 = mopt.add %s, %s : (tensor<f32>, tensor<f32>) -> tensor<f32>
  %1 = mopt.add %s, %x {pot_scale_int16 = false} : (tensor<f32>, tensor<2x1x3xf32>) -> tensor<2x1x3xf32>
  %2 = mopt.sub %x, %y : (tensor<2x1x3xf32>, tensor<4x1xf32>) -> tensor<2x4x3xf32>
  %3 = mopt.mul %e, %o : (tensor<0x3xf32>, tensor<1x3xf32>) -> tensor<0x3xf32>
  %4 = mopt.maximum %six, %two : (tensor<1x1x1x1x1x2xf32>, tensor<2xf32>) -> tensor<1x1x1x1x1x2xf32>
  return
}

// Integers without a scale, and the forms whose storage types differ.
// CHECK-LABEL: func.func @types
// CHECK: mopt.add
// CHECK: mopt.mul {{.*}} -> tensor<2x!quant.uniform<i8:f32, 5.000000e-01:-3>>
// CHECK: mopt.mul {{.*}} -> tensor<2x!quant.uniform<u8:f32, 5.000000e-01:3>>
// CHECK: mopt.minimum
func.func @types(%i: tensor<2xi32>, %h: tensor<2x!i16>, %q: tensor<2x!i8>) {
  %0 = mopt.add %i, %i {fused_activation_function = #mopt.activation<RELU_N1_TO_1>} : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  %1 = mopt.mul %h, %h : (tensor<2x!i16>, tensor<2x!i16>) -> tensor<2x!i8>
  %2 = mopt.mul %h, %h : (tensor<2x!i16>, tensor<2x!i16>) -> tensor<2x!u8>
  %3 = mopt.minimum %q, %q : (tensor<2x!i8>, tensor<2x!i8>) -> tensor<2x!i8>
  return
}

// CHECK-LABEL: func.func @unary
// CHECK: mopt.relu {{.*}} : (tensor<f32>) -> tensor<f32>
// CHECK: mopt.relu6
// CHECK: mopt.relu_n1_to_1
// CHECK: mopt.relu_0_to_1
// CHECK: mopt.leaky_relu {{.*}} {alpha = 1.000000e-01 : f32}
// CHECK: mopt.hard_swish
func.func @unary(%s: tensor<f32>, %e: tensor<2x0xf32>, %q: tensor<2x!i8>) {
  %0 = mopt.relu %s : (tensor<f32>) -> tensor<f32>
  %1 = mopt.relu6 %e : (tensor<2x0xf32>) -> tensor<2x0xf32>
  %2 = mopt.relu_n1_to_1 %q : (tensor<2x!i8>) -> tensor<2x!i8>
  %3 = mopt.relu_0_to_1 %q : (tensor<2x!i8>) -> tensor<2x!prob8>
  %4 = mopt.leaky_relu %s {alpha = 0.1 : f32} : (tensor<f32>) -> tensor<f32>
  %5 = mopt.hard_swish %s : (tensor<f32>) -> tensor<f32>
  return
}

// The 8-bit kernels of tanh compute with any scale; that of softmax is compared
// to 0.1 %, that of logistic exactly.
// CHECK-LABEL: func.func @fixed_results
// CHECK-COUNT-2: mopt.logistic
// CHECK: mopt.tanh
// CHECK-COUNT-5: mopt.softmax
func.func @fixed_results(%q: tensor<2x!i8>, %u: tensor<2x!u8>, %h: tensor<2x!i16>, %f: tensor<1x1x1x1x1x2xf32>) {
  %0 = mopt.logistic %q : (tensor<2x!i8>) -> tensor<2x!prob8>
  %1 = mopt.logistic %h : (tensor<2x!i16>) -> tensor<2x!prob16>
  %2 = mopt.tanh %q : (tensor<2x!i8>) -> tensor<2x!i8>
  %3 = mopt.softmax %q : (tensor<2x!i8>) -> tensor<2x!near8>
  %4 = mopt.softmax %u : (tensor<2x!u8>) -> tensor<2x!probu8>
  %5 = mopt.softmax %q : (tensor<2x!i8>) -> tensor<2x!prob16>
  %6 = mopt.softmax %h : (tensor<2x!i16>) -> tensor<2x!prob16>
  %7 = mopt.softmax %f : (tensor<1x1x1x1x1x2xf32>) -> tensor<1x1x1x1x1x2xf32>
  return
}

// The window may be larger than the image with padding SAME.
// CHECK-LABEL: func.func @pools
// CHECK: mopt.average_pool_2d {{.*}} -> tensor<1x2x2x3xf32>
// CHECK: mopt.max_pool_2d {{.*}} -> tensor<1x1x1x3xf32>
func.func @pools(%x: tensor<1x3x4x3xf32>) {
  %0 = mopt.average_pool_2d %x {filter_height = 9 : i32, filter_width = 9 : i32, stride_h = 2 : i32, stride_w = 2 : i32} : (tensor<1x3x4x3xf32>) -> tensor<1x2x2x3xf32>
  %1 = mopt.max_pool_2d %x {filter_height = 3 : i32, filter_width = 4 : i32, padding = #mopt.padding<VALID>} : (tensor<1x3x4x3xf32>) -> tensor<1x1x1x3xf32>
  return
}

// CHECK-LABEL: func.func @conversions
// CHECK: mopt.quantize
// CHECK: mopt.quantize
// CHECK: mopt.dequantize
// CHECK: mopt.dequantize
func.func @conversions(%f: tensor<2xf32>, %i: tensor<2x!i8>, %h: tensor<2xf16>, %c: tensor<2x!quant.uniform<i8:f32:0, {1.0, 2.0}>>) {
  %0 = mopt.quantize %f : (tensor<2xf32>) -> tensor<2x!i8>
  %1 = mopt.quantize %i : (tensor<2x!i8>) -> tensor<2x!u8>
  %2 = mopt.dequantize %h : (tensor<2xf16>) -> tensor<2xf32>
  %3 = mopt.dequantize %c : (tensor<2x!quant.uniform<i8:f32:0, {1.0, 2.0}>>) -> tensor<2xf32>
  return
}
