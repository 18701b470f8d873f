// Ops with inner state: its parameters follow from bounds.
// RUN: mopt-opt %s --split-input-file --quantize-int8 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks

// The state's bound: the inputs are within 1, and the second filter sums to 1.5.
// CHECK-LABEL: func.func @svdf
// CHECK-DAG: %[[F:.*]] = mopt.const {{.*}} -> tensor<2x3x!quant.uniform<i8:f32, 0.0078{{[0-9]*}}>>
// CHECK-DAG: %[[T:.*]] = mopt.const {{.*}} -> tensor<2x2x!quant.uniform<i16:f32, 9.78473{{[0-9]*}}E-4>>
// CHECK-DAG: %[[S:.*]] = mopt.variable {{.*}}is_variable{{.*}} -> tensor<1x4x!quant.uniform<i16:f32, 4.59572{{[0-9]*}}E-5>>
// CHECK-DAG: %[[B:.*]] = mopt.const {{.*}} -> tensor<2x!quant.uniform<i32:f32, 4.4967{{[0-9]*}}E-8>>
// CHECK: mopt.svdf %{{.*}}, %[[F]], %[[T]], %[[B]], %[[S]] {{.*}} -> tensor<1x2x!quant.uniform<i8:f32, 0.0078{{[0-9]*}}:-128>>
func.func @svdf(%x: tensor<1x3xf32> {mopt.tensor = #mopt.tensor<min = [-1.0], max = [1.0]>}) -> tensor<1x2xf32> {
  %f = mopt.const {value = dense<[[0.25, 0.5, 0.25], [1.0, -0.25, 0.25]]> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %t = mopt.const {value = dense<[[0.25, 0.5], [0.25, -0.5]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %b = mopt.const {value = dense<[0.25, 0.5]> : tensor<2xf32>} : () -> tensor<2xf32>
  %s = mopt.variable {mopt.tensors = [#mopt.tensor<is_variable = unit>]} : () -> tensor<1x4xf32>
  %y = mopt.svdf %x, %f, %t, %b, %s {rank = 1 : i32, fused_activation_function = #mopt.activation<RELU>, mopt.tensors = [#mopt.tensor<name = "y", min = [0.0], max = [2.0]>]} : (tensor<1x3xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2xf32>, tensor<1x4xf32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

// -----

// REMARK: remark: 'y' (mopt.svdf) stays float: its integer kernel has no activation but RELU
// CHECK-LABEL: func.func @svdf_tanh
// CHECK: mopt.svdf {{.*}} -> tensor<1x2xf32>
func.func @svdf_tanh(%x: tensor<1x3xf32> {mopt.tensor = #mopt.tensor<min = [-1.0], max = [1.0]>}) -> tensor<1x2xf32> {
  %f = mopt.const {value = dense<0.5> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %t = mopt.const {value = dense<0.5> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %b = mopt.no_value : () -> none
  %s = mopt.variable {mopt.tensors = [#mopt.tensor<is_variable = unit>]} : () -> tensor<1x4xf32>
  %y = mopt.svdf %x, %f, %t, %b, %s {rank = 1 : i32, fused_activation_function = #mopt.activation<TANH>, mopt.tensors = [#mopt.tensor<name = "y", min = [0.0], max = [2.0]>]} : (tensor<1x3xf32>, tensor<2x3xf32>, tensor<2x2xf32>, none, tensor<1x4xf32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

// -----

// Four steps from a state of 0 leave the cell state within 4: 2^-13 * 32767 is
// less than that by one step, 2^-12 is more. The hidden state has the parameters
// of the result.
// CHECK-LABEL: func.func @lstm
// CHECK-DAG: mopt.variable {{.*}} -> tensor<1x2x!quant.uniform<i8:f32, 0.0078{{[0-9]*}}:-1>>
// CHECK-DAG: mopt.variable {{.*}} -> tensor<1x2x!quant.uniform<i16:f32, 2.44140625E-4>>
// CHECK: mopt.unidirectional_sequence_lstm
// CHECK-SAME: mopt.intermediates = [#mopt.tensor<name = "y_intermediate_0", type = tensor<0xf32>>
// CHECK-SAME: #mopt.tensor<name = "y_intermediate_4", type = tensor<0x!quant.uniform<i8:f32, 0.0078{{[0-9]*}}:-1>>>
// CHECK-SAME: -> tensor<1x4x2x!quant.uniform<i8:f32, 0.0078{{[0-9]*}}:-1>>
func.func @lstm(%x: tensor<1x4x3xf32> {mopt.tensor = #mopt.tensor<min = [-1.0], max = [1.0]>}) -> tensor<1x4x2xf32> {
  %w = mopt.const {value = dense<4.0> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %r = mopt.const {value = dense<1.0> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %b = mopt.const {value = dense<1.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %n = mopt.no_value : () -> none
  %h = mopt.variable {mopt.tensors = [#mopt.tensor<is_variable = unit>]} : () -> tensor<1x2xf32>
  %c = mopt.variable {mopt.tensors = [#mopt.tensor<is_variable = unit>]} : () -> tensor<1x2xf32>
  %y = mopt.unidirectional_sequence_lstm %x, %w, %w, %w, %w, %r, %r, %r, %r, %n, %n, %n, %b, %b, %b, %b, %n, %n, %h, %c, %n, %n, %n, %n {fused_activation_function = #mopt.activation<TANH>, mopt.tensors = [#mopt.tensor<name = "y", min = [-1.0], max = [1.0]>]} : (tensor<1x4x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, none, none, none, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, none, none, tensor<1x2xf32>, tensor<1x2xf32>, none, none, none, none) -> tensor<1x4x2xf32>
  return %y : tensor<1x4x2xf32>
}

// -----

// REMARK: remark: 'y' (mopt.unidirectional_sequence_lstm) stays float: its layer normalisation needs ranges from inside the op
// CHECK-LABEL: func.func @layer_norm
// CHECK: mopt.unidirectional_sequence_lstm {{.*}} -> tensor<1x4x2xf32>
func.func @layer_norm(%x: tensor<1x4x3xf32> {mopt.tensor = #mopt.tensor<min = [-1.0], max = [1.0]>}) -> tensor<1x4x2xf32> {
  %w = mopt.const {value = dense<4.0> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %r = mopt.const {value = dense<1.0> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %b = mopt.const {value = dense<1.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %n = mopt.no_value : () -> none
  %h = mopt.variable {mopt.tensors = [#mopt.tensor<is_variable = unit>]} : () -> tensor<1x2xf32>
  %c = mopt.variable {mopt.tensors = [#mopt.tensor<is_variable = unit>]} : () -> tensor<1x2xf32>
  %y = mopt.unidirectional_sequence_lstm %x, %w, %w, %w, %w, %r, %r, %r, %r, %n, %n, %n, %b, %b, %b, %b, %n, %n, %h, %c, %b, %b, %b, %b {fused_activation_function = #mopt.activation<TANH>, mopt.tensors = [#mopt.tensor<name = "y", min = [-1.0], max = [1.0]>]} : (tensor<1x4x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, none, none, none, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, none, none, tensor<1x2xf32>, tensor<1x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x4x2xf32>
  return %y : tensor<1x4x2xf32>
}
