// Numbers of all kinds, which nothing computes at compile time.
!in = tensor<1x4xf32>
!values = tensor<1x24xf32>
!all = tensor<1x28xf32>

func.func @main(%x: !in) -> (!all, !all) {
  %v = mopt.const {value = dense<[[0.5, -0.5, 1.5, -1.5, 2.5, 0.0, -0.0, 0.49999997,
      -0.49999997, 1.0, -1.0, 0.1, -0.1, 4194303.5, -4194304.5, 8388607.5, -8388607.0,
      8388608.0, -8388609.0, 1.0e30, 3.5, 0x7F800000, 0xFF800000, 1.0e-40]]>
      : !values} : () -> !values
  %a = mopt.concatenation %x, %v {axis = 1 : i32} : (!in, !values) -> !all
  %b = mopt.round %a : (!all) -> !all
  %c = mopt.floor %a : (!all) -> !all
  return %b, %c : !all, !all
}
