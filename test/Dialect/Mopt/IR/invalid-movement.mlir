// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @transpose_perm_shape(%x: tensor<2x3xf32>) {
  %p = mopt.const {value = dense<[1, 0, 2]> : tensor<3xi32>} : () -> tensor<3xi32>
  // expected-error @below {{'mopt.transpose' op perm must have shape [2], got 'tensor<3xi32>'}}
  %0 = mopt.transpose %x, %p : (tensor<2x3xf32>, tensor<3xi32>) -> tensor<3x2xf32>
  return
}

// -----

func.func @transpose_perm_type(%x: tensor<2x3xf32>, %p: tensor<2xi64>) {
  // expected-error @below {{'mopt.transpose' op perm must hold int32, got 'tensor<2xi64>'}}
  %0 = mopt.transpose %x, %p : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<3x2xf32>
  return
}

// -----

func.func @transpose_perm_range(%x: tensor<2x3xf32>) {
  %p = mopt.const {value = dense<[1, 2]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.transpose' op axis 2 is out of range for rank 2}}
  %0 = mopt.transpose %x, %p : (tensor<2x3xf32>, tensor<2xi32>) -> tensor<3x2xf32>
  return
}

// -----

func.func @transpose_perm_twice(%x: tensor<2x3xf32>) {
  %p = mopt.const {value = dense<[1, -1]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.transpose' op perm has dimension 1 twice}}
  %0 = mopt.transpose %x, %p : (tensor<2x3xf32>, tensor<2xi32>) -> tensor<3x3xf32>
  return
}

// -----

func.func @transpose_shape(%x: tensor<2x3xf32>) {
  %p = mopt.const {value = dense<[1, 0]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.transpose' op output must have shape [3, 2], got 'tensor<2x3xf32>'}}
  %0 = mopt.transpose %x, %p : (tensor<2x3xf32>, tensor<2xi32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @transpose_type(%x: tensor<2x3xf32>) {
  %p = mopt.const {value = dense<[1, 0]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.transpose' op input and output must have the same element type, got 'f32' and 'i32'}}
  %0 = mopt.transpose %x, %p : (tensor<2x3xf32>, tensor<2xi32>) -> tensor<3x2xi32>
  return
}

// -----

func.func @slice_box(%x: tensor<4x5xf32>) {
  %b = mopt.const {value = dense<[1, 3]> : tensor<2xi32>} : () -> tensor<2xi32>
  %s = mopt.const {value = dense<[-1, 3]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.slice' op begin 3 and size 3 do not fit into dimension 1 of 'tensor<4x5xf32>'}}
  %0 = mopt.slice %x, %b, %s : (tensor<4x5xf32>, tensor<2xi32>, tensor<2xi32>) -> tensor<3x3xf32>
  return
}

// -----

func.func @slice_negative(%x: tensor<4x5xf32>) {
  %b = mopt.const {value = dense<[-1, 0]> : tensor<2xi64>} : () -> tensor<2xi64>
  %s = mopt.const {value = dense<[1, 5]> : tensor<2xi64>} : () -> tensor<2xi64>
  // expected-error @below {{'mopt.slice' op begin -1 and size 1 do not fit into dimension 0 of 'tensor<4x5xf32>'}}
  %0 = mopt.slice %x, %b, %s : (tensor<4x5xf32>, tensor<2xi64>, tensor<2xi64>) -> tensor<1x5xf32>
  return
}

// -----

func.func @slice_shape(%x: tensor<4x5xf32>) {
  %b = mopt.const {value = dense<[1, 0]> : tensor<2xi32>} : () -> tensor<2xi32>
  %s = mopt.const {value = dense<[-1, 2]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.slice' op output must have shape [3, 2], got 'tensor<3x3xf32>'}}
  %0 = mopt.slice %x, %b, %s : (tensor<4x5xf32>, tensor<2xi32>, tensor<2xi32>) -> tensor<3x3xf32>
  return
}

// -----

func.func @slice_begin(%x: tensor<4x5xf32>, %b: tensor<1xi32>, %s: tensor<2xi32>) {
  // expected-error @below {{'mopt.slice' op begin must have shape [2], got 'tensor<1xi32>'}}
  %0 = mopt.slice %x, %b, %s : (tensor<4x5xf32>, tensor<1xi32>, tensor<2xi32>) -> tensor<3x3xf32>
  return
}

// -----

func.func @slice_size(%x: tensor<4x5xf32>, %b: tensor<2xi32>, %s: tensor<2xf32>) {
  // expected-error @below {{'mopt.slice' op size must hold int32 or int64, got 'tensor<2xf32>'}}
  %0 = mopt.slice %x, %b, %s : (tensor<4x5xf32>, tensor<2xi32>, tensor<2xf32>) -> tensor<3x3xf32>
  return
}

// -----

func.func @strided_slice_positions(%x: tensor<4x5xf32>, %b: tensor<2xi32>, %e: tensor<1xi32>) {
  // expected-error @below {{'mopt.strided_slice' op end must have as many values as begin, at most 31, got 'tensor<1xi32>'}}
  %0 = mopt.strided_slice %x, %b, %e, %b : (tensor<4x5xf32>, tensor<2xi32>, tensor<1xi32>, tensor<2xi32>) -> tensor<4x5xf32>
  return
}

// -----

func.func @strided_slice_rank(%x: tensor<4x5xf32>, %b: tensor<2x1xi32>) {
  // expected-error @below {{'mopt.strided_slice' op begin must have rank 1, got 'tensor<2x1xi32>'}}
  %0 = mopt.strided_slice %x, %b, %b, %b : (tensor<4x5xf32>, tensor<2x1xi32>, tensor<2x1xi32>, tensor<2x1xi32>) -> tensor<4x5xf32>
  return
}

// -----

func.func @strided_slice_ellipses(%x: tensor<4x5xf32>, %b: tensor<2xi32>) {
  // expected-error @below {{'mopt.strided_slice' op ellipsis_mask 3 has more than one bit set}}
  %0 = mopt.strided_slice %x, %b, %b, %b {ellipsis_mask = 3 : i32} : (tensor<4x5xf32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>) -> tensor<4x5xf32>
  return
}

// -----

func.func @strided_slice_dimensions(%x: tensor<5xf32>, %b: tensor<3xi32>) {
  // expected-error @below {{'mopt.strided_slice' op slices 2 dimensions of 'tensor<5xf32>'}}
  %0 = mopt.strided_slice %x, %b, %b, %b {new_axis_mask = 1 : i32} : (tensor<5xf32>, tensor<3xi32>, tensor<3xi32>, tensor<3xi32>) -> tensor<5xf32>
  return
}

// -----

func.func @strided_slice_stride(%x: tensor<4x5xf32>) {
  %b = mopt.const {value = dense<[0, 0]> : tensor<2xi32>} : () -> tensor<2xi32>
  %e = mopt.const {value = dense<[4, 5]> : tensor<2xi32>} : () -> tensor<2xi32>
  %s = mopt.const {value = dense<[1, 0]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.strided_slice' op stride of dimension 1 is 0}}
  %0 = mopt.strided_slice %x, %b, %e, %s : (tensor<4x5xf32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>) -> tensor<4x5xf32>
  return
}

// -----

func.func @strided_slice_shrink(%x: tensor<4x5xf32>) {
  %b = mopt.const {value = dense<[0, 5]> : tensor<2xi32>} : () -> tensor<2xi32>
  %e = mopt.const {value = dense<[4, 6]> : tensor<2xi32>} : () -> tensor<2xi32>
  %s = mopt.const {value = dense<[1, 1]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.strided_slice' op takes element 5 of dimension 1 of 'tensor<4x5xf32>'}}
  %0 = mopt.strided_slice %x, %b, %e, %s {shrink_axis_mask = 2 : i32} : (tensor<4x5xf32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>) -> tensor<4xf32>
  return
}

// -----

func.func @strided_slice_shape(%x: tensor<4x5xf32>) {
  %b = mopt.const {value = dense<[3, 0]> : tensor<2xi32>} : () -> tensor<2xi32>
  %e = mopt.const {value = dense<[0, 9]> : tensor<2xi32>} : () -> tensor<2xi32>
  %s = mopt.const {value = dense<[-2, 2]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.strided_slice' op output must have shape [2, 3], got 'tensor<4x5xf32>'}}
  %0 = mopt.strided_slice %x, %b, %e, %s : (tensor<4x5xf32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>) -> tensor<4x5xf32>
  return
}

// -----

func.func @split_count(%x: tensor<4xf32>, %d: tensor<i32>) {
  // expected-error @below {{'mopt.split' op num_splits is 3, but there are 2 results}}
  %0:2 = mopt.split %d, %x {num_splits = 3 : i32} : (tensor<i32>, tensor<4xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  return
}

// -----

func.func @split_dim_count(%x: tensor<4xf32>, %d: tensor<2xi32>) {
  // expected-error @below {{'mopt.split' op split_dim must have one element, got 'tensor<2xi32>'}}
  %0:2 = mopt.split %d, %x {num_splits = 2 : i32} : (tensor<2xi32>, tensor<4xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  return
}

// -----

func.func @split_uneven(%x: tensor<5xf32>) {
  %d = mopt.const {value = dense<0> : tensor<i32>} : () -> tensor<i32>
  // expected-error @below {{'mopt.split' op cannot split dimension 0 of 'tensor<5xf32>' into 2 equal parts}}
  %0:2 = mopt.split %d, %x {num_splits = 2 : i32} : (tensor<i32>, tensor<5xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  return
}

// -----

func.func @split_axis(%x: tensor<4xf32>) {
  %d = mopt.const {value = dense<-2> : tensor<i32>} : () -> tensor<i32>
  // expected-error @below {{'mopt.split' op axis -2 is out of range for rank 1}}
  %0:2 = mopt.split %d, %x {num_splits = 2 : i32} : (tensor<i32>, tensor<4xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  return
}

// -----

func.func @split_shape(%x: tensor<4xf32>) {
  %d = mopt.const {value = dense<0> : tensor<i32>} : () -> tensor<i32>
  // expected-error @below {{'mopt.split' op output 1 must have shape [2], got 'tensor<3xf32>'}}
  %0:2 = mopt.split %d, %x {num_splits = 2 : i32} : (tensor<i32>, tensor<4xf32>) -> (tensor<2xf32>, tensor<3xf32>)
  return
}

// -----

func.func @split_v_sum(%x: tensor<4xf32>) {
  %s = mopt.const {value = dense<[1, 2]> : tensor<2xi32>} : () -> tensor<2xi32>
  %d = mopt.const {value = dense<0> : tensor<i32>} : () -> tensor<i32>
  // expected-error @below {{'mopt.split_v' op size_splits do not add up to dimension 0 of 'tensor<4xf32>'}}
  %0:2 = mopt.split_v %x, %s, %d {num_splits = 2 : i32} : (tensor<4xf32>, tensor<2xi32>, tensor<i32>) -> (tensor<1xf32>, tensor<2xf32>)
  return
}

// -----

func.func @split_v_open_twice(%x: tensor<4xf32>) {
  %s = mopt.const {value = dense<-1> : tensor<2xi32>} : () -> tensor<2xi32>
  %d = mopt.const {value = dense<0> : tensor<i32>} : () -> tensor<i32>
  // expected-error @below {{'mopt.split_v' op size_splits must lie in [0, 2^31), got -1}}
  %0:2 = mopt.split_v %x, %s, %d {num_splits = 2 : i32} : (tensor<4xf32>, tensor<2xi32>, tensor<i32>) -> (tensor<1xf32>, tensor<2xf32>)
  return
}

// -----

func.func @split_v_sizes(%x: tensor<4xf32>, %s: tensor<3xi32>, %d: tensor<i32>) {
  // expected-error @below {{'mopt.split_v' op size_splits must have shape [2], got 'tensor<3xi32>'}}
  %0:2 = mopt.split_v %x, %s, %d {num_splits = 2 : i32} : (tensor<4xf32>, tensor<3xi32>, tensor<i32>) -> (tensor<1xf32>, tensor<2xf32>)
  return
}

// -----

func.func @unpack_count(%x: tensor<2x3xf32>) {
  // expected-error @below {{'mopt.unpack' op num is 1, but there are 2 results}}
  %0:2 = mopt.unpack %x {num = 1 : i32} : (tensor<2x3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  return
}

// -----

func.func @unpack_size(%x: tensor<2x3xf32>) {
  // expected-error @below {{'mopt.unpack' op num is 2, but dimension 1 of 'tensor<2x3xf32>' has another size}}
  %0:2 = mopt.unpack %x {num = 2 : i32, axis = 1 : i32} : (tensor<2x3xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  return
}

// -----

func.func @unpack_shape(%x: tensor<2x3xf32>) {
  // expected-error @below {{'mopt.unpack' op output 1 must have shape [3], got 'tensor<1x3xf32>'}}
  %0:2 = mopt.unpack %x {num = 2 : i32} : (tensor<2x3xf32>) -> (tensor<3xf32>, tensor<1x3xf32>)
  return
}

// -----

func.func @pack_count(%x: tensor<3xf32>) {
  // expected-error @below {{'mopt.pack' op values_count is 3, but there are 2 inputs}}
  %0 = mopt.pack %x, %x {values_count = 3 : i32} : (tensor<3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @pack_nothing() {
  // expected-error @below {{'mopt.pack' op needs at least one input}}
  %0 = mopt.pack : () -> tensor<2x3xf32>
  return
}

// -----

func.func @pack_axis(%x: tensor<3xf32>) {
  // expected-error @below {{'mopt.pack' op axis 2 is out of range for rank 2}}
  %0 = mopt.pack %x, %x {values_count = 2 : i32, axis = 2 : i32} : (tensor<3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @pack_inputs(%x: tensor<3xf32>, %y: tensor<4xf32>) {
  // expected-error @below {{'mopt.pack' op input 1 must have shape [3], got 'tensor<4xf32>'}}
  %0 = mopt.pack %x, %y {values_count = 2 : i32} : (tensor<3xf32>, tensor<4xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @pack_type(%x: tensor<3xf32>, %y: tensor<3xi32>) {
  // expected-error @below {{'mopt.pack' op input 1 and output must have the same element type, got 'i32' and 'f32'}}
  %0 = mopt.pack %x, %y {values_count = 2 : i32} : (tensor<3xf32>, tensor<3xi32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @pack_shape(%x: tensor<3xf32>) {
  // expected-error @below {{'mopt.pack' op output must have shape [3, 2], got 'tensor<2x3xf32>'}}
  %0 = mopt.pack %x, %x {values_count = 2 : i32, axis = 1 : i32} : (tensor<3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @tile_negative(%x: tensor<2x3xf32>) {
  %m = mopt.const {value = dense<[1, -2]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.tile' op multiples must lie in [0, 2^31), got -2}}
  %0 = mopt.tile %x, %m : (tensor<2x3xf32>, tensor<2xi32>) -> tensor<2x6xf32>
  return
}

// -----

func.func @tile_shape(%x: tensor<2x3xf32>) {
  %m = mopt.const {value = dense<[1, 2]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.tile' op output must have shape [2, 6], got 'tensor<4x3xf32>'}}
  %0 = mopt.tile %x, %m : (tensor<2x3xf32>, tensor<2xi32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @broadcast_to_size(%x: tensor<2x3xf32>) {
  %s = mopt.const {value = dense<[4, 3]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.broadcast_to' op cannot broadcast 'tensor<2x3xf32>' to shape [4, 3]}}
  %0 = mopt.broadcast_to %x, %s : (tensor<2x3xf32>, tensor<2xi32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @broadcast_to_rank(%x: tensor<1x3xf32>) {
  %s = mopt.const {value = dense<[3]> : tensor<1xi32>} : () -> tensor<1xi32>
  // expected-error @below {{'mopt.broadcast_to' op cannot broadcast 'tensor<1x3xf32>' to shape [3]}}
  %0 = mopt.broadcast_to %x, %s : (tensor<1x3xf32>, tensor<1xi32>) -> tensor<3xf32>
  return
}

// -----

func.func @reverse_v2_twice(%x: tensor<2x3xf32>) {
  %a = mopt.const {value = dense<[1, -1]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.reverse_v2' op axis has dimension 1 twice}}
  %0 = mopt.reverse_v2 %x, %a : (tensor<2x3xf32>, tensor<2xi32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @mirror_pad_size(%x: tensor<3xf32>) {
  %p = mopt.const {value = dense<[[3, 0]]> : tensor<1x2xi32>} : () -> tensor<1x2xi32>
  // expected-error @below {{'mopt.mirror_pad' op can mirror at most 2 elements of dimension 0 of 'tensor<3xf32>', got 3}}
  %0 = mopt.mirror_pad %x, %p : (tensor<3xf32>, tensor<1x2xi32>) -> tensor<6xf32>
  return
}

// -----

func.func @mirror_pad_shape(%x: tensor<3xf32>) {
  %p = mopt.const {value = dense<[[3, 1]]> : tensor<1x2xi32>} : () -> tensor<1x2xi32>
  // expected-error @below {{'mopt.mirror_pad' op output must have shape [7], got 'tensor<6xf32>'}}
  %0 = mopt.mirror_pad %x, %p {mode = #mopt.mirror_pad_mode<SYMMETRIC>} : (tensor<3xf32>, tensor<1x2xi32>) -> tensor<6xf32>
  return
}

// -----

func.func @reverse_sequence_dims(%x: tensor<3x4xf32>, %l: tensor<3xi32>) {
  // expected-error @below {{'mopt.reverse_sequence' op seq_dim 0 and batch_dim 0 must be two dimensions of 'tensor<3x4xf32>'}}
  %0 = mopt.reverse_sequence %x, %l : (tensor<3x4xf32>, tensor<3xi32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @reverse_sequence_lengths(%x: tensor<3x4xf32>, %l: tensor<4xi32>) {
  // expected-error @below {{'mopt.reverse_sequence' op seq_lengths must have shape [3], got 'tensor<4xi32>'}}
  %0 = mopt.reverse_sequence %x, %l {seq_dim = 1 : i32} : (tensor<3x4xf32>, tensor<4xi32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @dynamic_update_slice_size(%x: tensor<3x4xf32>, %u: tensor<4x1xf32>, %s: tensor<2xi32>) {
  // expected-error @below {{'mopt.dynamic_update_slice' op update 'tensor<4x1xf32>' does not fit into 'tensor<3x4xf32>'}}
  %0 = mopt.dynamic_update_slice %x, %u, %s : (tensor<3x4xf32>, tensor<4x1xf32>, tensor<2xi32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @dynamic_update_slice_start(%x: tensor<3x4xf32>, %u: tensor<1x1xf32>, %s: tensor<1xi32>) {
  // expected-error @below {{'mopt.dynamic_update_slice' op start_indices must have shape [2], got 'tensor<1xi32>'}}
  %0 = mopt.dynamic_update_slice %x, %u, %s : (tensor<3x4xf32>, tensor<1x1xf32>, tensor<1xi32>) -> tensor<3x4xf32>
  return
}

// -----

// A constant that comes after its user has not been verified when that is.
func.func @unverified_constant(%x: tensor<2x3xf32>) {
  %0 = mopt.transpose %x, %p : (tensor<2x3xf32>, tensor<2xi32>) -> tensor<3x2xf32>
  // expected-error @below {{'mopt.const' op value of type 'tensor<5xi32>' does not store a 'tensor<2xi32>'; expected 'tensor<2xi32>'}}
  %p = mopt.const {value = dense<[4, 3, 2, 1, 0]> : tensor<5xi32>} : () -> tensor<2xi32>
  return
}
