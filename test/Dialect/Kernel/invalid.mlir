// RUN: mopt-opt %s --split-input-file --verify-diagnostics

func.func @dynamic(%x: memref<?xi8>, %y: memref<64xi8>) {
  // expected-error @below {{operands must have static shapes}}
  kernel.pack_input ins(%x : memref<?xi8>) outs(%y : memref<64xi8>) {input_shape = array<i64: 1, 1, 2, 4>, padding = array<i64: 1, 1, 1, 1>, value = 0 : i32}
  return
}

// -----

func.func @shape(%x: memref<8xi8>, %y: memref<64xi8>) {
  // expected-error @below {{'input_shape' must be four positive sizes}}
  kernel.pack_input ins(%x : memref<8xi8>) outs(%y : memref<64xi8>) {input_shape = array<i64: 1, 2, 4>, padding = array<i64: 1, 1, 1, 1>, value = 0 : i32}
  return
}

// -----

func.func @padding(%x: memref<8xi8>, %y: memref<64xi8>) {
  // expected-error @below {{'padding' must be four sizes: top, bottom, left, right}}
  kernel.pack_input ins(%x : memref<8xi8>) outs(%y : memref<64xi8>) {input_shape = array<i64: 1, 1, 2, 4>, padding = array<i64: 1, 1>, value = 0 : i32}
  return
}

// -----

func.func @elements(%x: memref<9xi8>, %y: memref<64xi8>) {
  // expected-error @below {{input must have 8 elements}}
  kernel.pack_input ins(%x : memref<9xi8>) outs(%y : memref<64xi8>) {input_shape = array<i64: 1, 1, 2, 4>, padding = array<i64: 1, 1, 1, 1>, value = 0 : i32}
  return
}

// -----

func.func @room(%x: memref<8xi8>, %y: memref<47xi8>) {
  // expected-error @below {{output must be flat and have at least 48 elements}}
  kernel.pack_input ins(%x : memref<8xi8>) outs(%y : memref<47xi8>) {input_shape = array<i64: 1, 1, 2, 4>, padding = array<i64: 1, 1, 1, 1>, value = 0 : i32}
  return
}

// -----

func.func @shapes(%x: memref<8xi8>, %w: memref<64xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %y: memref<4xi8>) {
  // expected-error @below {{'input_shape' and 'output_shape' must be four positive sizes}}
  kernel.conv_2d ins(%x, %w, %b, %f : memref<8xi8>, memref<64xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<4xi8>) {
    input_shape = array<i64: 2, 4>, output_shape = array<i64: 1, 1, 2, 2>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 1, pack = 4>}
  return
}

// -----

func.func @window(%x: memref<8xi8>, %w: memref<64xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %y: memref<4xi8>) {
  // expected-error @below {{'kernel', 'strides' and 'dilations' must be two positive sizes}}
  kernel.conv_2d ins(%x, %w, %b, %f : memref<8xi8>, memref<64xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<4xi8>) {
    input_shape = array<i64: 1, 1, 2, 4>, output_shape = array<i64: 1, 1, 2, 2>, kernel = array<i64: 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 1, pack = 4>}
  return
}

// -----

func.func @outside(%x: memref<8xi8>, %w: memref<64xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %y: memref<4xi8>) {
  // expected-error @below {{windows must lie inside the input}}
  kernel.conv_2d ins(%x, %w, %b, %f : memref<8xi8>, memref<64xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<4xi8>) {
    input_shape = array<i64: 1, 1, 2, 4>, output_shape = array<i64: 1, 1, 2, 2>, kernel = array<i64: 1, 2>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 1, pack = 4>}
  return
}

// -----

func.func @outputs(%x: memref<8xi8>, %w: memref<64xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %y: memref<5xi8>) {
  // expected-error @below {{output must have 4 elements}}
  kernel.conv_2d ins(%x, %w, %b, %f : memref<8xi8>, memref<64xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<5xi8>) {
    input_shape = array<i64: 1, 1, 2, 4>, output_shape = array<i64: 1, 1, 2, 2>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 1, pack = 4>}
  return
}

// -----

func.func @lanes(%x: memref<8xi8>, %w: memref<64xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %y: memref<4xi8>) {
  // expected-error @below {{'tile' has impossible sizes}}
  kernel.conv_2d ins(%x, %w, %b, %f : memref<8xi8>, memref<64xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<4xi8>) {
    input_shape = array<i64: 1, 1, 2, 4>, output_shape = array<i64: 1, 1, 2, 2>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 3, vectors = 1, pixels = 1, pack = 4>}
  return
}

// -----

func.func @channels(%x: memref<8xi8>, %w: memref<64xi8>, %b: memref<2xi32>, %f: memref<2xf32>, %y: memref<4xi8>) {
  // expected-error @below {{bias and factors must have 16 elements, a whole number of groups}}
  kernel.conv_2d ins(%x, %w, %b, %f : memref<8xi8>, memref<64xi8>, memref<2xi32>, memref<2xf32>) outs(%y : memref<4xi8>) {
    input_shape = array<i64: 1, 1, 2, 4>, output_shape = array<i64: 1, 1, 2, 2>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 1, pack = 4>}
  return
}

// -----

func.func @factors(%x: memref<8xi8>, %w: memref<64xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %y: memref<4xi8>) {
  // expected-error @below {{'multiplier' takes 3 tensors of factors}}
  kernel.conv_2d ins(%x, %w, %b, %f : memref<8xi8>, memref<64xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<4xi8>) {
    input_shape = array<i64: 1, 1, 2, 4>, output_shape = array<i64: 1, 1, 2, 2>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = multiplier, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 1, pack = 4>}
  return
}

// -----

func.func @weights(%x: memref<8xi8>, %w: memref<60xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %y: memref<4xi8>) {
  // expected-error @below {{packed weights must have 64 elements}}
  kernel.conv_2d ins(%x, %w, %b, %f : memref<8xi8>, memref<60xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<4xi8>) {
    input_shape = array<i64: 1, 1, 2, 4>, output_shape = array<i64: 1, 1, 2, 2>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 1, pack = 4>}
  return
}

// -----

func.func @depthwise(%x: memref<8xi8>, %w: memref<64xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %y: memref<4xi8>) {
  // expected-error @below {{input and output must have the same channels}}
  kernel.depthwise_conv_2d ins(%x, %w, %b, %f : memref<8xi8>, memref<64xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<4xi8>) {
    input_shape = array<i64: 1, 1, 2, 4>, output_shape = array<i64: 1, 1, 2, 2>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 4, vectors = 4, pixels = 1, pack = 4>}
  return
}

// -----

func.func @lstm_lanes(%x: memref<6xf32>, %w: memref<256xf32>, %b: memref<32xf32>, %y: memref<10xf32>, %h: memref<5xf32>, %c: memref<5xf32>) {
  // expected-error @below {{'lanes' must be a power of two from 4 on}}
  kernel.lstm ins(%x, %w, %b : memref<6xf32>, memref<256xf32>, memref<32xf32>) outs(%y, %h, %c : memref<10xf32>, memref<5xf32>, memref<5xf32>) {
    batch = 1, steps = 2, inputs = 3, cells = 5, cell_clip = 0.0 : f32, lanes = 2}
  return
}

// -----

func.func @lstm_weights(%x: memref<6xf32>, %w: memref<160xf32>, %b: memref<32xf32>, %y: memref<10xf32>, %h: memref<5xf32>, %c: memref<5xf32>) {
  // expected-error @below {{packed weights must have 256 elements}}
  kernel.lstm ins(%x, %w, %b : memref<6xf32>, memref<160xf32>, memref<32xf32>) outs(%y, %h, %c : memref<10xf32>, memref<5xf32>, memref<5xf32>) {
    batch = 1, steps = 2, inputs = 3, cells = 5, cell_clip = 0.0 : f32, lanes = 16}
  return
}

// -----

func.func @lstm_peephole(%x: memref<6xf32>, %w: memref<256xf32>, %b: memref<32xf32>, %p: memref<32xf32>, %y: memref<10xf32>, %h: memref<5xf32>, %c: memref<5xf32>) {
  // expected-error @below {{peephole weights must have 24 elements}}
  kernel.lstm ins(%x, %w, %b, %p : memref<6xf32>, memref<256xf32>, memref<32xf32>, memref<32xf32>) outs(%y, %h, %c : memref<10xf32>, memref<5xf32>, memref<5xf32>) {
    batch = 1, steps = 2, inputs = 3, cells = 5, cell_clip = 0.0 : f32, lanes = 16}
  return
}

// -----

func.func @lstm_sizes(%x: memref<6xf32>, %w: memref<256xf32>, %b: memref<32xf32>, %y: memref<10xf32>, %h: memref<5xf32>, %c: memref<5xf32>) {
  // expected-error @below {{sizes must be positive}}
  kernel.lstm ins(%x, %w, %b : memref<6xf32>, memref<256xf32>, memref<32xf32>) outs(%y, %h, %c : memref<10xf32>, memref<5xf32>, memref<5xf32>) {
    batch = 1, steps = 0, inputs = 3, cells = 5, cell_clip = 0.0 : f32, lanes = 16}
  return
}

// -----

func.func @lstm_types(%x: memref<6xf16>, %w: memref<256xf32>, %b: memref<32xf32>, %y: memref<10xf32>, %h: memref<5xf32>, %c: memref<5xf32>) {
  // expected-error @below {{operands must be float32 of static shapes}}
  kernel.lstm ins(%x, %w, %b : memref<6xf16>, memref<256xf32>, memref<32xf32>) outs(%y, %h, %c : memref<10xf32>, memref<5xf32>, memref<5xf32>) {
    batch = 1, steps = 2, inputs = 3, cells = 5, cell_clip = 0.0 : f32, lanes = 16}
  return
}

// -----

func.func @matrix(%x: memref<36xi8>, %w: memref<1152xi8>, %b: memref<32xi32>, %f: memref<32xf32>, %y: memref<96xi8>) {
  // expected-error @below {{'tile' does not fit the matrix instruction}}
  kernel.conv_2d ins(%x, %w, %b, %f : memref<36xi8>, memref<1152xi8>, memref<32xi32>, memref<32xf32>) outs(%y : memref<96xi8>) {
    input_shape = array<i64: 1, 1, 3, 12>, output_shape = array<i64: 1, 1, 3, 32>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = tdpbssd, lanes = 16, vectors = 2, pixels = 17, pack = 4>}
  return
}

// -----

func.func @matrix_depthwise(%x: memref<8xi8>, %w: memref<64xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %y: memref<8xi8>) {
  // expected-error @below {{no matrix instruction computes it}}
  kernel.depthwise_conv_2d ins(%x, %w, %b, %f : memref<8xi8>, memref<64xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<8xi8>) {
    input_shape = array<i64: 1, 1, 2, 4>, output_shape = array<i64: 1, 1, 2, 4>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = tdpbssd, lanes = 4, vectors = 4, pixels = 1, pack = 4>}
  return
}

// -----

func.func @float_tile(%x: tensor<4xf32>, %w: tensor<16xf32>, %b: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{'tile' must be of floats, which are not narrowed}}
  %0 = kernel.float_conv_2d ins(%x, %w, %b : tensor<4xf32>, tensor<16xf32>, tensor<4xf32>) outs(%y : tensor<4xf32>) {
    input_shape = array<i64: 1, 1, 1, 4>, output_shape = array<i64: 1, 1, 1, 4>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = array<i64: 0, 0>,
    tile = #kernel.tile<dot = sdot, lanes = 4, vectors = 1, pixels = 1, pack = 1>} -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @padding(%x: tensor<4xf32>, %w: tensor<16xf32>, %b: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{'padding' must be two sizes: top, left}}
  %0 = kernel.float_conv_2d ins(%x, %w, %b : tensor<4xf32>, tensor<16xf32>, tensor<4xf32>) outs(%y : tensor<4xf32>) {
    input_shape = array<i64: 1, 1, 1, 4>, output_shape = array<i64: 1, 1, 1, 4>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = array<i64: 0, -1>,
    tile = #kernel.tile<dot = fma, lanes = 4, vectors = 1, pixels = 1, pack = 1>} -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @float_input(%x: tensor<3xf32>, %w: tensor<16xf32>, %b: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{input must have 4 elements}}
  %0 = kernel.float_conv_2d ins(%x, %w, %b : tensor<3xf32>, tensor<16xf32>, tensor<4xf32>) outs(%y : tensor<4xf32>) {
    input_shape = array<i64: 1, 1, 1, 4>, output_shape = array<i64: 1, 1, 1, 4>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = array<i64: 0, 0>,
    tile = #kernel.tile<dot = fma, lanes = 4, vectors = 1, pixels = 1, pack = 1>} -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @float_bias(%x: tensor<4xf32>, %w: tensor<16xf32>, %b: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @below {{bias must have 4 elements}}
  %0 = kernel.float_conv_2d ins(%x, %w, %b : tensor<4xf32>, tensor<16xf32>, tensor<3xf32>) outs(%y : tensor<3xf32>) {
    input_shape = array<i64: 1, 1, 1, 4>, output_shape = array<i64: 1, 1, 1, 3>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = array<i64: 0, 0>,
    tile = #kernel.tile<dot = fma, lanes = 4, vectors = 1, pixels = 1, pack = 1>} -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

func.func @float_steps(%x: tensor<3xi16>, %w: tensor<16xi16>, %b: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{input must have a whole number of steps of channels}}
  %0 = kernel.float_conv_2d ins(%x, %w, %b : tensor<3xi16>, tensor<16xi16>, tensor<4xf32>) outs(%y : tensor<4xf32>) {
    input_shape = array<i64: 1, 1, 1, 3>, output_shape = array<i64: 1, 1, 1, 4>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = array<i64: 0, 0>,
    tile = #kernel.tile<dot = vdpbf16ps, lanes = 4, vectors = 1, pixels = 1, pack = 1>} -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @float_depthwise(%x: tensor<4xf32>, %w: tensor<4xf32>, %b: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{'tile' must have one vector and one product a step}}
  %0 = kernel.float_depthwise_conv_2d ins(%x, %w, %b : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) outs(%y : tensor<4xf32>) {
    input_shape = array<i64: 1, 1, 1, 4>, output_shape = array<i64: 1, 1, 1, 4>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = array<i64: 0, 0>,
    tile = #kernel.tile<dot = fma, lanes = 4, vectors = 2, pixels = 1, pack = 1>} -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @integers(%x: tensor<4xi8>, %w: tensor<16xi8>, %b: tensor<4xi32>, %f: tensor<4xf32>, %y: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @below {{'tile' must be of integers}}
  %0 = kernel.conv_2d ins(%x, %w, %b, %f : tensor<4xi8>, tensor<16xi8>, tensor<4xi32>, tensor<4xf32>) outs(%y : tensor<4xi8>) {
    input_shape = array<i64: 1, 1, 1, 4>, output_shape = array<i64: 1, 1, 1, 4>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = fma, lanes = 4, vectors = 1, pixels = 1, pack = 1>} -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @pack_rows(%x: tensor<7xf32>, %y: tensor<8xi16>) -> tensor<8xi16> {
  // expected-error @below {{input must have whole rows of 'channels'}}
  %0 = kernel.pack_floats ins(%x : tensor<7xf32>) outs(%y : tensor<8xi16>) {channels = 3} -> tensor<8xi16>
  return %0 : tensor<8xi16>
}

// -----

func.func @pack_output(%x: tensor<6xf32>, %y: tensor<6xi16>) -> tensor<6xi16> {
  // expected-error @below {{output must have 8 elements}}
  %0 = kernel.pack_floats ins(%x : tensor<6xf32>) outs(%y : tensor<6xi16>) {channels = 3} -> tensor<6xi16>
  return %0 : tensor<6xi16>
}

// -----

func.func @wide(%x: memref<64xi16>, %w: memref<256xi16>, %b: memref<32xi32>, %f: memref<32xf32>, %y: memref<1x4x2x32xi16>) {
  // expected-error @below {{'tile' narrows 4 vectors at once, to 16 bits not more than 2}}
  kernel.conv_2d ins(%x, %w, %b, %f : memref<64xi16>, memref<256xi16>, memref<32xi32>, memref<32xf32>) outs(%y : memref<1x4x2x32xi16>) {
    input_shape = array<i64: 1, 4, 2, 8>, output_shape = array<i64: 1, 4, 2, 32>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = pmaddwd, lanes = 8, vectors = 4, pixels = 1, pack = 4>}
  return
}
