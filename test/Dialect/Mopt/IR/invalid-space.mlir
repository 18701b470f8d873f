// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @space_to_depth_rank(%x: tensor<4x4x1xf32>) {
  // expected-error @below {{'mopt.space_to_depth' op input must have rank 4, got 'tensor<4x4x1xf32>'}}
  %0 = mopt.space_to_depth %x {block_size = 2 : i32} : (tensor<4x4x1xf32>) -> tensor<2x2x4xf32>
  return
}

// -----

func.func @space_to_depth_block(%x: tensor<1x4x4x1xf32>) {
  // expected-error @below {{'mopt.space_to_depth' op block_size must be positive, got 0}}
  %0 = mopt.space_to_depth %x : (tensor<1x4x4x1xf32>) -> tensor<1x2x2x4xf32>
  return
}

// -----

func.func @space_to_depth_size(%x: tensor<1x4x5x1xf32>) {
  // expected-error @below {{'mopt.space_to_depth' op height and width of 'tensor<1x4x5x1xf32>' must be multiples of block_size 2}}
  %0 = mopt.space_to_depth %x {block_size = 2 : i32} : (tensor<1x4x5x1xf32>) -> tensor<1x2x2x4xf32>
  return
}

// -----

func.func @space_to_depth_shape(%x: tensor<1x4x4x1xf32>) {
  // expected-error @below {{'mopt.space_to_depth' op output must have shape [1, 2, 2, 4], got 'tensor<1x2x2x1xf32>'}}
  %0 = mopt.space_to_depth %x {block_size = 2 : i32} : (tensor<1x4x4x1xf32>) -> tensor<1x2x2x1xf32>
  return
}

// -----

func.func @depth_to_space_channels(%x: tensor<1x2x2x6xf32>) {
  // expected-error @below {{'mopt.depth_to_space' op channels of 'tensor<1x2x2x6xf32>' must be a multiple of the square of block_size 2}}
  %0 = mopt.depth_to_space %x {block_size = 2 : i32} : (tensor<1x2x2x6xf32>) -> tensor<1x4x4x1xf32>
  return
}

// -----

func.func @depth_to_space_shape(%x: tensor<1x2x2x8xf32>) {
  // expected-error @below {{'mopt.depth_to_space' op output must have shape [1, 4, 4, 2], got 'tensor<1x4x4x1xf32>'}}
  %0 = mopt.depth_to_space %x {block_size = 2 : i32} : (tensor<1x2x2x8xf32>) -> tensor<1x4x4x1xf32>
  return
}

// -----

func.func @space_to_batch_nd_rank(%x: tensor<2x2xf32>, %b: tensor<1xi32>, %p: tensor<1x2xi32>) {
  // expected-error @below {{'mopt.space_to_batch_nd' op input must have rank 3 or 4, got 'tensor<2x2xf32>'}}
  %0 = mopt.space_to_batch_nd %x, %b, %p : (tensor<2x2xf32>, tensor<1xi32>, tensor<1x2xi32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @space_to_batch_nd_paddings(%x: tensor<1x4x1xf32>, %b: tensor<1xi32>, %p: tensor<2xi32>) {
  // expected-error @below {{'mopt.space_to_batch_nd' op paddings must have shape [1, 2], got 'tensor<2xi32>'}}
  %0 = mopt.space_to_batch_nd %x, %b, %p : (tensor<1x4x1xf32>, tensor<1xi32>, tensor<2xi32>) -> tensor<2x2x1xf32>
  return
}

// -----

func.func @space_to_batch_nd_block(%x: tensor<1x4x1xf32>) {
  %b = mopt.const {value = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %p = mopt.const {value = dense<0> : tensor<1x2xi32>} : () -> tensor<1x2xi32>
  // expected-error @below {{'mopt.space_to_batch_nd' op block_shape must be positive, got 0}}
  %0 = mopt.space_to_batch_nd %x, %b, %p : (tensor<1x4x1xf32>, tensor<1xi32>, tensor<1x2xi32>) -> tensor<2x2x1xf32>
  return
}

// -----

func.func @space_to_batch_nd_multiple(%x: tensor<1x4x1xf32>) {
  %b = mopt.const {value = dense<2> : tensor<1xi32>} : () -> tensor<1xi32>
  %p = mopt.const {value = dense<[[1, 0]]> : tensor<1x2xi32>} : () -> tensor<1x2xi32>
  // expected-error @below {{'mopt.space_to_batch_nd' op dimension 1 of padded size 5 is not a multiple of its block 2}}
  %0 = mopt.space_to_batch_nd %x, %b, %p : (tensor<1x4x1xf32>, tensor<1xi32>, tensor<1x2xi32>) -> tensor<2x2x1xf32>
  return
}

// -----

func.func @batch_to_space_nd_negative(%x: tensor<2x2x1xf32>) {
  %b = mopt.const {value = dense<2> : tensor<1xi32>} : () -> tensor<1xi32>
  %c = mopt.const {value = dense<[[-1, 0]]> : tensor<1x2xi32>} : () -> tensor<1x2xi32>
  // expected-error @below {{'mopt.batch_to_space_nd' op paddings and crops must lie in [0, 2^31), got -1}}
  %0 = mopt.batch_to_space_nd %x, %b, %c : (tensor<2x2x1xf32>, tensor<1xi32>, tensor<1x2xi32>) -> tensor<1x5x1xf32>
  return
}

// -----

func.func @batch_to_space_nd_batch(%x: tensor<3x2x1xf32>) {
  %b = mopt.const {value = dense<2> : tensor<1xi32>} : () -> tensor<1xi32>
  %c = mopt.const {value = dense<[[1, 0]]> : tensor<1x2xi32>} : () -> tensor<1x2xi32>
  // expected-error @below {{'mopt.batch_to_space_nd' op block 2 with crops 1 and 0 does not fit dimension 1 and a batch of 3}}
  %0 = mopt.batch_to_space_nd %x, %b, %c : (tensor<3x2x1xf32>, tensor<1xi32>, tensor<1x2xi32>) -> tensor<1x3x1xf32>
  return
}

// -----

func.func @batch_to_space_nd_shape(%x: tensor<2x2x1xf32>) {
  %b = mopt.const {value = dense<2> : tensor<1xi32>} : () -> tensor<1xi32>
  %c = mopt.const {value = dense<[[1, 0]]> : tensor<1x2xi32>} : () -> tensor<1x2xi32>
  // expected-error @below {{'mopt.batch_to_space_nd' op output must have shape [1, 3, 1], got 'tensor<1x4x1xf32>'}}
  %0 = mopt.batch_to_space_nd %x, %b, %c : (tensor<2x2x1xf32>, tensor<1xi32>, tensor<1x2xi32>) -> tensor<1x4x1xf32>
  return
}
