// RUN: mopt-opt %s --mopt-convert-mopt-to-linalg --canonicalize | FileCheck %s --check-prefixes=CHECK,FLOAT
// RUN: mopt-opt %s --mopt-convert-mopt-to-linalg=requantize=fixed --canonicalize | FileCheck %s --check-prefixes=CHECK,FIXED

!a = tensor<2x4x!quant.uniform<i8:f32, 0.5:-3>>
!b = tensor<4x!quant.uniform<i8:f32, 0.25:2>>
!out = tensor<2x4x!quant.uniform<i8:f32, 1.0>>

// CHECK-LABEL: func.func @add_broadcast
// CHECK-SAME: %[[A:.*]]: tensor<2x4xi8>, %[[B:.*]]: tensor<4xi8>
// CHECK-DAG: %[[I:.*]] = linalg.index 0
// CHECK-DAG: %[[J:.*]] = linalg.index 1
// CHECK-DAG: tensor.extract %[[A]][%[[I]], %[[J]]]
// CHECK-DAG: tensor.extract %[[B]][%[[J]]]
// FLOAT-COUNT-2: arith.mulf
// FLOAT: arith.addf %{{.*}}, %{{.*}} : f32
// FLOAT: math.roundeven
// FIXED-NOT: f32
// FIXED: arith.shli
// CHECK: linalg.yield %{{.*}} : i8
func.func @add_broadcast(%a: !a, %b: !b) -> !out {
  %0 = mopt.add %a, %b : (!a, !b) -> !out
  return %0 : !out
}

// A function of one stored byte is a table of 256, filled by the evaluator.
// CHECK-LABEL: func.func @logistic
// CHECK: %[[TABLE:.*]] = arith.constant dense<{{.*}}> : tensor<256xi8>
// CHECK: %[[INDEX:.*]] = arith.index_castui %{{.*}} : i8 to index
// CHECK: tensor.extract %[[TABLE]][%[[INDEX]]]
func.func @logistic(%x: !a) -> tensor<2x4x!quant.uniform<i8:f32, 0.00390625:-128>> {
  %0 = mopt.logistic %x : (!a) -> tensor<2x4x!quant.uniform<i8:f32, 0.00390625:-128>>
  return %0 : tensor<2x4x!quant.uniform<i8:f32, 0.00390625:-128>>
}

// CHECK-LABEL: func.func @relu
// CHECK: arith.cmpf olt
// CHECK: arith.select
func.func @relu(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = mopt.relu %x : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// From unsigned to signed: the stored byte is zero-extended.
// CHECK-LABEL: func.func @quantize
// CHECK: arith.extui %{{.*}} : i8 to i32
func.func @quantize(%x: tensor<3x!quant.uniform<u8:f32, 0.5:128>>) -> tensor<3x!quant.uniform<i8:f32, 0.5>> {
  %0 = mopt.quantize %x : (tensor<3x!quant.uniform<u8:f32, 0.5:128>>) -> tensor<3x!quant.uniform<i8:f32, 0.5>>
  return %0 : tensor<3x!quant.uniform<i8:f32, 0.5>>
}

// Maximum of each row, exponentials, their sum, quotients.
// CHECK-LABEL: func.func @softmax
// CHECK: linalg.generic
// CHECK: arith.select
// CHECK: linalg.generic
// CHECK: math.exp
// CHECK: linalg.generic
// CHECK: arith.addf
// CHECK: linalg.generic
// CHECK: arith.divf
func.func @softmax(%x: tensor<2x10xf32>) -> tensor<2x10xf32> {
  %0 = mopt.softmax %x : (tensor<2x10xf32>) -> tensor<2x10xf32>
  return %0 : tensor<2x10xf32>
}

// The exponentials of all 256 differences are known.
// CHECK-LABEL: func.func @softmax_int8
// CHECK-NOT: math.exp
// CHECK-COUNT-2: arith.constant dense<{{.*}}> : tensor<256xi32>
// CHECK: math.ctlz
// CHECK: linalg.yield %{{.*}} : i8
func.func @softmax_int8(%x: !a) -> tensor<2x4x!quant.uniform<i8:f32, 0.00390625:-128>> {
  %0 = mopt.softmax %x : (!a) -> tensor<2x4x!quant.uniform<i8:f32, 0.00390625:-128>>
  return %0 : tensor<2x4x!quant.uniform<i8:f32, 0.00390625:-128>>
}
