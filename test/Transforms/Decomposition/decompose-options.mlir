// RUN: mopt-opt %s --decompose="rank=2" | FileCheck %s --check-prefix=TWO
// RUN: mopt-opt %s --decompose="ratio=0.5" | FileCheck %s --check-prefix=ONE
// RUN: mopt-opt %s --decompose="rank=auto ratio=0.9" | FileCheck %s --check-prefix=TWO
// RUN: mopt-opt %s --decompose="rank=2 exclude=^y$" 2>&1 | FileCheck %s --check-prefix=EXCLUDE
// RUN: mopt-opt %s --decompose="rank=2 method=tucker" 2>&1 | FileCheck %s --check-prefix=TUCKER
// RUN: not mopt-opt %s --decompose="rank=0" 2>&1 | FileCheck %s --check-prefix=RANK
// RUN: not mopt-opt %s --decompose="rank=many" 2>&1 | FileCheck %s --check-prefix=RANK
// RUN: not mopt-opt %s --decompose="rank=auto" 2>&1 | FileCheck %s --check-prefix=AUTO
// RUN: not mopt-opt %s --decompose="ratio=1" 2>&1 | FileCheck %s --check-prefix=RATIO
// RUN: not mopt-opt %s --decompose="ratio=nan" 2>&1 | FileCheck %s --check-prefix=RATIO
// RUN: not mopt-opt %s --decompose="energy=1.5" 2>&1 | FileCheck %s --check-prefix=ENERGY
// RUN: not mopt-opt %s --decompose="energy=0.9 rank=2" 2>&1 | FileCheck %s --check-prefix=BOTH
// RUN: not mopt-opt %s --decompose="rank=auto ratio=0.1" 2>&1 | FileCheck %s --check-prefix=IMPOSSIBLE
// RUN: not mopt-opt %s --decompose="only=(" 2>&1 | FileCheck %s --check-prefix=REGEX
// RUN: not mopt-opt %s --decompose="method=cp" 2>&1 | FileCheck %s --check-prefix=METHOD
// RUN: not mopt-opt %s --decompose="calibration=%t.none.npz" 2>&1 | FileCheck %s --check-prefix=DATA

// 36 products; 12 for each rank.
func.func @main(%x: tensor<1x6xf32>) -> tensor<1x6xf32> {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<[[6.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 5.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 4.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 3.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]]> : tensor<6x6xf32>, mopt.tensors = [#mopt.tensor<name = "w">]} : () -> tensor<6x6xf32>
  %y = mopt.fully_connected %x, %w, %none {mopt.tensors = [#mopt.tensor<name = "y">]} : (tensor<1x6xf32>, tensor<6x6xf32>, none) -> tensor<1x6xf32>
  return %y : tensor<1x6xf32>
}

// TWO: mopt.fully_connected {{.*}} -> tensor<1x2xf32>
// TWO: mopt.fully_connected {{.*}} -> tensor<1x6xf32>
// TWO: w_factor0: "0x400000000000C04000000000000000000000000000000000000000000000000{{0*}}A040
// ONE: mopt.fully_connected {{.*}} -> tensor<1x1xf32>
// EXCLUDE: remark: 'y' (mopt.fully_connected) is not decomposed: excluded by 'exclude'
// EXCLUDE-NOT: tensor<1x2xf32>
// TUCKER: remark: 'y' (mopt.fully_connected) is not decomposed: no rank saves weights and multiplications
// RANK: error: mopt-decompose-layers: rank is '{{.*}}', must be a number from 1, or auto
// AUTO: error: mopt-decompose-layers: rank=auto needs ratio, the part of the multiplications that may stay
// RATIO: error: mopt-decompose-layers: ratio is '{{.*}}', must be a number above 0 and below 1
// ENERGY: error: mopt-decompose-layers: energy is '1.5', must be a number above 0 and at most 1
// BOTH: error: mopt-decompose-layers: energy, ratio and a rank contradict each other; give one
// IMPOSSIBLE: error: mopt-decompose-layers: ratio=0.1{{0*}} cannot be reached: ranks of 1 need more
// REGEX: error: mopt-decompose-layers: '(', given as 'only', is no regular expression
// METHOD: for the --method option: Cannot find option named 'cp'!
// DATA: error: mopt-decompose-layers: {{.*}}none.npz
