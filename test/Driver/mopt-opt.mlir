// Formats are told by content on the way in and by extension on the way out.
// RUN: mopt-opt %s | FileCheck %s
// RUN: cat %s | mopt-opt - | FileCheck %s
// RUN: mopt-opt %s -o %t.tflite
// RUN: cp %t.tflite %t.any-name
// RUN: mopt-opt %t.any-name | FileCheck %s
// RUN: cat %t.tflite | mopt-opt - | FileCheck %s
// RUN: mopt-opt %t.tflite -o %t.mlirbc
// RUN: cp %t.mlirbc %t.other-name
// RUN: mopt-opt %t.other-name | FileCheck %s
// The output may be the input.
// RUN: cp %t.tflite %t.same.tflite
// RUN: mopt-opt %t.same.tflite -o %t.same.tflite
// RUN: cmp %t.tflite %t.same.tflite
// Upstream passes run on models too, in the order given.
// RUN: mopt-opt %t.tflite --symbol-dce --canonicalize --dump-pass-pipeline 2>&1 | FileCheck %s --check-prefix=PASSES
// PASSES: builtin.module(
// PASSES: symbol-dce
// PASSES: canonicalize

// CHECK-LABEL: func.func @main
// CHECK: mopt.relu6
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = mopt.relu6 %x : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
