func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<[[1.0, 3.0], [-2.0, -4.0]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %b = mopt.no_value : () -> none
  %0 = mopt.fully_connected %x, %w, %b : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  return %0 : tensor<1x2xf32>
}
