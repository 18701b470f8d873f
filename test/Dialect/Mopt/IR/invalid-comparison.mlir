// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @equal_result(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.equal' op output must hold booleans, got 'tensor<2xf32>'}}
  %0 = mopt.equal %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @not_equal_result(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.not_equal' op output must hold booleans, got 'tensor<2xf32>'}}
  %0 = mopt.not_equal %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @less_result(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.less' op output must hold booleans, got 'tensor<2xf32>'}}
  %0 = mopt.less %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @less_equal_result(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.less_equal' op output must hold booleans, got 'tensor<2xf32>'}}
  %0 = mopt.less_equal %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @greater_result(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.greater' op output must hold booleans, got 'tensor<2xf32>'}}
  %0 = mopt.greater %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @greater_equal_result(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.greater_equal' op output must hold booleans, got 'tensor<2xf32>'}}
  %0 = mopt.greater_equal %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @less_types(%x: tensor<2xf32>, %y: tensor<2xi32>) {
  // expected-error @below {{'mopt.less' op lhs and rhs must have the same element type, got 'f32' and 'i32'}}
  %0 = mopt.less %x, %y : (tensor<2xf32>, tensor<2xi32>) -> tensor<2xi1>
  return
}

// -----

func.func @equal_shape(%x: tensor<2x1xf32>, %y: tensor<3xf32>) {
  // expected-error @below {{'mopt.equal' op output must have shape [2, 3], got 'tensor<3x2xi1>'}}
  %0 = mopt.equal %x, %y : (tensor<2x1xf32>, tensor<3xf32>) -> tensor<3x2xi1>
  return
}

// -----

func.func @logical_and_operands(%x: tensor<2xi8>) {
  // expected-error @below {{'mopt.logical_and' op lhs must hold booleans, got 'tensor<2xi8>'}}
  %0 = mopt.logical_and %x, %x : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi1>
  return
}

// -----

func.func @logical_or_operands(%x: tensor<2xi8>) {
  // expected-error @below {{'mopt.logical_or' op lhs must hold booleans, got 'tensor<2xi8>'}}
  %0 = mopt.logical_or %x, %x : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi1>
  return
}

// -----

func.func @logical_not_operand(%x: tensor<2xi8>) {
  // expected-error @below {{'mopt.logical_not' op input must hold booleans, got 'tensor<2xi8>'}}
  %0 = mopt.logical_not %x : (tensor<2xi8>) -> tensor<2xi1>
  return
}

// -----

func.func @bitwise_xor_operands(%x: tensor<2xi64>) {
  // expected-error @below {{'mopt.bitwise_xor' op lhs must hold integers of 8, 16 or 32 bits, got 'tensor<2xi64>'}}
  %0 = mopt.bitwise_xor %x, %x : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
  return
}

// -----

func.func @right_shift_operands(%x: tensor<2xi64>) {
  // expected-error @below {{'mopt.right_shift' op lhs must hold integers of 8, 16 or 32 bits, got 'tensor<2xi64>'}}
  %0 = mopt.right_shift %x, %x : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
  return
}

// -----

func.func @select_condition(%c: tensor<2xi8>, %x: tensor<2xf32>) {
  // expected-error @below {{'mopt.select' op condition must hold booleans, got 'tensor<2xi8>'}}
  %0 = mopt.select %c, %x, %x : (tensor<2xi8>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @select_v2_condition(%c: tensor<2xi8>, %x: tensor<2xf32>) {
  // expected-error @below {{'mopt.select_v2' op condition must hold booleans, got 'tensor<2xi8>'}}
  %0 = mopt.select_v2 %c, %x, %x : (tensor<2xi8>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @select_vector(%c: tensor<3xi1>, %x: tensor<2x3xf32>) {
  // expected-error @below {{'mopt.select' op condition must have the shape of lhs, or be a vector over its first dimension, or a scalar, got 'tensor<3xi1>'}}
  %0 = mopt.select %c, %x, %x : (tensor<3xi1>, tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @select_broadcast(%c: tensor<2xi1>, %x: tensor<2xf32>, %y: tensor<1xf32>) {
  // expected-error @below {{'mopt.select' op rhs must have shape [2], got 'tensor<1xf32>'}}
  %0 = mopt.select %c, %x, %y : (tensor<2xi1>, tensor<2xf32>, tensor<1xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @select_v2_types(%c: tensor<2xi1>, %x: tensor<2xf32>) {
  // expected-error @below {{'mopt.select_v2' op lhs and output must have the same element type, got 'f32' and 'i32'}}
  %0 = mopt.select_v2 %c, %x, %x : (tensor<2xi1>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xi32>
  return
}

// -----

func.func @select_v2_broadcast(%c: tensor<3xi1>, %x: tensor<2xf32>) {
  // expected-error @below {{'mopt.select_v2' op operands of types 'tensor<3xi1>' and 'tensor<2xf32>' and 'tensor<2xf32>' cannot be broadcast to one shape}}
  %0 = mopt.select_v2 %c, %x, %x : (tensor<3xi1>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}
