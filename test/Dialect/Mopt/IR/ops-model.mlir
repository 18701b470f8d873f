// RUN: mopt-opt %s | FileCheck %s
// RUN: mopt-opt %s | mopt-opt | FileCheck %s
// RUN: mopt-opt %s -mlir-print-op-generic | mopt-opt | FileCheck %s
// RUN: mopt-opt %s -o %t.mlirbc && mopt-opt %t.mlirbc | FileCheck %s

// What a model carries along, and the ops that stand for what has no type here.

// CHECK: module attributes {
// CHECK-SAME: mopt.description = "test"
// CHECK-SAME: mopt.metadata = [#mopt.metadata<"min_runtime_version", dense<
// CHECK-SAME: mopt.requantize = #mopt.requantize<fixed>
// CHECK-SAME: mopt.schema_version = 3 : i32
// CHECK-SAME: mopt.signatures = [#mopt.signature<key = "serving_default", function = @main, inputs =
// CHECK-SAME: outputs =
module attributes {
  mopt.schema_version = 3 : i32, mopt.description = "test",
  mopt.requantize = #mopt.requantize<fixed>, mopt.preprocess = "mean:127,std:128",
  mopt.metadata = [#mopt.metadata<"min_runtime_version", dense<[49, 46]> : tensor<2xui8>>],
  mopt.signatures = [#mopt.signature<key = "serving_default", function = @main, inputs = [["x", 0 : i32]], outputs = [["y", 0 : i32]]>]
} {
  // CHECK-LABEL: func.func @main
  // CHECK-SAME: #mopt.tensor<name = "x", shape_signature = [-1, 2], min = [-1.000000e+00], max = [1.000000e+00]>
  // CHECK: mopt.relu
  // CHECK-SAME: mopt.tensors = [#mopt.tensor<name = "y">]
  // CHECK-SAME: mopt.version = 2 : i32
  func.func @main(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x", shape_signature = [-1, 2], min = [-1.0], max = [1.0]>}) -> tensor<1x2xf32> {
    %0 = mopt.relu %x {mopt.tensors = [#mopt.tensor<name = "y">], mopt.version = 2 : i32} : (tensor<1x2xf32>) -> tensor<1x2xf32>
    return %0 : tensor<1x2xf32>
  }

  // CHECK-LABEL: func.func @constants
  // CHECK: mopt.const {{.*}}tensor<2xi8>
  // CHECK-SAME: tensor<2x!quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>>
  // CHECK: mopt.const {{.*}}tensor<f32>
  // CHECK: mopt.const {{.*}}tensor<0x3xi64>
  // CHECK: dense_resource<packed> : tensor<3xi4>
  // CHECK: dense_resource<sparse> : tensor<4xf32>
  // CHECK: mopt.const {{.*}} tensor<1x4x!quant.uniform<i4:f32:{1:2}
  func.func @constants() {
    %0 = mopt.const {value = dense<[1, 2]> : tensor<2xi8>} : () -> tensor<2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
    %1 = mopt.const {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
    %2 = mopt.const {value = dense<> : tensor<0x3xi64>} : () -> tensor<0x3xi64>
    %3 = mopt.const {value = dense_resource<packed> : tensor<3xi4>} : () -> tensor<3xi4>
    // A sparse encoding stores fewer values than the shape has.
    %4 = mopt.const {value = dense_resource<sparse> : tensor<4xf32>, mopt.tensors = [#mopt.tensor<sparsity = {traversal_order = array<i32: 0>}>]} : () -> tensor<4xf32>
    %5 = mopt.const {value = dense<1> : tensor<1x4xi4>} : () -> tensor<1x4x!quant.uniform<i4:f32:{1:2}, {{1.0, 2.0}}>>
    return
  }

  // CHECK-LABEL: func.func @carried
  // CHECK: mopt.variable
  // CHECK-SAME: #mopt.tensor<name = "state", is_variable = unit>
  // CHECK: mopt.no_value
  // CHECK: mopt.opaque {{.*}} {opcode = "SPLIT"
  // CHECK-SAME: (tensor<2xf32>, none) -> (tensor<1xf32>, tensor<1x!mopt.string>)
  // CHECK: mopt.custom
  // CHECK-SAME: custom_code = "mine"
  func.func @carried(%x: tensor<2xf32>) {
    %state = mopt.variable {mopt.tensors = [#mopt.tensor<name = "state", is_variable = unit>]} : () -> tensor<2xf32>
    %none = mopt.no_value : () -> none
    %0:2 = mopt.opaque %x, %none {opcode = "SPLIT", options = {num_splits = 2 : i32}, options_table = "SplitOptions"} : (tensor<2xf32>, none) -> (tensor<1xf32>, tensor<1x!mopt.string>)
    mopt.custom %state {custom_code = "mine", custom_options = dense<[1, 2]> : tensor<2xui8>} : (tensor<2xf32>) -> ()
    return
  }
}

{-#
  dialect_resources: { builtin: { packed: "0x040000002103", sparse: "0x040000000000803F" } }
#-}
