// RUN: %PYTHON %mopt_src_root/test/Transforms/Reconstruction/Inputs/make_samples.py %t.npy 64 1x5x5x2
// RUN: mopt-opt %s --deep-compress="sparsity=0.5 clusters=4 calibration=%t.npy measure=error report=%t.json" -o %t.mlir 2> %t.log
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: FileCheck %s --check-prefix=TABLE --input-file=%t.log
// RUN: FileCheck %s --check-prefix=JSON --input-file=%t.json
// 94 weights: 54, 12, 24 and 4 in two layers at once, which are pruned by magnitude.
// RUN: mopt-opt %t.mlir --mopt-verify-clusters="clusters=4" --mopt-verify-weights="sparsity=0.5 sparsity-allocation=global" -o /dev/null
// RUN: mopt-opt %s --deep-compress="sparsity=0.5 clusters=4 calibration=%t.npy measure=error threads=1" -o %t.one 2> /dev/null
// RUN: cmp %t.mlir %t.one
// What the steps were told is not left behind.
// RUN: not grep mopt.recipe %t.mlir

// Without samples: by magnitude, to the nearest centroids, and nothing is run.
// RUN: mopt-opt %s --deep-compress="sparsity=0.5 clusters=4" -o %t.plain.mlir 2> %t.plain.log
// RUN: FileCheck %s --check-prefix=PLAIN --input-file=%t.plain.log
// RUN: mopt-opt %t.plain.mlir --mopt-verify-clusters="clusters=4" --mopt-verify-weights="sparsity=0.5" -o /dev/null

// In integers.
// RUN: mopt-opt %s --deep-compress="sparsity=0.5 clusters=4 calibration=%t.npy measure=error form=int8" 2> %t.int8.log -o %t.int8.mlir
// RUN: FileCheck %s --check-prefix=INT8 --input-file=%t.int8.log
// RUN: mopt-opt %t.int8.mlir --mopt-verify-clusters="clusters=4" --mopt-verify-quantized -o /dev/null

// As far as a limit allows.
// RUN: mopt-opt %s --deep-compress="sparsity=0.05 clusters=16 calibration=%t.npy measure=error metric=snr max-drop=15" -o %t.near.mlir 2>&1 | FileCheck %s --check-prefix=NEAR
// RUN: not mopt-opt %s --deep-compress="sparsity=0.01 clusters=2 calibration=%t.npy measure=error metric=snr max-drop=60" 2>&1 | FileCheck %s --check-prefix=TOO-MUCH

// Without labels a limit is one on answers that change on the first fifth of the
// samples, which does not repair then.
// RUN: mopt-opt %s --deep-compress="sparsity=0.5 clusters=16 calibration=%t.npy max-drop=30 report=%t.same.json" -o %t.same.mlir 2> %t.same.log
// RUN: FileCheck %s --check-prefix=SAME --input-file=%t.same.log
// RUN: %PYTHON -c "import re; found = re.search(r'divergence of ([0-9.]+) on .* else ([0-9.]+)', open('%t.same.log').read()); \
// RUN:   kept, other = map(float, found.groups()); assert kept < other, (kept, other)"
// RUN: FileCheck %s --check-prefix=AGREEMENT --input-file=%t.same.json
// RUN: mopt-opt %s --deep-compress="sparsity=0.5 clusters=4 calibration=%t.npy measure=error held-out=0" -o /dev/null 2>&1 | FileCheck %s --check-prefix=TOLD

// The densest model of a size, and the sparsity that it has.
// RUN: mopt-opt %s --deep-compress="smaller=2.5 clusters=4 calibration=%t.npy measure=error held-out=0" -o %t.sized.mlir 2>&1 | FileCheck %s --check-prefix=SIZED
// RUN: mopt-opt %s --deep-compress="smaller=1 clusters=4" -o /dev/null 2>&1 | FileCheck %s --check-prefix=DENSE
// RUN: not mopt-opt %s --deep-compress="smaller=90 sparsity=0.5 clusters=4" 2>&1 | FileCheck %s --check-prefix=TOO-SMALL
// RUN: not mopt-opt %s --deep-compress="smaller=0.5" 2>&1 | FileCheck %s --check-prefix=LARGER
// RUN: not mopt-opt %s --deep-compress="smaller=2 max-drop=1 calibration=%t.npy" 2>&1 | FileCheck %s --check-prefix=TWO-GOALS
// RUN: not mopt-opt %s --deep-compress="held-out=0.9 calibration=%t.npy" 2>&1 | FileCheck %s --check-prefix=HELD-OUT

// RUN: not mopt-opt %s --deep-compress="sparsity=1" 2>&1 | FileCheck %s --check-prefix=SPARSITY
// RUN: not mopt-opt %s --deep-compress="clusters=500" 2>&1 | FileCheck %s --check-prefix=CLUSTERS
// RUN: not mopt-opt %s --deep-compress="form=int8" 2>&1 | FileCheck %s --check-prefix=FORM
// RUN: not mopt-opt %s --deep-compress="max-drop=1" 2>&1 | FileCheck %s --check-prefix=EVAL
// RUN: not mopt-opt %s --deep-compress="max-drop=-1 eval=%t.npy" 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// RUN: not mopt-opt %s --deep-compress="eval=%t.npy" 2>&1 | FileCheck %s --check-prefix=LABELS
// RUN: not mopt-opt %s --deep-compress="calibration=%t.nowhere" 2>&1 | FileCheck %s --check-prefix=NO-FILE
// RUN: not mopt-opt %s --mopt-deep-compress="max-drop=10 metric=snr" 2>&1 | FileCheck %s --check-prefix=NO-DATA

// CHECK-LABEL: func.func @main
// CHECK: mopt.conv_2d
// TABLE: remark: compressed:
// TABLE-NEXT: step bytes compressed smaller sparsity values snr, dB
// TABLE-NEXT: original {{[0-9,]+ +[0-9,]+ +[0-9.]+}}x 0.0% 54 -
// TABLE-NEXT: pruned {{.*}} 50.0% {{.*}}
// TABLE-NEXT: clustered {{.*}} 50.0% 4 {{[0-9.]+$}}
// TABLE-NEXT: biases of 8 bits {{.*}} 50.0% 4 {{[0-9.]+$}}
// JSON: "bytes": {{[0-9]+}},
// JSON-NEXT: "coded_bytes": {{[0-9]+}},
// JSON-NEXT: "sparsity": 0,
// JSON-NEXT: "step": "original",
// JSON-NEXT: "values": 54
// JSON: "sparsity": 0.5,
// JSON-NEXT: "step": "pruned",
// JSON: "sparsity": 0.5,
// JSON-NEXT: "step": "clustered",
// JSON-NEXT: "values": 4
// PLAIN: step bytes compressed smaller sparsity values{{$}}
// PLAIN: clustered {{.*}} 50.0% 4{{$}}
// INT8: clustered {{.*}} 50.0% 4
// INT8-NEXT: int8 {{.*}} 50.0% 4
// NEAR: biases of 8 bits {{.*}} {{(1[5-9]|[2-9][0-9])}}.{{[0-9]+$}}
// TOO-MUCH: error: mopt-deep-compress: max-drop cannot be met, even without pruning; ask for more clusters
// CLUSTERS-NOT: error:
// SPARSITY: error: mopt-deep-compress: sparsity is 1.00, must be from 0 to below 1
// CLUSTERS: error: mopt-deep-compress: clusters is 500, must be between 2 and 256
// FORM: error: {{.*}}deep-compress: form=int8 needs samples; give calibration=DATA
// SAME: remark: sparsity is shared by measure={{error|divergence}}: a divergence of {{[0-9.]+}} on 12 samples kept back, else {{[0-9.]+}}
// SAME: step {{.*}} same, %{{$}}
// SAME-NEXT: original {{.*}} 100.00
// SAME: biases of 8 bits {{.*}} {{([7-9][0-9]|100)}}.{{[0-9][0-9]$}}
// AGREEMENT: "agreement": 1,
// TOLD-NOT: measure=
// TOLD: compressed:
// SIZED: biases of 8 bits {{[0-9,]+ +[0-9,]+ +(2\.[5-9]|[3-9]\.[0-9])}}x
// DENSE: biases of 8 bits {{.*}}x 0.0%
// TOO-SMALL: error: mopt-deep-compress: smaller=90.00 cannot be reached: with sparsity=0.50 the container is {{[0-9.]+}} times smaller; ask for fewer clusters
// LARGER: error: deep-compress: smaller must be at least 1
// TWO-GOALS: error: deep-compress: max-drop and smaller both choose the sparsity; give one of both
// HELD-OUT: error: mopt-deep-compress: held-out must be from 0 to 0.5
// EVAL: error: {{.*}}deep-compress: max-drop needs samples to measure on; give eval=DATA with labels, or calibration=DATA
// NEGATIVE: error: {{.*}}deep-compress: max-drop must not be negative
// LABELS: error: mopt-deep-compress: {{.*}}labels
// NO-FILE: error: mopt-deep-compress: {{.*}}nowhere
// NO-DATA: error: mopt-deep-compress: max-drop needs data
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
