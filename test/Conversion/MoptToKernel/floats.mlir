// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=skylake-avx512" | FileCheck %s --check-prefixes=CHECK,AVX512
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=haswell" | FileCheck %s --check-prefixes=CHECK,AVX2
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=x86-64" | FileCheck %s --check-prefixes=CHECK,SSE2
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=aarch64-linux-gnu mcpu=cortex-a76" | FileCheck %s --check-prefixes=CHECK,NEON
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=aarch64-linux-gnu mcpu=cortex-a53" | FileCheck %s --check-prefixes=CHECK,NEON

!pixels = tensor<1x14x14x64xf32>
!wide = tensor<1x14x14x384xf32>

// sums + weights + broadcast input, and a product where nothing adds it, stay
// within 30 of 32, or 15 of 16 registers. All pixels are one row.
// CHECK-LABEL: func.func @pointwise
// CHECK: kernel.float_conv_2d
// CHECK-SAME: input_shape = array<i64: 1, 1, 196, 64>
// CHECK-NOT: m{{in|ax}} =
// CHECK-SAME: padding = array<i64: 0, 0>
// AVX512-SAME: tile = #kernel.tile<dot = fma, lanes = 16, vectors = 4, pixels = 6, pack = 1>
// AVX2-SAME: tile = #kernel.tile<dot = fma, lanes = 8, vectors = 2, pixels = 6, pack = 1>
// SSE2-SAME: tile = #kernel.tile<dot = muladd, lanes = 4, vectors = 3, pixels = 3, pack = 1>
// NEON-SAME: tile = #kernel.tile<dot = fma, lanes = 4, vectors = 4, pixels = 6, pack = 1>
func.func @pointwise(%x: !pixels) -> !wide {
  %w = mopt.const {value = dense<1.0> : tensor<384x1x1x64xf32>} : () -> tensor<384x1x1x64xf32>
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!pixels, tensor<384x1x1x64xf32>, none) -> !wide
  return %0 : !wide
}

// One row of few pixels: as many vectors of channels as there are registers for.
// CHECK-LABEL: func.func @matrix
// CHECK: kernel.float_conv_2d
// AVX512-SAME: tile = #kernel.tile<dot = fma, lanes = 16, vectors = 8, pixels = 1, pack = 1>
// AVX2-SAME: tile = #kernel.tile<dot = fma, lanes = 8, vectors = 7, pixels = 1, pack = 1>
// SSE2-SAME: tile = #kernel.tile<dot = muladd, lanes = 4, vectors = 6, pixels = 1, pack = 1>
// NEON-SAME: tile = #kernel.tile<dot = fma, lanes = 4, vectors = 8, pixels = 1, pack = 1>
func.func @matrix(%x: tensor<1x256xf32>) -> tensor<1x1000xf32> {
  %w = mopt.const {value = dense<1.0> : tensor<1000x256xf32>} : () -> tensor<1000x256xf32>
  %none = mopt.no_value : () -> none
  %0 = mopt.fully_connected %x, %w, %none {} : (tensor<1x256xf32>, tensor<1000x256xf32>, none) -> tensor<1x1000xf32>
  return %0 : tensor<1x1000xf32>
}

// Few channels: vectors of fewer lanes.
// CHECK-LABEL: func.func @narrow
// CHECK: kernel.float_conv_2d
// AVX512-SAME: tile = #kernel.tile<dot = fma, lanes = 8, vectors = 1, pixels = 1, pack = 1>
// AVX2-SAME: tile = #kernel.tile<dot = fma, lanes = 8, vectors = 1, pixels = 1, pack = 1>
// SSE2-SAME: tile = #kernel.tile<dot = muladd, lanes = 4, vectors = 2, pixels = 1, pack = 1>
// NEON-SAME: tile = #kernel.tile<dot = fma, lanes = 4, vectors = 2, pixels = 1, pack = 1>
func.func @narrow(%x: tensor<1x128xf32>) -> tensor<1x8xf32> {
  %w = mopt.const {value = dense<1.0> : tensor<8x128xf32>} : () -> tensor<8x128xf32>
  %none = mopt.no_value : () -> none
  %0 = mopt.fully_connected %x, %w, %none {fused_activation_function = #mopt.activation<RELU>} : (tensor<1x128xf32>, tensor<8x128xf32>, none) -> tensor<1x8xf32>
  return %0 : tensor<1x8xf32>
}

// A border is not copied: the kernel leaves out taps.
// CHECK-LABEL: func.func @window
// CHECK-NOT: kernel.pack_input
// CHECK: kernel.float_conv_2d
// CHECK-SAME: input_shape = array<i64: 1, 16, 16, 32>
// CHECK-SAME: max = 6.000000e+00 : f32, min = 0.000000e+00 : f32
// CHECK-SAME: padding = array<i64: 1, 1>
// AVX512-SAME: tile = #kernel.tile<dot = fma, lanes = 16, vectors = 2, pixels = 8, pack = 1>
// AVX2-SAME: tile = #kernel.tile<dot = fma, lanes = 8, vectors = 3, pixels = 3, pack = 1>
// SSE2-SAME: tile = #kernel.tile<dot = muladd, lanes = 4, vectors = 2, pixels = 4, pack = 1>
// NEON-SAME: tile = #kernel.tile<dot = fma, lanes = 4, vectors = 3, pixels = 8, pack = 1>
func.func @window(%x: tensor<1x16x16x32xf32>) -> tensor<1x16x16x24xf32> {
  %w = mopt.const {value = dense<1.0> : tensor<24x3x3x32xf32>} : () -> tensor<24x3x3x32xf32>
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {fused_activation_function = #mopt.activation<RELU6>} : (tensor<1x16x16x32xf32>, tensor<24x3x3x32xf32>, none) -> tensor<1x16x16x24xf32>
  return %0 : tensor<1x16x16x24xf32>
}

// CHECK-LABEL: func.func @depthwise
// CHECK-NOT: kernel.pack_input
// CHECK: kernel.float_depthwise_conv_2d
// CHECK-SAME: padding = array<i64: 1, 1>
// AVX512-SAME: tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 8, pack = 1>
// AVX2-SAME: tile = #kernel.tile<dot = fma, lanes = 8, vectors = 1, pixels = 8, pack = 1>
// SSE2-SAME: tile = #kernel.tile<dot = muladd, lanes = 4, vectors = 1, pixels = 8, pack = 1>
// NEON-SAME: tile = #kernel.tile<dot = fma, lanes = 4, vectors = 1, pixels = 8, pack = 1>
func.func @depthwise(%x: tensor<1x8x8x100xf32>) -> tensor<1x8x8x100xf32> {
  %w = mopt.const {value = dense<1.0> : tensor<1x3x3x100xf32>} : () -> tensor<1x3x3x100xf32>
  %none = mopt.no_value : () -> none
  %0 = mopt.depthwise_conv_2d %x, %w, %none {} : (tensor<1x8x8x100xf32>, tensor<1x3x3x100xf32>, none) -> tensor<1x8x8x100xf32>
  return %0 : tensor<1x8x8x100xf32>
}

// Weights that are known at run time only, and depthwise windows too wide to be
// unrolled, are no kernel.
// CHECK-LABEL: func.func @others
// CHECK: mopt.fully_connected
// CHECK: mopt.depthwise_conv_2d
func.func @others(%x: tensor<1x4xf32>, %w: tensor<8x4xf32>, %y: tensor<1x1x32x4xf32>) -> (tensor<1x8xf32>, tensor<1x1x32x4xf32>) {
  %none = mopt.no_value : () -> none
  %0 = mopt.fully_connected %x, %w, %none {} : (tensor<1x4xf32>, tensor<8x4xf32>, none) -> tensor<1x8xf32>
  %long = mopt.const {value = dense<1.0> : tensor<1x1x17x4xf32>} : () -> tensor<1x1x17x4xf32>
  %1 = mopt.depthwise_conv_2d %y, %long, %none {} : (tensor<1x1x32x4xf32>, tensor<1x1x17x4xf32>, none) -> tensor<1x1x32x4xf32>
  return %0, %1 : tensor<1x8xf32>, tensor<1x1x32x4xf32>
}
