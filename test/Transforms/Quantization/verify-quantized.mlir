// RUN: mopt-opt %s --split-input-file --verify-diagnostics --mopt-verify-quantized

// A legal layer, and a float one beside it.
!in = !quant.uniform<i8:f32, 0.5:3>
!out = !quant.uniform<i8:f32, 0.25:-7>
func.func @legal(%x: tensor<1x2x!in>, %f: tensor<2xf32>) -> (tensor<1x2x!out>, tensor<2xf32>) {
  %w = mopt.const {value = dense<[[1, -127], [3, 4]]> : tensor<2x2xi8>} : () -> tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
  %b = mopt.const {value = dense<[1, -128]> : tensor<2xi32>} : () -> tensor<2x!quant.uniform<i32:f32:0, {0.25, 0.125}>>
  %y = mopt.fully_connected %x, %w, %b {mopt.version = 4 : i32} : (tensor<1x2x!in>, tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>, tensor<2x!quant.uniform<i32:f32:0, {0.25, 0.125}>>) -> tensor<1x2x!out>
  %r = mopt.relu %f : (tensor<2xf32>) -> tensor<2xf32>
  return %y, %r : tensor<1x2x!out>, tensor<2xf32>
}

// -----

!in = !quant.uniform<i8:f32, 0.5:3>
!w = !quant.uniform<i8:f32:0, {0.5, 0.25}>
!b = !quant.uniform<i16:f32:0, {0.25, 0.25}>
// expected-error @below {{quantization breaks 3 rule(s) of the format; mopt-quantize makes models that keep them}}
module {
  func.func @weights(%x: tensor<1x2x!in>) -> tensor<1x2x!in> {
    %w = mopt.const {value = dense<[[1, -128], [3, 4]]> : tensor<2x2xi8>} : () -> tensor<2x2x!w>
    %b = mopt.const {value = dense<0> : tensor<2xi16>} : () -> tensor<2x!b>
    // expected-note @below {{'y' (mopt.fully_connected): weight (operand 1) holds -128; int8 weights lie in [-127, 127]}}
    // expected-note @below {{'y' (mopt.fully_connected): bias (operand 2) has 16 bits, must have 32}}
    // expected-note @below {{'y' (mopt.fully_connected): bias (operand 2) has scale 0.25 in channel 1, must be 0.125 (input times weight)}}
    %y = mopt.fully_connected %x, %w, %b {mopt.tensors = [#mopt.tensor<name = "y">]} : (tensor<1x2x!in>, tensor<2x2x!w>, tensor<2x!b>) -> tensor<1x2x!in>
    return %y : tensor<1x2x!in>
  }
}

// -----

!in = !quant.uniform<i8:f32, 0.5:3>
!other = !quant.uniform<i8:f32, 0.5:4>
!unsigned = !quant.uniform<u8:f32, 0.5:4>
!unsigned2 = !quant.uniform<u8:f32, 0.25:4>
!prob = !quant.uniform<i8:f32, 0.003907:-128>
// expected-error @below {{quantization breaks 2 rule(s)}}
module {
  func.func @ties(%x: tensor<2x!in>, %y: tensor<2x!other>, %u: tensor<2x!unsigned>) {
    // expected-note @below {{mopt.maximum: operand 1 has parameters 0.5:4, the result 0.5:3; the op needs them equal}}
    %j = mopt.maximum %x, %y : (tensor<2x!in>, tensor<2x!other>) -> tensor<2x!in>
    // expected-note @below {{mopt.softmax: result has parameters 0.00390700018:-128, the format fixes them to 0.00390625:-128}}
    %l = mopt.softmax %x : (tensor<2x!in>) -> tensor<2x!prob>
    // The uint8 kernel rescales.
    %k = mopt.concatenation %u, %u : (tensor<2x!unsigned>, tensor<2x!unsigned>) -> tensor<4x!unsigned2>
    return
  }
}

// -----

!in = !quant.uniform<i8:f32, 0.5:3>
!int16 = !quant.uniform<i16:f32, 0.5:0>
!w = !quant.uniform<i8:f32, 0.5>
// expected-error @below {{quantization breaks 5 rule(s)}}
module {
  func.func @forms(%x: tensor<1x2x!in>, %h: tensor<2x!int16>, %f: tensor<2xf32>, %i: tensor<1x1x1x1x!in>) {
    // expected-note @below {{mopt.relu_n1_to_1: the format defines no int16 form of the op}}
    %1 = mopt.relu_n1_to_1 %h : (tensor<2x!int16>) -> tensor<2x!int16>
    %fw = mopt.const {value = dense<1.0> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
    %none = mopt.no_value : () -> none
    // expected-note @below {{mopt.fully_connected: operand 1 is float32 beside quantised operands}}
    // expected-note @below {{mopt.fully_connected: result 0 is float32, the operands are quantised}}
    %2 = mopt.fully_connected %x, %fw, %none : (tensor<1x2x!in>, tensor<1x2xf32>, none) -> tensor<1x1xf32>
    %w = mopt.const {value = dense<1> : tensor<1x1x1x1xi8>} : () -> tensor<1x1x1x1x!w>
    // expected-note @below {{mopt.conv_2d: the integer kernels need a bias}}
    // expected-note @below {{mopt.conv_2d: operator version 1 does not have this form, 3 does}}
    %4 = mopt.conv_2d %i, %w, %none {mopt.version = 1 : i32} : (tensor<1x1x1x1x!in>, tensor<1x1x1x1x!w>, none) -> tensor<1x1x1x1x!in>
    return
  }
}

// -----

!tiny = !quant.uniform<i8:f32, 1.0e-40:0>
// expected-error @below {{quantization breaks 2 rule(s)}}
module {
  func.func @denormal(%x: tensor<2x!tiny>) -> tensor<2x!tiny> {
    // expected-note @below {{mopt.relu: operand 0 has scale 1e-40, which is not a positive normal float32}}
    // expected-note @below {{mopt.relu: result 0 has scale 1e-40, which is not a positive normal float32}}
    %0 = mopt.relu %x : (tensor<2x!tiny>) -> tensor<2x!tiny>
    return %0 : tensor<2x!tiny>
  }
}
