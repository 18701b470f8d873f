func.func @main(%x: tensor<1x40xf32>) -> tensor<1x40xf32> {
  %y = mopt.exp %x : (tensor<1x40xf32>) -> tensor<1x40xf32>
  return %y : tensor<1x40xf32>
}
