// RUN: mopt-opt %s -split-input-file -verify-diagnostics

// The rules of SVDFs: shapes, element types, the integer form.

func.func @input_rank(
    %a0: tensor<2x1x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x5xf32>,
    %a3: tensor<2xf32>, %a4: tensor<2x20xf32>) {
  // expected-error @+1 {{'mopt.svdf' op input must have rank 2, got 'tensor<2x1x3xf32>'}}
  %0 = mopt.svdf %a0, %a1, %a2, %a3, %a4 {rank = 2 : i32}
    : (tensor<2x1x3xf32>, tensor<4x3xf32>, tensor<4x5xf32>, tensor<2xf32>, tensor<2x20xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @zero_rank(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x5xf32>,
    %a3: tensor<2xf32>, %a4: tensor<2x20xf32>) {
  // expected-error @+1 {{'mopt.svdf' op rank must be positive and divide the 4 filters, got 0}}
  %0 = mopt.svdf %a0, %a1, %a2, %a3, %a4
    : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x5xf32>, tensor<2xf32>, tensor<2x20xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @other_rank(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x5xf32>,
    %a3: tensor<2xf32>, %a4: tensor<2x20xf32>) {
  // expected-error @+1 {{'mopt.svdf' op rank must be positive and divide the 4 filters, got 3}}
  %0 = mopt.svdf %a0, %a1, %a2, %a3, %a4 {rank = 3 : i32}
    : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x5xf32>, tensor<2xf32>, tensor<2x20xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @feature_shape(
    %a0: tensor<2x3xf32>, %a1: tensor<4x2xf32>, %a2: tensor<4x5xf32>,
    %a3: tensor<2xf32>, %a4: tensor<2x20xf32>) {
  // expected-error @+1 {{'mopt.svdf' op feature weights must have shape [4, 3], got 'tensor<4x2xf32>'}}
  %0 = mopt.svdf %a0, %a1, %a2, %a3, %a4 {rank = 2 : i32}
    : (tensor<2x3xf32>, tensor<4x2xf32>, tensor<4x5xf32>, tensor<2xf32>, tensor<2x20xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @time_shape(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<3x5xf32>,
    %a3: tensor<2xf32>, %a4: tensor<2x20xf32>) {
  // expected-error @+1 {{'mopt.svdf' op time weights must have shape [4, 5], got 'tensor<3x5xf32>'}}
  %0 = mopt.svdf %a0, %a1, %a2, %a3, %a4 {rank = 2 : i32}
    : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<3x5xf32>, tensor<2xf32>, tensor<2x20xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @state_shape(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x5xf32>,
    %a3: tensor<2xf32>, %a4: tensor<2x16xf32>) {
  // expected-error @+1 {{'mopt.svdf' op state must have shape [2, 20], got 'tensor<2x16xf32>'}}
  %0 = mopt.svdf %a0, %a1, %a2, %a3, %a4 {rank = 2 : i32}
    : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x5xf32>, tensor<2xf32>, tensor<2x16xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @no_memory(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x0xf32>,
    %a3: tensor<2xf32>, %a4: tensor<2x0xf32>) {
  // expected-error @+1 {{'mopt.svdf' op must remember one step at least}}
  %0 = mopt.svdf %a0, %a1, %a2, %a3, %a4 {rank = 2 : i32}
    : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x0xf32>, tensor<2xf32>, tensor<2x0xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @bias_shape(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x5xf32>,
    %a3: tensor<4xf32>, %a4: tensor<2x20xf32>) {
  // expected-error @+1 {{'mopt.svdf' op bias must have shape [2], got 'tensor<4xf32>'}}
  %0 = mopt.svdf %a0, %a1, %a2, %a3, %a4 {rank = 2 : i32}
    : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x5xf32>, tensor<4xf32>, tensor<2x20xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @output_shape(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x5xf32>,
    %a3: tensor<2xf32>, %a4: tensor<2x20xf32>) {
  // expected-error @+1 {{'mopt.svdf' op output must have shape [2, 2], got 'tensor<2x4xf32>'}}
  %0 = mopt.svdf %a0, %a1, %a2, %a3, %a4 {rank = 2 : i32}
    : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x5xf32>, tensor<2xf32>, tensor<2x20xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @types(
    %a0: tensor<2x3xi32>, %a1: tensor<4x3xf32>, %a2: tensor<4x5xf32>,
    %a3: tensor<2xf32>, %a4: tensor<2x20xf32>) {
  // expected-error @+1 {{'mopt.svdf' op must hold float32, float32 with 8-bit weights, or int8, got 'tensor<2x3xi32>' and 'tensor<4x3xf32>'}}
  %0 = mopt.svdf %a0, %a1, %a2, %a3, %a4 {rank = 2 : i32}
    : (tensor<2x3xi32>, tensor<4x3xf32>, tensor<4x5xf32>, tensor<2xf32>, tensor<2x20xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @mixed_weights(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3x!quant.uniform<i8:f32, 0.1>>,
    %a2: tensor<4x5xf32>, %a3: tensor<2xf32>, %a4: tensor<2x20xf32>) {
  // expected-error @+1 {{'mopt.svdf' op feature weights and time weights must have the same element type, got 'i8' and 'f32'}}
  %0 = mopt.svdf %a0, %a1, %a2, %a3, %a4 {rank = 2 : i32}
    : (tensor<2x3xf32>, tensor<4x3x!quant.uniform<i8:f32, 0.1>>, tensor<4x5xf32>, tensor<2xf32>, tensor<2x20xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @plain_weights(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xi8>, %a2: tensor<4x5xi8>, %a3:
    tensor<2xf32>, %a4: tensor<2x20xf32>) {
  // expected-error @+1 {{'mopt.svdf' op feature weights must hold float32, or 8 bits quantised per tensor, got 'tensor<4x3xi8>'}}
  %0 = mopt.svdf %a0, %a1, %a2, %a3, %a4 {rank = 2 : i32}
    : (tensor<2x3xf32>, tensor<4x3xi8>, tensor<4x5xi8>, tensor<2xf32>, tensor<2x20xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @real_state(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x5xf32>,
    %a3: tensor<2xf32>, %a4: tensor<2x20xi32>) {
  // expected-error @+1 {{'mopt.svdf' op state must hold float32, got 'tensor<2x20xi32>'}}
  %0 = mopt.svdf %a0, %a1, %a2, %a3, %a4 {rank = 2 : i32}
    : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x5xf32>, tensor<2xf32>, tensor<2x20xi32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @int8_state(
    %a0: tensor<2x3x!quant.uniform<i8:f32, 0.1>>, %a1:
    tensor<4x3x!quant.uniform<i8:f32, 0.1>>, %a2:
    tensor<4x5x!quant.uniform<i16:f32, 0.1>>, %a3: tensor<2xi32>, %a4:
    tensor<2x20x!quant.uniform<i8:f32, 0.1>>) {
  // expected-error @+1 {{'mopt.svdf' op state must be quantised per tensor to i16 in the integer form, got }}
  %0 = mopt.svdf %a0, %a1, %a2, %a3, %a4 {rank = 2 : i32, fused_activation_function = #mopt.activation<RELU>}
    : (tensor<2x3x!quant.uniform<i8:f32, 0.1>>, tensor<4x3x!quant.uniform<i8:f32, 0.1>>, tensor<4x5x!quant.uniform<i16:f32, 0.1>>, tensor<2xi32>, tensor<2x20x!quant.uniform<i8:f32, 0.1>>) -> tensor<2x2x!quant.uniform<i8:f32, 0.1>>
  return
}

// -----

func.func @integer_bias(
    %a0: tensor<2x3x!quant.uniform<i8:f32, 0.1>>, %a1:
    tensor<4x3x!quant.uniform<i8:f32, 0.1>>, %a2:
    tensor<4x5x!quant.uniform<i16:f32, 0.1>>, %a3: tensor<2xf32>, %a4:
    tensor<2x20x!quant.uniform<i16:f32, 0.1>>) {
  // expected-error @+1 {{'mopt.svdf' op bias must be quantised per tensor to i32 in the integer form, got 'tensor<2xf32>'}}
  %0 = mopt.svdf %a0, %a1, %a2, %a3, %a4 {rank = 2 : i32, fused_activation_function = #mopt.activation<RELU>}
    : (tensor<2x3x!quant.uniform<i8:f32, 0.1>>, tensor<4x3x!quant.uniform<i8:f32, 0.1>>, tensor<4x5x!quant.uniform<i16:f32, 0.1>>, tensor<2xf32>, tensor<2x20x!quant.uniform<i16:f32, 0.1>>) -> tensor<2x2x!quant.uniform<i8:f32, 0.1>>
  return
}

// -----

func.func @integer_activation(
    %a0: tensor<2x3x!quant.uniform<i8:f32, 0.1>>, %a1:
    tensor<4x3x!quant.uniform<i8:f32, 0.1>>, %a2:
    tensor<4x5x!quant.uniform<i16:f32, 0.1>>, %a3: tensor<2xi32>, %a4:
    tensor<2x20x!quant.uniform<i16:f32, 0.1>>) {
  // expected-error @+1 {{'mopt.svdf' op must have the activation RELU in the integer form, got NONE}}
  %0 = mopt.svdf %a0, %a1, %a2, %a3, %a4 {rank = 2 : i32}
    : (tensor<2x3x!quant.uniform<i8:f32, 0.1>>, tensor<4x3x!quant.uniform<i8:f32, 0.1>>, tensor<4x5x!quant.uniform<i16:f32, 0.1>>, tensor<2xi32>, tensor<2x20x!quant.uniform<i16:f32, 0.1>>) -> tensor<2x2x!quant.uniform<i8:f32, 0.1>>
  return
}
