// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @abs_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.abs' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.abs %x : (tensor<2xf32>) -> tensor<2xf16>
  return
}

// -----

func.func @neg_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.neg' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.neg %x : (tensor<2xf32>) -> tensor<2xf16>
  return
}

// -----

func.func @sign_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.sign' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.sign %x : (tensor<2xf32>) -> tensor<2xf16>
  return
}

// -----

func.func @exp_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.exp' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.exp %x : (tensor<2xf32>) -> tensor<2xf16>
  return
}

// -----

func.func @log_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.log' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.log %x : (tensor<2xf32>) -> tensor<2xf16>
  return
}

// -----

func.func @sqrt_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.sqrt' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.sqrt %x : (tensor<2xf32>) -> tensor<2xf16>
  return
}

// -----

func.func @rsqrt_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.rsqrt' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.rsqrt %x : (tensor<2xf32>) -> tensor<2xf16>
  return
}

// -----

func.func @square_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.square' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.square %x : (tensor<2xf32>) -> tensor<2xf16>
  return
}

// -----

func.func @sin_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.sin' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.sin %x : (tensor<2xf32>) -> tensor<2xf16>
  return
}

// -----

func.func @cos_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.cos' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.cos %x : (tensor<2xf32>) -> tensor<2xf16>
  return
}

// -----

func.func @floor_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.floor' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.floor %x : (tensor<2xf32>) -> tensor<2xf16>
  return
}

// -----

func.func @ceil_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.ceil' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.ceil %x : (tensor<2xf32>) -> tensor<2xf16>
  return
}

// -----

func.func @round_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.round' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.round %x : (tensor<2xf32>) -> tensor<2xf16>
  return
}

// -----

func.func @gelu_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.gelu' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.gelu %x : (tensor<2xf32>) -> tensor<2xf16>
  return
}

// -----

func.func @elu_type(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.elu' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.elu %x : (tensor<2xf32>) -> tensor<2xf16>
  return
}

// -----

func.func @exp_shape(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.exp' op output must have shape [2], got 'tensor<2x1xf32>'}}
  %0 = mopt.exp %x : (tensor<2xf32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @round_shape(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.round' op output must have shape [2], got 'tensor<2x1xf32>'}}
  %0 = mopt.round %x : (tensor<2xf32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @prelu_alpha_type(%x: tensor<2xf32>, %a: tensor<2xi8>) {
  // expected-error @below {{'mopt.prelu' op input and alpha must have the same element type, got 'f32' and 'i8'}}
  %0 = mopt.prelu %x, %a : (tensor<2xf32>, tensor<2xi8>) -> tensor<2xf32>
  return
}

// -----

func.func @prelu_alpha_shape(%x: tensor<2x3xf32>, %a: tensor<2xf32>) {
  // expected-error @below {{'mopt.prelu' op operands of types 'tensor<2x3xf32>' and 'tensor<2xf32>' cannot be broadcast to one shape}}
  %0 = mopt.prelu %x, %a : (tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x3xf32>
  return
}

// -----

!q16 = !quant.uniform<i16:f32, 0.1>
func.func @prelu_alpha_int16(%x: tensor<2x!q16>) {
  // expected-error @below {{'mopt.prelu' op alpha of an int16 input must hold int8, got}}
  %0 = mopt.prelu %x, %x : (tensor<2x!q16>, tensor<2x!q16>) -> tensor<2x!q16>
  return
}
