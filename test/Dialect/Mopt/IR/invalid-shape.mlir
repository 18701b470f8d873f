// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @reshape_elements(%x: tensor<2x3xf32>) {
  // expected-error @below {{'mopt.reshape' op output must have as many elements as the input (6), got 'tensor<5xf32>'}}
  %0 = mopt.reshape %x {new_shape = array<i32: 5>} : (tensor<2x3xf32>) -> tensor<5xf32>
  return
}

// -----

func.func @reshape_type(%x: tensor<2x3xf32>) {
  // expected-error @below {{'mopt.reshape' op input and output must have the same element type, got 'f32' and 'i32'}}
  %0 = mopt.reshape %x {new_shape = array<i32: 6>} : (tensor<2x3xf32>) -> tensor<6xi32>
  return
}

// -----

func.func @reshape_operand(%x: tensor<2x6xf32>) {
  %s = mopt.const {value = dense<[3, 4]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.reshape' op asks for shape [3, 4], but the output is 'tensor<4x3xf32>'}}
  %0 = mopt.reshape %x, %s {new_shape = array<i32: 4, 3>} : (tensor<2x6xf32>, tensor<2xi32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @reshape_attribute(%x: tensor<2x6xf32>) {
  // expected-error @below {{'mopt.reshape' op asks for shape [3, 4], but the output is 'tensor<4x3xf32>'}}
  %0 = mopt.reshape %x {new_shape = array<i32: 3, 4>} : (tensor<2x6xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @reshape_stretched_twice(%x: tensor<2x6xf32>) {
  // expected-error @below {{'mopt.reshape' op asks for shape [-1, -1], but the output is 'tensor<4x3xf32>'}}
  %0 = mopt.reshape %x {new_shape = array<i32: -1, -1>} : (tensor<2x6xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @squeeze_range(%x: tensor<1x2xf32>) {
  // expected-error @below {{'mopt.squeeze' op dimension -3 is out of range for 'tensor<1x2xf32>'}}
  %0 = mopt.squeeze %x {squeeze_dims = array<i32: -3>} : (tensor<1x2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @squeeze_size(%x: tensor<1x2xf32>) {
  // expected-error @below {{'mopt.squeeze' op cannot drop dimension 1 of 'tensor<1x2xf32>', whose size is not 1}}
  %0 = mopt.squeeze %x {squeeze_dims = array<i32: 1>} : (tensor<1x2xf32>) -> tensor<1xf32>
  return
}

// -----

func.func @squeeze_shape(%x: tensor<1x2x1xf32>) {
  // expected-error @below {{'mopt.squeeze' op output must have shape [2, 1], got 'tensor<2xf32>'}}
  %0 = mopt.squeeze %x {squeeze_dims = array<i32: 0>} : (tensor<1x2x1xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @expand_axis_type(%x: tensor<2xf32>, %a: tensor<1xf32>) {
  // expected-error @below {{'mopt.expand_dims' op axis must hold int32 or int64, got 'tensor<1xf32>'}}
  %0 = mopt.expand_dims %x, %a : (tensor<2xf32>, tensor<1xf32>) -> tensor<1x2xf32>
  return
}

// -----

func.func @expand_axis_range(%x: tensor<2xf32>) {
  %a = mopt.const {value = dense<-3> : tensor<i64>} : () -> tensor<i64>
  // expected-error @below {{'mopt.expand_dims' op axis must be one value in [-2, 2) for 'tensor<2xf32>'}}
  %0 = mopt.expand_dims %x, %a : (tensor<2xf32>, tensor<i64>) -> tensor<1x2xf32>
  return
}

// -----

func.func @expand_axis_count(%x: tensor<2xf32>) {
  %a = mopt.const {value = dense<0> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.expand_dims' op axis must be one value in [-2, 2) for 'tensor<2xf32>'}}
  %0 = mopt.expand_dims %x, %a : (tensor<2xf32>, tensor<2xi32>) -> tensor<1x2xf32>
  return
}

// -----

func.func @expand_shape(%x: tensor<2x2xf32>) {
  %a = mopt.const {value = dense<1> : tensor<i32>} : () -> tensor<i32>
  // expected-error @below {{'mopt.expand_dims' op output must have shape [2, 1, 2], got 'tensor<1x2x2xf32>'}}
  %0 = mopt.expand_dims %x, %a : (tensor<2x2xf32>, tensor<i32>) -> tensor<1x2x2xf32>
  return
}

// -----

func.func @paddings_type(%x: tensor<2xf32>, %p: tensor<1x2xf32>) {
  // expected-error @below {{'mopt.pad' op paddings must hold int8 or int16 or int32 or int64, got 'tensor<1x2xf32>'}}
  %0 = mopt.pad %x, %p : (tensor<2xf32>, tensor<1x2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @paddings_shape(%x: tensor<2xf32>, %p: tensor<2x2xi32>) {
  // expected-error @below {{'mopt.pad' op paddings must have shape [1, 2], got 'tensor<2x2xi32>'}}
  %0 = mopt.pad %x, %p : (tensor<2xf32>, tensor<2x2xi32>) -> tensor<2xf32>
  return
}

// -----

func.func @negative_paddings(%x: tensor<2xf32>) {
  %p = mopt.const {value = dense<[[0, -1]]> : tensor<1x2xi8>} : () -> tensor<1x2xi8>
  // expected-error @below {{'mopt.pad' op paddings must lie in [0, 2^31), got -1}}
  %0 = mopt.pad %x, %p : (tensor<2xf32>, tensor<1x2xi8>) -> tensor<1xf32>
  return
}

// -----

func.func @huge_paddings(%x: tensor<2xf32>) {
  %p = mopt.const {value = dense<[[9223372036854775807, 1]]> : tensor<1x2xi64>} : () -> tensor<1x2xi64>
  // expected-error @below {{'mopt.pad' op paddings must lie in [0, 2^31), got 9223372036854775807}}
  %0 = mopt.pad %x, %p : (tensor<2xf32>, tensor<1x2xi64>) -> tensor<2xf32>
  return
}

// -----

func.func @padded_shape(%x: tensor<2xf32>) {
  %p = mopt.const {value = dense<[[1, 2]]> : tensor<1x2xi32>} : () -> tensor<1x2xi32>
  // expected-error @below {{'mopt.pad' op output must have shape [5], got 'tensor<4xf32>'}}
  %0 = mopt.pad %x, %p : (tensor<2xf32>, tensor<1x2xi32>) -> tensor<4xf32>
  return
}

// -----

func.func @pad_type(%x: tensor<2xf32>, %p: tensor<1x2xi32>) {
  // expected-error @below {{'mopt.pad' op input and output must have the same element type, got 'f32' and 'i32'}}
  %0 = mopt.pad %x, %p : (tensor<2xf32>, tensor<1x2xi32>) -> tensor<2xi32>
  return
}

// -----

func.func @pad_value_count(%x: tensor<2xf32>, %p: tensor<1x2xi32>, %v: tensor<2xf32>) {
  // expected-error @below {{'mopt.padv2' op constant_values must have one element, got 'tensor<2xf32>'}}
  %0 = mopt.padv2 %x, %p, %v : (tensor<2xf32>, tensor<1x2xi32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @pad_value_type(%x: tensor<2xf32>, %p: tensor<1x2xi32>, %v: tensor<i32>) {
  // expected-error @below {{'mopt.padv2' op constant_values and output must have the same element type, got 'i32' and 'f32'}}
  %0 = mopt.padv2 %x, %p, %v : (tensor<2xf32>, tensor<1x2xi32>, tensor<i32>) -> tensor<2xf32>
  return
}

// -----

!q = !quant.uniform<i8:f32, 0.5>
!v = !quant.uniform<i8:f32, 0.5:1>
func.func @pad_value_scale(%x: tensor<2x!q>, %p: tensor<1x2xi32>, %v: tensor<1x!v>) {
  // expected-error @below {{'mopt.padv2' op constant_values of type 'tensor<1x!quant.uniform<i8:f32, 5.000000e-01:1>>' must have the scale and zero point of the output 'tensor<2x!quant.uniform<i8:f32, 5.000000e-01>>'}}
  %0 = mopt.padv2 %x, %p, %v : (tensor<2x!q>, tensor<1x2xi32>, tensor<1x!v>) -> tensor<2x!q>
  return
}

// -----

func.func @concatenate_nothing() {
  // expected-error @below {{'mopt.concatenation' op needs at least one input}}
  %0 = mopt.concatenation : () -> tensor<2xf32>
  return
}

// -----

func.func @concatenation_activation(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.concatenation' op cannot carry the activation RELU}}
  %0 = mopt.concatenation %x {fused_activation_function = #mopt.activation<RELU>} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @concatenation_axis(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.concatenation' op axis -2 is out of range for 'tensor<2xf32>'}}
  %0 = mopt.concatenation %x {axis = -2 : i32} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @concatenate_scalars(%x: tensor<f32>) {
  // expected-error @below {{'mopt.concatenation' op axis 0 is out of range for 'tensor<f32>'}}
  %0 = mopt.concatenation %x, %x : (tensor<f32>, tensor<f32>) -> tensor<2xf32>
  return
}

// -----

func.func @concatenation_type(%x: tensor<2xf32>, %y: tensor<2xi32>) {
  // expected-error @below {{'mopt.concatenation' op input 1 and output must have the same element type, got 'i32' and 'f32'}}
  %0 = mopt.concatenation %x, %y : (tensor<2xf32>, tensor<2xi32>) -> tensor<4xf32>
  return
}

// -----

func.func @concatenation_inputs(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>) {
  // expected-error @below {{'mopt.concatenation' op input 1 of type 'tensor<2x4xf32>' differs from 'tensor<2x3xf32>' in more than dimension 0}}
  %0 = mopt.concatenation %x, %y : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @concatenation_rank(%x: tensor<2x3xf32>, %y: tensor<3xf32>) {
  // expected-error @below {{'mopt.concatenation' op input 1 of type 'tensor<3xf32>' differs from 'tensor<2x3xf32>' in more than dimension 0}}
  %0 = mopt.concatenation %x, %y : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<3x3xf32>
  return
}

// -----

func.func @concatenation_shape(%x: tensor<2x3xf32>, %y: tensor<1x3xf32>) {
  // expected-error @below {{'mopt.concatenation' op output must have shape [3, 3], got 'tensor<4x3xf32>'}}
  %0 = mopt.concatenation %x, %y {axis = -2 : i32} : (tensor<2x3xf32>, tensor<1x3xf32>) -> tensor<4x3xf32>
  return
}

// -----

!q = !quant.uniform<i8:f32, 0.5>
!r = !quant.uniform<i8:f32, 0.25>
func.func @concatenation_scale(%x: tensor<2x!q>, %y: tensor<2x!r>) {
  // expected-error @below {{'mopt.concatenation' op input 1 of type 'tensor<2x!quant.uniform<i8:f32, 2.500000e-01>>' must have the scale and zero point of the output 'tensor<4x!quant.uniform<i8:f32, 5.000000e-01>>'}}
  %0 = mopt.concatenation %x, %y : (tensor<2x!q>, tensor<2x!r>) -> tensor<4x!q>
  return
}

// -----

func.func @resize_input_rank(%x: tensor<2x2xf32>, %s: tensor<2xi32>) {
  // expected-error @below {{'mopt.resize_bilinear' op input must have rank 4, got 'tensor<2x2xf32>'}}
  %0 = mopt.resize_bilinear %x, %s : (tensor<2x2xf32>, tensor<2xi32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @resize_output_rank(%x: tensor<1x2x2x1xf32>, %s: tensor<2xi32>) {
  // expected-error @below {{'mopt.resize_bilinear' op output must have rank 4, got 'tensor<2x2xf32>'}}
  %0 = mopt.resize_bilinear %x, %s : (tensor<1x2x2x1xf32>, tensor<2xi32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @resize_size_rank(%x: tensor<1x2x2x1xf32>, %s: tensor<1x2xi32>) {
  // expected-error @below {{'mopt.resize_nearest_neighbor' op size must have rank 1, got 'tensor<1x2xi32>'}}
  %0 = mopt.resize_nearest_neighbor %x, %s : (tensor<1x2x2x1xf32>, tensor<1x2xi32>) -> tensor<1x2x2x1xf32>
  return
}

// -----

func.func @resize_size_type(%x: tensor<1x2x2x1xf32>, %s: tensor<2xi64>) {
  // expected-error @below {{'mopt.resize_nearest_neighbor' op size must hold int32, got 'tensor<2xi64>'}}
  %0 = mopt.resize_nearest_neighbor %x, %s : (tensor<1x2x2x1xf32>, tensor<2xi64>) -> tensor<1x2x2x1xf32>
  return
}

// -----

func.func @resize_type(%x: tensor<1x2x2x1xf32>, %s: tensor<2xi32>) {
  // expected-error @below {{'mopt.resize_bilinear' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.resize_bilinear %x, %s : (tensor<1x2x2x1xf32>, tensor<2xi32>) -> tensor<1x2x2x1xf16>
  return
}

// -----

func.func @resize_options(%x: tensor<1x2x2x1xf32>, %s: tensor<2xi32>) {
  // expected-error @below {{'mopt.resize_bilinear' op align_corners and half_pixel_centers exclude each other}}
  %0 = mopt.resize_bilinear %x, %s {align_corners = true, half_pixel_centers = true} : (tensor<1x2x2x1xf32>, tensor<2xi32>) -> tensor<1x2x2x1xf32>
  return
}

// -----

func.func @resize_size(%x: tensor<1x2x2x1xf32>) {
  %s = mopt.const {value = dense<[0, 2]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.resize_bilinear' op size must be two values of at least 1}}
  %0 = mopt.resize_bilinear %x, %s : (tensor<1x2x2x1xf32>, tensor<2xi32>) -> tensor<1x0x2x1xf32>
  return
}

// -----

func.func @resize_shape(%x: tensor<1x2x2x1xf32>) {
  %s = mopt.const {value = dense<[4, 5]> : tensor<2xi32>} : () -> tensor<2xi32>
  // expected-error @below {{'mopt.resize_nearest_neighbor' op output must have shape [1, 4, 5, 1], got 'tensor<1x5x4x1xf32>'}}
  %0 = mopt.resize_nearest_neighbor %x, %s : (tensor<1x2x2x1xf32>, tensor<2xi32>) -> tensor<1x5x4x1xf32>
  return
}
