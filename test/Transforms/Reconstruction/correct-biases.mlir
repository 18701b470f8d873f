// RUN: %PYTHON %S/../Calibration/Inputs/make_npy.py %t.npy f4 2x1x2 1.0 7.0 3.0 7.0
// RUN: mopt-opt %s --mopt-correct-biases="data=%t.npy bits=4" | FileCheck %s
// RUN: mopt-opt %s --mopt-correct-biases="data=%t.npy bits=4 threads=3" | FileCheck %s
// RUN: mopt-opt %s --mopt-correct-biases="data=%t.npy bits=4 only=^second$" | FileCheck %s --check-prefix=ONLY
// RUN: mopt-opt %s --mopt-correct-biases="data=%t.npy bits=4 granularity=tensor" | FileCheck %s --check-prefix=TENSOR

// The scale of `first` is 1/7 and 0.3 becomes 2/7, so that the mean of the
// output drops by 7 * (0.3 - 2/7) = 0.1: its bias goes from 1 to 1.1. The
// weights stay. Each row of `second` is exact in its own scale; with one scale
// for both 0.7 becomes 0.8, and the mean that `first` has, 5.1, asks for a bias
// of -0.51.
// CHECK-DAG: %[[W:.*]] = mopt.const {{.*}}value = dense<{{\[\[}}1.000000e+00, 3.000000e-01]]>
// CHECK-DAG: %[[B:.*]] = mopt.const {mopt.tensors = [#mopt.tensor<name = "b">], value = dense_resource<[[FIRST:.*]]> : tensor<1xf32>}
// CHECK: mopt.fully_connected %{{.*}}, %[[W]], %[[B]] {
// CHECK: %[[NEW:.*]] = mopt.const {mopt.tensors = [#mopt.tensor<name = "second_bias">], value = dense_resource<[[SECOND:.*]]> : tensor<2xf32>}
// CHECK: mopt.fully_connected %{{.*}}, %{{.*}}, %[[NEW]]
// CHECK: [[FIRST]]: "0x40000000{{C[B-F]}}CC8C3F"
// ONLY: %[[B:.*]] = mopt.const {{.*}}dense<1.000000e+00>
// ONLY: mopt.fully_connected %{{.*}}, %{{.*}}, %[[B]]
// ONLY: mopt.const {{.*}}name = "second_bias"
// TENSOR: name = "second_bias"
// TENSOR: second_bias: "0x40000000{{........}}{{5[A-F]}}8F02BF"
func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<[[1.0, 0.3]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %b = mopt.const {mopt.tensors = [#mopt.tensor<name = "b">], value = dense<1.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %none = mopt.no_value : () -> none
  %0 = mopt.fully_connected %x, %w, %b {fused_activation_function = #mopt.activation<RELU>, mopt.tensors = [#mopt.tensor<name = "first">]} : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  %w2 = mopt.const {value = dense<[[1.4], [0.7]]> : tensor<2x1xf32>} : () -> tensor<2x1xf32>
  %1 = mopt.fully_connected %0, %w2, %none {mopt.tensors = [#mopt.tensor<name = "second">]} : (tensor<1x1xf32>, tensor<2x1xf32>, none) -> tensor<1x2xf32>
  return %1 : tensor<1x2xf32>
}
