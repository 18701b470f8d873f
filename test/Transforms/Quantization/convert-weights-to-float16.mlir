// RUN: mopt-opt %s --split-input-file --mopt-convert-weights-to-float16=min-elements=2 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=KEPT --input-file=%t.remarks
// RUN: mopt-opt %s --split-input-file --mopt-convert-weights-to-float16 2>&1 | FileCheck %s --check-prefix=FEW
// RUN: not mopt-opt %s --split-input-file --mopt-convert-weights-to-float16=exclude=* 2>&1 | FileCheck %s --check-prefix=REGEX

// FEW: remark: {{.*}}keeps operand 1: it has 4 elements, fewer than min-elements=128
// REGEX: error: mopt-convert-weights-to-float16: '*', given as 'exclude', is no regular expression

// Weights and bias; 2049 lies between 2048 and 2050 and goes to the even one,
// 65519 still rounds to 65504, 1e-8 to zero.
// CHECK-LABEL: func.func @layer
// CHECK-DAG: %[[W:.*]] = mopt.const {{.*}}name = "w"{{.*}} : () -> tensor<2x2xf16>
// CHECK-DAG: %[[B:.*]] = mopt.const {{.*}} : () -> tensor<2xf16>
// CHECK-DAG: %[[WF:.*]] = mopt.dequantize %[[W]] {mopt.tensors = [#mopt.tensor<name = "w_float">]} : (tensor<2x2xf16>) -> tensor<2x2xf32>
// CHECK-DAG: %[[BF:.*]] = mopt.dequantize %[[B]]
// CHECK: mopt.fully_connected %{{.*}}, %[[WF]], %[[BF]]
// CHECK: mopt.fully_connected %{{.*}}, %[[WF]], %{{.*}}
// CHECK: w: "0x40000000003C0068FF7B0000"
func.func @layer(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<[[1.0, 2049.0], [65519.0, 1.0e-8]]> : tensor<2x2xf32>, mopt.tensors = [#mopt.tensor<name = "w">]} : () -> tensor<2x2xf32>
  %b = mopt.const {value = dense<[1.0, 2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %none = mopt.no_value : () -> none
  %0 = mopt.fully_connected %x, %w, %b {} : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %1 = mopt.fully_connected %0, %w, %none {} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  return %1 : tensor<1x2xf32>
}

// -----

// 65520 would become infinity.
// CHECK-LABEL: func.func @large
// CHECK: mopt.fully_connected {{.*}} : (tensor<1x2xf32>, tensor<1x2xf32>, none)
// KEPT: remark: {{.*}}keeps operand 1: it holds a value beyond 65504, the largest float16
func.func @large(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %w = mopt.const {value = dense<[[1.0, -65520.0]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %none = mopt.no_value : () -> none
  %0 = mopt.fully_connected %x, %w, %none {} : (tensor<1x2xf32>, tensor<1x2xf32>, none) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}
