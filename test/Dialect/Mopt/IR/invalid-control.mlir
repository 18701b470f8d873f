// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> { return %x : tensor<2xf32> }
func.func @if_condition(%c: tensor<2xi1>, %x: tensor<2xf32>) {
  // expected-error @below {{'mopt.if' op cond must be one boolean, got 'tensor<2xi1>'}}
  %0 = mopt.if %c, %x {then_subgraph_index = @f, else_subgraph_index = @f} : (tensor<2xi1>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> { return %x : tensor<2xf32> }
func.func @if_unknown_function(%c: tensor<i1>, %x: tensor<2xf32>) {
  // expected-error @below {{'mopt.if' op @g is no function of the module}}
  %0 = mopt.if %c, %x {then_subgraph_index = @f, else_subgraph_index = @g} : (tensor<i1>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> { return %x : tensor<2xf32> }
func.func @if_arguments(%c: tensor<i1>) {
  // expected-error @below {{'mopt.if' op @f has 1 arguments, expected 0}}
  %0 = mopt.if %c {then_subgraph_index = @f, else_subgraph_index = @f} : (tensor<i1>) -> tensor<2xf32>
  return
}

// -----

func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> { return %x : tensor<2xf32> }
func.func @g(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) { return %x, %x : tensor<2xf32>, tensor<2xf32> }
func.func @if_results(%c: tensor<i1>, %x: tensor<2xf32>) {
  // expected-error @below {{'mopt.if' op @g has 2 results, expected 1}}
  %0 = mopt.if %c, %x {then_subgraph_index = @f, else_subgraph_index = @g} : (tensor<i1>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @cond(%i: tensor<i32>) -> tensor<i32> { return %i : tensor<i32> }
func.func @body(%i: tensor<i32>) -> tensor<i32> { return %i : tensor<i32> }
func.func @while_condition(%i: tensor<i32>) {
  // expected-error @below {{'mopt.while' op @cond must give one boolean, gives 'tensor<i32>'}}
  %0 = mopt.while %i {cond_subgraph_index = @cond, body_subgraph_index = @body} : (tensor<i32>) -> tensor<i32>
  return
}

// -----

func.func @body(%c: tensor<i1>) -> tensor<i1> { return %c : tensor<i1> }
func.func @while_unknown_function(%c: tensor<i1>) {
  // expected-error @below {{'mopt.while' op @cond is no function of the module}}
  %0 = mopt.while %c {cond_subgraph_index = @cond, body_subgraph_index = @body} : (tensor<i1>) -> tensor<i1>
  return
}

// -----

func.func @cond(%c: tensor<i1>) -> tensor<i1> { return %c : tensor<i1> }
func.func @body(%c: tensor<i1>) -> tensor<1xi1> {
  %0 = mopt.const {value = dense<true> : tensor<1xi1>} : () -> tensor<1xi1>
  return %0 : tensor<1xi1>
}
func.func @while_carried(%c: tensor<i1>) {
  // expected-error @below {{'mopt.while' op result 0 of @body is 'tensor<1xi1>', expected 'tensor<i1>'}}
  %0 = mopt.while %c {cond_subgraph_index = @cond, body_subgraph_index = @body} : (tensor<i1>) -> tensor<i1>
  return
}

// -----

func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> { return %x : tensor<2xf32> }
func.func @call_types(%x: tensor<3xf32>) {
  // expected-error @below {{'mopt.call' op argument 0 of @f is 'tensor<2xf32>', expected 'tensor<3xf32>'}}
  %0 = mopt.call %x {subgraph = @f} : (tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> { return %x : tensor<2xf32> }
func.func @call_once_of_anything() {
  // expected-error @below {{'mopt.call_once' op @f has 1 arguments, expected 0}}
  mopt.call_once {init_subgraph_index = @f} : () -> ()
  return
}

// -----

func.func @var_handle_type() {
  // expected-error @below {{'mopt.var_handle' op resource_id must be of !mopt.resource, got 'tensor<i32>'}}
  %0 = mopt.var_handle {shared_name = "v"} : () -> tensor<i32>
  return
}

// -----

func.func @read_handle(%h: tensor<i32>) {
  // expected-error @below {{'mopt.read_variable' op resource_id must be of !mopt.resource, got 'tensor<i32>'}}
  %0 = mopt.read_variable %h : (tensor<i32>) -> tensor<2xf32>
  return
}

// -----

func.func @assign_resource(%h: tensor<!mopt.resource>) {
  // expected-error @below {{'mopt.assign_variable' op value of a variable cannot be a resource}}
  mopt.assign_variable %h, %h : (tensor<!mopt.resource>, tensor<!mopt.resource>) -> ()
  return
}
