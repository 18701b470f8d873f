// RUN: mopt-opt %s --split-input-file --verify-diagnostics

func.func @real(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.real' op input must be complex, got 'tensor<2xf32>'}}
  %0 = mopt.real %x : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @imag(%x: tensor<2xcomplex<f64>>) {
  // expected-error @below {{'mopt.imag' op output must have elements of type 'f64', got 'tensor<2xf32>'}}
  %0 = mopt.imag %x : (tensor<2xcomplex<f64>>) -> tensor<2xf32>
  return
}

// -----

func.func @abs(%x: tensor<2xcomplex<f32>>) {
  // expected-error @below {{'mopt.complex_abs' op output must have shape [2], got 'tensor<3xf32>'}}
  %0 = mopt.complex_abs %x : (tensor<2xcomplex<f32>>) -> tensor<3xf32>
  return
}
