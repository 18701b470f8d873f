// GPUs have no kernel for the operator in the middle.
func.func @main(%x: tensor<1x8xf32> {mopt.tensor = #mopt.tensor<name = "x">}) -> tensor<1x8xf32> {
  %0 = mopt.add %x, %x {fused_activation_function = #mopt.activation<NONE>, mopt.tensors = [#mopt.tensor<name = "twice">]} : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
  %1 = mopt.floor %0 {mopt.tensors = [#mopt.tensor<name = "whole">]} : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %2 = mopt.mul %1, %x {fused_activation_function = #mopt.activation<NONE>, mopt.tensors = [#mopt.tensor<name = "y">]} : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
  return %2 : tensor<1x8xf32>
}
