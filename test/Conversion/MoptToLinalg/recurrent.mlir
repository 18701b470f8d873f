// RUN: mopt-opt %s --mopt-convert-mopt-to-linalg --split-input-file --verify-diagnostics | FileCheck %s
// RUN: mopt-opt %s --mopt-convert-mopt-to-linalg=requantize=fixed --split-input-file --verify-diagnostics | FileCheck %s

// Loops over the batch, over time, and over the cells of each gate. The states
// are written where they lie; the weights are only read.
// CHECK-LABEL: func.func @coupled_peephole
// CHECK-SAME: %[[H:[a-z0-9]*]]: tensor<2x4xf32>, %[[C:[a-z0-9]*]]: tensor<2x4xf32>)
// CHECK-DAG: bufferization.to_buffer %{{.*}} read_only : tensor<2x5x3xf32>
// CHECK-DAG: %[[HB:.*]] = bufferization.to_buffer %[[H]] : tensor<2x4xf32>
// CHECK-DAG: %[[HF:.*]] = memref.collapse_shape %[[HB]]
// CHECK-DAG: %[[CB:.*]] = bufferization.to_buffer %[[C]] : tensor<2x4xf32>
// CHECK-DAG: %[[CF:.*]] = memref.collapse_shape %[[CB]]
// CHECK: %[[OUT:.*]] = memref.alloc() : memref<2x5x4xf32>
// CHECK: %[[OF:.*]] = memref.collapse_shape %[[OUT]]
// CHECK: scf.for
// CHECK: scf.for
// CHECK: math.exp
// CHECK: math.tanh
// The input gate is 1 - forget gate; the cell is clipped.
// CHECK: arith.constant 1.000000e+00 : f32
// CHECK: arith.subf
// CHECK: arith.constant 5.000000e-01 : f32
// CHECK: memref.store %{{.*}}, %[[CF]]
// CHECK: math.exp
// CHECK: math.tanh
// CHECK: memref.store %{{.*}}, %[[HF]]
// CHECK: memref.store %{{.*}}, %[[OF]]
// CHECK: bufferization.to_tensor %[[OUT]] restrict writable
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

// -----

// Functions of 16 bits are tables: logistic, and tanh for gate and cell alike,
// whose scales are 2^-12. No float is left, in either mode.
// CHECK-LABEL: func.func @integer
// CHECK-NOT: f32
// CHECK-COUNT-2: arith.constant dense<{{.*}}> : tensor<65536xi16>
// CHECK-NOT: tensor<65536xi16>{{$}}
// CHECK-NOT: f32
// CHECK: return
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

// -----

// CHECK-LABEL: func.func @no_function
// CHECK: mopt.unidirectional_sequence_lstm
func.func @no_function(
    %a0: tensor<2x5x3xf32>, %a2: tensor<4x3xf32>, %a3: tensor<4x3xf32>,
    %a4: tensor<4x3xf32>, %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>,
    %a8: tensor<4x4xf32>, %a10: tensor<4xf32>, %a11: tensor<4xf32>,
    %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15: tensor<4xf32>,
    %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) -> tensor<2x5x4xf32> {
  %none = mopt.no_value : () -> none
  // expected-remark @below {{'mopt.unidirectional_sequence_lstm' is not lowered to linalg: an LSTM has no meaning with the activation function NONE}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %none, %a2, %a3, %a4, %none, %a6, %a7, %a8, %none, %a10, %a11, %none, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<NONE>, cell_clip = 5.000000e-01 : f32}
    : (tensor<2x5x3xf32>, none, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, none, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, tensor<4xf32>, tensor<4xf32>, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// -----

// CHECK-LABEL: func.func @shared_state
// CHECK: mopt.unidirectional_sequence_lstm
func.func @shared_state(
    %a0: tensor<2x5x3xf32>, %a2: tensor<4x3xf32>, %a3: tensor<4x3xf32>,
    %a4: tensor<4x3xf32>, %a6: tensor<4x4xf32>, %a7: tensor<4x4xf32>,
    %a8: tensor<4x4xf32>, %a10: tensor<4xf32>, %a11: tensor<4xf32>,
    %a13: tensor<4xf32>, %a14: tensor<4xf32>, %a15: tensor<4xf32>,
    %a18: tensor<2x4xf32>, %a19: tensor<2x4xf32>) -> (tensor<2x5x4xf32>, tensor<2x4xf32>) {
  %none = mopt.no_value : () -> none
  // expected-remark @below {{'mopt.unidirectional_sequence_lstm' is not lowered to linalg: a state has other users, which would see it change}}
  %0 = mopt.unidirectional_sequence_lstm %a0, %none, %a2, %a3, %a4, %none, %a6, %a7, %a8, %none, %a10, %a11, %none, %a13, %a14, %a15, %none, %none, %a18, %a19, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>, cell_clip = 5.000000e-01 : f32}
    : (tensor<2x5x3xf32>, none, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, none, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, tensor<4xf32>, tensor<4xf32>, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x5x4xf32>
  return %0, %a19 : tensor<2x5x4xf32>, tensor<2x4xf32>
}
