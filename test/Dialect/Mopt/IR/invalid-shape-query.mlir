// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @shape_type(%x: tensor<2x3xf32>) {
  // expected-error @below {{'mopt.shape' op out_type must be INT32 or INT64, got FLOAT32}}
  %0 = mopt.shape %x : (tensor<2x3xf32>) -> tensor<2xi32>
  return
}

// -----

func.func @shape_output(%x: tensor<2x3xf32>) {
  // expected-error @below {{'mopt.shape' op output must hold int64, got 'tensor<2xi32>'}}
  %0 = mopt.shape %x {out_type = #mopt.element_type<INT64>} : (tensor<2x3xf32>) -> tensor<2xi32>
  return
}

// -----

func.func @shape_rank(%x: tensor<2x3xf32>) {
  // expected-error @below {{'mopt.shape' op output must have shape [2], got 'tensor<3xi32>'}}
  %0 = mopt.shape %x {out_type = #mopt.element_type<INT32>} : (tensor<2x3xf32>) -> tensor<3xi32>
  return
}

// -----

func.func @rank_output(%x: tensor<2x3xf32>) {
  // expected-error @below {{'mopt.rank' op output must have shape [], got 'tensor<1xi32>'}}
  %0 = mopt.rank %x : (tensor<2x3xf32>) -> tensor<1xi32>
  return
}

// -----

func.func @rank_type(%x: tensor<2x3xf32>) {
  // expected-error @below {{'mopt.rank' op output must hold int32, got 'tensor<i64>'}}
  %0 = mopt.rank %x : (tensor<2x3xf32>) -> tensor<i64>
  return
}

// -----

func.func @fill_value(%v: tensor<1xf32>, %d: tensor<2xi32>) {
  // expected-error @below {{'mopt.fill' op value must have shape [], got 'tensor<1xf32>'}}
  %0 = mopt.fill %d, %v : (tensor<2xi32>, tensor<1xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @fill_shape(%v: tensor<f32>) {
  %d = mopt.const {value = dense<[2, 4]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.fill' op output must have shape [2, 4], got 'tensor<2x3xf32>'}}
  %0 = mopt.fill %d, %v : (tensor<2xi32>, tensor<f32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @range_scalar(%v: tensor<1xi32>) {
  // expected-error @below {{'mopt.range' op start must have shape [], got 'tensor<1xi32>'}}
  %0 = mopt.range %v, %v, %v : (tensor<1xi32>, tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
  return
}

// -----

func.func @range_type(%v: tensor<i32>, %w: tensor<i64>) {
  // expected-error @below {{'mopt.range' op limit and output must have the same element type, got 'i64' and 'i32'}}
  %0 = mopt.range %v, %w, %v : (tensor<i32>, tensor<i64>, tensor<i32>) -> tensor<2xi32>
  return
}

// -----

func.func @range_direction() {
  %a = mopt.const {value = dense<3> : tensor<i32>} : () -> tensor<i32>
  %b = mopt.const {value = dense<9> : tensor<i32>} : () -> tensor<i32>
  %c = mopt.const {value = dense<-1> : tensor<i32>} : () -> tensor<i32>
  // expected-error @below {{'mopt.range' op no steps of -1 lead from 3 to 9}}
  %0 = mopt.range %a, %b, %c : (tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<2xi32>
  return
}

// -----

// The distance has 65 bits.
func.func @range_count() {
  %a = mopt.const {value = dense<-9223372036854775808> : tensor<i64>} : () -> tensor<i64>
  %b = mopt.const {value = dense<9223372036854775807> : tensor<i64>} : () -> tensor<i64>
  %c = mopt.const {value = dense<9223372036854775807> : tensor<i64>} : () -> tensor<i64>
  // expected-error @below {{'mopt.range' op output must have shape [3], got 'tensor<2xi64>'}}
  %0 = mopt.range %a, %b, %c : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<2xi64>
  return
}

// -----

func.func @zeros_like_shape(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.zeros_like' op output must have shape [2], got 'tensor<3xf32>'}}
  %0 = mopt.zeros_like %x : (tensor<2xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @zeros_like_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.zeros_like' op input and output must have the same element type, got 'f32' and 'i32'}}
  %0 = mopt.zeros_like %x : (tensor<2xf32>) -> tensor<2xi32>
  return
}

// -----

func.func @broadcast_args_rank(%x: tensor<2xi32>, %y: tensor<1x1xi32>) {
  // expected-error @below {{'mopt.broadcast_args' op rhs must have rank 1, got 'tensor<1x1xi32>'}}
  %0 = mopt.broadcast_args %x, %y : (tensor<2xi32>, tensor<1x1xi32>) -> tensor<2xi32>
  return
}

// -----

func.func @broadcast_args_output(%x: tensor<2xi32>, %y: tensor<3xi32>) {
  // expected-error @below {{'mopt.broadcast_args' op output must have shape [3], got 'tensor<2xi32>'}}
  %0 = mopt.broadcast_args %x, %y : (tensor<2xi32>, tensor<3xi32>) -> tensor<2xi32>
  return
}
