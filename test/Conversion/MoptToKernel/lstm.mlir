// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=znver4" | FileCheck %s --check-prefixes=CHECK,FMA
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=x86-64" | FileCheck %s --check-prefixes=CHECK,SSE2

!weights = tensor<6x3xf32>
!recurrent = tensor<6x6xf32>
!cells = tensor<6xf32>
!state = tensor<2x6xf32>

// Weights of all gates by lane: 6 cells in 8 lanes, or in 4 and 4; the rest is
// zero. The input gate comes first, then forget, cell, output.
// CHECK-LABEL: func.func @plain
// FMA: %[[W:.*]] = mopt.const {{.*}} : () -> tensor<288xf32>
// FMA: %[[B:.*]] = mopt.const {{.*}} : () -> tensor<32xf32>
// CHECK: kernel.lstm ins(%{{.*}}, %{{.*}}, %{{.*}} : tensor<2x5x3xf32>, tensor<288xf32>, tensor<32xf32>) outs(%{{.*}}, %[[H:.*]], %[[C:.*]] : tensor<2x5x6xf32>, tensor<2x6xf32>, tensor<2x6xf32>)
// FMA-SAME: fuses, inputs = 3 : i64, lanes = 16 : i64
// SSE2-SAME: cells = 6 : i64, inputs = 3 : i64, lanes = 4 : i64
// CHECK-NOT: mopt.unidirectional_sequence_lstm
func.func @plain(%x: tensor<2x5x3xf32>) -> tensor<2x5x6xf32> {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<1.0> : !weights} : () -> !weights
  %r = mopt.const {value = dense<2.0> : !recurrent} : () -> !recurrent
  %b = mopt.const {value = dense<3.0> : !cells} : () -> !cells
  %h = mopt.variable : () -> !state
  %c = mopt.variable : () -> !state
  %0 = mopt.unidirectional_sequence_lstm %x, %w, %w, %w, %w, %r, %r, %r, %r, %none, %none, %none, %b, %b, %b, %b, %none, %none, %h, %c, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, !weights, !weights, !weights, !weights, !recurrent, !recurrent, !recurrent, !recurrent, none, none, none, !cells, !cells, !cells, !cells, none, none, !state, !state, none, none, none, none)
    -> tensor<2x5x6xf32>
  return %0 : tensor<2x5x6xf32>
}

// CHECK-LABEL: func.func @coupled
// CHECK: kernel.lstm ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<5x2x3xf32>, tensor<216xf32>, tensor<24xf32>, tensor<16xf32>)
// CHECK-SAME: cell_clip = 5.000000e-01 : f32
// CHECK-SAME: coupled
// CHECK-SAME: time_major
func.func @coupled(%x: tensor<5x2x3xf32>) -> tensor<5x2x6xf32> {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<1.0> : !weights} : () -> !weights
  %r = mopt.const {value = dense<2.0> : !recurrent} : () -> !recurrent
  %b = mopt.const {value = dense<3.0> : !cells} : () -> !cells
  %h = mopt.variable : () -> !state
  %c = mopt.variable : () -> !state
  %0 = mopt.unidirectional_sequence_lstm %x, %none, %w, %w, %w, %none, %r, %r, %r, %none, %b, %b, %none, %b, %b, %b, %none, %none, %h, %c, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>, cell_clip = 5.000000e-01 : f32, time_major = true}
    : (tensor<5x2x3xf32>, none, !weights, !weights, !weights, none, !recurrent, !recurrent, !recurrent, none, !cells, !cells, none, !cells, !cells, !cells, none, none, !state, !state, none, none, none, none)
    -> tensor<5x2x6xf32>
  return %0 : tensor<5x2x6xf32>
}

// NEGATIVE: another function than tanh, weights that are no constants, a state
// that another op reads.
// CHECK-LABEL: func.func @others
// CHECK-NOT: kernel.lstm
// CHECK-COUNT-3: mopt.unidirectional_sequence_lstm
func.func @others(%x: tensor<2x5x3xf32>, %v: !weights) -> (tensor<2x5x6xf32>, tensor<2x5x6xf32>, tensor<2x5x6xf32>, !state) {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<1.0> : !weights} : () -> !weights
  %r = mopt.const {value = dense<2.0> : !recurrent} : () -> !recurrent
  %b = mopt.const {value = dense<3.0> : !cells} : () -> !cells
  %h0 = mopt.variable : () -> !state
  %c0 = mopt.variable : () -> !state
  %h1 = mopt.variable : () -> !state
  %c1 = mopt.variable : () -> !state
  %h2 = mopt.variable : () -> !state
  %c2 = mopt.variable : () -> !state
  %0 = mopt.unidirectional_sequence_lstm %x, %w, %w, %w, %w, %r, %r, %r, %r, %none, %none, %none, %b, %b, %b, %b, %none, %none, %h0, %c0, %none, %none, %none, %none {fused_activation_function = #mopt.activation<RELU>}
    : (tensor<2x5x3xf32>, !weights, !weights, !weights, !weights, !recurrent, !recurrent, !recurrent, !recurrent, none, none, none, !cells, !cells, !cells, !cells, none, none, !state, !state, none, none, none, none)
    -> tensor<2x5x6xf32>
  %1 = mopt.unidirectional_sequence_lstm %x, %w, %v, %w, %w, %r, %r, %r, %r, %none, %none, %none, %b, %b, %b, %b, %none, %none, %h1, %c1, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, !weights, !weights, !weights, !weights, !recurrent, !recurrent, !recurrent, !recurrent, none, none, none, !cells, !cells, !cells, !cells, none, none, !state, !state, none, none, none, none)
    -> tensor<2x5x6xf32>
  %2 = mopt.unidirectional_sequence_lstm %x, %w, %w, %w, %w, %r, %r, %r, %r, %none, %none, %none, %b, %b, %b, %b, %none, %none, %h2, %c2, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>}
    : (tensor<2x5x3xf32>, !weights, !weights, !weights, !weights, !recurrent, !recurrent, !recurrent, !recurrent, none, none, none, !cells, !cells, !cells, !cells, none, none, !state, !state, none, none, none, none)
    -> tensor<2x5x6xf32>
  return %0, %1, %2, %c2 : tensor<2x5x6xf32>, tensor<2x5x6xf32>, tensor<2x5x6xf32>, !state
}
