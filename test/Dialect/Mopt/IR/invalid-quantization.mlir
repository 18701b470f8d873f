// RUN: mopt-opt %s -split-input-file -verify-diagnostics

// The rules of quantization that every op obeys.

!q = !quant.any<i8:f32>
func.func @unknown_parameters(%x: tensor<2x!q>) {
  // expected-error @below {{'mopt.relu' op operand 0 must have known scales and zero points, got 'tensor<2x!quant.any<i8:f32>>'}}
  %0 = mopt.relu %x : (tensor<2x!q>) -> tensor<2x!q>
  return
}

// -----

!q = !quant.calibrated<f32<-1.0:1.0>>
func.func @calibrated(%x: tensor<2x!q>) {
  // expected-error @below {{'mopt.relu' op operand 0 must have known scales and zero points, got 'tensor<2x!quant.calibrated<f32<-1.000000e+00:1.000000e+00>>>'}}
  %0 = mopt.relu %x : (tensor<2x!q>) -> tensor<2x!q>
  return
}

// -----

!q = !quant.uniform<i7:f32, 1.0>
func.func @storage_width(%x: tensor<2x!q>) {
  // expected-error @below {{'mopt.relu' op operand 0 must be stored with 2, 4, 8, 16 or 32 bits, got 'tensor<2x!quant.uniform<i7:f32, 1.000000e+00>>'}}
  %0 = mopt.relu %x : (tensor<2x!q>) -> tensor<2x!q>
  return
}

// -----

!q = !quant.uniform<i8:f16, 1.0>
func.func @expressed_type(%x: tensor<2x!q>) {
  // expected-error @below {{'mopt.relu' op operand 0 must stand for float32 values, got 'tensor<2x!quant.uniform<i8:f16, 1.000000e+00>>'}}
  %0 = mopt.relu %x : (tensor<2x!q>) -> tensor<2x!q>
  return
}

// -----

!q = !quant.uniform<i8:f32, 1.0:128>
func.func @zero_point_range(%x: tensor<2x!q>) {
  // expected-error @below {{'mopt.relu' op operand 0 has zero point 128 outside of [-128, 127]}}
  %0 = mopt.relu %x : (tensor<2x!q>) -> tensor<2x!q>
  return
}

// -----

!q = !quant.uniform<u8:f32, 1.0:-1>
func.func @unsigned_zero_point_range(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.quantize' op result has zero point -1 outside of [0, 255]}}
  %0 = mopt.quantize %x : (tensor<2xf32>) -> tensor<2x!q>
  return
}

// -----

!q = !quant.uniform<i8:f32:1, {1.0, 2.0}>
func.func @axis_range() {
  // expected-error @below {{'mopt.const' op result is quantised along axis 1, which 'tensor<2x!quant.uniform<i8:f32:1, {1.000000e+00,2.000000e+00}>>' does not have}}
  %0 = mopt.const {value = dense<1> : tensor<2xi8>} : () -> tensor<2x!q>
  return
}

// -----

!q = !quant.uniform<i8:f32:0, {1.0, 2.0}>
func.func @scale_count() {
  // expected-error @below {{'mopt.const' op result has 2 scales along axis 0 of size 3, got 'tensor<3x!quant.uniform<i8:f32:0, {1.000000e+00,2.000000e+00}>>'}}
  %0 = mopt.const {value = dense<1> : tensor<3xi8>} : () -> tensor<3x!q>
  return
}

// -----

!q = !quant.uniform<i8:f32:{1:2}, {{1.0, 2.0}}>
func.func @block_count() {
  // expected-error @below {{'mopt.const' op result has 2 scales along axis 1 of size 6, got 'tensor<1x6x!quant.uniform<i8:f32:{1:2}, {{1.000000e+00, 2.000000e+00}}>>'}}
  %0 = mopt.const {value = dense<1> : tensor<1x6xi8>} : () -> tensor<1x6x!q>
  return
}

// -----

!q = !quant.uniform<i8:f32:{1:2}, {{1.0, 2.0}}>
func.func @block_axis() {
  // expected-error @below {{'mopt.const' op result must have scales of rank 1, got 'tensor<4x!quant.uniform<i8:f32:{1:2}, {{1.000000e+00, 2.000000e+00}}>>'}}
  %0 = mopt.const {value = dense<1> : tensor<4xi8>} : () -> tensor<4x!q>
  return
}

// -----

!q = !quant.uniform<i8:f32:0, {1.0, 2.0}>
func.func @activation_per_axis(%x: tensor<2x!q>) {
  // expected-error @below {{'mopt.relu' op operand 0 is an activation and must be quantised per tensor, got 'tensor<2x!quant.uniform<i8:f32:0, {1.000000e+00,2.000000e+00}>>'}}
  %0 = mopt.relu %x : (tensor<2x!q>) -> tensor<2x!q>
  return
}

// -----

!q = !quant.uniform<i8:f32:{1:2}, {{1.0, 2.0}}>
func.func @activation_blocks(%x: tensor<1x4x!q>) {
  // expected-error @below {{'mopt.relu' op operand 0 is an activation and must be quantised per tensor, got 'tensor<1x4x!quant.uniform<i8:f32:{1:2}, {{1.000000e+00, 2.000000e+00}}>>'}}
  %0 = mopt.relu %x : (tensor<1x4x!q>) -> tensor<1x4x!q>
  return
}

// -----

!q = !quant.uniform<i8:f32, 1.0>
!r = !quant.uniform<i8:f32:0, {1.0, 2.0}>
func.func @result_per_axis(%x: tensor<2x!q>) {
  // expected-error @below {{'mopt.relu' op result is an activation and must be quantised per tensor, got 'tensor<2x!quant.uniform<i8:f32:0, {1.000000e+00,2.000000e+00}>>'}}
  %0 = mopt.relu %x : (tensor<2x!q>) -> tensor<2x!r>
  return
}

// -----

!q = !quant.uniform<i16:f32, 1.0:3>
func.func @int16_zero_point(%x: tensor<2x!q>) {
  // expected-error @below {{'mopt.relu' op operand 0 is quantised with 16 bits and must have zero point 0, got 3}}
  %0 = mopt.relu %x : (tensor<2x!q>) -> tensor<2x!q>
  return
}

// -----

!q = !quant.uniform<i8:f32, 1.0>
!w = !quant.uniform<i8:f32:3, {1.0, 2.0}>
func.func @weight_axis(%x: tensor<1x1x1x2x!q>, %f: tensor<2x1x1x2x!w>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.conv_2d' op operand 1 must be quantised along axis 0, got axis 3}}
  %0 = mopt.conv_2d %x, %f, %none : (tensor<1x1x1x2x!q>, tensor<2x1x1x2x!w>, none) -> tensor<1x1x1x2x!q>
  return
}

// -----

!q = !quant.uniform<i8:f32, 1.0>
!w = !quant.uniform<i8:f32:0, {1.0}>
func.func @depthwise_weight_axis(%x: tensor<1x1x1x1x!q>, %f: tensor<1x1x1x1x!w>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.depthwise_conv_2d' op operand 1 must be quantised along axis 3, got axis 0}}
  %0 = mopt.depthwise_conv_2d %x, %f, %none : (tensor<1x1x1x1x!q>, tensor<1x1x1x1x!w>, none) -> tensor<1x1x1x1x!q>
  return
}

// -----

!q = !quant.uniform<i8:f32, 1.0>
!w = !quant.uniform<i8:f32:0, {1.0:0, 2.0:1}>
func.func @weight_zero_point(%x: tensor<1x1x!q>, %f: tensor<2x1x!w>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.fully_connected' op operand 1 is a weight and must have zero point 0, got 'tensor<2x1x!quant.uniform<i8:f32:0, {1.000000e+00,2.000000e+00:1}>>'}}
  %0 = mopt.fully_connected %x, %f, %none : (tensor<1x1x!q>, tensor<2x1x!w>, none) -> tensor<1x2x!q>
  return
}

// -----

!q = !quant.uniform<u8:f32, 1.0>
!w = !quant.uniform<u8:f32:0, {1.0, 2.0}>
func.func @unsigned_weight_per_axis(%x: tensor<1x1x!q>, %f: tensor<2x1x!w>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.fully_connected' op operand 1 is unsigned and must be quantised per tensor, got 'tensor<2x1x!quant.uniform<u8:f32:0, {1.000000e+00,2.000000e+00}>>'}}
  %0 = mopt.fully_connected %x, %f, %none : (tensor<1x1x!q>, tensor<2x1x!w>, none) -> tensor<1x2x!q>
  return
}

// -----

!q = !quant.uniform<i8:f32, 1.0>
!b = !quant.uniform<i32:f32, 1.0:5>
func.func @bias_zero_point(%x: tensor<1x1x!q>, %f: tensor<2x1x!q>, %b: tensor<2x!b>) {
  // expected-error @below {{'mopt.fully_connected' op operand 2 is a bias and must have zero point 0, got 'tensor<2x!quant.uniform<i32:f32, 1.000000e+00:5>>'}}
  %0 = mopt.fully_connected %x, %f, %b : (tensor<1x1x!q>, tensor<2x1x!q>, tensor<2x!b>) -> tensor<1x2x!q>
  return
}

// -----

!q = !quant.uniform<i32:f32, 1.0>
func.func @quantised_indices(%x: tensor<2x2xf32>, %a: tensor<1x!q>) {
  // expected-error @below {{'mopt.mean' op operand 1 holds indices and must not be quantised, got 'tensor<1x!quant.uniform<i32:f32, 1.000000e+00>>'}}
  %0 = mopt.mean %x, %a : (tensor<2x2xf32>, tensor<1x!q>) -> tensor<2xf32>
  return
}

// -----

!q = !quant.uniform<i8:f32, 1.0>
!r = !quant.uniform<i8:f32, 0.0039:-128>
func.func @softmax_scale(%x: tensor<2x!q>) {
  // expected-error @below {{'mopt.softmax' op output must have scale 3.906250e-03 and zero point -128, got 'tensor<2x!quant.uniform<i8:f32, 3.900000e-03:-128>>'}}
  %0 = mopt.softmax %x : (tensor<2x!q>) -> tensor<2x!r>
  return
}

// -----

!q = !quant.uniform<u8:f32, 1.0>
!r = !quant.uniform<u8:f32, 0.00390625:128>
func.func @unsigned_softmax_zero_point(%x: tensor<2x!q>) {
  // expected-error @below {{'mopt.softmax' op output must have scale 3.906250e-03 and zero point 0, got 'tensor<2x!quant.uniform<u8:f32, 3.906250e-03:128>>'}}
  %0 = mopt.softmax %x : (tensor<2x!q>) -> tensor<2x!r>
  return
}

// -----

!q = !quant.uniform<i8:f32, 1.0>
!r = !quant.uniform<i8:f32, 0.003907:-128>
// LiteRT compares the scale of logistic exactly, that of softmax to 0.1 %.
func.func @logistic_scale(%x: tensor<2x!q>) {
  // expected-error @below {{'mopt.logistic' op output must have scale 3.906250e-03 and zero point -128, got 'tensor<2x!quant.uniform<i8:f32, 3.907000e-03:-128>>'}}
  %0 = mopt.logistic %x : (tensor<2x!q>) -> tensor<2x!r>
  return
}

// -----

!q = !quant.uniform<i16:f32, 1.0>
func.func @tanh_int16_scale(%x: tensor<2x!q>) {
  // expected-error @below {{'mopt.tanh' op output must have scale 3.051758e-05 and zero point 0, got 'tensor<2x!quant.uniform<i16:f32, 1.000000e+00>>'}}
  %0 = mopt.tanh %x : (tensor<2x!q>) -> tensor<2x!q>
  return
}

// -----

func.func @quantize_output(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.quantize' op output must be quantised, got 'tensor<2xi8>'}}
  %0 = mopt.quantize %x : (tensor<2xf32>) -> tensor<2xi8>
  return
}

// -----

!q = !quant.uniform<i8:f32, 1.0>
func.func @quantize_input(%x: tensor<2xi32>) {
  // expected-error @below {{'mopt.quantize' op input must be float32 or quantised, got 'tensor<2xi32>'}}
  %0 = mopt.quantize %x : (tensor<2xi32>) -> tensor<2x!q>
  return
}

// -----

!q = !quant.uniform<i8:f32, 1.0>
func.func @quantize_shape(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.quantize' op output must have shape [2], got 'tensor<3x!quant.uniform<i8:f32, 1.000000e+00>>'}}
  %0 = mopt.quantize %x : (tensor<2xf32>) -> tensor<3x!q>
  return
}

// -----

func.func @dequantize_input(%x: tensor<2xi8>) {
  // expected-error @below {{'mopt.dequantize' op input must be quantised or float16, got 'tensor<2xi8>'}}
  %0 = mopt.dequantize %x : (tensor<2xi8>) -> tensor<2xf32>
  return
}

// -----

func.func @dequantize_output(%x: tensor<2xf16>) {
  // expected-error @below {{'mopt.dequantize' op output must be float32, got 'tensor<2xf16>'}}
  %0 = mopt.dequantize %x : (tensor<2xf16>) -> tensor<2xf16>
  return
}

// -----

func.func @dequantize_shape(%x: tensor<2xf16>) {
  // expected-error @below {{'mopt.dequantize' op output must have shape [2], got 'tensor<f32>'}}
  %0 = mopt.dequantize %x : (tensor<2xf16>) -> tensor<f32>
  return
}

// -----

func.func @fake_quant_bits(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.fake_quant' op num_bits must be from 2 to 16, got 1}}
  %0 = mopt.fake_quant %x {num_bits = 1 : i32, max = 1.0 : f32} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @fake_quant_range(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.fake_quant' op min must be less than max and both finite, got}}
  %0 = mopt.fake_quant %x {num_bits = 8 : i32, min = 1.0 : f32, max = 1.0 : f32} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @fake_quant_type(%x: tensor<2xi32>) {
  // expected-error @below {{'mopt.fake_quant' op input and output must be float32, got 'tensor<2xi32>'}}
  %0 = mopt.fake_quant %x {num_bits = 8 : i32, max = 1.0 : f32} : (tensor<2xi32>) -> tensor<2xi32>
  return
}
