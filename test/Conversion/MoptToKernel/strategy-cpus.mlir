// What the strategy chooses for layers of MobileNet on the CPUs that docs/CPU.md
// names, on whatever machine this runs; and that each CPU can compute it.
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=x86-64" --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=x86-64" | FileCheck %s --check-prefixes=CHECK,SSE2
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=haswell" --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=haswell" | FileCheck %s --check-prefixes=CHECK,AVX2
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=skylake-avx512" --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=skylake-avx512" | FileCheck %s --check-prefixes=CHECK,AVX512
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=icelake-server" --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=icelake-server" | FileCheck %s --check-prefixes=CHECK,VNNI,WHOLE
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=znver4" --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=znver4" | FileCheck %s --check-prefixes=CHECK,VNNI,HALVES
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=sapphirerapids" --mopt-verify-kernel-target="triple=x86_64-linux-gnu mcpu=sapphirerapids" | FileCheck %s --check-prefixes=CHECK,AMX
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=aarch64-linux-gnu mcpu=cortex-a55" --mopt-verify-kernel-target="triple=aarch64-linux-gnu mcpu=cortex-a55" | FileCheck %s --check-prefixes=CHECK,NEON
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=aarch64-linux-gnu mcpu=cortex-a76" --mopt-verify-kernel-target="triple=aarch64-linux-gnu mcpu=cortex-a76" | FileCheck %s --check-prefixes=CHECK,NEON
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=aarch64-linux-gnu mcpu=neoverse-n2" --mopt-verify-kernel-target="triple=aarch64-linux-gnu mcpu=neoverse-n2" | FileCheck %s --check-prefixes=CHECK,I8MM

!x14x384 = tensor<1x14x14x384x!quant.uniform<i8:f32, 0.5:-3>>
!w64x384 = tensor<64x1x1x384x!quant.uniform<i8:f32, 0.01>>
!x14x64 = tensor<1x14x14x64x!quant.uniform<i8:f32, 0.5:-3>>

// CHECK-LABEL: func.func @project
// SSE2: tile = #kernel.tile<dot = pmaddwd, lanes = 4, vectors = 2, pixels = 5, pack = 4>
// AVX2: tile = #kernel.tile<dot = pmaddwd, lanes = 8, vectors = 2, pixels = 5, pack = 4>
// AVX512: tile = #kernel.tile<dot = pmaddwd, lanes = 16, vectors = 4, pixels = 5, pack = 4>
// VNNI: tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 4, pixels = 5, pack = 4>
// AMX: tile = #kernel.tile<dot = tdpbssd, lanes = 16, vectors = 4, pixels = 16, pack = 4>
// NEON: tile = #kernel.tile<dot = sdot, lanes = 4, vectors = 4, pixels = 6, pack = 1>
// I8MM: tile = #kernel.tile<dot = smmla, lanes = 4, vectors = 4, pixels = 4, pack = 1>
func.func @project(%x: !x14x384) -> !x14x64 {
  %w = mopt.const {value = dense<1> : tensor<64x1x1x384xi8>} : () -> !w64x384
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!x14x384, !w64x384, none) -> !x14x64
  return %0 : !x14x64
}

!x56x24 = tensor<1x56x56x24x!quant.uniform<i8:f32, 0.5:-3>>
!w144x24 = tensor<144x1x1x24x!quant.uniform<i8:f32, 0.01>>
!x56x144 = tensor<1x56x56x144x!quant.uniform<i8:f32, 0.5:-3>>

// CHECK-LABEL: func.func @expand
// SSE2: tile = #kernel.tile<dot = pmaddwd, lanes = 4, vectors = 3, pixels = 3, pack = 4>
// AVX2: tile = #kernel.tile<dot = pmaddwd, lanes = 8, vectors = 3, pixels = 3, pack = 4>
// AVX512: tile = #kernel.tile<dot = pmaddwd, lanes = 16, vectors = 3, pixels = 8, pack = 4>
// VNNI: tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 3, pixels = 8, pack = 4>
// AMX: tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 3, pixels = 8, pack = 4>
// NEON: tile = #kernel.tile<dot = sdot, lanes = 4, vectors = 4, pixels = 6, pack = 1>
// I8MM: tile = #kernel.tile<dot = smmla, lanes = 4, vectors = 4, pixels = 4, pack = 1>
func.func @expand(%x: !x56x24) -> !x56x144 {
  %w = mopt.const {value = dense<1> : tensor<144x1x1x24xi8>} : () -> !w144x24
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!x56x24, !w144x24, none) -> !x56x144
  return %0 : !x56x144
}

!x32x16 = tensor<1x32x32x16x!quant.uniform<i8:f32, 0.5:-3>>
!w16x3x3 = tensor<16x3x3x16x!quant.uniform<i8:f32, 0.01>>

// CHECK-LABEL: func.func @window
// SSE2: tile = #kernel.tile<dot = pmaddwd, lanes = 4, vectors = 2, pixels = 5, pack = 4>
// AVX2: tile = #kernel.tile<dot = pmaddwd, lanes = 8, vectors = 2, pixels = 5, pack = 4>
// AVX512: tile = #kernel.tile<dot = pmaddwd, lanes = 16, vectors = 1, pixels = 16, pack = 4>
// VNNI: tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 16, pack = 4>
// AMX: tile = #kernel.tile<dot = tdpbssd, lanes = 16, vectors = 1, pixels = 16, pack = 4>
// NEON: tile = #kernel.tile<dot = sdot, lanes = 4, vectors = 4, pixels = 6, pack = 1>
// I8MM: tile = #kernel.tile<dot = smmla, lanes = 4, vectors = 4, pixels = 4, pack = 1>
func.func @window(%x: !x32x16) -> !x32x16 {
  %w = mopt.const {value = dense<1> : tensor<16x3x3x16xi8>} : () -> !w16x3x3
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!x32x16, !w16x3x3, none) -> !x32x16
  return %0 : !x32x16
}

!wd = tensor<1x3x3x384x!quant.uniform<i8:f32, 0.01>>

// CHECK-LABEL: func.func @depthwise
// SSE2: tile = #kernel.tile<dot = pmaddwd, lanes = 4, vectors = 2, pixels = 4, pack = 2>
// AVX2: tile = #kernel.tile<dot = pmaddwd, lanes = 8, vectors = 2, pixels = 4, pack = 2>
// AVX512: tile = #kernel.tile<dot = pmaddwd, lanes = 16, vectors = 2, pixels = 4, pack = 2>
// VNNI: tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 4, pixels = 2, pack = 4>
// AMX: tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 4, pixels = 2, pack = 4>
// NEON: tile = #kernel.tile<dot = sdot, lanes = 4, vectors = 4, pixels = 2, pack = 1>
// I8MM: tile = #kernel.tile<dot = sdot, lanes = 4, vectors = 4, pixels = 2, pack = 1>
func.func @depthwise(%x: !x14x384) -> !x14x384 {
  %w = mopt.const {value = dense<1> : tensor<1x3x3x384xi8>} : () -> !wd
  %none = mopt.no_value : () -> none
  %0 = mopt.depthwise_conv_2d %x, %w, %none {} : (!x14x384, !wd, none) -> !x14x384
  return %0 : !x14x384
}

!row = tensor<1x1280x!quant.uniform<i8:f32, 0.5:-3>>
!classes = tensor<1x1001x!quant.uniform<i8:f32, 0.5:-3>>
!matrix = tensor<1001x1280x!quant.uniform<i8:f32, 0.01>>

// CHECK-LABEL: func.func @classify
// SSE2: tile = #kernel.tile<dot = pmaddwd, lanes = 4, vectors = 6, pixels = 1, pack = 4>
// AVX2: tile = #kernel.tile<dot = pmaddwd, lanes = 8, vectors = 6, pixels = 1, pack = 4>
// AVX512: tile = #kernel.tile<dot = pmaddwd, lanes = 16, vectors = 7, pixels = 1, pack = 4>
// VNNI: tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 7, pixels = 1, pack = 4>
// AMX: tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 7, pixels = 1, pack = 4>
// NEON: tile = #kernel.tile<dot = sdot, lanes = 4, vectors = 7, pixels = 1, pack = 1>
// I8MM: tile = #kernel.tile<dot = sdot, lanes = 4, vectors = 7, pixels = 1, pack = 1>
func.func @classify(%x: !row) -> !classes {
  %w = mopt.const {value = dense<1> : tensor<1001x1280xi8>} : () -> !matrix
  %none = mopt.no_value : () -> none
  %0 = mopt.fully_connected %x, %w, %none {} : (!row, !matrix, none) -> !classes
  return %0 : !classes
}

!w24x144 = tensor<24x1x1x144x!quant.uniform<i8:f32, 0.01>>

// 24 channels fill one vector of 16 and a half: a CPU that computes a vector as
// two halves need not compute the empty one.
// CHECK-LABEL: func.func @one_and_a_half
// WHOLE: tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 2, pixels = 12, pack = 4>
// HALVES: tile = #kernel.tile<dot = vpdpbusd, lanes = 8, vectors = 3, pixels = 8, pack = 4>
func.func @one_and_a_half(%x: !x56x144) -> !x56x24 {
  %w = mopt.const {value = dense<1> : tensor<24x1x1x144xi8>} : () -> !w24x144
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!x56x144, !w24x144, none) -> !x56x24
  return %0 : !x56x24
}
