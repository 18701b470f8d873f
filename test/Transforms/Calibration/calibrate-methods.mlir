// 1000 values 0.001, 0.002, ..., 1.000 and one outlier of 100.
// RUN: %PYTHON -c "import sys; print(' '.join(str(i / 1000) for i in range(1, 1001)), 100)" > %t.values
// RUN: xargs %PYTHON %S/Inputs/make_npy.py %t.npy f4 1x1001 < %t.values
// RUN: mopt-opt %s --mopt-calibrate="data=%t.npy" | FileCheck %s --check-prefix=MINMAX
// RUN: mopt-opt %s --mopt-calibrate="data=%t.npy method=percentile percentile=99.9" | FileCheck %s --check-prefix=PERCENTILE
// RUN: mopt-opt %s --mopt-calibrate="data=%t.npy method=percentile percentile=100" | FileCheck %s --check-prefix=MINMAX
// RUN: mopt-opt %s --mopt-calibrate="data=%t.npy method=mse" | FileCheck %s --check-prefix=MSE
// RUN: mopt-opt %s --mopt-calibrate="data=%t.npy method=entropy threads=1" > %t.one
// RUN: mopt-opt %s --mopt-calibrate="data=%t.npy method=entropy threads=2" > %t.two
// RUN: diff %t.one %t.two

// MINMAX: max = [1.000000e+02]
// The outlier is 0.0999 % of the values. Bins are 2^7 / 4096 = 0.03125 wide:
// the value 1 lies in the first one above 1.
// PERCENTILE: max = [1.031250e+00]
// One value cut by 99 costs more than a thousand rounded by up to 0.2.
// MSE: max = [{{(9[0-9]\.|1\.000000e\+02)}}
func.func @main(%x: tensor<1001xf32>) -> tensor<1001xf32> {
  %y = mopt.relu %x : (tensor<1001xf32>) -> tensor<1001xf32>
  return %y : tensor<1001xf32>
}
