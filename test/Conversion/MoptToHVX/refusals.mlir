// RUN: mopt-opt %s --pass-pipeline='builtin.module(func.func(mopt-convert-mopt-to-hvx{requantize=fixed}))' -split-input-file -verify-diagnostics

!two = tensor<2x4x4x4x!quant.uniform<i8:f32, 0.5>>
!filter = tensor<4x1x1x4x!quant.uniform<i8:f32, 0.01>>
func.func @batch(%x: !two) -> !two {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<1> : tensor<4x1x1x4xi8>} : () -> !filter
  // expected-remark@+1 {{no kernel of Hexagon computes it: more than one image}}
  %y = mopt.conv_2d %x, %w, %none : (!two, !filter, none) -> !two
  return %y : !two
}

// -----

!in = tensor<1x6x6x4x!quant.uniform<i8:f32, 0.5>>
!out = tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5>>
!filter = tensor<4x1x1x4x!quant.uniform<i8:f32, 0.01>>
func.func @strides(%x: !in) -> !out {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<1> : tensor<4x1x1x4xi8>} : () -> !filter
  // expected-remark@+1 {{strides other than 1 or 2 for both rows and columns}}
  %y = mopt.conv_2d %x, %w, %none {stride_h = 3 : i32, stride_w = 3 : i32} : (!in, !filter, none) -> !out
  return %y : !out
}

// -----

!in = tensor<1x4x4x4x!quant.uniform<i8:f32, 0.5>>
!filter = tensor<4x1x1x4x!quant.uniform<i8:f32, 600.0>>
func.func @scales(%x: !in) -> !in {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<1> : tensor<4x1x1x4xi8>} : () -> !filter
  // expected-remark@+1 {{scales that the kernels' integers do not reach exactly}}
  %y = mopt.conv_2d %x, %w, %none : (!in, !filter, none) -> !in
  return %y : !in
}

// -----

!in = tensor<1x4x4x4x!quant.uniform<i8:f32, 0.5>>
!filter = tensor<4x1x1x4x!quant.uniform<i8:f32, 0.01>>
func.func @weights(%x: !in, %w: !filter) -> !in {
  %none = mopt.no_value : () -> none
  // expected-remark@+1 {{no constant 8-bit weights}}
  %y = mopt.conv_2d %x, %w, %none : (!in, !filter, none) -> !in
  return %y : !in
}

// -----

!in = tensor<1x4x4x4x!quant.uniform<i8:f32, 0.5>>
!row = tensor<1x1x1x4x!quant.uniform<i8:f32, 0.5>>
func.func @broadcast(%x: !in, %y: !row) -> !in {
  // expected-remark@+1 {{no two 8-bit images of one shape}}
  %z = mopt.add %x, %y {} : (!in, !row) -> !in
  return %z : !in
}

// -----

!in = tensor<1x4x4x4x!quant.uniform<i8:f32, 0.5>>
!out = tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5>>
func.func @window(%x: !in) -> !out {
  // expected-remark@+1 {{a window that is not the whole image}}
  %y = mopt.average_pool_2d %x {filter_height = 2 : i32, filter_width = 2 : i32, padding = #mopt.padding<VALID>, stride_h = 2 : i32, stride_w = 2 : i32} : (!in) -> !out
  return %y : !out
}

// -----

!in = tensor<1x20x20x4x!quant.uniform<i8:f32, 0.5>>
!out = tensor<1x1x1x4x!quant.uniform<i8:f32, 0.5>>
func.func @pixels(%x: !in) -> !out {
  // expected-remark@+1 {{more pixels than a sum of 16 bits has room for}}
  %y = mopt.average_pool_2d %x {filter_height = 20 : i32, filter_width = 20 : i32, padding = #mopt.padding<VALID>, stride_h = 1 : i32, stride_w = 1 : i32} : (!in) -> !out
  return %y : !out
}
