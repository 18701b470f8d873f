// RUN: mopt-opt %s -split-input-file -verify-diagnostics

// The rules of lstm and bidirectional_sequence_lstm that are not those of
// unidirectional_sequence_lstm (invalid-recurrent.mlir).

func.func @operand_count(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>) {
  // expected-error @+1 {{'mopt.lstm' op must have 20 or 24 operands, got 5}}
  %0 = mopt.lstm %a0, %a1, %a2, %a3, %a4 {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @two_results(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15:
    tensor<4xf32>, %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.lstm' op must have 1 result, got 2}}
  %0:2 = mopt.lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none) -> (tensor<2x4xf32>, tensor<2x4xf32>)
  return
}

// -----

func.func @sequence_input(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15:
    tensor<4xf32>, %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.lstm' op operand 0 (input) must have rank 2, got 'tensor<2x5x3xf32>'}}
  %0 = mopt.lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none) -> tensor<2x4xf32>
  return
}

// -----

func.func @diagonal(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15:
    tensor<4xf32>, %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.lstm' op operand 8 (recurrent weights of the output gate) must have rank 2, got 'tensor<4xf32>'}}
  %0 = mopt.lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none) -> tensor<2x4xf32>
  return
}

// -----

func.func @output_shape(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15:
    tensor<4xf32>, %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.lstm' op output must have shape [2, 4], got 'tensor<2x3xf32>'}}
  %0 = mopt.lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none) -> tensor<2x3xf32>
  return
}

// -----

func.func @form(
    %a0: tensor<2x3xi32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15:
    tensor<4xf32>, %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.lstm' op has no form of these element types, got 'tensor<2x3xi32>' and 'tensor<4x3xf32>'}}
  %0 = mopt.lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x3xi32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none) -> tensor<2x4xf32>
  return
}

// -----

func.func @mixed_weights(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xf32>, %a2:
    tensor<4x3x!quant.uniform<i8:f32, 0.1>>, %a3: tensor<4x3xf32>, %a4:
    tensor<4x3xf32>, %a5: tensor<4x4xf32>, %a6: tensor<4x4xf32>, %a7:
    tensor<4x4xf32>, %a8: tensor<4x4xf32>, %a12: tensor<4xf32>, %a13:
    tensor<4xf32>, %a14: tensor<4xf32>, %a15: tensor<4xf32>, %a18:
    tensor<2x4xf32>, %a19: tensor<2x4xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.lstm' op operand 4 (input weights of the output gate) and operand 2 (input weights of the forget gate) must have the same element type, got 'f32' and 'i8'}}
  %0 = mopt.lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x3x!quant.uniform<i8:f32, 0.1>>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none) -> tensor<2x4xf32>
  return
}

// -----

func.func @plain_weights(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xi8>, %a2: tensor<4x3xi8>, %a3:
    tensor<4x3xi8>, %a4: tensor<4x3xi8>, %a5: tensor<4x4xi8>, %a6:
    tensor<4x4xi8>, %a7: tensor<4x4xi8>, %a8: tensor<4x4xi8>, %a12:
    tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15:
    tensor<4xf32>, %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.lstm' op operand 1 (input weights of the input gate) must hold float32, or 8 bits quantised per tensor, got 'tensor<4x3xi8>'}}
  %0 = mopt.lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x3xf32>, tensor<4x3xi8>, tensor<4x3xi8>, tensor<4x3xi8>, tensor<4x3xi8>, tensor<4x4xi8>, tensor<4x4xi8>, tensor<4x4xi8>, tensor<4x4xi8>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none) -> tensor<2x4xf32>
  return
}

// -----

func.func @integer_bias(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xi32>, %a14: tensor<4xf32>, %a15:
    tensor<4xf32>, %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.lstm' op operand 13 (bias of the forget gate) must hold float32, got 'tensor<4xi32>'}}
  %0 = mopt.lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xi32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none) -> tensor<2x4xf32>
  return
}

// -----

func.func @basic_operands(
    %a0: tensor<2x3xf32>, %a1: tensor<2x4xf32>, %a2: tensor<16x7xf32>,
    %a3: tensor<16xf32>) {
  // expected-error @+1 {{'mopt.lstm' op must have 5 operands and 4 results with the kernel BASIC, got 4 and 4}}
  %0:4 = mopt.lstm %a0, %a1, %a2, %a3 {kernel_type = #mopt.lstm_kernel_type<BASIC>}
    : (tensor<2x3xf32>, tensor<2x4xf32>, tensor<16x7xf32>, tensor<16xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x7xf32>, tensor<2x16xf32>)
  return
}

// -----

func.func @basic_absent(
    %a0: tensor<2x3xf32>, %a1: tensor<2x4xf32>, %a2: tensor<16x7xf32>,
    %a4: tensor<2x4xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.lstm' op operand 3 must be present}}
  %0:4 = mopt.lstm %a0, %a1, %a2, %none, %a4 {kernel_type = #mopt.lstm_kernel_type<BASIC>}
    : (tensor<2x3xf32>, tensor<2x4xf32>, tensor<16x7xf32>, none, tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x7xf32>, tensor<2x16xf32>)
  return
}

// -----

func.func @basic_rank(
    %a0: tensor<3xf32>, %a1: tensor<2x4xf32>, %a2: tensor<16x7xf32>,
    %a3: tensor<16xf32>, %a4: tensor<2x4xf32>) {
  // expected-error @+1 {{'mopt.lstm' op input must have rank 2, got 'tensor<3xf32>'}}
  %0:4 = mopt.lstm %a0, %a1, %a2, %a3, %a4 {kernel_type = #mopt.lstm_kernel_type<BASIC>}
    : (tensor<3xf32>, tensor<2x4xf32>, tensor<16x7xf32>, tensor<16xf32>, tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x7xf32>, tensor<2x16xf32>)
  return
}

// -----

func.func @basic_last_output(
    %a0: tensor<2x3xf32>, %a1: tensor<1x4xf32>, %a2: tensor<16x7xf32>,
    %a3: tensor<16xf32>, %a4: tensor<2x4xf32>) {
  // expected-error @+1 {{'mopt.lstm' op last output must have shape [2, 4], got 'tensor<1x4xf32>'}}
  %0:4 = mopt.lstm %a0, %a1, %a2, %a3, %a4 {kernel_type = #mopt.lstm_kernel_type<BASIC>}
    : (tensor<2x3xf32>, tensor<1x4xf32>, tensor<16x7xf32>, tensor<16xf32>, tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x7xf32>, tensor<2x16xf32>)
  return
}

// -----

func.func @basic_weights(
    %a0: tensor<2x3xf32>, %a1: tensor<2x4xf32>, %a2: tensor<16x3xf32>,
    %a3: tensor<16xf32>, %a4: tensor<2x4xf32>) {
  // expected-error @+1 {{'mopt.lstm' op weights must have shape [16, 7], got 'tensor<16x3xf32>'}}
  %0:4 = mopt.lstm %a0, %a1, %a2, %a3, %a4 {kernel_type = #mopt.lstm_kernel_type<BASIC>}
    : (tensor<2x3xf32>, tensor<2x4xf32>, tensor<16x3xf32>, tensor<16xf32>, tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x7xf32>, tensor<2x16xf32>)
  return
}

// -----

func.func @basic_result(
    %a0: tensor<2x3xf32>, %a1: tensor<2x4xf32>, %a2: tensor<16x7xf32>,
    %a3: tensor<16xf32>, %a4: tensor<2x4xf32>) {
  // expected-error @+1 {{'mopt.lstm' op result 3 must have shape [2, 16], got 'tensor<2x4xf32>'}}
  %0:4 = mopt.lstm %a0, %a1, %a2, %a3, %a4 {kernel_type = #mopt.lstm_kernel_type<BASIC>}
    : (tensor<2x3xf32>, tensor<2x4xf32>, tensor<16x7xf32>, tensor<16xf32>, tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x7xf32>, tensor<2x4xf32>)
  return
}

// -----

func.func @basic_float_operand(
    %a0: tensor<2x3xf32>, %a1: tensor<2x4xf32>, %a2: tensor<16x7xf32>,
    %a3: tensor<16xi32>, %a4: tensor<2x4xf32>) {
  // expected-error @+1 {{'mopt.lstm' op operand 3 must hold 'f32' in the float form, got 'tensor<16xi32>'}}
  %0:4 = mopt.lstm %a0, %a1, %a2, %a3, %a4 {kernel_type = #mopt.lstm_kernel_type<BASIC>}
    : (tensor<2x3xf32>, tensor<2x4xf32>, tensor<16x7xf32>, tensor<16xi32>, tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x7xf32>, tensor<2x16xf32>)
  return
}

// -----

func.func @basic_integer_operand(
    %a0: tensor<2x3x!quant.uniform<u8:f32, 0.0078125:128>>, %a1:
    tensor<2x4x!quant.uniform<u8:f32, 0.0078125:128>>, %a2:
    tensor<16x7x!quant.uniform<u8:f32, 0.01:137>>, %a3:
    tensor<16x!quant.uniform<i32:f32, 7.8125e-05>>, %a4: tensor<2x4xf32>) {
  // expected-error @+1 {{'mopt.lstm' op operand 4 must hold 'i16' in the integer form, got 'tensor<2x4xf32>'}}
  %0:4 = mopt.lstm %a0, %a1, %a2, %a3, %a4 {kernel_type = #mopt.lstm_kernel_type<BASIC>}
    : (tensor<2x3x!quant.uniform<u8:f32, 0.0078125:128>>, tensor<2x4x!quant.uniform<u8:f32, 0.0078125:128>>, tensor<16x7x!quant.uniform<u8:f32, 0.01:137>>, tensor<16x!quant.uniform<i32:f32, 7.8125e-05>>, tensor<2x4xf32>) -> (tensor<2x4x!quant.uniform<u8:f32, 0.0078125:128>>, tensor<2x4x!quant.uniform<i16:f32, 4.8828125E-4>>, tensor<2x7x!quant.uniform<u8:f32, 0.0078125:128>>, tensor<2x16x!quant.uniform<i16:f32, 2.44140625E-4>>)
  return
}

// -----

func.func @basic_plain_weights(
    %a0: tensor<2x3x!quant.uniform<u8:f32, 0.0078125:128>>, %a1:
    tensor<2x4x!quant.uniform<u8:f32, 0.0078125:128>>, %a2:
    tensor<16x7xui8>, %a3: tensor<16x!quant.uniform<i32:f32,
    7.8125e-05>>, %a4: tensor<2x4x!quant.uniform<i16:f32, 4.8828125E-4>>) {
  // expected-error @+1 {{'mopt.lstm' op operand 2 must be quantised per tensor, got 'tensor<16x7xui8>'}}
  %0:4 = mopt.lstm %a0, %a1, %a2, %a3, %a4 {kernel_type = #mopt.lstm_kernel_type<BASIC>}
    : (tensor<2x3x!quant.uniform<u8:f32, 0.0078125:128>>, tensor<2x4x!quant.uniform<u8:f32, 0.0078125:128>>, tensor<16x7xui8>, tensor<16x!quant.uniform<i32:f32, 7.8125e-05>>, tensor<2x4x!quant.uniform<i16:f32, 4.8828125E-4>>) -> (tensor<2x4x!quant.uniform<u8:f32, 0.0078125:128>>, tensor<2x4x!quant.uniform<i16:f32, 4.8828125E-4>>, tensor<2x7x!quant.uniform<u8:f32, 0.0078125:128>>, tensor<2x16x!quant.uniform<i16:f32, 2.44140625E-4>>)
  return
}

// -----

func.func @basic_cell_scale(
    %a0: tensor<2x3x!quant.uniform<u8:f32, 0.0078125:128>>, %a1:
    tensor<2x4x!quant.uniform<u8:f32, 0.0078125:128>>, %a2:
    tensor<16x7x!quant.uniform<u8:f32, 0.01:137>>, %a3:
    tensor<16x!quant.uniform<i32:f32, 7.8125e-05>>, %a4:
    tensor<2x4x!quant.uniform<i16:f32, 9.765625E-4>>) {
  // expected-error @+1 {{'mopt.lstm' op cell state must have the scale 2^-11, got }}
  %0:4 = mopt.lstm %a0, %a1, %a2, %a3, %a4 {kernel_type = #mopt.lstm_kernel_type<BASIC>}
    : (tensor<2x3x!quant.uniform<u8:f32, 0.0078125:128>>, tensor<2x4x!quant.uniform<u8:f32, 0.0078125:128>>, tensor<16x7x!quant.uniform<u8:f32, 0.01:137>>, tensor<16x!quant.uniform<i32:f32, 7.8125e-05>>, tensor<2x4x!quant.uniform<i16:f32, 9.765625E-4>>) -> (tensor<2x4x!quant.uniform<u8:f32, 0.0078125:128>>, tensor<2x4x!quant.uniform<i16:f32, 4.8828125E-4>>, tensor<2x7x!quant.uniform<u8:f32, 0.0078125:128>>, tensor<2x16x!quant.uniform<i16:f32, 2.44140625E-4>>)
  return
}

// -----

func.func @bidirectional_operands(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15:
    tensor<4xf32>, %a18: tensor<2x3xf32>, %a19: tensor<2x3xf32>, %a20:
    tensor<2x3xf32>, %a21: tensor<2x3xf32>, %a22: tensor<2x2xf32>, %a23:
    tensor<2x2xf32>, %a24: tensor<2x2xf32>, %a25: tensor<2x2xf32>, %a29:
    tensor<2xf32>, %a30: tensor<2xf32>, %a31: tensor<2xf32>, %a32:
    tensor<2xf32>, %a35: tensor<5x4xf32>, %a36: tensor<5x4xf32>, %a37:
    tensor<5x2xf32>, %a38: tensor<5x2xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.bidirectional_sequence_lstm' op must have 48 operands, got 40}}
  %0:2 = mopt.bidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %a20, %a21, %a22, %a23, %a24, %a25, %none, %none, %none, %a29, %a30, %a31, %a32, %none, %none, %a35, %a36, %a37, %a38, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, none, none, none, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, none, none, tensor<5x4xf32>, tensor<5x4xf32>, tensor<5x2xf32>, tensor<5x2xf32>, none) -> (tensor<2x5x4xf32>, tensor<2x5x2xf32>)
  return
}

// -----

func.func @half_aux_weights(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15:
    tensor<4xf32>, %a18: tensor<2x3xf32>, %a19: tensor<2x3xf32>, %a20:
    tensor<2x3xf32>, %a21: tensor<2x3xf32>, %a22: tensor<2x2xf32>, %a23:
    tensor<2x2xf32>, %a24: tensor<2x2xf32>, %a25: tensor<2x2xf32>, %a29:
    tensor<2xf32>, %a30: tensor<2xf32>, %a31: tensor<2xf32>, %a32:
    tensor<2xf32>, %a35: tensor<5x4xf32>, %a36: tensor<5x4xf32>, %a37:
    tensor<5x2xf32>, %a38: tensor<5x2xf32>, %a39: tensor<2x5x3xf32>,
    %a41: tensor<4x3xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.bidirectional_sequence_lstm' op must have auxiliary weights of both layers or of none}}
  %0:2 = mopt.bidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %a20, %a21, %a22, %a23, %a24, %a25, %none, %none, %none, %a29, %a30, %a31, %a32, %none, %none, %a35, %a36, %a37, %a38, %a39, %none, %a41, %none, %none, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, none, none, none, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, none, none, tensor<5x4xf32>, tensor<5x4xf32>, tensor<5x2xf32>, tensor<5x2xf32>, tensor<2x5x3xf32>, none, tensor<4x3xf32>, none, none, none, none, none, none) -> (tensor<2x5x4xf32>, tensor<2x5x2xf32>)
  return
}

// -----

func.func @gate_without_aux(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15:
    tensor<4xf32>, %a18: tensor<2x3xf32>, %a19: tensor<2x3xf32>, %a20:
    tensor<2x3xf32>, %a21: tensor<2x3xf32>, %a22: tensor<2x2xf32>, %a23:
    tensor<2x2xf32>, %a24: tensor<2x2xf32>, %a25: tensor<2x2xf32>, %a29:
    tensor<2xf32>, %a30: tensor<2xf32>, %a31: tensor<2xf32>, %a32:
    tensor<2xf32>, %a35: tensor<5x4xf32>, %a36: tensor<5x4xf32>, %a37:
    tensor<5x2xf32>, %a38: tensor<5x2xf32>, %a39: tensor<2x5x3xf32>,
    %a40: tensor<4x3xf32>, %a41: tensor<4x3xf32>, %a42: tensor<4x3xf32>,
    %a43: tensor<4x3xf32>, %a44: tensor<2x3xf32>, %a45: tensor<2x3xf32>,
    %a47: tensor<2x3xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.bidirectional_sequence_lstm' op operand 46 (auxiliary weights of the cell gate) must be present}}
  %0:2 = mopt.bidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %a20, %a21, %a22, %a23, %a24, %a25, %none, %none, %none, %a29, %a30, %a31, %a32, %none, %none, %a35, %a36, %a37, %a38, %a39, %a40, %a41, %a42, %a43, %a44, %a45, %none, %a47 {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, none, none, none, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, none, none, tensor<5x4xf32>, tensor<5x4xf32>, tensor<5x2xf32>, tensor<5x2xf32>, tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, none, tensor<2x3xf32>) -> (tensor<2x5x4xf32>, tensor<2x5x2xf32>)
  return
}

// -----

func.func @aux_weights_shape(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15:
    tensor<4xf32>, %a18: tensor<2x3xf32>, %a19: tensor<2x3xf32>, %a20:
    tensor<2x3xf32>, %a21: tensor<2x3xf32>, %a22: tensor<2x2xf32>, %a23:
    tensor<2x2xf32>, %a24: tensor<2x2xf32>, %a25: tensor<2x2xf32>, %a29:
    tensor<2xf32>, %a30: tensor<2xf32>, %a31: tensor<2xf32>, %a32:
    tensor<2xf32>, %a35: tensor<5x4xf32>, %a36: tensor<5x4xf32>, %a37:
    tensor<5x2xf32>, %a38: tensor<5x2xf32>, %a39: tensor<2x5x3xf32>,
    %a40: tensor<4x3xf32>, %a41: tensor<4x3xf32>, %a42: tensor<4x6xf32>,
    %a43: tensor<4x3xf32>, %a44: tensor<2x3xf32>, %a45: tensor<2x3xf32>,
    %a46: tensor<2x3xf32>, %a47: tensor<2x3xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.bidirectional_sequence_lstm' op operand 42 (auxiliary weights of the cell gate) must have shape [4, 3], got 'tensor<4x6xf32>'}}
  %0:2 = mopt.bidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %a20, %a21, %a22, %a23, %a24, %a25, %none, %none, %none, %a29, %a30, %a31, %a32, %none, %none, %a35, %a36, %a37, %a38, %a39, %a40, %a41, %a42, %a43, %a44, %a45, %a46, %a47 {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, none, none, none, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, none, none, tensor<5x4xf32>, tensor<5x4xf32>, tensor<5x2xf32>, tensor<5x2xf32>, tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x6xf32>, tensor<4x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<2x5x4xf32>, tensor<2x5x2xf32>)
  return
}

// -----

func.func @backward_state(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15:
    tensor<4xf32>, %a18: tensor<2x3xf32>, %a19: tensor<2x3xf32>, %a20:
    tensor<2x3xf32>, %a21: tensor<2x3xf32>, %a22: tensor<2x2xf32>, %a23:
    tensor<2x2xf32>, %a24: tensor<2x2xf32>, %a25: tensor<2x2xf32>, %a29:
    tensor<2xf32>, %a30: tensor<2xf32>, %a31: tensor<2xf32>, %a32:
    tensor<2xf32>, %a35: tensor<5x4xf32>, %a36: tensor<5x4xf32>, %a37:
    tensor<2x2xf32>, %a38: tensor<5x2xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.bidirectional_sequence_lstm' op operand 37 (output state) must have 10 elements, got 'tensor<2x2xf32>'}}
  %0:2 = mopt.bidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %a20, %a21, %a22, %a23, %a24, %a25, %none, %none, %none, %a29, %a30, %a31, %a32, %none, %none, %a35, %a36, %a37, %a38, %none, %none, %none, %none, %none, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, none, none, none, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, none, none, tensor<5x4xf32>, tensor<5x4xf32>, tensor<2x2xf32>, tensor<5x2xf32>, none, none, none, none, none, none, none, none, none) -> (tensor<2x5x4xf32>, tensor<2x5x2xf32>)
  return
}

// -----

func.func @backward_gate(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15:
    tensor<4xf32>, %a18: tensor<2x3xf32>, %a20: tensor<2x3xf32>, %a21:
    tensor<2x3xf32>, %a22: tensor<2x2xf32>, %a23: tensor<2x2xf32>, %a24:
    tensor<2x2xf32>, %a25: tensor<2x2xf32>, %a29: tensor<2xf32>, %a30:
    tensor<2xf32>, %a31: tensor<2xf32>, %a32: tensor<2xf32>, %a35:
    tensor<5x4xf32>, %a36: tensor<5x4xf32>, %a37: tensor<5x2xf32>, %a38:
    tensor<5x2xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.bidirectional_sequence_lstm' op operand 19 (input weights of the forget gate) must be present}}
  %0:2 = mopt.bidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %none, %a20, %a21, %a22, %a23, %a24, %a25, %none, %none, %none, %a29, %a30, %a31, %a32, %none, %none, %a35, %a36, %a37, %a38, %none, %none, %none, %none, %none, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x3xf32>, none, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, none, none, none, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, none, none, tensor<5x4xf32>, tensor<5x4xf32>, tensor<5x2xf32>, tensor<5x2xf32>, none, none, none, none, none, none, none, none, none) -> (tensor<2x5x4xf32>, tensor<2x5x2xf32>)
  return
}

// -----

func.func @bidirectional_input(
    %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>, %a3: tensor<4x3xf32>,
    %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>, %a6: tensor<4x4xf32>,
    %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>, %a12: tensor<4xf32>,
    %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15: tensor<4xf32>, %a18:
    tensor<2x3xf32>, %a19: tensor<2x3xf32>, %a20: tensor<2x3xf32>, %a21:
    tensor<2x3xf32>, %a22: tensor<2x2xf32>, %a23: tensor<2x2xf32>, %a24:
    tensor<2x2xf32>, %a25: tensor<2x2xf32>, %a29: tensor<2xf32>, %a30:
    tensor<2xf32>, %a31: tensor<2xf32>, %a32: tensor<2xf32>, %a35:
    tensor<5x4xf32>, %a36: tensor<5x4xf32>, %a37: tensor<5x2xf32>, %a38:
    tensor<5x2xf32>, %a39: tensor<2x5x3xf32>, %a40: tensor<4x3xf32>,
    %a41: tensor<4x3xf32>, %a42: tensor<4x3xf32>, %a43: tensor<4x3xf32>,
    %a44: tensor<2x3xf32>, %a45: tensor<2x3xf32>, %a46: tensor<2x3xf32>,
    %a47: tensor<2x3xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.bidirectional_sequence_lstm' op operand 0 (input) must be present}}
  %0:2 = mopt.bidirectional_sequence_lstm %none, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %a20, %a21, %a22, %a23, %a24, %a25, %none, %none, %none, %a29, %a30, %a31, %a32, %none, %none, %a35, %a36, %a37, %a38, %a39, %a40, %a41, %a42, %a43, %a44, %a45, %a46, %a47 {fused_activation_function = #mopt.activation<TANH>}
    : (none, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, none, none, none, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, none, none, tensor<5x4xf32>, tensor<5x4xf32>, tensor<5x2xf32>, tensor<5x2xf32>, tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<2x5x4xf32>, tensor<2x5x2xf32>)
  return
}

// -----

func.func @bidirectional_integer(
    %a0: tensor<2x5x3x!quant.uniform<i8:f32, 0.1>>, %a1:
    tensor<4x3xf32>, %a2: tensor<4x3xf32>, %a3: tensor<4x3xf32>, %a4:
    tensor<4x3x!quant.uniform<i8:f32, 0.1>>, %a5: tensor<4x4xf32>, %a6:
    tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>, %a12:
    tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15:
    tensor<4xf32>, %a18: tensor<2x3xf32>, %a19: tensor<2x3xf32>, %a20:
    tensor<2x3xf32>, %a21: tensor<2x3xf32>, %a22: tensor<2x2xf32>, %a23:
    tensor<2x2xf32>, %a24: tensor<2x2xf32>, %a25: tensor<2x2xf32>, %a29:
    tensor<2xf32>, %a30: tensor<2xf32>, %a31: tensor<2xf32>, %a32:
    tensor<2xf32>, %a35: tensor<5x4xf32>, %a36: tensor<5x4xf32>, %a37:
    tensor<5x2xf32>, %a38: tensor<5x2xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.bidirectional_sequence_lstm' op has no form of these element types, got }}
  %0:2 = mopt.bidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %a20, %a21, %a22, %a23, %a24, %a25, %none, %none, %none, %a29, %a30, %a31, %a32, %none, %none, %a35, %a36, %a37, %a38, %none, %none, %none, %none, %none, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3x!quant.uniform<i8:f32, 0.1>>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3x!quant.uniform<i8:f32, 0.1>>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, none, none, none, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, none, none, tensor<5x4xf32>, tensor<5x4xf32>, tensor<5x2xf32>, tensor<5x2xf32>, none, none, none, none, none, none, none, none, none) -> (tensor<2x5x4xf32>, tensor<2x5x2xf32>)
  return
}

// -----

func.func @merged_results(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15:
    tensor<4xf32>, %a18: tensor<2x3xf32>, %a19: tensor<2x3xf32>, %a20:
    tensor<2x3xf32>, %a21: tensor<2x3xf32>, %a22: tensor<2x2xf32>, %a23:
    tensor<2x2xf32>, %a24: tensor<2x2xf32>, %a25: tensor<2x2xf32>, %a29:
    tensor<2xf32>, %a30: tensor<2xf32>, %a31: tensor<2xf32>, %a32:
    tensor<2xf32>, %a35: tensor<5x4xf32>, %a36: tensor<5x4xf32>, %a37:
    tensor<5x2xf32>, %a38: tensor<5x2xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.bidirectional_sequence_lstm' op must have 1 result(s) where merge_outputs is true, got 2}}
  %0:2 = mopt.bidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %a20, %a21, %a22, %a23, %a24, %a25, %none, %none, %none, %a29, %a30, %a31, %a32, %none, %none, %a35, %a36, %a37, %a38, %none, %none, %none, %none, %none, %none, %none, %none, %none {merge_outputs = true, fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, none, none, none, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, none, none, tensor<5x4xf32>, tensor<5x4xf32>, tensor<5x2xf32>, tensor<5x2xf32>, none, none, none, none, none, none, none, none, none) -> (tensor<2x5x4xf32>, tensor<2x5x2xf32>)
  return
}
