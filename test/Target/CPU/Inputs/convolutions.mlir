// Tiles of four, three, two and one vectors of channels.
!x = tensor<1x14x14x64x!quant.uniform<i8:f32, 0.5:-3>>
!w4 = tensor<384x1x1x64x!quant.uniform<i8:f32, 0.001>>
!y4 = tensor<1x14x14x384x!quant.uniform<i8:f32, 0.5:-3>>
!w3 = tensor<48x1x1x384x!quant.uniform<i8:f32, 0.001>>
!y3 = tensor<1x14x14x48x!quant.uniform<i8:f32, 0.5:-3>>
!w2 = tensor<32x3x3x48x!quant.uniform<i8:f32, 0.001>>
!y2 = tensor<1x14x14x32x!quant.uniform<i8:f32, 0.5:-3>>
!w1 = tensor<16x3x3x32x!quant.uniform<i8:f32, 0.001>>
!y1 = tensor<1x7x7x16x!quant.uniform<i8:f32, 0.5:-3>>
func.func @main(%x: !x) -> !y1 {
  %none = mopt.no_value : () -> none
  %w4 = mopt.const {value = dense<1> : tensor<384x1x1x64xi8>} : () -> !w4
  %w3 = mopt.const {value = dense<1> : tensor<48x1x1x384xi8>} : () -> !w3
  %w2 = mopt.const {value = dense<1> : tensor<32x3x3x48xi8>} : () -> !w2
  %w1 = mopt.const {value = dense<1> : tensor<16x3x3x32xi8>} : () -> !w1
  %0 = mopt.conv_2d %x, %w4, %none {} : (!x, !w4, none) -> !y4
  %1 = mopt.conv_2d %0, %w3, %none {} : (!y4, !w3, none) -> !y3
  %2 = mopt.conv_2d %1, %w2, %none {} : (!y3, !w2, none) -> !y2
  %3 = mopt.conv_2d %2, %w1, %none {stride_h = 2 : i32, stride_w = 2 : i32} : (!y2, !w1, none) -> !y1
  return %3 : !y1
}
