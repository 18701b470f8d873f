// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @tensors_count(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{'mopt.relu' op attribute 'mopt.tensors' has 2 elements for 1 results}}
  %0 = mopt.relu %x {mopt.tensors = [#mopt.tensor<name = "a">, #mopt.tensor<name = "b">]} : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @tensors_kind(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{'mopt.relu' op attribute 'mopt.tensors' must be an array of #mopt.tensor}}
  %0 = mopt.relu %x {mopt.tensors = ["a"]} : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @version(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{'mopt.relu' op attribute 'mopt.version' must be a positive i32}}
  %0 = mopt.relu %x {mopt.version = 0 : i32} : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// expected-error @+1 {{'func.func' op argument 0: attribute 'mopt.tensor' must be a #mopt.tensor}}
func.func @argument(%x: tensor<2xf32> {mopt.tensor = "x"}) {
  return
}

// -----

// expected-error @+1 {{'builtin.module' op attribute 'mopt.requantize' must be #mopt.requantize<...>}}
module attributes {mopt.requantize = "float"} {}

// -----

func.func @constant_type() -> tensor<2xf32> {
  // expected-error @+1 {{'mopt.const' op value of type 'tensor<3xf32>' does not store a 'tensor<2xf32>'; expected 'tensor<2xf32>'}}
  %0 = mopt.const {value = dense<0.0> : tensor<3xf32>} : () -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @constant_size() -> tensor<2xf32> {
  // expected-error @+1 {{'mopt.const' op value has 4 bytes, 'tensor<2xf32>' needs 8}}
  %0 = mopt.const {value = dense_resource<short> : tensor<2xf32>} : () -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

{-# dialect_resources: { builtin: { short: "0x0400000000000000" } } #-}
