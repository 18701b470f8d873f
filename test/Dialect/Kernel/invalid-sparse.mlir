// RUN: mopt-opt %s --split-input-file --verify-diagnostics

func.func @list(%x: memref<16xi8>, %w: memref<128xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %s: memref<1x4xi32>, %y: memref<32xi8>) {
  // expected-error @below {{blocks must be a list of 32-bit integers}}
  kernel.sparse_conv_2d ins(%x, %w, %b, %f : memref<16xi8>, memref<128xi8>, memref<16xi32>, memref<16xf32>) blocks(%s : memref<1x4xi32>) outs(%y : memref<32xi8>) {
    input_shape = array<i64: 1, 1, 2, 8>, output_shape = array<i64: 1, 1, 2, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 2, pack = 4>, chains = 1, tile_rows = 1}
  return
}

// -----

func.func @elements(%x: memref<16xi8>, %w: memref<128xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %s: memref<4xi16>, %y: memref<32xi8>) {
  // expected-error @below {{blocks must be a list of 32-bit integers}}
  kernel.sparse_conv_2d ins(%x, %w, %b, %f : memref<16xi8>, memref<128xi8>, memref<16xi32>, memref<16xf32>) blocks(%s : memref<4xi16>) outs(%y : memref<32xi8>) {
    input_shape = array<i64: 1, 1, 2, 8>, output_shape = array<i64: 1, 1, 2, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 2, pack = 4>, chains = 1, tile_rows = 1}
  return
}

// -----

func.func @chains(%x: memref<16xi8>, %w: memref<128xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %s: memref<4xi32>, %y: memref<32xi8>) {
  // expected-error @below {{'chains' must be 1 to 64}}
  kernel.sparse_conv_2d ins(%x, %w, %b, %f : memref<16xi8>, memref<128xi8>, memref<16xi32>, memref<16xf32>) blocks(%s : memref<4xi32>) outs(%y : memref<32xi8>) {
    input_shape = array<i64: 1, 1, 2, 8>, output_shape = array<i64: 1, 1, 2, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 2, pack = 4>, chains = 0, tile_rows = 1}
  return
}

// -----

func.func @rounds(%x: memref<16xi8>, %w: memref<128xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %s: memref<4xi32>, %y: memref<32xi8>) {
  // expected-error @below {{blocks must be rounds of 3 after the groups}}
  kernel.sparse_conv_2d ins(%x, %w, %b, %f : memref<16xi8>, memref<128xi8>, memref<16xi32>, memref<16xf32>) blocks(%s : memref<4xi32>) outs(%y : memref<32xi8>) {
    input_shape = array<i64: 1, 1, 2, 8>, output_shape = array<i64: 1, 1, 2, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 2, pack = 4>, chains = 3, tile_rows = 1}
  return
}

// -----

func.func @few(%x: memref<16xi8>, %w: memref<128xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %s: memref<1xi32>, %y: memref<32xi8>) {
  // expected-error @below {{blocks must be rounds of 1 after the groups}}
  kernel.sparse_conv_2d ins(%x, %w, %b, %f : memref<16xi8>, memref<128xi8>, memref<16xi32>, memref<16xf32>) blocks(%s : memref<1xi32>) outs(%y : memref<32xi8>) {
    input_shape = array<i64: 1, 1, 2, 8>, output_shape = array<i64: 1, 1, 2, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 2, pack = 4>, chains = 1, tile_rows = 1}
  return
}

// -----

func.func @weights(%x: memref<16xi8>, %w: memref<64xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %s: memref<4xi32>, %y: memref<32xi8>) {
  // expected-error @below {{packed weights must have 128 elements}}
  kernel.sparse_conv_2d ins(%x, %w, %b, %f : memref<16xi8>, memref<64xi8>, memref<16xi32>, memref<16xf32>) blocks(%s : memref<4xi32>) outs(%y : memref<32xi8>) {
    input_shape = array<i64: 1, 1, 2, 8>, output_shape = array<i64: 1, 1, 2, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 2, pack = 4>, chains = 1, tile_rows = 1}
  return
}

// -----

func.func @tile_rows(%x: memref<16xi8>, %w: memref<128xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %s: memref<4xi32>, %y: memref<32xi8>) {
  // expected-error @below {{'tile_rows' must be 1 to 64}}
  kernel.sparse_conv_2d ins(%x, %w, %b, %f : memref<16xi8>, memref<128xi8>, memref<16xi32>, memref<16xf32>) blocks(%s : memref<4xi32>) outs(%y : memref<32xi8>) {
    input_shape = array<i64: 1, 1, 2, 8>, output_shape = array<i64: 1, 1, 2, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 2, pack = 4>, chains = 1, tile_rows = 0}
  return
}

// -----

func.func @matrices(%x: memref<16xi8>, %w: memref<128xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %s: memref<4xi32>, %y: memref<32xi8>) {
  // expected-error @below {{no instruction on matrices leaves out blocks}}
  kernel.sparse_conv_2d ins(%x, %w, %b, %f : memref<16xi8>, memref<128xi8>, memref<16xi32>, memref<16xf32>) blocks(%s : memref<4xi32>) outs(%y : memref<32xi8>) {
    input_shape = array<i64: 1, 1, 2, 8>, output_shape = array<i64: 1, 1, 2, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = tdpbssd, lanes = 16, vectors = 1, pixels = 2, pack = 4>, chains = 1, tile_rows = 1}
  return
}

// -----

func.func @pairs(%x: memref<16xi8>, %w: memref<128xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %s: memref<4xi32>, %y: memref<32xi8>) {
  // expected-error @below {{no instruction on matrices leaves out blocks}}
  kernel.sparse_conv_2d ins(%x, %w, %b, %f : memref<16xi8>, memref<128xi8>, memref<16xi32>, memref<16xf32>) blocks(%s : memref<4xi32>) outs(%y : memref<32xi8>) {
    input_shape = array<i64: 1, 1, 2, 8>, output_shape = array<i64: 1, 1, 2, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = smmla, lanes = 4, vectors = 4, pixels = 2, pack = 1>, chains = 1, tile_rows = 1}
  return
}

// -----

func.func @repeated(%x: memref<16xi8>, %w: memref<128xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %s: memref<4xi32>, %y: memref<32xi8>) {
  // expected-error @below {{blocks repeat steps, 'repeated' must be absent}}
  kernel.sparse_conv_2d ins(%x, %w, %b, %f : memref<16xi8>, memref<128xi8>, memref<16xi32>, memref<16xf32>) blocks(%s : memref<4xi32>) outs(%y : memref<32xi8>) {
    input_shape = array<i64: 1, 1, 2, 8>, output_shape = array<i64: 1, 1, 2, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 2, pack = 4>, chains = 1, tile_rows = 1, repeated = array<i64: 0>}
  return
}

// -----

func.func @float_list(%x: memref<16xf32>, %w: memref<48xf32>, %b: memref<16xf32>, %s: memref<1x5xi32>, %y: memref<32xf32>) {
  // expected-error @below {{blocks must be a list of 32-bit integers}}
  kernel.sparse_float_conv_2d ins(%x, %w, %b : memref<16xf32>, memref<48xf32>, memref<16xf32>) blocks(%s : memref<1x5xi32>) outs(%y : memref<32xf32>) {
    input_shape = array<i64: 1, 1, 2, 8>, output_shape = array<i64: 1, 1, 2, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = array<i64: 0, 0>,
    tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 2, pack = 1>, chains = 1}
  return
}

// -----

func.func @float_weights(%x: memref<16xf32>, %w: memref<48xf32>, %b: memref<16xf32>, %s: memref<6xi32>, %y: memref<32xf32>) {
  // expected-error @below {{packed weights must have 64 elements}}
  kernel.sparse_float_conv_2d ins(%x, %w, %b : memref<16xf32>, memref<48xf32>, memref<16xf32>) blocks(%s : memref<6xi32>) outs(%y : memref<32xf32>) {
    input_shape = array<i64: 1, 1, 2, 8>, output_shape = array<i64: 1, 1, 2, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = array<i64: 0, 0>,
    tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 2, pack = 1>, chains = 1}
  return
}

// -----

func.func @float_bias(%x: memref<16xf32>, %w: memref<48xf32>, %b: memref<8xf32>, %s: memref<5xi32>, %y: memref<32xf32>) {
  // expected-error @below {{bias must have 16 elements}}
  kernel.sparse_float_conv_2d ins(%x, %w, %b : memref<16xf32>, memref<48xf32>, memref<8xf32>) blocks(%s : memref<5xi32>) outs(%y : memref<32xf32>) {
    input_shape = array<i64: 1, 1, 2, 8>, output_shape = array<i64: 1, 1, 2, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = array<i64: 0, 0>,
    tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 2, pack = 1>, chains = 1}
  return
}

// -----

func.func @float_padding(%x: memref<16xf32>, %w: memref<48xf32>, %b: memref<16xf32>, %s: memref<5xi32>, %y: memref<32xf32>) {
  // expected-error @below {{'padding' must be two sizes: top, left}}
  kernel.sparse_float_conv_2d ins(%x, %w, %b : memref<16xf32>, memref<48xf32>, memref<16xf32>) blocks(%s : memref<5xi32>) outs(%y : memref<32xf32>) {
    input_shape = array<i64: 1, 1, 2, 8>, output_shape = array<i64: 1, 1, 2, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = array<i64: 0>,
    tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 2, pack = 1>, chains = 1}
  return
}
