// RUN: mopt-opt %s -split-input-file -verify-diagnostics

func.func @sizes(%x: memref<1x40xf32>, %w: memref<64xf32>, %b: memref<32xf32>, %p: memref<64xi8>, %s: memref<5xi32>, %o: memref<32xi32>, %y: memref<1x20xf32>) {
  // expected-error @below {{'rows', 'inputs' and 'outputs' must be positive}}
  kernel.sparse_float_matmul ins(%x, %w, %b : memref<1x40xf32>, memref<64xf32>, memref<32xf32>) picks(%p : memref<64xi8>) windows(%s : memref<5xi32>) order(%o : memref<32xi32>) outs(%y : memref<1x20xf32>) {
    rows = 0 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 2 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @lanes(%x: memref<1x40xf32>, %w: memref<64xf32>, %b: memref<32xf32>, %p: memref<64xi8>, %s: memref<5xi32>, %o: memref<32xi32>, %y: memref<1x20xf32>) {
  // expected-error @below {{'tile' must be of vectors of 16 floats}}
  kernel.sparse_float_matmul ins(%x, %w, %b : memref<1x40xf32>, memref<64xf32>, memref<32xf32>) picks(%p : memref<64xi8>) windows(%s : memref<5xi32>) order(%o : memref<32xi32>) outs(%y : memref<1x20xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 2 : i64, tile = #kernel.tile<dot = fma, lanes = 8, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @integers(%x: memref<1x40xf32>, %w: memref<64xf32>, %b: memref<32xf32>, %p: memref<64xi8>, %s: memref<5xi32>, %o: memref<32xi32>, %y: memref<1x20xf32>) {
  // expected-error @below {{'tile' must be of vectors of 16 floats}}
  kernel.sparse_float_matmul ins(%x, %w, %b : memref<1x40xf32>, memref<64xf32>, memref<32xf32>) picks(%p : memref<64xi8>) windows(%s : memref<5xi32>) order(%o : memref<32xi32>) outs(%y : memref<1x20xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 2 : i64, tile = #kernel.tile<dot = vpdpbusd, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @vectors(%x: memref<1x40xf32>, %w: memref<64xf32>, %b: memref<32xf32>, %p: memref<64xi8>, %s: memref<5xi32>, %o: memref<32xi32>, %y: memref<1x20xf32>) {
  // expected-error @below {{'tile' must have one vector}}
  kernel.sparse_float_matmul ins(%x, %w, %b : memref<1x40xf32>, memref<64xf32>, memref<32xf32>) picks(%p : memref<64xi8>) windows(%s : memref<5xi32>) order(%o : memref<32xi32>) outs(%y : memref<1x20xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 2 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 2, pixels = 1, pack = 1>}
  return
}

// -----

func.func @input(%x: memref<1x41xf32>, %w: memref<64xf32>, %b: memref<32xf32>, %p: memref<64xi8>, %s: memref<5xi32>, %o: memref<32xi32>, %y: memref<1x20xf32>) {
  // expected-error @below {{input must have 40 elements}}
  kernel.sparse_float_matmul ins(%x, %w, %b : memref<1x41xf32>, memref<64xf32>, memref<32xf32>) picks(%p : memref<64xi8>) windows(%s : memref<5xi32>) order(%o : memref<32xi32>) outs(%y : memref<1x20xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 2 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @input_type(%x: memref<1x40xi32>, %w: memref<64xf32>, %b: memref<32xf32>, %p: memref<64xi8>, %s: memref<5xi32>, %o: memref<32xi32>, %y: memref<1x20xf32>) {
  // expected-error @below {{input must be of floats of 32 bits}}
  kernel.sparse_float_matmul ins(%x, %w, %b : memref<1x40xi32>, memref<64xf32>, memref<32xf32>) picks(%p : memref<64xi8>) windows(%s : memref<5xi32>) order(%o : memref<32xi32>) outs(%y : memref<1x20xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 2 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @output(%x: memref<1x40xf32>, %w: memref<64xf32>, %b: memref<32xf32>, %p: memref<64xi8>, %s: memref<5xi32>, %o: memref<32xi32>, %y: memref<1x21xf32>) {
  // expected-error @below {{output must have 20 elements}}
  kernel.sparse_float_matmul ins(%x, %w, %b : memref<1x40xf32>, memref<64xf32>, memref<32xf32>) picks(%p : memref<64xi8>) windows(%s : memref<5xi32>) order(%o : memref<32xi32>) outs(%y : memref<1x21xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 2 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @bias(%x: memref<1x40xf32>, %w: memref<64xf32>, %b: memref<20xf32>, %p: memref<64xi8>, %s: memref<5xi32>, %o: memref<32xi32>, %y: memref<1x20xf32>) {
  // expected-error @below {{bias must have 32 elements}}
  kernel.sparse_float_matmul ins(%x, %w, %b : memref<1x40xf32>, memref<64xf32>, memref<20xf32>) picks(%p : memref<64xi8>) windows(%s : memref<5xi32>) order(%o : memref<32xi32>) outs(%y : memref<1x20xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 2 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @inputs(%x: memref<1x31xf32>, %w: memref<64xf32>, %b: memref<32xf32>, %p: memref<64xi8>, %s: memref<5xi32>, %o: memref<32xi32>, %y: memref<1x20xf32>) {
  // expected-error @below {{'inputs' must be at least 32, a window}}
  kernel.sparse_float_matmul ins(%x, %w, %b : memref<1x31xf32>, memref<64xf32>, memref<32xf32>) picks(%p : memref<64xi8>) windows(%s : memref<5xi32>) order(%o : memref<32xi32>) outs(%y : memref<1x20xf32>) {
    rows = 1 : i64, inputs = 31 : i64, outputs = 20 : i64, steps = 2 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @steps(%x: memref<1x40xf32>, %w: memref<64xf32>, %b: memref<32xf32>, %p: memref<64xi8>, %s: memref<5xi32>, %o: memref<32xi32>, %y: memref<1x20xf32>) {
  // expected-error @below {{'steps' must be 1 to 64}}
  kernel.sparse_float_matmul ins(%x, %w, %b : memref<1x40xf32>, memref<64xf32>, memref<32xf32>) picks(%p : memref<64xi8>) windows(%s : memref<5xi32>) order(%o : memref<32xi32>) outs(%y : memref<1x20xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 0 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @windows(%x: memref<1x40xf32>, %w: memref<64xf32>, %b: memref<32xf32>, %p: memref<64xi8>, %s: memref<5xi64>, %o: memref<32xi32>, %y: memref<1x20xf32>) {
  // expected-error @below {{windows must be a list of 32-bit integers}}
  kernel.sparse_float_matmul ins(%x, %w, %b : memref<1x40xf32>, memref<64xf32>, memref<32xf32>) picks(%p : memref<64xi8>) windows(%s : memref<5xi64>) order(%o : memref<32xi32>) outs(%y : memref<1x20xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 2 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @picks(%x: memref<1x40xf32>, %w: memref<64xf32>, %b: memref<32xf32>, %p: memref<64xi16>, %s: memref<5xi32>, %o: memref<32xi32>, %y: memref<1x20xf32>) {
  // expected-error @below {{picks must be a list of 8-bit integers}}
  kernel.sparse_float_matmul ins(%x, %w, %b : memref<1x40xf32>, memref<64xf32>, memref<32xf32>) picks(%p : memref<64xi16>) windows(%s : memref<5xi32>) order(%o : memref<32xi32>) outs(%y : memref<1x20xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 2 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @few_windows(%x: memref<1x40xf32>, %w: memref<64xf32>, %b: memref<32xf32>, %p: memref<64xi8>, %s: memref<2xi32>, %o: memref<32xi32>, %y: memref<1x20xf32>) {
  // expected-error @below {{windows must begin with those of 2 groups}}
  kernel.sparse_float_matmul ins(%x, %w, %b : memref<1x40xf32>, memref<64xf32>, memref<32xf32>) picks(%p : memref<64xi8>) windows(%s : memref<2xi32>) order(%o : memref<32xi32>) outs(%y : memref<1x20xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 2 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @weights(%x: memref<1x40xf32>, %w: memref<65xf32>, %b: memref<32xf32>, %p: memref<64xi8>, %s: memref<5xi32>, %o: memref<32xi32>, %y: memref<1x20xf32>) {
  // expected-error @below {{packed weights must have 64 elements}}
  kernel.sparse_float_matmul ins(%x, %w, %b : memref<1x40xf32>, memref<65xf32>, memref<32xf32>) picks(%p : memref<64xi8>) windows(%s : memref<5xi32>) order(%o : memref<32xi32>) outs(%y : memref<1x20xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 2 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @few_picks(%x: memref<1x40xf32>, %w: memref<64xf32>, %b: memref<32xf32>, %p: memref<32xi8>, %s: memref<5xi32>, %o: memref<32xi32>, %y: memref<1x20xf32>) {
  // expected-error @below {{picks must have 64 elements}}
  kernel.sparse_float_matmul ins(%x, %w, %b : memref<1x40xf32>, memref<64xf32>, memref<32xf32>) picks(%p : memref<32xi8>) windows(%s : memref<5xi32>) order(%o : memref<32xi32>) outs(%y : memref<1x20xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 2 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @order(%x: memref<1x40xf32>, %w: memref<64xf32>, %b: memref<32xf32>, %p: memref<64xi8>, %s: memref<5xi32>, %o: memref<4x8xi32>, %y: memref<1x20xf32>) {
  // expected-error @below {{order must be a list of 32-bit integers}}
  kernel.sparse_float_matmul ins(%x, %w, %b : memref<1x40xf32>, memref<64xf32>, memref<32xf32>) picks(%p : memref<64xi8>) windows(%s : memref<5xi32>) order(%o : memref<4x8xi32>) outs(%y : memref<1x20xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 2 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @short_order(%x: memref<1x40xf32>, %w: memref<64xf32>, %b: memref<32xf32>, %p: memref<64xi8>, %s: memref<5xi32>, %o: memref<20xi32>, %y: memref<1x20xf32>) {
  // expected-error @below {{order must have 32 elements}}
  kernel.sparse_float_matmul ins(%x, %w, %b : memref<1x40xf32>, memref<64xf32>, memref<32xf32>) picks(%p : memref<64xi8>) windows(%s : memref<5xi32>) order(%o : memref<20xi32>) outs(%y : memref<1x20xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 20 : i64, steps = 2 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 1, pixels = 1, pack = 1>}
  return
}

// -----

func.func @palette_sizes(%x: memref<1x40xf32>, %i: memref<48xi32>, %b: memref<3xf32>, %p: memref<48xf32>, %y: memref<1x3xf32>) {
  // expected-error @below {{'rows', 'inputs' and 'outputs' must be positive}}
  kernel.palette_float_matmul ins(%x, %i, %b : memref<1x40xf32>, memref<48xi32>, memref<3xf32>) palettes(%p : memref<48xf32>) outs(%y : memref<1x3xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = -3 : i64, bits = 4 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 2, pixels = 1, pack = 1>}
  return
}

// -----

func.func @bits(%x: memref<1x40xf32>, %i: memref<48xi32>, %b: memref<3xf32>, %p: memref<48xf32>, %y: memref<1x3xf32>) {
  // expected-error @below {{'bits' must be 4 or 8}}
  kernel.palette_float_matmul ins(%x, %i, %b : memref<1x40xf32>, memref<48xi32>, memref<3xf32>) palettes(%p : memref<48xf32>) outs(%y : memref<1x3xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 3 : i64, bits = 5 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 2, pixels = 1, pack = 1>}
  return
}

// -----

func.func @indices(%x: memref<1x40xf32>, %i: memref<47xi32>, %b: memref<3xf32>, %p: memref<48xf32>, %y: memref<1x3xf32>) {
  // expected-error @below {{indices must have 48 elements}}
  kernel.palette_float_matmul ins(%x, %i, %b : memref<1x40xf32>, memref<47xi32>, memref<3xf32>) palettes(%p : memref<48xf32>) outs(%y : memref<1x3xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 3 : i64, bits = 4 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 2, pixels = 1, pack = 1>}
  return
}

// -----

func.func @index_type(%x: memref<1x40xf32>, %i: memref<48xi8>, %b: memref<3xf32>, %p: memref<48xf32>, %y: memref<1x3xf32>) {
  // expected-error @below {{indices must be a list of 32-bit integers}}
  kernel.palette_float_matmul ins(%x, %i, %b : memref<1x40xf32>, memref<48xi8>, memref<3xf32>) palettes(%p : memref<48xf32>) outs(%y : memref<1x3xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 3 : i64, bits = 4 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 2, pixels = 1, pack = 1>}
  return
}

// -----

func.func @palettes(%x: memref<1x40xf32>, %i: memref<48xi32>, %b: memref<3xf32>, %p: memref<32xf32>, %y: memref<1x3xf32>) {
  // expected-error @below {{palettes must have 48 elements}}
  kernel.palette_float_matmul ins(%x, %i, %b : memref<1x40xf32>, memref<48xi32>, memref<3xf32>) palettes(%p : memref<32xf32>) outs(%y : memref<1x3xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 3 : i64, bits = 4 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 2, pixels = 1, pack = 1>}
  return
}

// -----

func.func @palette_type(%x: memref<1x40xf32>, %i: memref<48xi32>, %b: memref<3xf32>, %p: memref<16xi32>, %y: memref<1x3xf32>) {
  // expected-error @below {{palettes must be of floats of 32 bits}}
  kernel.palette_float_matmul ins(%x, %i, %b : memref<1x40xf32>, memref<48xi32>, memref<3xf32>) palettes(%p : memref<16xi32>) outs(%y : memref<1x3xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 3 : i64, bits = 4 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 2, pixels = 1, pack = 1>}
  return
}

// -----

func.func @palette_bias(%x: memref<1x40xf32>, %i: memref<48xi32>, %b: memref<16xf32>, %p: memref<48xf32>, %y: memref<1x3xf32>) {
  // expected-error @below {{bias must have 3 elements}}
  kernel.palette_float_matmul ins(%x, %i, %b : memref<1x40xf32>, memref<48xi32>, memref<16xf32>) palettes(%p : memref<48xf32>) outs(%y : memref<1x3xf32>) {
    rows = 1 : i64, inputs = 40 : i64, outputs = 3 : i64, bits = 4 : i64, tile = #kernel.tile<dot = fma, lanes = 16, vectors = 2, pixels = 1, pack = 1>}
  return
}
