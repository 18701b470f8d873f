// RUN: mopt-opt %s --prune="pattern=1x2 sparsity=0.5" 2>%t.remarks | FileCheck %s --check-prefix=ROWS
// RUN: FileCheck %s --input-file=%t.remarks --check-prefix=REMARK
// RUN: mopt-opt %s --prune="pattern=2x2 sparsity=0.5" 2>/dev/null | FileCheck %s --check-prefix=BLOCKS
// RUN: mopt-opt %s --prune="pattern=2x2 sparsity=0.75 sparsity-allocation=global" 2>/dev/null | FileCheck %s --check-prefix=GLOBAL
// RUN: mopt-opt %s --prune="pattern=1:2" 2>/dev/null | FileCheck %s --check-prefix=NEIGHBOURS
// RUN: mopt-opt %s --prune="pattern=2:3" 2>/dev/null | FileCheck %s --check-prefix=EDGE
// RUN: mopt-opt %s --prune="pattern=1x2 sparsity=0.5" -o %t.mlir 2>/dev/null
// RUN: mopt-opt %t.mlir --mopt-verify-weights="pattern=1x2 sparsity=0.5" -o /dev/null
// RUN: not mopt-opt %t.mlir --mopt-verify-weights="pattern=2x2 sparsity=0.5" -o /dev/null 2>&1 | FileCheck %s --check-prefix=VERIFY
// RUN: not mopt-opt %s --mopt-verify-weights="pattern=2:4" -o /dev/null 2>&1 | FileCheck %s --check-prefix=VERIFY-GROUPS
// RUN: not mopt-opt %s --mopt-prune-weights="pattern=0x4" 2>&1 | FileCheck %s --check-prefix=PATTERN
// RUN: not mopt-opt %s --mopt-verify-weights="pattern=4" 2>&1 | FileCheck %s --check-prefix=PATTERN
// RUN: not mopt-opt %s --prune="pattern=4:4" 2>&1 | FileCheck %s --check-prefix=EVERYTHING

// The rows of "matrix" are its output channels. In "kernel" they are the tap
// rows of each output channel, one after the other.
func.func @main(%x: tensor<1x4xf32>, %y: tensor<1x2x2x2xf32>, %z: tensor<1x1x1x4xf32>) -> (tensor<1x2xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x4xf32>) {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<[[1.0, 4.0, 3.0, 2.0], [1.0, 1.0, 5.0, -6.0]]> : tensor<2x4xf32>, mopt.tensors = [#mopt.tensor<name = "matrix">]} : () -> tensor<2x4xf32>
  %0 = mopt.fully_connected %x, %w, %none {} : (tensor<1x4xf32>, tensor<2x4xf32>, none) -> tensor<1x2xf32>
  %k = mopt.const {value = dense<[[[[1.0, 2.0], [9.0, 8.0]], [[3.0, -2.0], [7.0, 6.0]]]]> : tensor<1x2x2x2xf32>, mopt.tensors = [#mopt.tensor<name = "kernel">]} : () -> tensor<1x2x2x2xf32>
  %1 = mopt.conv_2d %y, %k, %none {padding = #mopt.padding<VALID>} : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>, none) -> tensor<1x1x1x1xf32>
  %d = mopt.const {value = dense<[[[[1.0, 2.0, 3.0, 4.0]]]]> : tensor<1x1x1x4xf32>, mopt.tensors = [#mopt.tensor<name = "depthwise">]} : () -> tensor<1x1x1x4xf32>
  %2 = mopt.depthwise_conv_2d %z, %d, %none {} : (tensor<1x1x1x4xf32>, tensor<1x1x1x4xf32>, none) -> tensor<1x1x1x4xf32>
  return %0, %1, %2 : tensor<1x2xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x4xf32>
}

// Mean squares 8.5 and 6.5 in the first row, 1 and 30.5 in the second: 6.5 and 1 go.
// ROWS-DAG: matrix: "0x400000000000803F00008040000000000000000000000000000000000000A0400000C0C0"
// 2.5, 72.5, 6.5 and 42.5: the first and the third.
// ROWS-DAG: kernel: "0x400000000000000000000000000010410000004100000000000000000000E0400000C040"
// REMARK: remark: depthwise is not pruned: a pattern is one of input channels, and every output has only one

// 4.75 against 18.5.
// BLOCKS-DAG: matrix: "0x400000000000000000000000000040400000004000000000000000000000A0400000C0C0"
// A block is cut to the one row there is.
// BLOCKS-DAG: kernel: "0x400000000000000000000000000010410000004100000000000000000000E0400000C040"

// 12 of 16 weights: blocks of 2 (2.5, 6.5), of 4 (4.75), and the next two (18.5).
// GLOBAL-DAG: matrix: "0x400000000000000000000000000000000000000000000000000000000000000000000000"
// GLOBAL-DAG: kernel: "0x400000000000000000000000000010410000004100000000000000000000E0400000C040"

// The larger of every two; of equal ones the later.
// NEIGHBOURS-DAG: matrix: "0x4000000000000000000080400000404000000000000000000000803F000000000000C0C0"
// NEIGHBOURS-DAG: kernel: "0x400000000000000000000040000010410000000000004040000000000000E04000000000"

// Two of every three; the last one of a row is a group of its own.
// EDGE-DAG: matrix: "0x4000000000000000000080400000404000000040000000000000803F0000A0400000C0C0"

// VERIFY: error: the weights are less sparse than 0.5000; run mopt-prune-weights first
// VERIFY: note: 'matrix': 0 of 2 blocks are zero
// VERIFY-GROUPS: error: the weights are not sparse as 2:4; run mopt-prune-weights first
// VERIFY-GROUPS: note: 'matrix': 0 of 2 groups keep so few
// PATTERN: error: mopt-{{.*}}-weights: pattern={{.*}} is not available; available: element, ROWSxCOLUMNS (1x4, 16x4, ...), KEPT:OF (2:4, ...), sizes from 1 to 1024
// EVERYTHING: error: prune: pattern=4:4 keeps everything
