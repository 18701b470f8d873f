// Seeded violations, each in a module of its own, by the points of the checklist
// of mopt-verify-quantized. What the op's own verifier refuses is found sooner.
// RUN: mopt-opt %s --split-input-file --verify-diagnostics --mopt-verify-quantized

// 1. Weights: zero point 0, no -128.

!x = !quant.uniform<i8:f32, 0.5:3>
func.func @weight_zero_point(%x: tensor<1x1x1x1x!x>, %b: tensor<1x!quant.uniform<i32:f32, 0.25>>) {
  %w = mopt.const {value = dense<1> : tensor<1x1x1x1xi8>} : () -> tensor<1x1x1x1x!quant.uniform<i8:f32, 0.5:1>>
  // expected-error @below {{operand 1 is a weight and must have zero point 0}}
  %y = mopt.conv_2d %x, %w, %b : (tensor<1x1x1x1x!x>, tensor<1x1x1x1x!quant.uniform<i8:f32, 0.5:1>>, tensor<1x!quant.uniform<i32:f32, 0.25>>) -> tensor<1x1x1x1x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 0.5:3>
!w = !quant.uniform<i8:f32:0, {0.5, 0.25:2}>
func.func @channel_zero_point(%x: tensor<1x2x!x>, %b: tensor<2x!quant.uniform<i32:f32:0, {0.25, 0.125}>>) {
  %w = mopt.const {value = dense<1> : tensor<2x2xi8>} : () -> tensor<2x2x!w>
  // expected-error @below {{operand 1 is a weight and must have zero point 0}}
  %y = mopt.fully_connected %x, %w, %b : (tensor<1x2x!x>, tensor<2x2x!w>, tensor<2x!quant.uniform<i32:f32:0, {0.25, 0.125}>>) -> tensor<1x2x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 0.5:3>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @lowest_weight(%x: tensor<1x1x1x1x!x>, %b: tensor<1x!quant.uniform<i32:f32, 0.25>>) {
    %w = mopt.const {value = dense<-128> : tensor<1x1x1x1xi8>} : () -> tensor<1x1x1x1x!quant.uniform<i8:f32, 0.5>>
    // expected-note @below {{mopt.depthwise_conv_2d: weight (operand 1) holds -128; int8 weights lie in [-127, 127]}}
    %y = mopt.depthwise_conv_2d %x, %w, %b : (tensor<1x1x1x1x!x>, tensor<1x1x1x1x!quant.uniform<i8:f32, 0.5>>, tensor<1x!quant.uniform<i32:f32, 0.25>>) -> tensor<1x1x1x1x!x>
    return
  }
}

// -----

// 2. Scales along the channel axis, one a channel.

!x = !quant.uniform<i8:f32, 0.5:3>
!w = !quant.uniform<i8:f32:1, {0.5, 0.25}>
func.func @wrong_axis(%x: tensor<1x2x!x>, %none: none) {
  %w = mopt.const {value = dense<1> : tensor<2x2xi8>} : () -> tensor<2x2x!w>
  // expected-error @below {{operand 1 must be quantised along axis 0, got axis 1}}
  %y = mopt.fully_connected %x, %w, %none : (tensor<1x2x!x>, tensor<2x2x!w>, none) -> tensor<1x2x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 0.5:3>
!w = !quant.uniform<i8:f32:0, {0.5}>
func.func @wrong_axis_depthwise(%x: tensor<1x1x1x2x!x>, %b: tensor<2x!quant.uniform<i32:f32, 0.25>>) {
  %w = mopt.const {value = dense<1> : tensor<1x1x1x2xi8>} : () -> tensor<1x1x1x2x!w>
  // expected-error @below {{operand 1 must be quantised along axis 3, got axis 0}}
  %y = mopt.depthwise_conv_2d %x, %w, %b : (tensor<1x1x1x2x!x>, tensor<1x1x1x2x!w>, tensor<2x!quant.uniform<i32:f32, 0.25>>) -> tensor<1x1x1x2x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 0.5:3>
!w = !quant.uniform<i8:f32:0, {0.5, 0.25, 0.5}>
func.func @scale_count(%x: tensor<1x2x!x>, %w: tensor<2x2x!w>, %none: none) {
  // expected-error @below {{operand 1 has 3 scales along axis 0 of size 2}}
  %y = mopt.fully_connected %x, %w, %none : (tensor<1x2x!x>, tensor<2x2x!w>, none) -> tensor<1x2x!x>
  return
}

// -----

// 3. Biases: scale of the input times the weight's, zero point 0, width.

!x = !quant.uniform<i8:f32, 0.5:3>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @bias_scale(%x: tensor<1x2x!x>, %b: tensor<2x!quant.uniform<i32:f32, 0.126>>) {
    %w = mopt.const {value = dense<1> : tensor<2x2xi8>} : () -> tensor<2x2x!quant.uniform<i8:f32, 0.25>>
    // expected-note @below {{bias (operand 2) has scale 0.126000002 in channel 0, must be 0.125 (input times weight)}}
    %y = mopt.fully_connected %x, %w, %b : (tensor<1x2x!x>, tensor<2x2x!quant.uniform<i8:f32, 0.25>>, tensor<2x!quant.uniform<i32:f32, 0.126>>) -> tensor<1x2x!x>
    return
  }
}

// -----

!x = !quant.uniform<i8:f32, 0.5:3>
!w = !quant.uniform<i8:f32:0, {0.5, 0.25}>
!b = !quant.uniform<i32:f32:0, {0.25, 0.25}>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @bias_channel_scale(%x: tensor<1x2x!x>, %b: tensor<2x!b>) {
    %w = mopt.const {value = dense<1> : tensor<2x2xi8>} : () -> tensor<2x2x!w>
    // expected-note @below {{bias (operand 2) has scale 0.25 in channel 1, must be 0.125 (input times weight)}}
    %y = mopt.fully_connected %x, %w, %b : (tensor<1x2x!x>, tensor<2x2x!w>, tensor<2x!b>) -> tensor<1x2x!x>
    return
  }
}

// -----

!x = !quant.uniform<i8:f32, 0.5:3>
!b = !quant.uniform<i32:f32, 0.125:1>
func.func @bias_zero_point(%x: tensor<1x2x!x>, %w: tensor<2x2x!quant.uniform<i8:f32, 0.25>>, %b: tensor<2x!b>) {
  // expected-error @below {{operand 2 is a bias and must have zero point 0}}
  %y = mopt.fully_connected %x, %w, %b : (tensor<1x2x!x>, tensor<2x2x!quant.uniform<i8:f32, 0.25>>, tensor<2x!b>) -> tensor<1x2x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 0.5:3>
!b = !quant.uniform<i16:f32, 0.125>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @bias_width(%x: tensor<1x2x!x>, %b: tensor<2x!b>) {
    %w = mopt.const {value = dense<1> : tensor<2x2xi8>} : () -> tensor<2x2x!quant.uniform<i8:f32, 0.25>>
    // expected-note @below {{bias (operand 2) has 16 bits, must have 32}}
    %y = mopt.fully_connected %x, %w, %b : (tensor<1x2x!x>, tensor<2x2x!quant.uniform<i8:f32, 0.25>>, tensor<2x!b>) -> tensor<1x2x!x>
    return
  }
}

// -----

!x = !quant.uniform<i16:f32, 0.5>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @wide_bias_scale(%x: tensor<1x2x!x>) {
    %w = mopt.const {value = dense<1> : tensor<2x2xi8>} : () -> tensor<2x2x!quant.uniform<i8:f32, 0.25>>
    %b = mopt.const {mopt.tensors = [#mopt.tensor<quantization = {scale = array<f32: 0.25>, zero_point = array<i64: 0>}>], value = dense<1> : tensor<2xi64>} : () -> tensor<2xi64>
    // expected-note @below {{bias (operand 2) has scale 0.25 in channel 0, must be 0.125 (input times weight)}}
    %y = mopt.fully_connected %x, %w, %b : (tensor<1x2x!x>, tensor<2x2x!quant.uniform<i8:f32, 0.25>>, tensor<2xi64>) -> tensor<1x2x!x>
    return
  }
}

// -----

!x = !quant.uniform<i16:f32, 0.5>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @wide_bias_without_scale(%x: tensor<1x2x!x>, %b: tensor<2xi64>) {
    %w = mopt.const {value = dense<1> : tensor<2x2xi8>} : () -> tensor<2x2x!quant.uniform<i8:f32, 0.25>>
    // expected-note @below {{bias (operand 2) has no scale}}
    %y = mopt.fully_connected %x, %w, %b : (tensor<1x2x!x>, tensor<2x2x!quant.uniform<i8:f32, 0.25>>, tensor<2xi64>) -> tensor<1x2x!x>
    return
  }
}

// -----

// 4. One scale on operands and result.

!a = !quant.uniform<i8:f32, 0.5:3>
!b = !quant.uniform<i8:f32, 0.5:4>
func.func @concatenation(%x: tensor<2x!a>, %y: tensor<2x!b>) {
  // expected-error @below {{must have the scale and zero point of the output}}
  %0 = mopt.concatenation %x, %y : (tensor<2x!a>, tensor<2x!b>) -> tensor<4x!a>
  return
}

// -----

!a = !quant.uniform<i8:f32, 0.5:3>
!b = !quant.uniform<i8:f32, 0.5:4>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @maximum(%x: tensor<2x!a>, %y: tensor<2x!b>) {
    // expected-note @below {{mopt.maximum: operand 1 has parameters 0.5:4, the result 0.5:3; the op needs them equal}}
    %0 = mopt.maximum %x, %y : (tensor<2x!a>, tensor<2x!b>) -> tensor<2x!a>
    return
  }
}

// -----

!a = !quant.uniform<i8:f32, 0.5:3>
!b = !quant.uniform<i8:f32, 0.25:3>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @pool(%x: tensor<1x2x2x1x!a>) {
    // expected-note @below {{mopt.max_pool_2d: operand 0 has parameters 0.5:3, the result 0.25:3; the op needs them equal}}
    %0 = mopt.max_pool_2d %x {filter_width = 2 : i32, filter_height = 2 : i32, stride_w = 2 : i32, stride_h = 2 : i32} : (tensor<1x2x2x1x!a>) -> tensor<1x1x1x1x!b>
    return
  }
}

// -----

!a = !quant.uniform<i8:f32, 0.5:3>
!b = !quant.uniform<i8:f32, 0.25:3>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @second_result(%x: tensor<2x2x!a>) {
    // expected-note @below {{mopt.unpack: operand 0 has parameters 0.5:3, the result 0.25:3; the op needs them equal}}
    %0:2 = mopt.unpack %x {num = 2 : i32} : (tensor<2x2x!a>) -> (tensor<2x!a>, tensor<2x!b>)
    return
  }
}

// -----

!a = !quant.uniform<i16:f32, 0.5>
!b = !quant.uniform<i16:f32, 0.25>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @sum_int16(%x: tensor<2x2x!a>) {
    %axes = mopt.const {value = dense<1> : tensor<1xi32>} : () -> tensor<1xi32>
    // expected-note @below {{mopt.sum: operand 0 has parameters 0.5:0, the result 0.25:0; the op needs them equal}}
    %0 = mopt.sum %x, %axes : (tensor<2x2x!a>, tensor<1xi32>) -> tensor<2x!b>
    return
  }
}

// -----

// 5. Fixed parameters.

!a = !quant.uniform<i8:f32, 0.5:3>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @softmax(%x: tensor<2x!a>) {
    // expected-note @below {{mopt.softmax: result has parameters 0.00390700018:-128, the format fixes them to 0.00390625:-128}}
    %0 = mopt.softmax %x : (tensor<2x!a>) -> tensor<2x!quant.uniform<i8:f32, 0.003907:-128>>
    return
  }
}

// -----

!a = !quant.uniform<i8:f32, 0.5:3>
func.func @logistic(%x: tensor<2x!a>) {
  // expected-error @below {{output must have scale 3.906250e-03 and zero point -128}}
  %0 = mopt.logistic %x : (tensor<2x!a>) -> tensor<2x!quant.uniform<i8:f32, 0.00390625:0>>
  return
}

// -----

!a = !quant.uniform<i16:f32, 0.5>
func.func @tanh_int16(%x: tensor<2x!a>) {
  // expected-error @below {{output must have scale 3.051758e-05 and zero point 0}}
  %0 = mopt.tanh %x : (tensor<2x!a>) -> tensor<2x!quant.uniform<i16:f32, 0.5>>
  return
}

// -----

!a = !quant.uniform<i8:f32, 0.5:3>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @tanh(%x: tensor<2x!a>) {
    // expected-note @below {{mopt.tanh: result has parameters 0.015625:0, the format fixes them to 0.0078125:0}}
    %0 = mopt.tanh %x : (tensor<2x!a>) -> tensor<2x!quant.uniform<i8:f32, 0.015625>>
    return
  }
}

// -----

!a = !quant.uniform<i8:f32, 0.5:3>
func.func @log_softmax(%x: tensor<2x!a>) {
  // expected-error @below {{output must have scale 6.250000e-02 and zero point 127}}
  %0 = mopt.log_softmax %x : (tensor<2x!a>) -> tensor<2x!quant.uniform<i8:f32, 0.0625:0>>
  return
}

// -----

// 6. Zero points of 16 bits.

!a = !quant.uniform<i16:f32, 0.5:1>
func.func @int16_zero_point(%x: tensor<2x!a>) {
  // expected-error @below {{operand 0 is quantised with 16 bits and must have zero point 0, got 1}}
  %0 = mopt.relu %x : (tensor<2x!a>) -> tensor<2x!a>
  return
}

// -----

// 7. Scales.

!a = !quant.uniform<i8:f32, 1.0e-40:0>
// expected-error @below {{quantization breaks 2 rule(s)}}
module {
  func.func @denormal(%x: tensor<2x!a>) {
    // expected-note @below {{mopt.relu: operand 0 has scale 1e-40, which is not a positive normal float32}}
    // expected-note @below {{mopt.relu: result 0 has scale 1e-40, which is not a positive normal float32}}
    %0 = mopt.relu %x : (tensor<2x!a>) -> tensor<2x!a>
    return
  }
}

// -----

!x = !quant.uniform<i8:f32, 0.5:3>
!w = !quant.uniform<i8:f32:0, {0.25, 1.0e-39}>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @denormal_channel(%x: tensor<1x2x!x>, %none: none) {
    %w = mopt.const {value = dense<1> : tensor<2x2xi8>} : () -> tensor<2x2x!w>
    // expected-note @below {{weight (operand 1) has scale 1e-39, which is not a positive normal float32}}
    %y = mopt.fully_connected %x, %w, %none : (tensor<1x2x!x>, tensor<2x2x!w>, none) -> tensor<1x2x!x>
    return
  }
}

// -----

// 8. Float32 beside integers.

!a = !quant.uniform<i8:f32, 0.5:3>
func.func @float_bias(%x: tensor<1x2x!a>, %w: tensor<2x2x!quant.uniform<i8:f32, 0.25>>, %b: tensor<2xf32>) {
  // expected-error @below {{bias must hold integers for input}}
  %y = mopt.fully_connected %x, %w, %b : (tensor<1x2x!a>, tensor<2x2x!quant.uniform<i8:f32, 0.25>>, tensor<2xf32>) -> tensor<1x2x!a>
  return
}

// -----

!a = !quant.uniform<i8:f32, 0.5:3>
// expected-error @below {{quantization breaks 2 rule(s)}}
module {
  func.func @float_weight(%x: tensor<1x2x!a>, %w: tensor<2x2xf32>, %none: none) {
    // expected-note @below {{mopt.fully_connected: operand 1 is float32 beside quantised operands}}
    // expected-note @below {{mopt.fully_connected: result 0 is float32, the operands are quantised}}
    %y = mopt.fully_connected %x, %w, %none : (tensor<1x2x!a>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
    return
  }
}

// -----

!a = !quant.uniform<i8:f32, 0.5:3>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @float_result(%x: tensor<1x2x!a>, %none: none) {
    %w = mopt.const {value = dense<1> : tensor<2x2xi8>} : () -> tensor<2x2x!quant.uniform<i8:f32, 0.25>>
    // expected-note @below {{mopt.fully_connected: result 0 is float32, the operands are quantised}}
    %y = mopt.fully_connected %x, %w, %none : (tensor<1x2x!a>, tensor<2x2x!quant.uniform<i8:f32, 0.25>>, none) -> tensor<1x2xf32>
    return
  }
}

// -----

// 9. Versions.

!a = !quant.uniform<i8:f32, 0.5:3>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @version(%x: tensor<1x1x1x1x!a>, %b: tensor<1x!quant.uniform<i32:f32, 0.125>>) {
    %w = mopt.const {value = dense<1> : tensor<1x1x1x1xi8>} : () -> tensor<1x1x1x1x!quant.uniform<i8:f32, 0.25>>
    // expected-note @below {{mopt.conv_2d: operator version 2 does not have this form, 3 does}}
    %y = mopt.conv_2d %x, %w, %b {mopt.version = 2 : i32} : (tensor<1x1x1x1x!a>, tensor<1x1x1x1x!quant.uniform<i8:f32, 0.25>>, tensor<1x!quant.uniform<i32:f32, 0.125>>) -> tensor<1x1x1x1x!a>
    return
  }
}

// -----

!a = !quant.uniform<i16:f32, 0.5>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @version_int16(%x: tensor<2x!a>) {
    // expected-note @below {{mopt.relu: operator version 2 does not have this form, 3 does}}
    %0 = mopt.relu %x {mopt.version = 2 : i32} : (tensor<2x!a>) -> tensor<2x!a>
    return
  }
}

// -----

// 10. Forms that there are not.

!a = !quant.uniform<i16:f32, 0.5>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @no_int16(%x: tensor<2x!a>) {
    // expected-note @below {{mopt.relu_n1_to_1: the format defines no int16 form of the op}}
    %0 = mopt.relu_n1_to_1 %x : (tensor<2x!a>) -> tensor<2x!a>
    return
  }
}

// -----

!a = !quant.uniform<i8:f32, 0.5>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @no_int8(%x: tensor<2x!a>) {
    // expected-note @below {{mopt.neg: the format defines no int8 form of the op}}
    %0 = mopt.neg %x : (tensor<2x!a>) -> tensor<2x!a>
    return
  }
}

// -----

// 11. A bias where kernels need one.

!a = !quant.uniform<i8:f32, 0.5:3>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @no_bias(%x: tensor<1x1x1x1x!a>, %none: none) {
    %w = mopt.const {value = dense<1> : tensor<1x1x1x1xi8>} : () -> tensor<1x1x1x1x!quant.uniform<i8:f32, 0.25>>
    // expected-note @below {{mopt.conv_2d: the integer kernels need a bias}}
    %y = mopt.conv_2d %x, %w, %none : (tensor<1x1x1x1x!a>, tensor<1x1x1x1x!quant.uniform<i8:f32, 0.25>>, none) -> tensor<1x1x1x1x!a>
    return
  }
}

// -----

// 12. One scale an activation.

!a = !quant.uniform<i8:f32:0, {0.5, 0.25}>
func.func @activation_channels(%x: tensor<2x!a>) {
  // expected-error @below {{operand 0 is an activation and must be quantised per tensor}}
  %0 = mopt.relu %x : (tensor<2x!a>) -> tensor<2x!a>
  return
}

// -----

// Beyond the checklist.

!a = !quant.uniform<i8:f32, 0.5:3>
// expected-error @below {{quantization breaks 2 rule(s)}}
module {
  func.func @stored_zero(%i: tensor<1x1xi32>, %x: tensor<1x!a>) {
    %shape = mopt.const {value = dense<4> : tensor<1xi32>} : () -> tensor<1xi32>
    // expected-note @below {{mopt.scatter_nd: operand 1 has zero point 3, but kernels take the stored 0 for the real one}}
    // expected-note @below {{mopt.scatter_nd: result 0 has zero point 3, but kernels take the stored 0 for the real one}}
    %0 = mopt.scatter_nd %i, %x, %shape : (tensor<1x1xi32>, tensor<1x!a>, tensor<1xi32>) -> tensor<4x!a>
    return
  }
}

// -----

!a = !quant.uniform<i8:f32, 1.5:3>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @compared_scale(%x: tensor<2x!a>) {
    // expected-note @below {{mopt.less: an operand has scale 1.5, kernels need less than 1}}
    %0 = mopt.less %x, %x : (tensor<2x!a>, tensor<2x!a>) -> tensor<2xi1>
    return
  }
}

// -----

!a = !quant.uniform<i8:f32, 0.5:3>
!b = !quant.uniform<i8:f32, 0.001:3>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @hard_swish(%x: tensor<2x!a>) {
    // expected-note @below {{mopt.hard_swish: the scale of the operand is more than 128 times that of the result}}
    %0 = mopt.hard_swish %x : (tensor<2x!a>) -> tensor<2x!b>
    return
  }
}

// -----

!a = !quant.uniform<i8:f32, 0.5:3>
// expected-error @below {{quantization breaks 1 rule(s)}}
module {
  func.func @divisor(%x: tensor<2x!a>) {
    // expected-note @below {{mopt.div: operand 1 is not a constant, on which the kernels are not right}}
    %0 = mopt.div %x, %x : (tensor<2x!a>, tensor<2x!a>) -> tensor<2x!a>
    return
  }
}
