// RUN: mopt-opt %s --mopt-convert-kernel-to-vector | FileCheck %s

// A row of three pixels of three channels is two steps of four and one byte: those
// of the three rows are put together for 16 pixels at once, six bytes apart, from
// two vectors of every row. All steps and the writing of four pixels are one body,
// and the weights are not made to be loaded again.
// CHECK-LABEL: func.func private @rests_conv_2d
// CHECK-SAME: %[[IN:.*]]: memref<1054xi8>
// CHECK: %[[RESTS:.*]] = memref.alloca() {alignment = 64 : i64} : memref<64xi8>
// CHECK: scf.for
// CHECK-COUNT-6: vector.load %[[IN]][%{{.*}}] : memref<1054xi8>, vector<64xi8>
// CHECK: vector.store %{{.*}}, %[[RESTS]]
// CHECK: scf.for
// CHECK-NOT: llvm.inline_asm
// CHECK-COUNT-6: vector.load %[[IN]][%{{.*}}] : memref<1054xi8>, vector<4xi8>
// CHECK-COUNT-23: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.packuswb.512"
// CHECK: vector.store %{{.*}}, %{{.*}} : memref<960xi8>, vector<64xi8>
func.func @rests(%x: memref<1054xi8>, %w: memref<448xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %y: memref<1x5x12x16xi8>) {
  kernel.conv_2d ins(%x, %w, %b, %f : memref<1054xi8>, memref<448xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<1x5x12x16xi8>) {
    input_shape = array<i64: 1, 12, 25, 3>, output_shape = array<i64: 1, 5, 12, 16>, kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, input_offset, output_offset,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 4, pack = 4>}
  return
}
