// RUN: mopt-opt %s --split-input-file --mopt-encode-sparse-weights 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks
// RUN: mopt-opt %s --split-input-file --mopt-encode-sparse-weights="runtime=kernels" 2>/dev/null | FileCheck %s --check-prefix=KERNELS
// RUN: mopt-opt %s --split-input-file --mopt-encode-sparse-weights="exclude=^float$" 2> %t.excluded | FileCheck %s --check-prefix=EXCLUDE
// RUN: FileCheck %s --check-prefix=EXCLUDED --input-file=%t.excluded
// RUN: mopt-opt %s --split-input-file --mopt-encode-sparse-weights="min-saving=1" 2>/dev/null | FileCheck %s --check-prefix=DENSE
// RUN: mopt-opt %s --split-input-file --mopt-encode-sparse-weights --mopt-decode-sparse-weights 2>/dev/null | FileCheck %s --check-prefix=DENSE
// RUN: not mopt-opt %s --split-input-file --mopt-encode-sparse-weights=min-saving=2 2>&1 | FileCheck %s --check-prefix=RANGE

// RANGE: error: min-saving is 2.{{0+}}e+00, must be between 0 and 1
// DENSE-NOT: sparsity =
// DENSE-NOT: mopt.densify

// What is all zero keeps one block: the largest one costs the least.
// CHECK-LABEL: @float
// CHECK: [[W:%.*]] = mopt.const {{.*}}name = "float", sparsity = {dim_metadata = [{dense_size = 2 : i32, format = 0 : i8}, {array_indices = {values = dense<{{.*}}> : tensor<1xui16>}, array_indices_type = "Uint16Vector", array_segments = {values = dense<[0, 0, 1]> : tensor<3xui8>}, array_segments_type = "Uint8Vector", dense_size = 0 : i32, format = 1 : i8}], traversal_order = array<i32: 0, 1>}>]
// CHECK: [[D:%.*]] = mopt.densify [[W]] {mopt.tensors = [#mopt.tensor<name = "float_dense">]}
// CHECK: mopt.fully_connected %{{.*}}, [[D]],
// KERNELS-LABEL: @float
// KERNELS: [[W:%.*]] = mopt.const {{.*}}sparsity
// KERNELS-NOT: mopt.densify
// KERNELS: mopt.fully_connected %{{.*}}, [[W]],
// EXCLUDE-LABEL: @float
// EXCLUDE-NOT: sparsity =
// EXCLUDE: return
// EXCLUDED: remark: float is stored densely: excluded by 'exclude'
func.func @float(%x: tensor<1x512xf32>) -> tensor<1x2xf32> {
  %w = mopt.const {value = dense<0.0> : tensor<2x512xf32>, mopt.tensors = [#mopt.tensor<name = "float">]} : () -> tensor<2x512xf32>
  %b = mopt.no_value : () -> none
  %y = mopt.fully_connected %x, %w, %b : (tensor<1x512xf32>, tensor<2x512xf32>, none) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

// -----

// CHECK-LABEL: @int8
// CHECK-NOT: sparsity =
// CHECK: return
// REMARK: remark: int8 is stored densely: LiteRT's delegate prepares no fully connected layer of 8-bit weights that are stored sparsely; runtime=kernels may do
// The kernel wants blocks of 16.
// KERNELS-LABEL: @int8
// KERNELS: mopt.const {{.*}}name = "int8", sparsity = {block_map = array<i32: 1>, dim_metadata = [{dense_size = 4 : i32, format = 0 : i8}, {array_indices = {{.*}}, dense_size = 0 : i32, format = 1 : i8}, {dense_size = 16 : i32, format = 0 : i8}], traversal_order = array<i32: 0, 1, 2>}
// KERNELS-NOT: mopt.densify
// KERNELS: return
func.func @int8(%x: tensor<1x512x!quant.uniform<i8:f32, 0.1>>) -> tensor<1x4x!quant.uniform<i8:f32, 0.2>> {
  %w = mopt.const {value = dense<0> : tensor<4x512xi8>, mopt.tensors = [#mopt.tensor<name = "int8">]} : () -> tensor<4x512x!quant.uniform<i8<-127:127>:f32, 0.5>>
  %b = mopt.no_value : () -> none
  %y = mopt.fully_connected %x, %w, %b : (tensor<1x512x!quant.uniform<i8:f32, 0.1>>, tensor<4x512x!quant.uniform<i8<-127:127>:f32, 0.5>>, none) -> tensor<1x4x!quant.uniform<i8:f32, 0.2>>
  return %y : tensor<1x4x!quant.uniform<i8:f32, 0.2>>
}

// -----

// Activations of 16 bits are well, and so are convolutions of int8.
// CHECK-LABEL: @convolution
// CHECK: mopt.const {{.*}}name = "kernel", sparsity =
// CHECK: mopt.densify
// CHECK: mopt.conv_2d
func.func @convolution(%x: tensor<1x1x1x256x!quant.uniform<i8:f32, 0.1>>) -> tensor<1x1x1x4x!quant.uniform<i8:f32, 0.2>> {
  %w = mopt.const {value = dense<0> : tensor<4x1x1x256xi8>, mopt.tensors = [#mopt.tensor<name = "kernel">]} : () -> tensor<4x1x1x256x!quant.uniform<i8<-127:127>:f32, 0.5>>
  %b = mopt.no_value : () -> none
  %y = mopt.conv_2d %x, %w, %b {padding = #mopt.padding<VALID>} : (tensor<1x1x1x256x!quant.uniform<i8:f32, 0.1>>, tensor<4x1x1x256x!quant.uniform<i8<-127:127>:f32, 0.5>>, none) -> tensor<1x1x1x4x!quant.uniform<i8:f32, 0.2>>
  return %y : tensor<1x1x1x4x!quant.uniform<i8:f32, 0.2>>
}

// -----

// CHECK-LABEL: @hybrid
// CHECK-NOT: sparsity =
// CHECK: return
// REMARK: remark: hybrid is stored densely: LiteRT's delegate prepares no convolution of float32 with 8-bit weights that are stored sparsely; runtime=kernels may do
// KERNELS-LABEL: @hybrid
// KERNELS: mopt.densify
func.func @hybrid(%x: tensor<1x1x1x256xf32>) -> tensor<1x1x1x4xf32> {
  %w = mopt.const {value = dense<0> : tensor<4x1x1x256xi8>, mopt.tensors = [#mopt.tensor<name = "hybrid">]} : () -> tensor<4x1x1x256x!quant.uniform<i8<-127:127>:f32, 0.5>>
  %b = mopt.no_value : () -> none
  %y = mopt.conv_2d %x, %w, %b {padding = #mopt.padding<VALID>} : (tensor<1x1x1x256xf32>, tensor<4x1x1x256x!quant.uniform<i8<-127:127>:f32, 0.5>>, none) -> tensor<1x1x1x4xf32>
  return %y : tensor<1x1x1x4xf32>
}

// -----

// Zero is the byte 128 here.
// CHECK-LABEL: @unsigned
// CHECK-NOT: sparsity =
// CHECK: return
// REMARK: remark: unsigned is stored densely: only float32, float16 and int8 are stored sparsely
func.func @unsigned(%x: tensor<1x1x1x256x!quant.uniform<u8:f32, 0.1:128>>) -> tensor<1x1x1x4x!quant.uniform<u8:f32, 0.2:128>> {
  %w = mopt.const {value = dense<128> : tensor<4x1x1x256xui8>, mopt.tensors = [#mopt.tensor<name = "unsigned">]} : () -> tensor<4x1x1x256x!quant.uniform<u8:f32, 0.5:128>>
  %b = mopt.no_value : () -> none
  %y = mopt.conv_2d %x, %w, %b {padding = #mopt.padding<VALID>} : (tensor<1x1x1x256x!quant.uniform<u8:f32, 0.1:128>>, tensor<4x1x1x256x!quant.uniform<u8:f32, 0.5:128>>, none) -> tensor<1x1x1x4x!quant.uniform<u8:f32, 0.2:128>>
  return %y : tensor<1x1x1x4x!quant.uniform<u8:f32, 0.2:128>>
}

// -----

// Half floats come before a dequantize op. What is read by something else, has too
// few zeros, or is no weight stays.
// CHECK-LABEL: @others
// CHECK: mopt.const {{.*}}name = "half", sparsity =
// CHECK: mopt.const {{.*}}name = "full"{{[^,]*}}], value
// CHECK: mopt.const {{.*}}name = "shared"{{[^,]*}}], value
// CHECK: mopt.const {{.*}}name = "none"{{[^,]*}}], value
// CHECK: [[H:%.*]] = mopt.densify %{{.*}} : (tensor<4x256xf16>)
// CHECK: mopt.dequantize [[H]]
// REMARK: remark: full is stored densely: too few zeros; without them it would not be 10% smaller
// REMARK: remark: shared is stored densely: LiteRT reads no sparse operand of abs ops
func.func @others(%x: tensor<1x256xf32>) -> (tensor<1x4xf32>, tensor<4x256xf32>, tensor<256xf32>) {
  %h = mopt.const {value = dense<0.0> : tensor<4x256xf16>, mopt.tensors = [#mopt.tensor<name = "half">]} : () -> tensor<4x256xf16>
  %f = mopt.const {value = dense<1.0> : tensor<4x4xf32>, mopt.tensors = [#mopt.tensor<name = "full">]} : () -> tensor<4x4xf32>
  %s = mopt.const {value = dense<0.0> : tensor<4x256xf32>, mopt.tensors = [#mopt.tensor<name = "shared">]} : () -> tensor<4x256xf32>
  %n = mopt.const {value = dense<0.0> : tensor<256xf32>, mopt.tensors = [#mopt.tensor<name = "none">]} : () -> tensor<256xf32>
  %b = mopt.no_value : () -> none
  %d = mopt.dequantize %h : (tensor<4x256xf16>) -> tensor<4x256xf32>
  %0 = mopt.fully_connected %x, %d, %b : (tensor<1x256xf32>, tensor<4x256xf32>, none) -> tensor<1x4xf32>
  %1 = mopt.fully_connected %0, %f, %b : (tensor<1x4xf32>, tensor<4x4xf32>, none) -> tensor<1x4xf32>
  %2 = mopt.fully_connected %x, %s, %b : (tensor<1x256xf32>, tensor<4x256xf32>, none) -> tensor<1x4xf32>
  %3 = mopt.abs %s : (tensor<4x256xf32>) -> tensor<4x256xf32>
  %4 = mopt.abs %n : (tensor<256xf32>) -> tensor<256xf32>
  %5 = mopt.add %1, %2 : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  return %5, %3, %4 : tensor<1x4xf32>, tensor<4x256xf32>, tensor<256xf32>
}
