// RUN: mopt-opt %s --mopt-convert-kernel-to-vector | FileCheck %s

// A tile of 2 pixels times 2 vectors: the sums are carried through the loop over
// the depth and never stored. The last four steps are taken with what is written
// after them. Three pixels are a tile of 2, which are narrowed together, and one
// of 1.
// CHECK-LABEL: func.func @pointwise
// CHECK-SAME: %[[X:.*]]: memref<1x1x3x44xi8>, %[[W:.*]]: memref<1408xi8>
// CHECK-DAG: %[[FLAT:.*]] = memref.collapse_shape %[[X]] {{.*}} into memref<132xi8>
// CHECK: call @pointwise_conv_2d(%[[FLAT]], %[[W]], %{{.*}}) : (memref<132xi8>, memref<1408xi8>, memref<32xi32>, memref<32xf32>, memref<96xi8>) -> ()
// CHECK-LABEL: func.func private @pointwise_conv_2d
// CHECK-SAME: %[[IN:.*]]: memref<132xi8> {llvm.noalias}, %[[WEIGHTS:.*]]: memref<1408xi8> {llvm.noalias}
// CHECK-SAME: no_inline
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<16xi32>, vector<16xi32>, vector<16xi32>, vector<16xi32>)
// CHECK-COUNT-2: vector.load %[[WEIGHTS]][%{{.*}}] : memref<1408xi8>, vector<64xi8>
// CHECK: vector.load %[[IN]][%{{.*}}] : memref<132xi8>, vector<4xi8>
// CHECK: vector.broadcast
// CHECK: arith.xori
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// CHECK: vector.load %[[IN]]
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// CHECK: scf.yield
// CHECK: llvm.inline_asm has_side_effects
// CHECK-COUNT-16: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// CHECK: arith.sitofp
// CHECK: arith.mulf
// CHECK: llvm.call_intrinsic "llvm.lrint.v16i32.v16f32"
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.packssdw.512"
// CHECK: vector.shuffle {{.*}} [0, 2, 4, 6, 1, 3, 5, 7] : vector<8xi64>, vector<8xi64>
// CHECK: vector.store {{.*}} : memref<96xi8>, vector<64xi8>
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<16xi32>, vector<16xi32>)
// CHECK: scf.yield
// CHECK-COUNT-8: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// CHECK: vector.store {{.*}} : memref<96xi8>, vector<32xi8>
func.func @pointwise(%x: memref<1x1x3x44xi8>, %w: memref<1408xi8>, %b: memref<32xi32>, %f: memref<32xf32>, %y: memref<1x1x3x32xi8>) {
  kernel.conv_2d ins(%x, %w, %b, %f : memref<1x1x3x44xi8>, memref<1408xi8>, memref<32xi32>, memref<32xf32>) outs(%y : memref<1x1x3x32xi8>) {
    input_shape = array<i64: 1, 1, 3, 44>, output_shape = array<i64: 1, 1, 3, 32>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 2, pixels = 2, pack = 4>}
  return
}

// Four vectors are narrowed together; channels that do not exist are not stored.
// In offset form the input is not flipped.
// CHECK-LABEL: func.func private @pairs_conv_2d
// CHECK-NOT: arith.xori
// CHECK: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"
// CHECK: arith.addi {{.*}} : vector<8xi32>
// CHECK: arith.addf {{.*}} : vector<8xf64>
// CHECK-NEXT: arith.fptosi
// CHECK: llvm.call_intrinsic "llvm.x86.avx2.packssdw"
// CHECK: llvm.call_intrinsic "llvm.sadd.sat.v16i16"
// CHECK: llvm.call_intrinsic "llvm.x86.avx2.packuswb"
// CHECK: arith.maxui
// CHECK-NOT: arith.minui
// CHECK: vector.constant_mask [20]
// CHECK: vector.maskedstore
func.func @pairs(%x: memref<48xi16>, %w: memref<64xi16>, %b: memref<32xi32>, %f: memref<32xf64>, %y: memref<20xi8>) {
  kernel.conv_2d ins(%x, %w, %b, %f : memref<48xi16>, memref<64xi16>, memref<32xi32>, memref<32xf64>) outs(%y : memref<20xi8>) {
    input_shape = array<i64: 1, 1, 1, 2>, output_shape = array<i64: 1, 1, 1, 20>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, output_offset,
    requantize = #kernel.requantize<arithmetic = double, zero_point = 3, min = 3, max = 127, small = true>,
    tile = #kernel.tile<dot = pmaddwd, lanes = 8, vectors = 4, pixels = 1, pack = 4>}
  return
}

// Columns are interleaved once and carried to the next output: 2 of 3.
// CHECK-LABEL: func.func private @depthwise_depthwise_conv_2d
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<16xi8>, vector<16xi8>, vector<16xi8>, vector<16xi8>, vector<16xi8>, vector<16xi8>, vector<16xi8>, vector<16xi8>)
// CHECK-COUNT-3: vector.load {{.*}} vector<16xi8>
// CHECK-COUNT-8: vector.shuffle
// CHECK-NOT: vector.shuffle
// CHECK-COUNT-12: llvm.call_intrinsic "llvm.aarch64.neon.sdot.v4i32.v16i8"
// CHECK-NOT: neon.sdot
// CHECK: scf.yield
func.func @depthwise(%x: memref<640xi8>, %w: memref<192xi8>, %b: memref<16xi32>, %m: memref<16xi32>, %s: memref<16xi32>, %y: memref<256xi8>) {
  kernel.depthwise_conv_2d ins(%x, %w, %b, %m, %s : memref<640xi8>, memref<192xi8>, memref<16xi32>, memref<16xi32>, memref<16xi32>) outs(%y : memref<256xi8>) {
    input_shape = array<i64: 1, 6, 6, 16>, output_shape = array<i64: 1, 4, 4, 16>, kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = multiplier, zero_point = 0, min = -128, max = 127, small = false>,
    tile = #kernel.tile<dot = sdot, lanes = 4, vectors = 4, pixels = 1, pack = 1>}
  return
}

// Of 5x5, four rows are taken by columns, of which 4 of 5 are carried, and the last
// row by four columns at a time, of which the second step's are those of the next
// output's first: 7 steps, not 10. One column and four more of the last row are read.
// CHECK-LABEL: func.func private @turned_depthwise_conv_2d
// CHECK: scf.for {{.*}} iter_args({{(%[a-z0-9_]+ = %[a-z0-9_#]+, ){19}%[a-z0-9_]+ = %[a-z0-9_#]+}}) -> (
// CHECK-COUNT-8: vector.load {{.*}} vector<16xi8>
// CHECK-COUNT-28: llvm.call_intrinsic "llvm.aarch64.neon.sdot.v4i32.v16i8"
// CHECK-NOT: neon.sdot
// CHECK: scf.yield
func.func @turned(%x: memref<1024xi8>, %w: memref<448xi8>, %b: memref<16xi32>, %m: memref<16xi32>, %s: memref<16xi32>, %y: memref<256xi8>) {
  kernel.depthwise_conv_2d ins(%x, %w, %b, %m, %s : memref<1024xi8>, memref<448xi8>, memref<16xi32>, memref<16xi32>, memref<16xi32>) outs(%y : memref<256xi8>) {
    input_shape = array<i64: 1, 8, 8, 16>, output_shape = array<i64: 1, 4, 4, 16>, kernel = array<i64: 5, 5>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = multiplier, zero_point = 0, min = -128, max = 127, small = false>,
    tile = #kernel.tile<dot = sdot, lanes = 4, vectors = 4, pixels = 1, pack = 1>}
  return
}

// A buffer that is a part of another is copied.
// CHECK-LABEL: func.func @strided
// CHECK-SAME: %[[X:.*]]: memref<1x2x2x4xi8, strided<[64, 16, 8, 1]>>, %[[Y:.*]]: memref<96xi8>
// CHECK: %[[COPY:.*]] = memref.alloc() : memref<1x2x2x4xi8>
// CHECK-DAG: linalg.copy ins(%[[X]] : {{.*}}) outs(%[[COPY]] : memref<1x2x2x4xi8>)
// CHECK-DAG: %[[FLAT:.*]] = memref.collapse_shape %[[COPY]]
// CHECK: call @strided_pack_input(%[[FLAT]], %[[Y]])
// CHECK-LABEL: func.func private @strided_pack_input
// CHECK: %[[BORDER:.*]] = arith.constant -125 : i8
// CHECK: memref.store %[[BORDER]]
// CHECK: arith.xori
func.func @strided(%x: memref<1x2x2x4xi8, strided<[64, 16, 8, 1]>>, %y: memref<96xi8>) {
  kernel.pack_input ins(%x : memref<1x2x2x4xi8, strided<[64, 16, 8, 1]>>) outs(%y : memref<96xi8>) {input_shape = array<i64: 1, 2, 2, 4>, padding = array<i64: 1, 1, 1, 1>, value = 3 : i32, output_offset}
  return
}

// One pixel inside of a border, which is filled first: 1 row and 1 pixel before,
// and the same after it. The input lies in a border that is not read. A step is
// taken again with the weights behind the others.
// CHECK-LABEL: func.func private @inside_conv_2d
// CHECK-SAME: %[[IN:[^:]*]]: memref<36xi8>
// CHECK-SAME: %[[OUT:[^:]*]]: memref<144xi8>
// CHECK-DAG: %[[BORDER:.*]] = arith.constant -125 : i8
// CHECK-DAG: %[[BEFORE:.*]] = arith.constant 64 : index
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[BEFORE]]
// CHECK: memref.store %[[BORDER]], %[[OUT]]
// CHECK: scf.for
// CHECK: memref.store %[[BORDER]], %[[OUT]]
// CHECK: vector.load %[[IN]][%c16{{.*}}] : memref<36xi8>, vector<4xi8>
// CHECK: vpdpbusd
// CHECK: vector.load %{{.*}} : memref<128xi8>, vector<64xi8>
// CHECK: vector.load %[[IN]]
// CHECK: vpdpbusd
// CHECK: vector.store {{.*}}, %[[OUT]][%{{.*}}] : memref<144xi8>, vector<16xi8>
func.func @inside(%x: memref<36xi8>, %w: memref<128xi8>, %b: memref<16xi32>, %f: memref<16xf32>, %y: memref<144xi8>) {
  kernel.conv_2d ins(%x, %w, %b, %f : memref<36xi8>, memref<128xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<144xi8>) {
    input_shape = array<i64: 1, 1, 1, 4>, output_shape = array<i64: 1, 1, 1, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, output_offset,
    input_padding = array<i64: 1, 1, 1, 1>, output_padding = array<i64: 1, 1, 1, 1>, border = 3 : i32, repeated = array<i64: 0>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 1, pack = 4>}
  return
}

// Four pixels of one vector are transposed; of five in a tile the last is alone. A
// short run is no loop.
// CHECK-LABEL: func.func private @narrow_conv_2d
// CHECK-NOT: scf.for
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"
// CHECK: llvm.call_intrinsic "llvm.x86.avx2.packuswb"
// CHECK: vector.shuffle {{.*}} [0, 4, 1, 5, 2, 6, 3, 7] : vector<8xi32>, vector<8xi32>
// CHECK: vector.store {{.*}} : memref<40xi8>, vector<32xi8>
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"
// CHECK: vector.store {{.*}} : memref<40xi8>, vector<8xi8>
func.func @narrow(%x: memref<20xi8>, %w: memref<32xi8>, %b: memref<8xi32>, %f: memref<8xf32>, %y: memref<40xi8>) {
  kernel.conv_2d ins(%x, %w, %b, %f : memref<20xi8>, memref<32xi8>, memref<8xi32>, memref<8xf32>) outs(%y : memref<40xi8>) {
    input_shape = array<i64: 1, 1, 5, 4>, output_shape = array<i64: 1, 1, 5, 8>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, input_offset, output_offset,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 8, vectors = 1, pixels = 5, pack = 4>}
  return
}
