// What calibration saw goes into a file, can be joined with more, edited, and
// used without the data.
// RUN: split-file %s %t
// RUN: %PYTHON %S/Inputs/make_npy.py %t/data.npy f4 6x1x2 -1.0 0.5 0.25 2.0 0.0 0.0 -3.0 1.0 7.0 7.0 0.1 0.2
// RUN: mopt-opt %t/model.mlir --mopt-calibrate="data=%t/data.npy cache=%t/whole.json" > %t/whole.mlir
// RUN: FileCheck %s --input-file=%t/whole.json --check-prefix=FILE

// FILE: "format": "mopt-calibration",
// FILE-NEXT: "version": 1,
// FILE-NEXT: "model": "{{[0-9a-f]+}}",
// FILE-NEXT: "preprocess": "",
// FILE-NEXT: "data": [
// FILE-NEXT: {"name": "data.npy", "first": 0, "samples": 6}
// FILE-NEXT: ],
// FILE-NEXT: "tensors": [
// FILE-NEXT: {"index": 0, "name": "x",
// FILE-NEXT: "min": -3, "max": 7,
// 7 is below 2^3, and 2^3 / 4096 = 2^-9.
// FILE-NEXT: "exponent": -9,
// FILE-NEXT: "negative": [0, {{.*}}, 1],
// FILE-NEXT: "positive": [2, 0, {{.*}}, 2],
// FILE-NEXT: "recent_min": [-1, 0.25, 0, -3, 7, 0.1],
// FILE-NEXT: "recent_max": [0.5, 2, 0, 1, 7, 0.2]},
// FILE-NEXT: {"index": 1, "name": "y",

// Without data the file is read, with any method.
// RUN: mopt-opt %t/model.mlir --mopt-calibrate=cache=%t/whole.json | diff - %t/whole.mlir
// RUN: mopt-opt %t/model.mlir --mopt-calibrate="data=%t/data.npy method=moving-average" > %t/average.mlir
// RUN: mopt-opt %t/model.mlir --mopt-calibrate="cache=%t/whole.json method=moving-average" | diff - %t/average.mlir
// RUN: mopt-opt %t/model.mlir --mopt-calibrate="data=%t/data.npy method=entropy" > %t/entropy.mlir
// RUN: mopt-opt %t/model.mlir --mopt-calibrate="cache=%t/whole.json method=entropy" | diff - %t/entropy.mlir
// Names, ranges and what calibration records make no other model.
// RUN: mopt-opt %t/whole.mlir --mopt-calibrate=cache=%t/whole.json | diff - %t/whole.mlir

// Shards, on any number of threads, become the file of the whole.
// RUN: mopt-opt %t/model.mlir --mopt-calibrate="data=%t/data.npy samples=1 threads=1 cache=%t/a.json" -o %t/shard
// RUN: mopt-opt %t/model.mlir --mopt-calibrate="data=%t/data.npy first=1 samples=3 threads=2 cache=%t/b.json" -o %t/shard
// RUN: mopt-opt %t/model.mlir --mopt-calibrate="data=%t/data.npy first=4 cache=%t/c.json" -o %t/shard
// RUN: mopt-opt --merge-calibration %t/a.json %t/b.json %t/c.json -o %t/merged.json
// RUN: cmp %t/merged.json %t/whole.json
// RUN: mopt-opt --merge-calibration %t/a.json %t/b.json -o %t/ab.json
// RUN: mopt-opt -merge-calibration %t/ab.json %t/c.json | cmp - %t/whole.json

// A range by hand wins.
// RUN: sed 's/"name": "y",/"name": "y", "range": [0, 6],/' %t/whole.json > %t/edited.json
// RUN: mopt-opt %t/model.mlir --mopt-calibrate="cache=%t/edited.json method=mse" | FileCheck %s --check-prefix=EDITED
// EDITED: mopt.relu {{.*}}<name = "y", min = [0.000000e+00], max = [6.000000e+00]>
// RUN: mopt-opt --merge-calibration %t/edited.json %t/c.json | FileCheck %s --check-prefix=KEPT
// KEPT: "name": "y",
// KEPT-NEXT: "range": [0, 6],

// RUN: not mopt-opt %t/model.mlir --mopt-calibrate="data=%t/data.npy first=6" 2>&1 | FileCheck %s --check-prefix=BEYOND
// BEYOND: error: calibration failed: '{{.*}}data.npy' holds 6 samples; first is 6
// RUN: not mopt-opt %t/model.mlir --mopt-calibrate="data=%t/data.npy samples=-1" 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// NEGATIVE: error: samples is -1 and first is 0, must not be negative
// RUN: not mopt-opt %t/model.mlir --mopt-calibrate=cache=%t/none.json 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: calibration failed: cannot read '{{.*}}none.json': {{.*}}; give calibration data to make it
// RUN: not mopt-opt %t/other.mlir --mopt-calibrate=cache=%t/whole.json 2>&1 | FileCheck %s --check-prefix=OTHER
// OTHER: error: calibration failed: '{{.*}}whole.json' was made of another model ({{.*}}) than this one ({{.*}}); the same passes must come before
// RUN: not mopt-opt %t/model.mlir --mopt-calibrate="cache=%t/whole.json preprocess=mean:1" 2>&1 | FileCheck %s --check-prefix=PREPROCESS
// PREPROCESS: error: calibration failed: '{{.*}}whole.json' was made of data preprocessed as ''
// RUN: sed 's/"name": "y"/"name": "z"/' %t/whole.json > %t/renamed.json
// RUN: not mopt-opt %t/model.mlir --mopt-calibrate=cache=%t/renamed.json 2>&1 | FileCheck %s --check-prefix=RENAMED
// RENAMED: error: calibration failed: '{{.*}}renamed.json' has tensor 'z' in the place of 'y'
// RUN: sed 's/: 1,$/: 2,/' %t/whole.json > %t/version.json
// RUN: not mopt-opt %t/model.mlir --mopt-calibrate=cache=%t/version.json 2>&1 | FileCheck %s --check-prefix=VERSION
// VERSION: error: calibration failed: '{{.*}}version.json' is no calibration cache: the file has version 2; this program reads 1
// RUN: sed 's/"range"/"rnage"/' %t/edited.json > %t/typo.json
// RUN: not mopt-opt %t/model.mlir --mopt-calibrate=cache=%t/typo.json 2>&1 | FileCheck %s --check-prefix=TYPO
// TYPO: error: calibration failed: '{{.*}}typo.json' is no calibration cache: tensor 1 has no key 'rnage'; it has: index, name, range, min,
// RUN: sed 's/"range": .0, 6./"range": [6, 0]/' %t/edited.json > %t/swapped.json
// RUN: not mopt-opt %t/model.mlir --mopt-calibrate=cache=%t/swapped.json 2>&1 | FileCheck %s --check-prefix=SWAPPED
// SWAPPED: is no calibration cache: tensor 1 needs [min, max] as 'range'
// RUN: sed 's/"exponent": -9/"exponent": 300/' %t/whole.json > %t/exponent.json
// RUN: not mopt-opt %t/model.mlir --mopt-calibrate=cache=%t/exponent.json 2>&1 | FileCheck %s --check-prefix=EXPONENT
// EXPONENT: tensor 0 needs integers from -120 to 116 as 'exponent'
// RUN: sed 's/"positive": .2/"positive": [-2/' %t/whole.json > %t/count.json
// RUN: not mopt-opt --merge-calibration %t/count.json -o %t/out.json 2>&1 | FileCheck %s --check-prefix=COUNT
// COUNT: mopt-opt: error: '{{.*}}count.json' is no calibration cache: tensor 0 needs integers from 0 on as 'positive'
// RUN: not mopt-opt --merge-calibration %t/data.npy -o %t/out.json 2>&1 | FileCheck %s --check-prefix=JSON
// JSON: mopt-opt: error: '{{.*}}data.npy' is no calibration cache: {{.*}}
// RUN: not mopt-opt --merge-calibration %t/a.json %t/a.json -o %t/out.json 2>&1 | FileCheck %s --check-prefix=TWICE
// TWICE: mopt-opt: error: '{{.*}}a.json' is given twice
// RUN: not mopt-opt --merge-calibration -o %t/out.json 2>&1 | FileCheck %s --check-prefix=NOTHING
// NOTHING: mopt-opt: error: --merge-calibration takes the calibration caches to join
// RUN: not mopt-opt --merge-calibration %t/a.json --mopt-calibrate 2>&1 | FileCheck %s --check-prefix=PASSES
// PASSES: mopt-opt: error: --merge-calibration takes calibration caches and -o, not '--mopt-calibrate'
// RUN: mopt-opt %t/other.mlir --mopt-calibrate="data=%t/data.npy cache=%t/other.json" -o %t/shard
// RUN: not mopt-opt --merge-calibration %t/a.json %t/other.json -o %t/out.json 2>&1 | FileCheck %s --check-prefix=MODELS
// MODELS: mopt-opt: error: '{{.*}}other.json' was made of another model ({{.*}}) than the caches before it ({{.*}})
// RUN: sed 's/"preprocess": ""/"preprocess": "mean:1"/' %t/b.json > %t/mean.json
// RUN: not mopt-opt --merge-calibration %t/a.json %t/mean.json -o %t/out.json 2>&1 | FileCheck %s --check-prefix=DATA
// DATA: mopt-opt: error: '{{.*}}mean.json' was made of data preprocessed as 'mean:1', the caches before it ''
// RUN: not ls %t/out.json

//--- model.mlir
func.func @main(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x">}) -> tensor<1x2xf32> {
  %c = mopt.const {value = dense<1.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = mopt.relu %x {mopt.tensors = [#mopt.tensor<name = "y">]} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %z = mopt.add %y, %c {mopt.tensors = [#mopt.tensor<name = "z">]} : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  return %z : tensor<1x2xf32>
}

// Another weight is another model.
//--- other.mlir
func.func @main(%x: tensor<1x2xf32> {mopt.tensor = #mopt.tensor<name = "x">}) -> tensor<1x2xf32> {
  %c = mopt.const {value = dense<2.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = mopt.relu %x {mopt.tensors = [#mopt.tensor<name = "y">]} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %z = mopt.add %y, %c {mopt.tensors = [#mopt.tensor<name = "z">]} : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  return %z : tensor<1x2xf32>
}
