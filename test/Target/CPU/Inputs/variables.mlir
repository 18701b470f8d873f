// v begins as (1, 2, 3, 4); a run adds x to it three times and returns it, and
// how often the body has run so far.
func.func @main(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<i32>) {
  mopt.call_once {init_subgraph_index = @init} : () -> ()
  %zero = mopt.const {value = dense<0> : tensor<i32>} : () -> tensor<i32>
  %0:2 = mopt.while %zero, %x {cond_subgraph_index = @cond, body_subgraph_index = @body}
    : (tensor<i32>, tensor<4xf32>) -> (tensor<i32>, tensor<4xf32>)
  mopt.call_once {init_subgraph_index = @init} : () -> ()
  %v = mopt.var_handle {shared_name = "v"} : () -> tensor<!mopt.resource>
  %n = mopt.var_handle {shared_name = "n"} : () -> tensor<!mopt.resource>
  %1 = mopt.read_variable %v : (tensor<!mopt.resource>) -> tensor<4xf32>
  %2 = mopt.read_variable %n : (tensor<!mopt.resource>) -> tensor<i32>
  return %1, %2 : tensor<4xf32>, tensor<i32>
}
func.func @init() {
  %v = mopt.var_handle {shared_name = "v"} : () -> tensor<!mopt.resource>
  %0 = mopt.const {value = dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>} : () -> tensor<4xf32>
  mopt.assign_variable %v, %0 : (tensor<!mopt.resource>, tensor<4xf32>) -> ()
  %n = mopt.var_handle {shared_name = "n"} : () -> tensor<!mopt.resource>
  %1 = mopt.const {value = dense<0> : tensor<i32>} : () -> tensor<i32>
  mopt.assign_variable %n, %1 : (tensor<!mopt.resource>, tensor<i32>) -> ()
  return
}
func.func @cond(%i: tensor<i32>, %x: tensor<4xf32>) -> tensor<i1> {
  %n = mopt.const {value = dense<3> : tensor<i32>} : () -> tensor<i32>
  %0 = mopt.less %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
  return %0 : tensor<i1>
}
func.func @body(%i: tensor<i32>, %x: tensor<4xf32>) -> (tensor<i32>, tensor<4xf32>) {
  %one = mopt.const {value = dense<1> : tensor<i32>} : () -> tensor<i32>
  %v = mopt.var_handle {shared_name = "v"} : () -> tensor<!mopt.resource>
  %0 = mopt.read_variable %v : (tensor<!mopt.resource>) -> tensor<4xf32>
  %1 = mopt.add %0, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  mopt.assign_variable %v, %1 : (tensor<!mopt.resource>, tensor<4xf32>) -> ()
  // Two reads of a scalar with a write between them, by another handle.
  %n = mopt.var_handle {shared_name = "n"} : () -> tensor<!mopt.resource>
  %2 = mopt.read_variable %n : (tensor<!mopt.resource>) -> tensor<i32>
  %3 = mopt.add %2, %one : (tensor<i32>, tensor<i32>) -> tensor<i32>
  %again = mopt.var_handle {shared_name = "n"} : () -> tensor<!mopt.resource>
  mopt.assign_variable %again, %3 : (tensor<!mopt.resource>, tensor<i32>) -> ()
  %4 = mopt.read_variable %n : (tensor<!mopt.resource>) -> tensor<i32>
  %5 = mopt.sub %4, %2 : (tensor<i32>, tensor<i32>) -> tensor<i32>
  %6 = mopt.add %i, %5 : (tensor<i32>, tensor<i32>) -> tensor<i32>
  return %6, %x : tensor<i32>, tensor<4xf32>
}
