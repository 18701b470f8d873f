// RUN: mopt-opt %s | FileCheck %s
// RUN: mopt-opt %s | mopt-opt | FileCheck %s
// RUN: mopt-opt %s -mlir-print-op-generic | mopt-opt | FileCheck %s
// RUN: mopt-opt %s -o %t.mlirbc && mopt-opt %t.mlirbc | FileCheck %s

// The operand counts; without a usable one, the attribute. -1 is computed.
// CHECK-LABEL: func.func @reshape
// CHECK: mopt.reshape {{.*}} : (tensor<2x6xf32>, tensor<2xi32>) -> tensor<3x4xf32>
// CHECK: mopt.reshape {{.*}} {new_shape = array<i32: 3, -1>} : (tensor<2x6xf32>, none) -> tensor<3x4xf32>
// CHECK: mopt.reshape {{.*}} {new_shape = array<i32: 3, 4>} : (tensor<2x6xf32>, tensor<1x2xi32>) -> tensor<3x4xf32>
// CHECK: mopt.reshape {{.*}} : (tensor<2x6xf32>, tensor<2xi32>) -> tensor<4x3xf32>
// CHECK: mopt.reshape {{.*}} {new_shape = array<i32: 0>} : (tensor<1xf32>) -> tensor<f32>
// CHECK: mopt.reshape {{.*}} : (tensor<1xf32>) -> tensor<f32>
// CHECK: mopt.reshape {{.*}} : (tensor<0x6xf32>) -> tensor<0x3xf32>
func.func @reshape(%x: tensor<2x6xf32>, %computed: tensor<2xi32>, %one: tensor<1xf32>, %empty: tensor<0x6xf32>) {
  %none = mopt.no_value : () -> none
  %s = mopt.const {value = dense<[-1, 4]> : tensor<2xi32>} : () -> tensor<2xi32>
  %matrix = mopt.const {value = dense<[[9, 9]]> : tensor<1x2xi32>} : () -> tensor<1x2xi32>
  %0 = mopt.reshape %x, %s : (tensor<2x6xf32>, tensor<2xi32>) -> tensor<3x4xf32>
  %1 = mopt.reshape %x, %none {new_shape = array<i32: 3, -1>} : (tensor<2x6xf32>, none) -> tensor<3x4xf32>
  %2 = mopt.reshape %x, %matrix {new_shape = array<i32: 3, 4>} : (tensor<2x6xf32>, tensor<1x2xi32>) -> tensor<3x4xf32>
  %3 = mopt.reshape %x, %computed : (tensor<2x6xf32>, tensor<2xi32>) -> tensor<4x3xf32>
  %4 = mopt.reshape %one {new_shape = array<i32: 0>} : (tensor<1xf32>) -> tensor<f32>
  %5 = mopt.reshape %one : (tensor<1xf32>) -> tensor<f32>
  %6 = mopt.reshape %empty {new_shape = array<i32: 0, 3>} : (tensor<0x6xf32>) -> tensor<0x3xf32>
  return
}

// CHECK-LABEL: func.func @squeeze
// CHECK: mopt.squeeze {{.*}} : (tensor<1x2x1xf32>) -> tensor<2xf32>
// CHECK: mopt.squeeze {{.*}} {squeeze_dims = array<i32: -3, 0>} : (tensor<1x2x1xf32>) -> tensor<2x1xf32>
// CHECK: mopt.expand_dims {{.*}} -> tensor<2x1xf32>
// CHECK: mopt.expand_dims {{.*}} -> tensor<1xf32>
func.func @squeeze(%x: tensor<1x2x1xf32>, %y: tensor<2xf32>, %s: tensor<f32>) {
  %0 = mopt.squeeze %x : (tensor<1x2x1xf32>) -> tensor<2xf32>
  %1 = mopt.squeeze %x {squeeze_dims = array<i32: -3, 0>} : (tensor<1x2x1xf32>) -> tensor<2x1xf32>
  %last = mopt.const {value = dense<-1> : tensor<1xi64>} : () -> tensor<1xi64>
  %2 = mopt.expand_dims %y, %last : (tensor<2xf32>, tensor<1xi64>) -> tensor<2x1xf32>
  %first = mopt.const {value = dense<0> : tensor<i32>} : () -> tensor<i32>
  %3 = mopt.expand_dims %s, %first : (tensor<f32>, tensor<i32>) -> tensor<1xf32>
  return
}

// CHECK-LABEL: func.func @pad
// CHECK: mopt.pad {{.*}} -> tensor<5xf32>
// CHECK: mopt.pad {{.*}} : (tensor<2xf32>, tensor<1x2xi16>) -> tensor<2xf32>
// CHECK: mopt.padv2 {{.*}} -> tensor<f32>
func.func @pad(%x: tensor<2xf32>, %s: tensor<f32>) {
  %p = mopt.const {value = dense_resource<paddings> : tensor<1x2xi64>} : () -> tensor<1x2xi64>
  %0 = mopt.pad %x, %p : (tensor<2xf32>, tensor<1x2xi64>) -> tensor<5xf32>
  %zero = mopt.const {value = dense<0> : tensor<1x2xi16>} : () -> tensor<1x2xi16>
  %1 = mopt.pad %x, %zero : (tensor<2xf32>, tensor<1x2xi16>) -> tensor<2xf32>
  %none = mopt.const {value = dense<> : tensor<0x2xi32>} : () -> tensor<0x2xi32>
  %2 = mopt.padv2 %s, %none, %s : (tensor<f32>, tensor<0x2xi32>, tensor<f32>) -> tensor<f32>
  return
}

// A resource without its data (elided in print) leaves the shape unchecked.
// CHECK-LABEL: func.func @elided
// CHECK: mopt.pad {{.*}} -> tensor<9xf32>
func.func @elided(%x: tensor<2xf32>) {
  %p = mopt.const {value = dense_resource<elided> : tensor<1x2xi32>} : () -> tensor<1x2xi32>
  %0 = mopt.pad %x, %p : (tensor<2xf32>, tensor<1x2xi32>) -> tensor<9xf32>
  return
}

// CHECK-LABEL: func.func @concatenation
// CHECK: mopt.concatenation {{.*}} {axis = -1 : i32} {{.*}} -> tensor<2x5xf32>
// CHECK: mopt.concatenation {{.*}} -> tensor<2xf32>
// CHECK: mopt.concatenation {{.*}} -> tensor<4x!quant.uniform<u8:f32, 2.500000e-01>>
// CHECK: mopt.concatenation {{.*}} -> tensor<4x!quant.uniform<i16:f32, 2.500000e-01>>
func.func @concatenation(%x: tensor<2x3xf32>, %y: tensor<2x2xf32>, %e: tensor<2x0xf32>, %v: tensor<2xf32>, %u: tensor<2x!quant.uniform<u8:f32, 0.5:1>>, %h: tensor<2x!quant.uniform<i16:f32, 0.5>>) {
  %0 = mopt.concatenation %x, %e, %y {axis = -1 : i32} : (tensor<2x3xf32>, tensor<2x0xf32>, tensor<2x2xf32>) -> tensor<2x5xf32>
  %1 = mopt.concatenation %v : (tensor<2xf32>) -> tensor<2xf32>
  // The uint8 kernel rescales; the int16 kernel does not look.
  %2 = mopt.concatenation %u, %u : (tensor<2x!quant.uniform<u8:f32, 0.5:1>>, tensor<2x!quant.uniform<u8:f32, 0.5:1>>) -> tensor<4x!quant.uniform<u8:f32, 0.25>>
  %3 = mopt.concatenation %h, %h : (tensor<2x!quant.uniform<i16:f32, 0.5>>, tensor<2x!quant.uniform<i16:f32, 0.5>>) -> tensor<4x!quant.uniform<i16:f32, 0.25>>
  return
}

// CHECK-LABEL: func.func @resize
// CHECK: mopt.resize_bilinear {{.*}} {half_pixel_centers = true} {{.*}} -> tensor<1x4x5x1xf32>
// CHECK: mopt.resize_nearest_neighbor {{.*}} {align_corners = true, half_pixel_centers = true}
// CHECK: mopt.resize_nearest_neighbor {{.*}} -> tensor<1x0x5x1xf32>
func.func @resize(%x: tensor<1x2x2x1xf32>) {
  %s = mopt.const {value = dense<[4, 5]> : tensor<2xi32>} : () -> tensor<2xi32>
  %z = mopt.const {value = dense<[0, 5]> : tensor<2xi32>} : () -> tensor<2xi32>
  %0 = mopt.resize_bilinear %x, %s {half_pixel_centers = true} : (tensor<1x2x2x1xf32>, tensor<2xi32>) -> tensor<1x4x5x1xf32>
  %1 = mopt.resize_nearest_neighbor %x, %s {align_corners = true, half_pixel_centers = true} : (tensor<1x2x2x1xf32>, tensor<2xi32>) -> tensor<1x4x5x1xf32>
  %2 = mopt.resize_nearest_neighbor %x, %z : (tensor<1x2x2x1xf32>, tensor<2xi32>) -> tensor<1x0x5x1xf32>
  return
}

// CHECK-LABEL: func.func @reductions
// CHECK: mopt.mean {{.*}} {keep_dims = true} {{.*}} -> tensor<2x1xf32>
// CHECK: mopt.sum {{.*}} -> tensor<f32>
// CHECK: mopt.sum {{.*}} -> tensor<2x3xf32>
// CHECK: mopt.mean {{.*}} : (tensor<f32>, tensor<2xi32>) -> tensor<f32>
// CHECK: mopt.arg_max {{.*}} {output_type = #mopt.element_type<INT64>} {{.*}} -> tensor<2xi64>
// CHECK: mopt.arg_min {{.*}} -> tensor<0xi32>
func.func @reductions(%x: tensor<2x3xf32>, %s: tensor<f32>, %e: tensor<0x3xf32>) {
  // An axis may be named twice; the kernels do not look at those of a scalar.
  %twice = mopt.const {value = dense<[1, -1]> : tensor<2xi32>} : () -> tensor<2xi32>
  %0 = mopt.mean %x, %twice {keep_dims = true} : (tensor<2x3xf32>, tensor<2xi32>) -> tensor<2x1xf32>
  %all = mopt.const {value = dense<[0, 1]> : tensor<2xi32>} : () -> tensor<2xi32>
  %1 = mopt.sum %x, %all : (tensor<2x3xf32>, tensor<2xi32>) -> tensor<f32>
  %none = mopt.const {value = dense<> : tensor<0xi32>} : () -> tensor<0xi32>
  %2 = mopt.sum %x, %none : (tensor<2x3xf32>, tensor<0xi32>) -> tensor<2x3xf32>
  %3 = mopt.mean %s, %twice : (tensor<f32>, tensor<2xi32>) -> tensor<f32>
  %last = mopt.const {value = dense<-1> : tensor<i64>} : () -> tensor<i64>
  %4 = mopt.arg_max %x, %last {output_type = #mopt.element_type<INT64>} : (tensor<2x3xf32>, tensor<i64>) -> tensor<2xi64>
  %5 = mopt.arg_min %e, %last {output_type = #mopt.element_type<INT32>} : (tensor<0x3xf32>, tensor<i64>) -> tensor<0xi32>
  return
}

{-#
  dialect_resources: { builtin: { paddings: "0x0800000001000000000000000200000000000000" } }
#-}
