// RUN: mopt-opt %s --split-input-file --mopt-convert-mopt-to-gpu=profile=adreno | FileCheck %s
// RUN: mopt-opt %s --split-input-file --mopt-convert-mopt-to-gpu=profile=lavapipe | FileCheck %s --check-prefix=TEXELS
// RUN: mopt-opt %s --split-input-file --mopt-convert-mopt-to-gpu="profile=lavapipe requantize=fixed" | FileCheck %s --check-prefix=FIXED
// RUN: mopt-opt %s --split-input-file --mopt-convert-mopt-to-gpu="profile=mali float16" | FileCheck %s --check-prefix=HALF
// RUN: not mopt-opt %s --split-input-file --mopt-convert-mopt-to-gpu=profile=toaster 2>&1 | FileCheck %s --check-prefix=PROFILE
// RUN: not mopt-opt %s --split-input-file --mopt-convert-mopt-to-gpu=requantize=twice 2>&1 | FileCheck %s --check-prefix=MODE
// PROFILE: error: mopt-convert-mopt-to-gpu: there is no profile 'toaster'; choose one of generic, lavapipe, mali,
// MODE: error: option 'requantize' must be 'float' or 'fixed', not 'twice'

// Two ops of the same sizes have one kernel, whose sizes are numbers.
// CHECK-LABEL: func.func @sums
// CHECK: mopt.add {{.*}}mopt.kernels = [@sums_kernels::@[[ADD:float_add_[0-9_]*]]]
// CHECK: mopt.add {{.*}}mopt.kernels = [@sums_kernels::@[[ADD]]]
// CHECK: gpu.module @sums_kernels
// CHECK: gpu.func @[[ADD]](
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<16xvector<4xf32>, #spirv.storage_class<StorageBuffer>>, %[[Y:[a-z0-9]+]]: memref<16xvector<4xf32>
// CHECK-SAME: kernel attributes {spirv.entry_point_abi = #spirv.entry_point_abi<workgroup_size = [128, 1, 1]>}
// CHECK: %[[A:[0-9]+]] = memref.load %[[X]][
// CHECK: %[[B:[0-9]+]] = memref.load %[[Y]][
// CHECK: arith.addf %[[A]], %[[B]] : vector<4xf32>
// CHECK: spirv.GL.FMin
// CHECK: memref.store
// CHECK: gpu.return
// CHECK-NOT: gpu.func
func.func @sums(%x: tensor<4x16xf32>, %y: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %0 = mopt.add %x, %y : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  %1 = mopt.add %0, %y {fused_activation_function = #mopt.activation<RELU>} : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  return %1 : tensor<4x16xf32>
}

// -----

// A product of bytes: four at a time, rounded as the mode says. What is not of
// whole vectors is converted.
!q = !quant.uniform<i8:f32, 0.5>
!w = !quant.uniform<i8:f32, 0.25>
!b = !quant.uniform<i32:f32, 0.125>
// CHECK-LABEL: func.func @product
// CHECK: mopt.fully_connected {{.*}}mopt.kernels = [@product_kernels::@[[FC:byte_convolution_float_s8_uniform_[0-9_]*]]]
// CHECK: gpu.module @product_kernels
// CHECK: gpu.func @gather_
// CHECK: gpu.func @[[FC]](
// CHECK-SAME: memref<8xvector<4xi32>, #spirv.storage_class<Uniform>>
// CHECK: scf.for
// CHECK: spirv.SDot {{.*}} <PackedVectorFormat4x8Bit> : i32 -> i32
// CHECK: spirv.FMul {{.*}} {no_contraction} : vector<4xf32>
// CHECK: spirv.GL.RoundEven
// Weights that come through texture units need no uniform buffer.
// TEXELS-LABEL: gpu.module @product_kernels
// TEXELS-NOT: storage_class<Uniform>
// TEXELS: gpu.func @byte_convolution_float_s8_1
// FIXED-LABEL: gpu.module @product_kernels
// FIXED: gpu.func @byte_convolution_linear_
// FIXED: spirv.SDot
// FIXED-NOT: spirv.FMul
// FIXED: spirv.SMulExtended
func.func @product(%x: tensor<2x20x!q>) -> tensor<2x4x!q> {
  %w = mopt.const {value = dense<1> : tensor<4x20xi8>} : () -> tensor<4x20x!w>
  %b = mopt.const {value = dense<2> : tensor<4xi32>} : () -> tensor<4x!b>
  %0 = mopt.fully_connected %x, %w, %b : (tensor<2x20x!q>, tensor<4x20x!w>, tensor<4x!b>) -> tensor<2x4x!q>
  return %0 : tensor<2x4x!q>
}

// -----

// float16 is how weights are stored; a reshape of whole vectors is no kernel.
// CHECK-LABEL: func.func @floats
// CHECK: mopt.fully_connected {{.*}}@float_convolution
// CHECK: mopt.reshape
// CHECK-NOT: mopt.kernels
// CHECK: gpu.module @floats_kernels
// CHECK-NOT: UnpackHalf2x16
// HALF-LABEL: gpu.module @floats_kernels
// HALF: gpu.func @half_convolution
// HALF-SAME: xvector<2xi32>
// HALF: spirv.GL.UnpackHalf2x16
// HALF: arith.mulf {{.*}} : vector<4xf32>
func.func @floats(%x: tensor<1x8xf32>) -> tensor<2x4xf32> {
  %w = mopt.const {value = dense<1.0> : tensor<8x8xf32>} : () -> tensor<8x8xf32>
  %n = mopt.no_value : () -> none
  %s = mopt.const {value = dense<[2, 4]> : tensor<2xi32>} : () -> tensor<2xi32>
  %0 = mopt.fully_connected %x, %w, %n : (tensor<1x8xf32>, tensor<8x8xf32>, none) -> tensor<1x8xf32>
  %1 = mopt.reshape %0, %s : (tensor<1x8xf32>, tensor<2xi32>) -> tensor<2x4xf32>
  return %1 : tensor<2x4xf32>
}

// -----

// A convolution adds what is there before it, and writes the sum only.
// CHECK-LABEL: func.func @shortcut
// CHECK: mopt.fully_connected {{.*}}mopt.kernels = [@shortcut_kernels::@[[SUM:float_convolution_uniform_add_[0-9_]*]]]
// CHECK: mopt.add
// CHECK-NOT: mopt.kernels
// CHECK: gpu.func @[[SUM]](
// CHECK-SAME: %[[ADDEND:[a-z0-9]+]]: memref<2xvector<4xf32>, #spirv.storage_class<StorageBuffer>>)
// CHECK: memref.load %[[ADDEND]][
func.func @shortcut(%x: tensor<1x8xf32>) -> tensor<1x8xf32> {
  %w = mopt.const {value = dense<1.0> : tensor<8x8xf32>} : () -> tensor<8x8xf32>
  %n = mopt.no_value : () -> none
  %0 = mopt.fully_connected %x, %w, %n : (tensor<1x8xf32>, tensor<8x8xf32>, none) -> tensor<1x8xf32>
  %1 = mopt.add %x, %0 {fused_activation_function = #mopt.activation<RELU>} : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
  return %1 : tensor<1x8xf32>
}

// -----

// Not if something else reads the result, or the addend is made later: the kernel of
// that adds the first one.
// CHECK-LABEL: func.func @no_shortcut
// CHECK: mopt.fully_connected {{.*}}@float_convolution_uniform_1
// CHECK: mopt.add {{.*}}@float_add
// CHECK-LABEL: func.func @later
// CHECK: mopt.fully_connected {{.*}}@float_convolution_uniform_1
// CHECK: mopt.fully_connected {{.*}}@float_convolution_uniform_add_1
// CHECK: mopt.add
// CHECK-NOT: mopt.kernels
// CHECK: gpu.module
func.func @no_shortcut(%x: tensor<1x8xf32>) -> (tensor<1x8xf32>, tensor<1x8xf32>) {
  %w = mopt.const {value = dense<1.0> : tensor<8x8xf32>} : () -> tensor<8x8xf32>
  %n = mopt.no_value : () -> none
  %0 = mopt.fully_connected %x, %w, %n : (tensor<1x8xf32>, tensor<8x8xf32>, none) -> tensor<1x8xf32>
  %1 = mopt.relu %0 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %2 = mopt.add %0, %x : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
  return %1, %2 : tensor<1x8xf32>, tensor<1x8xf32>
}
func.func @later(%x: tensor<1x8xf32>) -> tensor<1x8xf32> {
  %w = mopt.const {value = dense<1.0> : tensor<8x8xf32>} : () -> tensor<8x8xf32>
  %n = mopt.no_value : () -> none
  %0 = mopt.fully_connected %x, %w, %n : (tensor<1x8xf32>, tensor<8x8xf32>, none) -> tensor<1x8xf32>
  %1 = mopt.fully_connected %x, %w, %n : (tensor<1x8xf32>, tensor<8x8xf32>, none) -> tensor<1x8xf32>
  %2 = mopt.add %0, %1 : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
  return %2 : tensor<1x8xf32>
}
