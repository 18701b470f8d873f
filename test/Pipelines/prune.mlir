// RUN: mopt-opt %s --prune="sparsity=0.25 pattern=element method=magnitude sparsity-allocation=global" | FileCheck %s
// RUN: not mopt-opt %s --prune=pattern=channels 2>&1 | FileCheck %s --check-prefix=PATTERN
// RUN: not mopt-opt %s --prune=method=obs 2>&1 | FileCheck %s --check-prefix=METHOD
// RUN: not mopt-opt %s --prune=sparsity-allocation=auto 2>&1 | FileCheck %s --check-prefix=ALLOCATION
// RUN: not mopt-opt %s --prune=calibration=x.npz 2>&1 | FileCheck %s --check-prefix=DATA
// RUN: not mopt-opt %s --prune=sparsity=-0.1 2>&1 | FileCheck %s --check-prefix=RANGE

// CHECK: w: "0x40000000000000000000803F000000BF000000C0"
// PATTERN: prune: pattern=channels is not available; available: element, ROWSxCOLUMNS
// METHOD: prune: method=obs is not available; available: magnitude
// ALLOCATION: prune: sparsity-allocation=auto is not available; available: uniform, global
// DATA: prune: calibration= is for methods that need data; magnitude needs none
// RANGE: error: sparsity is {{.*}}, must be between 0 and 1
func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<[[0.25, 1.0], [-0.5, -2.0]]> : tensor<2x2xf32>, mopt.tensors = [#mopt.tensor<name = "w">]} : () -> tensor<2x2xf32>
  %b = mopt.no_value : () -> none
  %y = mopt.fully_connected %x, %w, %b : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
