// The sum of four numbers of 8 bits and four others, with scales of 1.
!q = !quant.uniform<i8:f32, 1.0>

func.func @main(%a: tensor<1x4x!q>, %b: tensor<1x4x!q>) -> tensor<1x4x!q> {
  %0 = mopt.add %a, %b : (tensor<1x4x!q>, tensor<1x4x!q>) -> tensor<1x4x!q>
  return %0 : tensor<1x4x!q>
}
