// RUN: mopt-opt %s --mopt-convert-mopt-to-linalg --split-input-file --verify-diagnostics | FileCheck %s
// RUN: not mopt-opt %s --mopt-convert-mopt-to-linalg=reject-remaining --split-input-file 2>&1 | FileCheck %s --check-prefix=STRICT
// RUN: not mopt-opt %s --mopt-convert-mopt-to-linalg=requantize=sometimes --split-input-file 2>&1 | FileCheck %s --check-prefix=MODE

// MODE: error: option 'requantize' must be 'float' or 'fixed', not 'sometimes'

// CHECK-LABEL: func.func @opaque
// CHECK: mopt.opaque
// STRICT: error: 'mopt.opaque' (CUMSUM) is not lowered to linalg: no lowering of this op is known
// STRICT: note: 'mopt.custom' (Mine) is not lowered to linalg: no lowering of this op is known
func.func @opaque(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-remark @below {{'mopt.opaque' (CUMSUM) is not lowered to linalg: no lowering of this op is known}}
  %0 = mopt.opaque %x {opcode = "CUMSUM"} : (tensor<4xf32>) -> tensor<4xf32>
  // expected-remark @below {{'mopt.custom' (Mine) is not lowered to linalg: no lowering of this op is known}}
  %1 = mopt.custom %0 {custom_code = "Mine"} : (tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @axes
// CHECK: mopt.mean
func.func @axes(%x: tensor<2x3xf32>, %a: tensor<1xi32>) -> tensor<2xf32> {
  // expected-remark @below {{'mopt.mean' is not lowered to linalg: axes are not constant}}
  %0 = mopt.mean %x, %a : (tensor<2x3xf32>, tensor<1xi32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// CHECK-LABEL: func.func @paddings
// CHECK: mopt.pad
func.func @paddings(%x: tensor<3xf32>, %p: tensor<1x2xi32>) -> tensor<6xf32> {
  // expected-remark @below {{'mopt.pad' is not lowered to linalg: paddings are not constant}}
  %0 = mopt.pad %x, %p : (tensor<3xf32>, tensor<1x2xi32>) -> tensor<6xf32>
  return %0 : tensor<6xf32>
}
