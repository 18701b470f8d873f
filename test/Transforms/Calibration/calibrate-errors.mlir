// RUN: split-file %s %t
// RUN: %PYTHON %S/Inputs/make_npy.py %t/ok.npy f4 2x2 1.0 2.0 3.0 4.0
// RUN: %PYTHON %S/Inputs/make_npy.py %t/negative.npy f4 1x2 1.0 -2.0
// RUN: %PYTHON %S/Inputs/make_npy.py %t/nan.npy f4 3x2 1.0 2.0 3.0 nan 1.0 inf
// RUN: %PYTHON %S/Inputs/make_npy.py %t/shape.npy f4 2x3 1.0 2.0 3.0 4.0 5.0 6.0
// RUN: %PYTHON %S/Inputs/make_npy.py %t/empty.npy f4 0x2

// RUN: not mopt-opt %t/model.mlir --mopt-calibrate=data=%t/no-such.npy 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: error: calibration failed: {{.*}}no-such.npy

// RUN: not mopt-opt %t/model.mlir --mopt-calibrate=data=%t/empty.npy 2>&1 | FileCheck %s --check-prefix=EMPTY
// EMPTY: error: calibration failed: {{.*}}empty.npy' has no elements (shape 0x2)

// RUN: not mopt-opt %t/model.mlir --mopt-calibrate=data=%t/shape.npy 2>&1 | FileCheck %s --check-prefix=SHAPE
// SHAPE: error: calibration failed: {{.*}}shape.npy{{.*}}'x'

// The lowest sample is named, whatever the threads do.
// RUN: not mopt-opt %t/model.mlir --mopt-calibrate=data=%t/nan.npy 2>&1 | FileCheck %s --check-prefix=NAN
// NAN: error: calibration failed: tensor 'x' holds NaN or infinity on {{.*}}nan.npy{{.*}}[1]

// RUN: not mopt-opt %t/model.mlir --mopt-calibrate="data=%t/ok.npy preprocess=mean:x" 2>&1 | FileCheck %s --check-prefix=PREPROCESS
// PREPROCESS: error: calibration failed: {{.*}}mean

// RUN: not mopt-opt %t/model.mlir --mopt-calibrate="data=%t/ok.npy percentile=0" 2>&1 | FileCheck %s --check-prefix=PERCENTILE
// PERCENTILE: error: percentile is {{0\.0*e\+00}}, must be above 0 and at most 100

// RUN: not mopt-opt %t/model.mlir --mopt-calibrate="data=%t/ok.npy method=median" 2>&1 | FileCheck %s --check-prefix=METHOD
// METHOD: median

// RUN: not mopt-opt %t/overflow.mlir --mopt-calibrate=data=%t/negative.npy 2>&1 | FileCheck %s --check-prefix=OVERFLOW
// OVERFLOW: error: calibration failed: tensor 'y' holds NaN or infinity on {{.*}}negative.npy

// RUN: not mopt-opt %t/empty.mlir --mopt-calibrate 2>&1 | FileCheck %s --check-prefix=FUNCTION
// FUNCTION: error: there is no function to calibrate

// RUN: not mopt-opt %t/model.mlir --mopt-verify-calibrated 2>&1 | FileCheck %s --check-prefix=VERIFY
// VERIFY: error: 1 op(s) could be quantised but for a range; run mopt-calibrate
// VERIFY: note: 'y' (mopt.relu): 'x' has no range

// Without data the model is calibrated on what the pass makes up, and says so;
// with ranges in the IR it is left alone.
// RUN: mopt-opt %t/model.mlir --mopt-calibrate --mopt-verify-calibrated 2>&1 | FileCheck %s --check-prefix=GENERATED
// GENERATED: warning: calibrating on generated inputs, because no data was given
// GENERATED: <name = "x", min = [-0.9{{.*}}], max = [0.9
// GENERATED: data = "generated"
// RUN: mopt-opt %t/model.mlir --mopt-calibrate=preprocess=mean:127,std:128 --mopt-verify-calibrated 2>&1 | FileCheck %s --check-prefix=BYTES
// BYTES: mopt.preprocess = "mean:127,std:128"
// BYTES: <name = "x", min = [-0.9{{.*}}], max = [0.9
// RUN: mopt-opt %t/ranges.mlir --mopt-calibrate 2>&1 | FileCheck %s --check-prefix=RANGES --implicit-check-not=warning --implicit-check-not=mopt.calibration
// RANGES: <name = "x", min = [-1.000000e+00], max = [1.000000e+00]>

//--- model.mlir
func.func @main(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x">}) -> tensor<1x2xf32> {
  %y = mopt.relu %x {mopt.tensors = [#mopt.tensor<name = "y">]} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

//--- overflow.mlir
func.func @main(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x">}) -> tensor<1x2xf32> {
  %y = mopt.leaky_relu %x {alpha = 3.0e38 : f32, mopt.tensors = [#mopt.tensor<name = "y">]} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

//--- ranges.mlir
func.func @main(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [-1.0], max = [1.0]>}) -> tensor<1x2xf32> {
  %y = mopt.relu %x {mopt.tensors = [#mopt.tensor<name = "y", min = [0.0], max = [1.0]>]} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

//--- empty.mlir
module {}
