// Tiles of four, three, two and one vectors of channels; rows with borders.
func.func @main(%x: tensor<1x14x14x64xf32>) -> tensor<1x7x7x16xf32> {
  %none = mopt.no_value : () -> none
  %w4 = mopt.const {value = dense<1.0> : tensor<384x1x1x64xf32>} : () -> tensor<384x1x1x64xf32>
  %w3 = mopt.const {value = dense<1.0> : tensor<48x1x1x384xf32>} : () -> tensor<48x1x1x384xf32>
  %w2 = mopt.const {value = dense<1.0> : tensor<32x3x3x48xf32>} : () -> tensor<32x3x3x48xf32>
  %w1 = mopt.const {value = dense<1.0> : tensor<16x3x3x32xf32>} : () -> tensor<16x3x3x32xf32>
  %0 = mopt.conv_2d %x, %w4, %none {} : (tensor<1x14x14x64xf32>, tensor<384x1x1x64xf32>, none) -> tensor<1x14x14x384xf32>
  %1 = mopt.conv_2d %0, %w3, %none {} : (tensor<1x14x14x384xf32>, tensor<48x1x1x384xf32>, none) -> tensor<1x14x14x48xf32>
  %2 = mopt.conv_2d %1, %w2, %none {} : (tensor<1x14x14x48xf32>, tensor<32x3x3x48xf32>, none) -> tensor<1x14x14x32xf32>
  %3 = mopt.conv_2d %2, %w1, %none {stride_h = 2 : i32, stride_w = 2 : i32} : (tensor<1x14x14x32xf32>, tensor<16x3x3x32xf32>, none) -> tensor<1x7x7x16xf32>
  return %3 : tensor<1x7x7x16xf32>
}
