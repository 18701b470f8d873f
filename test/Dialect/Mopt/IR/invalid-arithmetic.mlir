// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @div_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.div' op lhs and output must have the same element type, got 'f32' and 'i32'}}
  %0 = mopt.div %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi32>
  return
}

// -----

func.func @floor_div_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.floor_div' op lhs and output must have the same element type, got 'f32' and 'i32'}}
  %0 = mopt.floor_div %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi32>
  return
}

// -----

func.func @floor_mod_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.floor_mod' op lhs and output must have the same element type, got 'f32' and 'i32'}}
  %0 = mopt.floor_mod %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi32>
  return
}

// -----

func.func @pow_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.pow' op lhs and output must have the same element type, got 'f32' and 'i32'}}
  %0 = mopt.pow %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi32>
  return
}

// -----

func.func @squared_difference_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.squared_difference' op lhs and output must have the same element type, got 'f32' and 'i32'}}
  %0 = mopt.squared_difference %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi32>
  return
}

// -----

func.func @atan2_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.atan2' op lhs and output must have the same element type, got 'f32' and 'i32'}}
  %0 = mopt.atan2 %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi32>
  return
}

// -----

func.func @div_operands(%x: tensor<2xf32>, %y: tensor<2xi32>) {
  // expected-error @below {{'mopt.div' op lhs and rhs must have the same element type, got 'f32' and 'i32'}}
  %0 = mopt.div %x, %y : (tensor<2xf32>, tensor<2xi32>) -> tensor<2xf32>
  return
}

// -----

func.func @div_activation(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.div' op cannot carry the activation TANH; allowed are NONE, RELU, RELU_N1_TO_1, RELU6}}
  %0 = mopt.div %x, %x {fused_activation_function = #mopt.activation<TANH>} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @pow_broadcast(%x: tensor<2xf32>, %y: tensor<3xf32>) {
  // expected-error @below {{'mopt.pow' op operands of types 'tensor<2xf32>' and 'tensor<3xf32>' cannot be broadcast to one shape}}
  %0 = mopt.pow %x, %y : (tensor<2xf32>, tensor<3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @atan2_shape(%x: tensor<2x1xf32>, %y: tensor<3xf32>) {
  // expected-error @below {{'mopt.atan2' op output must have shape [2, 3], got 'tensor<3x2xf32>'}}
  %0 = mopt.atan2 %x, %y : (tensor<2x1xf32>, tensor<3xf32>) -> tensor<3x2xf32>
  return
}
