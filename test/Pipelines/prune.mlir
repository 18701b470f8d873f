// RUN: mopt-opt %s --prune="sparsity=0.25 pattern=element method=magnitude sparsity-allocation=global" | FileCheck %s
// RUN: not mopt-opt %s --prune=pattern=channels 2>&1 | FileCheck %s --check-prefix=PATTERN
// RUN: not mopt-opt %s --prune=method=movement 2>&1 | FileCheck %s --check-prefix=METHOD
// RUN: not mopt-opt %s --prune=method=obs 2>&1 | FileCheck %s --check-prefix=SAMPLES
// RUN: not mopt-opt %s --prune="method=obs calibration=%t.none" 2>&1 | FileCheck %s --check-prefix=FILE
// RUN: not mopt-opt %s --prune="method=obs calibration=%t.none pattern=2:4 sparsity-allocation=auto" 2>&1 | FileCheck %s --check-prefix=FIXED
// RUN: not mopt-opt %s --prune="method=obs calibration=%t.none damping=-1" 2>&1 | FileCheck %s --check-prefix=DAMPING
// RUN: not mopt-opt %s --prune="max-drop=1 sparsity=0.5" 2>&1 | FileCheck %s --check-prefix=BOTH
// RUN: not mopt-opt %s --prune="max-drop=1" 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not mopt-opt %s --prune="max-drop=1 sparsity-allocation=global" 2>&1 | FileCheck %s --check-prefix=GLOBAL
// RUN: not mopt-opt %s --prune="max-drop=-1 eval=%t.none" 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// RUN: not mopt-opt %s --prune=sparsity-allocation=auto 2>&1 | FileCheck %s --check-prefix=ALLOCATION
// RUN: not mopt-opt %s --prune=calibration=x.npz 2>&1 | FileCheck %s --check-prefix=DATA
// RUN: not mopt-opt %s --prune=sparsity=-0.1 2>&1 | FileCheck %s --check-prefix=RANGE

// CHECK: w: "0x40000000000000000000803F000000BF000000C0"
// PATTERN: prune: pattern=channels is not available; available: element, ROWSxCOLUMNS
// METHOD: prune: method=movement is not available; available: magnitude, obs
// SAMPLES: prune: method=obs needs samples; give calibration=DATA
// FILE: error: mopt-optimize-sparsity: {{.*}}.none{{.*}}No such file or directory
// FIXED: prune: sparsity-allocation=auto is not available; available: uniform, global: the pattern says what every layer loses
// DAMPING: error: mopt-optimize-sparsity: damping is -1.000000, must be above 0, or 0 for automatic
// BOTH: prune: max-drop chooses the sparsity; give one of both
// NONE: error: mopt-limit-sparsity: there is no data to measure on; give some with eval= or calibration=
// GLOBAL: prune: sparsity-allocation=global of method=magnitude with max-drop is not available; available: uniform
// NEGATIVE: error: mopt-limit-sparsity: max-drop must not be negative
// ALLOCATION: prune: sparsity-allocation=auto is not available; available: uniform, global; auto with method=obs
// DATA: prune: calibration= is for methods that need data; magnitude needs none
// RANGE: error: sparsity is {{.*}}, must be between 0 and 1
func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<[[0.25, 1.0], [-0.5, -2.0]]> : tensor<2x2xf32>, mopt.tensors = [#mopt.tensor<name = "w">]} : () -> tensor<2x2xf32>
  %b = mopt.no_value : () -> none
  %y = mopt.fully_connected %x, %w, %b : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
