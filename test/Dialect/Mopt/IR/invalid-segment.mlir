// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @types(%x: tensor<3x2xi8>, %i: tensor<3xi32>) {
  // expected-error @below {{'mopt.segment_sum' op data must hold float32 or int32, got 'tensor<3x2xi8>'}}
  %0 = mopt.segment_sum %x, %i : (tensor<3x2xi8>, tensor<3xi32>) -> tensor<2x2xi8>
  return
}

// -----

func.func @id_type(%x: tensor<3x2xf32>, %i: tensor<3xi64>) {
  // expected-error @below {{'mopt.segment_sum' op segment_ids must hold int32, got 'tensor<3xi64>'}}
  %0 = mopt.segment_sum %x, %i : (tensor<3x2xf32>, tensor<3xi64>) -> tensor<2x2xf32>
  return
}

// -----

func.func @id_rank(%x: tensor<3x2xf32>, %i: tensor<3x2xi32>) {
  // expected-error @below {{'mopt.segment_sum' op segment_ids must have rank 1, got 'tensor<3x2xi32>'}}
  %0 = mopt.segment_sum %x, %i : (tensor<3x2xf32>, tensor<3x2xi32>) -> tensor<2xf32>
  return
}

// -----

func.func @id_order(%x: tensor<3x2xf32>) {
  %i = mopt.const {value = dense<[0, 2, 2]> : tensor<3xi32>} : () -> tensor<3xi32>
  // expected-error @below {{'mopt.segment_sum' op segment_ids must begin with 0 and go up by one at most, got 2 after 0}}
  %0 = mopt.segment_sum %x, %i : (tensor<3x2xf32>, tensor<3xi32>) -> tensor<3x2xf32>
  return
}

// -----

func.func @id_negative(%x: tensor<3x2xf32>) {
  %i = mopt.const {value = dense<[-1, 0, 1]> : tensor<3xi32>} : () -> tensor<3xi32>
  // expected-error @below {{'mopt.segment_sum' op segment_ids must not be negative, got -1}}
  %0 = mopt.segment_sum %x, %i : (tensor<3x2xf32>, tensor<3xi32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @shape(%x: tensor<3x2xf32>) {
  %i = mopt.const {value = dense<[0, 0, 1]> : tensor<3xi32>} : () -> tensor<3xi32>
  // expected-error @below {{'mopt.segment_sum' op output must have shape [2, 2], got 'tensor<3x2xf32>'}}
  %0 = mopt.segment_sum %x, %i : (tensor<3x2xf32>, tensor<3xi32>) -> tensor<3x2xf32>
  return
}

// -----

func.func @ids_and_data(%x: tensor<3x2xf32>, %i: tensor<4xi32>, %n: tensor<i32>) {
  // expected-error @below {{'mopt.unsorted_segment_sum' op segment_ids must have the leading dimensions of 'tensor<3x2xf32>', got 'tensor<4xi32>'}}
  %0 = mopt.unsorted_segment_sum %x, %i, %n : (tensor<3x2xf32>, tensor<4xi32>, tensor<i32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @count_type(%x: tensor<3x2xf32>, %i: tensor<3xi32>, %n: tensor<i64>) {
  // expected-error @below {{'mopt.unsorted_segment_prod' op num_segments must hold int32, got 'tensor<i64>'}}
  %0 = mopt.unsorted_segment_prod %x, %i, %n : (tensor<3x2xf32>, tensor<3xi32>, tensor<i64>) -> tensor<2x2xf32>
  return
}

// -----

func.func @count(%x: tensor<3x2xf32>, %i: tensor<3xi32>) {
  %n = mopt.const {value = dense<-1> : tensor<i32>} : () -> tensor<i32>
  // expected-error @below {{'mopt.unsorted_segment_min' op num_segments must be one value, not negative}}
  %0 = mopt.unsorted_segment_min %x, %i, %n : (tensor<3x2xf32>, tensor<3xi32>, tensor<i32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @count_and_shape(%x: tensor<3x2xf32>, %i: tensor<3xi32>) {
  %n = mopt.const {value = dense<4> : tensor<i32>} : () -> tensor<i32>
  // expected-error @below {{'mopt.unsorted_segment_max' op output must have shape [4, 2], got 'tensor<2x2xf32>'}}
  %0 = mopt.unsorted_segment_max %x, %i, %n : (tensor<3x2xf32>, tensor<3xi32>, tensor<i32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @result_type(%x: tensor<3x2xf32>, %i: tensor<3xi32>, %n: tensor<i32>) {
  // expected-error @below {{'mopt.unsorted_segment_max' op data and output must have the same element type, got 'f32' and 'i32'}}
  %0 = mopt.unsorted_segment_max %x, %i, %n : (tensor<3x2xf32>, tensor<3xi32>, tensor<i32>) -> tensor<2x2xi32>
  return
}
