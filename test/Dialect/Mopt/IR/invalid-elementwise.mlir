// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @no_broadcast(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>) {
  // expected-error @below {{'mopt.add' op operands of types 'tensor<2x3xf32>' and 'tensor<2x4xf32>' cannot be broadcast to one shape}}
  %0 = mopt.add %x, %y : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @no_broadcast_of_nothing(%x: tensor<0xf32>, %y: tensor<2xf32>) {
  // expected-error @below {{'mopt.mul' op operands of types 'tensor<0xf32>' and 'tensor<2xf32>' cannot be broadcast to one shape}}
  %0 = mopt.mul %x, %y : (tensor<0xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @operand_types(%x: tensor<2xf32>, %y: tensor<2xi32>) {
  // expected-error @below {{'mopt.sub' op lhs and rhs must have the same element type, got 'f32' and 'i32'}}
  %0 = mopt.sub %x, %y : (tensor<2xf32>, tensor<2xi32>) -> tensor<2xf32>
  return
}

// -----

func.func @result_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.maximum' op lhs and output must have the same element type, got 'f32' and 'i32'}}
  %0 = mopt.maximum %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi32>
  return
}

// -----

func.func @mul_result_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.mul' op lhs and output must have the same element type, got 'f32' and 'i32'}}
  %0 = mopt.mul %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi32>
  return
}

// -----

!q = !quant.uniform<i16:f32, 1.0>
!w = !quant.uniform<i8:f32, 1.0>
func.func @mul_widening(%x: tensor<2x!w>) {
  // expected-error @below {{'mopt.mul' op lhs and output must have the same element type, got 'i8' and 'i16'}}
  %0 = mopt.mul %x, %x : (tensor<2x!w>, tensor<2x!w>) -> tensor<2x!q>
  return
}

// -----

func.func @result_shape(%x: tensor<2x1xf32>, %y: tensor<3xf32>) {
  // expected-error @below {{'mopt.minimum' op output must have shape [2, 3], got 'tensor<3x2xf32>'}}
  %0 = mopt.minimum %x, %y : (tensor<2x1xf32>, tensor<3xf32>) -> tensor<3x2xf32>
  return
}

// -----

func.func @fused_sign_bit(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.add' op cannot carry the activation SIGN_BIT; allowed are NONE, RELU, RELU_N1_TO_1, RELU6}}
  %0 = mopt.add %x, %x {fused_activation_function = #mopt.activation<SIGN_BIT>} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @mul_fused_tanh(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.mul' op cannot carry the activation TANH; allowed are NONE, RELU, RELU_N1_TO_1, RELU6}}
  %0 = mopt.mul %x, %x {fused_activation_function = #mopt.activation<TANH>} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @unary_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.relu6' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.relu6 %x : (tensor<2xf32>) -> tensor<2xf16>
  return
}

// -----

func.func @unary_shape(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.hard_swish' op output must have shape [2], got 'tensor<1x2xf32>'}}
  %0 = mopt.hard_swish %x : (tensor<2xf32>) -> tensor<1x2xf32>
  return
}

// -----

func.func @leaky_relu_alpha(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.leaky_relu' op attribute 'alpha' failed to satisfy constraint: 32-bit float attribute}}
  %0 = mopt.leaky_relu %x {alpha = 0.5 : f64} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @softmax_scalar(%x: tensor<f32>) {
  // expected-error @below {{'mopt.softmax' op input must have at least one dimension}}
  %0 = mopt.softmax %x : (tensor<f32>) -> tensor<f32>
  return
}

// -----

!q = !quant.uniform<i8:f32, 0.00390625:-128>
func.func @softmax_types(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.softmax' op input and output must have the same element type, got 'f32' and 'i8'}}
  %0 = mopt.softmax %x : (tensor<2xf32>) -> tensor<2x!q>
  return
}

// -----

func.func @pool_rank(%x: tensor<4x4x1xf32>) {
  // expected-error @below {{'mopt.max_pool_2d' op input must have rank 4, got 'tensor<4x4x1xf32>'}}
  %0 = mopt.max_pool_2d %x : (tensor<4x4x1xf32>) -> tensor<4x4x1xf32>
  return
}

// -----

func.func @pool_type(%x: tensor<1x4x4x1xf32>) {
  // expected-error @below {{'mopt.average_pool_2d' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.average_pool_2d %x : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf16>
  return
}

// -----

func.func @pool_filter(%x: tensor<1x4x4x1xf32>) {
  // expected-error @below {{'mopt.average_pool_2d' op stride, dilation and filter size along the width must be positive, got 1, 1 and -2147483648}}
  %0 = mopt.average_pool_2d %x {filter_width = -2147483648 : i32} : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  return
}

// -----

func.func @pool_window(%x: tensor<1x4x4x1xf32>) {
  // expected-error @below {{'mopt.max_pool_2d' op a window of 5 does not fit into the height of 4 with padding VALID}}
  %0 = mopt.max_pool_2d %x {filter_height = 5 : i32, padding = #mopt.padding<VALID>} : (tensor<1x4x4x1xf32>) -> tensor<1x1x4x1xf32>
  return
}

// -----

func.func @pool_shape(%x: tensor<1x4x4x1xf32>) {
  // expected-error @below {{'mopt.max_pool_2d' op output must have shape [1, 2, 4, 1], got 'tensor<1x4x4x1xf32>'}}
  %0 = mopt.max_pool_2d %x {stride_h = 2 : i32} : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  return
}

// -----

func.func @pool_activation(%x: tensor<1x4x4x1xf32>) {
  // expected-error @below {{'mopt.max_pool_2d' op cannot carry the activation SIGN_BIT; allowed are NONE, RELU, RELU_N1_TO_1, RELU6}}
  %0 = mopt.max_pool_2d %x {fused_activation_function = #mopt.activation<SIGN_BIT>} : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  return
}

// -----

func.func @relu_n1_to_1_types(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.relu_n1_to_1' op input and output must have the same element type, got 'f32' and 'i32'}}
  %0 = mopt.relu_n1_to_1 %x : (tensor<2xf32>) -> tensor<2xi32>
  return
}

// -----

func.func @relu_0_to_1_types(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.relu_0_to_1' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.relu_0_to_1 %x : (tensor<2xf32>) -> tensor<2xf16>
  return
}
