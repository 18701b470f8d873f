// Data movement with the data not in front, with several results, and joins.
// RUN: mopt-opt %s --split-input-file --mopt-quantize --mopt-verify-quantized | FileCheck %s
// RUN: mopt-opt %s --split-input-file --quantize-int8 | FileCheck %s

// All parts of a split have the parameters of what is split; pack takes those
// of its result, which its producers adopt through the split.
// CHECK-LABEL: func.func @split_pack
// CHECK-DAG: %[[AXIS:.*]] = mopt.const {{.*}} -> tensor<i32>
// CHECK-DAG: %[[X:.*]] = mopt.quantize %{{.*}} -> tensor<2x4x!quant.uniform<i8:f32, [[P:.*]]>>
// CHECK: %[[S:.*]]:2 = mopt.split %[[AXIS]], %[[X]] {num_splits = 2 : i32} : (tensor<i32>, tensor<2x4x!quant.uniform<i8:f32, [[P]]>>) -> (tensor<2x2x!quant.uniform<i8:f32, [[P]]>>, tensor<2x2x!quant.uniform<i8:f32, [[P]]>>)
// CHECK: %[[A:.*]] = mopt.add %[[S]]#0, %[[S]]#1 {{.*}} -> tensor<2x2x!quant.uniform<i8:f32, [[R:.*]]>>
// CHECK: %[[B:.*]] = mopt.mul %[[S]]#0, %[[S]]#1 {{.*}} -> tensor<2x2x!quant.uniform<i8:f32, [[R]]>>
// CHECK: mopt.pack %[[A]], %[[B]] {{.*}} -> tensor<2x2x2x!quant.uniform<i8:f32, [[R]]>>
// CHECK: mopt.dequantize
func.func @split_pack(%x: tensor<2x4xf32> {mopt.tensor = #mopt.tensor<min = [-1.0], max = [1.0]>}) -> tensor<2x2x2xf32> {
  %axis = mopt.const {value = dense<1> : tensor<i32>} : () -> tensor<i32>
  %s:2 = mopt.split %axis, %x {num_splits = 2 : i32} : (tensor<i32>, tensor<2x4xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>)
  %a = mopt.add %s#0, %s#1 {mopt.tensors = [#mopt.tensor<min = [-2.0], max = [2.0]>]} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %m = mopt.mul %s#0, %s#1 {mopt.tensors = [#mopt.tensor<min = [-1.0], max = [1.0]>]} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %p = mopt.pack %a, %m {values_count = 2 : i32, mopt.tensors = [#mopt.tensor<min = [-2.0], max = [2.0]>]} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2x2xf32>
  return %p : tensor<2x2x2xf32>
}

// -----

// One part of the split leaves the function: the parameters of its producer
// stay what they are.
// CHECK-LABEL: func.func @part_leaves
// CHECK: mopt.relu {{.*}} -> tensor<4x!quant.uniform<i8:f32, [[P:.*]]>>
// CHECK: %[[U:.*]]:2 = mopt.unpack
// CHECK-SAME: -> (tensor<2x!quant.uniform<i8:f32, [[P]]>>, tensor<2x!quant.uniform<i8:f32, [[P]]>>)
// CHECK-DAG: mopt.dequantize %[[U]]#0
// CHECK-DAG: mopt.dequantize %[[U]]#1
func.func @part_leaves(%x: tensor<4xf32> {mopt.tensor = #mopt.tensor<min = [-1.0], max = [1.0]>}) -> (tensor<2xf32>, tensor<2xf32>) {
  %r = mopt.relu %x {mopt.tensors = [#mopt.tensor<min = [0.0], max = [1.0]>]} : (tensor<4xf32>) -> tensor<4xf32>
  %s = mopt.reshape %r {new_shape = array<i32: 2, 2>} : (tensor<4xf32>) -> tensor<2x2xf32>
  %u:2 = mopt.unpack %s {num = 2 : i32} : (tensor<2x2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  return %u#0, %u#1 : tensor<2xf32>, tensor<2xf32>
}
