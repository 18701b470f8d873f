// RUN: mopt-opt %s | mopt-opt | FileCheck %s
// RUN: mopt-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" | FileCheck %s --check-prefix=BUFFERS

// CHECK-LABEL: func.func @control
// CHECK: %[[CALL:.*]]:2 = kernel.call @swapped ins(%{{.*}}, %{{.*}} : tensor<4xf32>, tensor<2xi8>) outs(%{{.*}}, %{{.*}} : tensor<2xi8>, tensor<4xf32>) -> tensor<2xi8>, tensor<4xf32>
// CHECK: %[[IF:.*]] = kernel.if %{{.*}} : tensor<i8> then @first else @second ins(%[[CALL]]#1 : tensor<4xf32>) outs(%{{.*}} : tensor<4xf32>) -> tensor<4xf32>
// CHECK: %{{.*}} = kernel.while @below do @next ins(%[[IF]] : tensor<4xf32>) outs(%{{.*}} : tensor<4xf32>) -> tensor<4xf32>
// CHECK: kernel.call @nothing
// Destinations are buffers of their own; no input is written.
// BUFFERS-LABEL: func.func @control
// BUFFERS-SAME: %[[C:[a-z0-9]*]]: memref<i8>, %[[X:[a-z0-9]*]]: memref<4xf32>, %[[Y:[a-z0-9]*]]: memref<2xi8>)
// BUFFERS-NOT: memref.copy
// BUFFERS: %[[A:.*]] = memref.alloc(){{.*}} : memref<4xf32>
// BUFFERS: kernel.call @swapped ins(%[[X]], %[[Y]] : memref<4xf32>, memref<2xi8>) outs(%{{.*}}, %[[A]] : memref<2xi8>, memref<4xf32>)
// BUFFERS: kernel.if %[[C]] : memref<i8> then @first else @second ins(%[[A]] : memref<4xf32>) outs(%{{.*}} : memref<4xf32>)
// BUFFERS: kernel.while @below do @next
// BUFFERS: kernel.call @nothing
// BUFFERS-NOT: memref.copy
func.func @control(%c: tensor<i8>, %x: tensor<4xf32>, %y: tensor<2xi8>) -> tensor<4xf32> {
  %0 = bufferization.alloc_tensor() : tensor<2xi8>
  %1 = bufferization.alloc_tensor() : tensor<4xf32>
  %2:2 = kernel.call @swapped ins(%x, %y : tensor<4xf32>, tensor<2xi8>) outs(%0, %1 : tensor<2xi8>, tensor<4xf32>) -> tensor<2xi8>, tensor<4xf32>
  %3 = bufferization.alloc_tensor() : tensor<4xf32>
  %4 = kernel.if %c : tensor<i8> then @first else @second ins(%2#1 : tensor<4xf32>) outs(%3 : tensor<4xf32>) -> tensor<4xf32>
  %5 = bufferization.alloc_tensor() : tensor<4xf32>
  %6 = kernel.while @below do @next ins(%4 : tensor<4xf32>) outs(%5 : tensor<4xf32>) -> tensor<4xf32>
  kernel.call @nothing
  return %6 : tensor<4xf32>
}

// What is observed is the value, not what is written in its place later.
// CHECK-LABEL: func.func @observed
// CHECK: kernel.observe 7, %{{.*}} : tensor<4xf32>
// BUFFERS-LABEL: func.func @observed
// BUFFERS: %[[A:.*]] = memref.alloc(){{.*}} : memref<4xf32>
// BUFFERS: kernel.call @nothing outs(%[[A]] : memref<4xf32>)
// BUFFERS-NEXT: kernel.observe 7, %[[A]] : memref<4xf32>
// BUFFERS-NEXT: kernel.call @nothing outs(%[[A]] : memref<4xf32>)
func.func @observed() -> tensor<4xf32> {
  %0 = bufferization.alloc_tensor() : tensor<4xf32>
  %1 = kernel.call @nothing outs(%0 : tensor<4xf32>) -> tensor<4xf32>
  kernel.observe 7, %1 : tensor<4xf32>
  %2 = kernel.call @nothing outs(%1 : tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}
