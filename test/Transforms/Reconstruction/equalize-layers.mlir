// RUN: mopt-opt %s --split-input-file --mopt-equalize-layers 2> %t.log | FileCheck %s --check-prefixes=CHECK,KEEP
// RUN: FileCheck %s --check-prefix=REASON --input-file=%t.log
// RUN: mopt-opt %s --split-input-file --mopt-equalize-layers=relu6=minimum 2> /dev/null | FileCheck %s --check-prefixes=CHECK,MINIMUM
// RUN: mopt-opt %s --split-input-file --mopt-equalize-layers=exclude=^second$ 2>&1 | FileCheck %s --check-prefix=EXCLUDED
// RUN: not mopt-opt %s --split-input-file --mopt-equalize-layers=only=[ 2>&1 | FileCheck %s --check-prefix=REGEX
// RUN: mopt-opt %s --split-input-file --mopt-equalize-layers --remarks-filter=quantize 2>&1 | FileCheck %s --check-prefix=MISSED

// REGEX: error: mopt-equalize-layers: '[', given as 'only', is no regular expression
// EXCLUDED: remark: 'second' (mopt.fully_connected) is not equalised: excluded by 'exclude'
// EXCLUDED-LABEL: func.func @chain
// EXCLUDED: dense<{{\[\[}}8.000000e+00], [5.000000e-01]]>

// Ranges 8 and 0.5 of the channel 0: divided by 4, multiplied with 4. Ranges 0.5
// and 2 of channel 1: divided by 0.5. The bias [4, 1] becomes [1, 2]. The range
// that was observed between them is gone; those around them stay.
// CHECK-LABEL: func.func @chain
// CHECK-SAME: min = [-1.000000e+00]
// CHECK-DAG: %[[W1:.*]] = mopt.const {mopt.tensors = [#mopt.tensor<name = "w1">], value = dense_resource<w1{{.*}}> : tensor<2x1xf32>}
// CHECK-DAG: %[[B1:.*]] = mopt.const {{.*}}value = dense_resource<b1{{.*}}> : tensor<2xf32>}
// CHECK: mopt.fully_connected %{{.*}}, %[[W1]], %[[B1]] {{.*}}#mopt.tensor<name = "first">]
// CHECK: mopt.fully_connected {{.*}}<name = "second", min = [-1.000000e+00], max = [1.000000e+00]>
// CHECK-DAG: b1{{.*}}: "0x400000000000803F00000040"
// CHECK-DAG: w1{{.*}}: "0x40000000000000400000803F"
// CHECK-DAG: w2{{.*}}: "0x40000000000000400000803F"
func.func @chain(%x: tensor<1x1xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [-1.0], max = [1.0]>}) -> tensor<1x1xf32> {
  %none = mopt.no_value : () -> none
  %w1 = mopt.const {mopt.tensors = [#mopt.tensor<name = "w1">], value = dense<[[8.0], [0.5]]> : tensor<2x1xf32>} : () -> tensor<2x1xf32>
  %b1 = mopt.const {mopt.tensors = [#mopt.tensor<name = "b1">], value = dense<[4.0, 1.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = mopt.fully_connected %x, %w1, %b1 {fused_activation_function = #mopt.activation<RELU>, mopt.tensors = [#mopt.tensor<name = "first", min = [0.0], max = [12.0]>]} : (tensor<1x1xf32>, tensor<2x1xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %w2 = mopt.const {mopt.tensors = [#mopt.tensor<name = "w2">], value = dense<[[0.5, 2.0]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %1 = mopt.fully_connected %0, %w2, %none {mopt.tensors = [#mopt.tensor<name = "second", min = [-1.0], max = [1.0]>]} : (tensor<1x2xf32>, tensor<1x2xf32>, none) -> tensor<1x1xf32>
  return %1 : tensor<1x1xf32>
}

// -----

// conv_2d -> depthwise_conv_2d -> conv_2d with RELU6 between: kept apart, or
// with a minimum of 6 / s. Channel 0: weights 4 and 1, s = 2; channel 1 has no
// weights in front and keeps s = 1.
// CHECK-LABEL: func.func @clipped
// KEEP-NOT: mopt.minimum
// KEEP-NOT: dense_resource
// KEEP: mopt.conv_2d {{.*}}RELU6
// KEEP: mopt.depthwise_conv_2d
// KEEP-NOT: mopt.minimum
// MINIMUM: mopt.conv_2d {{.*}}#mopt.activation<RELU>{{.*}}name = "expand"
// MINIMUM: %[[LIMIT:.*]] = mopt.const {mopt.tensors = [#mopt.tensor<name = "expand_limit">], value = dense_resource<[[LIMITS:.*]]> : tensor<2xf32>}
// MINIMUM: %[[CLIPPED:.*]] = mopt.minimum %{{.*}}, %[[LIMIT]] {mopt.tensors = [#mopt.tensor<name = "expand_clipped">]}
// MINIMUM: mopt.depthwise_conv_2d %[[CLIPPED]]
// MINIMUM: [[LIMITS]]: "0x40000000000040400000C040"
// MISSED: 'expand' (mopt.conv_2d) is not equalised with the next layer: its fused activation RELU6 clips at a fixed value, which would move; relu6=minimum allows it
// MISSED: 'depthwise' (mopt.depthwise_conv_2d) is not equalised with the next layer: its result has several readers or leaves the function
func.func @clipped(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x2xf32> {
  %none = mopt.no_value : () -> none
  %w1 = mopt.const {value = dense<[[[[4.0]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>} : () -> tensor<2x1x1x1xf32>
  %0 = mopt.conv_2d %x, %w1, %none {fused_activation_function = #mopt.activation<RELU6>, mopt.tensors = [#mopt.tensor<name = "expand">]} : (tensor<1x2x2x1xf32>, tensor<2x1x1x1xf32>, none) -> tensor<1x2x2x2xf32>
  %w2 = mopt.const {value = dense<[[[[1.0, 3.0]]]]> : tensor<1x1x1x2xf32>} : () -> tensor<1x1x1x2xf32>
  %1 = mopt.depthwise_conv_2d %0, %w2, %none {mopt.tensors = [#mopt.tensor<name = "depthwise">]} : (tensor<1x2x2x2xf32>, tensor<1x1x1x2xf32>, none) -> tensor<1x2x2x2xf32>
  return %1 : tensor<1x2x2x2xf32>
}

// -----

// Several readers, an op in between that does not carry factors, and shared
// weights keep layers apart.
// CHECK-LABEL: func.func @apart
// CHECK-NOT: dense_resource
// REASON: remark: 'third' (mopt.fully_connected) is not equalised: its weights are shared
// REASON: remark: 'fourth' (mopt.fully_connected) is not equalised: its weights are shared
// MISSED: 'first' (mopt.fully_connected) is not equalised with the next layer: its result has several readers or leaves the function
// MISSED: 'second' (mopt.fully_connected) is not equalised with the next layer: its result goes to mopt.softmax
func.func @apart(%x: tensor<1x1xf32>) -> (tensor<1x1xf32>, tensor<1x1xf32>) {
  %none = mopt.no_value : () -> none
  %w1 = mopt.const {value = dense<8.0> : tensor<1x1xf32>} : () -> tensor<1x1xf32>
  %w2 = mopt.const {value = dense<2.0> : tensor<1x1xf32>} : () -> tensor<1x1xf32>
  %w3 = mopt.const {value = dense<4.0> : tensor<1x1xf32>} : () -> tensor<1x1xf32>
  %0 = mopt.fully_connected %x, %w1, %none {mopt.tensors = [#mopt.tensor<name = "first">]} : (tensor<1x1xf32>, tensor<1x1xf32>, none) -> tensor<1x1xf32>
  %1 = mopt.fully_connected %0, %w2, %none {mopt.tensors = [#mopt.tensor<name = "second">]} : (tensor<1x1xf32>, tensor<1x1xf32>, none) -> tensor<1x1xf32>
  %2 = mopt.softmax %1 : (tensor<1x1xf32>) -> tensor<1x1xf32>
  %3 = mopt.fully_connected %2, %w3, %none {mopt.tensors = [#mopt.tensor<name = "third">]} : (tensor<1x1xf32>, tensor<1x1xf32>, none) -> tensor<1x1xf32>
  %4 = mopt.fully_connected %3, %w3, %none {mopt.tensors = [#mopt.tensor<name = "fourth">]} : (tensor<1x1xf32>, tensor<1x1xf32>, none) -> tensor<1x1xf32>
  return %0, %4 : tensor<1x1xf32>, tensor<1x1xf32>
}
