// Each kernel asks for something that the CPU does not have.
// RUN: split-file %s %t
// RUN: not mopt-opt %t/dot.mlir --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=skylake-avx512" 2>&1 | FileCheck %s --check-prefix=DOT
// RUN: not mopt-opt %t/dot.mlir --mopt-verify-kernel-target="triple=aarch64-linux-gnu mcpu=neoverse-n2" 2>&1 | FileCheck %s --check-prefix=DOT
// RUN: mopt-opt %t/dot.mlir --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=znver4"
// RUN: not mopt-opt %t/lanes.mlir --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=haswell" 2>&1 | FileCheck %s --check-prefix=LANES
// RUN: mopt-opt %t/lanes.mlir --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=skylake-avx512"
// RUN: not mopt-opt %t/registers.mlir --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=haswell" 2>&1 | FileCheck %s --check-prefix=REGISTERS
// RUN: mopt-opt %t/registers.mlir --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=skylake-avx512"
// RUN: not mopt-opt %t/pack.mlir --mopt-verify-kernel-target="triple=aarch64-linux-gnu mcpu=cortex-a76" 2>&1 | FileCheck %s --check-prefix=PACK
// RUN: not mopt-opt %t/lstm.mlir --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=x86-64" 2>&1 | FileCheck %s --check-prefix=LSTM
// RUN: not mopt-opt %t/lstm.mlir --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=haswell" 2>&1 | FileCheck %s --check-prefix=LSTM
// RUN: mopt-opt %t/lstm.mlir --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=skylake-avx512"
// RUN: not mopt-opt %t/fuses.mlir --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=x86-64" 2>&1 | FileCheck %s --check-prefix=FUSES
// RUN: mopt-opt %t/fuses.mlir --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=haswell"
// RUN: not mopt-opt %t/linear.mlir --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=x86-64" 2>&1 | FileCheck %s --check-prefix=LINEAR
// RUN: mopt-opt %t/linear.mlir --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=haswell"
// RUN: not mopt-opt %t/dot.mlir --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=quick" 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not mopt-opt %t/sparse.mlir --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=icelake-server" 2>&1 | FileCheck %s --check-prefix=SPARSE

// DOT: error: @main has kernels that the CPU cannot compute; mopt-convert-mopt-to-kernel with its name chooses those that it can
// DOT: note: kernel.conv_2d: there is no instruction 'vpdpbusd'
// LANES: note: kernel.conv_2d: vectors of 16 lanes are wider than 8
// REGISTERS: note: kernel.conv_2d: 4 vectors of channels times 3 pixels take 18 registers, there are 16
// PACK: note: kernel.conv_2d: 4 vectors are narrowed at once, not more than 1 can be
// LSTM: note: kernel.lstm: vectors of 16 lanes are wider than {{[48]}}
// FUSES: note: kernel.lstm: there is no fused multiply-add
// LINEAR: note: kernel.conv_2d: there is no fused multiply-add
// SPARSE: note: kernel.sparse_conv_2d: 1 vectors of channels times 16 pixels take 34 registers, there are 32
// SPARSE: note: kernel.sparse_conv_2d: a block at 12 is outside of the window
// SPARSE: note: kernel.sparse_conv_2d: lists of blocks must make up 2 rounds, in order
// SPARSE: note: kernel.sparse_float_conv_2d: a block at -1 is outside of the window
// NAME: error: unknown CPU 'quick' for x86_64-linux-gnu

//--- dot.mlir
func.func @main(%x: tensor<64xi8>, %w: tensor<576xi8>, %b: tensor<16xi32>, %f: tensor<16xf32>, %o: tensor<1x2x2x16xi8>) -> tensor<1x2x2x16xi8> {
  %0 = kernel.conv_2d ins(%x, %w, %b, %f : tensor<64xi8>, tensor<576xi8>, tensor<16xi32>, tensor<16xf32>) outs(%o : tensor<1x2x2x16xi8>) {
    input_shape = array<i64: 1, 4, 4, 4>, output_shape = array<i64: 1, 2, 2, 16>, kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, input_offset,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 2, pack = 4>} -> tensor<1x2x2x16xi8>
  return %0 : tensor<1x2x2x16xi8>
}
//--- lanes.mlir
func.func @main(%x: tensor<64xi16>, %w: tensor<576xi16>, %b: tensor<16xi32>, %f: tensor<16xf32>, %o: tensor<1x2x2x16xi8>) -> tensor<1x2x2x16xi8> {
  %0 = kernel.conv_2d ins(%x, %w, %b, %f : tensor<64xi16>, tensor<576xi16>, tensor<16xi32>, tensor<16xf32>) outs(%o : tensor<1x2x2x16xi8>) {
    input_shape = array<i64: 1, 4, 4, 4>, output_shape = array<i64: 1, 2, 2, 16>, kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = pmaddwd, lanes = 16, vectors = 1, pixels = 2, pack = 4>} -> tensor<1x2x2x16xi8>
  return %0 : tensor<1x2x2x16xi8>
}
//--- registers.mlir
func.func @main(%x: tensor<96xi16>, %w: tensor<1152xi16>, %b: tensor<32xi32>, %f: tensor<32xf32>, %o: tensor<1x2x3x32xi8>) -> tensor<1x2x3x32xi8> {
  %0 = kernel.conv_2d ins(%x, %w, %b, %f : tensor<96xi16>, tensor<1152xi16>, tensor<32xi32>, tensor<32xf32>) outs(%o : tensor<1x2x3x32xi8>) {
    input_shape = array<i64: 1, 4, 5, 4>, output_shape = array<i64: 1, 2, 3, 32>, kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = pmaddwd, lanes = 8, vectors = 4, pixels = 3, pack = 4>} -> tensor<1x2x3x32xi8>
  return %0 : tensor<1x2x3x32xi8>
}
//--- pack.mlir
func.func @main(%x: tensor<64xi8>, %w: tensor<576xi8>, %b: tensor<16xi32>, %f: tensor<16xf32>, %o: tensor<1x2x2x16xi8>) -> tensor<1x2x2x16xi8> {
  %0 = kernel.conv_2d ins(%x, %w, %b, %f : tensor<64xi8>, tensor<576xi8>, tensor<16xi32>, tensor<16xf32>) outs(%o : tensor<1x2x2x16xi8>) {
    input_shape = array<i64: 1, 4, 4, 4>, output_shape = array<i64: 1, 2, 2, 16>, kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = sdot, lanes = 4, vectors = 4, pixels = 2, pack = 4>} -> tensor<1x2x2x16xi8>
  return %0 : tensor<1x2x2x16xi8>
}
//--- linear.mlir
func.func @main(%x: tensor<64xi16>, %w: tensor<288xi16>, %b: tensor<8xi32>, %f: tensor<8xf32>, %a: tensor<1x2x2x8xi8>, %o: tensor<1x2x2x8xi8>) -> tensor<1x2x2x8xi8> {
  %0 = kernel.conv_2d ins(%x, %w, %b, %f : tensor<64xi16>, tensor<288xi16>, tensor<8xi32>, tensor<8xf32>) adds(%a : tensor<1x2x2x8xi8>) outs(%o : tensor<1x2x2x8xi8>) {
    input_shape = array<i64: 1, 4, 4, 4>, output_shape = array<i64: 1, 2, 2, 8>, kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    residual = #kernel.residual<addend_zero_point = 0, zero_point = 0, min = -128, max = 127, linear = [1.0, 1.0, -128.0]>,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = pmaddwd, lanes = 4, vectors = 1, pixels = 2, pack = 4>} -> tensor<1x2x2x8xi8>
  return %0 : tensor<1x2x2x8xi8>
}
//--- lstm.mlir
func.func @main(%x: tensor<1x2x3xf32>, %w: tensor<256xf32>, %b: tensor<32xf32>, %h: tensor<1x5xf32>, %c: tensor<1x5xf32>, %o: tensor<1x2x5xf32>) -> tensor<1x2x5xf32> {
  %0:3 = kernel.lstm ins(%x, %w, %b : tensor<1x2x3xf32>, tensor<256xf32>, tensor<32xf32>) outs(%o, %h, %c : tensor<1x2x5xf32>, tensor<1x5xf32>, tensor<1x5xf32>) {
    batch = 1, steps = 2, inputs = 3, cells = 5, cell_clip = 0.0 : f32, lanes = 16, fuses} -> tensor<1x2x5xf32>, tensor<1x5xf32>, tensor<1x5xf32>
  return %0#0 : tensor<1x2x5xf32>
}
//--- fuses.mlir
func.func @main(%x: tensor<1x2x3xf32>, %w: tensor<256xf32>, %b: tensor<32xf32>, %h: tensor<1x5xf32>, %c: tensor<1x5xf32>, %o: tensor<1x2x5xf32>) -> tensor<1x2x5xf32> {
  %0:3 = kernel.lstm ins(%x, %w, %b : tensor<1x2x3xf32>, tensor<256xf32>, tensor<32xf32>) outs(%o, %h, %c : tensor<1x2x5xf32>, tensor<1x5xf32>, tensor<1x5xf32>) {
    batch = 1, steps = 2, inputs = 3, cells = 5, cell_clip = 0.0 : f32, lanes = 4, fuses} -> tensor<1x2x5xf32>, tensor<1x5xf32>, tensor<1x5xf32>
  return %0#0 : tensor<1x2x5xf32>
}
//--- sparse.mlir
func.func @main(%x: tensor<384xi8>, %w: tensor<128xi8>, %b: tensor<16xi32>, %f: tensor<16xf32>, %o: tensor<1x2x16x16xi8>, %fx: tensor<24xf32>, %fw: tensor<32xf32>, %fo: tensor<1x1x2x16xf32>) {
  %s0 = mopt.const {value = dense<[0, 2, 0, 8]> : tensor<4xi32>} : () -> tensor<4xi32>
  %y0 = kernel.sparse_conv_2d ins(%x, %w, %b, %f : tensor<384xi8>, tensor<128xi8>, tensor<16xi32>, tensor<16xf32>) blocks(%s0 : tensor<4xi32>) outs(%o : tensor<1x2x16x16xi8>) {
    input_shape = array<i64: 1, 2, 16, 12>, output_shape = array<i64: 1, 2, 16, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, input_offset,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 16, pack = 4>, chains = 1, tile_rows = 2} -> tensor<1x2x16x16xi8>
  %s1 = mopt.const {value = dense<[0, 2, 8, 12]> : tensor<4xi32>} : () -> tensor<4xi32>
  %y1 = kernel.sparse_conv_2d ins(%x, %w, %b, %f : tensor<384xi8>, tensor<128xi8>, tensor<16xi32>, tensor<16xf32>) blocks(%s1 : tensor<4xi32>) outs(%o : tensor<1x2x16x16xi8>) {
    input_shape = array<i64: 1, 2, 16, 12>, output_shape = array<i64: 1, 2, 16, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, input_offset,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 16, pack = 4>, chains = 1, tile_rows = 1} -> tensor<1x2x16x16xi8>
  %s2 = mopt.const {value = dense<[0, 1, 0, 8]> : tensor<4xi32>} : () -> tensor<4xi32>
  %y2 = kernel.sparse_conv_2d ins(%x, %w, %b, %f : tensor<384xi8>, tensor<128xi8>, tensor<16xi32>, tensor<16xf32>) blocks(%s2 : tensor<4xi32>) outs(%o : tensor<1x2x16x16xi8>) {
    input_shape = array<i64: 1, 2, 16, 12>, output_shape = array<i64: 1, 2, 16, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, input_offset,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 16, pack = 4>, chains = 1, tile_rows = 1} -> tensor<1x2x16x16xi8>
  %s3 = mopt.const {value = dense<[0, 2, 0, 8]> : tensor<4xi32>} : () -> tensor<4xi32>
  %y3 = kernel.sparse_conv_2d ins(%x, %w, %b, %f : tensor<384xi8>, tensor<128xi8>, tensor<16xi32>, tensor<16xf32>) blocks(%s3 : tensor<4xi32>) outs(%o : tensor<1x2x16x16xi8>) {
    input_shape = array<i64: 1, 2, 16, 12>, output_shape = array<i64: 1, 2, 16, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, input_offset,
    requantize = #kernel.requantize<arithmetic = real, zero_point = 3, min = -128, max = 127, small = true>,
    tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 16, pack = 4>, chains = 1, tile_rows = 1} -> tensor<1x2x16x16xi8>
  %s4 = mopt.const {value = dense<[0, 2, 11, -1]> : tensor<4xi32>} : () -> tensor<4xi32>
  %y4 = kernel.sparse_float_conv_2d ins(%fx, %fw, %f : tensor<24xf32>, tensor<32xf32>, tensor<16xf32>) blocks(%s4 : tensor<4xi32>) outs(%fo : tensor<1x1x2x16xf32>) {
    input_shape = array<i64: 1, 1, 2, 12>, output_shape = array<i64: 1, 1, 2, 16>, kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = array<i64: 0, 0>,
    tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 2, pack = 1>, chains = 1} -> tensor<1x1x2x16xf32>
  return
}
