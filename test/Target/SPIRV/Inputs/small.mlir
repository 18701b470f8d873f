// Two dispatches between the conversions of the input and of the output.
func.func @main(%x: tensor<1x8xf32> {mopt.tensor = #mopt.tensor<name = "x">}) -> tensor<1x8xf32> {
  %0 = mopt.add %x, %x {fused_activation_function = #mopt.activation<RELU>, mopt.tensors = [#mopt.tensor<name = "twice">]} : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
  %1 = mopt.add %0, %x {fused_activation_function = #mopt.activation<NONE>, mopt.tensors = [#mopt.tensor<name = "y">]} : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
  return %1 : tensor<1x8xf32>
}
