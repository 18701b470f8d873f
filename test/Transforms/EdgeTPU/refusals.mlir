// RUN: mopt-opt %s --split-input-file --mopt-partition=target=edgetpu --mopt-verify-partition 2>/dev/null | FileCheck %s

// Each limit of the compiler, with the status of its log and what is at fault.
!q = !quant.uniform<u8:f32, 0.5:128>
!s = !quant.uniform<i8:f32, 0.5>

// CHECK-LABEL: func.func @types
// CHECK: mopt.quantize {{.*}}mopt.target = "cpu", mopt.target_reason = "Operation is working on an unsupported data type: 'x' is of type f32"
// CHECK: mopt.quantize {{.*}}mopt.target = "edgetpu"
// CHECK: mopt.arg_max {{.*}}mopt.target_reason = "Operation is working on an unsupported data type: 'i' is of type i32"
// CHECK: mopt.dequantize {{.*}}mopt.target_reason = "Operation is working on an unsupported data type: 'f' is of type f32"
func.func @types(%x: tensor<1x8xf32> {mopt.tensor = #mopt.tensor<name = "x">}) -> (tensor<1xi32>, tensor<1x8xf32>) {
  %axis = mopt.const {value = dense<1> : tensor<i32>} : () -> tensor<i32>
  %0 = mopt.quantize %x : (tensor<1x8xf32>) -> tensor<1x8x!q>
  %1 = mopt.quantize %0 : (tensor<1x8x!q>) -> tensor<1x8x!s>
  %2 = mopt.arg_max %1, %axis {output_type = #mopt.element_type<INT32>, mopt.tensors = [#mopt.tensor<name = "i">]} : (tensor<1x8x!s>, tensor<i32>) -> tensor<1xi32>
  %3 = mopt.dequantize %1 {mopt.tensors = [#mopt.tensor<name = "f">]} : (tensor<1x8x!s>) -> tensor<1x8xf32>
  return %2, %3 : tensor<1xi32>, tensor<1x8xf32>
}

// -----

!q = !quant.uniform<i8:f32, 0.5>

// Operators that the compiler does not know, and one behind them.
// CHECK-LABEL: func.func @unknown
// CHECK: mopt.relu {{.*}}mopt.target = "edgetpu"
// CHECK: mopt.hard_swish {{.*}}mopt.target_reason = "Operation not supported"}
// CHECK: mopt.custom {{.*}}mopt.target_reason = "Operation not supported"
// CHECK: mopt.opaque {{.*}}mopt.target_reason = "Operation not supported"
// CHECK: mopt.relu6 {{.*}}mopt.target = "cpu", mopt.target_reason = "More than one subgraph is not supported"
func.func @unknown(%x: tensor<1x8x!q>) -> (tensor<1x8x!q>, tensor<1x8x!q>) {
  %0 = mopt.relu %x : (tensor<1x8x!q>) -> tensor<1x8x!q>
  %1 = mopt.hard_swish %0 : (tensor<1x8x!q>) -> tensor<1x8x!q>
  %2 = mopt.custom %1 {custom_code = "mine"} : (tensor<1x8x!q>) -> tensor<1x8x!q>
  %3 = mopt.opaque %2 {opcode = "COS"} : (tensor<1x8x!q>) -> tensor<1x8x!q>
  %4 = mopt.relu6 %x : (tensor<1x8x!q>) -> tensor<1x8x!q>
  return %3, %4 : tensor<1x8x!q>, tensor<1x8x!q>
}

// -----

!q = !quant.uniform<i8:f32, 0.5>

// CHECK-LABEL: func.func @shapes
// CHECK: mopt.relu {{.*}}limitation: the tensor 'x' (2x2x2x4) has more than 3 dimensions above 1"
// CHECK: mopt.relu {{.*}}mopt.target = "edgetpu"
// CHECK: mopt.add {{.*}}mopt.target_reason = "Operation version not supported: version 9 is above 3"
func.func @shapes(%x: tensor<2x2x2x4x!q> {mopt.tensor = #mopt.tensor<name = "x">}, %y: tensor<1x1x2x2x4x!q>) -> (tensor<2x2x2x4x!q>, tensor<1x1x2x2x4x!q>) {
  %0 = mopt.relu %x : (tensor<2x2x2x4x!q>) -> tensor<2x2x2x4x!q>
  %1 = mopt.relu %y : (tensor<1x1x2x2x4x!q>) -> tensor<1x1x2x2x4x!q>
  %2 = mopt.add %y, %1 {mopt.version = 9 : i32} : (tensor<1x1x2x2x4x!q>, tensor<1x1x2x2x4x!q>) -> tensor<1x1x2x2x4x!q>
  return %0, %2 : tensor<2x2x2x4x!q>, tensor<1x1x2x2x4x!q>
}

// -----

!q = !quant.uniform<i8:f32, 0.5>
!w = !quant.uniform<i8:f32, 0.25>
!b = !quant.uniform<i32:f32, 0.125>
!wc = !quant.uniform<i8:f32:0, {0.25, 0.125}>
!bc = !quant.uniform<i32:f32:0, {0.125, 0.0625}>

// CHECK-LABEL: func.func @layers
// CHECK: mopt.conv_2d {{.*}}limitation: dilations of height and width differ: 1 and 2"
// CHECK: mopt.conv_2d {{.*}}limitation: the operand 'w' (2x1x1x2) is not known at compile time"
// CHECK: mopt.fully_connected {{.*}}limitation: the weights have a scale for each output channel, which only convolutions may have"
// CHECK: mopt.fully_connected {{.*}}limitation: the result 'rows' (3x2) has more than one dimension"
func.func @layers(%x: tensor<1x4x4x2x!q>, %v: tensor<1x2x!q>, %m: tensor<3x2x!q>, %w: tensor<2x1x1x2x!w> {mopt.tensor = #mopt.tensor<name = "w">})
    -> (tensor<1x4x4x2x!q>, tensor<1x4x4x2x!q>, tensor<1x2x!q>, tensor<3x2x!q>) {
  %k = mopt.const {value = dense<1> : tensor<2x1x1x2xi8>} : () -> tensor<2x1x1x2x!w>
  %b = mopt.const {value = dense<0> : tensor<2xi32>} : () -> tensor<2x!b>
  %kc = mopt.const {value = dense<1> : tensor<2x2xi8>} : () -> tensor<2x2x!wc>
  %bc = mopt.const {value = dense<0> : tensor<2xi32>} : () -> tensor<2x!bc>
  %kt = mopt.const {value = dense<1> : tensor<2x2xi8>} : () -> tensor<2x2x!w>
  %0 = mopt.conv_2d %x, %k, %b {dilation_w_factor = 2 : i32} : (tensor<1x4x4x2x!q>, tensor<2x1x1x2x!w>, tensor<2x!b>) -> tensor<1x4x4x2x!q>
  %1 = mopt.conv_2d %x, %w, %b : (tensor<1x4x4x2x!q>, tensor<2x1x1x2x!w>, tensor<2x!b>) -> tensor<1x4x4x2x!q>
  %2 = mopt.fully_connected %v, %kc, %bc : (tensor<1x2x!q>, tensor<2x2x!wc>, tensor<2x!bc>) -> tensor<1x2x!q>
  %3 = mopt.fully_connected %m, %kt, %b {mopt.tensors = [#mopt.tensor<name = "rows">]} : (tensor<3x2x!q>, tensor<2x2x!w>, tensor<2x!b>) -> tensor<3x2x!q>
  return %0, %1, %2, %3 : tensor<1x4x4x2x!q>, tensor<1x4x4x2x!q>, tensor<1x2x!q>, tensor<3x2x!q>
}

// -----

!q = !quant.uniform<i8:f32, 0.5>
!h = !quant.uniform<i8:f32, 3.906250e-03:-128>

// CHECK-LABEL: func.func @images
// CHECK: mopt.max_pool_2d {{.*}}limitation: has a fused activation function"
// CHECK: mopt.resize_bilinear {{.*}}limitation: it stretches a single pixel"
// CHECK: mopt.resize_nearest_neighbor {{.*}}limitation: the result 'large' (1x1024x1024x4) is larger than the memory for activations"
// CHECK: mopt.resize_nearest_neighbor {{.*}}mopt.target = "cpu", mopt.target_reason = "More than one subgraph
// CHECK: mopt.pad {{.*}}limitation: it pads the batch"
// CHECK: mopt.softmax {{.*}}limitation: the input has more than one dimension: 1x4x4x4"
// CHECK: mopt.softmax {{.*}}limitation: the input has more than 16000 elements: 1x16001"
func.func @images(%x: tensor<1x4x4x4x!q>, %p: tensor<1x1x1x4x!q>, %l: tensor<1x16001x!q>)
    -> (tensor<1x4x4x4x!q>, tensor<1x2x2x4x!q>, tensor<1x1024x1024x4x!q>, tensor<1x8x8x4x!q>, tensor<2x16001x!q>, tensor<1x4x4x4x!h>, tensor<1x16001x!h>) {
  %two = mopt.const {value = dense<2> : tensor<2xi32>} : () -> tensor<2xi32>
  %eight = mopt.const {value = dense<8> : tensor<2xi32>} : () -> tensor<2xi32>
  %large = mopt.const {value = dense<1024> : tensor<2xi32>} : () -> tensor<2xi32>
  %paddings = mopt.const {value = dense<[[1, 0], [0, 0]]> : tensor<2x2xi32>} : () -> tensor<2x2xi32>
  %r = mopt.relu %x : (tensor<1x4x4x4x!q>) -> tensor<1x4x4x4x!q>
  %0 = mopt.max_pool_2d %x {fused_activation_function = #mopt.activation<RELU>} : (tensor<1x4x4x4x!q>) -> tensor<1x4x4x4x!q>
  %1 = mopt.resize_bilinear %p, %two : (tensor<1x1x1x4x!q>, tensor<2xi32>) -> tensor<1x2x2x4x!q>
  %2 = mopt.resize_nearest_neighbor %x, %large {mopt.tensors = [#mopt.tensor<name = "large">]} : (tensor<1x4x4x4x!q>, tensor<2xi32>) -> tensor<1x1024x1024x4x!q>
  %3 = mopt.resize_nearest_neighbor %x, %eight : (tensor<1x4x4x4x!q>, tensor<2xi32>) -> tensor<1x8x8x4x!q>
  %4 = mopt.pad %l, %paddings : (tensor<1x16001x!q>, tensor<2x2xi32>) -> tensor<2x16001x!q>
  %5 = mopt.softmax %r : (tensor<1x4x4x4x!q>) -> tensor<1x4x4x4x!h>
  %6 = mopt.softmax %l : (tensor<1x16001x!q>) -> tensor<1x16001x!h>
  return %0, %1, %2, %3, %4, %5, %6 : tensor<1x4x4x4x!q>, tensor<1x2x2x4x!q>, tensor<1x1024x1024x4x!q>, tensor<1x8x8x4x!q>, tensor<2x16001x!q>, tensor<1x4x4x4x!h>, tensor<1x16001x!h>
}

// -----

!q = !quant.uniform<i8:f32, 0.5>

// CHECK-LABEL: func.func @reductions
// CHECK: mopt.mean {{.*}}mopt.target = "edgetpu"
// CHECK: mopt.mean {{.*}}limitation: it reduces 6 channels, no multiple of 4"
// CHECK: mopt.mean {{.*}}limitation: it is the mean of 32768 values"
// CHECK: mopt.sum {{.*}}limitation: it reduces the batch"
// CHECK: mopt.concatenation {{.*}}limitation: a constant operand goes only with one other"
// CHECK: mopt.concatenation {{.*}}limitation: the constant operand 'c' (1x4) is not all zeros"
// CHECK: mopt.split {{.*}}limitation: it splits the batch"
// CHECK: mopt.strided_slice {{.*}}limitation: a stride is not 1"
// CHECK: mopt.squeeze {{.*}}limitation: it drops a dimension behind the first ones"
// CHECK: mopt.prelu {{.*}}limitation: the slopes 'a' (2x2x4) are not shared by all places"
func.func @reductions(%x: tensor<1x2x2x6x!q>, %l: tensor<1x256x128x3x!q>, %v: tensor<1x4x!q>, %b: tensor<2x4x!q>, %u: tensor<1x2x1x4x!q>, %w: tensor<1x2x2x4x!q>)
    -> (tensor<1x6x!q>, tensor<1x2x2x!q>, tensor<1x3x!q>, tensor<2x2x6x!q>, tensor<1x12x!q>, tensor<1x8x!q>, tensor<1x4x!q>, tensor<1x2x!q>, tensor<1x2x4x!q>, tensor<1x2x2x4x!q>) {
  %xy = mopt.const {value = dense<[1, 2]> : tensor<2xi32>} : () -> tensor<2xi32>
  %z = mopt.const {value = dense<-1> : tensor<1xi32>} : () -> tensor<1xi32>
  %n = mopt.const {value = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %axis = mopt.const {value = dense<0> : tensor<i32>} : () -> tensor<i32>
  %c = mopt.const {value = dense<1> : tensor<1x4xi8>, mopt.tensors = [#mopt.tensor<name = "c">]} : () -> tensor<1x4x!q>
  %zero = mopt.const {value = dense<0> : tensor<1x4xi8>} : () -> tensor<1x4x!q>
  %begin = mopt.const {value = dense<0> : tensor<2xi32>} : () -> tensor<2xi32>
  %end = mopt.const {value = dense<[1, 4]> : tensor<2xi32>} : () -> tensor<2xi32>
  %strides = mopt.const {value = dense<[1, 2]> : tensor<2xi32>} : () -> tensor<2xi32>
  %a = mopt.const {value = dense<1> : tensor<2x2x4xi8>, mopt.tensors = [#mopt.tensor<name = "a">]} : () -> tensor<2x2x4x!q>
  %0 = mopt.mean %x, %xy : (tensor<1x2x2x6x!q>, tensor<2xi32>) -> tensor<1x6x!q>
  %1 = mopt.mean %x, %z : (tensor<1x2x2x6x!q>, tensor<1xi32>) -> tensor<1x2x2x!q>
  %2 = mopt.mean %l, %xy : (tensor<1x256x128x3x!q>, tensor<2xi32>) -> tensor<1x3x!q>
  %3 = mopt.sum %x, %n : (tensor<1x2x2x6x!q>, tensor<1xi32>) -> tensor<2x2x6x!q>
  %4 = mopt.concatenation %v, %v, %zero {axis = 1 : i32} : (tensor<1x4x!q>, tensor<1x4x!q>, tensor<1x4x!q>) -> tensor<1x12x!q>
  %5 = mopt.concatenation %v, %c {axis = 1 : i32} : (tensor<1x4x!q>, tensor<1x4x!q>) -> tensor<1x8x!q>
  %6:2 = mopt.split %axis, %b {num_splits = 2 : i32} : (tensor<i32>, tensor<2x4x!q>) -> (tensor<1x4x!q>, tensor<1x4x!q>)
  %7 = mopt.strided_slice %v, %begin, %end, %strides : (tensor<1x4x!q>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>) -> tensor<1x2x!q>
  %8 = mopt.squeeze %u {squeeze_dims = array<i32: 2>} : (tensor<1x2x1x4x!q>) -> tensor<1x2x4x!q>
  %9 = mopt.prelu %w, %a : (tensor<1x2x2x4x!q>, tensor<2x2x4x!q>) -> tensor<1x2x2x4x!q>
  return %0, %1, %2, %3, %4, %5, %6#0, %7, %8, %9 : tensor<1x6x!q>, tensor<1x2x2x!q>, tensor<1x3x!q>, tensor<2x2x6x!q>, tensor<1x12x!q>, tensor<1x8x!q>, tensor<1x4x!q>, tensor<1x2x!q>, tensor<1x2x4x!q>, tensor<1x2x2x4x!q>
}
