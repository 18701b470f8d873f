// RUN: mopt-opt %s --split-input-file --verify-diagnostics --mopt-quantize | FileCheck %s

// CHECK-LABEL: func.func @no_range
// CHECK: mopt.relu %{{.*}} : (tensor<2xf32>) -> tensor<2xf32>
func.func @no_range(%x: tensor<2xf32> {mopt.tensor = #mopt.tensor<name = "x">}) -> tensor<2xf32> {
  // expected-remark @below {{'y' (mopt.relu) stays float: 'x' has no range; run mopt-calibrate}}
  %y = mopt.relu %x {mopt.tensors = [#mopt.tensor<name = "y", min = [0.0], max = [1.0]>]} : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

func.func @bad_range(%x: tensor<2xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [1.0], max = [0.0]>}) -> tensor<2xf32> {
  // expected-remark @below {{mopt.relu stays float: 'x' has no range; run mopt-calibrate}}
  %y = mopt.relu %x : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// CHECK-LABEL: func.func @opaque
// CHECK: %[[Y:.*]] = mopt.relu
// CHECK: %[[D:.*]] = mopt.dequantize %[[Y]] {{.*}}name = "y_float"
// CHECK: mopt.opaque %[[D]]
func.func @opaque(%x: tensor<2xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [0.0], max = [1.0]>}) -> tensor<2xf32> {
  %y = mopt.relu %x {mopt.tensors = [#mopt.tensor<name = "y", min = [0.0], max = [1.0]>]} : (tensor<2xf32>) -> tensor<2xf32>
  // expected-remark @below {{mopt.opaque stays float: the operator is carried as it is}}
  %z = mopt.opaque %y {opcode = "COS"} : (tensor<2xf32>) -> tensor<2xf32>
  return %z : tensor<2xf32>
}

// -----

// CHECK-LABEL: func.func @dynamic_weight
// CHECK: mopt.fully_connected {{.*}} -> tensor<1x2xf32>
func.func @dynamic_weight(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<min = [0.0], max = [1.0]>}, %w: tensor<2x2xf32>) -> tensor<1x2xf32> {
  %b = mopt.no_value : () -> none
  // expected-remark @below {{mopt.fully_connected stays float: its weights are computed at run time}}
  %y = mopt.fully_connected %x, %w, %b {mopt.tensors = [#mopt.tensor<min = [0.0], max = [1.0]>]} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

// -----

func.func @infinite_weight(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<min = [0.0], max = [1.0]>}) -> tensor<1x2xf32> {
  %b = mopt.no_value : () -> none
  %w = mopt.const {value = dense<0x7FC00000> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  // expected-remark @below {{mopt.fully_connected stays float: its weights hold NaN or infinity}}
  %y = mopt.fully_connected %x, %w, %b {mopt.tensors = [#mopt.tensor<min = [0.0], max = [1.0]>]} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

// -----

func.func @scale_ratio(%x: tensor<2xf32> {mopt.tensor = #mopt.tensor<min = [0.0], max = [1000.0]>}) -> tensor<2xf32> {
  // expected-remark @below {{mopt.hard_swish stays float: the scale of its input is more than 128 times that of its result}}
  %y = mopt.hard_swish %x {mopt.tensors = [#mopt.tensor<min = [0.0], max = [1.0]>]} : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// Moving data in int8 between float ops would cost two conversions for nothing.
// CHECK-LABEL: func.func @nothing_to_gain
// CHECK-NOT: !quant
// CHECK: return
func.func @nothing_to_gain(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<min = [0.0], max = [1.0]>}) -> tensor<2xf32> {
  // expected-remark @below {{mopt.reshape stays float: it moves data between ops that stay float}}
  %y = mopt.reshape %x {new_shape = array<i32: 2>} : (tensor<1x2xf32>) -> tensor<2xf32>
  // expected-remark @below {{mopt.custom stays float: the operator is carried as it is}}
  %z = mopt.custom %y {custom_code = "X"} : (tensor<2xf32>) -> tensor<2xf32>
  return %z : tensor<2xf32>
}
