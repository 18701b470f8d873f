// RUN: mopt-opt %s --mopt-prune-weights="sparsity=0.5 report=%t.json" --remarks-filter=prune 2>&1 | FileCheck %s --check-prefix=UNIFORM
// RUN: FileCheck %s --check-prefix=JSON --input-file=%t.json
// RUN: mopt-opt %s --mopt-prune-weights="sparsity=0.5 sparsity-allocation=global" --mopt-verify-weights="sparsity=0.5 sparsity-allocation=global" | FileCheck %s --check-prefix=GLOBAL
// RUN: mopt-opt %s --mopt-prune-weights="sparsity=0.5 exclude=^small$" 2>&1 | FileCheck %s --check-prefix=EXCLUDE
// RUN: mopt-opt %s --mopt-prune-weights="sparsity=0.5 only=second" 2>&1 | FileCheck %s --check-prefix=ONLY
// RUN: mopt-opt %s --mopt-prune-weights=sparsity=1.0 | FileCheck %s --check-prefix=ALL
// RUN: mopt-opt %s --mopt-prune-weights=sparsity=0 | FileCheck %s --check-prefix=NONE
// RUN: not mopt-opt %s --mopt-prune-weights=sparsity=1.5 2>&1 | FileCheck %s --check-prefix=RANGE
// RUN: not mopt-opt %s --mopt-prune-weights=sparsity=nan 2>&1 | FileCheck %s --check-prefix=RANGE
// RUN: not mopt-opt %s --mopt-prune-weights="exclude=(" 2>&1 | FileCheck %s --check-prefix=REGEX
// RUN: not mopt-opt %s --mopt-prune-weights="report=%t.dir/no/such.json" 2>&1 | FileCheck %s --check-prefix=REPORT
// RUN: not mopt-opt %s --mopt-verify-weights=sparsity=0.5 2>&1 | FileCheck %s --check-prefix=VERIFY
// RUN: not mopt-opt %s --mopt-prune-weights="sparsity-allocation=global" --mopt-verify-weights 2>&1 | FileCheck %s --check-prefix=VERIFY-UNIFORM

// UNIFORM-DAG: remark: {{.*}}small
// UNIFORM-DAG: small: "0x40000000000000000000403F"
// UNIFORM-DAG: large: "0x40000000000000000000A040"

// JSON: "elements": 2,
// JSON: "name": "small",
// JSON: "op": "mopt.fully_connected",
// JSON: "sparsity": 0.5,
// JSON: "zeros": 1,
// JSON: "zeros_before": 0
// JSON: "name": "large",

// Of all four, the two least are both in the first tensor.
// GLOBAL: dense<{{.*}}4.000000e+00{{.*}}5.000000e+00
// GLOBAL: small: "0x400000000000000000000000"

// EXCLUDE: remark: first is not pruned: excluded by 'exclude'
// EXCLUDE: dense<{{.*}}5.000000e-01{{.*}}7.500000e-01

// ONLY: remark: first is not pruned: not selected by 'only'
// ONLY: dense<{{.*}}5.000000e-01{{.*}}7.500000e-01

// ALL-DAG: small: "0x400000000000000000000000"
// ALL-DAG: large: "0x400000000000000000000000"

// NONE: dense<{{.*}}5.000000e-01{{.*}}7.500000e-01
// NONE: dense<{{.*}}4.000000e+00{{.*}}5.000000e+00

// RANGE: error: sparsity is {{.*}}, must be between 0 and 1
// REGEX: error: mopt-prune-weights: '(', given as 'exclude', is no regular expression: parentheses not balanced
// REPORT: error: cannot write '{{.*}}such.json': No such file or directory

// VERIFY: error: the weights are less sparse than 0.5000; run mopt-prune-weights first
// VERIFY: note: 'small': 0 of 2 weights are zero
// VERIFY: note: 'large': 0 of 2 weights are zero

// VERIFY-UNIFORM: error: the weights are less sparse than 0.5000; run mopt-prune-weights first
// VERIFY-UNIFORM-NOT: 'small'
// VERIFY-UNIFORM: note: 'large': 0 of 2 weights are zero
func.func @main(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %small = mopt.const {value = dense<[[0.5, 0.75]]> : tensor<1x2xf32>, mopt.tensors = [#mopt.tensor<name = "small">]} : () -> tensor<1x2xf32>
  %large = mopt.const {value = dense<[[4.0], [5.0]]> : tensor<2x1xf32>, mopt.tensors = [#mopt.tensor<name = "large">]} : () -> tensor<2x1xf32>
  %b = mopt.no_value : () -> none
  %y = mopt.fully_connected %x, %small, %b {mopt.tensors = [#mopt.tensor<name = "first">]} : (tensor<1x2xf32>, tensor<1x2xf32>, none) -> tensor<1x1xf32>
  %z = mopt.fully_connected %y, %large, %b {mopt.tensors = [#mopt.tensor<name = "second">]} : (tensor<1x1xf32>, tensor<2x1xf32>, none) -> tensor<1x2xf32>
  return %y : tensor<1x1xf32>
}
