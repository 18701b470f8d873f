// RUN: mopt-opt %s --split-input-file --verify-diagnostics

func.func @carried(%x: memref<4xf32>, %y: memref<4xf32>) {
  // expected-error @below {{must have as many inputs as outputs}}
  kernel.while @below do @next ins(%x : memref<4xf32>) outs(%x, %y : memref<4xf32>, memref<4xf32>)
  return
}

// -----

func.func @carried_shape(%x: memref<4xf32>, %y: memref<5xf32>) {
  // expected-error @below {{inputs and outputs must have the same shapes}}
  kernel.while @below do @next ins(%x : memref<4xf32>) outs(%y : memref<5xf32>)
  return
}
