// RUN: split-file %s %t
// RUN: %PYTHON %S/../Calibration/Inputs/make_npy.py %t/x.npy f4 2x1x2 2.0 -0.25 -1.0 0.5
// RUN: mopt-opt %t/norm.mlir --mopt-migrate-scales=data=%t/x.npy | FileCheck %s --check-prefix=NORM
// RUN: mopt-opt %t/norm.mlir --mopt-migrate-scales="data=%t/x.npy samples=1" | FileCheck %s --check-prefix=SAMPLES
// RUN: mopt-opt %t/norm.mlir --mopt-migrate-scales="data=%t/x.npy threads=3" | FileCheck %s --check-prefix=NORM
// RUN: mopt-opt %t/norm.mlir --mopt-migrate-scales="data=%t/x.npy alpha=1" | FileCheck %s --check-prefix=ALL
// RUN: mopt-opt %t/layers.mlir --mopt-migrate-scales=data=%t/x.npy | FileCheck %s --check-prefix=LAYERS
// RUN: mopt-opt %t/refused.mlir --mopt-migrate-scales=data=%t/x.npy --remarks-filter=quantize 2>&1 | FileCheck %s --check-prefix=REFUSED
// RUN: mopt-opt %t/norm.mlir --mopt-migrate-scales="data=%t/x.npy exclude=^right$" --remarks-filter=quantize 2>&1 | FileCheck %s --check-prefix=EXCLUDED
// RUN: not mopt-opt %t/norm.mlir --mopt-migrate-scales 2>&1 | FileCheck %s --check-prefix=NODATA
// RUN: not mopt-opt %t/norm.mlir --mopt-migrate-scales="data=%t/x.npy alpha=1.5" 2>&1 | FileCheck %s --check-prefix=ALPHA
// RUN: not mopt-opt %t/norm.mlir --mopt-migrate-scales="data=%t/x.npy alpha=nan" 2>&1 | FileCheck %s --check-prefix=ALPHA
// RUN: not mopt-opt %t/norm.mlir --mopt-migrate-scales="data=%t/x.npy first=2" 2>&1 | FileCheck %s --check-prefix=FIRST
// RUN: %PYTHON %S/../Calibration/Inputs/make_npy.py %t/nan.npy f4 1x1x2 nan 0
// RUN: not mopt-opt %t/norm.mlir --mopt-migrate-scales=data=%t/nan.npy 2>&1 | FileCheck %s --check-prefix=NAN

// NODATA: error: mopt-migrate-scales: no data; give samples with data=FILE
// ALPHA: error: mopt-migrate-scales: alpha is {{.*}}, must be between 0 and 1
// FIRST: error: mopt-migrate-scales: there are 2 samples; first is 2
// NAN: error: mopt-migrate-scales: the input of 'left' (mopt.fully_connected) holds NaN or infinity on {{.*}}nan.npy[0]

//--- norm.mlir
// What a normalisation ends with, read by two layers, one behind a reshape. The
// value is gamma x + beta, at most [8, 0.5]: the largest weights of both readers
// for its channels are 0.5 and 2, so that it is divided by sqrt(8 / 0.5) = 4 and
// sqrt(0.5 / 2) = 0.5. The range that was observed is gone. Of the first sample
// alone the second channel has 0.25, which gives sqrt(0.25 / 2) = 0.35355 and a
// factor of 1 / 0.35355 = 2.8284 (40 35 04 F3).
// NORM: mopt.mul %{{.*}}, %[[GAMMA:[0-9]+]]
// NORM: mopt.add {{.*}}<name = "norm">
// NORM: mopt.reshape {{.*}}<name = "flat">
// NORM: mopt.fully_connected {{.*}}name = "left"
// NORM-DAG: beta{{.*}}: "0x400000000000000000000000"
// NORM-DAG: gamma{{.*}}: "0x400000000000803F00000040"
// NORM-DAG: wl{{.*}}: "0x40000000000000400000803F"
// NORM-DAG: wr{{.*}}: "0x400000000000803F0000003F"
// SAMPLES-DAG: gamma{{.*}}: "0x400000000000803FF3043540"
// With alpha = 1 every channel of the value has a range of 1.
// ALL-DAG: gamma{{.*}}: "0x400000000000003F00000040"
// One reader that stays as it is keeps the value as it is.
// EXCLUDED: 'left' (mopt.fully_connected) takes no scales of its input: 'right' (mopt.fully_connected) reads it too, and excluded by 'exclude'
// EXCLUDED-NOT: dense_resource
func.func @main(%x: tensor<1x2xf32>) -> (tensor<1x1xf32>, tensor<1x1xf32>) {
  %none = mopt.no_value : () -> none
  %gamma = mopt.const {mopt.tensors = [#mopt.tensor<name = "gamma">], value = dense<[4.0, 1.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %beta = mopt.const {mopt.tensors = [#mopt.tensor<name = "beta">], value = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = mopt.mul %x, %gamma : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %1 = mopt.add %0, %beta {mopt.tensors = [#mopt.tensor<name = "norm", min = [-4.0], max = [8.0]>]} : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %shape = mopt.const {value = dense<[1, 1, 2]> : tensor<3xi32>} : () -> tensor<3xi32>
  %2 = mopt.reshape %1, %shape {mopt.tensors = [#mopt.tensor<name = "flat", min = [-4.0], max = [8.0]>]} : (tensor<1x2xf32>, tensor<3xi32>) -> tensor<1x1x2xf32>
  %wl = mopt.const {mopt.tensors = [#mopt.tensor<name = "wl">], value = dense<[[0.5, 2.0]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %3 = mopt.fully_connected %2, %wl, %none {mopt.tensors = [#mopt.tensor<name = "left">]} : (tensor<1x1x2xf32>, tensor<1x2xf32>, none) -> tensor<1x1xf32>
  %wr = mopt.const {mopt.tensors = [#mopt.tensor<name = "wr">], value = dense<[[0.25, 1.0]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %4 = mopt.fully_connected %1, %wr, %none {mopt.tensors = [#mopt.tensor<name = "right">]} : (tensor<1x2xf32>, tensor<1x2xf32>, none) -> tensor<1x1xf32>
  return %3, %4 : tensor<1x1xf32>, tensor<1x1xf32>
}

//--- layers.mlir
// Rows of a layer and its bias are divided too; of its columns, which another
// value could take, none: that is an input of the function. The first row gives
// 4 * 2 + 0 = 8, the second at most 0.25 + 0.25 = 0.5.
// LAYERS: mopt.fully_connected {{.*}}RELU
// LAYERS-DAG: b1{{.*}}: "0x40000000000000000000003F"
// LAYERS-DAG: w1{{.*}}: "0x400000000000803F00000000000000000000803F"
// LAYERS-DAG: w2{{.*}}: "0x40000000000000400000803F"
func.func @main(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %none = mopt.no_value : () -> none
  %w1 = mopt.const {mopt.tensors = [#mopt.tensor<name = "w1">], value = dense<[[4.0, 0.0], [0.0, 0.5]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %b1 = mopt.const {mopt.tensors = [#mopt.tensor<name = "b1">], value = dense<[0.0, 0.25]> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = mopt.fully_connected %x, %w1, %b1 {fused_activation_function = #mopt.activation<RELU>} : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %w2 = mopt.const {mopt.tensors = [#mopt.tensor<name = "w2">], value = dense<[[0.5, 2.0]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %1 = mopt.fully_connected %0, %w2, %none : (tensor<1x2xf32>, tensor<1x2xf32>, none) -> tensor<1x1xf32>
  return %1 : tensor<1x1xf32>
}

//--- refused.mlir
// REFUSED: 'first' (mopt.fully_connected) takes no scales of its input: it is an input of the function
// REFUSED: 'clipped' (mopt.fully_connected) takes no scales of its input: 'first' (mopt.fully_connected) clips it at a fixed value (RELU6)
// REFUSED: 'bent' (mopt.fully_connected) takes no scales of its input: it is computed by {{.*}}mopt.tanh
// REFUSED: 'skip' (mopt.fully_connected) takes no scales of its input: {{.*}}mopt.add{{.*}} reads it too
// REFUSED-NOT: dense_resource
func.func @main(%x: tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<[[4.0, 0.0], [0.0, 0.5]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %w1 = mopt.const {value = dense<[[4.0, 1.0], [0.0, 0.5]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %w2 = mopt.const {value = dense<[[4.0, 2.0], [0.0, 0.5]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %w3 = mopt.const {value = dense<[[4.0, 3.0], [0.0, 0.5]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %0 = mopt.fully_connected %x, %w, %none {fused_activation_function = #mopt.activation<RELU6>, mopt.tensors = [#mopt.tensor<name = "first">]} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  %1 = mopt.fully_connected %0, %w1, %none {mopt.tensors = [#mopt.tensor<name = "clipped">]} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  %2 = mopt.tanh %1 : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %3 = mopt.fully_connected %2, %w2, %none {mopt.tensors = [#mopt.tensor<name = "bent">]} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  %4 = mopt.fully_connected %3, %w3, %none {mopt.tensors = [#mopt.tensor<name = "skip">]} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  %5 = mopt.add %3, %4 : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  return %4, %5 : tensor<1x2xf32>, tensor<1x2xf32>
}
