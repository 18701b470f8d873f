// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @where_type(%c: tensor<2x3xi1>) {
  // expected-error @below {{'mopt.where' op indices must be of int64, got 'tensor<?x2xi32>'}}
  %0 = mopt.where %c : (tensor<2x3xi1>) -> tensor<?x2xi32>
  return
}

// -----

func.func @where_shape(%c: tensor<2x3xi1>) {
  // expected-error @below {{'mopt.where' op indices must be 'tensor<?x2xi64>', got 'tensor<4x2xi64>'}}
  %0 = mopt.where %c : (tensor<2x3xi1>) -> tensor<4x2xi64>
  return
}

// -----

func.func @unique_rank(%x: tensor<2x3xf32>) {
  // expected-error @below {{'mopt.unique' op input must have rank 1, got 'tensor<2x3xf32>'}}
  %0, %1 = mopt.unique %x : (tensor<2x3xf32>) -> (tensor<?xf32>, tensor<6xi32>)
  return
}

// -----

func.func @unique_type(%x: tensor<3xf32>) {
  // expected-error @below {{'mopt.unique' op input and values must have the same element type, got 'f32' and 'i32'}}
  %0, %1 = mopt.unique %x : (tensor<3xf32>) -> (tensor<?xi32>, tensor<3xi32>)
  return
}

// -----

func.func @unique_shape(%x: tensor<3xf32>) {
  // expected-error @below {{'mopt.unique' op values must be 'tensor<?xf32>', got 'tensor<3xf32>'}}
  %0, %1 = mopt.unique %x : (tensor<3xf32>) -> (tensor<3xf32>, tensor<3xi32>)
  return
}

// -----

func.func @unique_indices(%x: tensor<3xf32>) {
  // expected-error @below {{'mopt.unique' op indices must have shape [3], got 'tensor<4xi32>'}}
  %0, %1 = mopt.unique %x : (tensor<3xf32>) -> (tensor<?xf32>, tensor<4xi32>)
  return
}

// -----

func.func @unique_index_type(%x: tensor<3xf32>) {
  // expected-error @below {{'mopt.unique' op indices must be of idx_out_type INT64, got 'tensor<3xi32>'}}
  %0, %1 = mopt.unique %x {idx_out_type = #mopt.element_type<INT64>} : (tensor<3xf32>) -> (tensor<?xf32>, tensor<3xi32>)
  return
}

// -----

func.func @unique_option(%x: tensor<3xf32>) {
  // expected-error @below {{'mopt.unique' op idx_out_type must be INT32 or INT64, got FLOAT32}}
  %0, %1 = mopt.unique %x {idx_out_type = #mopt.element_type<FLOAT32>} : (tensor<3xf32>) -> (tensor<?xf32>, tensor<3xi32>)
  return
}
