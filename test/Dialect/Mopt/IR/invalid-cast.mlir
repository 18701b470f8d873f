// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @cast_shape(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.cast' op output must have shape [2], got 'tensor<2x1xi32>'}}
  %0 = mopt.cast %x : (tensor<2xf32>) -> tensor<2x1xi32>
  return
}

// -----

func.func @bitcast_smaller(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.bitcast' op output must have shape [2, 4], got 'tensor<2xi8>'}}
  %0 = mopt.bitcast %x : (tensor<2xf32>) -> tensor<2xi8>
  return
}

// -----

func.func @bitcast_larger(%x: tensor<2x3xi8>) {
  // expected-error @below {{'mopt.bitcast' op input must end in a dimension of size 4, got 'tensor<2x3xi8>'}}
  %0 = mopt.bitcast %x : (tensor<2x3xi8>) -> tensor<2xi32>
  return
}

// -----

func.func @bitcast_packed(%x: tensor<2xi4>) {
  // expected-error @below {{'mopt.bitcast' op needs elements of whole bytes, got 'tensor<2xi4>' and 'tensor<2xi8>'}}
  %0 = mopt.bitcast %x : (tensor<2xi4>) -> tensor<2xi8>
  return
}
