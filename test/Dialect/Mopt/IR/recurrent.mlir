// RUN: mopt-opt %s | mopt-opt | FileCheck %s

// Every part of an LSTM that may be absent, in the three forms.

// CHECK-LABEL: func.func @plain
// CHECK: mopt.unidirectional_sequence_lstm
func.func @plain(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>,
    %a15: tensor<4xf32>, %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// CHECK-LABEL: func.func @twenty_operands
// CHECK: mopt.unidirectional_sequence_lstm
func.func @twenty_operands(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>,
    %a15: tensor<4xf32>, %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19 {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// CHECK-LABEL: func.func @coupled_peephole
// CHECK: mopt.unidirectional_sequence_lstm
// CHECK-SAME: cell_clip = 5.000000e-01 : f32
func.func @coupled_peephole(
    %a0: tensor<2x5x3xf32>, %a2: tensor<4x3xf32>, %a3: tensor<4x3xf32>,
    %a4: tensor<4x3xf32>, %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>,
    %a8: tensor<4x4xf32>, %a10: tensor<4xf32>, %a11: tensor<4xf32>,
    %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15: tensor<4xf32>,
    %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  %0 = mopt.unidirectional_sequence_lstm %a0, %none, %a2, %a3, %a4, %none, %a6, %a7, %a8, %none, %a10, %a11, %none, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>, cell_clip = 5.000000e-01 : f32}
    : (tensor<2x5x3xf32>, none, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, none, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, tensor<4xf32>, tensor<4xf32>, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// CHECK-LABEL: func.func @projection_layer_norm
// CHECK: mopt.unidirectional_sequence_lstm
// CHECK-SAME: proj_clip = 2.500000e-01 : f32
func.func @projection_layer_norm(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x2xf32>,
    %a6: tensor<4x2xf32>, %a7: tensor<4x2xf32>, %a8: tensor<4x2xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>,
    %a15: tensor<4xf32>, %a16: tensor<2x4xf32>, %a18: tensor<2x2xf32>,
    %a19: tensor<2x4xf32>, %a20: tensor<4xf32>, %a21: tensor<4xf32>,
    %a22: tensor<4xf32>, %a23: tensor<4xf32>) -> tensor<2x5x2xf32> {
  %none = mopt.no_value : () -> none
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %a16, %none, %a18, %a19, %a20, %a21, %a22, %a23 {fused_activation_function = #mopt.activation<TANH>, proj_clip = 2.500000e-01 : f32}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<4x2xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<2x4xf32>, none, tensor<2x2xf32>, tensor<2x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
    -> tensor<2x5x2xf32>
  return %0 : tensor<2x5x2xf32>
}

// CHECK-LABEL: func.func @diagonal
// CHECK: mopt.unidirectional_sequence_lstm
// CHECK-SAME: diagonal_recurrent_tensors = true
func.func @diagonal(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4xf32>, %a7: tensor<4xf32>, %a8: tensor<4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>,
    %a15: tensor<4xf32>, %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>, diagonal_recurrent_tensors = true}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// CHECK-LABEL: func.func @time_major
// CHECK: mopt.unidirectional_sequence_lstm
// CHECK-SAME: time_major = true
func.func @time_major(
    %a0: tensor<2x5x3xf32>, %a1: tensor<4x3xf32>, %a2: tensor<4x3xf32>,
    %a3: tensor<4x3xf32>, %a4: tensor<4x3xf32>, %a5: tensor<4x4xf32>,
    %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>, %a8: tensor<4x4xf32>,
    %a12: tensor<4xf32>, %a13: tensor<4xf32>, %a14: tensor<4xf32>,
    %a15: tensor<4xf32>, %a18: tensor<20xf32>, %a19: tensor<5x4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>, time_major = true}
    : (tensor<2x5x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<20xf32>, tensor<5x4xf32>, none, none, none, none)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// CHECK-LABEL: func.func @integer
// CHECK: mopt.unidirectional_sequence_lstm
// CHECK-SAME: mopt.intermediates = [{{.*}}, #mopt.tensor<type = tensor<0x!quant.uniform<i8:f32, 2.500000e-01:1>>>]
func.func @integer(
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
  %0 = mopt.unidirectional_sequence_lstm %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %none, %none, %none, %a12, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>, mopt.intermediates = [#mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0xf32>>, #mopt.tensor<type = tensor<0x!quant.uniform<i8:f32, 2.500000e-01:1>>>]}
    : (tensor<2x5x3x!quant.uniform<i8:f32, 1.250000e-01:3>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x3x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, tensor<4x4x!quant.uniform<i8:f32, 6.250000e-02>>, none, none, none, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, tensor<4x!quant.uniform<i32:f32, 7.812500e-03>>, none, none, tensor<2x4x!quant.uniform<i8:f32, 2.500000e-01:1>>, tensor<2x4x!quant.uniform<i16:f32, 2.44140625E-4>>, none, none, none, none)
    -> tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>>
  return %0 : tensor<2x5x4x!quant.uniform<i8:f32, 2.500000e-01:1>>
}
