// RUN: mopt-opt %s --mopt-convert-kernel-to-vector | FileCheck %s

// Two groups of 16 channels, with the blocks of which the list says where their
// inputs are. The sums of the 2 x 3 pixels of a tile stay in the loop, whose bounds
// are data; every pixel is stored to its own place.
// CHECK-LABEL: func.func private @rows_sparse_conv_2d
// CHECK-SAME: %[[IN:[a-z0-9]*]]: memref<168xi8> {llvm.noalias}, %[[WEIGHTS:[a-z0-9]*]]: memref<192xi8> {llvm.noalias}
// CHECK-SAME: %[[BLOCKS:[a-z0-9]*]]: memref<6xi32> {llvm.noalias}, %[[OUT:[a-z0-9]*]]: memref<192xi8>
// CHECK: scf.for %[[GROUP:.*]] = %{{.*}} to
// CHECK: %[[FIRST:.*]] = memref.load %[[BLOCKS]][%[[GROUP]]]
// CHECK: %[[LOWER:.*]] = arith.index_cast %[[FIRST]]
// CHECK: %[[LAST:.*]] = memref.load %[[BLOCKS]]
// CHECK: %[[UPPER:.*]] = arith.index_cast %[[LAST]]
// CHECK: scf.for %[[ROUND:.*]] = %[[LOWER]] to %[[UPPER]] {{.*}} -> (vector<16xi32>, vector<16xi32>, vector<16xi32>, vector<16xi32>, vector<16xi32>, vector<16xi32>)
// CHECK: memref.load %[[BLOCKS]]
// CHECK: vector.load %[[WEIGHTS]]
// CHECK-COUNT-6: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// CHECK: scf.yield
// CHECK: kernel.assumed_trips = 2
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.packuswb.512"
// CHECK-COUNT-4: vector.store {{.*}}, %[[OUT]][%{{.*}}] : memref<192xi8>, vector<16xi8>
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.packuswb.512"
// CHECK-COUNT-2: vector.store {{.*}}, %[[OUT]][%{{.*}}] : memref<192xi8>, vector<16xi8>
func.func @rows(%x: memref<168xi8>, %w: memref<192xi8>, %b: memref<32xi32>, %f: memref<32xf32>, %s: memref<6xi32>, %y: memref<1x2x3x32xi8>) {
  kernel.sparse_conv_2d ins(%x, %w, %b, %f : memref<168xi8>, memref<192xi8>, memref<32xi32>, memref<32xf32>) blocks(%s : memref<6xi32>) outs(%y : memref<1x2x3x32xi8>) {
    input_shape = array<i64: 1, 2, 3, 28>, output_shape = array<i64: 1, 2, 3, 32>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, input_offset, output_offset,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 3, pack = 4>, chains = 1, tile_rows = 2}
  return
}

// One pixel waits for no sum: two blocks a round have sums of their own.
// CHECK-LABEL: func.func private @chains_sparse_conv_2d
// CHECK: scf.for {{.*}} -> (vector<16xi32>, vector<16xi32>)
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// CHECK: scf.yield
// CHECK: arith.addi {{.*}} : vector<16xi32>
func.func @chains(%x: memref<16xi8>, %w: memref<256xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %s: memref<6xi32>, %y: memref<1x16xi8>) {
  kernel.sparse_conv_2d ins(%x, %w, %b, %f : memref<16xi8>, memref<256xi8>, memref<16xi32>, memref<16xf32>) blocks(%s : memref<6xi32>) outs(%y : memref<1x16xi8>) {
    input_shape = array<i64: 1, 1, 1, 16>, output_shape = array<i64: 1, 1, 1, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, input_offset, output_offset,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 1, pack = 4>, chains = 2, tile_rows = 1}
  return
}

// The taps of a row of the window that exist for all pixels are one list; of a
// pixel at the border, those that lie inside.
// CHECK-LABEL: func.func private @floats_sparse_float_conv_2d
// CHECK: scf.for {{.*}} -> (vector<8xf32>, vector<8xf32>)
// CHECK: scf.for {{.*}} -> (vector<8xf32>)
// CHECK: math.fma
// CHECK: scf.for {{.*}} -> (vector<8xf32>, vector<8xf32>)
// CHECK-COUNT-2: math.fma
// CHECK: scf.for {{.*}} -> (vector<8xf32>)
// CHECK-COUNT-2: vector.maskedstore {{.*}} : memref<12xf32>, vector<8xi1>, vector<8xf32>
func.func @floats(%x: memref<1x1x2x4xf32>, %w: memref<24xf32>, %b: memref<8xf32>, %s: memref<13xi32>, %y: memref<1x1x2x6xf32>) {
  kernel.sparse_float_conv_2d ins(%x, %w, %b : memref<1x1x2x4xf32>, memref<24xf32>, memref<8xf32>) blocks(%s : memref<13xi32>) outs(%y : memref<1x1x2x6xf32>) {
    input_shape = array<i64: 1, 1, 2, 4>, output_shape = array<i64: 1, 1, 2, 6>, kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = array<i64: 1, 1>,
    tile = #kernel.tile<dot = fma, lanes = 8, vectors = 1, pixels = 2, pack = 1>, chains = 1}
  return
}
