// RUN: mopt-opt %s --split-input-file --mopt-fold-constants | FileCheck %s

// One after the other, and what nothing reads any more goes.
// CHECK-LABEL: func.func @chain
// CHECK-NEXT: %[[C:.*]] = mopt.const {{.*}}name = "y"{{.*}} : () -> tensor<2xf32>
// CHECK-NEXT: return %[[C]]
// 2 * 0.5 + 1 = 2, -4 * 0.5 + 1 = -1.
// CHECK: y: "0x4000000000000040000080BF"
func.func @chain() -> tensor<2xf32> {
  %q = mopt.const {value = dense<[2, -4]> : tensor<2xi8>} : () -> tensor<2x!quant.uniform<i8:f32, 0.5>>
  %w = mopt.dequantize %q {} : (tensor<2x!quant.uniform<i8:f32, 0.5>>) -> tensor<2xf32>
  %one = mopt.const {value = dense<1.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = mopt.add %w, %one {mopt.tensors = [#mopt.tensor<name = "y">]} : (tensor<2xf32>, tensor<1xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// An operand from outside; an op that its evaluator refuses (division by zero is
// an error of the model, when it runs).
// CHECK-LABEL: func.func @kept
// CHECK: mopt.add
// CHECK: mopt.div
func.func @kept(%x: tensor<1xf32>) -> (tensor<1xf32>, tensor<1xi32>) {
  %one = mopt.const {value = dense<1.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = mopt.add %x, %one {} : (tensor<1xf32>, tensor<1xf32>) -> tensor<1xf32>
  %a = mopt.const {value = dense<1> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = mopt.const {value = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %1 = mopt.div %a, %z {} : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi32>
  return %0, %1 : tensor<1xf32>, tensor<1xi32>
}
