// RUN: %PYTHON %S/../Calibration/Inputs/make_npy.py %t.npy f4 2x1x1x1 6.0 8.0
// RUN: mopt-opt %s --mopt-correct-biases="data=%t.npy bits=4" | FileCheck %s
// RUN: mopt-opt %s --mopt-optimize-rounding="data=%t.npy bits=4" | FileCheck %s --check-prefix=ROUNDED
// RUN: mopt-opt %s --quantize-weights="calibration=%t.npy bits=4 effort=2 min-elements=0" | FileCheck %s --check-prefix=ROUNDED
// RUN: mopt-opt %s --mopt-optimize-sparsity="data=%t.npy sparsity=0.5" 2>&1 | FileCheck %s --check-prefix=PRUNED

// Each of the four outputs has one product with the input, whose mean is 7. The
// scale is 1/7 and 0.3 becomes 2/7, so that three of four outputs drop by 7 * (0.3
// - 2/7) = 0.1 in the mean: the bias goes from 1 to 1.075.
// CHECK-DAG: %[[B:.*]] = mopt.const {mopt.tensors = [#mopt.tensor<name = "b">], value = dense_resource<[[NEW:.*]]> : tensor<1xf32>}
// CHECK: mopt.transpose_conv %{{.*}}, %{{.*}}, %{{.*}}, %[[B]] {
// CHECK: [[NEW]]: "0x40000000{{..}}99893F"
// ROUNDED: %[[W:.*]] = mopt.const {{.*}} -> tensor<1x2x2x1x!quant.uniform<i4:f32, 
// ROUNDED: %[[F:.*]] = mopt.dequantize %[[W]]
// ROUNDED: mopt.transpose_conv %{{.*}}, %[[F]],
// PRUNED: remark: 'up' (mopt.transpose_conv) is not {{.*}}: layers of this kind are not reconstructed
func.func @main(%x: tensor<1x1x1x1xf32>) -> tensor<1x2x2x1xf32> {
  %s = mopt.const {value = dense<[1, 2, 2, 1]> : tensor<4xi32>} : () -> tensor<4xi32>
  %w = mopt.const {value = dense<[[[[1.0], [0.3]], [[0.3], [0.3]]]]> : tensor<1x2x2x1xf32>} : () -> tensor<1x2x2x1xf32>
  %b = mopt.const {mopt.tensors = [#mopt.tensor<name = "b">], value = dense<1.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = mopt.transpose_conv %s, %w, %x, %b {padding = #mopt.padding<VALID>, stride_h = 2 : i32, stride_w = 2 : i32, fused_activation_function = #mopt.activation<RELU>, mopt.tensors = [#mopt.tensor<name = "up">]} : (tensor<4xi32>, tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}
