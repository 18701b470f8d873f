// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @dynamic_shape(%x: tensor<?x4x4x1xf32>, %f: tensor<1x1x1x1xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.conv_2d' op operand #0 must be ranked tensor of static shape, with dimensions below 2^31 and at most 2^55 elements, but got 'tensor<?x4x4x1xf32>'}}
  %0 = mopt.conv_2d %x, %f, %none : (tensor<?x4x4x1xf32>, tensor<1x1x1x1xf32>, none) -> tensor<1x4x4x1xf32>
  return
}

// -----

func.func @dimension_too_large(%x: tensor<1x2147483648x1x1xf32>, %f: tensor<1x1x1x1xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.conv_2d' op operand #0 must be ranked tensor of static shape, with dimensions below 2^31 and at most 2^55 elements, but got 'tensor<1x2147483648x1x1xf32>'}}
  %0 = mopt.conv_2d %x, %f, %none : (tensor<1x2147483648x1x1xf32>, tensor<1x1x1x1xf32>, none) -> tensor<1x1x1x1xf32>
  return
}

// -----

func.func @too_many_elements(%x: tensor<1x2147483647x2147483647x8xf32>, %f: tensor<1x1x1x8xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.conv_2d' op operand #0 must be ranked tensor of static shape, with dimensions below 2^31 and at most 2^55 elements, but got 'tensor<1x2147483647x2147483647x8xf32>'}}
  %0 = mopt.conv_2d %x, %f, %none : (tensor<1x2147483647x2147483647x8xf32>, tensor<1x1x1x8xf32>, none) -> tensor<1x1x1x1xf32>
  return
}

// -----

func.func @input_rank(%x: tensor<4x4x1xf32>, %f: tensor<1x1x1x1xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.conv_2d' op input must have rank 4, got 'tensor<4x4x1xf32>'}}
  %0 = mopt.conv_2d %x, %f, %none : (tensor<4x4x1xf32>, tensor<1x1x1x1xf32>, none) -> tensor<4x4x1xf32>
  return
}

// -----

func.func @filter_rank(%x: tensor<1x4x4x1xf32>, %f: tensor<f32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.conv_2d' op filter must have rank 4, got 'tensor<f32>'}}
  %0 = mopt.conv_2d %x, %f, %none : (tensor<1x4x4x1xf32>, tensor<f32>, none) -> tensor<1x4x4x1xf32>
  return
}

// -----

func.func @channels_not_a_multiple(%x: tensor<1x4x4x3xf32>, %f: tensor<2x1x1x2xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.conv_2d' op input channels (3) must be a multiple of filter channels (2)}}
  %0 = mopt.conv_2d %x, %f, %none : (tensor<1x4x4x3xf32>, tensor<2x1x1x2xf32>, none) -> tensor<1x4x4x2xf32>
  return
}

// -----

func.func @no_filter_channels(%x: tensor<1x4x4x3xf32>, %f: tensor<2x1x1x0xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.conv_2d' op input channels (3) must be a multiple of filter channels (0)}}
  %0 = mopt.conv_2d %x, %f, %none : (tensor<1x4x4x3xf32>, tensor<2x1x1x0xf32>, none) -> tensor<1x4x4x2xf32>
  return
}

// -----

func.func @no_input_channels(%x: tensor<1x4x4x0xf32>, %f: tensor<2x1x1x3xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.conv_2d' op output channels (2) must be a multiple of the 0 groups}}
  %0 = mopt.conv_2d %x, %f, %none : (tensor<1x4x4x0xf32>, tensor<2x1x1x3xf32>, none) -> tensor<1x4x4x2xf32>
  return
}

// -----

func.func @groups(%x: tensor<1x4x4x4xf32>, %f: tensor<3x1x1x2xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.conv_2d' op output channels (3) must be a multiple of the 2 groups}}
  %0 = mopt.conv_2d %x, %f, %none : (tensor<1x4x4x4xf32>, tensor<3x1x1x2xf32>, none) -> tensor<1x4x4x3xf32>
  return
}

// -----

func.func @fused_tanh(%x: tensor<1x4x4x1xf32>, %f: tensor<1x1x1x1xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.conv_2d' op cannot carry the activation TANH; allowed are NONE, RELU, RELU_N1_TO_1, RELU6}}
  %0 = mopt.conv_2d %x, %f, %none {fused_activation_function = #mopt.activation<TANH>} : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>, none) -> tensor<1x4x4x1xf32>
  return
}

// -----

func.func @output_type(%x: tensor<1x4x4x1xf32>, %f: tensor<1x1x1x1xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.conv_2d' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.conv_2d %x, %f, %none : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>, none) -> tensor<1x4x4x1xf16>
  return
}

// -----

func.func @filter_type(%x: tensor<1x4x4x1xf32>, %f: tensor<1x1x1x1xi32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.conv_2d' op filter must be float32, float16 or quantised, got 'tensor<1x1x1x1xi32>'}}
  %0 = mopt.conv_2d %x, %f, %none : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xi32>, none) -> tensor<1x4x4x1xf32>
  return
}

// -----

func.func @bias_size(%x: tensor<1x4x4x1xf32>, %f: tensor<2x1x1x1xf32>, %b: tensor<3xf32>) {
  // expected-error @below {{'mopt.conv_2d' op bias must have 2 elements, one per output channel, got 'tensor<3xf32>'}}
  %0 = mopt.conv_2d %x, %f, %b : (tensor<1x4x4x1xf32>, tensor<2x1x1x1xf32>, tensor<3xf32>) -> tensor<1x4x4x2xf32>
  return
}

// -----

func.func @bias_type(%x: tensor<1x4x4x1xf32>, %f: tensor<2x1x1x1xf32>, %b: tensor<2xi32>) {
  // expected-error @below {{'mopt.conv_2d' op bias must hold float32 for input 'tensor<1x4x4x1xf32>', got 'tensor<2xi32>'}}
  %0 = mopt.conv_2d %x, %f, %b : (tensor<1x4x4x1xf32>, tensor<2x1x1x1xf32>, tensor<2xi32>) -> tensor<1x4x4x2xf32>
  return
}

// -----

!q = !quant.uniform<i8:f32, 0.5>
func.func @quantised_bias_type(%x: tensor<1x4x4x1x!q>, %f: tensor<2x1x1x1x!q>, %b: tensor<2xf32>) {
  // expected-error @below {{'mopt.conv_2d' op bias must hold integers for input 'tensor<1x4x4x1x!quant.uniform<i8:f32, 5.000000e-01>>', got 'tensor<2xf32>'}}
  %0 = mopt.conv_2d %x, %f, %b : (tensor<1x4x4x1x!q>, tensor<2x1x1x1x!q>, tensor<2xf32>) -> tensor<1x4x4x2x!q>
  return
}

// -----

// A stride of -1 must not be read as 4294967295.
func.func @negative_stride(%x: tensor<1x4x4x1xf32>, %f: tensor<1x1x1x1xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.conv_2d' op stride, dilation and filter size along the height must be positive, got -1, 1 and 1}}
  %0 = mopt.conv_2d %x, %f, %none {stride_h = -1 : i32} : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>, none) -> tensor<1x1x4x1xf32>
  return
}

// -----

func.func @zero_dilation(%x: tensor<1x4x4x1xf32>, %f: tensor<1x1x1x1xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.conv_2d' op stride, dilation and filter size along the width must be positive, got 1, 0 and 1}}
  %0 = mopt.conv_2d %x, %f, %none {dilation_w_factor = 0 : i32} : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>, none) -> tensor<1x4x4x1xf32>
  return
}

// -----

func.func @empty_filter(%x: tensor<1x4x4x1xf32>, %f: tensor<1x0x1x1xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.conv_2d' op stride, dilation and filter size along the height must be positive, got 1, 1 and 0}}
  %0 = mopt.conv_2d %x, %f, %none : (tensor<1x4x4x1xf32>, tensor<1x0x1x1xf32>, none) -> tensor<1x4x4x1xf32>
  return
}

// -----

func.func @window_too_large(%x: tensor<1x4x4x1xf32>, %f: tensor<1x1x3x1xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.conv_2d' op a window of 5 does not fit into the width of 4 with padding VALID}}
  %0 = mopt.conv_2d %x, %f, %none {padding = #mopt.padding<VALID>, dilation_w_factor = 2 : i32} : (tensor<1x4x4x1xf32>, tensor<1x1x3x1xf32>, none) -> tensor<1x4x1x1xf32>
  return
}

// -----

// The window has 2^31 * (2^31 - 2) + 1 taps, which 64 bits hold.
func.func @largest_window(%x: tensor<1x4x4x0xf32>, %f: tensor<0x2147483647x1x0xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.depthwise_conv_2d' op filter must have 1 as its first dimension, got 'tensor<0x2147483647x1x0xf32>'}}
  %0 = mopt.depthwise_conv_2d %x, %f, %none {padding = #mopt.padding<VALID>, dilation_h_factor = 2147483647 : i32} : (tensor<1x4x4x0xf32>, tensor<0x2147483647x1x0xf32>, none) -> tensor<1x4x1x1xf32>
  return
}

// -----

func.func @huge_dilation(%x: tensor<1x4x4x1xf32>, %f: tensor<1x2147483647x1x1xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.conv_2d' op a window of 4611686011984936963 does not fit into the height of 4 with padding VALID}}
  %0 = mopt.conv_2d %x, %f, %none {padding = #mopt.padding<VALID>, dilation_h_factor = 2147483647 : i32} : (tensor<1x4x4x1xf32>, tensor<1x2147483647x1x1xf32>, none) -> tensor<1x4x1x1xf32>
  return
}

// -----

func.func @same_shape(%x: tensor<1x5x4x1xf32>, %f: tensor<2x3x3x1xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.conv_2d' op output must have shape [1, 3, 2, 2], got 'tensor<1x2x2x2xf32>'}}
  %0 = mopt.conv_2d %x, %f, %none {stride_h = 2 : i32, stride_w = 2 : i32} : (tensor<1x5x4x1xf32>, tensor<2x3x3x1xf32>, none) -> tensor<1x2x2x2xf32>
  return
}

// -----

func.func @valid_shape(%x: tensor<1x5x4x1xf32>, %f: tensor<2x3x3x1xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.conv_2d' op output must have shape [1, 3, 2, 2], got 'tensor<1x5x4x2xf32>'}}
  %0 = mopt.conv_2d %x, %f, %none {padding = #mopt.padding<VALID>} : (tensor<1x5x4x1xf32>, tensor<2x3x3x1xf32>, none) -> tensor<1x5x4x2xf32>
  return
}

// -----

func.func @depthwise_multiplier(%x: tensor<1x4x4x2xf32>, %f: tensor<1x1x1x3xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.depthwise_conv_2d' op output channels (3) must be a multiple of the input channels (2)}}
  %0 = mopt.depthwise_conv_2d %x, %f, %none : (tensor<1x4x4x2xf32>, tensor<1x1x1x3xf32>, none) -> tensor<1x4x4x3xf32>
  return
}

// -----

func.func @depthwise_no_channels(%x: tensor<1x4x4x0xf32>, %f: tensor<1x1x1x3xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.depthwise_conv_2d' op output channels (3) must be a multiple of the input channels (0)}}
  %0 = mopt.depthwise_conv_2d %x, %f, %none : (tensor<1x4x4x0xf32>, tensor<1x1x1x3xf32>, none) -> tensor<1x4x4x3xf32>
  return
}

// -----

func.func @fc_filter_rank(%x: tensor<2x3xf32>, %f: tensor<3xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.fully_connected' op filter must have rank 2, got 'tensor<3xf32>'}}
  %0 = mopt.fully_connected %x, %f, %none : (tensor<2x3xf32>, tensor<3xf32>, none) -> tensor<2x1xf32>
  return
}

// -----

func.func @fc_depth(%x: tensor<2x3xf32>, %f: tensor<4x5xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.fully_connected' op input elements (6) must be a multiple of the filter's depth (5)}}
  %0 = mopt.fully_connected %x, %f, %none : (tensor<2x3xf32>, tensor<4x5xf32>, none) -> tensor<2x4xf32>
  return
}

// -----

func.func @fc_no_depth(%x: tensor<2x0xf32>, %f: tensor<4x0xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.fully_connected' op input elements (0) must be a multiple of the filter's depth (0)}}
  %0 = mopt.fully_connected %x, %f, %none : (tensor<2x0xf32>, tensor<4x0xf32>, none) -> tensor<2x4xf32>
  return
}

// -----

func.func @fc_keep_num_dims(%x: tensor<2x6xf32>, %f: tensor<4x3xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.fully_connected' op with keep_num_dims the input's last dimension must be the filter's depth (3), got 'tensor<2x6xf32>'}}
  %0 = mopt.fully_connected %x, %f, %none {keep_num_dims = true} : (tensor<2x6xf32>, tensor<4x3xf32>, none) -> tensor<4x4xf32>
  return
}

// -----

func.func @fc_output(%x: tensor<2x2x3xf32>, %f: tensor<4x3xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.fully_connected' op output must have shape [4, 4], got 'tensor<2x2x4xf32>'}}
  %0 = mopt.fully_connected %x, %f, %none : (tensor<2x2x3xf32>, tensor<4x3xf32>, none) -> tensor<2x2x4xf32>
  return
}

// -----

func.func @fc_keep_output(%x: tensor<2x2x3xf32>, %f: tensor<4x3xf32>) {
  %none = mopt.no_value : () -> none
  // expected-error @below {{'mopt.fully_connected' op output must have shape [2, 2, 4], got 'tensor<4x4xf32>'}}
  %0 = mopt.fully_connected %x, %f, %none {keep_num_dims = true} : (tensor<2x2x3xf32>, tensor<4x3xf32>, none) -> tensor<4x4xf32>
  return
}

// -----

func.func @fc_bias(%x: tensor<2x3xf32>, %f: tensor<4x3xf32>, %b: tensor<1xf32>) {
  // expected-error @below {{'mopt.fully_connected' op bias must have 4 elements, one per output channel, got 'tensor<1xf32>'}}
  %0 = mopt.fully_connected %x, %f, %b : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<1xf32>) -> tensor<2x4xf32>
  return
}
