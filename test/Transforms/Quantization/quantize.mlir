// RUN: mopt-opt %s --split-input-file --mopt-quantize --mopt-verify-quantized | FileCheck %s
// RUN: mopt-opt %s --split-input-file --mopt-quantize --mopt-quantize --mopt-verify-quantized | FileCheck %s
// RUN: mopt-opt %s --split-input-file --mopt-quantize --remarks-filter=quantize 2>&1 | FileCheck %s --check-prefix=RAISED

// Weights one scale a channel, the bias that the kernel needs is created, the
// version is dropped, names stay, what leaves the function keeps its name.
// CHECK-LABEL: func.func @conv
// CHECK-SAME: %[[X:.*]]: tensor<1x4x4x2xf32> {mopt.tensor = #mopt.tensor<name = "x"
// CHECK-DAG: %[[XQ:.*]] = mopt.quantize %[[X]] {mopt.tensors = [#mopt.tensor<name = "x_int8">]}{{.*}} -> tensor<1x4x4x2x!quant.uniform<i8:f32, 0.0078431377187371254:-1>>
// CHECK-DAG: %[[W:.*]] = mopt.const {{.*}}name = "w"{{.*}}dense_resource<w> : tensor<2x1x1x2xi8>} : () -> tensor<2x1x1x2x!quant.uniform<i8:f32:0, {0.0099999997764825821,7.8740157186985015E-4}>>
// CHECK-DAG: %[[B:.*]] = mopt.const {{.*}}name = "conv_bias"{{.*}} : () -> tensor<2x!quant.uniform<i32:f32:0, {7.8431374276988208E-5,6.1756991271977313E-6}>>
// CHECK: %[[C:.*]] = mopt.conv_2d %[[XQ]], %[[W]], %[[B]]
// CHECK-NOT: mopt.version
// CHECK-SAME: mopt.tensors = [#mopt.tensor<name = "conv">]
// CHECK-SAME: -> tensor<1x2x2x2x!quant.uniform<i8:f32, 0.0099999997764825821:-128>>
// CHECK: %[[SHAPE:.*]] = mopt.const {{.*}}tensor<2xi32>
// CHECK: %[[R:.*]] = mopt.reshape %[[C]], %[[SHAPE]] : {{.*}} -> tensor<1x8x!quant.uniform<i8:f32, 0.0099999997764825821:-128>>
// CHECK: %[[S:.*]] = mopt.softmax %[[R]] {mopt.tensors = [#mopt.tensor<name = "prob_int8">]} : {{.*}} -> tensor<1x8x!quant.uniform<i8:f32, 3.906250e-03:-128>>
// CHECK: %[[D:.*]] = mopt.dequantize %[[S]] {mopt.tensors = [#mopt.tensor<name = "prob">]}
// CHECK: return %[[D]] : tensor<1x8xf32>
// 0.5/0.01 = 50, -1.27/0.01 = -127; 0.1/0.000787 = 127.
// CHECK: w: "0x4000000032817F00"
func.func @conv(%x: tensor<1x4x4x2xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [-1.0], max = [1.0]>}) -> tensor<1x8xf32> {
  %w = mopt.const {value = dense<[[[[0.5, -1.27]]], [[[0.1, 0.0]]]]> : tensor<2x1x1x2xf32>, mopt.tensors = [#mopt.tensor<name = "w">]} : () -> tensor<2x1x1x2xf32>
  %none = mopt.no_value : () -> none
  %c = mopt.conv_2d %x, %w, %none {stride_w = 2 : i32, stride_h = 2 : i32, fused_activation_function = #mopt.activation<RELU>, mopt.version = 1 : i32, mopt.tensors = [#mopt.tensor<name = "conv", min = [0.0], max = [2.55]>]} : (tensor<1x4x4x2xf32>, tensor<2x1x1x2xf32>, none) -> tensor<1x2x2x2xf32>
  %shape = mopt.const {value = dense<[1, 8]> : tensor<2xi32>} : () -> tensor<2xi32>
  %r = mopt.reshape %c, %shape : (tensor<1x2x2x2xf32>, tensor<2xi32>) -> tensor<1x8xf32>
  %s = mopt.softmax %r {mopt.tensors = [#mopt.tensor<name = "prob">]} : (tensor<1x8xf32>) -> tensor<1x8xf32>
  return %s : tensor<1x8xf32>
}

// -----

// A bias beyond int32: the weight scale of its channel is raised until it fits.
// 1e9 needs s_in * s_w >= 1e9 / (2^31 - 1 - 2 * 255 * 127) = 0.4657; the input
// scale is 1, so that is the weight scale; the other channel keeps 1/127.
// RAISED: remark: [Missed] BiasRange
// RAISED-SAME: 'y' (mopt.fully_connected)
// RAISED-SAME: raised weight scales because the bias does not fit into int32
// RAISED-SAME: channels=2, raised=1
// RAISED-NOT: raised weight scales
// CHECK-LABEL: func.func @bias_overflow
// CHECK: mopt.const {{.*}} -> tensor<2x2x!quant.uniform<i8:f32:0, {0.4656753{{[0-9]*}},0.0078740157{{[0-9]*}}}>>
// CHECK: mopt.const {{.*}} -> tensor<2x!quant.uniform<i32:f32:0, {0.4656753{{[0-9]*}},0.0078740157{{[0-9]*}}}>>
func.func @bias_overflow(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<min = [0.0], max = [255.0]>}) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<[[1.0, 0.0], [1.0, 0.5]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %b = mopt.const {value = dense<[1.0e9, 3.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = mopt.fully_connected %x, %w, %b {mopt.tensors = [#mopt.tensor<name = "y", min = [0.0], max = [1.0]>]} : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

// -----

// A bias is only made where the kernel needs one.
// CHECK-LABEL: func.func @optional_bias
// CHECK: mopt.fully_connected %{{.*}}, %{{.*}}, %{{.*}} : (tensor<1x2x!quant{{.*}}, tensor<2x2x!quant{{.*}}, none) -> tensor<1x2x!quant
func.func @optional_bias(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<min = [0.0], max = [255.0]>}) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<0.0> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %b = mopt.no_value : () -> none
  %y = mopt.fully_connected %x, %w, %b {mopt.tensors = [#mopt.tensor<min = [0.0], max = [1.0]>]} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

// -----

// Weights of zeros and ranges of zeros get a small scale, never 0.
// CHECK-LABEL: func.func @zeros
// CHECK: mopt.quantize {{.*}}!quant.uniform<i8:f32, 3.92156{{[0-9]*}}E-9
// CHECK: mopt.const {{.*}} -> tensor<2x2x!quant.uniform<i8:f32:0, {3.93700{{[0-9]*}}E-9,0.0078740157{{[0-9]*}}}>>
func.func @zeros(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<min = [0.0], max = [0.0]>}) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<[[0.0, 0.0], [1.0, 0.5]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %b = mopt.no_value : () -> none
  %y = mopt.fully_connected %x, %w, %b {mopt.tensors = [#mopt.tensor<min = [0.0], max = [1.0]>]} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

// -----

// Concatenation takes the result's parameters. %a may adopt them, although
// another op reads it, because the result's range covers its own; the logistic
// has fixed ones and is converted; the constant is quantised with them.
// CHECK-LABEL: func.func @join
// CHECK: %[[A:.*]] = mopt.relu {{.*}} -> tensor<1x2x!quant.uniform<i8:f32, 0.0078431377187371254:-128>>
// CHECK: %[[L:.*]] = mopt.logistic {{.*}} -> tensor<1x2x!quant.uniform<i8:f32, 3.906250e-03:-128>>
// CHECK: %[[LR:.*]] = mopt.quantize %[[L]] {mopt.tensors = [#mopt.tensor<name = "l_requantized">]} : {{.*}} -> tensor<1x2x!quant.uniform<i8:f32, 0.0078431377187371254:-128>>
// CHECK: %[[C:.*]] = mopt.const {{.*}} -> tensor<1x2x!quant.uniform<i8:f32, 0.0078431377187371254:-128>>
// CHECK: mopt.concatenation %[[A]], %[[LR]], %[[C]] {axis = 1 : i32{{.*}} -> tensor<1x6x!quant.uniform<i8:f32, 0.0078431377187371254:-128>>
// CHECK: mopt.relu6 %[[A]]
// 0.5 / 0.00784 - 128 = -64, 2.0 / 0.00784 - 128 = 127.
// CHECK: c: "0x40000000C07F"
func.func @join(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [-1.0], max = [1.0]>}) -> (tensor<1x6xf32>, tensor<1x2xf32>) {
  %a = mopt.relu %x {mopt.tensors = [#mopt.tensor<name = "a", min = [0.0], max = [1.0]>]} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %l = mopt.logistic %x {mopt.tensors = [#mopt.tensor<name = "l">]} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %c = mopt.const {value = dense<[[0.5, 2.0]]> : tensor<1x2xf32>, mopt.tensors = [#mopt.tensor<name = "c">]} : () -> tensor<1x2xf32>
  %j = mopt.concatenation %a, %l, %c {axis = 1 : i32, mopt.tensors = [#mopt.tensor<name = "j", min = [0.0], max = [2.0]>]} : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x6xf32>
  %k = mopt.relu6 %a {mopt.tensors = [#mopt.tensor<name = "k", min = [0.0], max = [1.0]>]} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %j, %k : tensor<1x6xf32>, tensor<1x2xf32>
}

// -----

// The minimum cuts %a's range and %a has another reader: it keeps its own
// parameters and is converted. %b has no other reader: its producer adopts.
// CHECK-LABEL: func.func @join_narrow
// CHECK: %[[A:.*]] = mopt.relu {{.*}} -> tensor<1x2x!quant.uniform<i8:f32, 0.0156{{[0-9]*}}:-128>>
// CHECK: %[[AR:.*]] = mopt.quantize %[[A]] {{.*}}"a_requantized"{{.*}} -> tensor<1x2x!quant.uniform<i8:f32, 0.0039{{[0-9]*}}:-128>>
// CHECK: %[[B:.*]] = mopt.relu6 {{.*}} -> tensor<1x2x!quant.uniform<i8:f32, 0.0039{{[0-9]*}}:-128>>
// CHECK: mopt.minimum %[[AR]], %[[B]]
// CHECK: mopt.relu6 %[[A]]
func.func @join_narrow(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [-1.0], max = [1.0]>}) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  %a = mopt.relu %x {mopt.tensors = [#mopt.tensor<name = "a", min = [0.0], max = [4.0]>]} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %b = mopt.relu6 %x {mopt.tensors = [#mopt.tensor<name = "b", min = [0.0], max = [8.0]>]} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %j = mopt.minimum %a, %b {mopt.tensors = [#mopt.tensor<name = "j", min = [0.0], max = [1.0]>]} : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %k = mopt.relu6 %a {mopt.tensors = [#mopt.tensor<name = "k", min = [0.0], max = [1.0]>]} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %j, %k : tensor<1x2xf32>, tensor<1x2xf32>
}

// -----

// Nested joins share one set of parameters, also through ops that move data.
// CHECK-LABEL: func.func @nested_join
// CHECK: mopt.relu {{.*}} -> tensor<1x2x!quant.uniform<i8:f32, 0.0313{{[0-9]*}}:-128>>
// CHECK-NOT: _requantized
// CHECK: mopt.concatenation {{.*}} -> tensor<1x4x!quant.uniform<i8:f32, 0.0313{{[0-9]*}}:-128>>
// CHECK: mopt.reshape {{.*}} -> tensor<2x2x!quant.uniform<i8:f32, 0.0313{{[0-9]*}}:-128>>
// CHECK: mopt.concatenation {{.*}} -> tensor<4x2x!quant.uniform<i8:f32, 0.0313{{[0-9]*}}:-128>>
func.func @nested_join(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [-1.0], max = [1.0]>}, %z: tensor<2x2xf32> {mopt.tensor = #mopt.tensor<name = "z", min = [0.0], max = [7.99]>}) -> tensor<4x2xf32> {
  %a = mopt.relu %x {mopt.tensors = [#mopt.tensor<name = "a", min = [0.0], max = [1.0]>]} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %j = mopt.concatenation %a, %a {axis = 1 : i32, mopt.tensors = [#mopt.tensor<name = "j", min = [0.0], max = [1.0]>]} : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x4xf32>
  %r = mopt.reshape %j {new_shape = array<i32: 2, 2>} : (tensor<1x4xf32>) -> tensor<2x2xf32>
  %k = mopt.concatenation %r, %z {mopt.tensors = [#mopt.tensor<name = "k", min = [0.0], max = [7.99]>]} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<4x2xf32>
  return %k : tensor<4x2xf32>
}

// -----

// A constant of an elementwise op is an activation; the result of arg_max is
// not touched.
// CHECK-LABEL: func.func @constant_operand
// CHECK: %[[C:.*]] = mopt.const {{.*}} -> tensor<2x!quant.uniform<i8:f32, 0.011764{{[0-9]*}}:42>>
// CHECK: %[[A:.*]] = mopt.add %{{.*}}, %[[C]]
// CHECK: mopt.arg_max %[[A]], %{{.*}} -> tensor<1xi32>
// -2 / 0.011764 + 42 = -128, 1 / 0.011764 + 42 = 127.
// CHECK: c: "0x40000000807F"
func.func @constant_operand(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [-1.0], max = [1.0]>}) -> tensor<1xi32> {
  %c = mopt.const {value = dense<[-2.0, 1.0]> : tensor<2xf32>, mopt.tensors = [#mopt.tensor<name = "c">]} : () -> tensor<2xf32>
  %axis = mopt.const {value = dense<1> : tensor<i32>} : () -> tensor<i32>
  %a = mopt.add %x, %c {mopt.tensors = [#mopt.tensor<name = "a", min = [-3.0], max = [2.0]>]} : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %i = mopt.arg_max %a, %axis {output_type = #mopt.element_type<INT32>} : (tensor<1x2xf32>, tensor<i32>) -> tensor<1xi32>
  return %i : tensor<1xi32>
}

// -----

// Weights that two ops share stay shared; the float constant is gone.
// CHECK-LABEL: func.func @shared_weight
// CHECK-COUNT-1: mopt.const {{.*}} -> tensor<2x2x!quant
// CHECK-NOT: tensor<2x2xf32>
// CHECK-NOT: tensor<2x2x!quant{{.*}} = mopt.const
func.func @shared_weight(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [-1.0], max = [1.0]>}) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<1.0> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %b = mopt.no_value : () -> none
  %y = mopt.fully_connected %x, %w, %b {mopt.tensors = [#mopt.tensor<min = [-2.0], max = [2.0]>]} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  %z = mopt.fully_connected %y, %w, %b {mopt.tensors = [#mopt.tensor<min = [-4.0], max = [4.0]>]} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  return %z : tensor<1x2xf32>
}

// -----

// An op that works on integers in the float model is none of our business.
// CHECK-LABEL: func.func @integers
// CHECK: mopt.add %{{.*}}, %{{.*}} : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
func.func @integers(%x: tensor<2xi32>) -> tensor<2xi32> {
  %y = mopt.add %x, %x : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  return %y : tensor<2xi32>
}

// -----

// A dequantised value brings its parameters along: the pair vanishes.
// CHECK-LABEL: func.func @partly_quantized
// CHECK-SAME: %[[X:.*]]: tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01:3>>
// CHECK: mopt.relu %[[X]]
func.func @partly_quantized(%x: tensor<1x2x!quant.uniform<i8:f32, 0.5:3>>) -> tensor<1x2xf32> {
  %d = mopt.dequantize %x : (tensor<1x2x!quant.uniform<i8:f32, 0.5:3>>) -> tensor<1x2xf32>
  %y = mopt.relu %d {mopt.tensors = [#mopt.tensor<min = [0.0], max = [4.0]>]} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
