// RUN: mopt-opt %s -split-input-file -verify-diagnostics

// Constants, and the attributes that a model carries along.

func.func @const_shape() {
  // expected-error @below {{'mopt.const' op value of type 'tensor<2xi8>' does not store a 'tensor<3xi8>'; expected 'tensor<3xi8>'}}
  %0 = mopt.const {value = dense<1> : tensor<2xi8>} : () -> tensor<3xi8>
  return
}

// -----

!q = !quant.uniform<u8:f32, 1.0>
func.func @const_storage() {
  // expected-error @below {{'mopt.const' op value of type 'tensor<2xi8>' does not store a 'tensor<2x!quant.uniform<u8:f32, 1.000000e+00>>'; expected 'tensor<2xui8>'}}
  %0 = mopt.const {value = dense<1> : tensor<2xi8>} : () -> tensor<2x!q>
  return
}

// -----

func.func @const_bytes() {
  // expected-error @below {{'mopt.const' op value has 4 bytes, 'tensor<2xf32>' needs 8}}
  %0 = mopt.const {value = dense_resource<short> : tensor<2xf32>} : () -> tensor<2xf32>
  return
}

{-#
  dialect_resources: { builtin: { short: "0x0400000000000000" } }
#-}

// -----

// Two elements of 4 bits share a byte.
func.func @const_packed_bytes() {
  // expected-error @below {{'mopt.const' op value has 3 bytes, 'tensor<3xi4>' needs 2}}
  %0 = mopt.const {value = dense_resource<packed> : tensor<3xi4>} : () -> tensor<3xi4>
  return
}

{-#
  dialect_resources: { builtin: { packed: "0x04000000000000" } }
#-}

// -----

func.func @const_sparse_attribute() {
  // expected-error @below {{'mopt.const' op value must be dense or dense_resource}}
  %0 = mopt.const {value = sparse<[[0]], [1.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  return
}

// -----

func.func @const_dynamic() {
  // expected-error @below {{'mopt.const' op result #0 must be ranked tensor of static shape, with dimensions below 2^31 and at most 2^55 elements, but got 'tensor<?xf32>'}}
  %0 = mopt.const {value = dense_resource<absent> : tensor<?xf32>} : () -> tensor<?xf32>
  return
}

// -----

func.func @const_overflow() {
  // expected-error @below {{'mopt.const' op result #0 must be ranked tensor of static shape, with dimensions below 2^31 and at most 2^55 elements, but got 'tensor<2147483647x2147483647x2147483647xf32>'}}
  %0 = mopt.const {value = dense_resource<absent> : tensor<2147483647x2147483647x2147483647xf32>} : () -> tensor<2147483647x2147483647x2147483647xf32>
  return
}

// -----

func.func @tensors_kind(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.relu' op attribute 'mopt.tensors' must be an array of #mopt.tensor}}
  %0 = mopt.relu %x {mopt.tensors = ["y"]} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @tensors_count(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.relu' op attribute 'mopt.tensors' has 2 elements for 1 results}}
  %0 = mopt.relu %x {mopt.tensors = [#mopt.tensor<>, #mopt.tensor<>]} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @intermediates(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.relu' op attribute 'mopt.intermediates' must be an array of #mopt.tensor}}
  %0 = mopt.relu %x {mopt.intermediates = 1 : i32} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

// expected-error @below {{'func.func' op argument 0: attribute 'mopt.tensor' must be a #mopt.tensor}}
func.func @argument_tensor(%x: tensor<2xf32> {mopt.tensor = "x"}) {
  return
}

// -----

func.func @version_zero(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.relu' op attribute 'mopt.version' must be a positive i32}}
  %0 = mopt.relu %x {mopt.version = 0 : i32} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @version_width(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.relu' op attribute 'mopt.version' must be a positive i32}}
  %0 = mopt.relu %x {mopt.version = 1208925819614629174706176 : i128} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

// expected-error @below {{'builtin.module' op attribute 'mopt.schema_version' must be an i32}}
module attributes {mopt.schema_version = "3"} {
}

// -----

// expected-error @below {{'builtin.module' op attribute 'mopt.description' must be a string}}
module attributes {mopt.description = 3 : i32} {
}

// -----

// expected-error @below {{'builtin.module' op attribute 'mopt.preprocess' must be a string}}
module attributes {mopt.preprocess = [1, 2]} {
}

// -----

// expected-error @below {{'func.func' op attribute 'mopt.subgraph_name' must be a string}}
func.func @subgraph() attributes {mopt.subgraph_name = 1 : i32} {
  return
}

// -----

// expected-error @below {{'builtin.module' op attribute 'mopt.metadata' must be an array of #mopt.metadata}}
module attributes {mopt.metadata = ["min_runtime_version"]} {
}

// -----

// expected-error @below {{'builtin.module' op attribute 'mopt.requantize' must be #mopt.requantize<...>}}
module attributes {mopt.requantize = "fixed"} {
}

// -----

// expected-error @below {{'builtin.module' op attribute 'mopt.signatures' must be an array of #mopt.signature}}
module attributes {mopt.signatures = ["serving_default"]} {
}

// -----

// expected-error @below {{'builtin.module' op signature "s" refers to @other, which is no function of the module}}
module attributes {mopt.signatures = [#mopt.signature<key = "s", function = @other, inputs = [], outputs = []>]} {
}

// -----

// expected-error @below {{'builtin.module' op signature "s": inputs must be ["name", index : i32] pairs, got ["x"]}}
module attributes {mopt.signatures = [#mopt.signature<key = "s", function = @main, inputs = [["x"]], outputs = []>]} {
  func.func @main(%x: tensor<2xf32>) {
    return
  }
}

// -----

// expected-error @below {{'builtin.module' op signature "s": input "x" has index 1, but function @main has 1 inputs}}
module attributes {mopt.signatures = [#mopt.signature<key = "s", function = @main, inputs = [["x", 1 : i32]], outputs = []>]} {
  func.func @main(%x: tensor<2xf32>) {
    return
  }
}

// -----

// expected-error @below {{'builtin.module' op signature "s": output "y" has index -1, but function @main has 0 outputs}}
module attributes {mopt.signatures = [#mopt.signature<key = "s", function = @main, inputs = [], outputs = [["y", -1 : i32]]>]} {
  func.func @main(%x: tensor<2xf32>) {
    return
  }
}
