// RUN: mopt-opt %s --quantize-dynamic=min-elements=1 | FileCheck %s --check-prefix=DYNAMIC
// RUN: mopt-opt %s --quantize-weights="bits=4 min-elements=1" | FileCheck %s --check-prefix=NIBBLES
// RUN: mopt-opt %s --quantize-float16=min-elements=1 | FileCheck %s --check-prefix=HALF
// RUN: not mopt-opt %s --quantize-weights=bits=3 2>&1 | FileCheck %s --check-prefix=BITS

// BITS: quantize-weights: bits=3 is not available; available: 8, 4

// The multiplication is folded first.
// DYNAMIC-NOT: mopt.mul
// DYNAMIC: mopt.fully_connected {{.*}}asymmetric_quantize_inputs = true{{.*}}!quant.uniform<i8:f32
// NIBBLES-NOT: mopt.mul
// NIBBLES: mopt.dequantize {{.*}}!quant.uniform<i4:f32
// HALF-NOT: mopt.mul
// HALF: mopt.dequantize {{.*}}tensor<2x2xf16>
func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %two = mopt.const {value = dense<2.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %none = mopt.no_value : () -> none
  %0 = mopt.fully_connected %x, %w, %none {} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  %1 = mopt.mul %0, %two {} : (tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x2xf32>
  return %1 : tensor<1x2xf32>
}
