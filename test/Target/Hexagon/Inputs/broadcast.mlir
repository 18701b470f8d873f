// Short loops, whose statements could become vectors.
func.func @main(%x: tensor<2x1x5xi32>, %y: tensor<3x1xi32>) -> tensor<2x3x5xi32> {
  %0 = mopt.squared_difference %x, %y : (tensor<2x1x5xi32>, tensor<3x1xi32>) -> tensor<2x3x5xi32>
  return %0 : tensor<2x3x5xi32>
}
