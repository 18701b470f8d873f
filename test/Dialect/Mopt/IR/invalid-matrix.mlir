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
