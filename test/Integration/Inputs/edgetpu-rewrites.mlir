// Every rewrite of edgetpu-legalize. Results whose name begins with `near` may
// differ by one unit, all others not at all.
!q = !quant.uniform<i8:f32, 0.5:-3>
!p = !quant.uniform<i8:f32, 0.02:7>
!a = !quant.uniform<i8:f32, 0.0625>
!w = !quant.uniform<i8:f32, 0.25>
!b = !quant.uniform<i32:f32, 0.125>
!wc = !quant.uniform<i8:f32:0, {0.25, 0.13}>
!bc = !quant.uniform<i32:f32:0, {0.125, 0.065}>
func.func @main(%image: tensor<1x4x4x4x!q> {mopt.tensor = #mopt.tensor<name = "image">},
                %small: tensor<1x4x4x4x!p> {mopt.tensor = #mopt.tensor<name = "small">},
                %pixel: tensor<1x1x1x8x!q> {mopt.tensor = #mopt.tensor<name = "pixel">},
                %large: tensor<1x256x128x4x!q> {mopt.tensor = #mopt.tensor<name = "large">},
                %rows: tensor<4x3x!q> {mopt.tensor = #mopt.tensor<name = "rows">},
                %real: tensor<1x8xf32> {mopt.tensor = #mopt.tensor<name = "real">})
    -> (tensor<1x3x5x8x!q>, tensor<1x3x5x8x!q>, tensor<1x2x2x4x!p>, tensor<1x4x4x4x!p>, tensor<1x4x4x4x!q>, tensor<1x4x4x4x!q>,
        tensor<4x2x!q>, tensor<4x2x!q>, tensor<1x4x!q>, tensor<1x4x4x4x!q>, tensor<1x8x!q>, tensor<1x6x4x4x!q>, tensor<8xf32>) {
  %size = mopt.const {value = dense<[3, 5]> : tensor<2xi32>} : () -> tensor<2xi32>
  %axes = mopt.const {value = dense<[1, 2]> : tensor<2xi32>} : () -> tensor<2xi32>
  %four = mopt.const {value = dense<[2, 2, 4, 4]> : tensor<4xi32>} : () -> tensor<4xi32>
  %one = mopt.const {value = dense<[1, 4, 4, 4]> : tensor<4xi32>} : () -> tensor<4xi32>
  %paddings = mopt.const {value = dense<[[0, 0], [1, 1], [0, 0], [0, 0]]> : tensor<4x2xi32>} : () -> tensor<4x2xi32>
  %axis0 = mopt.const {value = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %zero = mopt.const {value = dense<0> : tensor<i32>} : () -> tensor<i32>
  %border = mopt.const {value = dense<-3> : tensor<1xi8>} : () -> tensor<1x!q>
  %same = mopt.const {value = dense<[[[1, -2, 3, 4], [1, -2, 3, 4], [1, -2, 3, 4], [1, -2, 3, 4]]]> : tensor<1x4x4xi8>} : () -> tensor<1x4x4x!a>
  %w = mopt.const {value = dense<[[1, -100, 127], [-7, 50, 3]]> : tensor<2x3xi8>} : () -> tensor<2x3x!w>
  %b = mopt.const {value = dense<[100, -7]> : tensor<2xi32>} : () -> tensor<2x!b>
  %wc = mopt.const {value = dense<[[1, -100, 127], [-7, 50, 3]]> : tensor<2x3xi8>} : () -> tensor<2x3x!wc>
  %bc = mopt.const {value = dense<[100, -7]> : tensor<2xi32>} : () -> tensor<2x!bc>
  %0 = mopt.resize_bilinear %pixel, %size {align_corners = true, mopt.tensors = [#mopt.tensor<name = "bilinear">]} : (tensor<1x1x1x8x!q>, tensor<2xi32>) -> tensor<1x3x5x8x!q>
  %1 = mopt.resize_nearest_neighbor %pixel, %size {mopt.tensors = [#mopt.tensor<name = "nearest">]} : (tensor<1x1x1x8x!q>, tensor<2xi32>) -> tensor<1x3x5x8x!q>
  %2 = mopt.average_pool_2d %small {filter_height = 2 : i32, filter_width = 2 : i32, stride_h = 2 : i32, stride_w = 2 : i32, fused_activation_function = #mopt.activation<RELU>, mopt.tensors = [#mopt.tensor<name = "average">]} : (tensor<1x4x4x4x!p>) -> tensor<1x2x2x4x!p>
  %3 = mopt.max_pool_2d %small {filter_height = 2 : i32, filter_width = 2 : i32, fused_activation_function = #mopt.activation<RELU_N1_TO_1>, mopt.tensors = [#mopt.tensor<name = "max">]} : (tensor<1x4x4x4x!p>) -> tensor<1x4x4x4x!p>
  %4 = mopt.prelu %image, %same {mopt.tensors = [#mopt.tensor<name = "prelu">]} : (tensor<1x4x4x4x!q>, tensor<1x4x4x!a>) -> tensor<1x4x4x4x!q>
  %5 = mopt.leaky_relu %image {alpha = 0.3 : f32, mopt.tensors = [#mopt.tensor<name = "near_leaky">]} : (tensor<1x4x4x4x!q>) -> tensor<1x4x4x4x!q>
  %6 = mopt.fully_connected %rows, %w, %b {mopt.tensors = [#mopt.tensor<name = "near_rows">]} : (tensor<4x3x!q>, tensor<2x3x!w>, tensor<2x!b>) -> tensor<4x2x!q>
  %7 = mopt.fully_connected %rows, %wc, %bc {fused_activation_function = #mopt.activation<RELU>, mopt.tensors = [#mopt.tensor<name = "near_channels">]} : (tensor<4x3x!q>, tensor<2x3x!wc>, tensor<2x!bc>) -> tensor<4x2x!q>
  %8 = mopt.mean %large, %axes {mopt.tensors = [#mopt.tensor<name = "near_mean">]} : (tensor<1x256x128x4x!q>, tensor<2xi32>) -> tensor<1x4x!q>
  %r = mopt.reshape %image, %four : (tensor<1x4x4x4x!q>, tensor<4xi32>) -> tensor<2x2x4x4x!q>
  %c = mopt.relu6 %r : (tensor<2x2x4x4x!q>) -> tensor<2x2x4x4x!q>
  %9 = mopt.reshape %c, %one {mopt.tensors = [#mopt.tensor<name = "batch">]} : (tensor<2x2x4x4x!q>, tensor<4xi32>) -> tensor<1x4x4x4x!q>
  %10 = mopt.squeeze %pixel {squeeze_dims = array<i32: 1, 2>, mopt.tensors = [#mopt.tensor<name = "squeeze">]} : (tensor<1x1x1x8x!q>) -> tensor<1x8x!q>
  %11 = mopt.padv2 %image, %paddings, %border {mopt.tensors = [#mopt.tensor<name = "pad">]} : (tensor<1x4x4x4x!q>, tensor<4x2xi32>, tensor<1x!q>) -> tensor<1x6x4x4x!q>
  %in = mopt.quantize %real : (tensor<1x8xf32>) -> tensor<1x8x!q>
  %s = mopt.shape %in {out_type = #mopt.element_type<INT32>} : (tensor<1x8x!q>) -> tensor<2xi32>
  %d = mopt.reduce_prod %s, %axis0 : (tensor<2xi32>, tensor<1xi32>) -> tensor<i32>
  %v = mopt.expand_dims %d, %zero : (tensor<i32>, tensor<i32>) -> tensor<1xi32>
  %flat = mopt.reshape %in, %v {mopt.tensors = [#mopt.tensor<name = "flat_int8">]} : (tensor<1x8x!q>, tensor<1xi32>) -> tensor<8x!q>
  %12 = mopt.dequantize %flat {mopt.tensors = [#mopt.tensor<name = "flat">]} : (tensor<8x!q>) -> tensor<8xf32>
  return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12 : tensor<1x3x5x8x!q>, tensor<1x3x5x8x!q>, tensor<1x2x2x4x!p>, tensor<1x4x4x4x!p>, tensor<1x4x4x4x!q>, tensor<1x4x4x4x!q>, tensor<4x2x!q>, tensor<4x2x!q>, tensor<1x4x!q>, tensor<1x4x4x4x!q>, tensor<1x8x!q>, tensor<1x6x4x4x!q>, tensor<8xf32>
}
