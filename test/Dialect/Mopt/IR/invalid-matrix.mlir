// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @rank(%x: tensor<3xf32>, %y: tensor<3x2xf32>) {
  // expected-error @below {{'mopt.batch_matmul' op operands must have 2 to 5 dimensions, got 'tensor<3xf32>' and 'tensor<3x2xf32>'}}
  %0 = mopt.batch_matmul %x, %y : (tensor<3xf32>, tensor<3x2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @types(%x: tensor<2x3xf32>, %y: tensor<3x2xi8>) {
  // expected-error @below {{'mopt.batch_matmul' op cannot multiply 'tensor<2x3xf32>' and 'tensor<3x2xi8>'}}
  %0 = mopt.batch_matmul %x, %y : (tensor<2x3xf32>, tensor<3x2xi8>) -> tensor<2x2xf32>
  return
}

// -----

func.func @output_type(%x: tensor<2x3xi8>, %y: tensor<3x2xi8>) {
  // expected-error @below {{'mopt.batch_matmul' op output must hold 'i8' or i32, got 'tensor<2x2xi16>'}}
  %0 = mopt.batch_matmul %x, %y : (tensor<2x3xi8>, tensor<3x2xi8>) -> tensor<2x2xi16>
  return
}

// -----

func.func @depth(%x: tensor<2x3xf32>, %y: tensor<4x2xf32>) {
  // expected-error @below {{'mopt.batch_matmul' op cannot multiply rows of 3 elements by columns of 4}}
  %0 = mopt.batch_matmul %x, %y : (tensor<2x3xf32>, tensor<4x2xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @batches(%x: tensor<2x2x3xf32>, %y: tensor<3x3x2xf32>) {
  // expected-error @below {{'mopt.batch_matmul' op batches of 'tensor<2x2x3xf32>' and 'tensor<3x3x2xf32>' do not broadcast}}
  %0 = mopt.batch_matmul %x, %y : (tensor<2x2x3xf32>, tensor<3x3x2xf32>) -> tensor<2x2x2xf32>
  return
}

// -----

func.func @shape(%x: tensor<4x3x2xf32>, %y: tensor<5x3xf32>) {
  // expected-error @below {{'mopt.batch_matmul' op output must have shape [4, 2, 5], got 'tensor<4x2x3xf32>'}}
  %0 = mopt.batch_matmul %x, %y {adj_x = true, adj_y = true} : (tensor<4x3x2xf32>, tensor<5x3xf32>) -> tensor<4x2x3xf32>
  return
}

// -----

func.func @hybrid_axis(%x: tensor<2x3xf32>, %y: tensor<3x2x!quant.uniform<i8:f32:0, {0.1, 0.2, 0.3}>>) {
  // expected-error @below {{'mopt.batch_matmul' op y must be quantised along axis 1, its columns, got axis 0}}
  %0 = mopt.batch_matmul %x, %y : (tensor<2x3xf32>, tensor<3x2x!quant.uniform<i8:f32:0, {0.1, 0.2, 0.3}>>) -> tensor<2x2xf32>
  return
}

// -----

func.func @hybrid_zero_point(%x: tensor<2x3xf32>, %y: tensor<3x2x!quant.uniform<i8:f32, 0.1:5>>) {
  // expected-error @below {{'mopt.batch_matmul' op operand 1 is a weight and must have zero point 0}}
  %0 = mopt.batch_matmul %x, %y : (tensor<2x3xf32>, tensor<3x2x!quant.uniform<i8:f32, 0.1:5>>) -> tensor<2x2xf32>
  return
}

// -----

func.func @integer_axis(%x: tensor<2x3x!quant.uniform<i8:f32, 0.1>>, %y: tensor<3x2x!quant.uniform<i8:f32:1, {0.1, 0.2}>>) {
  // expected-error @below {{'mopt.batch_matmul' op operand 1 is an activation and must be quantised per tensor}}
  %0 = mopt.batch_matmul %x, %y : (tensor<2x3x!quant.uniform<i8:f32, 0.1>>, tensor<3x2x!quant.uniform<i8:f32:1, {0.1, 0.2}>>) -> tensor<2x2x!quant.uniform<i8:f32, 0.1>>
  return
}

// -----

func.func @lookup_type(%i: tensor<2xi64>, %x: tensor<3x2xf32>) {
  // expected-error @below {{'mopt.embedding_lookup' op lookup must hold int32, got 'tensor<2xi64>'}}
  %0 = mopt.embedding_lookup %i, %x : (tensor<2xi64>, tensor<3x2xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @lookup_rank(%i: tensor<2x1xi32>, %x: tensor<3x2xf32>) {
  // expected-error @below {{'mopt.embedding_lookup' op lookup must have rank 1, got 'tensor<2x1xi32>'}}
  %0 = mopt.embedding_lookup %i, %x : (tensor<2x1xi32>, tensor<3x2xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @table_rank(%i: tensor<2xi32>, %x: tensor<3xf32>) {
  // expected-error @below {{'mopt.embedding_lookup' op value must have 2 dimensions or more, got 'tensor<3xf32>'}}
  %0 = mopt.embedding_lookup %i, %x : (tensor<2xi32>, tensor<3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @table_type(%i: tensor<2xi32>, %x: tensor<3x2xi8>) {
  // expected-error @below {{'mopt.embedding_lookup' op value and output must have the same element type, got 'i8' and 'f32'}}
  %0 = mopt.embedding_lookup %i, %x : (tensor<2xi32>, tensor<3x2xi8>) -> tensor<2x2xf32>
  return
}

// -----

func.func @table_axis(%i: tensor<2xi32>, %x: tensor<3x2x!quant.uniform<i8:f32:1, {0.1, 0.2}>>) {
  // expected-error @below {{'mopt.embedding_lookup' op value must be quantised along axis 0, its rows, got axis 1}}
  %0 = mopt.embedding_lookup %i, %x : (tensor<2xi32>, tensor<3x2x!quant.uniform<i8:f32:1, {0.1, 0.2}>>) -> tensor<2x2xf32>
  return
}

// -----

func.func @table_zero_point(%i: tensor<2xi32>, %x: tensor<3x2x!quant.uniform<i8:f32, 0.1:2>>) {
  // expected-error @below {{'mopt.embedding_lookup' op operand 1 is a weight and must have zero point 0}}
  %0 = mopt.embedding_lookup %i, %x : (tensor<2xi32>, tensor<3x2x!quant.uniform<i8:f32, 0.1:2>>) -> tensor<2x2xf32>
  return
}

// -----

func.func @lookup_shape(%i: tensor<2xi32>, %x: tensor<3x2xf32>) {
  // expected-error @below {{'mopt.embedding_lookup' op output must have shape [2, 2], got 'tensor<3x2xf32>'}}
  %0 = mopt.embedding_lookup %i, %x : (tensor<2xi32>, tensor<3x2xf32>) -> tensor<3x2xf32>
  return
}

// -----

func.func @sparse_ids_type(%a: tensor<2xi64>, %b: tensor<2x2xi32>, %c: tensor<2xi32>, %d: tensor<2xf32>, %e: tensor<3x4xf32>) {
  // expected-error @below {{'mopt.embedding_lookup_sparse' op ids must hold int32, got 'tensor<2xi64>'}}
  %0 = mopt.embedding_lookup_sparse %a, %b, %c, %d, %e : (tensor<2xi64>, tensor<2x2xi32>, tensor<2xi32>, tensor<2xf32>, tensor<3x4xf32>) -> tensor<5x4xf32>
  return
}

// -----

func.func @sparse_indices_type(%a: tensor<2xi32>, %b: tensor<2x2xi64>, %c: tensor<2xi32>, %d: tensor<2xf32>, %e: tensor<3x4xf32>) {
  // expected-error @below {{'mopt.embedding_lookup_sparse' op indices must hold int32, got 'tensor<2x2xi64>'}}
  %0 = mopt.embedding_lookup_sparse %a, %b, %c, %d, %e : (tensor<2xi32>, tensor<2x2xi64>, tensor<2xi32>, tensor<2xf32>, tensor<3x4xf32>) -> tensor<5x4xf32>
  return
}

// -----

func.func @sparse_shape_type(%a: tensor<2xi32>, %b: tensor<2x2xi32>, %c: tensor<2xi64>, %d: tensor<2xf32>, %e: tensor<3x4xf32>) {
  // expected-error @below {{'mopt.embedding_lookup_sparse' op dense_shape must hold int32, got 'tensor<2xi64>'}}
  %0 = mopt.embedding_lookup_sparse %a, %b, %c, %d, %e : (tensor<2xi32>, tensor<2x2xi32>, tensor<2xi64>, tensor<2xf32>, tensor<3x4xf32>) -> tensor<5x4xf32>
  return
}

// -----

func.func @sparse_weights_type(%a: tensor<2xi32>, %b: tensor<2x2xi32>, %c: tensor<2xi32>, %d: tensor<2xi32>, %e: tensor<3x4xf32>) {
  // expected-error @below {{'mopt.embedding_lookup_sparse' op weights must hold float32, got 'tensor<2xi32>'}}
  %0 = mopt.embedding_lookup_sparse %a, %b, %c, %d, %e : (tensor<2xi32>, tensor<2x2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<3x4xf32>) -> tensor<5x4xf32>
  return
}

// -----

func.func @sparse_value_type(%a: tensor<2xi32>, %b: tensor<2x2xi32>, %c: tensor<2xi32>, %d: tensor<2xf32>, %e: tensor<3x4xi8>) {
  // expected-error @below {{'mopt.embedding_lookup_sparse' op value must hold float32, got 'tensor<3x4xi8>'}}
  %0 = mopt.embedding_lookup_sparse %a, %b, %c, %d, %e : (tensor<2xi32>, tensor<2x2xi32>, tensor<2xi32>, tensor<2xf32>, tensor<3x4xi8>) -> tensor<5x4xf32>
  return
}

// -----

func.func @sparse_output_type(%a: tensor<2xi32>, %b: tensor<2x2xi32>, %c: tensor<2xi32>, %d: tensor<2xf32>, %e: tensor<3x4xf32>) {
  // expected-error @below {{'mopt.embedding_lookup_sparse' op output must hold float32, got 'tensor<5x4xi32>'}}
  %0 = mopt.embedding_lookup_sparse %a, %b, %c, %d, %e : (tensor<2xi32>, tensor<2x2xi32>, tensor<2xi32>, tensor<2xf32>, tensor<3x4xf32>) -> tensor<5x4xi32>
  return
}

// -----

func.func @sparse_ids_rank(%a: tensor<2x1xi32>, %b: tensor<2x2xi32>, %c: tensor<2xi32>, %d: tensor<2xf32>, %e: tensor<3x4xf32>) {
  // expected-error @below {{'mopt.embedding_lookup_sparse' op ids must have rank 1, got 'tensor<2x1xi32>'}}
  %0 = mopt.embedding_lookup_sparse %a, %b, %c, %d, %e : (tensor<2x1xi32>, tensor<2x2xi32>, tensor<2xi32>, tensor<2xf32>, tensor<3x4xf32>) -> tensor<5x4xf32>
  return
}

// -----

func.func @sparse_indices_rank(%a: tensor<2xi32>, %b: tensor<2xi32>, %c: tensor<2xi32>, %d: tensor<2xf32>, %e: tensor<3x4xf32>) {
  // expected-error @below {{'mopt.embedding_lookup_sparse' op indices must have rank 2, got 'tensor<2xi32>'}}
  %0 = mopt.embedding_lookup_sparse %a, %b, %c, %d, %e : (tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xf32>, tensor<3x4xf32>) -> tensor<5x4xf32>
  return
}

// -----

func.func @sparse_indices_shape(%a: tensor<2xi32>, %b: tensor<3x2xi32>, %c: tensor<2xi32>, %d: tensor<2xf32>, %e: tensor<3x4xf32>) {
  // expected-error @below {{'mopt.embedding_lookup_sparse' op indices must have shape [2, 2], got 'tensor<3x2xi32>'}}
  %0 = mopt.embedding_lookup_sparse %a, %b, %c, %d, %e : (tensor<2xi32>, tensor<3x2xi32>, tensor<2xi32>, tensor<2xf32>, tensor<3x4xf32>) -> tensor<5x4xf32>
  return
}

// -----

func.func @sparse_shape_shape(%a: tensor<2xi32>, %b: tensor<2x2xi32>, %c: tensor<3xi32>, %d: tensor<2xf32>, %e: tensor<3x4xf32>) {
  // expected-error @below {{'mopt.embedding_lookup_sparse' op dense_shape must have shape [2], got 'tensor<3xi32>'}}
  %0 = mopt.embedding_lookup_sparse %a, %b, %c, %d, %e : (tensor<2xi32>, tensor<2x2xi32>, tensor<3xi32>, tensor<2xf32>, tensor<3x4xf32>) -> tensor<5x4xf32>
  return
}

// -----

func.func @sparse_weights_shape(%a: tensor<2xi32>, %b: tensor<2x2xi32>, %c: tensor<2xi32>, %d: tensor<3xf32>, %e: tensor<3x4xf32>) {
  // expected-error @below {{'mopt.embedding_lookup_sparse' op weights must have shape [2], got 'tensor<3xf32>'}}
  %0 = mopt.embedding_lookup_sparse %a, %b, %c, %d, %e : (tensor<2xi32>, tensor<2x2xi32>, tensor<2xi32>, tensor<3xf32>, tensor<3x4xf32>) -> tensor<5x4xf32>
  return
}

// -----

func.func @sparse_no_columns(%a: tensor<2xi32>, %b: tensor<2x0xi32>, %c: tensor<0xi32>, %d: tensor<2xf32>, %e: tensor<3x4xf32>) {
  // expected-error @below {{'mopt.embedding_lookup_sparse' op indices must have 1 column or more, got 'tensor<2x0xi32>'}}
  %0 = mopt.embedding_lookup_sparse %a, %b, %c, %d, %e : (tensor<2xi32>, tensor<2x0xi32>, tensor<0xi32>, tensor<2xf32>, tensor<3x4xf32>) -> tensor<5x4xf32>
  return
}

// -----

func.func @sparse_value_rank(%a: tensor<2xi32>, %b: tensor<2x2xi32>, %c: tensor<2xi32>, %d: tensor<2xf32>, %e: tensor<3xf32>) {
  // expected-error @below {{'mopt.embedding_lookup_sparse' op value must have 2 dimensions or more, got 'tensor<3xf32>'}}
  %0 = mopt.embedding_lookup_sparse %a, %b, %c, %d, %e : (tensor<2xi32>, tensor<2x2xi32>, tensor<2xi32>, tensor<2xf32>, tensor<3xf32>) -> tensor<5x4xf32>
  return
}

// -----

func.func @sparse_output_rank(%a: tensor<2xi32>, %b: tensor<2x2xi32>, %c: tensor<2xi32>, %d: tensor<2xf32>, %e: tensor<3x4xf32>) {
  // expected-error @below {{'mopt.embedding_lookup_sparse' op output must have rank 2, got 'tensor<4xf32>'}}
  %0 = mopt.embedding_lookup_sparse %a, %b, %c, %d, %e : (tensor<2xi32>, tensor<2x2xi32>, tensor<2xi32>, tensor<2xf32>, tensor<3x4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @sparse_output_row(%a: tensor<2xi32>, %b: tensor<2x2xi32>, %c: tensor<2xi32>, %d: tensor<2xf32>, %e: tensor<3x4xf32>) {
  // expected-error @below {{'mopt.embedding_lookup_sparse' op output must have shape [5, 4], got 'tensor<5x3xf32>'}}
  %0 = mopt.embedding_lookup_sparse %a, %b, %c, %d, %e : (tensor<2xi32>, tensor<2x2xi32>, tensor<2xi32>, tensor<2xf32>, tensor<3x4xf32>) -> tensor<5x3xf32>
  return
}

// -----

func.func @sparse_output_shape(%a: tensor<2xi32>, %b: tensor<2x2xi32>, %d: tensor<2xf32>, %e: tensor<3x4xf32>) {
  %c = mopt.const {value = dense<[6, 2]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.embedding_lookup_sparse' op output must have shape [6, 4], got 'tensor<5x4xf32>'}}
  %0 = mopt.embedding_lookup_sparse %a, %b, %c, %d, %e : (tensor<2xi32>, tensor<2x2xi32>, tensor<2xi32>, tensor<2xf32>, tensor<3x4xf32>) -> tensor<5x4xf32>
  return
}
