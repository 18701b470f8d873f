// RUN: %PYTHON %S/Inputs/make_npy.py %t.npy f4 4x1x2 -1.0 0.5 0.25 2.0 0.0 0.0 -3.0 1.0
// RUN: mopt-opt %s --mopt-calibrate=data=%t.npy --mopt-verify-calibrated | FileCheck %s --check-prefixes=CHECK,MINMAX
// RUN: mopt-opt %s --mopt-calibrate="data=%t.npy threads=1" | FileCheck %s --check-prefixes=CHECK,MINMAX
// RUN: mopt-opt %s --mopt-calibrate="data=%t.npy threads=3" | FileCheck %s --check-prefixes=CHECK,MINMAX
// RUN: mopt-opt %s --mopt-calibrate="data=%t.npy samples=2" | FileCheck %s --check-prefixes=CHECK,TWO
// RUN: mopt-opt %s --mopt-calibrate="data=%t.npy method=moving-average" | FileCheck %s --check-prefixes=CHECK,AVERAGE
// RUN: mopt-opt %s --mopt-calibrate="data=%t.npy samples=2" --mopt-calibrate="data=%t.npy samples=1 merge=true" | FileCheck %s --check-prefix=MERGE

// CHECK-LABEL: func.func @main
// MINMAX-SAME: mopt.tensor = #mopt.tensor<name = "x", min = [-3.000000e+00], max = [2.000000e+00]>
// MINMAX-SAME: mopt.calibration = {data = "calibrate.mlir.tmp.npy", method = "minmax", samples = 4 : i64}
// MINMAX: mopt.relu {{.*}}<name = "y", min = [0.000000e+00], max = [2.000000e+00]>
// MINMAX: mopt.add {{.*}}<min = [-2.000000e+00], max = [3.000000e+00]>
// The constant has no range of its own.
// CHECK-NOT: mopt.const{{.*}}min =

// TWO-SAME: <name = "x", min = [-1.000000e+00], max = [2.000000e+00]>
// TWO-SAME: samples = 2 : i64

// 0.95 * (0.95 * (0.95 * -1 + 0.05 * 0.25) + 0.05 * 0) + 0.05 * -3
// AVERAGE-SAME: <name = "x", min = [-0.996093{{[0-9]*}}], max = [0.56893{{[0-9]*}}]>

// Merging keeps what a smaller set would lose.
// MERGE: <name = "x", min = [-1.000000e+00], max = [2.000000e+00]>
func.func @main(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x">}) -> tensor<1x2xf32> {
  %c = mopt.const {value = dense<1.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = mopt.relu %x {mopt.tensors = [#mopt.tensor<name = "y">]} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %z = mopt.add %x, %c : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
