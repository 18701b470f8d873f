// What the IR says survives the way through a file, and prints the same again.
// RUN: mopt-opt %s -o %t.tflite
// RUN: mopt-opt %t.tflite -o %t.mlir
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: mopt-opt %t.mlir -o %t.2.tflite
// RUN: cmp %t.tflite %t.2.tflite
// RUN: mopt-opt %t.tflite -o %t.mlirbc
// RUN: mopt-opt %t.mlirbc -o %t.3.tflite
// RUN: cmp %t.tflite %t.3.tflite
// RUN: mopt-translate --import-tflite %t.tflite | cmp - %t.mlir
// RUN: mopt-translate --export-tflite %t.mlir | cmp - %t.tflite

// CHECK: module attributes {
// CHECK-SAME: mopt.description = "a \22model\22"
// CHECK-SAME: mopt.external_buffer_groups = ["weights.bin"]
// CHECK-SAME: mopt.external_buffers = [{group = 0 : ui32, id = 7 : ui32, length = 64 : ui64, offset = 128 : ui64, packing = "none"}]
// CHECK-SAME: mopt.metadata = [#mopt.metadata<"note", dense_resource<[[$NOTE:t[0-9]+]]> : tensor<4xui8>>]
// CHECK-SAME: mopt.schema_version = 3 : i32
// CHECK-SAME: mopt.signature_tags = ["serve", ""]
// CHECK-SAME: mopt.signatures = [#mopt.signature<key = "first", function = @main, inputs = {{\[\[}}"x", 0 : i32], ["unused", 1 : i32]], outputs = {{\[\[}}"y", 1 : i32]]>,
// CHECK-SAME: #mopt.signature<key = "second", function = @other
// CHECK-SAME: mopt.unused_buffers = [dense_resource<[[$UNUSED:t[0-9]+]]> : tensor<2xui8>]
module attributes {
  mopt.description = "a \22model\22",
  mopt.external_buffer_groups = ["weights.bin"],
  mopt.external_buffers = [{group = 0 : ui32, id = 7 : ui32, length = 64 : ui64,
                            offset = 128 : ui64, packing = "none"}],
  mopt.metadata = [#mopt.metadata<"note", dense<[1, 2, 3, 4]> : tensor<4xui8>>],
  mopt.schema_version = 3 : i32,
  mopt.signature_tags = ["serve", ""],
  mopt.signatures = [
    #mopt.signature<key = "first", function = @main,
                    inputs = [["x", 0 : i32], ["unused", 1 : i32]],
                    outputs = [["y", 1 : i32]]>,
    #mopt.signature<key = "second", function = @other,
                    inputs = [], outputs = [["z", 0 : i32]]>],
  mopt.unused_buffers = [dense<[7, 8]> : tensor<2xui8>]
} {
  // The same tensor twice among the results, an argument that is returned, and
  // one that nothing uses.
  // CHECK-LABEL: func.func @main(
  // CHECK-SAME: %[[X:.*]]: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x", shape_signature = [-1, 2], min = [-1.000000e+00], max = [14.9109011], has_rank = unit>}
  // CHECK-SAME: %{{.*}}: tensor<4x!mopt.string> {mopt.tensor = #mopt.tensor<name = "unused">}
  // CHECK-SAME: mopt.debug_metadata_index = 5 : i32
  // CHECK-SAME: mopt.subgraph_name = "odd name"
  // CHECK-SAME: mopt.unused_tensors = [#mopt.tensor<name = "nobody", type = tensor<3xf64>>]
  func.func @main(
      %x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x", shape_signature = [-1, 2], min = [-1.0], max = [14.9109011], has_rank = unit>},
      %unused: tensor<4x!mopt.string> {mopt.tensor = #mopt.tensor<name = "unused">})
      -> (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>)
      attributes {mopt.debug_metadata_index = 5 : i32, mopt.subgraph_name = "odd name",
                  mopt.unused_tensors = [#mopt.tensor<name = "nobody", type = tensor<3xf64>>]} {
    // Two views of one resource are one buffer.
    // CHECK: %[[C0:.*]] = mopt.const {{.*}}name = "c0"{{.*}}dense_resource<[[$C:t[0-9]+]]> : tensor<1x2xf32>
    // CHECK: %[[C1:.*]] = mopt.const {{.*}}name = "c1"{{.*}}dense_resource<[[$C]]> : tensor<8xui8>
    %c0 = mopt.const {mopt.tensors = [#mopt.tensor<name = "c0">], value = dense_resource<shared> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
    %c1 = mopt.const {mopt.tensors = [#mopt.tensor<name = "c1">], value = dense_resource<shared> : tensor<8xui8>} : () -> tensor<8xui8>
    // CHECK: %[[STATE:.*]] = mopt.variable {{.*}}name = "state", is_variable = unit
    // CHECK: %[[FAR:.*]] = mopt.variable {mopt.external_buffer = 7 : ui32
    %state = mopt.variable {mopt.tensors = [#mopt.tensor<name = "state", is_variable = unit>]} : () -> tensor<1x2xf32>
    %far = mopt.variable {mopt.external_buffer = 7 : ui32, mopt.tensors = [#mopt.tensor<name = "far">]} : () -> tensor<16xf32>
    // CHECK: %[[NONE:.*]] = mopt.no_value
    %none = mopt.no_value : () -> none
    // CHECK: %[[SUM:.*]] = mopt.add %[[X]], %[[C0]] {fused_activation_function = #mopt.activation<RELU6>, mopt.debug_metadata_index = 3 : i32, mopt.tensors = [#mopt.tensor<name = "sum">], mopt.version = 2 : i32}
    %sum = mopt.add %x, %c0 {fused_activation_function = #mopt.activation<RELU6>, mopt.debug_metadata_index = 3 : i32, mopt.version = 2 : i32, mopt.tensors = [#mopt.tensor<name = "sum">]} : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
    // CHECK: mopt.opaque %[[SUM]], %[[C1]], %[[STATE]], %[[FAR]], %[[NONE]]
    // CHECK-SAME: mopt.intermediates = [#mopt.tensor<name = "inner", type = tensor<1x!quant.uniform<i16:f32, 2.500000e-01>>>, #mopt.tensor<>]
    // CHECK-SAME: mutating_variable_inputs = array<i1: false, false, true, false, false>
    // CHECK-SAME: opcode = "BUCKETIZE", options = {boundaries = array<f32: -1.000000e+00, 1.000000e-01>}, options_table = "BucketizeOptions"
    %o:2 = mopt.opaque %sum, %c1, %state, %far, %none {
        opcode = "BUCKETIZE", options_table = "BucketizeOptions",
        options = {boundaries = array<f32: -1.0, 0.1>},
        mutating_variable_inputs = array<i1: false, false, true, false, false>,
        mopt.intermediates = [#mopt.tensor<name = "inner", type = tensor<1x!quant.uniform<i16:f32, 0.25>>>, #mopt.tensor<>],
        mopt.tensors = [#mopt.tensor<name = "o">, #mopt.tensor<>]}
      : (tensor<1x2xf32>, tensor<8xui8>, tensor<1x2xf32>, tensor<16xf32>, none) -> (tensor<1x2xf32>, none)
    // CHECK: mopt.custom %{{.*}}#0 {custom_code = "acme", custom_options = dense_resource<[[$OPT:t[0-9]+]]> : tensor<3xui8>
    // CHECK-SAME: mopt.version = 9 : i32
    %u = mopt.custom %o#0 {custom_code = "acme", custom_options = dense<[9, 8, 7]> : tensor<3xui8>, mopt.version = 9 : i32, mopt.tensors = [#mopt.tensor<name = "u">]} : (tensor<1x2xf32>) -> tensor<1x2xf32>
    // CHECK: return %[[X]], %[[U:.*]], %[[U]]
    return %x, %u, %u : tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>
  }

  // Quantization that !quant.uniform cannot express, and that it can.
  // CHECK-LABEL: func.func @other()
  func.func @other() -> (tensor<2xi64>, tensor<2xi32>, tensor<2x2x!quant.uniform<i8:f32:1, {1.0,2.0}>>, tensor<2xi4>, tensor<1x1x!quant.uniform<u8:f32:1, {0.1:3}>>, tensor<2x3xf32>) {
    // CHECK: mopt.const {{.*}}quantization = {quantized_dimension = 0 : i32, scale = array<f32: 1.000000e-03>, zero_point = array<i64: 0>}{{.*}} tensor<2xi64>
    %bias = mopt.const {mopt.tensors = [#mopt.tensor<name = "bias", quantization = {quantized_dimension = 0 : i32, scale = array<f32: 1.000000e-03>, zero_point = array<i64: 0>}>], value = dense<[1, -2]> : tensor<2xi64>} : () -> tensor<2xi64>
    // CHECK: mopt.const {{.*}}quantization = {quantized_dimension = 0 : i32, scale = array<f32: 0.000000e+00>, zero_point = array<i64: 0>}{{.*}} tensor<2xi32>
    %zero = mopt.const {mopt.tensors = [#mopt.tensor<name = "zero", quantization = {quantized_dimension = 0 : i32, scale = array<f32: 0.000000e+00>, zero_point = array<i64: 0>}>], value = dense<5> : tensor<2xi32>} : () -> tensor<2xi32>
    // CHECK: -> tensor<2x2x!quant.uniform<i8:f32:1, {1.000000e+00,2.000000e+00}>>
    %axis = mopt.const {mopt.tensors = [#mopt.tensor<name = "axis">], value = dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>} : () -> tensor<2x2x!quant.uniform<i8:f32:1, {1.0,2.0}>>
    // Block-wise details hold the constant that the file names by index.
    // CHECK: mopt.const {{.*}}quantization = {details = {block_size = 2 : i32, scales = {tensor = #mopt.tensor<name = "scales", type = tensor<1xf16>>, value = dense_resource<{{t[0-9]+}}> : tensor<1xf16>}, zero_points = 0 : i32}, details_type = "BlockwiseQuantization", quantized_dimension = 0 : i32}
    %block = mopt.const {mopt.tensors = [#mopt.tensor<name = "block", quantization = {
        details = {block_size = 2 : i32, scales = {tensor = #mopt.tensor<name = "scales", type = tensor<1xf16>>, value = dense<0.5> : tensor<1xf16>}, zero_points = 0 : i32},
        details_type = "BlockwiseQuantization", quantized_dimension = 0 : i32}>], value = dense<[1, -1]> : tensor<2xi4>} : () -> tensor<2xi4>
    // CHECK: -> tensor<1x1x!quant.uniform<u8:f32:1, {0.10000000149011612:3}>>
    %one = mopt.const {mopt.tensors = [#mopt.tensor<name = "one">], value = dense<[[200]]> : tensor<1x1xui8>} : () -> tensor<1x1x!quant.uniform<u8:f32:1, {0.1:3}>>
    // CHECK: mopt.const {{.*}}sparsity = {dim_metadata = [{dense_size = 2 : i32, format = 0 : i8}, {array_indices = {values = dense<[0, 2, 1]> : tensor<3xui8>}, array_indices_type = "Uint8Vector", array_segments = {values = array<i32: 0, 2, 3>}, array_segments_type = "Int32Vector", dense_size = 3 : i32, format = 1 : i8}], traversal_order = array<i32: 0, 1>}
    %sparse = mopt.const {mopt.tensors = [#mopt.tensor<name = "sparse", sparsity = {
        dim_metadata = [{dense_size = 2 : i32, format = 0 : i8},
                        {array_indices = {values = dense<[0, 2, 1]> : tensor<3xui8>}, array_indices_type = "Uint8Vector",
                         array_segments = {values = array<i32: 0, 2, 3>}, array_segments_type = "Int32Vector",
                         dense_size = 3 : i32, format = 1 : i8}],
        traversal_order = array<i32: 0, 1>}>], value = dense_resource<values> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
    return %bias, %zero, %axis, %block, %one, %sparse : tensor<2xi64>, tensor<2xi32>, tensor<2x2x!quant.uniform<i8:f32:1, {1.0,2.0}>>, tensor<2xi4>, tensor<1x1x!quant.uniform<u8:f32:1, {0.1:3}>>, tensor<2x3xf32>
  }
}
// CHECK-DAG: [[$NOTE]]: "0x1000000001020304"
// CHECK-DAG: [[$UNUSED]]: "0x100000000708"
// CHECK-DAG: [[$OPT]]: "0x10000000090807"
// CHECK-DAG: [[$C]]: "0x100000000000803F000000C0"

{-#
  dialect_resources: {
    builtin: {
      shared: "0x100000000000803F000000C0",
      values: "0x100000000000803F000000400000A040"
    }
  }
#-}
