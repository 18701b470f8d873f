// RUN: mopt-opt %s --split-input-file --mopt-quantize-weights="form=hybrid min-elements=4" --mopt-verify-quantized 2> %t.hybrid | FileCheck %s --check-prefixes=CHECK,HYBRID
// RUN: FileCheck %s --check-prefix=KEPT --input-file=%t.hybrid
// RUN: mopt-opt %s --split-input-file --mopt-quantize-weights="form=stored min-elements=4" --mopt-verify-quantized 2> /dev/null | FileCheck %s --check-prefixes=CHECK,STORED
// RUN: mopt-opt %s --split-input-file --mopt-quantize-weights="form=stored bits=4 min-elements=4" --mopt-verify-quantized 2> /dev/null | FileCheck %s --check-prefix=NIBBLES
// RUN: mopt-opt %s --split-input-file --mopt-quantize-weights="form=hybrid granularity=tensor min-elements=4" 2> /dev/null | FileCheck %s --check-prefix=TENSOR
// RUN: mopt-opt %s --split-input-file --mopt-quantize-weights="form=hybrid min-elements=4 exclude=^w$" 2>&1 | FileCheck %s --check-prefix=EXCLUDED
// RUN: mopt-opt %s --split-input-file --mopt-quantize-weights="form=hybrid min-elements=5" 2>&1 | FileCheck %s --check-prefix=FEW
// RUN: not mopt-opt %s --split-input-file --mopt-quantize-weights="form=hybrid bits=4" 2>&1 | FileCheck %s --check-prefix=BITS
// RUN: not mopt-opt %s --split-input-file --mopt-quantize-weights="only=[" 2>&1 | FileCheck %s --check-prefix=REGEX

// BITS: error: mopt-quantize-weights: bits=4 is not available; available: 8, and 4 and 2 with form=stored
// REGEX: error: mopt-quantize-weights: '[', given as 'only', is no regular expression

// One scale a row: 1.27/127 and 0.5/127; the bias stays; two ops share the
// weights. 1.27/0.01 = 127, -0.02/0.01 = -2; in 4 bits 1.27/(1.27/7) = 7 and
// -0.02/(1.27/7) = 0; in the other row 0.125 is 32 and 2.
// CHECK-LABEL: func.func @shared
// HYBRID-DAG: %[[Q:.*]] = mopt.const {{.*}}name = "w"{{.*}} : () -> tensor<2x2x!quant.uniform<i8:f32:0, {0.0099999997764825821,0.0039370078593492508}>>
// HYBRID-DAG: %[[B:.*]] = mopt.const {{.*}} : () -> tensor<2xf32>
// HYBRID: mopt.fully_connected %{{.*}}, %[[Q]], %[[B]] {asymmetric_quantize_inputs = true}
// HYBRID: mopt.fully_connected %{{.*}}, %[[Q]], %{{.*}} {asymmetric_quantize_inputs = true}
// HYBRID-NOT: mopt.dequantize
// STORED: %[[Q:.*]] = mopt.const {{.*}}name = "w"{{.*}} -> tensor<2x2x!quant.uniform<i8:f32:0,
// STORED: %[[W:.*]] = mopt.dequantize %[[Q]] {mopt.tensors = [#mopt.tensor<name = "w_float">]}
// STORED-NOT: mopt.dequantize
// STORED: mopt.fully_connected %{{.*}}, %[[W]], %{{.*}} :
// STORED: mopt.fully_connected %{{.*}}, %[[W]], %{{.*}} :
// CHECK: w: "0x400000007FFE207F"
// NIBBLES-LABEL: func.func @shared
// NIBBLES: mopt.const {{.*}} -> tensor<2x2x!quant.uniform<i4:f32:0, {0.18142856657505035,0.071428574621677399}>>
// NIBBLES: w: "0x400000000772"
// TENSOR-LABEL: func.func @shared
// TENSOR: tensor<2x2x!quant.uniform<i8:f32, 0.0099999997764825821>>
// EXCLUDED: remark: {{.*}}keeps its weights: excluded by 'exclude'
// FEW: remark: {{.*}}keeps its weights: they have 4 elements, fewer than min-elements=5
func.func @shared(%x: tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  %w = mopt.const {value = dense<[[1.27, -0.02], [0.125, 0.5]]> : tensor<2x2xf32>, mopt.tensors = [#mopt.tensor<name = "w">]} : () -> tensor<2x2xf32>
  %b = mopt.const {value = dense<[1.0, 2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %none = mopt.no_value : () -> none
  %0 = mopt.fully_connected %x, %w, %b {} : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %1 = mopt.fully_connected %0, %w, %none {} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  return %0, %1 : tensor<1x2xf32>, tensor<1x2xf32>
}

// -----

// A constant factor of a product of activations, and a table: hybrid forms too;
// what comes from outside stays.
// CHECK-LABEL: func.func @factors
// HYBRID: mopt.batch_matmul %{{.*}}, %{{.*}} {asymmetric_quantize_inputs = true} : (tensor<2x2xf32>, tensor<2x2x!quant.uniform<i8:f32, 0.0039370078593492508>>) -> tensor<2x2xf32>
// HYBRID: mopt.embedding_lookup %{{.*}}, %{{.*}} {{.*}}: (tensor<1xi32>, tensor<2x2x!quant.uniform<i8:f32:0, {{.*}}>>) -> tensor<1x2xf32>
// CHECK: mopt.batch_matmul %{{.*}}, %arg1 : (tensor<2x2xf32>, tensor<2x2xf32>)
func.func @factors(%x: tensor<2x2xf32>, %y: tensor<2x2xf32>, %i: tensor<1xi32>) -> (tensor<2x2xf32>, tensor<1x2xf32>, tensor<2x2xf32>) {
  %w = mopt.const {value = dense<[[0.5, -0.25], [0.25, 0.125]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %0 = mopt.batch_matmul %x, %w {} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = mopt.embedding_lookup %i, %w {} : (tensor<1xi32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  %2 = mopt.batch_matmul %x, %y {} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0, %1, %2 : tensor<2x2xf32>, tensor<1x2xf32>, tensor<2x2xf32>
}

// -----

// All zeros have a scale; NaN has not; weights from outside cannot be stored.
// CHECK-LABEL: func.func @edges
// HYBRID: tensor<1x4x!quant.uniform<i8:f32, {{[0-9.]+}}E-9>>
// CHECK: mopt.fully_connected {{.*}} : (tensor<1x4xf32>, tensor<1x4xf32>, none)
// CHECK: mopt.fully_connected {{.*}} : (tensor<1x4xf32>, tensor<1x4xf32>, none)
// KEPT: remark: {{.*}}keeps its weights: they hold NaN or infinity
// KEPT: remark: {{.*}}keeps its weights: they are computed at run time
func.func @edges(%x: tensor<1x4xf32>, %v: tensor<1x4xf32>) -> (tensor<1x1xf32>, tensor<1x1xf32>, tensor<1x1xf32>) {
  %none = mopt.no_value : () -> none
  %zero = mopt.const {value = dense<0.0> : tensor<1x4xf32>} : () -> tensor<1x4xf32>
  %nan = mopt.const {value = dense<[[1.0, 0x7FC00000, 2.0, 3.0]]> : tensor<1x4xf32>} : () -> tensor<1x4xf32>
  %0 = mopt.fully_connected %x, %zero, %none {} : (tensor<1x4xf32>, tensor<1x4xf32>, none) -> tensor<1x1xf32>
  %1 = mopt.fully_connected %x, %nan, %none {} : (tensor<1x4xf32>, tensor<1x4xf32>, none) -> tensor<1x1xf32>
  %2 = mopt.fully_connected %x, %v, %none {} : (tensor<1x4xf32>, tensor<1x4xf32>, none) -> tensor<1x1xf32>
  return %0, %1, %2 : tensor<1x1xf32>, tensor<1x1xf32>, tensor<1x1xf32>
}
