// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @gather_axis(%x: tensor<3x4xf32>, %p: tensor<2xi32>) {
  // expected-error @below {{'mopt.gather' op axis 2 is out of range for 'tensor<3x4xf32>'}}
  %0 = mopt.gather %x, %p {axis = 2 : i32} : (tensor<3x4xf32>, tensor<2xi32>) -> tensor<3x2xf32>
  return
}

// -----

func.func @gather_positions(%x: tensor<3x4xf32>, %p: tensor<2xi8>) {
  // expected-error @below {{'mopt.gather' op positions must hold int16 or int32 or int64, got 'tensor<2xi8>'}}
  %0 = mopt.gather %x, %p : (tensor<3x4xf32>, tensor<2xi8>) -> tensor<2x4xf32>
  return
}

// -----

func.func @gather_batch_dims(%x: tensor<3x4xf32>, %p: tensor<2x2xi32>) {
  // expected-error @below {{'mopt.gather' op batch_dims 1 must count dimensions before axis 1 that 'tensor<3x4xf32>' and 'tensor<2x2xi32>' have in common}}
  %0 = mopt.gather %x, %p {axis = 1 : i32, batch_dims = 1 : i32} : (tensor<3x4xf32>, tensor<2x2xi32>) -> tensor<3x2xf32>
  return
}

// -----

func.func @gather_shape(%x: tensor<3x4xf32>, %p: tensor<2xi32>) {
  // expected-error @below {{'mopt.gather' op output must have shape [3, 2], got 'tensor<2x4xf32>'}}
  %0 = mopt.gather %x, %p {axis = -1 : i32} : (tensor<3x4xf32>, tensor<2xi32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @gather_type(%x: tensor<3x4xf32>, %p: tensor<2xi32>) {
  // expected-error @below {{'mopt.gather' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.gather %x, %p : (tensor<3x4xf32>, tensor<2xi32>) -> tensor<2x4xf16>
  return
}

// -----

func.func @gather_nd_tuples(%x: tensor<3x4xf32>, %i: tensor<2x3xi32>) {
  // expected-error @below {{'mopt.gather_nd' op indices must hold tuples for dimensions of params of type 'tensor<3x4xf32>', got 'tensor<2x3xi32>'}}
  %0 = mopt.gather_nd %x, %i : (tensor<3x4xf32>, tensor<2x3xi32>) -> tensor<2xf32>
  return
}

// -----

func.func @gather_nd_shape(%x: tensor<3x4xf32>, %i: tensor<2x1xi32>) {
  // expected-error @below {{'mopt.gather_nd' op output must have shape [2, 4], got 'tensor<2xf32>'}}
  %0 = mopt.gather_nd %x, %i : (tensor<3x4xf32>, tensor<2x1xi32>) -> tensor<2xf32>
  return
}

// -----

func.func @scatter_nd_updates(%i: tensor<2x1xi32>, %u: tensor<2x3xf32>, %s: tensor<2xi32>) {
  // expected-error @below {{'mopt.scatter_nd' op updates must have shape [2, 4], got 'tensor<2x3xf32>'}}
  %0 = mopt.scatter_nd %i, %u, %s : (tensor<2x1xi32>, tensor<2x3xf32>, tensor<2xi32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @scatter_nd_rank(%i: tensor<2x1xi32>, %u: tensor<2x4xf32>, %s: tensor<3xi32>) {
  // expected-error @below {{'mopt.scatter_nd' op shape must have shape [2], got 'tensor<3xi32>'}}
  %0 = mopt.scatter_nd %i, %u, %s : (tensor<2x1xi32>, tensor<2x4xf32>, tensor<3xi32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @scatter_nd_shape(%i: tensor<2x1xi32>, %u: tensor<2x4xf32>) {
  %s = mopt.const {value = dense<[5, 4]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.scatter_nd' op output must have shape [5, 4], got 'tensor<3x4xf32>'}}
  %0 = mopt.scatter_nd %i, %u, %s : (tensor<2x1xi32>, tensor<2x4xf32>, tensor<2xi32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @sparse_to_dense_tuples(%i: tensor<2x3xi32>, %s: tensor<2xi32>, %v: tensor<2xf32>, %d: tensor<f32>) {
  // expected-error @below {{'mopt.sparse_to_dense' op sparse_indices must be a scalar, a vector or a matrix of tuples for the output 'tensor<3x4xf32>', got 'tensor<2x3xi32>'}}
  %0 = mopt.sparse_to_dense %i, %s, %v, %d : (tensor<2x3xi32>, tensor<2xi32>, tensor<2xf32>, tensor<f32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @sparse_to_dense_values(%i: tensor<2x2xi32>, %s: tensor<2xi32>, %v: tensor<3xf32>, %d: tensor<f32>) {
  // expected-error @below {{'mopt.sparse_to_dense' op sparse_values must be one value or 2 values, got 'tensor<3xf32>'}}
  %0 = mopt.sparse_to_dense %i, %s, %v, %d : (tensor<2x2xi32>, tensor<2xi32>, tensor<3xf32>, tensor<f32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @sparse_to_dense_default(%i: tensor<2x2xi32>, %s: tensor<2xi32>, %v: tensor<2xf32>, %d: tensor<2xf32>) {
  // expected-error @below {{'mopt.sparse_to_dense' op default_value must have one element, got 'tensor<2xf32>'}}
  %0 = mopt.sparse_to_dense %i, %s, %v, %d : (tensor<2x2xi32>, tensor<2xi32>, tensor<2xf32>, tensor<2xf32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @one_hot_axis(%i: tensor<3xi32>, %d: tensor<i32>, %v: tensor<f32>) {
  // expected-error @below {{'mopt.one_hot' op axis 2 must lie in [-1, 1]}}
  %0 = mopt.one_hot %i, %d, %v, %v {axis = 2 : i32} : (tensor<3xi32>, tensor<i32>, tensor<f32>, tensor<f32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @one_hot_depth(%i: tensor<3xi32>, %v: tensor<f32>) {
  %d = mopt.const {value = dense<5> : tensor<i32>} : () -> tensor<i32>
  // expected-error @below {{'mopt.one_hot' op output must have shape [3, 5], got 'tensor<3x4xf32>'}}
  %0 = mopt.one_hot %i, %d, %v, %v {axis = -1 : i32} : (tensor<3xi32>, tensor<i32>, tensor<f32>, tensor<f32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @one_hot_rank(%i: tensor<3xi32>, %d: tensor<i32>, %v: tensor<f32>) {
  // expected-error @below {{'mopt.one_hot' op output must have shape [3, 0], got 'tensor<3xf32>'}}
  %0 = mopt.one_hot %i, %d, %v, %v {axis = -1 : i32} : (tensor<3xi32>, tensor<i32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  return
}

// -----

func.func @matrix_diag_shape(%x: tensor<2x3xf32>) {
  // expected-error @below {{'mopt.matrix_diag' op output must have shape [2, 3, 3], got 'tensor<2x2x3xf32>'}}
  %0 = mopt.matrix_diag %x : (tensor<2x3xf32>) -> tensor<2x2x3xf32>
  return
}

// -----

func.func @matrix_diag_scalar(%x: tensor<f32>) {
  // expected-error @below {{'mopt.matrix_diag' op diagonal must have a dimension, got 'tensor<f32>'}}
  %0 = mopt.matrix_diag %x : (tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @matrix_set_diag_rank(%x: tensor<3xf32>, %d: tensor<f32>) {
  // expected-error @below {{'mopt.matrix_set_diag' op input must hold matrices, got 'tensor<3xf32>'}}
  %0 = mopt.matrix_set_diag %x, %d : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  return
}

// -----

func.func @matrix_set_diag_diagonal(%x: tensor<2x3x4xf32>, %d: tensor<2x4xf32>) {
  // expected-error @below {{'mopt.matrix_set_diag' op diagonal must have shape [2, 3], got 'tensor<2x4xf32>'}}
  %0 = mopt.matrix_set_diag %x, %d : (tensor<2x3x4xf32>, tensor<2x4xf32>) -> tensor<2x3x4xf32>
  return
}

// -----

func.func @densify_constant(%x: tensor<2x2xf32>) {
  // expected-error @below {{'mopt.densify' op input must be a constant}}
  %0 = mopt.densify %x : (tensor<2x2xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @densify_shape() {
  %x = mopt.const {value = dense<1.0> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  // expected-error @below {{'mopt.densify' op output must have shape [2, 2], got 'tensor<4xf32>'}}
  %0 = mopt.densify %x : (tensor<2x2xf32>) -> tensor<4xf32>
  return
}
