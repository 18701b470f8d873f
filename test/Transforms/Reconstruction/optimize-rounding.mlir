// RUN: %PYTHON %S/Inputs/make_samples.py %t.npy 64 1x5x5x2
// RUN: mopt-opt %s --mopt-optimize-rounding="data=%t.npy bits=4" --mopt-verify-quantized 2> %t.log | FileCheck %s
// RUN: FileCheck %s --check-prefix=KEPT --input-file=%t.log
// RUN: mopt-opt %s --mopt-optimize-rounding="data=%t.npy bits=4 threads=1" 2> /dev/null > %t.one
// RUN: mopt-opt %s --mopt-optimize-rounding="data=%t.npy bits=4 threads=3" 2> /dev/null > %t.three
// RUN: cmp %t.one %t.three
// RUN: mopt-opt %s --mopt-optimize-rounding="data=%t.npy bits=4 depthwise-bits=8" 2> /dev/null | FileCheck %s --check-prefix=MIXED
// RUN: mopt-opt %s --mopt-optimize-rounding="data=%t.npy granularity=tensor" 2> /dev/null | FileCheck %s --check-prefix=TENSOR
// RUN: mopt-opt %s --mopt-optimize-rounding="data=%t.npy min-elements=30 exclude=^depthwise$" 2>&1 | FileCheck %s --check-prefix=CHOSEN
// RUN: mopt-opt %s --mopt-optimize-rounding="data=%t.npy bits=4" --mopt-quantize-weights="bits=4 min-elements=0" 2>&1 | FileCheck %s --check-prefix=AFTER

// The scales are chosen with the codes, so only their form is looked at here;
// unittests/Transforms/ReconstructionTest.cpp looks at what they do.
// CHECK-DAG: %[[C:.*]] = mopt.const {{.*}}name = "conv_w"{{.*}} -> tensor<3x3x3x2x!quant.uniform<i4:f32:0,
// CHECK-DAG: %[[CF:.*]] = mopt.dequantize %[[C]] {mopt.tensors = [#mopt.tensor<name = "conv_w_float">]}
// CHECK: mopt.conv_2d %{{.*}}, %[[CF]], %{{.*}} {fused_activation_function = #mopt.activation<RELU6>
// CHECK: !quant.uniform<i4:f32:3,
// CHECK: mopt.depthwise_conv_2d
// CHECK: !quant.uniform<i4:f32:0,
// CHECK: mopt.fully_connected
// MIXED: !quant.uniform<i4:f32:0,
// MIXED: !quant.uniform<i8:f32:3,
// MIXED: !quant.uniform<i4:f32:0,
// TENSOR: tensor<3x3x3x2x!quant.uniform<i8:f32, {{[0-9.e-]*}}>>
// TENSOR-NOT: f32:0
// KEPT: remark: 'twice' (mopt.fully_connected) is not repaired: its weights are shared
// KEPT: remark: 'shared' (mopt.fully_connected) is not repaired: its weights are shared
// CHOSEN: 'depthwise' (mopt.depthwise_conv_2d) is not repaired: excluded by 'exclude'
// CHOSEN: 'dense' (mopt.fully_connected) is not repaired: it has 24 weights, fewer than min-elements=30
// AFTER: remark: 'conv' (mopt.conv_2d) keeps its weights: they are stored as i4 already
func.func @main(%x: tensor<1x5x5x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>) {
  %shape = mopt.const {value = dense<[1, 12]> : tensor<2xi32>} : () -> tensor<2xi32>
  %none = mopt.no_value : () -> none
  %cw = mopt.const {mopt.tensors = [#mopt.tensor<name = "conv_w">], value = dense_resource<conv> : tensor<3x3x3x2xf32>} : () -> tensor<3x3x3x2xf32>
  %0 = mopt.conv_2d %x, %cw, %none {fused_activation_function = #mopt.activation<RELU6>, padding = #mopt.padding<VALID>, mopt.tensors = [#mopt.tensor<name = "conv">]} : (tensor<1x5x5x2xf32>, tensor<3x3x3x2xf32>, none) -> tensor<1x3x3x3xf32>
  %dw = mopt.const {value = dense_resource<depthwise> : tensor<1x2x2x3xf32>} : () -> tensor<1x2x2x3xf32>
  %db = mopt.const {value = dense<0.5> : tensor<3xf32>} : () -> tensor<3xf32>
  %1 = mopt.depthwise_conv_2d %0, %dw, %db {padding = #mopt.padding<VALID>, mopt.tensors = [#mopt.tensor<name = "depthwise">]} : (tensor<1x3x3x3xf32>, tensor<1x2x2x3xf32>, tensor<3xf32>) -> tensor<1x2x2x3xf32>
  %2 = mopt.reshape %1, %shape : (tensor<1x2x2x3xf32>, tensor<2xi32>) -> tensor<1x12xf32>
  %fw = mopt.const {value = dense_resource<dense> : tensor<2x12xf32>} : () -> tensor<2x12xf32>
  %3 = mopt.fully_connected %2, %fw, %none {mopt.tensors = [#mopt.tensor<name = "dense">]} : (tensor<1x12xf32>, tensor<2x12xf32>, none) -> tensor<1x2xf32>
  %sw = mopt.const {value = dense<[[1.0, 0.5], [0.25, 0.1]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %4 = mopt.fully_connected %3, %sw, %none {mopt.tensors = [#mopt.tensor<name = "twice">]} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  %5 = mopt.fully_connected %4, %sw, %none {mopt.tensors = [#mopt.tensor<name = "shared">]} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  return %3, %4, %5 : tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      conv: "0x040000003DE3A43F6F87B93F12DB873D22B943BF55CC8BBF9F58003D47D482BF07EAB7BF70184C3E5A93083E59E50B3F00FA69BF5D03A43B549784BD01BFC0BF2FBA093F3F34A43E36E7184027D74F3ED82C14BEFDCA9D3FEF8F4B3E42B6683F9E28BBBE6F685F3EE41B833F3F3D323F3B8E033E12898ABF1CF4E33E9A6A9D3D9070383F2B6C5D3EA9498B3FDB3053BDABCF4E3EDCB12A3F091F8BBF6AA6CDBEDF0100BFD184FD3F722EBEBDE8F7263F5D8F1E3FA4CE8FBED281C6BF0400773F187CD0BE02CC373FEB12A7BF4F3FE0BE86DFA03F242BB73FF7B6A6BF",
      depthwise: "0x040000006F99AABFA04E35BD066E3A3F575B243E866B9B3E62247DBFFB37163F04F58E3F7810DFBE897CB7BF154242BF05FC423F",
      dense: "0x04000000CAE9DDBFE629BCBDB8B27DBF1B4806BEDE637ABE16E6813C9027C03F5C67D73E19B7AA3F7FCE10BE608CF5BE76F3C13E997D35C0746223BD8D03243E521B9EBF47C1ED3EAB2A0FBFE6611DC023705ABEA2957ABFC54505BF72F01BBEF61FA03F"
    }
  }
#-}
