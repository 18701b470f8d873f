// RUN: mopt-opt %s --mopt-convert-kernel-to-vector --split-input-file | FileCheck %s

// Three pixels are a tile of 2 and one of 1. Twenty channels are a vector of 16 and
// one of 4, which is stored whole.
// CHECK-LABEL: func.func private @pointwise_float_conv_2d
// CHECK-SAME: %[[IN:.*]]: memref<24xf32> {llvm.noalias}, %[[WEIGHTS:.*]]: memref<256xf32> {llvm.noalias}
// CHECK-SAME: no_inline
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<16xf32>, vector<4xf32>, vector<16xf32>, vector<4xf32>)
// CHECK: vector.load %[[WEIGHTS]][%{{.*}}] : memref<256xf32>, vector<16xf32>
// CHECK: vector.load %[[WEIGHTS]][%{{.*}}] : memref<256xf32>, vector<4xf32>
// CHECK: memref.load %[[IN]]
// CHECK: vector.broadcast
// CHECK: math.fma {{.*}} : vector<16xf32>
// CHECK: math.fma {{.*}} : vector<4xf32>
// CHECK: scf.yield
// CHECK: arith.cmpf olt
// CHECK: arith.select
// CHECK-NOT: arith.cmpf ogt
// CHECK: vector.store {{.*}} : memref<60xf32>, vector<16xf32>
// CHECK: vector.store {{.*}} : memref<60xf32>, vector<4xf32>
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<16xf32>, vector<4xf32>)
func.func @pointwise(%x: memref<1x1x3x8xf32>, %w: memref<256xf32>, %b: memref<32xf32>, %y: memref<1x1x3x20xf32>) {
  kernel.float_conv_2d ins(%x, %w, %b : memref<1x1x3x8xf32>, memref<256xf32>, memref<32xf32>) outs(%y : memref<1x1x3x20xf32>) {
    input_shape = array<i64: 1, 1, 3, 8>, output_shape = array<i64: 1, 1, 3, 20>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = array<i64: 0, 0>, min = 0.0 : f32,
    tile = #kernel.tile<dot = fma, lanes = 16, vectors = 2, pixels = 2, pack = 1>}
  return
}

// -----

// The rows of the window that exist are a loop. The first tile leaves the first
// column out for its first pixel, the last tile the last one; the tiles between
// are a loop over all columns at once.
// CHECK-LABEL: func.func private @window_float_conv_2d
// CHECK: arith.maxsi
// CHECK: arith.minsi
// CHECK: %[[FIRST:.*]]:2 = scf.for {{.*}} iter_args
// CHECK: %[[PART:.*]] = scf.for {{.*}} iter_args({{.*}}) -> (vector<4xf32>)
// CHECK: arith.mulf
// CHECK-NEXT: arith.addf
// CHECK: scf.for {{.*}} iter_args({{.*}}, %{{.*}} = %[[PART]]) -> (vector<4xf32>, vector<4xf32>)
// CHECK: vector.store
// CHECK: scf.for
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<4xf32>, vector<4xf32>)
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<4xf32>, vector<4xf32>)
// CHECK: vector.store
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<4xf32>, vector<4xf32>)
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<4xf32>, vector<4xf32>)
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<4xf32>)
// CHECK: vector.store
// CHECK: return
func.func @window(%x: memref<1x4x8x2xf32>, %w: memref<72xf32>, %b: memref<4xf32>, %y: memref<1x4x8x4xf32>) {
  kernel.float_conv_2d ins(%x, %w, %b : memref<1x4x8x2xf32>, memref<72xf32>, memref<4xf32>) outs(%y : memref<1x4x8x4xf32>) {
    input_shape = array<i64: 1, 4, 8, 2>, output_shape = array<i64: 1, 4, 8, 4>, kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = array<i64: 1, 1>,
    tile = #kernel.tile<dot = muladd, lanes = 4, vectors = 1, pixels = 2, pack = 1>}
  return
}

// -----

// A column is loaded once for all pixels that see it: four for two pixels of three
// taps. Channels that do not exist are not read or written.
// CHECK-LABEL: func.func private @depthwise_float_depthwise_conv_2d
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<4xf32>, vector<4xf32>)
// CHECK-COUNT-4: vector.maskedload
// CHECK-NOT: vector.maskedload
// CHECK: scf.yield
// CHECK: vector.maskedstore
func.func @depthwise(%x: memref<24xf32>, %w: memref<36xf32>, %b: memref<4xf32>, %y: memref<4xf32>) {
  kernel.float_depthwise_conv_2d ins(%x, %w, %b : memref<24xf32>, memref<36xf32>, memref<4xf32>) outs(%y : memref<4xf32>) {
    input_shape = array<i64: 1, 3, 4, 2>, output_shape = array<i64: 1, 1, 2, 2>, kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = array<i64: 0, 0>, max = 6.0 : f32,
    tile = #kernel.tile<dot = fma, lanes = 4, vectors = 1, pixels = 2, pack = 1>}
  return
}

// -----

// Rows of three floats become rows of four values of 16 bits.
// CHECK-LABEL: func.func private @pack_pack_floats
// CHECK: scf.for
// CHECK: vector.maskedload
// CHECK: arith.truncf {{.*}} : vector<4xf32> to vector<4xbf16>
// CHECK: vector.store {{.*}} : memref<8xi16>, vector<4xi16>
func.func @pack(%x: memref<6xf32>, %y: memref<8xi16>) {
  kernel.pack_floats ins(%x : memref<6xf32>) outs(%y : memref<8xi16>) {channels = 3}
  return
}

// -----

// Two products a step; the sums are rounded as they are stored.
// CHECK-LABEL: func.func private @halves_float_conv_2d
// CHECK: vector.load {{.*}} : memref<64xi16>, vector<32xi16>
// CHECK: vector.load {{.*}} : memref<4xi16>, vector<2xi16>
// CHECK: vector.broadcast {{.*}} : i32 to vector<16xi32>
// CHECK: llvm.call_intrinsic "llvm.x86.avx512bf16.dpbf16ps.512"
// CHECK: arith.truncf
// CHECK: vector.store {{.*}} : memref<16xi16>, vector<16xi16>
func.func @halves(%x: memref<4xi16>, %w: memref<64xi16>, %b: memref<16xf32>, %y: memref<16xi16>) {
  kernel.float_conv_2d ins(%x, %w, %b : memref<4xi16>, memref<64xi16>, memref<16xf32>) outs(%y : memref<16xi16>) {
    input_shape = array<i64: 1, 1, 1, 4>, output_shape = array<i64: 1, 1, 1, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = array<i64: 0, 0>,
    tile = #kernel.tile<dot = vdpbf16ps, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}
