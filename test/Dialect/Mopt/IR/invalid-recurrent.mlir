// RUN: mopt-opt %s -split-input-file -verify-diagnostics

// The rules that TFLite's kernel checks before it runs an LSTM: which operands
// go together, their shapes, and what the integer form needs.

func.func @operand_count(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>,
    %a15: tensor<4xf32>, %a18: tensor<2x4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op must have 20 or 24 operands, got 19}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18 {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// -----

func.func @no_state(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>,
    %a15: tensor<4xf32>, %a19: tensor<2x4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 18 (output state) must be present}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %none, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, none, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// -----

func.func @no_forget_weights(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a3: tensor<4x3xf32>,
    %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>, %a6: tensor<4x4xf32>,
    %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>, %a12: tensor<4xf32>,
    %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15: tensor<4xf32>,
    %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 2 (input weights of the forget gate) must be present}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %none, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, none, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// -----

func.func @no_recurrent_weights(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a12: tensor<4xf32>,
    %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15: tensor<4xf32>,
    %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 8 (recurrent weights of the output gate) must be present}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %none, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// -----

func.func @no_bias(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a15: tensor<4xf32>,
    %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 14 (bias of the cell gate) must be present}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %none, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, none, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// -----

func.func @half_coupled(
    %a0: tensor<2x5x3xf32>, %a2: tensor<4x3xf32>, %a3: tensor<4x3xf32>,
    %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>, %a6: tensor<4x4xf32>,
    %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>, %a12: tensor<4xf32>,
    %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15: tensor<4xf32>,
    %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 5 (recurrent weights of the input gate) must be absent where the input gate is coupled to the forget gate (operand 1 is absent)}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %none, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, none, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// -----

func.func @half_peephole(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a9: tensor<4xf32>, %a11: tensor<4xf32>, %a12: tensor<4xf32>,
    %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15: tensor<4xf32>,
    %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 10 (peephole weights of the forget gate) must be present}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %a9, %none, %a11, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4xf32>, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// -----

func.func @stray_peephole(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a9: tensor<4xf32>, %a12: tensor<4xf32>, %a13: tensor<4xf32>,
    %a14: tensor<4xf32>, %a15: tensor<4xf32>, %a18: tensor<2x4xf32>,
    %a19: tensor<2x4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 9 (peephole weights of the input gate) must be absent without operand 11}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %a9, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4xf32>, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// -----

func.func @half_layer_norm(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>,
    %a15: tensor<4xf32>, %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>,
    %a20: tensor<4xf32>, %a21: tensor<4xf32>, %a23: tensor<4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 22 (layer norm coefficients of the cell gate) must be present}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %a20, %a21, %none, %a23 {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, tensor<4xf32>, tensor<4xf32>, none, tensor<4xf32>)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// -----

func.func @stray_layer_norm(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>,
    %a15: tensor<4xf32>, %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>,
    %a20: tensor<4xf32>, %a22: tensor<4xf32>, %a23: tensor<4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 20 (layer norm coefficients of the input gate) must be absent without operand 21}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %a20, %none, %a22, %a23 {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, tensor<4xf32>, none, tensor<4xf32>, tensor<4xf32>)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// -----

func.func @stray_projection_bias(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>,
    %a15: tensor<4xf32>, %a17: tensor<4xf32>, %a18: tensor<2x4xf32>,
    %a19: tensor<2x4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 17 (projection bias) must be absent without projection weights}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %a17, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, tensor<4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// -----

func.func @input_rank(
    %a0: tensor<5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>,
    %a15: tensor<4xf32>, %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 0 (input) must have rank 3, got 'tensor<5x3xf32>'}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// -----

func.func @recurrent_rank(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4x1xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>,
    %a15: tensor<4xf32>, %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 8 (recurrent weights of the output gate) must have rank 1 or 2, got 'tensor<4x4x1xf32>'}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4x1xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// -----

func.func @weights_shape(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<3x4xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>,
    %a15: tensor<4xf32>, %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 3 (input weights of the cell gate) must have shape [4, 3], got 'tensor<3x4xf32>'}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<3x4xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// -----

func.func @diagonal_and_projection(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x2xf32>,
    %a6: tensor<4xf32>, %a7: tensor<4x2xf32>, %a8: tensor<4x2xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>,
    %a15: tensor<4xf32>, %a16: tensor<2x4xf32>, %a18: tensor<2x2xf32>,
    %a19: tensor<2x4xf32>) -> tensor<2x5x2xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 6 (recurrent weights of the forget gate) is diagonal, but 4 cells have 2 outputs}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %a16, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x2xf32>, tensor<4xf32>, tensor<4x2xf32>, tensor<4x2xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<2x4xf32>, none, tensor<2x2xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x2xf32>
  return %0 : tensor<2x5x2xf32>
}

// -----

func.func @no_projection(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x2xf32>,
    %a6: tensor<4x2xf32>, %a7: tensor<4x2xf32>, %a8: tensor<4x2xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>,
    %a15: tensor<4xf32>, %a18: tensor<2x2xf32>, %a19: tensor<2x4xf32>) -> tensor<2x5x2xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op has 4 cells and 2 outputs, which takes a projection}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<4x2xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x2xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x2xf32>
  return %0 : tensor<2x5x2xf32>
}

// -----

func.func @projection_shape(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x2xf32>,
    %a6: tensor<4x2xf32>, %a7: tensor<4x2xf32>, %a8: tensor<4x2xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>,
    %a15: tensor<4xf32>, %a16: tensor<4x2xf32>, %a18: tensor<2x2xf32>,
    %a19: tensor<2x4xf32>) -> tensor<2x5x2xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 16 (projection weights) must have shape [2, 4], got 'tensor<4x2xf32>'}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %a16, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<4x2xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4x2xf32>, none, tensor<2x2xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x2xf32>
  return %0 : tensor<2x5x2xf32>
}

// -----

func.func @state_size(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>,
    %a15: tensor<4xf32>, %a18: tensor<2x4xf32>, %a19: tensor<2x3xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 19 (cell state) must have 8 elements, got 'tensor<2x3xf32>'}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x3xf32>, none, none, none, none)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// -----

func.func @output_shape(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>,
    %a15: tensor<4xf32>, %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) -> tensor<2x5x3xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op output must have shape [2, 5, 4], got 'tensor<2x5x3xf32>'}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x3xf32>
  return %0 : tensor<2x5x3xf32>
}

// -----

func.func @negative_clip(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>,
    %a15: tensor<4xf32>, %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op cell_clip and proj_clip must not be negative, got -1.000000e+00 and 0.000000e+00}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>, cell_clip = -1.0 : f32}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// -----

func.func @no_intermediates(
    %a0: tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>,
    %a1: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a2: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a3: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a4: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a5: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a6: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a7: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a8: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a12: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a13: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a14: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a15: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a18: tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>,
    %a19: tensor<2x4x!quant.uniform<i16:f32, 2.44140625E-4>>) -> tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op integer form must have 5 elements in 'mopt.intermediates', got 0}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, none, none, none, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, none, none, tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>, tensor<2x4x!quant.uniform<i16:f32, 2.44140625E-4>>, none, none, none, none)
    -> tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>>
  return %0 : tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>>
}

// -----

func.func @no_hidden_scale(
    %a0: tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>,
    %a1: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a2: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a3: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a4: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a5: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a6: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a7: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a8: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a12: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a13: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a14: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a15: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a18: tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>,
    %a19: tensor<2x4x!quant.uniform<i16:f32, 2.44140625E-4>>) -> tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op intermediate 4 (hidden state) must have a scale}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>, mopt.intermediates = [#mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>]}
    : (tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, none, none, none, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, none, none, tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>, tensor<2x4x!quant.uniform<i16:f32, 2.44140625E-4>>, none, none, none, none)
    -> tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>>
  return %0 : tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>>
}

// -----

func.func @no_gate_scale(
    %a0: tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>,
    %a1: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a2: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a3: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a4: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a5: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a6: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a7: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a8: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a12: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a13: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a14: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a15: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a18: tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>,
    %a19: tensor<2x4x!quant.uniform<i16:f32, 2.44140625E-4>>,
    %a20: tensor<4x!quant.uniform<i16:f32, 3.125000e-02>>,
    %a21: tensor<4x!quant.uniform<i16:f32, 3.125000e-02>>,
    %a22: tensor<4x!quant.uniform<i16:f32, 3.125000e-02>>,
    %a23: tensor<4x!quant.uniform<i16:f32, 3.125000e-02>>) -> tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op intermediate 0 must have a scale where there is layer norm}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %a20, %a21, %a22, %a23 {fused_activation_function = #mopt.activation<TANH>, mopt.intermediates = [#mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0x!quant.uniform<i8:f32, 2.500000e-01:1>>>]}
    : (tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, none, none, none, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, none, none, tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>, tensor<2x4x!quant.uniform<i16:f32, 2.44140625E-4>>, tensor<4x!quant.uniform<i16:f32, 3.125000e-02>>, tensor<4x!quant.uniform<i16:f32, 3.125000e-02>>, tensor<4x!quant.uniform<i16:f32, 3.125000e-02>>, tensor<4x!quant.uniform<i16:f32, 3.125000e-02>>)
    -> tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>>
  return %0 : tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>>
}

// -----

func.func @float_peephole(
    %a0: tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>,
    %a1: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a2: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a3: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a4: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a5: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a6: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a7: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a8: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, %a9: tensor<4xf32>,
    %a10: tensor<4x!quant.uniform<i16:f32, 3.125000e-02>>,
    %a11: tensor<4x!quant.uniform<i16:f32, 3.125000e-02>>,
    %a12: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a13: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a14: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a15: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a18: tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>,
    %a19: tensor<2x4x!quant.uniform<i16:f32, 2.44140625E-4>>) -> tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 9 (peephole weights of the input gate) must be quantised per tensor to i16 in the integer form, got 'tensor<4xf32>'}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %a9, %a10, %a11, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>, mopt.intermediates = [#mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0x!quant.uniform<i8:f32, 2.500000e-01:1>>>]}
    : (tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4xf32>, tensor<4x!quant.uniform<i16:f32, 3.125000e-02>>, tensor<4x!quant.uniform<i16:f32, 3.125000e-02>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, none, none, tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>, tensor<2x4x!quant.uniform<i16:f32, 2.44140625E-4>>, none, none, none, none)
    -> tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>>
  return %0 : tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>>
}

// -----

func.func @per_channel_weights(
    %a0: tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>,
    %a1: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a2: tensor<4x3x!quant.uniform<i8:f32:0, {1.000000e-01,2.000000e-01,3.000000e-01,4.000000e-01}>>,
    %a3: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a4: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a5: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a6: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a7: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a8: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a12: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a13: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a14: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a15: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a18: tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>,
    %a19: tensor<2x4x!quant.uniform<i16:f32, 2.44140625E-4>>) -> tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 2 (input weights of the forget gate) must be quantised per tensor to i8 in the integer form, got 'tensor<4x3x!quant.uniform<i8:f32:0, {1.000000e-01,2.000000e-01,3.000000e-01,4.000000e-01}>>'}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>, mopt.intermediates = [#mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0x!quant.uniform<i8:f32, 2.500000e-01:1>>>]}
    : (tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32:0, {1.000000e-01,2.000000e-01,3.000000e-01,4.000000e-01}>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, none, none, none, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, none, none, tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>, tensor<2x4x!quant.uniform<i16:f32, 2.44140625E-4>>, none, none, none, none)
    -> tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>>
  return %0 : tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>>
}

// -----

func.func @integer_diagonal(
    %a0: tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>,
    %a1: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a2: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a3: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a4: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a5: tensor<4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a6: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a7: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a8: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a12: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a13: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a14: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a15: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a18: tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>,
    %a19: tensor<2x4x!quant.uniform<i16:f32, 2.44140625E-4>>) -> tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 5 (recurrent weights of the input gate) must have rank 2, got 'tensor<4x!quant.uniform<i8:f32, 6.250000e-02>>'}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>, mopt.intermediates = [#mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0x!quant.uniform<i8:f32, 2.500000e-01:1>>>]}
    : (tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, none, none, none, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, none, none, tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>, tensor<2x4x!quant.uniform<i16:f32, 2.44140625E-4>>, none, none, none, none)
    -> tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>>
  return %0 : tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>>
}

// -----

func.func @float_bias(
    %a0: tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>,
    %a1: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a2: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a3: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a4: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a5: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a6: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a7: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a8: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, %a12: tensor<4xf32>,
    %a13: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a14: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a15: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a18: tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>,
    %a19: tensor<2x4x!quant.uniform<i16:f32, 2.44140625E-4>>) -> tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 12 (bias of the input gate) must be quantised per tensor to i32 in the integer form, got 'tensor<4xf32>'}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>, mopt.intermediates = [#mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0x!quant.uniform<i8:f32, 2.500000e-01:1>>>]}
    : (tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, none, none, none, tensor<4xf32>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, none, none, tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>, tensor<2x4x!quant.uniform<i16:f32, 2.44140625E-4>>, none, none, none, none)
    -> tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>>
  return %0 : tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>>
}

// -----

func.func @cell_scale(
    %a0: tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>,
    %a1: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a2: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a3: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a4: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a5: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a6: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a7: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a8: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a12: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a13: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a14: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a15: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a18: tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>,
    %a19: tensor<2x4x!quant.uniform<i16:f32, 1.000000e-03>>) -> tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 19 (cell state) must have a power of two from 2^-15 to 2^-9 as scale, got 'tensor<2x4x!quant.uniform<i16:f32, 1.000000e-03>>'}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>, mopt.intermediates = [#mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0x!quant.uniform<i8:f32, 2.500000e-01:1>>>]}
    : (tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, none, none, none, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, none, none, tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>, tensor<2x4x!quant.uniform<i16:f32, 1.000000e-03>>, none, none, none, none)
    -> tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>>
  return %0 : tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>>
}

// -----

func.func @cell_scale_range(
    %a0: tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>,
    %a1: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a2: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a3: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a4: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a5: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a6: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a7: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a8: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a12: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a13: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a14: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a15: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a18: tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>,
    %a19: tensor<2x4x!quant.uniform<i16:f32, 3.90625E-3>>) -> tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op operand 19 (cell state) must have a power of two from 2^-15 to 2^-9 as scale, got 'tensor<2x4x!quant.uniform<i16:f32, 3.906250e-03>>'}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>, mopt.intermediates = [#mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0x!quant.uniform<i8:f32, 2.500000e-01:1>>>]}
    : (tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, none, none, none, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, none, none, tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>, tensor<2x4x!quant.uniform<i16:f32, 3.90625E-3>>, none, none, none, none)
    -> tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>>
  return %0 : tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>>
}

// -----

func.func @float_output(
    %a0: tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>,
    %a1: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a2: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a3: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a4: tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a5: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a6: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a7: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a8: tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>,
    %a12: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a13: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a14: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a15: tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>,
    %a18: tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>,
    %a19: tensor<2x4x!quant.uniform<i16:f32, 2.44140625E-4>>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.unidirectional_sequence_lstm' op input and output must have the same element type, got 'i8' and 'f32'}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>, mopt.intermediates = [#mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0x!quant.uniform<i8:f32, 2.500000e-01:1>>>]}
    : (tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, none, none, none, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, none, none, tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>, tensor<2x4x!quant.uniform<i16:f32, 2.44140625E-4>>, none, none, none, none)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}
