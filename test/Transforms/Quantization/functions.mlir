// A model of several functions: the first one is calibrated and quantised, the
// functions that it calls run in calibration and stay float with a remark.
// RUN: %PYTHON %S/../Calibration/Inputs/make_npy.py %t.npy f4 4x2 -1.0 0.5 0.25 2.0 0.0 0.0 -3.0 1.0
// RUN: mopt-opt %s --mopt-calibrate=data=%t.npy --mopt-quantize 2> %t.txt | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t.txt

// REMARK: remark: mopt.if stays float: the format defines no int8 form of it
// REMARK: remark: mopt.mul stays float: 'z' has no range; run mopt-calibrate

// CHECK-LABEL: func.func @main
// CHECK: mopt.relu {{.*}} -> tensor<1x2x!quant.uniform<i8
// CHECK: %[[Y:.*]] = mopt.dequantize
// CHECK: mopt.if %{{.*}}, %[[Y]] {{.*}} : (tensor<i1>, tensor<1x2xf32>) -> tensor<1x2xf32>
// CHECK-LABEL: func.func @square
// CHECK: mopt.mul {{.*}} -> tensor<1x2xf32>
func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %c = mopt.const {value = dense<true> : tensor<i1>} : () -> tensor<i1>
  %y = mopt.relu %x : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %z = mopt.if %c, %y {then_subgraph_index = @square, else_subgraph_index = @same} : (tensor<i1>, tensor<1x2xf32>) -> tensor<1x2xf32>
  return %z : tensor<1x2xf32>
}
func.func @square(%z: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "z">}) -> tensor<1x2xf32> {
  %0 = mopt.mul %z, %z : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  return %0 : tensor<1x2xf32>
}
func.func @same(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  return %x : tensor<1x2xf32>
}
