// Data and weights with nothing in them are quantised, exactly.
// RUN: split-file %s %t
// RUN: %PYTHON %S/Inputs/make_npy.py %t/zeros.npy f4 3x1x2 0 0 0 0 0 0
// RUN: %PYTHON %S/Inputs/make_npy.py %t/constant.npy f4 2x1x2 0.5 0.5 0.5 0.5

// Nothing but zeros: the narrowest range there is, with every method.
// RUN: mopt-opt %t/model.mlir --quantize-int8="calibration=%t/zeros.npy" 2>&1 | FileCheck %s --check-prefix=ZEROS --implicit-check-not=nan --implicit-check-not=warning
// RUN: mopt-opt %t/model.mlir --quantize-int8="calibration=%t/zeros.npy method=moving-average" 2>&1 | FileCheck %s --check-prefix=ZEROS
// RUN: mopt-opt %t/model.mlir --quantize-int8="calibration=%t/zeros.npy method=percentile" 2>&1 | FileCheck %s --check-prefix=ZEROS
// RUN: mopt-opt %t/model.mlir --quantize-int8="calibration=%t/zeros.npy method=mse" 2>&1 | FileCheck %s --check-prefix=ZEROS
// RUN: mopt-opt %t/model.mlir --quantize-int8="calibration=%t/zeros.npy method=entropy" 2>&1 | FileCheck %s --check-prefix=ZEROS
// ZEROS: mopt.quantize %{{.*}} : (tensor<1x2xf32>) -> tensor<1x2x!quant.uniform<i8:f32, 3.92{{[0-9]*}}E-9{{(:-?[01])?}}>>

// A constant: the range is widened to hold zero.
// RUN: mopt-opt %t/model.mlir --quantize-int8="calibration=%t/constant.npy" | FileCheck %s --check-prefix=CONSTANT
// CONSTANT: mopt.quantize %{{.*}} : (tensor<1x2xf32>) -> tensor<1x2x!quant.uniform<i8:f32, 0.0019607{{[0-9]*}}:-128>>

// The second channel has no weights: its scale is what the bias needs, and what
// comes out is the bias. The third has neither.
// CONSTANT: mopt.const {{.*}} : () -> tensor<3x2x!quant.uniform<i8:f32:0, {{[{]}}0.0078{{[0-9]*}},{{[0-9.]+}}E-7,3.93{{[0-9]*}}E-9}>>

// RUN: %PYTHON %S/Inputs/make_npy.py %t/one.npy f4 1x2 0.5 0.25
// RUN: mopt-opt %t/model.mlir --quantize-int8="calibration=%t/constant.npy" -o %t/int8.mlir
// RUN: mopt-run %t/int8.mlir --input=x=%t/one.npy --output-dir=%t/out
// RUN: %PYTHON -c "import struct, sys; print(struct.unpack('<3f', open(sys.argv[1], 'rb').read()[-12:])[1:])" %t/out/0_output0.npy | FileCheck %s --check-prefix=OUT
// OUT: (1.0, 0.0)

//--- model.mlir
func.func @main(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x">}) -> tensor<1x3xf32> {
  %w = mopt.const {value = dense<[[1.0, 0.5], [0.0, 0.0], [0.0, 0.0]]> : tensor<3x2xf32>} : () -> tensor<3x2xf32>
  %b = mopt.const {value = dense<[0.0, 1.0, 0.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = mopt.fully_connected %x, %w, %b : (tensor<1x2xf32>, tensor<3x2xf32>, tensor<3xf32>) -> tensor<1x3xf32>
  return %y : tensor<1x3xf32>
}
