// RUN: mopt-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(func.func(mopt-import-qat))' | FileCheck %s

// Activations: int8 parameters, formed in double from the range, which is nudged
// so that zero is exact. The output keeps its name.
// CHECK-LABEL: func.func @activations
// CHECK-SAME: %[[X:.*]]: tensor<1x4xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [-1.00392163], max = [0.996078491], quantization = {scale = array<f32: 0.00784313772>, zero_point = array<i64: 0>}>}
// CHECK-NEXT: %[[Y:.*]] = mopt.relu6 %[[X]] {mopt.tensors = [#mopt.tensor<name = "out", min = [0.000000e+00], max = [6.000000e+00], quantization = {scale = array<f32: 0.0235294122>, zero_point = array<i64: -128>}>]}
// CHECK-NEXT: return %[[Y]]
func.func @activations(%x: tensor<1x4xf32> {mopt.tensor = #mopt.tensor<name = "x">}) -> tensor<1x4xf32> {
  %0 = mopt.fake_quant %x {min = -1.0 : f32, max = 1.0 : f32, num_bits = 8 : i32} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %1 = mopt.relu6 %0 {mopt.tensors = [#mopt.tensor<name = "y">]} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %2 = mopt.fake_quant %1 {min = 0.0 : f32, max = 6.0 : f32, num_bits = 8 : i32, mopt.tensors = [#mopt.tensor<name = "out">]} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return %2 : tensor<1x4xf32>
}

// -----

// A narrow range has 254 steps, and 4 bits have 15, in the integers of 8 bits.
// CHECK-LABEL: func.func @steps
// CHECK-SAME: quantization = {scale = array<f32: 0.00787401571>, zero_point = array<i64: 0>}
// CHECK: mopt.relu {{.*}}quantization = {scale = array<f32: 0.13333334>, zero_point = array<i64: -128>}
func.func @steps(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %0 = mopt.fake_quant %x {min = -1.0 : f32, max = 1.0 : f32, num_bits = 8 : i32, narrow_range = true} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %1 = mopt.relu %0 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %2 = mopt.fake_quant %1 {min = 0.0 : f32, max = 2.0 : f32, num_bits = 4 : i32} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return %2 : tensor<1x4xf32>
}

// -----

// Pairs of any of the two number systems mean the same.
// CHECK-LABEL: func.func @pairs
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<1x4xf32> {mopt.tensor = #mopt.tensor<min = [0.000000e+00], max = [1.275000e+02], quantization = {scale = array<f32: 5.000000e-01>, zero_point = array<i64: -128>}>}
// CHECK-SAME: %[[Y:.*]]: tensor<1x4xf32> {mopt.tensor = #mopt.tensor<min = [0.000000e+00], max = [1.275000e+02], quantization = {scale = array<f32: 5.000000e-01>, zero_point = array<i64: -128>}>}
// CHECK-NEXT: mopt.add %[[X]], %[[Y]]
func.func @pairs(%x: tensor<1x4xf32>, %y: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %0 = mopt.quantize %x : (tensor<1x4xf32>) -> tensor<1x4x!quant.uniform<u8:f32, 0.5>>
  %1 = mopt.dequantize %0 : (tensor<1x4x!quant.uniform<u8:f32, 0.5>>) -> tensor<1x4xf32>
  %2 = mopt.quantize %y : (tensor<1x4xf32>) -> tensor<1x4x!quant.uniform<i8:f32, 0.5:-128>>
  %3 = mopt.dequantize %2 : (tensor<1x4x!quant.uniform<i8:f32, 0.5:-128>>) -> tensor<1x4xf32>
  %4 = mopt.add %1, %3 : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  return %4 : tensor<1x4xf32>
}

// -----

// A weight becomes what training rounded it to: 0.26 is one step of 0.25, and 9
// is cut to 127 steps of 0.0625.
// CHECK-LABEL: func.func @weights
// CHECK-NEXT: mopt.no_value
// CHECK-NEXT: %[[W:.*]] = mopt.const {mopt.tensors = [#mopt.tensor<name = "w", quantization = {scale = array<f32: 2.500000e-01, 6.250000e-02>, zero_point = array<i64: 0, 0>}>], value = dense_resource<w>
// CHECK-NEXT: mopt.fully_connected %{{.*}}, %[[W]], %{{.*}}
// CHECK: w: "0x400000000000803E000000BF0000803D0000FE40"
func.func @weights(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<[[0.26, -0.5], [0.0625, 9.0]]> : tensor<2x2xf32>, mopt.tensors = [#mopt.tensor<name = "w">]} : () -> tensor<2x2xf32>
  %none = mopt.no_value : () -> none
  %0 = mopt.quantize %w : (tensor<2x2xf32>) -> tensor<2x2x!quant.uniform<u8:f32:0, {0.25:128, 0.0625:128}>>
  %1 = mopt.dequantize %0 : (tensor<2x2x!quant.uniform<u8:f32:0, {0.25:128, 0.0625:128}>>) -> tensor<2x2xf32>
  %2 = mopt.fully_connected %x, %1, %none : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}

// -----

// Weights that are stored as integers, and those of fake_quant with 4 bits.
// CHECK-LABEL: func.func @stored
// CHECK-NEXT: mopt.no_value
// CHECK-NEXT: quantization = {scale = array<f32: 5.000000e-01>, zero_point = array<i64: 0>}>], value = dense_resource<{{.*}}> : tensor<1x2xf32>
// CHECK-NEXT: mopt.fully_connected
// CHECK-NEXT: quantization = {scale = array<f32: 1.000000e+00>, zero_point = array<i64: 0>}>], value = dense_resource<{{.*}}> : tensor<2x1xf32>
// CHECK-NOT: mopt.dequantize
// CHECK-NOT: mopt.fake_quant
func.func @stored(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<[[3, -127]]> : tensor<1x2xi8>} : () -> tensor<1x2x!quant.uniform<i8:f32, 0.5>>
  %v = mopt.const {value = dense<[[6.6], [-7.0]]> : tensor<2x1xf32>} : () -> tensor<2x1xf32>
  %none = mopt.no_value : () -> none
  %0 = mopt.dequantize %w : (tensor<1x2x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x2xf32>
  %1 = mopt.fully_connected %x, %0, %none : (tensor<1x2xf32>, tensor<1x2xf32>, none) -> tensor<1x1xf32>
  %2 = mopt.fake_quant %v {min = -7.0 : f32, max = 7.0 : f32, num_bits = 4 : i32, narrow_range = true} : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %3 = mopt.fully_connected %1, %2, %none : (tensor<1x1xf32>, tensor<2x1xf32>, none) -> tensor<1x2xf32>
  return %3 : tensor<1x2xf32>
}

// -----

// Steps that 8 symmetric bits do not have: only the values stay.
// CHECK-LABEL: func.func @asymmetric
// CHECK-NEXT: mopt.no_value
// CHECK-NEXT: mopt.const {value = dense_resource
func.func @asymmetric(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %w = mopt.const {value = dense<[[-0.5, 2.05]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %none = mopt.no_value : () -> none
  // expected-remark@+1 {{mopt.fake_quant: the scale is chosen anew, because a value is 204 steps from zero and 8 symmetric bits have 127}}
  %0 = mopt.fake_quant %w {min = -0.51 : f32, max = 2.04 : f32, num_bits = 8 : i32} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %1 = mopt.fully_connected %x, %0, %none : (tensor<1x2xf32>, tensor<1x2xf32>, none) -> tensor<1x1xf32>
  return %1 : tensor<1x1xf32>
}

// -----

// CHECK-LABEL: func.func @axis
func.func @axis(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<0.5> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %none = mopt.no_value : () -> none
  %0 = mopt.quantize %w : (tensor<2x2xf32>) -> tensor<2x2x!quant.uniform<i8:f32:1, {0.25, 0.5}>>
  %1 = mopt.dequantize %0 : (tensor<2x2x!quant.uniform<i8:f32:1, {0.25, 0.5}>>) -> tensor<2x2xf32>
  // expected-remark@+1 {{'y' (mopt.fully_connected): the scales of its weights are chosen anew, because those of training run along dimension 1 and the kernels want 0}}
  %2 = mopt.fully_connected %x, %1, %none {mopt.tensors = [#mopt.tensor<name = "y">]} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}

// -----

// More than 8 bits: the range alone.
// CHECK-LABEL: func.func @wide
// CHECK-SAME: #mopt.tensor<min = [-1.000000e+00], max = [1.000000e+00]>
func.func @wide(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  // expected-remark@+1 {{mopt.fake_quant: only the range is imported, not the 65535 steps that training had in it}}
  %0 = mopt.fake_quant %x {min = -1.0 : f32, max = 1.0 : f32, num_bits = 16 : i32, narrow_range = true} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %1 = mopt.relu %0 : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %1 : tensor<1x2xf32>
}

// -----

// CHECK-LABEL: func.func @channels
// CHECK: mopt.quantize
func.func @channels(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %0 = mopt.quantize %x : (tensor<1x2xf32>) -> tensor<1x2x!quant.uniform<i8:f32:1, {0.25, 0.5}>>
  // expected-remark@+1 {{mopt.dequantize is not imported: activations have one scale, not 2}}
  %1 = mopt.dequantize %0 : (tensor<1x2x!quant.uniform<i8:f32:1, {0.25, 0.5}>>) -> tensor<1x2xf32>
  return %1 : tensor<1x2xf32>
}

// -----

// Two opinions on one tensor: the first one stays.
// CHECK-LABEL: func.func @twice
// CHECK-SAME: scale = array<f32: 0.00784313772>
// CHECK-NOT: mopt.fake_quant
func.func @twice(%x: tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  %0 = mopt.fake_quant %x {min = -1.0 : f32, max = 1.0 : f32, num_bits = 8 : i32} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  // The same again says nothing new.
  %1 = mopt.fake_quant %0 {min = -1.0 : f32, max = 1.0 : f32, num_bits = 8 : i32} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  // expected-remark@+1 {{mopt.fake_quant is not imported: its input has the scale 7.84}}
  %2 = mopt.fake_quant %x {min = -2.0 : f32, max = 2.0 : f32, num_bits = 8 : i32} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %3 = mopt.relu %1 : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %4 = mopt.relu %2 : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %3, %4 : tensor<1x2xf32>, tensor<1x2xf32>
}

// -----

// Where the kernels have rules of their own, training is overruled.
// CHECK-LABEL: func.func @rules
func.func @rules(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %0 = mopt.fake_quant %x {min = -1.0 : f32, max = 1.0 : f32, num_bits = 8 : i32} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %s = mopt.const {value = dense<[1, 4]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-remark@+1 {{'r' (mopt.reshape): trained with the scale 1.568628e-02 and zero point 0, but the integer kernels keep the input's 7.843138e-03 and 0}}
  %1 = mopt.reshape %0, %s {mopt.tensors = [#mopt.tensor<name = "r">]} : (tensor<1x4xf32>, tensor<2xi32>) -> tensor<1x4xf32>
  %2 = mopt.fake_quant %1 {min = -2.0 : f32, max = 2.0 : f32, num_bits = 8 : i32} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  // expected-remark@+1 {{'s' (mopt.softmax): trained with the scale 7.843138e-03 and zero point -128, but the integer kernels give 3.906250e-03 and -128}}
  %3 = mopt.softmax %2 {beta = 1.0 : f32, mopt.tensors = [#mopt.tensor<name = "s">]} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %4 = mopt.fake_quant %3 {min = 0.0 : f32, max = 2.0 : f32, num_bits = 8 : i32} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return %4 : tensor<1x4xf32>
}

// -----

// An integer model stays as it is, and so does one that leaves integers and
// comes back.
// CHECK-LABEL: func.func @integer
// CHECK-NEXT: mopt.dequantize
// CHECK-NEXT: mopt.cos
// CHECK-NEXT: mopt.quantize
// CHECK-NEXT: return
func.func @integer(%x: tensor<1x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4x!quant.uniform<i8:f32, 0.25>> {
  %0 = mopt.dequantize %x : (tensor<1x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4xf32>
  %1 = mopt.cos %0 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %2 = mopt.quantize %1 : (tensor<1x4xf32>) -> tensor<1x4x!quant.uniform<i8:f32, 0.25>>
  return %2 : tensor<1x4x!quant.uniform<i8:f32, 0.25>>
}
