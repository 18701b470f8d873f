// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @cumsum_type(%x: tensor<2x3xi16>, %a: tensor<i32>) {
  // expected-error @below {{'mopt.cumsum' op input must hold float32, int32 or int64, got 'tensor<2x3xi16>'}}
  %0 = mopt.cumsum %x, %a : (tensor<2x3xi16>, tensor<i32>) -> tensor<2x3xi16>
  return
}

// -----

func.func @cumsum_result_type(%x: tensor<2x3xf32>, %a: tensor<i32>) {
  // expected-error @below {{'mopt.cumsum' op input and output must have the same element type, got 'f32' and 'i32'}}
  %0 = mopt.cumsum %x, %a : (tensor<2x3xf32>, tensor<i32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @cumsum_axis_type(%x: tensor<2x3xf32>, %a: tensor<i64>) {
  // expected-error @below {{'mopt.cumsum' op axis must hold int32, got 'tensor<i64>'}}
  %0 = mopt.cumsum %x, %a : (tensor<2x3xf32>, tensor<i64>) -> tensor<2x3xf32>
  return
}

// -----

func.func @cumsum_axis(%x: tensor<2x3xf32>) {
  %a = mopt.const {value = dense<2> : tensor<i32>} : () -> tensor<i32>
  // expected-error @below {{'mopt.cumsum' op axis must be one value in [-2, 2) for 'tensor<2x3xf32>'}}
  %0 = mopt.cumsum %x, %a : (tensor<2x3xf32>, tensor<i32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @cumsum_shape(%x: tensor<2x3xf32>, %a: tensor<i32>) {
  // expected-error @below {{'mopt.cumsum' op output must have shape [2, 3], got 'tensor<3x2xf32>'}}
  %0 = mopt.cumsum %x, %a : (tensor<2x3xf32>, tensor<i32>) -> tensor<3x2xf32>
  return
}

// -----

func.func @topk_scalar(%x: tensor<f32>, %k: tensor<i32>) {
  // expected-error @below {{'mopt.topk_v2' op input must have a dimension, got 'tensor<f32>'}}
  %0:2 = mopt.topk_v2 %x, %k : (tensor<f32>, tensor<i32>) -> (tensor<f32>, tensor<i32>)
  return
}

// -----

func.func @topk_type(%x: tensor<4xf32>, %k: tensor<i32>) {
  // expected-error @below {{'mopt.topk_v2' op input and values must have the same element type, got 'f32' and 'i8'}}
  %0:2 = mopt.topk_v2 %x, %k : (tensor<4xf32>, tensor<i32>) -> (tensor<2xi8>, tensor<2xi32>)
  return
}

// -----

func.func @topk_k_type(%x: tensor<4xf32>, %k: tensor<i64>) {
  // expected-error @below {{'mopt.topk_v2' op k must hold int16 or int32, got 'tensor<i64>'}}
  %0:2 = mopt.topk_v2 %x, %k : (tensor<4xf32>, tensor<i64>) -> (tensor<2xf32>, tensor<2xi32>)
  return
}

// -----

func.func @topk_indices_type(%x: tensor<4xf32>, %k: tensor<i32>) {
  // expected-error @below {{'mopt.topk_v2' op indices must hold int16 or int32, got 'tensor<2xi64>'}}
  %0:2 = mopt.topk_v2 %x, %k : (tensor<4xf32>, tensor<i32>) -> (tensor<2xf32>, tensor<2xi64>)
  return
}

// -----

func.func @topk_many(%x: tensor<4xf32>) {
  %k = mopt.const {value = dense<5> : tensor<i32>} : () -> tensor<i32>
  // expected-error @below {{'mopt.topk_v2' op cannot choose 5 of 4 elements}}
  %0:2 = mopt.topk_v2 %x, %k : (tensor<4xf32>, tensor<i32>) -> (tensor<5xf32>, tensor<5xi32>)
  return
}

// -----

func.func @topk_one_k(%x: tensor<4xf32>) {
  %k = mopt.const {value = dense<1> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.topk_v2' op k must be one value, got 'tensor<2xi32>'}}
  %0:2 = mopt.topk_v2 %x, %k : (tensor<4xf32>, tensor<2xi32>) -> (tensor<1xf32>, tensor<1xi32>)
  return
}

// -----

func.func @topk_shape(%x: tensor<3x4xf32>) {
  %k = mopt.const {value = dense<2> : tensor<i32>} : () -> tensor<i32>
  // expected-error @below {{'mopt.topk_v2' op indices must have shape [3, 2], got 'tensor<3x1xi32>'}}
  %0:2 = mopt.topk_v2 %x, %k : (tensor<3x4xf32>, tensor<i32>) -> (tensor<3x2xf32>, tensor<3x1xi32>)
  return
}
