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
