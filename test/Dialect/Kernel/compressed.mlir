// RUN: mopt-opt %s | mopt-opt | FileCheck %s
// RUN: mopt-opt %s --one-shot-bufferize="bufferize-function-boundaries" | FileCheck %s --check-prefix=BUFFERS

// CHECK-LABEL: func.func @scattered
// CHECK: kernel.sparse_float_matmul ins(%{{.*}}, %{{.*}}, %{{.*}} : tensor<1x40xf32>, tensor<64xf32>, tensor<32xf32>) picks(%{{.*}} : tensor<64xi8>) windows(%{{.*}} : tensor<5xi32>) order(%{{.*}} : tensor<32xi32>) outs(%{{.*}} : tensor<1x20xf32>)
// CHECK-SAME: steps = 2 : i64
// CHECK: kernel.sparse_float_matmul {{.*}} windows(%{{.*}} : tensor<5xi32>) outs(
// BUFFERS-LABEL: func.func @scattered
// BUFFERS-NOT: memref.copy
// BUFFERS: kernel.sparse_float_matmul {{.*}} order(%{{.*}} : memref<32xi32{{.*}}>) outs(%{{.*}} : memref<1x20xf32>)
func.func @scattered(%x: tensor<1x40xf32>, %w: tensor<64xf32>, %b: tensor<32xf32>, %p: tensor<64xi8>, %s: tensor<5xi32>, %o: tensor<32xi32>) -> (tensor<1x20xf32>, tensor<1x20xf32>) {
  %0 = tensor.empty() : tensor<1x20xf32>
  %1 = kernel.sparse_float_matmul ins(%x, %w, %b : tensor<1x40xf32>, tensor<64xf32>, tensor<32xf32>) picks(%p : tensor<64xi8>) windows(%s : tensor<5xi32>) order(%o : tensor<32xi32>) outs(%0 : tensor<1x20xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 2 : i64, min = 0.0 : f32,
    tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 1, pack = 1>} -> tensor<1x20xf32>
  %2 = tensor.empty() : tensor<1x20xf32>
  %3 = kernel.sparse_float_matmul ins(%x, %w, %b : tensor<1x40xf32>, tensor<64xf32>, tensor<32xf32>) picks(%p : tensor<64xi8>) windows(%s : tensor<5xi32>) outs(%2 : tensor<1x20xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 2 : i64,
    tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 1, pack = 1>} -> tensor<1x20xf32>
  return %1, %3 : tensor<1x20xf32>, tensor<1x20xf32>
}

// CHECK-LABEL: func.func @palettes
// CHECK: kernel.palette_float_matmul ins(%{{.*}}, %{{.*}}, %{{.*}} : tensor<1x40xf32>, tensor<48xi32>, tensor<3xf32>) palettes(%{{.*}} : tensor<48xf32>) outs(%{{.*}} : tensor<1x3xf32>)
// CHECK-SAME: bits = 4 : i64
// BUFFERS-LABEL: func.func @palettes
// BUFFERS-NOT: memref.copy
// BUFFERS: kernel.palette_float_matmul {{.*}} outs(%{{.*}} : memref<1x3xf32>)
func.func @palettes(%x: tensor<1x40xf32>, %i: tensor<48xi32>, %b: tensor<3xf32>, %p: tensor<48xf32>) -> tensor<1x3xf32> {
  %0 = tensor.empty() : tensor<1x3xf32>
  %1 = kernel.palette_float_matmul ins(%x, %i, %b : tensor<1x40xf32>, tensor<48xi32>, tensor<3xf32>) palettes(%p : tensor<48xf32>) outs(%0 : tensor<1x3xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 3 : i64, bits = 4 : i64,
    tile = #kernel.tile<dot = fma, lanes = 16, vectors = 2, pixels = 1, pack = 1>} -> tensor<1x3xf32>
  return %1 : tensor<1x3xf32>
}
