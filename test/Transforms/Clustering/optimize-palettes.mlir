// RUN: %PYTHON %mopt_src_root/test/Transforms/Reconstruction/Inputs/make_samples.py %t.npy 64 1x5x5x2
// RUN: mopt-opt %s --mopt-optimize-palettes="data=%t.npy clusters=4" -o %t.mlir 2> %t.log
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: FileCheck %s --check-prefix=KEPT --input-file=%t.log
// RUN: mopt-opt %t.mlir --mopt-verify-clusters="clusters=4" -o /dev/null
// RUN: not mopt-opt %t.mlir --mopt-verify-clusters="clusters=3" -o /dev/null 2> /dev/null
// RUN: mopt-opt %s --mopt-optimize-palettes="data=%t.npy clusters=4 threads=1" -o %t.one 2> /dev/null
// RUN: cmp %t.mlir %t.one
// RUN: mopt-opt %s --mopt-optimize-palettes="data=%t.npy clusters=2 scope=channel" 2> /dev/null | mopt-opt --mopt-verify-clusters="clusters=2 scope=channel" -o /dev/null
// RUN: mopt-opt %s --mopt-optimize-palettes="data=%t.npy clusters=3 conv-clusters=6" -o %t.conv.mlir 2> /dev/null
// RUN: mopt-opt %t.conv.mlir --mopt-verify-clusters="clusters=3 only=^dense|^twice" -o /dev/null
// RUN: mopt-opt %t.conv.mlir --mopt-verify-clusters="clusters=6" -o /dev/null
// RUN: not mopt-opt %t.conv.mlir --mopt-verify-clusters="clusters=3" -o /dev/null 2> /dev/null
// Pruned weights stay pruned, and no others become zero.
// RUN: mopt-opt %s --prune="sparsity=0.5" --cluster="method=obs calibration=%t.npy clusters=4" --mopt-verify-weights="sparsity=0.5" -o %t.pruned.mlir 2> /dev/null
// RUN: mopt-opt %t.pruned.mlir --mopt-verify-clusters="clusters=4" -o /dev/null
// RUN: mopt-opt %s --cluster="method=obs calibration=%t.npy clusters=4 exclude=^conv" 2>&1 | FileCheck %s --check-prefix=CHOSEN
// RUN: mopt-opt %s --mopt-optimize-palettes="data=%t.npy clusters=4" --remarks-filter=cluster 2>&1 | FileCheck %s --check-prefix=REMARK

// RUN: not mopt-opt %s --cluster="method=obs" 2>&1 | FileCheck %s --check-prefix=NO-DATA
// RUN: not mopt-opt %s --mopt-optimize-palettes 2>&1 | FileCheck %s --check-prefix=PASS-NO-DATA
// RUN: not mopt-opt %s --cluster="method=obs calibration=%t.npy clusters=1" 2>&1 | FileCheck %s --check-prefix=FEW
// RUN: not mopt-opt %s --cluster="method=obs calibration=%t.npy conv-clusters=300" 2>&1 | FileCheck %s --check-prefix=MANY
// RUN: not mopt-opt %s --cluster="method=obs calibration=%t.npy clusters=200" 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not mopt-opt %s --mopt-optimize-palettes="data=%t.npy damping=-1" 2>&1 | FileCheck %s --check-prefix=DAMPING
// RUN: mopt-opt %s --quantize-weights="min-elements=0" -o %t.int8.mlir
// RUN: not mopt-opt %t.int8.mlir --cluster="method=obs calibration=%t.npy" 2>&1 | FileCheck %s --check-prefix=INTEGER
// RUN: sed 's/0.25, 0.1/0x7FC00000, 0.1/' %s > %t.nan.mlir
// RUN: not mopt-opt %t.nan.mlir --cluster="method=obs calibration=%t.npy clusters=4" 2>&1 | FileCheck %s --check-prefix=NAN

// What the values are is looked at by unittests/Transforms/PaletteTest.cpp. Every
// layer that is reconstructed has a bias now, and every tensor its name.
// CHECK-LABEL: func.func @main
// CHECK: %[[C:.*]] = mopt.const {mopt.tensors = [#mopt.tensor<name = "conv_w">], value = dense_resource
// CHECK: %[[CB:.*]] = mopt.const {mopt.tensors = [#mopt.tensor<name = "conv_bias">]{{.*}} tensor<3xf32>
// CHECK: mopt.conv_2d %{{.*}}, %[[C]], %[[CB]] {fused_activation_function = #mopt.activation<RELU6>
// CHECK: mopt.depthwise_conv_2d
// CHECK: mopt.fully_connected
// KEPT: remark: 'twice' (mopt.fully_connected) is not {{[a-z]+}}: its weights are shared
// KEPT: remark: 'shared' (mopt.fully_connected) is not {{[a-z]+}}: its weights are shared
// KEPT: remark: twice is not clustered: it has no more than 4 different values
// CHOSEN: remark: 'conv' (mopt.conv_2d) is not {{[a-z]+}}: excluded by 'exclude'
// REMARK: remark: {{.*}}Clustered{{.*}}'conv' (mopt.conv_2d)"{{.*}}reconstructed{{.*}}elements=54{{.*}}values=4

// NO-DATA: error: {{.*}}method=obs needs samples; give calibration=DATA
// PASS-NO-DATA: error: mopt-optimize-palettes: no data; give samples with data=FILE
// FEW: error: clusters is 1, must be between 2 and 256
// MANY: error: conv-clusters is 300, must be between 2 and 256
// NONE: error: clusters is 200, and no tensor has more different weights
// DAMPING: error: mopt-optimize-palettes: damping is -1{{.*}}, must be above 0, or 0 for automatic
// INTEGER: error: mopt-optimize-palettes: there are no float32 weights; cluster before quantizing, or with method=plain
// NAN: error: mopt-optimize-palettes: 'twice' has weights that are not finite
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
