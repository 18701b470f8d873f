// Functions that ops name are indices in a file, and symbols again when it is
// read; ops that do not fit their functions are carried as they are.
// RUN: mopt-opt %s -o %t.tflite
// RUN: mopt-opt %t.tflite -o %t.mlir 2>&1 | FileCheck %s --check-prefix=WARNING
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: mopt-opt %t.mlir -o %t.2.tflite
// RUN: mopt-opt %t.2.tflite 2>/dev/null | cmp - %t.mlir

// WARNING: warning: subgraph 0, operator 3 (CALL): carried as mopt.opaque, because option 'subgraph' names no subgraph of the model
// WARNING: warning: subgraph 0, operator 2 (CALL): carried as mopt.opaque, because 'mopt.call' op @then has 1 arguments, expected 2
// WARNING-NOT: warning

// CHECK: func.func @main
// CHECK: mopt.call_once {init_subgraph_index = @init
// CHECK: mopt.if %{{.*}}, %{{.*}} {else_subgraph_index = @else, {{.*}}then_subgraph_index = @then}
// CHECK: mopt.opaque {{.*}}opcode = "CALL", options = {subgraph = 2 : ui32}, options_table = "CallOptions"
// CHECK: mopt.opaque {{.*}}opcode = "CALL", options = {subgraph = 9 : ui32}, options_table = "CallOptions"
// CHECK: func.func @init
// CHECK: mopt.var_handle {{.*}}shared_name = "state"}
// CHECK: mopt.assign_variable
// CHECK: func.func @then
// CHECK: func.func @else
// The first subgraph is the one that runs, wherever the function stands.
func.func @init() {
  %h = mopt.var_handle {shared_name = "state"} : () -> tensor<!mopt.resource>
  %v = mopt.const {value = dense<1.0> : tensor<2xf32>} : () -> tensor<2xf32>
  mopt.assign_variable %h, %v : (tensor<!mopt.resource>, tensor<2xf32>) -> ()
  return
}
func.func @main(%c: tensor<i1>, %x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  mopt.call_once {init_subgraph_index = @init} : () -> ()
  %0 = mopt.if %c, %x {then_subgraph_index = @then, else_subgraph_index = @else} : (tensor<i1>, tensor<2xf32>) -> tensor<2xf32>
  %1 = mopt.opaque %x, %x {opcode = "CALL", options_table = "CallOptions", options = {subgraph = 2 : ui32}} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %2 = mopt.opaque %x {opcode = "CALL", options_table = "CallOptions", options = {subgraph = 9 : ui32}} : (tensor<2xf32>) -> tensor<2xf32>
  return %0, %1, %2 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}
func.func @then(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = mopt.add %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
func.func @else(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = mopt.mul %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
