// What has no kernel says why, as an error of the conversion and as a remark of
// the partition.
// RUN: mopt-opt %s --split-input-file --mopt-convert-mopt-to-gpu -verify-diagnostics
// RUN: mopt-opt %s --split-input-file --mopt-partition=target=vulkan 2>&1 >/dev/null | FileCheck %s

// CHECK: remark: FLOOR_MOD stays on the CPU: not supported: no kernel computes this operator
// expected-error @+1 {{FLOOR_MOD 'r' has no kernel: no kernel computes this operator}}
func.func @unknown(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = mopt.floor_mod %x, %x {mopt.tensors = [#mopt.tensor<name = "r">]} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// CHECK: remark: ADD stays on the CPU: not in this form: it has a tensor of type tensor<4xi16>
// expected-error @+1 {{an input or output is a tensor of type tensor<4xi16>, which kernels do not take}}
func.func @type(%x: tensor<4xi16>) -> tensor<4xi16> {
  %0 = mopt.add %x, %x : (tensor<4xi16>, tensor<4xi16>) -> tensor<4xi16>
  return %0 : tensor<4xi16>
}

// -----

// CHECK: remark: ADD stays on the CPU: not in this form: an operand is repeated along inner dimensions
// expected-error @+1 {{ADD has no kernel: an operand is repeated along inner dimensions}}
func.func @repeated(%x: tensor<2x4x8xf32>, %y: tensor<2x1x8xf32>) -> tensor<2x4x8xf32> {
  %0 = mopt.add %x, %y : (tensor<2x4x8xf32>, tensor<2x1x8xf32>) -> tensor<2x4x8xf32>
  return %0 : tensor<2x4x8xf32>
}

// -----

// CHECK: remark: FULLY_CONNECTED stays on the CPU: not in this form: kernels compute it without groups, with constant weights
// expected-error @+1 {{FULLY_CONNECTED has no kernel: kernels compute it without groups, with constant weights}}
func.func @weights(%x: tensor<1x8xf32>, %w: tensor<4x8xf32>) -> tensor<1x4xf32> {
  %n = mopt.no_value : () -> none
  %0 = mopt.fully_connected %x, %w, %n : (tensor<1x8xf32>, tensor<4x8xf32>, none) -> tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}

// -----

// CHECK: remark: MAXIMUM stays on the CPU: not in this form: operands and result have different scales
// expected-error @+1 {{MAXIMUM has no kernel: operands and result have different scales}}
func.func @scales(%x: tensor<4x!quant.uniform<i8:f32, 0.5>>) -> tensor<4x!quant.uniform<i8:f32, 0.25>> {
  %0 = mopt.maximum %x, %x : (tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<4x!quant.uniform<i8:f32, 0.5>>) -> tensor<4x!quant.uniform<i8:f32, 0.25>>
  return %0 : tensor<4x!quant.uniform<i8:f32, 0.25>>
}

// -----

!q = !quant.uniform<i8:f32, 0.5>
// CHECK: remark: CONCATENATION stays on the CPU: not in this form: it joins 3 channels of bytes, which are no whole words
// expected-error @+1 {{CONCATENATION has no kernel: it joins 3 channels of bytes, which are no whole words}}
func.func @words(%x: tensor<2x3x!q>) -> tensor<2x6x!q> {
  %0 = mopt.concatenation %x, %x {axis = 1 : i32} : (tensor<2x3x!q>, tensor<2x3x!q>) -> tensor<2x6x!q>
  return %0 : tensor<2x6x!q>
}

// -----

// CHECK: remark: MEAN stays on the CPU: not in this form: it reduces the channels
// expected-error @+1 {{MEAN has no kernel: it reduces the channels}}
func.func @channels(%x: tensor<2x3xf32>) -> tensor<2xf32> {
  %a = mopt.const {value = dense<1> : tensor<1xi32>} : () -> tensor<1xi32>
  %0 = mopt.mean %x, %a : (tensor<2x3xf32>, tensor<1xi32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
