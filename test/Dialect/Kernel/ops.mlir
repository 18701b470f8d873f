// RUN: mopt-opt %s | mopt-opt | FileCheck %s
// RUN: mopt-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" | FileCheck %s --check-prefix=BUFFERS

// CHECK-LABEL: func.func @kernels
// CHECK: %[[PACKED:.*]] = kernel.pack_input ins(%{{.*}} : tensor<1x2x2x4xi8>) outs(%{{.*}} : tensor<64xi8>) {input_shape = array<i64: 1, 2, 2, 4>, output_offset, padding = array<i64: 1, 1, 1, 1>, value = 3 : i32} -> tensor<64xi8>
// CHECK: kernel.conv_2d ins(%[[PACKED]], %{{.*}}, %{{.*}}, %{{.*}} : tensor<64xi8>, tensor<576xi8>, tensor<16xi32>, tensor<16xf32>) outs(%{{.*}} : tensor<1x2x2x16xi8>)
// CHECK-SAME: requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>
// CHECK-SAME: tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 2, pack = 4>
// CHECK-SAME: -> tensor<1x2x2x16xi8>

// The destination is the result: neither is copied.
// BUFFERS-LABEL: func.func @kernels
// BUFFERS: %[[PACKED:.*]] = memref.alloc() {{.*}} : memref<64xi8>
// BUFFERS: kernel.pack_input ins(%{{.*}} : memref<1x2x2x4xi8>) outs(%[[PACKED]] : memref<64xi8>)
// BUFFERS-NOT: memref.copy
// BUFFERS: %[[OUT:.*]] = memref.alloc() {{.*}} : memref<1x2x2x16xi8>
// BUFFERS: kernel.conv_2d ins(%[[PACKED]], {{.*}}) outs(%[[OUT]] : memref<1x2x2x16xi8>)
// BUFFERS: return %[[OUT]]
func.func @kernels(%x: tensor<1x2x2x4xi8>, %w: tensor<576xi8>, %b: tensor<16xi32>, %f: tensor<16xf32>) -> tensor<1x2x2x16xi8> {
  %0 = tensor.empty() : tensor<64xi8>
  %1 = kernel.pack_input ins(%x : tensor<1x2x2x4xi8>) outs(%0 : tensor<64xi8>) {input_shape = array<i64: 1, 2, 2, 4>, padding = array<i64: 1, 1, 1, 1>, value = 3 : i32, output_offset} -> tensor<64xi8>
  %2 = tensor.empty() : tensor<1x2x2x16xi8>
  %3 = kernel.conv_2d ins(%1, %w, %b, %f : tensor<64xi8>, tensor<576xi8>, tensor<16xi32>, tensor<16xf32>) outs(%2 : tensor<1x2x2x16xi8>) {
    input_shape = array<i64: 1, 4, 4, 4>, output_shape = array<i64: 1, 2, 2, 16>, kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, input_offset,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 2, pack = 4>} -> tensor<1x2x2x16xi8>
  return %3 : tensor<1x2x2x16xi8>
}

// States are changed where they lie.
// CHECK-LABEL: func.func @lstm
// CHECK: kernel.lstm ins(%{{.*}}, %{{.*}}, %{{.*}} : tensor<1x2x3xf32>, tensor<256xf32>, tensor<32xf32>) outs(%{{.*}}, %{{.*}}, %{{.*}} : tensor<1x2x5xf32>, tensor<1x5xf32>, tensor<1x5xf32>)
// BUFFERS-LABEL: func.func @lstm
// BUFFERS-SAME: %[[H:[a-z0-9]*]]: memref<1x5xf32>, %[[C:[a-z0-9]*]]: memref<1x5xf32>)
// BUFFERS-NOT: memref.copy
// BUFFERS: kernel.lstm {{.*}} outs(%{{.*}}, %[[H]], %[[C]] : memref<1x2x5xf32>, memref<1x5xf32>, memref<1x5xf32>)
// BUFFERS-NOT: memref.copy
func.func @lstm(%x: tensor<1x2x3xf32>, %w: tensor<256xf32>, %b: tensor<32xf32>, %h: tensor<1x5xf32>, %c: tensor<1x5xf32>) -> tensor<1x2x5xf32> {
  %0 = tensor.empty() : tensor<1x2x5xf32>
  %1:3 = kernel.lstm ins(%x, %w, %b : tensor<1x2x3xf32>, tensor<256xf32>, tensor<32xf32>) outs(%0, %h, %c : tensor<1x2x5xf32>, tensor<1x5xf32>, tensor<1x5xf32>) {
    batch = 1, steps = 2, inputs = 3, cells = 5, cell_clip = 0.0 : f32, lanes = 16, fuses} -> tensor<1x2x5xf32>, tensor<1x5xf32>, tensor<1x5xf32>
  return %1#0 : tensor<1x2x5xf32>
}

// CHECK-LABEL: func.func @floats
// CHECK: kernel.float_conv_2d ins(%{{.*}}, %{{.*}}, %{{.*}} : tensor<3xf32>, tensor<32xf32>, tensor<4xf32>) outs(%{{.*}} : tensor<4xf32>)
// CHECK-SAME: min = 0.000000e+00 : f32
// CHECK-SAME: padding = array<i64: 0, 1>
// CHECK: kernel.float_depthwise_conv_2d
func.func @floats(%x: tensor<3xf32>, %w: tensor<32xf32>, %b: tensor<4xf32>, %y: tensor<4xf32>, %z: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = kernel.float_conv_2d ins(%x, %w, %b : tensor<3xf32>, tensor<32xf32>, tensor<4xf32>) outs(%y : tensor<4xf32>) {
    input_shape = array<i64: 1, 1, 3, 1>, output_shape = array<i64: 1, 1, 1, 4>, kernel = array<i64: 2, 4>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = array<i64: 0, 1>, min = 0.0 : f32,
    tile = #kernel.tile<dot = fma, lanes = 4, vectors = 1, pixels = 1, pack = 1>} -> tensor<4xf32>
  %1 = kernel.float_depthwise_conv_2d ins(%0, %b, %b : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) outs(%z : tensor<4xf32>) {
    input_shape = array<i64: 1, 1, 1, 4>, output_shape = array<i64: 1, 1, 1, 4>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = array<i64: 0, 0>,
    tile = #kernel.tile<dot = fma, lanes = 4, vectors = 1, pixels = 1, pack = 1>} -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @sparse
// CHECK: kernel.sparse_conv_2d ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<1x1x2x8xi8>, tensor<128xi8>, tensor<16xi32>, tensor<16xf32>) blocks(%{{.*}} : tensor<4xi32>) outs(%{{.*}} : tensor<1x1x2x16xi8>)
// CHECK-SAME: chains = 1 : i64
// CHECK-SAME: tile_rows = 1 : i64
// CHECK: kernel.sparse_float_conv_2d ins(%{{.*}}, %{{.*}}, %{{.*}} : tensor<1x1x2x8xf32>, tensor<48xf32>, tensor<16xf32>) blocks(%{{.*}} : tensor<5xi32>) outs(%{{.*}} : tensor<1x1x2x16xf32>)
// BUFFERS-LABEL: func.func @sparse
// BUFFERS-NOT: memref.copy
// BUFFERS: kernel.sparse_conv_2d {{.*}} blocks(%{{.*}} : memref<4xi32>) outs(%{{.*}} : memref<1x1x2x16xi8>)
// BUFFERS: kernel.sparse_float_conv_2d {{.*}} blocks(%{{.*}} : memref<5xi32>) outs(%{{.*}} : memref<1x1x2x16xf32>)
func.func @sparse(%x: tensor<1x1x2x8xi8>, %w: tensor<128xi8>, %b: tensor<16xi32>, %f: tensor<16xf32>, %s: tensor<4xi32>,
                  %fx: tensor<1x1x2x8xf32>, %fw: tensor<48xf32>, %fs: tensor<5xi32>) -> (tensor<1x1x2x16xi8>, tensor<1x1x2x16xf32>) {
  %0 = tensor.empty() : tensor<1x1x2x16xi8>
  %1 = kernel.sparse_conv_2d ins(%x, %w, %b, %f : tensor<1x1x2x8xi8>, tensor<128xi8>, tensor<16xi32>, tensor<16xf32>) blocks(%s : tensor<4xi32>) outs(%0 : tensor<1x1x2x16xi8>) {
    input_shape = array<i64: 1, 1, 2, 8>, output_shape = array<i64: 1, 1, 2, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, input_offset,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 2, pack = 4>, chains = 1, tile_rows = 1} -> tensor<1x1x2x16xi8>
  %2 = tensor.empty() : tensor<1x1x2x16xf32>
  %3 = kernel.sparse_float_conv_2d ins(%fx, %fw, %f : tensor<1x1x2x8xf32>, tensor<48xf32>, tensor<16xf32>) blocks(%fs : tensor<5xi32>) outs(%2 : tensor<1x1x2x16xf32>) {
    input_shape = array<i64: 1, 1, 2, 8>, output_shape = array<i64: 1, 1, 2, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = array<i64: 0, 0>,
    tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 2, pack = 1>, chains = 1} -> tensor<1x1x2x16xf32>
  return %1, %3 : tensor<1x1x2x16xi8>, tensor<1x1x2x16xf32>
}
