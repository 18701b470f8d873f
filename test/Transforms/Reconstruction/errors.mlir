// RUN: %PYTHON %S/Inputs/make_samples.py %t.npy 4 1x2
// RUN: %PYTHON %S/Inputs/make_samples.py %t.nan.npy 4 1x2 nan
// RUN: %PYTHON %S/Inputs/make_samples.py %t.other.npy 4 1x3
// RUN: not mopt-opt %s --mopt-optimize-rounding 2>&1 | FileCheck %s --check-prefix=NO-DATA
// RUN: not mopt-opt %s --mopt-correct-biases 2>&1 | FileCheck %s --check-prefix=NO-DATA
// RUN: not mopt-opt %s --mopt-optimize-rounding=data=%t.nowhere 2>&1 | FileCheck %s --check-prefix=NO-FILE
// RUN: not mopt-opt %s --mopt-optimize-rounding=data=%t.other.npy 2>&1 | FileCheck %s --check-prefix=SHAPE
// RUN: not mopt-opt %s --mopt-optimize-rounding=data=%t.nan.npy 2>&1 | FileCheck %s --check-prefix=NAN
// RUN: not mopt-opt %s --mopt-correct-biases=data=%t.nan.npy 2>&1 | FileCheck %s --check-prefix=NAN
// RUN: not mopt-opt %s --mopt-optimize-rounding="data=%t.npy bits=3" 2>&1 | FileCheck %s --check-prefix=BITS
// RUN: not mopt-opt %s --mopt-optimize-rounding="data=%t.npy activations=int8 bits=4" 2>&1 | FileCheck %s --check-prefix=INT8
// RUN: not mopt-opt %s --mopt-optimize-rounding="data=%t.npy depthwise-bits=5" 2>&1 | FileCheck %s --check-prefix=DEPTHWISE
// RUN: not mopt-opt %s --mopt-optimize-rounding="data=%t.npy damping=-1" 2>&1 | FileCheck %s --check-prefix=DAMPING
// RUN: not mopt-opt %s --mopt-optimize-rounding="data=%t.npy only=[" 2>&1 | FileCheck %s --check-prefix=REGEX
// RUN: not mopt-opt %s --quantize-weights="bits=4 effort=2" 2>&1 | FileCheck %s --check-prefix=EFFORT-DATA
// RUN: not mopt-opt %s --quantize-int8="effort=3" 2>&1 | FileCheck %s --check-prefix=EFFORT

// NO-DATA: error: mopt-{{.*}}: no data; give samples with data=FILE
// NO-FILE: error: mopt-optimize-rounding: {{.*}}nowhere
// SHAPE: error: mopt-optimize-rounding: {{.*}}shape
// NAN: error: mopt-{{.*}}: 'y' (mopt.fully_connected) meets NaN or infinity on the data
// BITS: error: mopt-optimize-rounding: bits=3 is not available; available: 8, 4
// INT8: error: mopt-optimize-rounding: bits=4 is not available; available: 8 (4 with activations=float)
// DEPTHWISE: error: mopt-optimize-rounding: depthwise-bits=5 is not available; available: 8, 4
// DAMPING: error: mopt-optimize-rounding: damping is -1{{.*}}, must be above 0, or 0 for automatic
// REGEX: error: mopt-optimize-rounding: '[', given as 'only', is no regular expression
// EFFORT-DATA: quantize-weights: effort=2 needs samples; give calibration=DATA
// EFFORT: quantize-int8: effort=3 is not available; available: 0, 1, 2
func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<[[1.0, 0.3], [0.5, 0.7]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %none = mopt.no_value : () -> none
  %0 = mopt.fully_connected %x, %w, %none {mopt.tensors = [#mopt.tensor<name = "y">]} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  return %0 : tensor<1x2xf32>
}
