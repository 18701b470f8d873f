// RUN: mopt-opt %s --sparse-encoding -o %t.tflite
// RUN: mopt-opt %t.tflite | FileCheck %s
// RUN: mopt-opt %t.tflite --sparse-encoding=mode=kernels | FileCheck %s --check-prefix=KERNELS
// RUN: mopt-opt %t.tflite --sparse-encoding=mode=off | FileCheck %s --check-prefix=OFF
// RUN: not mopt-opt %s --sparse-encoding=mode=always 2>&1 | FileCheck %s --check-prefix=MODE

// CHECK: mopt.densify
// KERNELS-NOT: mopt.densify
// KERNELS: sparsity =
// OFF-NOT: mopt.densify
// OFF-NOT: sparsity =
// MODE: sparse-encoding: mode=always is not available; available: auto, kernels, off
func.func @main(%x: tensor<1x512xf32>) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<0.0> : tensor<2x512xf32>, mopt.tensors = [#mopt.tensor<name = "float">]} : () -> tensor<2x512xf32>
  %b = mopt.no_value : () -> none
  %y = mopt.fully_connected %x, %w, %b : (tensor<1x512xf32>, tensor<2x512xf32>, none) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
