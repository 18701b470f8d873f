// RUN: mopt-opt %s --split-input-file --edgetpu-legalize | FileCheck %s
// RUN: mopt-opt %s --split-input-file --edgetpu-legalize=io=keep | FileCheck %s --check-prefix=KEEP

!q = !quant.uniform<i8:f32, 0.5>

// The border takes and gives bytes, under the names that the caller knows.
// CHECK-LABEL: func.func @border
// CHECK-SAME: (%[[X:.*]]: tensor<1x8x!quant.uniform<i8:f32, 5.000000e-01>> {mopt.tensor = #mopt.tensor<name = "x">}) -> tensor<1x8x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK-NOT: mopt.quantize
// CHECK: %[[Y:.*]] = mopt.relu %[[X]] {mopt.tensors = [#mopt.tensor<name = "y">]}
// CHECK-NOT: mopt.dequantize
// CHECK: return %[[Y]]
// KEEP-LABEL: func.func @border
// KEEP: mopt.quantize
// KEEP: mopt.dequantize
func.func @border(%x: tensor<1x8xf32> {mopt.tensor = #mopt.tensor<name = "x">}) -> tensor<1x8xf32> {
  %0 = mopt.quantize %x : (tensor<1x8xf32>) -> tensor<1x8x!q>
  %1 = mopt.relu %0 {mopt.tensors = [#mopt.tensor<name = "y_int8">]} : (tensor<1x8x!q>) -> tensor<1x8x!q>
  %2 = mopt.dequantize %1 {mopt.tensors = [#mopt.tensor<name = "y">]} : (tensor<1x8x!q>) -> tensor<1x8xf32>
  return %2 : tensor<1x8xf32>
}

// -----

!q = !quant.uniform<i8:f32, 0.5>
!r = !quant.uniform<i8:f32, 0.25>

// An argument that is read as two kinds of bytes, or as it is, stays float.
// CHECK-LABEL: func.func @float_border
// CHECK-SAME: %{{.*}}: tensor<1x8xf32>, %{{.*}}: tensor<1x8xf32>) -> (tensor<1x8x!q
// CHECK: mopt.quantize
// CHECK: mopt.quantize
func.func @float_border(%x: tensor<1x8xf32>, %y: tensor<1x8xf32>) -> (tensor<1x8xf32>, tensor<1x8x!r>, tensor<1x8xf32>) {
  %0 = mopt.quantize %x : (tensor<1x8xf32>) -> tensor<1x8x!q>
  %1 = mopt.quantize %x : (tensor<1x8xf32>) -> tensor<1x8x!r>
  %2 = mopt.dequantize %0 : (tensor<1x8x!q>) -> tensor<1x8xf32>
  return %2, %1, %y : tensor<1x8xf32>, tensor<1x8x!r>, tensor<1x8xf32>
}

// -----

!q = !quant.uniform<u8:f32, 0.5:3>
!s = !quant.uniform<i8:f32, 0.5:3>

// CHECK-LABEL: func.func @resize
// CHECK-DAG: %[[M:.*]] = mopt.const {value = dense_resource<[[MULTIPLES:.*]]> : tensor<4xi32>}
// CHECK: mopt.tile %arg0, %{{.*}} {mopt.tensors = [#mopt.tensor<name = "r">]}
// CHECK: mopt.tile %arg0
// An image of more pixels is interpolated.
// CHECK: mopt.resize_bilinear %arg1
// CHECK-NOT: mopt.resize
// Tiles are of unsigned bytes.
// CHECK: %[[P:.*]] = mopt.quantize %arg2 {{.*}}name = "s_pixel"{{.*}} -> tensor<1x1x1x8x!quant.uniform<u8:f32, 5.000000e-01:131>>
// CHECK: %[[T:.*]] = mopt.tile %[[P]], %{{.*}}name = "s_unsigned"
// CHECK: mopt.quantize %[[T]] {mopt.tensors = [#mopt.tensor<name = "s">]}
func.func @resize(%x: tensor<1x1x1x8x!q>, %y: tensor<1x2x1x8x!q>, %z: tensor<1x1x1x8x!s>) -> (tensor<1x3x5x8x!q>, tensor<1x3x5x8x!q>, tensor<1x3x5x8x!q>, tensor<1x3x5x8x!s>) {
  %size = mopt.const {value = dense<[3, 5]> : tensor<2xi32>} : () -> tensor<2xi32>
  %0 = mopt.resize_bilinear %x, %size {align_corners = true, mopt.tensors = [#mopt.tensor<name = "r">]} : (tensor<1x1x1x8x!q>, tensor<2xi32>) -> tensor<1x3x5x8x!q>
  %1 = mopt.resize_nearest_neighbor %x, %size : (tensor<1x1x1x8x!q>, tensor<2xi32>) -> tensor<1x3x5x8x!q>
  %2 = mopt.resize_bilinear %y, %size : (tensor<1x2x1x8x!q>, tensor<2xi32>) -> tensor<1x3x5x8x!q>
  %3 = mopt.resize_bilinear %z, %size {mopt.tensors = [#mopt.tensor<name = "s">]} : (tensor<1x1x1x8x!s>, tensor<2xi32>) -> tensor<1x3x5x8x!s>
  return %0, %1, %2, %3 : tensor<1x3x5x8x!q>, tensor<1x3x5x8x!q>, tensor<1x3x5x8x!q>, tensor<1x3x5x8x!s>
}

// -----

!q = !quant.uniform<i8:f32, 0.5>

// CHECK-LABEL: func.func @activations
// CHECK: %[[P:.*]] = mopt.average_pool_2d %{{.*}} {filter_height = 2 : i32, {{.*}}name = "p_linear"
// CHECK-NOT: fused_activation_function
// CHECK: %[[R:.*]] = mopt.relu6 %[[P]] {mopt.tensors = [#mopt.tensor<name = "p">]}
// CHECK: %[[C:.*]] = mopt.max_pool_2d %[[R]]
// CHECK: mopt.relu_n1_to_1 %[[C]]
// The chip fuses those of layers.
// CHECK: mopt.add {{.*}}fused_activation_function = #mopt.activation<RELU>
func.func @activations(%x: tensor<1x4x4x4x!q>) -> (tensor<1x2x2x4x!q>, tensor<1x4x4x4x!q>) {
  %0 = mopt.average_pool_2d %x {filter_height = 2 : i32, filter_width = 2 : i32, stride_h = 2 : i32, stride_w = 2 : i32, fused_activation_function = #mopt.activation<RELU6>, mopt.tensors = [#mopt.tensor<name = "p">]} : (tensor<1x4x4x4x!q>) -> tensor<1x2x2x4x!q>
  %1 = mopt.max_pool_2d %0 {fused_activation_function = #mopt.activation<RELU_N1_TO_1>} : (tensor<1x2x2x4x!q>) -> tensor<1x2x2x4x!q>
  %2 = mopt.add %x, %x {fused_activation_function = #mopt.activation<RELU>} : (tensor<1x4x4x4x!q>, tensor<1x4x4x4x!q>) -> tensor<1x4x4x4x!q>
  return %1, %2 : tensor<1x2x2x4x!q>, tensor<1x4x4x4x!q>
}

// -----

!q = !quant.uniform<i8:f32, 0.5>
!a = !quant.uniform<i8:f32, 0.0625>

// CHECK-LABEL: func.func @slopes
// CHECK: %[[S:.*]] = mopt.const {{.*}}name = "same"{{.*}} -> tensor<1x1x2x!q
// CHECK: mopt.prelu %arg0, %[[S]]
// CHECK: mopt.prelu %arg0, %{{.*}} : (tensor<1x2x2x2x!{{.*}}, tensor<2x2x2x!q
// CHECK: mopt.prelu %arg0, %{{.*}} : (tensor<1x2x2x2x!{{.*}}, tensor<1x1x1x1x!quant.uniform<i8:f32, 7.87{{.*}}E-4>>)
// CHECK-NOT: mopt.leaky_relu
func.func @slopes(%x: tensor<1x2x2x2x!q>) -> (tensor<1x2x2x2x!q>, tensor<1x2x2x2x!q>, tensor<1x2x2x2x!q>) {
  %same = mopt.const {value = dense<[[[1, 2], [1, 2]], [[1, 2], [1, 2]]]> : tensor<2x2x2xi8>, mopt.tensors = [#mopt.tensor<name = "same">]} : () -> tensor<2x2x2x!a>
  %other = mopt.const {value = dense<[[[1, 2], [1, 2]], [[1, 2], [1, 3]]]> : tensor<2x2x2xi8>} : () -> tensor<2x2x2x!a>
  %0 = mopt.prelu %x, %same : (tensor<1x2x2x2x!q>, tensor<2x2x2x!a>) -> tensor<1x2x2x2x!q>
  %1 = mopt.prelu %x, %other : (tensor<1x2x2x2x!q>, tensor<2x2x2x!a>) -> tensor<1x2x2x2x!q>
  %2 = mopt.leaky_relu %x {alpha = 0.1 : f32} : (tensor<1x2x2x2x!q>) -> tensor<1x2x2x2x!q>
  return %0, %1, %2 : tensor<1x2x2x2x!q>, tensor<1x2x2x2x!q>, tensor<1x2x2x2x!q>
}

// -----

!q = !quant.uniform<i8:f32, 0.5>
!w = !quant.uniform<i8:f32, 0.25>
!b = !quant.uniform<i32:f32, 0.125>
!wc = !quant.uniform<i8:f32:0, {0.25, 0.125}>
!bc = !quant.uniform<i32:f32:0, {0.125, 0.0625}>

// CHECK-LABEL: func.func @layers
// CHECK: %[[V:.*]] = mopt.reshape %arg0, {{.*}} -> tensor<1x1x1x3x
// CHECK: %[[C:.*]] = mopt.conv_2d %[[V]], %{{.*}} {fused_activation_function = #mopt.activation<RELU>, {{.*}}padding = #mopt.padding<VALID>} : (tensor<1x1x1x3x{{.*}}, tensor<2x1x1x3x{{.*}}, tensor<2x{{.*}}) -> tensor<1x1x1x2x
// CHECK: mopt.reshape %[[C]], {{.*}}name = "v"{{.*}} -> tensor<1x2x
// CHECK: mopt.conv_2d %{{.*}} : (tensor<1x1x4x3x{{.*}}, tensor<2x1x1x3x{{.*}}, tensor<2x!quant.uniform<i32:f32, 1.250000e-01>>) -> tensor<1x1x4x2x
// CHECK: mopt.fully_connected
// CHECK-NOT: mopt.fully_connected
func.func @layers(%v: tensor<1x3x!q>, %m: tensor<4x3x!q>) -> (tensor<1x2x!q>, tensor<4x2x!q>, tensor<1x2x!q>) {
  %none = mopt.no_value : () -> none
  %kc = mopt.const {value = dense<1> : tensor<2x3xi8>} : () -> tensor<2x3x!wc>
  %bc = mopt.const {value = dense<0> : tensor<2xi32>} : () -> tensor<2x!bc>
  %kt = mopt.const {value = dense<1> : tensor<2x3xi8>} : () -> tensor<2x3x!w>
  %0 = mopt.fully_connected %v, %kc, %bc {fused_activation_function = #mopt.activation<RELU>, mopt.tensors = [#mopt.tensor<name = "v">]} : (tensor<1x3x!q>, tensor<2x3x!wc>, tensor<2x!bc>) -> tensor<1x2x!q>
  %1 = mopt.fully_connected %m, %kt, %none : (tensor<4x3x!q>, tensor<2x3x!w>, none) -> tensor<4x2x!q>
  %2 = mopt.fully_connected %v, %kt, %none : (tensor<1x3x!q>, tensor<2x3x!w>, none) -> tensor<1x2x!q>
  return %0, %1, %2 : tensor<1x2x!q>, tensor<4x2x!q>, tensor<1x2x!q>
}

// -----

!q = !quant.uniform<i8:f32, 0.5:-3>
!f = !quant.uniform<i8:f32, 0.25>

// A second rounding is taken where it costs half a unit at most.
// CHECK-LABEL: func.func @means
// CHECK: %[[R:.*]] = mopt.mean %arg0, %{{.*}} {keep_dims = true} : {{.*}} -> tensor<1x256x1x4x!quant.uniform<i8:f32, 5.000000e-01:-3>>
// CHECK: %[[M:.*]] = mopt.mean %[[R]], %{{.*}} -> tensor<1x1x1x4x
// CHECK: mopt.reshape %[[M]], {{.*}} -> tensor<1x4x
// CHECK: mopt.mean %arg0, %{{.*}} -> tensor<1x4x!quant.uniform<i8:f32, 2.500000e-01>>
// CHECK: mopt.mean %arg1
// CHECK-NOT: mopt.mean
func.func @means(%x: tensor<1x256x128x4x!q>, %y: tensor<1x8x8x4x!q>) -> (tensor<1x4x!q>, tensor<1x4x!f>, tensor<1x4x!q>) {
  %axes = mopt.const {value = dense<[2, 1]> : tensor<2xi32>} : () -> tensor<2xi32>
  %0 = mopt.mean %x, %axes : (tensor<1x256x128x4x!q>, tensor<2xi32>) -> tensor<1x4x!q>
  %1 = mopt.mean %x, %axes : (tensor<1x256x128x4x!q>, tensor<2xi32>) -> tensor<1x4x!f>
  %2 = mopt.mean %y, %axes : (tensor<1x8x8x4x!q>, tensor<2xi32>) -> tensor<1x4x!q>
  return %0, %1, %2 : tensor<1x4x!q>, tensor<1x4x!f>, tensor<1x4x!q>
}

// -----

!q = !quant.uniform<i8:f32, 0.5:-3>

// CHECK-LABEL: func.func @shapes
// Leading dimensions become one.
// CHECK: mopt.reshape %arg0, {{.*}} -> tensor<6x4x8x
// CHECK: mopt.relu {{.*}} -> tensor<6x4x8x
// CHECK: mopt.reshape {{.*}} -> tensor<2x3x4x8x
// CHECK: mopt.reshape %arg1, {{.*}} -> tensor<1x4x8x
// CHECK: mopt.pad %arg1
// CHECK: mopt.padv2 %arg1
// The shape of a static tensor is no computation.
// CHECK-NOT: mopt.shape
// CHECK: mopt.reshape %arg1, %{{.*}} -> tensor<8x4x
func.func @shapes(%x: tensor<2x3x4x8x!q>, %y: tensor<1x4x1x8x!q>) -> (tensor<2x3x4x8x!q>, tensor<1x4x8x!q>, tensor<1x6x1x8x!q>, tensor<1x6x1x8x!q>, tensor<8x4x!q>) {
  %paddings = mopt.const {value = dense<[[0, 0], [1, 1], [0, 0], [0, 0]]> : tensor<4x2xi32>} : () -> tensor<4x2xi32>
  %zero = mopt.const {value = dense<-3> : tensor<1xi8>} : () -> tensor<1x!q>
  %one = mopt.const {value = dense<-1> : tensor<1xi8>} : () -> tensor<1x!q>
  %order = mopt.const {value = dense<[3, 1]> : tensor<2xi32>} : () -> tensor<2xi32>
  %axis = mopt.const {value = dense<0> : tensor<i32>} : () -> tensor<i32>
  %0 = mopt.relu %x : (tensor<2x3x4x8x!q>) -> tensor<2x3x4x8x!q>
  %1 = mopt.squeeze %y {squeeze_dims = array<i32: 2>} : (tensor<1x4x1x8x!q>) -> tensor<1x4x8x!q>
  %2 = mopt.padv2 %y, %paddings, %zero : (tensor<1x4x1x8x!q>, tensor<4x2xi32>, tensor<1x!q>) -> tensor<1x6x1x8x!q>
  %3 = mopt.padv2 %y, %paddings, %one : (tensor<1x4x1x8x!q>, tensor<4x2xi32>, tensor<1x!q>) -> tensor<1x6x1x8x!q>
  %s = mopt.shape %y {out_type = #mopt.element_type<INT32>} : (tensor<1x4x1x8x!q>) -> tensor<4xi32>
  %t = mopt.gather %s, %order {axis = 0 : i32} : (tensor<4xi32>, tensor<2xi32>) -> tensor<2xi32>
  %4 = mopt.reshape %y, %t : (tensor<1x4x1x8x!q>, tensor<2xi32>) -> tensor<8x4x!q>
  return %0, %1, %2, %3, %4 : tensor<2x3x4x8x!q>, tensor<1x4x8x!q>, tensor<1x6x1x8x!q>, tensor<1x6x1x8x!q>, tensor<8x4x!q>
}
