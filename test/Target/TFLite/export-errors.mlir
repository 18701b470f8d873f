// Each refusal is one error, and leaves no file.
// RUN: rm -rf %t && split-file %s %t
// RUN: not mopt-opt %t/dialects.mlir -o %t/out.tflite 2>&1 | FileCheck %s --check-prefix=DIALECTS
// RUN: not mopt-opt %t/empty.mlir -o %t/out.tflite 2>&1 | FileCheck %s --check-prefix=EMPTY
// RUN: not mopt-opt %t/declaration.mlir -o %t/out.tflite 2>&1 | FileCheck %s --check-prefix=DECLARATION
// RUN: not mopt-opt %t/type.mlir -o %t/out.tflite 2>&1 | FileCheck %s --check-prefix=TYPE
// RUN: not mopt-opt %t/opcode.mlir -o %t/out.tflite 2>&1 | FileCheck %s --check-prefix=OPCODE
// RUN: not mopt-opt %t/table.mlir -o %t/out.tflite 2>&1 | FileCheck %s --check-prefix=TABLE
// RUN: not mopt-opt %t/field.mlir -o %t/out.tflite 2>&1 | FileCheck %s --check-prefix=FIELD
// RUN: not mopt-opt %t/kind.mlir -o %t/out.tflite 2>&1 | FileCheck %s --check-prefix=KIND
// RUN: not mopt-opt %t/resource.mlir -o %t/out.tflite 2>&1 | FileCheck %s --check-prefix=RESOURCE
// RUN: not mopt-opt %t/signature.mlir -o %t/out.tflite 2>&1 | FileCheck %s --check-prefix=SIGNATURE
// RUN: not mopt-opt %t/blocks.mlir -o %t/out.tflite 2>&1 | FileCheck %s --check-prefix=BLOCKS
// RUN: ls %t | FileCheck %s --check-prefix=FILES
// FILES-NOT: {{tflite|tmp}}

//--- dialects.mlir
// DIALECTS: error: cannot be exported to .tflite: these ops have no counterpart there: arith.negf (2), tensor.empty (1); convert them to mopt ops first
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = arith.negf %x : tensor<2xf32>
  %1 = tensor.empty() : tensor<2xf32>
  %2 = arith.negf %0 : tensor<2xf32>
  return %2 : tensor<2xf32>
}

//--- empty.mlir
// EMPTY: error: cannot be exported to .tflite: there is no func.func in the module
module {}

//--- declaration.mlir
// DECLARATION: error: 'func.func' op cannot be exported to .tflite: it has no body
func.func private @main(tensor<2xf32>)

//--- type.mlir
// TYPE: error: 'func.func' op cannot be exported to .tflite: the format has no tensors of 'i3'
func.func @main(%x: tensor<2xi3>) { return }

//--- opcode.mlir
// OPCODE: error: 'mopt.opaque' op cannot be exported to .tflite: the format has no operator 'FROBNICATE'
func.func @main() {
  mopt.opaque {opcode = "FROBNICATE"} : () -> ()
  return
}

//--- table.mlir
// TABLE: error: 'mopt.opaque' op cannot be exported to .tflite: the format has no options table 'FrobOptions'
func.func @main() {
  mopt.opaque {opcode = "CALL", options_table = "FrobOptions"} : () -> ()
  return
}

//--- field.mlir
// FIELD: error: 'mopt.opaque' op cannot be exported to .tflite: CallOptions has no field "frob"
func.func @main() {
  mopt.opaque {opcode = "CALL", options_table = "CallOptions", options = {frob = 1 : i32}} : () -> ()
  return
}

//--- kind.mlir
// KIND: error: 'mopt.opaque' op cannot be exported to .tflite: field 'subgraph' cannot hold "zero"
func.func @main() {
  mopt.opaque {opcode = "CALL", options_table = "CallOptions", options = {subgraph = "zero"}} : () -> ()
  return
}

//--- resource.mlir
// RESOURCE: error: 'mopt.const' op cannot be exported to .tflite: constant has no data; resources must not be elided
func.func @main() -> tensor<2xf32> {
  %0 = mopt.const {value = dense_resource<elided> : tensor<2xf32>} : () -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

//--- signature.mlir
// SIGNATURE: error: 'builtin.module' op signature "s": input "x" has index 4, but function @main has 1 inputs
module attributes {mopt.signatures = [#mopt.signature<key = "s", function = @main, inputs = [["x", 4 : i32]], outputs = []>]} {
  func.func @main(%x: tensor<2xf32>) { return }
}

//--- blocks.mlir
// BLOCKS: error: 'func.func' op cannot be exported to .tflite: it has more than one block
func.func @main(%x: tensor<2xf32>) {
  cf.br ^next
^next:
  return
}
