// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @axes_type(%x: tensor<2x2xf32>, %a: tensor<1xi64>) {
  // expected-error @below {{'mopt.mean' op axes must hold int32, got 'tensor<1xi64>'}}
  %0 = mopt.mean %x, %a : (tensor<2x2xf32>, tensor<1xi64>) -> tensor<2xf32>
  return
}

// -----

func.func @type(%x: tensor<2x2xf32>, %a: tensor<1xi32>) {
  // expected-error @below {{'mopt.sum' op input and output must have the same element type, got 'f32' and 'i32'}}
  %0 = mopt.sum %x, %a : (tensor<2x2xf32>, tensor<1xi32>) -> tensor<2xi32>
  return
}

// -----

func.func @axis_range(%x: tensor<2x2xf32>) {
  %a = mopt.const {value = dense<[0, -3]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.sum' op axis -3 is out of range for 'tensor<2x2xf32>'}}
  %0 = mopt.sum %x, %a : (tensor<2x2xf32>, tensor<2xi32>) -> tensor<f32>
  return
}

// -----

func.func @shape(%x: tensor<2x3xf32>) {
  %a = mopt.const {value = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  // expected-error @below {{'mopt.mean' op output must have shape [3], got 'tensor<2xf32>'}}
  %0 = mopt.mean %x, %a : (tensor<2x3xf32>, tensor<1xi32>) -> tensor<2xf32>
  return
}

// -----

func.func @keep_dims(%x: tensor<2x3xf32>) {
  %a = mopt.const {value = dense<-1> : tensor<1xi32>} : () -> tensor<1xi32>
  // expected-error @below {{'mopt.mean' op output must have shape [2, 1], got 'tensor<2xf32>'}}
  %0 = mopt.mean %x, %a {keep_dims = true} : (tensor<2x3xf32>, tensor<1xi32>) -> tensor<2xf32>
  return
}

// -----

func.func @scalar(%x: tensor<f32>, %a: tensor<1xi32>) {
  %c = mopt.const {value = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  // expected-error @below {{'mopt.mean' op output must have shape [], got 'tensor<1xf32>'}}
  %0 = mopt.mean %x, %c : (tensor<f32>, tensor<1xi32>) -> tensor<1xf32>
  return
}

// -----

// A constant after its user is an error of dominance, but no crash.
func.func @constant_after_use(%x: tensor<2x2xf32>) {
  // expected-error @below {{operand #1 does not dominate this use}}
  %0 = mopt.mean %x, %a : (tensor<2x2xf32>, tensor<1xi32>) -> tensor<2xf32>
  // expected-note @below {{operand defined here (op in the same block)}}
  %a = mopt.const {value = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  return
}

// -----

func.func @malformed_constant_after_use(%x: tensor<2x2xf32>) {
  %0 = mopt.mean %x, %a : (tensor<2x2xf32>, tensor<1xi32>) -> tensor<2xf32>
  // expected-error @below {{'mopt.const' op requires attribute 'value'}}
  %a = "mopt.const"() : () -> tensor<1xi32>
  return
}

// -----

func.func @arg_axis_type(%x: tensor<2x2xf32>, %a: tensor<1xi8>) {
  // expected-error @below {{'mopt.arg_max' op axis must hold int32 or int64, got 'tensor<1xi8>'}}
  %0 = mopt.arg_max %x, %a {output_type = #mopt.element_type<INT32>} : (tensor<2x2xf32>, tensor<1xi8>) -> tensor<2xi32>
  return
}

// -----

func.func @arg_output_type(%x: tensor<2x2xf32>, %a: tensor<1xi32>) {
  // expected-error @below {{'mopt.arg_max' op output must hold int32 or int64, got 'tensor<2xf32>'}}
  %0 = mopt.arg_max %x, %a {output_type = #mopt.element_type<FLOAT32>} : (tensor<2x2xf32>, tensor<1xi32>) -> tensor<2xf32>
  return
}

// -----

func.func @arg_output_type_attribute(%x: tensor<2x2xf32>, %a: tensor<1xi32>) {
  // expected-error @below {{'mopt.arg_min' op output_type is INT32, but the output is 'tensor<2xi64>'}}
  %0 = mopt.arg_min %x, %a {output_type = #mopt.element_type<INT32>} : (tensor<2x2xf32>, tensor<1xi32>) -> tensor<2xi64>
  return
}

// -----

func.func @arg_axis_range(%x: tensor<2x2xf32>) {
  %a = mopt.const {value = dense<2> : tensor<i32>} : () -> tensor<i32>
  // expected-error @below {{'mopt.arg_max' op axis must be one value in [-2, 2) for 'tensor<2x2xf32>'}}
  %0 = mopt.arg_max %x, %a {output_type = #mopt.element_type<INT32>} : (tensor<2x2xf32>, tensor<i32>) -> tensor<2xi32>
  return
}

// -----

func.func @arg_scalar(%x: tensor<f32>) {
  %a = mopt.const {value = dense<0> : tensor<i32>} : () -> tensor<i32>
  // expected-error @below {{'mopt.arg_max' op axis must be one value in [-0, 0) for 'tensor<f32>'}}
  %0 = mopt.arg_max %x, %a {output_type = #mopt.element_type<INT32>} : (tensor<f32>, tensor<i32>) -> tensor<i32>
  return
}

// -----

func.func @arg_empty_axis(%x: tensor<2x0xf32>) {
  %a = mopt.const {value = dense<1> : tensor<i32>} : () -> tensor<i32>
  // expected-error @below {{'mopt.arg_max' op has no element to choose along axis 1 of 'tensor<2x0xf32>'}}
  %0 = mopt.arg_max %x, %a {output_type = #mopt.element_type<INT32>} : (tensor<2x0xf32>, tensor<i32>) -> tensor<2xi32>
  return
}

// -----

func.func @arg_shape(%x: tensor<2x3xf32>) {
  %a = mopt.const {value = dense<-1> : tensor<i64>} : () -> tensor<i64>
  // expected-error @below {{'mopt.arg_min' op output must have shape [2], got 'tensor<3xi32>'}}
  %0 = mopt.arg_min %x, %a {output_type = #mopt.element_type<INT32>} : (tensor<2x3xf32>, tensor<i64>) -> tensor<3xi32>
  return
}

// -----

func.func @reduce_max_shape(%x: tensor<2x3xi16>) {
  %a = mopt.const {value = dense<1> : tensor<1xi32>} : () -> tensor<1xi32>
  // expected-error @below {{'mopt.reduce_max' op output must have shape [2], got 'tensor<3xi16>'}}
  %0 = mopt.reduce_max %x, %a : (tensor<2x3xi16>, tensor<1xi32>) -> tensor<3xi16>
  return
}

// -----

func.func @reduce_min_type(%x: tensor<2x3xi16>, %a: tensor<1xi32>) {
  // expected-error @below {{'mopt.reduce_min' op input and output must have the same element type, got 'i16' and 'i8'}}
  %0 = mopt.reduce_min %x, %a : (tensor<2x3xi16>, tensor<1xi32>) -> tensor<2xi8>
  return
}

// -----

func.func @reduce_prod_axis(%x: tensor<2x3xf32>) {
  %a = mopt.const {value = dense<2> : tensor<1xi32>} : () -> tensor<1xi32>
  // expected-error @below {{'mopt.reduce_prod' op axis 2 is out of range for 'tensor<2x3xf32>'}}
  %0 = mopt.reduce_prod %x, %a : (tensor<2x3xf32>, tensor<1xi32>) -> tensor<2xf32>
  return
}

// -----

func.func @reduce_any_type(%x: tensor<2x3xi8>, %a: tensor<1xi32>) {
  // expected-error @below {{'mopt.reduce_any' op input must hold booleans, got 'tensor<2x3xi8>'}}
  %0 = mopt.reduce_any %x, %a : (tensor<2x3xi8>, tensor<1xi32>) -> tensor<2xi8>
  return
}

// -----

func.func @reduce_all_type(%x: tensor<2x3xf32>, %a: tensor<1xi32>) {
  // expected-error @below {{'mopt.reduce_all' op input must hold booleans, got 'tensor<2x3xf32>'}}
  %0 = mopt.reduce_all %x, %a : (tensor<2x3xf32>, tensor<1xi32>) -> tensor<2xf32>
  return
}
