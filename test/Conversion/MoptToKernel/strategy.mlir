// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=znver4" | FileCheck %s --check-prefixes=CHECK,VNNI
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=skylake-avx512" | FileCheck %s --check-prefixes=CHECK,AVX512
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=alderlake" | FileCheck %s --check-prefixes=CHECK,AVXVNNI
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=haswell" | FileCheck %s --check-prefixes=CHECK,AVX2
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=x86-64" | FileCheck %s --check-prefixes=CHECK,SSE2
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=sapphirerapids" | FileCheck %s --check-prefix=AMX
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=aarch64-linux-gnu mcpu=cortex-a76" | FileCheck %s --check-prefixes=CHECK,SDOT
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=aarch64-linux-gnu mcpu=neoverse-n2" | FileCheck %s --check-prefix=I8MM
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=aarch64-linux-gnu mcpu=cortex-a53" | FileCheck %s --check-prefix=NONE
// RUN: not mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=quick" 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not mopt-opt %s --mopt-convert-mopt-to-kernel=requantize=sometimes 2>&1 | FileCheck %s --check-prefix=MODE

// NAME: error: unknown CPU 'quick' for x86_64-linux-gnu
// MODE: error: option 'requantize' must be 'float' or 'fixed', not 'sometimes'

// A CPU without a dot product of bytes that kernels know keeps the ops.
// NONE-NOT: kernel.
// NONE-COUNT-7: mopt.{{conv_2d|depthwise_conv_2d|fully_connected}}
// NONE-NOT: kernel.

!pixels14 = tensor<1x14x14x64x!quant.uniform<i8:f32, 0.5:-3>>
!wide = tensor<384x1x1x64x!quant.uniform<i8:f32, 0.1>>
!pixels14x384 = tensor<1x14x14x384x!quant.uniform<i8:f32, 0.25:7>>

// sums + weights + broadcast input + the constant of the sign flip stay within
// 29 of 32, or 15 of 16 registers; a product takes one more.
// CHECK-LABEL: func.func @pointwise
// VNNI: kernel.conv_2d
// VNNI-SAME: tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 4, pixels = 5, pack = 4>
// AVX512: kernel.pack_input
// AVX512: kernel.conv_2d
// AVX512-SAME: tile = #kernel.tile<dot = pmaddwd, lanes = 16, vectors = 4, pixels = 5, pack = 4>
// AVXVNNI: kernel.conv_2d
// AVXVNNI-SAME: tile = #kernel.tile<dot = vpdpbusd, lanes = 8, vectors = 3, pixels = 3, pack = 4>
// AVX2: tile = #kernel.tile<dot = pmaddwd, lanes = 8, vectors = 3, pixels = 3, pack = 4>
// SSE2: tile = #kernel.tile<dot = pmaddwd, lanes = 4, vectors = 3, pixels = 3, pack = 4>
// SDOT: kernel.conv_2d
// SDOT-SAME: tile = #kernel.tile<dot = sdot, lanes = 4, vectors = 4, pixels = 6, pack = 1>
// Matrices of signed bytes, read in place.
// AMX-LABEL: func.func @pointwise
// AMX-NOT: kernel.pack_input
// AMX: kernel.conv_2d
// AMX-NOT: input_offset
// AMX-SAME: tile = #kernel.tile<dot = tdpbssd, lanes = 16, vectors = 4, pixels = 16, pack = 4>
// Weights take two registers a vector; pixels come in pairs.
// I8MM-LABEL: func.func @pointwise
// I8MM: tile = #kernel.tile<dot = smmla, lanes = 4, vectors = 4, pixels = 4, pack = 1>
func.func @pointwise(%x: !pixels14) -> !pixels14x384 {
  %w = mopt.const {value = dense<1> : tensor<384x1x1x64xi8>} : () -> !wide
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!pixels14, !wide, none) -> !pixels14x384
  return %0 : !pixels14x384
}

!row = tensor<1x1024x!quant.uniform<i8:f32, 0.5:-3>>
!matrix = tensor<1008x1024x!quant.uniform<i8:f32, 0.1>>
!classes = tensor<1x1008x!quant.uniform<i8:f32, 0.25:7>>

// One row: many vectors of channels instead of pixels.
// CHECK-LABEL: func.func @matrix
// VNNI: tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 7, pixels = 1, pack = 4>
// AVX2: tile = #kernel.tile<dot = pmaddwd, lanes = 8, vectors = 6, pixels = 1, pack = 4>
// One pixel, or short runs, are no work for matrices.
// AMX-LABEL: func.func @matrix
// AMX: tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 7, pixels = 1, pack = 4>
// AMX-LABEL: func.func @stem
// AMX: tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 2, pixels = 2, pack = 4>
// I8MM-LABEL: func.func @matrix
// I8MM: tile = #kernel.tile<dot = sdot, lanes = 4, vectors = 7, pixels = 1, pack = 1>
func.func @matrix(%x: !row) -> !classes {
  %w = mopt.const {value = dense<1> : tensor<1008x1024xi8>} : () -> !matrix
  %none = mopt.no_value : () -> none
  %0 = mopt.fully_connected %x, %w, %none {} : (!row, !matrix, none) -> !classes
  return %0 : !classes
}

!image = tensor<1x224x224x3x!quant.uniform<i8:f32, 0.5:-3>>
!stem = tensor<32x3x3x3x!quant.uniform<i8:f32, 0.1>>
!stemmed = tensor<1x112x112x32x!quant.uniform<i8:f32, 0.25:7>>

// Packed, the input needs no flip. What is left of the rows of a window is put
// together, in vectors that may read beyond the end; the weights of seven steps
// stay in registers.
// CHECK-LABEL: func.func @stem
// CHECK: kernel.pack_input
// VNNI-SAME: output_offset
// CHECK-SAME: padding = array<i64: 0, 1, 0, 1>
// CHECK-SAME: value = -3
// VNNI-SAME: tensor<152029xi8>
// AVX2-SAME: tensor<151876xi16>
// VNNI: kernel.conv_2d
// VNNI-SAME: input_offset, input_shape = array<i64: 1, 225, 225, 3>
// VNNI-SAME: tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 2, pixels = 2, pack = 4>
func.func @stem(%x: !image) -> !stemmed {
  %w = mopt.const {value = dense<1> : tensor<32x3x3x3xi8>} : () -> !stem
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {stride_h = 2 : i32, stride_w = 2 : i32} : (!image, !stem, none) -> !stemmed
  return %0 : !stemmed
}

!mixed = tensor<1x8x8x96x!quant.uniform<i8:f32, 0.5:-3>>
!window = tensor<1x3x3x96x!quant.uniform<i8:f32, 0.1>>

!pixels8 = tensor<1x8x8x16x!quant.uniform<i8:f32, 0.5:-3>>
!few = tensor<6x1x1x16x!quant.uniform<i8:f32, 0.1>>
!pixels8x6 = tensor<1x8x8x6x!quant.uniform<i8:f32, 0.25:7>>

// Few channels take the narrowest vectors that hold them.
// CHECK-LABEL: func.func @few
// VNNI: tile = #kernel.tile<dot = vpdpbusd, lanes = 8, vectors = 1, pixels = 22, pack = 4>
// AVX512: tile = #kernel.tile<dot = pmaddwd, lanes = 8, vectors = 1, pixels = 22, pack = 4>
// AVX2: tile = #kernel.tile<dot = pmaddwd, lanes = 8, vectors = 1
// SSE2: tile = #kernel.tile<dot = pmaddwd, lanes = 4, vectors = 2
func.func @few(%x: !pixels8) -> !pixels8x6 {
  %w = mopt.const {value = dense<1> : tensor<6x1x1x16xi8>} : () -> !few
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!pixels8, !few, none) -> !pixels8x6
  return %0 : !pixels8x6
}

// CHECK-LABEL: func.func @depthwise
// CHECK: kernel.pack_input
// CHECK: kernel.depthwise_conv_2d
// VNNI-SAME: tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 4, pixels = 2, pack = 4>
// AVX512-SAME: tile = #kernel.tile<dot = pmaddwd, lanes = 16, vectors = 2, pixels = 4, pack = 2>
// AVX2-SAME: tile = #kernel.tile<dot = pmaddwd, lanes = 8, vectors = 2, pixels = 4, pack = 2>
// SDOT-SAME: tile = #kernel.tile<dot = sdot, lanes = 4, vectors = 4, pixels = 2, pack = 1>
func.func @depthwise(%x: !mixed) -> !mixed {
  %w = mopt.const {value = dense<1> : tensor<1x3x3x96xi8>} : () -> !window
  %none = mopt.no_value : () -> none
  %0 = mopt.depthwise_conv_2d %x, %w, %none {} : (!mixed, !window, none) -> !mixed
  return %0 : !mixed
}

!unsigned = tensor<1x4x4x16x!quant.uniform<u8:f32, 0.5:120>>
!far = tensor<16x1x1x16x!quant.uniform<u8:f32, 0.1:10>>

// Weights that are beyond 8 bits, less their zero point, are taken in two steps.
// CHECK-LABEL: func.func @unsigned_weights
// VNNI-NOT: kernel.pack_input
// VNNI: kernel.conv_2d
// VNNI-SAME: repeated = array<i64: 0, 1, 2, 3>
// VNNI-SAME: dot = vpdpbusd
// AVX2: kernel.pack_input
// AVX2-SAME: input_offset
// AVX2: kernel.conv_2d
// AVX2-SAME: output_offset
// AVX2-NOT: repeated
// AVX2-SAME: dot = pmaddwd
// SDOT-NOT: kernel.pack_input
// SDOT: kernel.conv_2d
// SDOT-SAME: input_offset
// SDOT-SAME: repeated = array<i64: 0, 1, 2, 3>
func.func @unsigned_weights(%x: !unsigned) -> !unsigned {
  %w = mopt.const {value = dense<200> : tensor<16x1x1x16xui8>} : () -> !far
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!unsigned, !far, none) -> !unsigned
  return %0 : !unsigned
}

!small = tensor<1x4x4x16x!quant.uniform<i8:f32, 0.5:-3>>
!square = tensor<16x1x1x16x!quant.uniform<i8:f32, 0.1>>

// What only kernels touch is in the form that their instruction reads.
// CHECK-LABEL: func.func @forms
// VNNI: kernel.conv_2d ins(%[[X:.*]], %{{.*}})
// VNNI-NOT: input_offset
// VNNI-SAME: output_offset
// VNNI: kernel.conv_2d
// VNNI-SAME: input_offset
// VNNI-NOT: output_offset
func.func @forms(%x: !small) -> !small {
  %w = mopt.const {value = dense<1> : tensor<16x1x1x16xi8>} : () -> !square
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!small, !square, none) -> !small
  %1 = mopt.conv_2d %0, %w, %none {} : (!small, !square, none) -> !small
  return %1 : !small
}
