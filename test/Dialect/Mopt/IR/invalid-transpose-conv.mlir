// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @output_shape_type(%s: tensor<4xi64>, %w: tensor<2x3x3x4xf32>, %x: tensor<1x2x2x4xf32>) {
  // expected-error @below {{'mopt.transpose_conv' op output_shape must hold int32, got 'tensor<4xi64>'}}
  %0 = mopt.transpose_conv %s, %w, %x {stride_h = 2 : i32, stride_w = 2 : i32} : (tensor<4xi64>, tensor<2x3x3x4xf32>, tensor<1x2x2x4xf32>) -> tensor<1x4x4x2xf32>
  return
}

// -----

func.func @output_shape(%w: tensor<2x3x3x4xf32>, %x: tensor<1x2x2x4xf32>) {
  %s = mopt.const {value = dense<[1, 4, 3, 2]> : tensor<4xi32>} : () -> tensor<4xi32>
  // expected-error @below {{'mopt.transpose_conv' op output must have shape [1, 4, 3, 2], got 'tensor<1x4x4x2xf32>'}}
  %0 = mopt.transpose_conv %s, %w, %x {stride_h = 2 : i32, stride_w = 2 : i32} : (tensor<4xi32>, tensor<2x3x3x4xf32>, tensor<1x2x2x4xf32>) -> tensor<1x4x4x2xf32>
  return
}

// -----

func.func @rank(%s: tensor<4xi32>, %w: tensor<2x3x4xf32>, %x: tensor<1x2x2x4xf32>) {
  // expected-error @below {{'mopt.transpose_conv' op filter must have rank 4, got 'tensor<2x3x4xf32>'}}
  %0 = mopt.transpose_conv %s, %w, %x : (tensor<4xi32>, tensor<2x3x4xf32>, tensor<1x2x2x4xf32>) -> tensor<1x2x2x2xf32>
  return
}

// -----

func.func @input_channels(%s: tensor<4xi32>, %w: tensor<2x3x3x5xf32>, %x: tensor<1x2x2x4xf32>) {
  // expected-error @below {{'mopt.transpose_conv' op filter must have the input's 4 channels, got 'tensor<2x3x3x5xf32>'}}
  %0 = mopt.transpose_conv %s, %w, %x : (tensor<4xi32>, tensor<2x3x3x5xf32>, tensor<1x2x2x4xf32>) -> tensor<1x2x2x2xf32>
  return
}

// -----

func.func @output_channels(%s: tensor<4xi32>, %w: tensor<2x3x3x4xf32>, %x: tensor<1x2x2x4xf32>) {
  // expected-error @below {{'mopt.transpose_conv' op output must have batch 1 and 2 channels, got 'tensor<1x2x2x3xf32>'}}
  %0 = mopt.transpose_conv %s, %w, %x : (tensor<4xi32>, tensor<2x3x3x4xf32>, tensor<1x2x2x4xf32>) -> tensor<1x2x2x3xf32>
  return
}

// -----

func.func @size(%s: tensor<4xi32>, %w: tensor<2x3x3x4xf32>, %x: tensor<1x2x2x4xf32>) {
  // expected-error @below {{'mopt.transpose_conv' op input must have a width of 3 for an output of 5, got 2}}
  %0 = mopt.transpose_conv %s, %w, %x {stride_h = 2 : i32, stride_w = 2 : i32} : (tensor<4xi32>, tensor<2x3x3x4xf32>, tensor<1x2x2x4xf32>) -> tensor<1x4x5x2xf32>
  return
}

// -----

func.func @window(%s: tensor<4xi32>, %w: tensor<2x3x3x4xf32>, %x: tensor<1x1x2x4xf32>) {
  // expected-error @below {{'mopt.transpose_conv' op a window of 3 does not fit into the height of 2 with padding VALID}}
  %0 = mopt.transpose_conv %s, %w, %x {padding = #mopt.padding<VALID>} : (tensor<4xi32>, tensor<2x3x3x4xf32>, tensor<1x1x2x4xf32>) -> tensor<1x2x4x2xf32>
  return
}

// -----

func.func @stride(%s: tensor<4xi32>, %w: tensor<2x3x3x4xf32>, %x: tensor<1x2x2x4xf32>) {
  // expected-error @below {{'mopt.transpose_conv' op stride, dilation and filter size along the height must be positive, got 0, 1 and 3}}
  %0 = mopt.transpose_conv %s, %w, %x {stride_h = 0 : i32} : (tensor<4xi32>, tensor<2x3x3x4xf32>, tensor<1x2x2x4xf32>) -> tensor<1x2x2x2xf32>
  return
}

// -----

func.func @bias(%s: tensor<4xi32>, %w: tensor<2x3x3x4xf32>, %x: tensor<1x2x2x4xf32>, %b: tensor<3xf32>) {
  // expected-error @below {{'mopt.transpose_conv' op bias must have 2 elements, one per output channel, got 'tensor<3xf32>'}}
  %0 = mopt.transpose_conv %s, %w, %x, %b : (tensor<4xi32>, tensor<2x3x3x4xf32>, tensor<1x2x2x4xf32>, tensor<3xf32>) -> tensor<1x2x2x2xf32>
  return
}

// -----

func.func @activation(%s: tensor<4xi32>, %w: tensor<2x3x3x4xf32>, %x: tensor<1x2x2x4xf32>) {
  // expected-error @below {{'mopt.transpose_conv' op cannot carry the activation TANH; allowed are NONE, RELU, RELU_N1_TO_1, RELU6}}
  %0 = mopt.transpose_conv %s, %w, %x {fused_activation_function = #mopt.activation<TANH>} : (tensor<4xi32>, tensor<2x3x3x4xf32>, tensor<1x2x2x4xf32>) -> tensor<1x2x2x2xf32>
  return
}

// -----

func.func @weight_axis(%s: tensor<4xi32>, %w: tensor<2x3x3x4x!quant.uniform<i8:f32:3, {0.1, 0.1, 0.2, 0.3}>>, %x: tensor<1x2x2x4x!quant.uniform<i8:f32, 0.1>>) {
  // expected-error @below {{'mopt.transpose_conv' op operand 1 must be quantised along axis 0, got axis 3}}
  %0 = mopt.transpose_conv %s, %w, %x : (tensor<4xi32>, tensor<2x3x3x4x!quant.uniform<i8:f32:3, {0.1, 0.1, 0.2, 0.3}>>, tensor<1x2x2x4x!quant.uniform<i8:f32, 0.1>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 0.2>>
  return
}
