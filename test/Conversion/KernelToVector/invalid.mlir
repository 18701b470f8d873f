// RUN: mopt-opt %s --mopt-convert-kernel-to-vector --split-input-file --verify-diagnostics

func.func @tensors(%x: tensor<4xi8>, %y: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @below {{must be on buffers to become code}}
  %0 = kernel.pack_input ins(%x : tensor<4xi8>) outs(%y : tensor<4xi8>) {input_shape = array<i64: 1, 1, 1, 4>, padding = array<i64: 0, 0, 0, 0>, value = 0 : i32} -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @lanes(%x: memref<4xi8>, %w: memref<32xi8>, %b: memref<8xi32>, %f: memref<8xf32>, %y: memref<8xi8>) {
  // expected-error @below {{no instruction 'sdot' has 8 lanes}}
  kernel.conv_2d ins(%x, %w, %b, %f : memref<4xi8>, memref<32xi8>, memref<8xi32>, memref<8xf32>) outs(%y : memref<8xi8>) {
    input_shape = array<i64: 1, 1, 1, 4>, output_shape = array<i64: 1, 1, 1, 8>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = sdot, lanes = 8, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @layout(%x: memref<4xi8>, %w: memref<64xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %y: memref<16xi8>) {
  // expected-error @below {{input must have at least 36 elements}}
  kernel.conv_2d ins(%x, %w, %b, %f : memref<4xi8>, memref<64xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<16xi8>) {
    input_shape = array<i64: 1, 1, 1, 4>, output_shape = array<i64: 1, 1, 1, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    input_padding = array<i64: 1, 1, 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @destination(%x: memref<4xi8>, %w: memref<64xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %y: memref<16xi8>) {
  // expected-error @below {{output must be flat and have at least 144 elements}}
  kernel.conv_2d ins(%x, %w, %b, %f : memref<4xi8>, memref<64xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<16xi8>) {
    input_shape = array<i64: 1, 1, 1, 4>, output_shape = array<i64: 1, 1, 1, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    output_padding = array<i64: 1, 1, 1, 1>, border = 0 : i32,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @border(%x: memref<4xi8>, %w: memref<64xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %y: memref<16xi8>) {
  // expected-error @below {{'border' is what 'output_padding' is filled with}}
  kernel.conv_2d ins(%x, %w, %b, %f : memref<4xi8>, memref<64xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<16xi8>) {
    input_shape = array<i64: 1, 1, 1, 4>, output_shape = array<i64: 1, 1, 1, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    border = 0 : i32,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @sizes(%x: memref<4xi8>, %w: memref<64xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %y: memref<16xi8>) {
  // expected-error @below {{'input_padding' must be four sizes: top, bottom, left, right}}
  kernel.conv_2d ins(%x, %w, %b, %f : memref<4xi8>, memref<64xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<16xi8>) {
    input_shape = array<i64: 1, 1, 1, 4>, output_shape = array<i64: 1, 1, 1, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    input_padding = array<i64: 1, 1, -1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @repeated(%x: memref<4xi8>, %w: memref<128xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %y: memref<16xi8>) {
  // expected-error @below {{'repeated' must be steps below 1}}
  kernel.conv_2d ins(%x, %w, %b, %f : memref<4xi8>, memref<128xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<16xi8>) {
    input_shape = array<i64: 1, 1, 1, 4>, output_shape = array<i64: 1, 1, 1, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    repeated = array<i64: 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @residual(%x: memref<4xi8>, %w: memref<64xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %y: memref<16xi8>) {
  // expected-error @below {{'residual' says how what it adds is added}}
  kernel.conv_2d ins(%x, %w, %b, %f : memref<4xi8>, memref<64xi8>, memref<16xi32>, memref<16xf32>) adds(%y : memref<16xi8>) outs(%y : memref<16xi8>) {
    input_shape = array<i64: 1, 1, 1, 4>, output_shape = array<i64: 1, 1, 1, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @addend(%x: memref<4xi8>, %w: memref<64xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %y: memref<16xi8>) {
  // expected-error @below {{what it adds must have at least 16 elements}}
  kernel.conv_2d ins(%x, %w, %b, %f : memref<4xi8>, memref<64xi8>, memref<16xi32>, memref<16xf32>) adds(%x : memref<4xi8>) outs(%y : memref<16xi8>) {
    input_shape = array<i64: 1, 1, 1, 4>, output_shape = array<i64: 1, 1, 1, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    residual = #kernel.residual<addend_zero_point = 0, zero_point = 0, min = -128, max = 127, real = [1.0, 1.0]>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @factors(%x: memref<4xi8>, %w: memref<64xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %a: memref<16xi8>, %y: memref<16xi8>) {
  // expected-error @below {{'residual' takes two real factors, three multipliers with their shifts, or three numbers of a linear function}}
  kernel.conv_2d ins(%x, %w, %b, %f : memref<4xi8>, memref<64xi8>, memref<16xi32>, memref<16xf32>) adds(%a : memref<16xi8>) outs(%y : memref<16xi8>) {
    input_shape = array<i64: 1, 1, 1, 4>, output_shape = array<i64: 1, 1, 1, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    residual = #kernel.residual<addend_zero_point = 0, zero_point = 0, min = -128, max = 127, multipliers = [5, 0]>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}
