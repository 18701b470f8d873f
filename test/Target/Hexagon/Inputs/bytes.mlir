// Bytes that are moved, and bytes that are rescaled.
!q = !quant.uniform<u8:f32, 0.5:128>
!r = !quant.uniform<u8:f32, 0.25:100>
func.func @main(%x: tensor<1x9x9x64x!q>, %y: tensor<1x9x9x64x!q>) -> (tensor<1x9x9x128x!q>, tensor<1x9x9x64x!r>) {
  %0 = mopt.concatenation %x, %y {axis = 3 : i32} : (tensor<1x9x9x64x!q>, tensor<1x9x9x64x!q>) -> tensor<1x9x9x128x!q>
  %1 = mopt.quantize %x : (tensor<1x9x9x64x!q>) -> tensor<1x9x9x64x!r>
  return %0, %1 : tensor<1x9x9x128x!q>, tensor<1x9x9x64x!r>
}
