// Calls a function of libm that mopt has no code for.
func.func @main(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %0 = mopt.sin %x : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}
