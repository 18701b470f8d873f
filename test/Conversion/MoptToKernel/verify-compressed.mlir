// Lists that a kernel on compressed weights would read or write elsewhere by, and
// CPUs that find no floats in tables.
// RUN: not mopt-opt %s --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=skylake-avx512" 2>&1 | FileCheck %s
// RUN: sed 's/dense<.0, 1, 2, [0-9]*, [0-9]*.>/dense<[0, 1, 2, 0, 8]>/; s/18, 18/18, 19/' %s > %t.mlir
// RUN: mopt-opt %t.mlir --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=skylake-avx512" -o /dev/null
// RUN: not mopt-opt %t.mlir --mopt-verify-kernel-target="triple=aarch64-linux-gnu mcpu=neoverse-n2" 2>&1 | FileCheck %s --check-prefix=LANES
// CHECK: error: @main has kernels that the CPU cannot compute
// CHECK: note: kernel.sparse_float_matmul: a window at 9 is outside of the input
// CHECK: note: kernel.sparse_float_matmul: 'order' must have every output once
// LANES: note: kernel.sparse_float_matmul: vectors of 16 lanes are wider than 4

func.func @main(%x: tensor<1x40xf32>, %w: tensor<32xf32>, %b: tensor<32xf32>, %p: tensor<32xi8>, %y: tensor<1x20xf32>) -> (tensor<1x20xf32>, tensor<1x20xf32>) {
  %far = mopt.const {value = dense<[0, 1, 2, 0, 9]> : tensor<5xi32>} : () -> tensor<5xi32>
  %0 = kernel.sparse_float_matmul ins(%x, %w, %b : tensor<1x40xf32>, tensor<32xf32>, tensor<32xf32>) picks(%p : tensor<32xi8>) windows(%far : tensor<5xi32>) outs(%y : tensor<1x20xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 1 : i64,
    tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 1, pack = 1>} -> tensor<1x20xf32>
  %windows = mopt.const {value = dense<[0, 1, 2, 0, 8]> : tensor<5xi32>} : () -> tensor<5xi32>
  %order = mopt.const {value = dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 18, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1]> : tensor<32xi32>} : () -> tensor<32xi32>
  %1 = kernel.sparse_float_matmul ins(%x, %w, %b : tensor<1x40xf32>, tensor<32xf32>, tensor<32xf32>) picks(%p : tensor<32xi8>) windows(%windows : tensor<5xi32>) order(%order : tensor<32xi32>) outs(%y : tensor<1x20xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 1 : i64,
    tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 1, pack = 1>} -> tensor<1x20xf32>
  return %0, %1 : tensor<1x20xf32>, tensor<1x20xf32>
}
