// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=znver4 compute=bf16" | FileCheck %s
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=haswell compute=bf16" | FileCheck %s --check-prefix=F32
// RUN: not mopt-opt %s --mopt-convert-mopt-to-kernel=compute=half 2>&1 | FileCheck %s --check-prefix=NAME

// NAME: error: option 'compute' must be 'f32' or 'bf16', not 'half'

// The input is rounded once for both readers; three channels become four. What
// only bfloat16 kernels read is written rounded, by the depthwise kernel too, whose
// own products are float32. What is returned stays float32.
// CHECK-LABEL: func.func @chain
// CHECK: %[[X:.*]] = kernel.pack_floats ins(%{{.*}} : tensor<1x4x4x3xf32>) outs(%{{.*}} : tensor<64xi16>) {channels = 3 : i64}
// CHECK: %[[Y:.*]] = kernel.float_conv_2d ins(%[[X]], %{{.*}}, %{{.*}} : tensor<64xi16>, tensor<576xi16>, tensor<16xf32>)
// CHECK-SAME: input_shape = array<i64: 1, 4, 4, 4>
// CHECK-SAME: dot = vdpbf16ps
// CHECK-SAME: tensor<256xi16>
// CHECK-NOT: pack_floats
// CHECK: kernel.float_conv_2d ins(%[[Y]], {{.*}}) outs(%{{.*}} : tensor<1x4x4x16xf32>)
// CHECK: kernel.float_depthwise_conv_2d
// CHECK-SAME: dot = fma
// CHECK-SAME: tensor<256xi16>
// CHECK-NOT: pack_floats
// CHECK: kernel.float_conv_2d
// CHECK-SAME: -> tensor<1x4x4x16xf32>
// CHECK: kernel.float_conv_2d ins(%[[X]],

// F32-LABEL: func.func @chain
// F32-NOT: pack_floats
// F32-NOT: vdpbf16ps
// F32: dot = fma
func.func @chain(%x: tensor<1x4x4x3xf32>) -> (tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) {
  %none = mopt.no_value : () -> none
  %w0 = mopt.const {value = dense<1.0> : tensor<16x3x3x3xf32>} : () -> tensor<16x3x3x3xf32>
  %w1 = mopt.const {value = dense<1.0> : tensor<16x1x1x16xf32>} : () -> tensor<16x1x1x16xf32>
  %w2 = mopt.const {value = dense<1.0> : tensor<1x3x3x16xf32>} : () -> tensor<1x3x3x16xf32>
  %w3 = mopt.const {value = dense<1.0> : tensor<16x1x1x3xf32>} : () -> tensor<16x1x1x3xf32>
  %0 = mopt.conv_2d %x, %w0, %none {} : (tensor<1x4x4x3xf32>, tensor<16x3x3x3xf32>, none) -> tensor<1x4x4x16xf32>
  %1 = mopt.conv_2d %0, %w1, %none {} : (tensor<1x4x4x16xf32>, tensor<16x1x1x16xf32>, none) -> tensor<1x4x4x16xf32>
  %2 = mopt.depthwise_conv_2d %1, %w2, %none {} : (tensor<1x4x4x16xf32>, tensor<1x3x3x16xf32>, none) -> tensor<1x4x4x16xf32>
  %3 = mopt.conv_2d %2, %w1, %none {} : (tensor<1x4x4x16xf32>, tensor<16x1x1x16xf32>, none) -> tensor<1x4x4x16xf32>
  %4 = mopt.conv_2d %x, %w3, %none {} : (tensor<1x4x4x3xf32>, tensor<16x1x1x3xf32>, none) -> tensor<1x4x4x16xf32>
  return %3, %4 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>
}
