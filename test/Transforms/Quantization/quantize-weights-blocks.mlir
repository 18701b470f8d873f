// Weights of 2 bits, and weights with a scale a block.
// RUN: mopt-opt %s --quantize-weights="bits=4 block=32 min-elements=1" 2> %t.remarks | FileCheck %s --check-prefixes=CHECK,BLOCK4
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks
// RUN: mopt-opt %s --quantize-weights="bits=2 block=64 min-elements=1" 2> /dev/null | FileCheck %s --check-prefixes=CHECK,BLOCK2
// RUN: mopt-opt %s --quantize-weights="bits=2 min-elements=1" 2> /dev/null | FileCheck %s --check-prefix=BITS2
// RUN: mopt-opt %s --quantize-weights="bits=4 block=32 min-elements=1" --mopt-fold-constants 2> /dev/null | FileCheck %s --check-prefix=FOLDED
// RUN: not mopt-opt %s --quantize-weights=block=16 2>&1 | FileCheck %s --check-prefix=SMALL
// RUN: not mopt-opt %s --quantize-weights=block=96 2>&1 | FileCheck %s --check-prefix=ODD
// RUN: not mopt-opt %s --quantize-weights="block=32 granularity=tensor" 2>&1 | FileCheck %s --check-prefix=TENSOR
// RUN: not mopt-opt %s --mopt-quantize-weights="block=32 form=hybrid" 2>&1 | FileCheck %s --check-prefix=TENSOR
// RUN: not mopt-opt %s --mopt-quantize-weights="bits=2 form=hybrid" 2>&1 | FileCheck %s --check-prefix=HYBRID

// SMALL: error: mopt-quantize-weights: block=16 is not available; available: 32, 64, 128, 256
// ODD: error: mopt-quantize-weights: block=96 is not available; available: 32, 64, 128, 256
// TENSOR: error: mopt-quantize-weights: block needs form=stored and granularity=channel
// HYBRID: error: mopt-quantize-weights: bits=2 is not available; available: 8, and 4 and 2 with form=stored
// REMARK: remark: 'd' (mopt.depthwise_conv_2d) has no blocks of 32 weights but scales by channel: the elements of a channel do not follow one another
// REMARK: remark: 'z' (mopt.fully_connected) has no blocks of 32 weights but scales by channel: a channel has 2 elements, which 32 does not divide

// CHECK-LABEL: func.func @main
// The first 32 weights of each row are 0.5, the others 0.125; a scale by float16:
// 0.5 / 7 and 0.125 / 7 are 0x2C92 and 0x2492. 2 bits: 0.5 is once the scale.
// BLOCK4: %[[Q:.*]] = mopt.const {{.*}}name = "w"{{.*}} -> tensor<2x2x32x!quant.uniform<i4:f32, 1.000000e+00>>
// BLOCK4: %[[STEPS:.*]] = mopt.dequantize %[[Q]] {{.*}}"w_steps"{{.*}} -> tensor<2x2x32xf32>
// BLOCK4: %[[H:.*]] = mopt.const {{.*}}"w_half"{{.*}} -> tensor<2x2x1xf16>
// BLOCK4: %[[SCALES:.*]] = mopt.dequantize %[[H]] {{.*}}"w_scales"{{.*}} -> tensor<2x2x1xf32>
// BLOCK4: %[[BLOCKS:.*]] = mopt.mul %[[STEPS]], %[[SCALES]] {{.*}} -> tensor<2x2x32xf32>
// BLOCK4: %[[W:.*]] = mopt.reshape %[[BLOCKS]], %{{.*}} {{.*}}"w_float"{{.*}} -> tensor<2x64xf32>
// BLOCK4: mopt.fully_connected %{{.*}}, %[[W]], %
// BLOCK4: mopt.fully_connected %{{.*}}, %[[W]], %
// BLOCK2: -> tensor<2x1x64x!quant.uniform<i2:f32, 1.000000e+00>>
// BLOCK2: -> tensor<2x1x1xf16>
// Depthwise weights by channel; the tiny ones in blocks of scales of float32.
// CHECK: mopt.dequantize %{{.*}} : (tensor<1x1x1x2x!quant.uniform<i{{[24]}}:f32:3, {{.*}}>>) -> tensor<1x1x1x2xf32>
// BLOCK4: w_half: "0x40000000922C9224922C9224"
// BITS2: mopt.const {{.*}}name = "w"{{.*}} -> tensor<2x64x!quant.uniform<i2:f32:0, {5.000000e-01,5.000000e-01}>>
// BITS2: mopt.dequantize

// FOLDED-NOT: mopt.mul
// FOLDED: mopt.fully_connected %arg0, %{{.*}} : (tensor<1x64xf32>, tensor<2x64xf32>
func.func @main(%x: tensor<1x64xf32>, %i: tensor<1x1x1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x1x1x2xf32>, tensor<1x2xf32>) {
  %w = mopt.const {value = dense_resource<w> : tensor<2x64xf32>, mopt.tensors = [#mopt.tensor<name = "w">]} : () -> tensor<2x64xf32>
  %none = mopt.no_value : () -> none
  %y = mopt.fully_connected %x, %w, %none : (tensor<1x64xf32>, tensor<2x64xf32>, none) -> tensor<1x2xf32>
  %again = mopt.fully_connected %x, %w, %none : (tensor<1x64xf32>, tensor<2x64xf32>, none) -> tensor<1x2xf32>
  %f = mopt.const {value = dense<[[[[0.5, 0.25]]]]> : tensor<1x1x1x2xf32>} : () -> tensor<1x1x1x2xf32>
  %d = mopt.depthwise_conv_2d %i, %f, %none {mopt.tensors = [#mopt.tensor<name = "d">]} : (tensor<1x1x1x2xf32>, tensor<1x1x1x2xf32>, none) -> tensor<1x1x1x2xf32>
  %v = mopt.const {value = dense<[[0.5, 0.25], [1.0, 0.0]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %z = mopt.fully_connected %y, %v, %none {mopt.tensors = [#mopt.tensor<name = "z">]} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  return %y, %again, %d, %z : tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x1x1x2xf32>, tensor<1x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w: "0x400000000000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003F0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E0000003E"
    }
  }
#-}
