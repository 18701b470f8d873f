// Activations of 16 bits: symmetric, zero point 0; weights of 8, biases of 64.
// RUN: mopt-opt %s --split-input-file --quantize-int16x8=io=int16 2>%t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks
// RUN: mopt-opt %s --split-input-file --quantize-int16x8 2>/dev/null | FileCheck %s --check-prefix=FLOAT
// RUN: not mopt-opt %s --split-input-file --mopt-quantize="activations=int16 io=int8" 2>&1 | FileCheck %s --check-prefix=IO
// RUN: not mopt-opt %s --split-input-file --mopt-quantize="activations=int8 io=int16" 2>&1 | FileCheck %s --check-prefix=IO
// RUN: not mopt-opt %s --split-input-file --quantize-int16x8=io=uint8 2>&1 | FileCheck %s --check-prefix=OPTION

// IO: error: mopt-quantize: the element type that 'io' gives inputs and outputs must be float or that of 'activations'
// OPTION: Cannot find option named 'uint8'

// The scale is the larger end of the range by 32767. A bias of 64 bits has no
// quantised type. ADD is told that scales are no powers of two.
// CHECK-LABEL: func.func @main
// CHECK-SAME: tensor<1x2x!quant.uniform<i16:f32, 6.103701{{[0-9]*}}E-5>> {mopt.tensor = #mopt.tensor<name = "x">}
// CHECK-DAG: %[[W:.*]] = mopt.const {{.*}} -> tensor<2x2x!quant.uniform<i8:f32:0, {0.0078740157{{[0-9]*}},0.01574803{{[0-9]*}}}>>
// CHECK-DAG: %[[B:.*]] = mopt.const {mopt.tensors = [#mopt.tensor<name = "b", quantization = {scale = array<f32: 4.806{{[0-9]*}}E-7, 9.612{{[0-9]*}}E-7>, zero_point = array<i64: 0, 0>}>], value = dense_resource<b> : tensor<2xi64>} : () -> tensor<2xi64>
// CHECK: %[[Y:.*]] = mopt.fully_connected %arg0, %[[W]], %[[B]] {{.*}} -> tensor<1x2x!quant.uniform<i16:f32, 6.103701{{[0-9]*}}E-5>>
// CHECK: mopt.add %[[Y]], %arg0 {{.*}}pot_scale_int16 = false
// CHECK: mopt.tanh {{.*}} -> tensor<1x2x!quant.uniform<i16:f32, 3.0517578125E-5>>
// The second bias, -50000, is -52017612839 steps: more than 32 bits.
// CHECK: b: "0x40000000C1BF1F0000000000D93782E3F3FFFFFF"
// FLOAT-LABEL: func.func @main
// FLOAT-SAME: tensor<1x2xf32>
// FLOAT: mopt.quantize {{.*}} {mopt.tensors = [#mopt.tensor<name = "x_int16">]}
// FLOAT: mopt.dequantize {{.*}} -> tensor<1x2xf32>
func.func @main(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [-2.0], max = [1.0]>}) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<[[0.25, 1.0], [-0.5, -2.0]]> : tensor<2x2xf32>, mopt.tensors = [#mopt.tensor<name = "w">]} : () -> tensor<2x2xf32>
  %b = mopt.const {value = dense<[1.0, -50000.0]> : tensor<2xf32>, mopt.tensors = [#mopt.tensor<name = "b">]} : () -> tensor<2xf32>
  %y = mopt.fully_connected %x, %w, %b {mopt.tensors = [#mopt.tensor<name = "y", min = [-2.0], max = [2.0]>]} : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %a = mopt.add %y, %x {mopt.tensors = [#mopt.tensor<name = "a", min = [-4.0], max = [3.0]>]} : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %t = mopt.tanh %a {mopt.tensors = [#mopt.tensor<name = "t", min = [-1.0], max = [1.0]>]} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %t : tensor<1x2xf32>
}

// -----

// A sum of 16 bits has the scale of what it adds up, which covers both; a convolution without a bias gets one; what
// has no kernels stays float.
// REMARK: remark: 'h' (mopt.hard_swish) stays float: the format defines no int16 form of it
// REMARK: remark: 'l' (mopt.less) stays float: its int16 kernels compare stored numbers
// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[X:.*]]: tensor<1x1x2x2x!quant.uniform<i16:f32, [[S:[^>]*]]>>
// CHECK: %[[B:.*]] = mopt.const {{.*}}name = "c_bias", quantization = {{.*}} -> tensor<1xi64>
// CHECK: mopt.conv_2d %{{.*}}, %{{.*}}, %[[B]]
// CHECK: mopt.sum %[[X]], {{.*}} -> tensor<1x1x2x!quant.uniform<i16:f32, [[S]]>>
// CHECK: mopt.hard_swish {{.*}} -> tensor<1x1x2x1xf32>
// FLOAT-LABEL: func.func @main
func.func @main(%x: tensor<1x1x2x2xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [-1.0], max = [1.0]>}) -> (tensor<1x1x2xf32>, tensor<1x1x2x1xf32>, tensor<1x1x2x1xi1>) {
  %w = mopt.const {value = dense<1.0> : tensor<1x1x1x2xf32>} : () -> tensor<1x1x1x2xf32>
  %none = mopt.no_value : () -> none
  %c = mopt.conv_2d %x, %w, %none {mopt.tensors = [#mopt.tensor<name = "c", min = [-2.0], max = [2.0]>]} : (tensor<1x1x2x2xf32>, tensor<1x1x1x2xf32>, none) -> tensor<1x1x2x1xf32>
  %axes = mopt.const {value = dense<3> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = mopt.sum %x, %axes {mopt.tensors = [#mopt.tensor<name = "s", min = [-0.5], max = [0.25]>]} : (tensor<1x1x2x2xf32>, tensor<1xi32>) -> tensor<1x1x2xf32>
  %h = mopt.hard_swish %c {mopt.tensors = [#mopt.tensor<name = "h", min = [-1.0], max = [2.0]>]} : (tensor<1x1x2x1xf32>) -> tensor<1x1x2x1xf32>
  %l = mopt.less %c, %h {mopt.tensors = [#mopt.tensor<name = "l">]} : (tensor<1x1x2x1xf32>, tensor<1x1x2x1xf32>) -> tensor<1x1x2x1xi1>
  return %s, %h, %l : tensor<1x1x2xf32>, tensor<1x1x2x1xf32>, tensor<1x1x2x1xi1>
}
