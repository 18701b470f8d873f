// RUN: mopt-opt %s --mopt-cluster-weights="clusters=3" --remarks-filter=cluster 2>%t.remarks | FileCheck %s --check-prefixes=CHECK,TENSOR
// RUN: FileCheck %s --input-file=%t.remarks --check-prefix=REMARK
// RUN: mopt-opt %s --mopt-cluster-weights="clusters=3 keep-zeros=false init=linear only=float" 2>/dev/null | FileCheck %s --check-prefixes=CHECK,ZEROS
// RUN: mopt-opt %s --mopt-cluster-weights="clusters=2 scope=channel" 2>/dev/null | FileCheck %s --check-prefix=CHANNEL
// RUN: mopt-opt %s --cluster="clusters=3 exclude=float" 2>&1 | FileCheck %s --check-prefix=EXCLUDE
// RUN: mopt-opt %s --mopt-cluster-weights="clusters=3" -o %t.mlir 2>/dev/null
// RUN: mopt-opt %t.mlir --mopt-verify-clusters="clusters=3" -o /dev/null
// RUN: not mopt-opt %t.mlir --mopt-verify-clusters="clusters=2" -o /dev/null 2>&1 | FileCheck %s --check-prefix=VERIFY
// RUN: not mopt-opt %t.mlir --mopt-verify-clusters="clusters=1 scope=channel" -o /dev/null 2>&1 | FileCheck %s --check-prefix=VERIFY-CHANNEL
// RUN: not mopt-opt %s --mopt-cluster-weights="clusters=1" 2>&1 | FileCheck %s --check-prefix=FEW
// RUN: not mopt-opt %s --cluster="clusters=257" 2>&1 | FileCheck %s --check-prefix=MANY
// RUN: not mopt-opt %s --cluster="clusters=8" 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not mopt-opt %s --cluster="method=best" 2>&1 | FileCheck %s --check-prefix=METHOD
// RUN: not mopt-opt %s --cluster="conv-clusters=16" 2>&1 | FileCheck %s --check-prefix=CONV
// RUN: not mopt-opt %s --cluster="calibration=x.npz" 2>&1 | FileCheck %s --check-prefix=DATA
// RUN: not mopt-opt %s --cluster="only=(" 2>&1 | FileCheck %s --check-prefix=REGEX
// RUN: not mopt-opt %s --cluster="init=best" 2>&1 | FileCheck %s --check-prefix=INIT
// RUN: sed 's/5.0, 5.1/0x7FC00000, 5.1/' %s > %t.nan.mlir
// RUN: not mopt-opt %t.nan.mlir --cluster="clusters=3" 2>&1 | FileCheck %s --check-prefix=NAN

// CHECK-LABEL: func.func @main
// CHANNEL-LABEL: func.func @main
func.func @main(%x: tensor<1x4xf32>, %q: tensor<1x4x!quant.uniform<i8:f32, 0.5>>) -> (tensor<1x2xf32>, tensor<1x2x!quant.uniform<i8:f32, 0.5>>, tensor<1x2xf32>) {
  %none = mopt.no_value : () -> none
  // Zeros are the third centroid, and stay where they are.
  %w = mopt.const {value = dense<[[0.0, 0.0, 1.0, 1.5], [0.0, 5.0, 5.1, 1.5]]> : tensor<2x4xf32>, mopt.tensors = [#mopt.tensor<name = "float">]} : () -> tensor<2x4xf32>
  %0 = mopt.fully_connected %x, %w, %none {} : (tensor<1x4xf32>, tensor<2x4xf32>, none) -> tensor<1x2xf32>
  // Whole numbers, and distances by the scale of the channel.
  %v = mopt.const {value = dense<[[10, 12, 60, 61], [100, 101, 10, 12]]> : tensor<2x4xi8>, mopt.tensors = [#mopt.tensor<name = "integer">]} : () -> tensor<2x4x!quant.uniform<i8<-127:127>:f32:0, {0.1, 0.2}>>
  %1 = mopt.fully_connected %q, %v, %none {} : (tensor<1x4x!quant.uniform<i8:f32, 0.5>>, tensor<2x4x!quant.uniform<i8<-127:127>:f32:0, {0.1, 0.2}>>, none) -> tensor<1x2x!quant.uniform<i8:f32, 0.5>>
  %u = mopt.const {value = dense<[[1.0, 1.0, 1.0, 2.0], [2.0, 2.0, 2.0, 2.0]]> : tensor<2x4xf32>, mopt.tensors = [#mopt.tensor<name = "two">]} : () -> tensor<2x4xf32>
  %2 = mopt.fully_connected %x, %u, %none {} : (tensor<1x4xf32>, tensor<2x4xf32>, none) -> tensor<1x2xf32>
  return %0, %1, %2 : tensor<1x2xf32>, tensor<1x2x!quant.uniform<i8:f32, 0.5>>, tensor<1x2xf32>
}

// 1, 1.5 and 1.5 become 4/3; 5 and 5.1 become 5.05.
// TENSOR-DAG: float: "0x400000000000000000000000ABAAAA3FABAAAA3F000000009A99A1409A99A140ABAAAA3F"
// TENSOR-DAG: integer: "0x400000000B0B3C3C64640B0B"
// TENSOR-NOT: two:
// ZEROS-DAG: float: "0x400000000000000000000000ABAAAA3FABAAAA3F000000009A99A1409A99A140ABAAAA3F"
// CHANNEL-DAG: float: "0x4000000000000000000000000000A03F0000A03F00000000777777407777774077777740"
// CHANNEL-DAG: integer: "0x400000000B0B3C3C64640B0B"

// REMARK: remark: {{.*}}Clustered{{.*}}Remark=float{{.*}}values=3
// REMARK: remark: {{.*}}Clustered{{.*}}Remark=integer{{.*}}values=3
// REMARK: remark: two is not clustered: it has no more than 2 different values

// EXCLUDE: remark: {{.*}} is not clustered: excluded by 'exclude'
// VERIFY: error: the weights have more than 2 different values; run mopt-cluster-weights first
// VERIFY: note: 'float' has 3 different values
// VERIFY-CHANNEL: error: the weights have more than 1 different values
// VERIFY-CHANNEL: note: channel 0 of 'float' has 2 different values
// FEW: error: clusters is 1, must be between 2 and 256
// MANY: error: clusters is 257, must be between 2 and 256
// NONE: error: clusters is 8, and no tensor has more different weights
// METHOD: error: {{.*}}method=best is not available; available: plain, obs
// CONV: error: {{.*}}conv-clusters= is for method=obs
// DATA: error: {{.*}}calibration= is for methods that need data; plain needs none
// REGEX: error: mopt-cluster-weights: '(', given as 'only', is no regular expression
// INIT: for the --init option: Cannot find option named 'best'
// NAN: error: mopt-cluster-weights: 'float' has weights that are not finite
