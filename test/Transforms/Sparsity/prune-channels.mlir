// RUN: mopt-opt %s --mopt-prune-channels="sparsity=0.5 report=%t.json" 2>%t.remarks | FileCheck %s --check-prefix=MASK
// RUN: FileCheck %s --input-file=%t.remarks --check-prefix=REMARK
// RUN: FileCheck %s --input-file=%t.json --check-prefix=JSON
// RUN: mopt-opt %s --prune="pattern=channel sparsity=0.5" 2>/dev/null | FileCheck %s --check-prefix=SHRUNK
// RUN: mopt-opt %s --prune="pattern=channel sparsity=0.5 shrink=false" 2>/dev/null | FileCheck %s --check-prefix=MASK
// RUN: mopt-opt %s --prune="pattern=channel sparsity=0.3 sparsity-of=weights sparsity-allocation=global" 2>/dev/null | FileCheck %s --check-prefix=GLOBAL
// RUN: mopt-opt %s --prune="pattern=channel sparsity=0.5 channel-multiple=4" 2>/dev/null | FileCheck %s --check-prefix=MULTIPLE
// RUN: mopt-opt %s --prune="pattern=channel sparsity=0.5 exclude=^first$" 2>&1 | FileCheck %s --check-prefix=EXCLUDE
// RUN: not mopt-opt %s --prune="pattern=channel sparsity=1" 2>&1 | FileCheck %s --check-prefix=RANGE
// RUN: not mopt-opt %s --prune="pattern=channel sparsity=nan" 2>&1 | FileCheck %s --check-prefix=RANGE
// RUN: not mopt-opt %s --prune="pattern=channel sparsity=0.9 sparsity-of=macs channel-multiple=1" 2>&1 | FileCheck %s --check-prefix=IMPOSSIBLE
// RUN: not mopt-opt %s --prune="pattern=channel sparsity=0.1 sparsity-of=macs" 2>&1 | FileCheck %s --check-prefix=TOO-COARSE
// RUN: not mopt-opt %s --prune="pattern=channel channel-multiple=-1" 2>&1 | FileCheck %s --check-prefix=UNIT
// RUN: not mopt-opt %s --prune="pattern=channel only=(" 2>&1 | FileCheck %s --check-prefix=REGEX
// RUN: not mopt-opt %s --prune="pattern=channel method=guess" 2>&1 | FileCheck %s --check-prefix=METHOD
// RUN: not mopt-opt %s --prune="pattern=channel sparsity-allocation=guess" 2>&1 | FileCheck %s --check-prefix=ALLOCATION
// RUN: not mopt-opt %s --prune="pattern=channel method=obs" 2>&1 | FileCheck %s --check-prefix=SAMPLES
// RUN: not mopt-opt %s --prune="pattern=channel only-ops=conv_2d" 2>&1 | FileCheck %s --check-prefix=OPS
// RUN: not mopt-opt %s --mopt-prune-channels="sparsity-allocation=auto" 2>&1 | FileCheck %s --check-prefix=AUTO
// RUN: not mopt-opt %s --prune="pattern=channel sparsity-of=guess" 2>&1 | FileCheck %s --check-prefix=MEASURE
// RUN: not mopt-opt %s --mopt-prune-channels="report=%t.dir/no/such.json" 2>&1 | FileCheck %s --check-prefix=REPORT

// "first" has four channels. The weights that make them (squared: 2, 8, 2, 32 of
// 44) and that read them (1, 1, 16, 4 of 22) say that the first and the second are
// worth least. "last" makes outputs of the function and "mixed" feeds a softmax.
func.func @main(%x: tensor<1x2xf32>) -> (tensor<1x1xf32>, tensor<1x2xf32>) {
  %none = mopt.no_value : () -> none
  %w1 = mopt.const {value = dense<[[1.0, 1.0], [2.0, 2.0], [1.0, 1.0], [4.0, 4.0]]> : tensor<4x2xf32>, mopt.tensors = [#mopt.tensor<name = "w1">]} : () -> tensor<4x2xf32>
  %b1 = mopt.const {value = dense<[5.0, 6.0, 7.0, 8.0]> : tensor<4xf32>, mopt.tensors = [#mopt.tensor<name = "b1">]} : () -> tensor<4xf32>
  %h = mopt.fully_connected %x, %w1, %b1 {mopt.tensors = [#mopt.tensor<name = "first">]} : (tensor<1x2xf32>, tensor<4x2xf32>, tensor<4xf32>) -> tensor<1x4xf32>
  %w2 = mopt.const {value = dense<[[1.0, 1.0, 4.0, 2.0]]> : tensor<1x4xf32>, mopt.tensors = [#mopt.tensor<name = "w2">]} : () -> tensor<1x4xf32>
  %y = mopt.fully_connected %h, %w2, %none {mopt.tensors = [#mopt.tensor<name = "last">]} : (tensor<1x4xf32>, tensor<1x4xf32>, none) -> tensor<1x1xf32>
  %w3 = mopt.const {value = dense<1.0> : tensor<2x2xf32>, mopt.tensors = [#mopt.tensor<name = "w3">]} : () -> tensor<2x2xf32>
  %m = mopt.fully_connected %x, %w3, %none {mopt.tensors = [#mopt.tensor<name = "mixed">]} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  %z = mopt.softmax %m {mopt.tensors = [#mopt.tensor<name = "chances">]} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %y, %z : tensor<1x1xf32>, tensor<1x2xf32>
}

// MASK: mopt.fully_connected {{.*}}"first"{{.*}} -> tensor<1x4xf32>
// MASK-DAG: w1{{.*}}: "0x40000000000000000000000000000000000000000000803F0000803F0000804000008040"
// MASK-DAG: b1{{.*}}: "0x4000000000000000000000000000E04000000041"
// MASK-DAG: w2{{.*}}: "0x4000000000000000000000000000804000000040"

// REMARK: remark: 'last' (mopt.fully_connected) keeps its channels: they are an output of the function
// REMARK: remark: 'mixed' (mopt.fully_connected) keeps its channels: 'chances' (mopt.softmax) mixes them

// JSON: "channels": 4,
// JSON-NEXT: "kept": 2,
// JSON-NEXT: "name": "first"
// JSON: "kept": 1,
// JSON-NEXT: "name": "last"
// JSON: "kept": 2,
// JSON-NEXT: "name": "mixed"

// SHRUNK: mopt.fully_connected {{.*}}"first"{{.*}} -> tensor<1x2xf32>
// SHRUNK-DAG: w1{{.*}}: "0x400000000000803F0000803F0000804000008040"
// SHRUNK-DAG: w2{{.*}}: "0x400000000000804000000040"

// Of 16 weights each channel has three: two have to go for five.
// GLOBAL: mopt.fully_connected {{.*}}"first"{{.*}} -> tensor<1x2xf32>
// MULTIPLE: mopt.fully_connected {{.*}}"first"{{.*}} -> tensor<1x4xf32>
// EXCLUDE: remark: 'first' (mopt.fully_connected) keeps its channels: excluded by 'exclude'
// EXCLUDE: mopt.fully_connected {{.*}}"first"{{.*}} -> tensor<1x4xf32>

// RANGE: error: mopt-prune-channels: sparsity is {{.*}}, must be from 0 to below 1: a layer keeps one channel
// IMPOSSIBLE: error: mopt-prune-channels: sparsity=0.9{{0*}} cannot be reached: with the fewest channels 0.4375 of the products remain
// TOO-COARSE: error: mopt-prune-channels: sparsity=0.1{{0*}} cannot be reached: with the fewest channels 1.0000 of the products remain
// UNIT: error: mopt-prune-channels: channel-multiple is -1, must be from 1 to 1024, or 0 for automatic
// REGEX: error: mopt-prune-channels: '(', given as 'only', is no regular expression
// METHOD: error: prune: method=guess is not available
// ALLOCATION: error: prune: sparsity-allocation=guess is not available
// SAMPLES: error: prune: method=obs needs samples; give calibration=DATA
// OPS: error: prune: pattern=channel selects layers with exclude and only
// AUTO: error: mopt-prune-channels: sparsity-allocation=auto needs data; give samples with data=FILE
// MEASURE: for the --sparsity-of option: Cannot find option named 'guess'!
// REPORT: error: cannot write '{{.*}}such.json': No such file or directory
