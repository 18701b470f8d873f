// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @rank(%x: tensor<1x3x3x2xf32>, %w: tensor<2x2x2x2x4xf32>) {
  // expected-error @below {{'mopt.conv_3d' op input must have rank 5, got 'tensor<1x3x3x2xf32>'}}
  %0 = mopt.conv_3d %x, %w : (tensor<1x3x3x2xf32>, tensor<2x2x2x2x4xf32>) -> tensor<1x3x3x3x4xf32>
  return
}

// -----

func.func @channels(%x: tensor<1x3x3x3x2xf32>, %w: tensor<2x2x2x1x4xf32>) {
  // expected-error @below {{'mopt.conv_3d' op filter must have the input's 2 channels, got 'tensor<2x2x2x1x4xf32>'}}
  %0 = mopt.conv_3d %x, %w : (tensor<1x3x3x3x2xf32>, tensor<2x2x2x1x4xf32>) -> tensor<1x3x3x3x4xf32>
  return
}

// -----

func.func @types(%x: tensor<1x3x3x3x2xf32>, %w: tensor<2x2x2x2x4xf16>) {
  // expected-error @below {{'mopt.conv_3d' op is defined for float32 only, got 'tensor<2x2x2x2x4xf16>'}}
  %0 = mopt.conv_3d %x, %w : (tensor<1x3x3x3x2xf32>, tensor<2x2x2x2x4xf16>) -> tensor<1x3x3x3x4xf32>
  return
}

// -----

func.func @bias(%x: tensor<1x3x3x3x2xf32>, %w: tensor<2x2x2x2x4xf32>, %b: tensor<2xf32>) {
  // expected-error @below {{'mopt.conv_3d' op bias must have 4 elements, one per output channel, got 'tensor<2xf32>'}}
  %0 = mopt.conv_3d %x, %w, %b : (tensor<1x3x3x3x2xf32>, tensor<2x2x2x2x4xf32>, tensor<2xf32>) -> tensor<1x3x3x3x4xf32>
  return
}

// -----

func.func @activation(%x: tensor<1x3x3x3x2xf32>, %w: tensor<2x2x2x2x4xf32>) {
  // expected-error @below {{'mopt.conv_3d' op cannot carry the activation TANH; allowed are NONE, RELU, RELU_N1_TO_1, RELU6}}
  %0 = mopt.conv_3d %x, %w {fused_activation_function = #mopt.activation<TANH>} : (tensor<1x3x3x3x2xf32>, tensor<2x2x2x2x4xf32>) -> tensor<1x3x3x3x4xf32>
  return
}

// -----

func.func @stride(%x: tensor<1x3x3x3x2xf32>, %w: tensor<2x2x2x2x4xf32>) {
  // expected-error @below {{'mopt.conv_3d' op stride, dilation and filter size along the depth must be positive, got 0, 1 and 2}}
  %0 = mopt.conv_3d %x, %w {stride_d = 0 : i32} : (tensor<1x3x3x3x2xf32>, tensor<2x2x2x2x4xf32>) -> tensor<1x3x3x3x4xf32>
  return
}

// -----

func.func @shape(%x: tensor<1x3x3x3x2xf32>, %w: tensor<2x2x2x2x4xf32>) {
  // expected-error @below {{'mopt.conv_3d' op output must have shape [1, 2, 2, 3, 4], got 'tensor<1x3x3x3x4xf32>'}}
  %0 = mopt.conv_3d %x, %w {stride_d = 2 : i32, stride_h = 2 : i32} : (tensor<1x3x3x3x2xf32>, tensor<2x2x2x2x4xf32>) -> tensor<1x3x3x3x4xf32>
  return
}

// -----

func.func @transpose_output_shape_type(%s: tensor<5xi64>, %x: tensor<1x3x3x3x2xf32>, %w: tensor<2x2x2x4x2xf32>) {
  // expected-error @below {{'mopt.conv_3d_transpose' op output_shape must hold int32, got 'tensor<5xi64>'}}
  %0 = mopt.conv_3d_transpose %s, %w, %x : (tensor<5xi64>, tensor<2x2x2x4x2xf32>, tensor<1x3x3x3x2xf32>) -> tensor<1x3x3x3x4xf32>
  return
}

// -----

func.func @transpose_output_shape(%x: tensor<1x3x3x3x2xf32>, %w: tensor<2x2x2x4x2xf32>) {
  %s = mopt.const {value = dense<[1, 3, 3, 4, 4]> : tensor<5xi32>} : () -> tensor<5xi32>
  // expected-error @below {{'mopt.conv_3d_transpose' op output must have shape [1, 3, 3, 4, 4], got 'tensor<1x3x3x3x4xf32>'}}
  %0 = mopt.conv_3d_transpose %s, %w, %x : (tensor<5xi32>, tensor<2x2x2x4x2xf32>, tensor<1x3x3x3x2xf32>) -> tensor<1x3x3x3x4xf32>
  return
}

// -----

func.func @transpose_channels(%s: tensor<5xi32>, %x: tensor<1x3x3x3x2xf32>, %w: tensor<2x2x2x4x3xf32>) {
  // expected-error @below {{'mopt.conv_3d_transpose' op filter must have the input's 2 channels, got 'tensor<2x2x2x4x3xf32>'}}
  %0 = mopt.conv_3d_transpose %s, %w, %x : (tensor<5xi32>, tensor<2x2x2x4x3xf32>, tensor<1x3x3x3x2xf32>) -> tensor<1x3x3x3x4xf32>
  return
}

// -----

func.func @transpose_output(%s: tensor<5xi32>, %x: tensor<1x3x3x3x2xf32>, %w: tensor<2x2x2x4x2xf32>) {
  // expected-error @below {{'mopt.conv_3d_transpose' op output must have batch 1 and 4 channels, got 'tensor<1x3x3x3x5xf32>'}}
  %0 = mopt.conv_3d_transpose %s, %w, %x : (tensor<5xi32>, tensor<2x2x2x4x2xf32>, tensor<1x3x3x3x2xf32>) -> tensor<1x3x3x3x5xf32>
  return
}

// -----

func.func @transpose_size(%s: tensor<5xi32>, %x: tensor<1x3x3x3x2xf32>, %w: tensor<2x2x2x4x2xf32>) {
  // expected-error @below {{'mopt.conv_3d_transpose' op input must have shape [1, 3, 4, 3, 2], got 'tensor<1x3x3x3x2xf32>'}}
  %0 = mopt.conv_3d_transpose %s, %w, %x : (tensor<5xi32>, tensor<2x2x2x4x2xf32>, tensor<1x3x3x3x2xf32>) -> tensor<1x3x4x3x4xf32>
  return
}
