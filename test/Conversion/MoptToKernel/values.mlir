// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=x86_64-linux-gnu mcpu=znver4" | FileCheck %s
// RUN: mopt-opt %s --mopt-convert-mopt-to-kernel="triple=aarch64-linux-gnu mcpu=cortex-a76" | FileCheck %s --check-prefix=SDOT

// How values between kernels are stored: where borders are, and in which form.

!x = tensor<2x8x8x16x!quant.uniform<i8:f32, 0.5:-3>>
!y = tensor<2x8x8x32x!quant.uniform<i8:f32, 0.25:7>>
!half = tensor<2x4x4x32x!quant.uniform<i8:f32, 0.25:7>>
!point = tensor<32x1x1x16x!quant.uniform<i8:f32, 0.1>>
!square = tensor<32x1x1x32x!quant.uniform<i8:f32, 0.1>>
!window = tensor<32x3x3x32x!quant.uniform<i8:f32, 0.1>>
!depthwise = tensor<1x3x3x32x!quant.uniform<i8:f32, 0.1>>

// The border that the reader needs is written with the value; rows of the writer
// stay rows, although it is pointwise.
// CHECK-LABEL: func.func @border
// CHECK-NOT: kernel.pack_input
// CHECK: %[[X:.*]] = kernel.conv_2d
// CHECK-SAME: outs(%{{.*}} : tensor<6464xi8>)
// CHECK-SAME: border = 7 : i32
// CHECK-SAME: input_shape = array<i64: 2, 8, 8, 16>
// CHECK-SAME: output_offset
// CHECK-SAME: output_padding = array<i64: 1, 1, 1, 1>
// CHECK-SAME: output_shape = array<i64: 2, 8, 8, 32>
// CHECK: kernel.depthwise_conv_2d ins(%[[X]],
// CHECK-NOT: input_padding
// CHECK-SAME: input_shape = array<i64: 2, 10, 10, 32>
// CHECK-NOT: kernel.pack_input
// SDOT-LABEL: func.func @border
// SDOT: kernel.conv_2d
// SDOT-NOT: offset
// SDOT-SAME: output_padding = array<i64: 1, 1, 1, 1>
func.func @border(%x: !x) -> !y {
  %w = mopt.const {value = dense<1> : tensor<32x1x1x16xi8>} : () -> !point
  %v = mopt.const {value = dense<1> : tensor<1x3x3x32xi8>} : () -> !depthwise
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!x, !point, none) -> !y
  %1 = mopt.depthwise_conv_2d %0, %v, %none {} : (!y, !depthwise, none) -> !y
  return %1 : !y
}

// A stride needs less border: one row and column at the end.
// CHECK-LABEL: func.func @stride
// CHECK: kernel.conv_2d
// CHECK-SAME: output_padding = array<i64: 0, 1, 0, 1>
// CHECK: kernel.conv_2d
// CHECK-SAME: input_shape = array<i64: 2, 9, 9, 32>
func.func @stride(%x: !x) -> !half {
  %w = mopt.const {value = dense<1> : tensor<32x1x1x16xi8>} : () -> !point
  %v = mopt.const {value = dense<1> : tensor<32x3x3x32xi8>} : () -> !window
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!x, !point, none) -> !y
  %1 = mopt.conv_2d %0, %v, %none {stride_h = 2 : i32, stride_w = 2 : i32} : (!y, !window, none) -> !half
  return %1 : !half
}

// The greediest reader decides; the others do without a part of the border.
// CHECK-LABEL: func.func @readers
// CHECK: %[[X:.*]] = kernel.conv_2d
// CHECK-SAME: output_padding = array<i64: 2, 2, 2, 2>
// CHECK: kernel.conv_2d ins(%[[X]],
// CHECK-SAME: input_padding = array<i64: 2, 2, 2, 2>
// CHECK-SAME: input_shape = array<i64: 2, 8, 8, 32>
// CHECK: kernel.depthwise_conv_2d ins(%[[X]],
// CHECK-SAME: dilations = array<i64: 2, 2>
// CHECK-SAME: input_shape = array<i64: 2, 12, 12, 32>
// CHECK: kernel.conv_2d ins(%[[X]],
// CHECK-SAME: input_padding = array<i64: 1, 1, 1, 1>
// CHECK-SAME: input_shape = array<i64: 2, 10, 10, 32>
func.func @readers(%x: !x) -> (!y, !y, !y) {
  %w = mopt.const {value = dense<1> : tensor<32x1x1x16xi8>} : () -> !point
  %u = mopt.const {value = dense<1> : tensor<32x1x1x32xi8>} : () -> !square
  %v = mopt.const {value = dense<1> : tensor<32x3x3x32xi8>} : () -> !window
  %d = mopt.const {value = dense<1> : tensor<1x3x3x32xi8>} : () -> !depthwise
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!x, !point, none) -> !y
  %1 = mopt.conv_2d %0, %u, %none {} : (!y, !square, none) -> !y
  %2 = mopt.depthwise_conv_2d %0, %d, %none {dilation_h_factor = 2 : i32, dilation_w_factor = 2 : i32} : (!y, !depthwise, none) -> !y
  %3 = mopt.conv_2d %0, %v, %none {} : (!y, !window, none) -> !y
  return %1, %2, %3 : !y, !y, !y
}

// What is no kernel reads the middle, and int8.
// CHECK-LABEL: func.func @others
// CHECK: %[[X:.*]] = kernel.conv_2d
// CHECK-NOT: output_offset
// CHECK-SAME: output_padding = array<i64: 1, 1, 1, 1>
// CHECK: %[[ALL:.*]] = tensor.extract_slice %[[X]][0] [6400] [1] : tensor<6464xi8> to tensor<6400xi8>
// CHECK: %[[IMAGES:.*]] = tensor.expand_shape %[[ALL]] {{.*}} : tensor<6400xi8> into tensor<2x10x10x32xi8>
// CHECK: %[[IMAGE:.*]] = tensor.extract_slice %[[IMAGES]][0, 1, 1, 0] [2, 8, 8, 32] [1, 1, 1, 1]
// CHECK: %[[CAST:.*]] = builtin.unrealized_conversion_cast %[[IMAGE]]
// CHECK: mopt.logistic %[[CAST]]
// CHECK: kernel.depthwise_conv_2d ins(%[[X]],
// CHECK-NOT: input_offset
// CHECK-SAME: tile
func.func @others(%x: !x) -> (tensor<2x8x8x32x!quant.uniform<i8:f32, 0.00390625:-128>>, !y) {
  %w = mopt.const {value = dense<1> : tensor<32x1x1x16xi8>} : () -> !point
  %v = mopt.const {value = dense<1> : tensor<1x3x3x32xi8>} : () -> !depthwise
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!x, !point, none) -> !y
  %1 = mopt.logistic %0 : (!y) -> tensor<2x8x8x32x!quant.uniform<i8:f32, 0.00390625:-128>>
  %2 = mopt.depthwise_conv_2d %0, %v, %none {} : (!y, !depthwise, none) -> !y
  return %1, %2 : tensor<2x8x8x32x!quant.uniform<i8:f32, 0.00390625:-128>>, !y
}

// A result of the function is the caller's memory, without a border.
// CHECK-LABEL: func.func @returned
// CHECK: %[[X:.*]] = kernel.conv_2d
// CHECK-NOT: output_padding
// CHECK: %[[PACKED:.*]] = kernel.pack_input ins(%[[X]]
// CHECK-SAME: padding = array<i64: 1, 1, 1, 1>
// CHECK: kernel.depthwise_conv_2d ins(%[[PACKED]],
func.func @returned(%x: !x) -> (!y, !y) {
  %w = mopt.const {value = dense<1> : tensor<32x1x1x16xi8>} : () -> !point
  %v = mopt.const {value = dense<1> : tensor<1x3x3x32xi8>} : () -> !depthwise
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!x, !point, none) -> !y
  %1 = mopt.depthwise_conv_2d %0, %v, %none {} : (!y, !depthwise, none) -> !y
  return %0, %1 : !y, !y
}

// A matrix product sees rows of another length.
// CHECK-LABEL: func.func @reshaped
// CHECK: %[[X:.*]] = kernel.conv_2d
// CHECK-NOT: output_padding
// CHECK: kernel.conv_2d ins(%[[X]],
// CHECK: kernel.pack_input ins(%[[X]]
func.func @reshaped(%x: !x) -> (tensor<32x4x!quant.uniform<i8:f32, 0.25:7>>, !y) {
  %w = mopt.const {value = dense<1> : tensor<32x1x1x16xi8>} : () -> !point
  %m = mopt.const {value = dense<1> : tensor<4x128xi8>} : () -> tensor<4x128x!quant.uniform<i8:f32, 0.1>>
  %v = mopt.const {value = dense<1> : tensor<1x3x3x32xi8>} : () -> !depthwise
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!x, !point, none) -> !y
  %1 = mopt.fully_connected %0, %m, %none {} : (!y, tensor<4x128x!quant.uniform<i8:f32, 0.1>>, none) -> tensor<32x4x!quant.uniform<i8:f32, 0.25:7>>
  %2 = mopt.depthwise_conv_2d %0, %v, %none {} : (!y, !depthwise, none) -> !y
  return %1, %2 : tensor<32x4x!quant.uniform<i8:f32, 0.25:7>>, !y
}

!large = tensor<2x10x11x32x!quant.uniform<i8:f32, 0.25:7>>

// A pad before a convolution is a border like others.
// CHECK-LABEL: func.func @pad
// CHECK-NOT: mopt.pad
// CHECK: %[[X:.*]] = kernel.conv_2d
// CHECK-SAME: output_padding = array<i64: 1, 1, 2, 1>
// CHECK: kernel.depthwise_conv_2d ins(%[[X]],
// CHECK-SAME: input_shape = array<i64: 2, 10, 11, 32>
func.func @pad(%x: !x) -> tensor<2x8x9x32x!quant.uniform<i8:f32, 0.25:7>> {
  %w = mopt.const {value = dense<1> : tensor<32x1x1x16xi8>} : () -> !point
  %v = mopt.const {value = dense<1> : tensor<1x3x3x32xi8>} : () -> !depthwise
  %sizes = mopt.const {value = dense<[[0, 0], [1, 1], [2, 1], [0, 0]]> : tensor<4x2xi32>} : () -> tensor<4x2xi32>
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!x, !point, none) -> !y
  %1 = mopt.pad %0, %sizes : (!y, tensor<4x2xi32>) -> !large
  %2 = mopt.depthwise_conv_2d %1, %v, %none {padding = #mopt.padding<VALID>} : (!large, !depthwise, none) -> tensor<2x8x9x32x!quant.uniform<i8:f32, 0.25:7>>
  return %2 : tensor<2x8x9x32x!quant.uniform<i8:f32, 0.25:7>>
}

// Something else reads the pad too.
// CHECK-LABEL: func.func @pad_returned
// CHECK: %[[X:.*]] = kernel.conv_2d
// CHECK-SAME: output_padding = array<i64: 1, 1, 2, 1>
// CHECK: mopt.pad
// CHECK: kernel.depthwise_conv_2d ins(%[[X]],
func.func @pad_returned(%x: !x) -> (tensor<2x8x9x32x!quant.uniform<i8:f32, 0.25:7>>, !large) {
  %w = mopt.const {value = dense<1> : tensor<32x1x1x16xi8>} : () -> !point
  %v = mopt.const {value = dense<1> : tensor<1x3x3x32xi8>} : () -> !depthwise
  %sizes = mopt.const {value = dense<[[0, 0], [1, 1], [2, 1], [0, 0]]> : tensor<4x2xi32>} : () -> tensor<4x2xi32>
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!x, !point, none) -> !y
  %1 = mopt.pad %0, %sizes : (!y, tensor<4x2xi32>) -> !large
  %2 = mopt.depthwise_conv_2d %1, %v, %none {padding = #mopt.padding<VALID>} : (!large, !depthwise, none) -> tensor<2x8x9x32x!quant.uniform<i8:f32, 0.25:7>>
  return %2, %1 : tensor<2x8x9x32x!quant.uniform<i8:f32, 0.25:7>>, !large
}

!more = tensor<3x8x8x32x!quant.uniform<i8:f32, 0.25:7>>

// A pad of the batches is none of images.
// CHECK-LABEL: func.func @pad_batches
// CHECK: kernel.conv_2d
// CHECK-NOT: output_padding
// CHECK: mopt.pad
// CHECK: kernel.pack_input
func.func @pad_batches(%x: !x) -> !more {
  %w = mopt.const {value = dense<1> : tensor<32x1x1x16xi8>} : () -> !point
  %v = mopt.const {value = dense<1> : tensor<1x3x3x32xi8>} : () -> !depthwise
  %sizes = mopt.const {value = dense<[[0, 1], [0, 0], [0, 0], [0, 0]]> : tensor<4x2xi32>} : () -> tensor<4x2xi32>
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!x, !point, none) -> !y
  %1 = mopt.pad %0, %sizes : (!y, tensor<4x2xi32>) -> !more
  %2 = mopt.depthwise_conv_2d %1, %v, %none {} : (!more, !depthwise, none) -> !more
  return %2 : !more
}

!u = tensor<1x4x4x16x!quant.uniform<u8:f32, 0.5:120>>
!far = tensor<16x1x1x16x!quant.uniform<u8:f32, 0.1:140>>
!far_window = tensor<1x3x3x16x!quant.uniform<u8:f32, 0.1:140>>

// Weights of 0 less 140 are -128 and, in a step of their own, -12. uint8 between
// kernels becomes int8 where that is what they multiply.
// CHECK-LABEL: func.func @unsigned
// CHECK: kernel.conv_2d
// CHECK-SAME: tensor<320xi8>
// CHECK-SAME: border = -8 : i32
// CHECK-SAME: input_offset
// CHECK-SAME: output_offset
// CHECK-SAME: repeated = array<i64: 2>
// CHECK: kernel.depthwise_conv_2d
// CHECK-SAME: repeated = array<i64: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11>
// SDOT-LABEL: func.func @unsigned
// SDOT: kernel.conv_2d
// SDOT-SAME: input_offset
// SDOT-NOT: output_offset
// SDOT-SAME: repeated = array<i64: 2>
// SDOT: kernel.depthwise_conv_2d
// SDOT-NOT: input_offset
// SDOT-SAME: output_offset
func.func @unsigned(%x: !u) -> !u {
  %w = mopt.const {value = dense<[[[[139, 139, 139, 139, 139, 139, 139, 139, 139, 0, 139, 139, 139, 139, 139, 139]]],
                                  [[[139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 255]]],
                                  [[[139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 255]]],
                                  [[[139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 255]]],
                                  [[[139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 255]]],
                                  [[[139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 255]]],
                                  [[[139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 255]]],
                                  [[[139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 255]]],
                                  [[[139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 255]]],
                                  [[[139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 255]]],
                                  [[[139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 255]]],
                                  [[[139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 255]]],
                                  [[[139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 255]]],
                                  [[[139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 255]]],
                                  [[[139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 255]]],
                                  [[[139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 139, 255]]]]> : tensor<16x1x1x16xui8>} : () -> !far
  %v = mopt.const {value = dense<0> : tensor<1x3x3x16xui8>} : () -> !far_window
  %none = mopt.no_value : () -> none
  %0 = mopt.conv_2d %x, %w, %none {} : (!u, !far, none) -> !u
  %1 = mopt.depthwise_conv_2d %0, %v, %none {} : (!u, !far_window, none) -> !u
  return %1 : !u
}
