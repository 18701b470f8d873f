// The processor has no sine and no operator that nobody knows the lowering of.
func.func @main(%x: tensor<1x8xf32>) -> tensor<1x8xf32> {
  %0 = mopt.tanh %x : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %1 = mopt.sin %0 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %2 = mopt.exp %1 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %3 = mopt.floor %2 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  return %3 : tensor<1x8xf32>
}
