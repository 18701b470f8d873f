// RUN: mopt-opt %s -split-input-file -verify-diagnostics

// The rules of RNNs: shapes, element types, auxiliary operands, results.

func.func @input_rank(
    %a0: tensor<2x1x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x4xf32>,
    %a3: tensor<4xf32>, %a4: tensor<2x4xf32>) {
  // expected-error @+1 {{'mopt.rnn' op input must have rank 2, got 'tensor<2x1x3xf32>'}}
  %0 = mopt.rnn %a0, %a1, %a2, %a3, %a4
    : (tensor<2x1x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @weights_rank(
    %a0: tensor<2x3xf32>, %a1: tensor<12xf32>, %a2: tensor<4x4xf32>,
    %a3: tensor<4xf32>, %a4: tensor<2x4xf32>) {
  // expected-error @+1 {{'mopt.rnn' op input weights must have rank 2, got 'tensor<12xf32>'}}
  %0 = mopt.rnn %a0, %a1, %a2, %a3, %a4
    : (tensor<2x3xf32>, tensor<12xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @weights_shape(
    %a0: tensor<2x3xf32>, %a1: tensor<4x5xf32>, %a2: tensor<4x4xf32>,
    %a3: tensor<4xf32>, %a4: tensor<2x4xf32>) {
  // expected-error @+1 {{'mopt.rnn' op input weights must have shape [4, 3], got 'tensor<4x5xf32>'}}
  %0 = mopt.rnn %a0, %a1, %a2, %a3, %a4
    : (tensor<2x3xf32>, tensor<4x5xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @recurrent_shape(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4xf32>, %a4: tensor<2x4xf32>) {
  // expected-error @+1 {{'mopt.rnn' op recurrent weights must have shape [4, 4], got 'tensor<4x3xf32>'}}
  %0 = mopt.rnn %a0, %a1, %a2, %a3, %a4
    : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @bias_shape(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x4xf32>,
    %a3: tensor<3xf32>, %a4: tensor<2x4xf32>) {
  // expected-error @+1 {{'mopt.rnn' op bias must have shape [4], got 'tensor<3xf32>'}}
  %0 = mopt.rnn %a0, %a1, %a2, %a3, %a4
    : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<3xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @state_shape(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x4xf32>,
    %a3: tensor<4xf32>, %a4: tensor<8xf32>) {
  // expected-error @+1 {{'mopt.rnn' op hidden state must have shape [2, 4], got 'tensor<8xf32>'}}
  %0 = mopt.rnn %a0, %a1, %a2, %a3, %a4
    : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<8xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @output_shape(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x4xf32>,
    %a3: tensor<4xf32>, %a4: tensor<2x4xf32>) {
  // expected-error @+1 {{'mopt.rnn' op output must have shape [2, 4], got 'tensor<2x3xf32>'}}
  %0 = mopt.rnn %a0, %a1, %a2, %a3, %a4
    : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<2x4xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @input_type(
    %a0: tensor<2x3xi32>, %a1: tensor<4x3xf32>, %a2: tensor<4x4xf32>,
    %a3: tensor<4xf32>, %a4: tensor<2x4xf32>) {
  // expected-error @+1 {{'mopt.rnn' op input must hold float32, got 'tensor<2x3xi32>'}}
  %0 = mopt.rnn %a0, %a1, %a2, %a3, %a4
    : (tensor<2x3xi32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @weights_type(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xi32>, %a2: tensor<4x4xf32>,
    %a3: tensor<4xf32>, %a4: tensor<2x4xf32>) {
  // expected-error @+1 {{'mopt.rnn' op input weights must hold float32, or 8 bits quantised per tensor, got 'tensor<4x3xi32>'}}
  %0 = mopt.rnn %a0, %a1, %a2, %a3, %a4
    : (tensor<2x3xf32>, tensor<4x3xi32>, tensor<4x4xf32>, tensor<4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @per_channel_weights(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3x!quant.uniform<i8:f32, 0.1>>,
    %a2: tensor<4x4x!quant.uniform<i8:f32:0, {0.1, 0.1, 0.1, 0.1}>>,
    %a3: tensor<4xf32>, %a4: tensor<2x4xf32>) {
  // expected-error @+1 {{'mopt.rnn' op recurrent weights must hold float32, or 8 bits quantised per tensor, got }}
  %0 = mopt.rnn %a0, %a1, %a2, %a3, %a4
    : (tensor<2x3xf32>, tensor<4x3x!quant.uniform<i8:f32, 0.1>>, tensor<4x4x!quant.uniform<i8:f32:0, {0.1, 0.1, 0.1, 0.1}>>, tensor<4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @mixed_weights(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3x!quant.uniform<i8:f32, 0.1>>,
    %a2: tensor<4x4xf32>, %a3: tensor<4xf32>, %a4: tensor<2x4xf32>) {
  // expected-error @+1 {{'mopt.rnn' op input weights and recurrent weights must have the same element type, got 'i8' and 'f32'}}
  %0 = mopt.rnn %a0, %a1, %a2, %a3, %a4
    : (tensor<2x3xf32>, tensor<4x3x!quant.uniform<i8:f32, 0.1>>, tensor<4x4xf32>, tensor<4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @sequence_rank(
    %a0: tensor<2x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x4xf32>,
    %a3: tensor<4xf32>, %a4: tensor<2x4xf32>) {
  // expected-error @+1 {{'mopt.unidirectional_sequence_rnn' op input must have rank 3, got 'tensor<2x3xf32>'}}
  %0 = mopt.unidirectional_sequence_rnn %a0, %a1, %a2, %a3, %a4
    : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @time_major_state(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x4xf32>,
    %a3: tensor<4xf32>, %a4: tensor<2x4xf32>) {
  // expected-error @+1 {{'mopt.unidirectional_sequence_rnn' op hidden state must have shape [5, 4], got 'tensor<2x4xf32>'}}
  %0 = mopt.unidirectional_sequence_rnn %a0, %a1, %a2, %a3, %a4 {time_major = true}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<2x4xf32>) -> tensor<2x5x4xf32>
  return
}

// -----

func.func @backward_state(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x4xf32>,
    %a3: tensor<4xf32>, %a4: tensor<2x4xf32>, %a5: tensor<2x3xf32>, %a6:
    tensor<2x2xf32>, %a7: tensor<2xf32>, %a8: tensor<2x4xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.bidirectional_sequence_rnn' op backward hidden state must have shape [2, 2], got 'tensor<2x4xf32>'}}
  %0:2 = mopt.bidirectional_sequence_rnn %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<2x4xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2xf32>, tensor<2x4xf32>, none, none, none) -> (tensor<2x5x4xf32>, tensor<2x5x2xf32>)
  return
}

// -----

func.func @half_aux_weights(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x4xf32>,
    %a3: tensor<4xf32>, %a4: tensor<2x4xf32>, %a5: tensor<2x3xf32>, %a6:
    tensor<2x2xf32>, %a7: tensor<2xf32>, %a8: tensor<2x2xf32>, %a9:
    tensor<2x5x3xf32>, %a10: tensor<4x3xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.bidirectional_sequence_rnn' op must have auxiliary weights of both layers or of none}}
  %0:2 = mopt.bidirectional_sequence_rnn %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %a9, %a10, %none
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<2x4xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2xf32>, tensor<2x2xf32>, tensor<2x5x3xf32>, tensor<4x3xf32>, none) -> (tensor<2x5x4xf32>, tensor<2x5x2xf32>)
  return
}

// -----

func.func @no_aux_input(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x4xf32>,
    %a3: tensor<4xf32>, %a4: tensor<2x4xf32>, %a5: tensor<2x3xf32>, %a6:
    tensor<2x2xf32>, %a7: tensor<2xf32>, %a8: tensor<2x2xf32>, %a10:
    tensor<4x3xf32>, %a11: tensor<2x3xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.bidirectional_sequence_rnn' op has auxiliary weights, but no auxiliary input}}
  %0:2 = mopt.bidirectional_sequence_rnn %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %a10, %a11
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<2x4xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2xf32>, tensor<2x2xf32>, none, tensor<4x3xf32>, tensor<2x3xf32>) -> (tensor<2x5x4xf32>, tensor<2x5x2xf32>)
  return
}

// -----

func.func @aux_rank(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x4xf32>,
    %a3: tensor<4xf32>, %a4: tensor<2x4xf32>, %a5: tensor<2x3xf32>, %a6:
    tensor<2x2xf32>, %a7: tensor<2xf32>, %a8: tensor<2x2xf32>, %a9:
    tensor<10x3xf32>, %a10: tensor<4x3xf32>, %a11: tensor<2x3xf32>) {
  // expected-error @+1 {{'mopt.bidirectional_sequence_rnn' op auxiliary input must have rank 3, got 'tensor<10x3xf32>'}}
  %0:2 = mopt.bidirectional_sequence_rnn %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %a9, %a10, %a11
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<2x4xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2xf32>, tensor<2x2xf32>, tensor<10x3xf32>, tensor<4x3xf32>, tensor<2x3xf32>) -> (tensor<2x5x4xf32>, tensor<2x5x2xf32>)
  return
}

// -----

func.func @aux_steps(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x4xf32>,
    %a3: tensor<4xf32>, %a4: tensor<2x4xf32>, %a5: tensor<2x3xf32>, %a6:
    tensor<2x2xf32>, %a7: tensor<2xf32>, %a8: tensor<2x2xf32>, %a9:
    tensor<2x4x3xf32>, %a10: tensor<4x3xf32>, %a11: tensor<2x3xf32>) {
  // expected-error @+1 {{'mopt.bidirectional_sequence_rnn' op auxiliary input must have the steps and rows of the input, got 'tensor<2x4x3xf32>' and 'tensor<2x5x3xf32>'}}
  %0:2 = mopt.bidirectional_sequence_rnn %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %a9, %a10, %a11
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<2x4xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2xf32>, tensor<2x2xf32>, tensor<2x4x3xf32>, tensor<4x3xf32>, tensor<2x3xf32>) -> (tensor<2x5x4xf32>, tensor<2x5x2xf32>)
  return
}

// -----

func.func @aux_weights_shape(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x4xf32>,
    %a3: tensor<4xf32>, %a4: tensor<2x4xf32>, %a5: tensor<2x3xf32>, %a6:
    tensor<2x2xf32>, %a7: tensor<2xf32>, %a8: tensor<2x2xf32>, %a9:
    tensor<2x5x6xf32>, %a10: tensor<4x6xf32>, %a11: tensor<2x3xf32>) {
  // expected-error @+1 {{'mopt.bidirectional_sequence_rnn' op backward auxiliary weights must have shape [2, 6], got 'tensor<2x3xf32>'}}
  %0:2 = mopt.bidirectional_sequence_rnn %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %a9, %a10, %a11
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<2x4xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2xf32>, tensor<2x2xf32>, tensor<2x5x6xf32>, tensor<4x6xf32>, tensor<2x3xf32>) -> (tensor<2x5x4xf32>, tensor<2x5x2xf32>)
  return
}

// -----

func.func @unmerged_results(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x4xf32>,
    %a3: tensor<4xf32>, %a4: tensor<2x4xf32>, %a5: tensor<2x3xf32>, %a6:
    tensor<2x2xf32>, %a7: tensor<2xf32>, %a8: tensor<2x2xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.bidirectional_sequence_rnn' op must have 2 result(s) where merge_outputs is false, got 1}}
  %0 = mopt.bidirectional_sequence_rnn %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<2x4xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2xf32>, tensor<2x2xf32>, none, none, none) -> tensor<2x5x6xf32>
  return
}

// -----

func.func @merged_results(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x4xf32>,
    %a3: tensor<4xf32>, %a4: tensor<2x4xf32>, %a5: tensor<2x3xf32>, %a6:
    tensor<2x2xf32>, %a7: tensor<2xf32>, %a8: tensor<2x2xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.bidirectional_sequence_rnn' op must have 1 result(s) where merge_outputs is true, got 2}}
  %0:2 = mopt.bidirectional_sequence_rnn %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none {merge_outputs = true}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<2x4xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2xf32>, tensor<2x2xf32>, none, none, none) -> (tensor<2x5x4xf32>, tensor<2x5x2xf32>)
  return
}

// -----

func.func @merged_shape(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x4xf32>,
    %a3: tensor<4xf32>, %a4: tensor<2x4xf32>, %a5: tensor<2x3xf32>, %a6:
    tensor<2x2xf32>, %a7: tensor<2xf32>, %a8: tensor<2x2xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @+1 {{'mopt.bidirectional_sequence_rnn' op result 0 must have shape [2, 5, 6], got 'tensor<2x5x4xf32>'}}
  %0 = mopt.bidirectional_sequence_rnn %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none {merge_outputs = true}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<2x4xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2xf32>, tensor<2x2xf32>, none, none, none) -> tensor<2x5x4xf32>
  return
}
