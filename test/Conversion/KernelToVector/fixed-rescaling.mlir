// RUN: mopt-opt %s --mopt-convert-kernel-to-vector | FileCheck %s

// Even and odd lanes as products of 64 bits, whose upper halves are put together
// and shifted on. Nothing below the zero point is kept: the sign has no part.
// CHECK-LABEL: func.func private @positive_conv_2d
// CHECK-SAME: %[[SHIFTS:[a-z0-9]*]]: memref<16xi32> {llvm.noalias}, %{{[a-z0-9]*}}: memref<16xi8>
// CHECK: %[[SUM:.*]] = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// CHECK: %[[X:.*]] = vector.bitcast %[[SUM]] : vector<16xi32> to vector<8xi64>
// CHECK-COUNT-2: arith.muli %{{.*}} : vector<8xi64>
// CHECK: %[[UPPER:.*]] = vector.shuffle %{{.*}}, %{{.*}} [1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31]
// CHECK: %[[SHIFT:.*]] = vector.load %[[SHIFTS]]
// CHECK-NEXT: arith.shrsi %[[UPPER]], %[[SHIFT]]
func.func @positive(%x: memref<4xi8>, %w: memref<64xi8>, %b: memref<16xi32>, %m: memref<16xi32>, %n: memref<16xi64>, %s: memref<16xi32>, %y: memref<16xi8>) {
  kernel.conv_2d ins(%x, %w, %b, %m, %n, %s : memref<4xi8>, memref<64xi8>, memref<16xi32>, memref<16xi32>, memref<16xi64>, memref<16xi32>) outs(%y : memref<16xi8>) {
    input_shape = array<i64: 1, 1, 1, 4>, output_shape = array<i64: 1, 1, 1, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, input_offset,
    requantize = #kernel.requantize<arithmetic = multiplier, zero_point = -100, min = -100, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 1, pack = 4>}
  return
}

// Twice the sum, and one less below zero.
// CHECK-LABEL: func.func private @both_conv_2d
// CHECK: %[[SUM:.*]] = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// CHECK: %[[TWICE:.*]] = arith.addi %[[SUM]], %[[SUM]]
// CHECK: vector.bitcast %[[TWICE]] : vector<16xi32> to vector<8xi64>
// CHECK: %[[UPPER:.*]] = vector.shuffle
// CHECK: %[[LESS:.*]] = arith.shrsi %[[SUM]], %{{.*}} : vector<16xi32>
// CHECK: %[[P:.*]] = arith.addi %[[UPPER]], %[[LESS]]
// CHECK: arith.shrsi %[[P]], %{{.*}}
func.func @both(%x: memref<4xi8>, %w: memref<64xi8>, %b: memref<16xi32>, %m: memref<16xi32>, %n: memref<16xi64>, %s: memref<16xi32>, %y: memref<16xi8>) {
  kernel.conv_2d ins(%x, %w, %b, %m, %n, %s : memref<4xi8>, memref<64xi8>, memref<16xi32>, memref<16xi32>, memref<16xi64>, memref<16xi32>) outs(%y : memref<16xi8>) {
    input_shape = array<i64: 1, 1, 1, 4>, output_shape = array<i64: 1, 1, 1, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, input_offset,
    requantize = #kernel.requantize<arithmetic = multiplier, zero_point = -100, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 1, pack = 4>}
  return
}
