// RUN: mopt-opt %s --mopt-convert-kernel-to-vector | FileCheck %s

// One loop over windows, of which every step is a lookup and a product; two steps
// have sums of their own, which do not wait for each other. Lanes go to the
// outputs that they are.
// CHECK-LABEL: func.func private @scattered_sparse_float_matmul
// CHECK: scf.for {{.*}} -> (vector<16xf32>, vector<16xf32>)
// CHECK-COUNT-2: vector.load {{.*}} vector<16xf32>
// CHECK: arith.extui {{.*}} : vector<16xi8> to vector<16xi32>
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.ps.512"
// CHECK: math.fma
// CHECK: arith.extui {{.*}} : vector<16xi8> to vector<16xi32>
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.ps.512"
// CHECK: math.fma
// CHECK: kernel.assumed_trips = 1 : i64
// CHECK: arith.addf
// CHECK: arith.cmpf olt
// CHECK: vector.scatter {{.*}} : memref<20xf32>, vector<16xi32>, vector<16xi1>, vector<16xf32>
// CHECK: vector.constant_mask [4] : vector<16xi1>
// CHECK: vector.scatter
func.func @scattered(%x: memref<1x40xf32>, %w: memref<64xf32>, %b: memref<32xf32>, %p: memref<64xi8>, %s: memref<5xi32>, %o: memref<32xi32>, %y: memref<1x20xf32>) {
  kernel.sparse_float_matmul ins(%x, %w, %b : memref<1x40xf32>, memref<64xf32>, memref<32xf32>) picks(%p : memref<64xi8>) windows(%s : memref<5xi32>) order(%o : memref<32xi32>) outs(%y : memref<1x20xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 2 : i64, min = 0.0 : f32,
    tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// Rows of a tile share weights and picks; the row that is left over has a tile of
// its own. Without an order lanes are stored together.
// CHECK-LABEL: func.func private @rows_sparse_float_matmul
// CHECK: scf.for {{.*}} -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>)
// CHECK: arith.extui
// CHECK-NOT: arith.extui
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.ps.512"
// CHECK: arith.extui
// CHECK-COUNT-2: vector.store {{.*}} vector<16xf32>
// CHECK: scf.for
// CHECK: vector.store {{.*}} vector<16xf32>
func.func @rows(%x: memref<3x40xf32>, %w: memref<64xf32>, %b: memref<16xf32>, %p: memref<64xi8>, %s: memref<4xi32>, %y: memref<3x16xf32>) {
  kernel.sparse_float_matmul ins(%x, %w, %b : memref<3x40xf32>, memref<64xf32>, memref<16xf32>) picks(%p : memref<64xi8>) windows(%s : memref<4xi32>) outs(%y : memref<3x16xf32>) {
    rows = 3 : i64, inputs = 40 : i64, outputs = 16 : i64, steps = 2 : i64,
    tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 2, pack = 1>}
  return
}

// A word has eight indices, of which the lowest needs no shift; inputs beyond the
// end count as zero.
// CHECK-LABEL: func.func private @palette_palette_float_matmul
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.permvar.sf.512"
// CHECK: math.fma
// CHECK: arith.shrui
// CHECK: vector.constant_mask [8] : vector<16xi1>
// CHECK: vector.maskedload
// CHECK: arith.shrui
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.permvar.sf.512"
// CHECK-NOT: llvm.call_intrinsic
// CHECK: vector.from_elements {{.*}} : vector<1xf32>
func.func @palette(%x: memref<1x40xf32>, %i: memref<16xi32>, %b: memref<1xf32>, %p: memref<16xf32>, %y: memref<1x1xf32>) {
  kernel.palette_float_matmul ins(%x, %i, %b : memref<1x40xf32>, memref<16xi32>, memref<1xf32>) palettes(%p : memref<16xf32>) outs(%y : memref<1x1xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 1 : i64, bits = 4 : i64,
    tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// Two registers hold 32 entries; each output loads its own.
// CHECK-LABEL: func.func private @palettes_palette_float_matmul
// CHECK: scf.for {{.*}} -> (vector<16xf32>, vector<16xf32>)
// CHECK-COUNT-8: llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.ps.512"
// CHECK-NOT: llvm.call_intrinsic
// CHECK: vector.from_elements {{.*}} : vector<2xf32>
func.func @palettes(%x: memref<1x128xf32>, %i: memref<64xi32>, %b: memref<2xf32>, %p: memref<64xf32>, %y: memref<1x2xf32>) {
  kernel.palette_float_matmul ins(%x, %i, %b : memref<1x128xf32>, memref<64xi32>, memref<2xf32>) palettes(%p : memref<64xf32>) outs(%y : memref<1x2xf32>) {
    rows = 1 : i64, inputs = 128 : i64, outputs = 2 : i64, bits = 8 : i64,
    tile = #kernel.tile<dot = fma, lanes = 16, vectors = 2, pixels = 1, pack = 1>}
  return
}
