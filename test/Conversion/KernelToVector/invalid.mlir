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
