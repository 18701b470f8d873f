// RUN: mopt-opt %s --split-input-file --mopt-quantize=io=int8 --mopt-verify-quantized | FileCheck %s --check-prefixes=CHECK,INT8
// RUN: mopt-opt %s --split-input-file --mopt-quantize=io=uint8 --mopt-verify-quantized | FileCheck %s --check-prefixes=CHECK,UINT8
// RUN: mopt-opt %s --split-input-file --mopt-quantize=granularity=tensor | FileCheck %s --check-prefix=TENSOR

// CHECK-LABEL: func.func @main
// INT8-SAME: %[[X:.*]]: tensor<1x2x!quant.uniform<i8:f32, 0.0078{{[0-9]*}}:-1>> {mopt.tensor = #mopt.tensor<name = "x">}) -> tensor<1x2x!quant.uniform<i8:f32, 3.906250e-03:-128>>
// INT8-NOT: mopt.quantize
// INT8: mopt.fully_connected %[[X]]
// INT8: %[[S:.*]] = mopt.softmax {{.*}}name = "s">
// INT8-NOT: mopt.dequantize
// INT8: return %[[S]]
// UINT8-SAME: %[[X:.*]]: tensor<1x2x!quant.uniform<u8:f32, 0.0078{{[0-9]*}}:127>> {mopt.tensor = #mopt.tensor<name = "x">}) -> tensor<1x2x!quant.uniform<u8:f32, 3.906250e-03>>
// UINT8-NOT: mopt.dequantize
// UINT8: %[[XQ:.*]] = mopt.quantize %[[X]] {{.*}} -> tensor<1x2x!quant.uniform<i8:f32, 0.0078{{[0-9]*}}:-1>>
// UINT8: mopt.fully_connected %[[XQ]]
// UINT8: %[[S:.*]] = mopt.softmax {{.*}}name = "s_int8">
// UINT8: %[[SQ:.*]] = mopt.quantize %[[S]] {{.*}}name = "s">
// UINT8-NOT: mopt.dequantize
// UINT8: return %[[SQ]]
// TENSOR: mopt.const {{.*}} -> tensor<2x2x!quant.uniform<i8:f32, 0.0157{{[0-9]*}}>>
// TENSOR: mopt.const {{.*}} -> tensor<2x!quant.uniform<i32:f32, 1.23513{{[0-9]*}}E-4>>
func.func @main(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [-1.0], max = [1.0]>}) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<[[1.0, 0.5], [2.0, 0.0]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %b = mopt.const {value = dense<0.25> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = mopt.fully_connected %x, %w, %b {mopt.tensors = [#mopt.tensor<name = "y", min = [-2.0], max = [2.0]>]} : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %s = mopt.softmax %y {mopt.tensors = [#mopt.tensor<name = "s">]} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %s : tensor<1x2xf32>
}

// -----

// An input that a float op reads too is dequantised for it, and only then.
// CHECK-LABEL: func.func @float_reader
// CHECK: %[[D:.*]] = mopt.dequantize %{{.*}}"x_float"
// CHECK: mopt.opaque %[[D]]
// CHECK-NOT: mopt.dequantize
func.func @float_reader(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [-1.0], max = [1.0]>}) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  %y = mopt.relu %x {mopt.tensors = [#mopt.tensor<name = "y", min = [0.0], max = [1.0]>]} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %z = mopt.opaque %x {opcode = "COS"} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %y, %z : tensor<1x2xf32>, tensor<1x2xf32>
}
