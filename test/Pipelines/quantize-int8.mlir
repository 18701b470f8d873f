// RUN: mopt-opt %s --quantize-int8="io=int8 requantize=fixed" | FileCheck %s
// RUN: mopt-opt %s --quantize-int8 --prune=sparsity=0.5 | FileCheck %s --check-prefix=AFTER
// RUN: mopt-opt %s --prune=sparsity=0.5 --quantize-int8 | FileCheck %s --check-prefix=BEFORE
// RUN: not mopt-opt %s --quantize-int8=effort=1 2>&1 | FileCheck %s --check-prefix=EFFORT
// RUN: not mopt-opt %s --quantize-int8=requantize=double 2>&1 | FileCheck %s --check-prefix=REQUANTIZE
// RUN: not mopt-opt %s --quantize-int8="calibration=no-such-file.npz" 2>&1 | FileCheck %s --check-prefix=DATA

// CHECK: module attributes {mopt.requantize = #mopt.requantize<fixed>}
// CHECK: func.func @main(%{{.*}}: tensor<1x2x!quant
// CHECK-SAME: -> tensor<1x2x!quant

// Pruned weights are exactly zero either way.
// AFTER: {{w[_0-9]*}}: "0x40000000007F0081"
// BEFORE: {{w[_0-9]*}}: "0x40000000007F0081"

// EFFORT: quantize-int8: effort=1 needs samples; give calibration=DATA
// REQUANTIZE: quantize-int8: requantize=double is not available; available: float, fixed
// DATA: error: calibration failed: {{.*}}no-such-file.npz
func.func @main(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [-1.0], max = [1.0]>}) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<[[0.25, 1.0], [-0.5, -2.0]]> : tensor<2x2xf32>, mopt.tensors = [#mopt.tensor<name = "w">]} : () -> tensor<2x2xf32>
  %b = mopt.no_value : () -> none
  %y = mopt.fully_connected %x, %w, %b {mopt.tensors = [#mopt.tensor<name = "y", min = [-2.0], max = [2.0]>]} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
