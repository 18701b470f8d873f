// REQUIRES: litert
// What goes and what becomes of the rest is what the definition says, for single
// weights, neighbours, and blocks, also those at the edges.
// RUN: rm -rf %t && mkdir %t
// RUN: %PYTHON %S/Inputs/check_obs.py mopt-opt %t element 0.5 | FileCheck %s --check-prefix=ELEMENT
// RUN: %PYTHON %S/Inputs/check_obs.py mopt-opt %t element 0.8
// RUN: %PYTHON %S/Inputs/check_obs.py mopt-opt %t 2:4 0
// RUN: %PYTHON %S/Inputs/check_obs.py mopt-opt %t 1x4 0.5
// RUN: %PYTHON %S/Inputs/check_obs.py mopt-opt %t 4x1 0.4
// RUN: %PYTHON %S/Inputs/check_obs.py mopt-opt %t 3x3 0.3
// ELEMENT: element: 60 zeros

// The pass over all inputs finds as many, and neither depends on threads.
// RUN: mopt-opt %t/model.mlir --mopt-optimize-sparsity="data=%t/x.npy sparsity=0.6 exact-products=0 threads=1" --mopt-verify-weights="sparsity=0.6" -o %t/one.mlir
// RUN: mopt-opt %t/model.mlir --mopt-optimize-sparsity="data=%t/x.npy sparsity=0.6 exact-products=0 threads=3" -o %t/three.mlir
// RUN: cmp %t/one.mlir %t/three.mlir
// RUN: mopt-opt %t/model.mlir --mopt-optimize-sparsity="data=%t/x.npy pattern=2:4 exact-products=0" --mopt-verify-weights="pattern=2:4" -o /dev/null
// RUN: mopt-opt %t/model.mlir --mopt-optimize-sparsity="data=%t/x.npy pattern=4x2 exact-products=0" --mopt-verify-weights="pattern=4x2" -o /dev/null
// RUN: mopt-opt %t/model.mlir --mopt-optimize-sparsity="data=%t/x.npy sparsity=0.6 threads=1" -o %t/one.mlir
// RUN: mopt-opt %t/model.mlir --mopt-optimize-sparsity="data=%t/x.npy sparsity=0.6 threads=3" -o %t/three.mlir
// RUN: cmp %t/one.mlir %t/three.mlir
// All and nothing.
// RUN: mopt-opt %t/model.mlir --mopt-optimize-sparsity="data=%t/x.npy sparsity=1" --mopt-verify-weights="sparsity=1" -o /dev/null
// RUN: mopt-opt %t/model.mlir --mopt-optimize-sparsity="data=%t/x.npy sparsity=0" -o /dev/null

// Ratios by cost: 120 weights, of which exactly 72 go; the recipe of a layer
// comes first, and nothing of it remains.
// RUN: mopt-opt %t/model.mlir --mopt-allocate-sparsity="data=%t/x.npy sparsity=0.6" | FileCheck %s --check-prefix=SHARE
// SHARE: mopt.fully_connected {{.*}}mopt.recipe = {sparsity = {{[0-9.e-]+}} : f64}
// SHARE: mopt.fully_connected {{.*}}mopt.recipe = {sparsity = {{[0-9.e-]+}} : f64}
// RUN: mopt-opt %t/model.mlir --prune="method=obs calibration=%t/x.npy sparsity=0.6 sparsity-allocation=auto report=%t/auto.json" | FileCheck %s --check-prefix=DROPPED
// RUN: mopt-opt %t/model.mlir --prune="method=obs calibration=%t/x.npy sparsity=0.6 sparsity-allocation=global report=%t/global.json" | FileCheck %s --check-prefix=DROPPED
// DROPPED-NOT: mopt.recipe
// DROPPED: mopt.fully_connected
// RUN: %PYTHON -c "import json; [(lambda r: (sum(x['zeros'] for x in r), r)[0] == 72 or exit(str(r)))(json.load(open('%t/' + n))) for n in ('auto.json', 'global.json')]"
// RUN: echo '[{"ops": ["fully_connected"], "match": "second", "sparsity": 0.25, "pattern": "1x4"}]' > %t/recipe.json
// RUN: sed 's/%1 = mopt.fully_connected %0, %w1, %b1/& {mopt.tensors = [#mopt.tensor<name = "second">]}/' %t/model.mlir > %t/named.mlir
// RUN: mopt-opt %t/named.mlir --prune="method=obs calibration=%t/x.npy sparsity=0.5 sparsity-allocation=auto recipe=%t/recipe.json report=%t/recipe-report.json" -o /dev/null
// RUN: FileCheck %s --check-prefix=RECIPE --input-file=%t/recipe-report.json
// RUN: mopt-opt %t/named.mlir --prune="sparsity=0.5 recipe=%t/recipe.json report=%t/recipe-report.json" -o /dev/null
// RUN: FileCheck %s --check-prefix=RECIPE --input-file=%t/recipe-report.json
// RECIPE-DAG: "zeros": 40
// RECIPE-DAG: "zeros": 12
// RUN: echo '[{"ops": ["fully_connected"], "pattern": "4by4"}]' > %t/bad.json
// RUN: not mopt-opt %t/named.mlir --prune="sparsity=0.5 recipe=%t/bad.json" -o /dev/null 2>&1 | FileCheck %s --check-prefix=BAD
// RUN: not mopt-opt %t/named.mlir --prune="method=obs calibration=%t/x.npy recipe=%t/bad.json" -o /dev/null 2>&1 | FileCheck %s --check-prefix=BAD
// BAD: error: {{.*}}its recipe: pattern=4by4 is not available

// The sparsest model that keeps the signal-to-noise ratio; more is asked, less
// is allowed.
// RUN: mopt-opt %t/model.mlir --prune="method=obs calibration=%t/x.npy max-drop=10 metric=snr sparsity-allocation=auto" -o %t/limited.mlir 2>&1 | FileCheck %s --check-prefix=LIMIT
// RUN: mopt-opt %t/model.mlir --prune="calibration=%t/x.npy max-drop=10 metric=snr" -o /dev/null 2>&1 | FileCheck %s --check-prefix=LIMIT
// LIMIT: remark: max-drop allows a sparsity of 0.{{[0-9]+}}: 1{{[0-9.]+}} dB
// RUN: not mopt-opt %t/model.mlir --prune="method=obs calibration=%t/x.npy max-drop=200 metric=snr" -o /dev/null 2>&1 | FileCheck %s --check-prefix=UNMET
// UNMET: error: mopt-limit-sparsity: max-drop cannot be met, even with a sparsity of 0.01

// Layers that data cannot prune are pruned by magnitude, and the ratio holds.
// RUN: %PYTHON %S/../Reconstruction/Inputs/make_samples.py %t/s.npy 32 1x2
// RUN: mopt-opt %s --prune="method=obs calibration=%t/s.npy" 2>&1 | FileCheck %s
// CHECK: remark: 'twice' (mopt.fully_connected) is not reconstructed: its weights are shared
// CHECK: remark: 'again' (mopt.fully_connected) is not reconstructed: its weights are shared
// CHECK-LABEL: func.func @main
// CHECK: "0x{{[0-9A-F]+}}0000803F00000000000000000000C0BF
func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %none = mopt.no_value : () -> none
  %w = mopt.const {value = dense<[[1.0, 0.5], [0.25, -1.5]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %0 = mopt.fully_connected %x, %w, %none {mopt.tensors = [#mopt.tensor<name = "twice">]} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  %1 = mopt.fully_connected %0, %w, %none {mopt.tensors = [#mopt.tensor<name = "again">]} : (tensor<1x2xf32>, tensor<2x2xf32>, none) -> tensor<1x2xf32>
  return %1 : tensor<1x2xf32>
}
