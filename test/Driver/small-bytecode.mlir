// Bytecode with weights must lie at an aligned address, which small files and pipes do
// not give by themselves.
// RUN: mopt-opt %s -o %t.mlirbc
// RUN: mopt-opt %t.mlirbc | FileCheck %s
// RUN: cat %t.mlirbc | mopt-opt - | FileCheck %s
// RUN: mopt-run %t.mlirbc --seed=1 --output-dir=%t.outputs | FileCheck %s --check-prefix=VALUES
// RUN: mopt-opt %t.mlirbc -o %t.tflite

// VALUES: output0: tensor<1x4xf32>
// CHECK: mopt.const {value = dense_resource<weights> : tensor<1x4xf32>}
// CHECK: weights: "0x400000000000803F000000400000404000008040"
func.func @main(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %c = mopt.const {value = dense_resource<weights> : tensor<1x4xf32>} : () -> tensor<1x4xf32>
  %0 = mopt.add %x, %c {fused_activation_function = #mopt.activation<NONE>} : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}

{-#
  dialect_resources: {
    builtin: {
      weights: "0x400000000000803F000000400000404000008040"
    }
  }
#-}
