// Ops whose kernels are right for some parameters only.
// RUN: mopt-opt %s --split-input-file --quantize-int8 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks

// A divisor of one magnitude; one that is nearly 0 beside the others; one that
// is computed.
// CHECK-LABEL: func.func @division
// CHECK: mopt.div {{.*}} -> tensor<2x!quant.uniform<i8:f32,
// CHECK: mopt.div {{.*}} -> tensor<2xf32>
// CHECK: mopt.div {{.*}} -> tensor<2xf32>
// REMARK: remark: 'small' (mopt.div) stays float: its kernels are wrong unless operand 1 is a constant whose elements are of about one magnitude
// REMARK: remark: 'computed' (mopt.div) stays float: its kernels are wrong unless
func.func @division(%x: tensor<2xf32> {mopt.tensor = #mopt.tensor<min = [-1.0], max = [1.0]>}) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %c = mopt.const {value = dense<[1.0, -2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %s = mopt.const {value = dense<[1.0, 0.25]> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = mopt.div %x, %c {mopt.tensors = [#mopt.tensor<name = "good", min = [-1.0], max = [1.0]>]} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %1 = mopt.div %x, %s {mopt.tensors = [#mopt.tensor<name = "small", min = [-4.0], max = [4.0]>]} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %2 = mopt.div %0, %x {mopt.tensors = [#mopt.tensor<name = "computed", min = [-4.0], max = [4.0]>]} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0, %1, %2 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// -----

// The result of a division keeps the parameters that its kernels are right for.
// CHECK-LABEL: func.func @division_joined
// CHECK: %[[D:.*]] = mopt.div {{.*}} -> tensor<2x!quant.uniform<i8:f32, 0.0078{{[0-9]*}}:-1>>
// CHECK: mopt.quantize %[[D]] {{.*}} -> tensor<2x!quant.uniform<i8:f32, 0.0313{{[0-9]*}}:-1>>
// CHECK: mopt.concatenation
func.func @division_joined(%x: tensor<2xf32> {mopt.tensor = #mopt.tensor<min = [-4.0], max = [4.0]>}) -> tensor<4xf32> {
  %c = mopt.const {value = dense<4.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = mopt.div %x, %c {mopt.tensors = [#mopt.tensor<min = [-1.0], max = [1.0]>]} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %1 = mopt.concatenation %0, %x {mopt.tensors = [#mopt.tensor<min = [-4.0], max = [4.0]>]} : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// Scales from 1 on: kernels that compare return garbage or end the process.
// CHECK-LABEL: func.func @compared
// CHECK: mopt.less {{.*}} : (tensor<2x!quant
// CHECK: mopt.less {{.*}} : (tensor<2xf32>
// REMARK: remark: 'wide' (mopt.less) stays float: its kernels fail on scales from 1 on, and that of an input is 2
func.func @compared(%x: tensor<2xf32> {mopt.tensor = #mopt.tensor<min = [-1.0], max = [1.0]>}, %y: tensor<2xf32> {mopt.tensor = #mopt.tensor<min = [0.0], max = [510.0]>}) -> (tensor<2xi1>, tensor<2xi1>) {
  %a = mopt.abs %x {mopt.tensors = [#mopt.tensor<min = [0.0], max = [1.0]>]} : (tensor<2xf32>) -> tensor<2xf32>
  %0 = mopt.less %a, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
  %1 = mopt.less %a, %y {mopt.tensors = [#mopt.tensor<name = "wide">]} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
  return %0, %1 : tensor<2xi1>, tensor<2xi1>
}

// -----

// The stored 0 is the real one: zero points of 0, which the operand does not
// pass on to its producer.
// CHECK-LABEL: func.func @stored_zero
// CHECK: %[[A:.*]] = mopt.abs {{.*}} -> tensor<2x!quant.uniform<i8:f32, 0.0039{{[0-9]*}}:-128>>
// CHECK-DAG: %[[S:.*]] = mopt.quantize %[[A]] {{.*}} -> tensor<2x!quant.uniform<i8:f32, 0.0157{{[0-9]*}}>>
// CHECK-DAG: mopt.scatter_nd %{{.*}}, %[[S]], %{{.*}} -> tensor<4x!quant.uniform<i8:f32, 0.0157{{[0-9]*}}>>
// CHECK-DAG: %[[W:.*]] = mopt.quantize %[[A]] {{.*}} -> tensor<2x!quant.uniform<i8:f32, 0.0078{{[0-9]*}}>>
// CHECK-DAG: mopt.where %[[W]]
func.func @stored_zero(%x: tensor<2xf32> {mopt.tensor = #mopt.tensor<min = [-1.0], max = [1.0]>}, %i: tensor<2x1xi32>) -> (tensor<4xf32>, tensor<?x1xi64>, tensor<2xf32>) {
  %shape = mopt.const {value = dense<4> : tensor<1xi32>} : () -> tensor<1xi32>
  %a = mopt.abs %x {mopt.tensors = [#mopt.tensor<min = [0.0], max = [1.0]>]} : (tensor<2xf32>) -> tensor<2xf32>
  %0 = mopt.scatter_nd %i, %a, %shape {mopt.tensors = [#mopt.tensor<min = [0.0], max = [2.0]>]} : (tensor<2x1xi32>, tensor<2xf32>, tensor<1xi32>) -> tensor<4xf32>
  %1 = mopt.where %a : (tensor<2xf32>) -> tensor<?x1xi64>
  return %0, %1, %a : tensor<4xf32>, tensor<?x1xi64>, tensor<2xf32>
}
