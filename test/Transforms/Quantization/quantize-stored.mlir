// RUN: mopt-opt %s --mopt-quantize --mopt-verify-quantized 2> %t.log | FileCheck %s
// RUN: FileCheck %s --check-prefix=KEPT --input-file=%t.log

// Weights that are int8 already keep integers and scales, even where the largest
// integer is not 127. The bias has the scale s_input * s_weight = 1 * 0.5.
// CHECK-LABEL: func.func @main
// CHECK-NOT: mopt.dequantize %{{.*}} -> tensor<2x2xf32>
// CHECK: mopt.const {{.*}}name = "w"{{.*}} : () -> tensor<2x2x!quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>>
// CHECK: tensor<2x!quant.uniform<i32:f32:0, {5.000000e-01,2.500000e-01}>>
// CHECK: w{{.*}}: "0x4000000003FD0764"
// KEPT: 'nibbles' (mopt.fully_connected) stays float: its weights are stored as !quant.uniform<i4:f32, 5.000000e-01>
func.func @main(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [-128.0], max = [127.0]>}) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  %q = mopt.const {mopt.tensors = [#mopt.tensor<name = "w">], value = dense<[[3, -3], [7, 100]]> : tensor<2x2xi8>} : () -> tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
  %w = mopt.dequantize %q : (tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>) -> tensor<2x2xf32>
  %b = mopt.const {value = dense<[1.0, 2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = mopt.fully_connected %x, %w, %b {mopt.tensors = [#mopt.tensor<name = "y", min = [-10.0], max = [10.0]>]} : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %q4 = mopt.const {value = dense_resource<nibbles> : tensor<2x2xi4>} : () -> tensor<2x2x!quant.uniform<i4:f32, 0.5>>
  %w4 = mopt.dequantize %q4 : (tensor<2x2x!quant.uniform<i4:f32, 0.5>>) -> tensor<2x2xf32>
  %1 = mopt.fully_connected %0, %w4, %b {mopt.tensors = [#mopt.tensor<name = "nibbles", min = [-10.0], max = [10.0]>]} : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  return %0, %1 : tensor<1x2xf32>, tensor<1x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      nibbles: "0x010000001234"
    }
  }
#-}
