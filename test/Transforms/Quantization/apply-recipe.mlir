// RUN: rm -rf %t && split-file %s %t
// RUN: mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/good.json schemes=int8,float bits=8,4" | FileCheck %s

// The first entry that matches decides; entries may name ops, tensors, or both.
// CHECK-LABEL: func.func @main
// CHECK: mopt.conv_2d {{.*}}mopt.recipe = {bits = 4 : i64, granularity = "tensor"}{{.*}}<name = "block_1/conv"
// CHECK-NOT: mopt.keep
// CHECK: mopt.relu {{.*}}<name = "block_1/relu"
// CHECK: mopt.softmax {{.*}}mopt.keep = "kept by entry 3 of the recipe"{{.*}}<name = "out"
// CHECK-NOT: mopt.recipe

// The pass that quantizes obeys, and nothing of it remains.
// RUN: mopt-opt %t/model.mlir --quantize-int8="recipe=%t/int8.json" 2>&1 | FileCheck %s --check-prefix=INT8
// INT8: remark: 'out' (mopt.softmax) stays float: kept by entry 1 of the recipe
// INT8-NOT: mopt.keep
// INT8-NOT: mopt.recipe
// INT8: mopt.const {{.*}}tensor<2x1x1x2x!quant.uniform<i8:f32, {{[0-9.]*}}>>
// INT8: mopt.conv_2d
// INT8: mopt.softmax {{.*}} -> tensor<1x1x1x2xf32>

// RUN: mopt-opt %t/model.mlir --quantize-weights="recipe=%t/weights.json min-elements=1 bits=8" 2>&1 | FileCheck %s --check-prefix=WEIGHTS
// WEIGHTS: mopt.const {{.*}}tensor<2x1x1x2x!quant.uniform<i4:f32:0, {

// One file may speak of pruning and of quantization; each reads its own entries.
// RUN: mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/aspects.json aspect=sparsity" | FileCheck %s --check-prefix=SPARSITY
// SPARSITY: mopt.conv_2d {{.*}}mopt.recipe = {pattern = "1x4", sparsity = 2.500000e-01 : f64}
// SPARSITY-NOT: mopt.keep
// RUN: mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/aspects.json schemes=float bits=4" --mopt-apply-recipe="file=%t/aspects.json aspect=sparsity" | FileCheck %s --check-prefix=ASPECTS
// ASPECTS: mopt.conv_2d {{.*}}mopt.recipe = {bits = 4 : i64, pattern = "1x4", sparsity = 2.500000e-01 : f64}
// ASPECTS: mopt.softmax {{.*}}mopt.keep = "kept by entry 3 of the recipe"

// Whatever is wrong with the file is one error.
// RUN: not mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/sparsity.json" 2>&1 | FileCheck %s --check-prefix=NUMBERS
// NUMBERS: error: recipe '{{.*}}': entry 1: line 1: 'sparsity' is 1.5, must be a number from 0 to 1
// RUN: not mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/none.json" 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: recipe '{{.*}}none.json': No such file or directory
// RUN: not mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/syntax.json" 2>&1 | FileCheck %s --check-prefix=SYNTAX
// SYNTAX: error: recipe '{{.*}}syntax.json': entry 1: line 1: a key must be a word
// RUN: not mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/object.json" 2>&1 | FileCheck %s --check-prefix=OBJECT
// OBJECT: error: recipe '{{.*}}': it is no list of entries
// RUN: not mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/number.json" 2>&1 | FileCheck %s --check-prefix=NUMBER
// NUMBER: error: recipe '{{.*}}': entry 1: line 1: it has no keys
// RUN: not mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/key.json" 2>&1 | FileCheck %s --check-prefix=KEY
// KEY: error: recipe '{{.*}}': entry 2: line 1: unknown key 'shceme'; known: match, ops, scheme, granularity, bits, sparsity, pattern
// RUN: not mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/op.json" 2>&1 | FileCheck %s --check-prefix=OP
// OP: error: recipe '{{.*}}': entry 1: line 1: there is no op 'conv2d'; the nearest name is 'conv_2d'
// RUN: not mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/regex.json" 2>&1 | FileCheck %s --check-prefix=REGEX
// REGEX: error: recipe '{{.*}}': entry 1: line 1: 'match' is "[", must be a regular expression: brackets ([ ]) not balanced
// RUN: not mopt-opt %t/model.mlir --quantize-int8="recipe=%t/scheme.json" 2>&1 | FileCheck %s --check-prefix=SCHEME
// SCHEME: error: recipe '{{.*}}': entry 1: line 1: 'scheme' is "int5", must be one of: int8, int16x8, float
// RUN: not mopt-opt %t/model.mlir --quantize-int8="recipe=%t/bits.json" 2>&1 | FileCheck %s --check-prefix=BITS
// BITS: error: recipe '{{.*}}': entry 1: line 1: 'bits' is 4, must be one of: 8
// RUN: not mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/granularity.json" 2>&1 | FileCheck %s --check-prefix=GRANULARITY
// GRANULARITY: error: recipe '{{.*}}': entry 1: line 1: 'granularity' is "row", must be one of: channel, tensor
// RUN: not mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/silent.json" 2>&1 | FileCheck %s --check-prefix=SILENT
// SILENT: error: recipe '{{.*}}': entry 1: line 1: it says nothing: give 'scheme', 'granularity', 'bits', 'sparsity' or 'pattern'
// RUN: not mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/both.json" 2>&1 | FileCheck %s --check-prefix=BOTH
// BOTH: error: recipe '{{.*}}': entry 1: line 1: 'scheme' is float, which 'granularity' and 'bits' do not go with
// RUN: not mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/unmatched.json" 2>&1 | FileCheck %s --check-prefix=UNMATCHED
// UNMATCHED: error: recipe '{{.*}}': entry 2: line 1: it matches no op
// RUN: not mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/hidden.json" 2>&1 | FileCheck %s --check-prefix=HIDDEN
// HIDDEN: error: recipe '{{.*}}': entry 2: line 1: it decides about no op: earlier entries match all that it matches

// YAML says the same as JSON, and errors name the line.
// RUN: mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/good.yaml schemes=int8,float bits=8,4" | FileCheck %s
// RUN: mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/good.yaml aspect=sparsity" | FileCheck %s --check-prefix=SPARSITY
// RUN: not mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/value.yaml" 2>&1 | FileCheck %s --check-prefix=VALUE
// VALUE: error: recipe '{{.*}}value.yaml': entry 2: line 5: 'sparsity' is "much", must be a number from 0 to 1
// RUN: not mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/twice.yaml" 2>&1 | FileCheck %s --check-prefix=TWICE
// TWICE: error: recipe '{{.*}}': entry 1: line 3: 'match' is there twice
// RUN: not mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/nested.yaml" 2>&1 | FileCheck %s --check-prefix=NESTED
// NESTED: error: recipe '{{.*}}': entry 1: line 1: a value must be a word, a number or a list of words ('ops')
// RUN: not mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/alias.yaml" 2>&1 | FileCheck %s --check-prefix=ALIAS
// ALIAS: error: recipe '{{.*}}': entry 2: line 3: a value must be a word, a number or a list of words ('match')
// RUN: not mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/indent.yaml" 2>&1 | FileCheck %s --check-prefix=INDENT
// INDENT: error: recipe '{{.*}}indent.yaml': line {{[1-3]}}: {{.+}}
// RUN: not mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/two.yaml" 2>&1 | FileCheck %s --check-prefix=TWO
// TWO: error: recipe '{{.*}}': it has more than one document
// RUN: not mopt-opt %t/model.mlir --mopt-apply-recipe="file=%t/empty.yaml" 2>&1 | FileCheck %s --check-prefix=OBJECT

//--- good.yaml
# Comments are YAML's.
- match: conv$
  ops: [conv_2d]
  granularity: tensor
  bits: 4
- match: "^block_1/"
  scheme: 'int8'
- ops:
    - softmax
    - mopt.conv_2d
    - relu
  scheme: float
- {ops: [conv_2d], sparsity: .25, pattern: 1x4}
//--- value.yaml
- match: conv
  scheme: float
# Not a number.
- match: conv
  sparsity: much
//--- twice.yaml
- match: conv
  scheme: float
  match: relu
//--- nested.yaml
- ops: {conv_2d: 1}
  scheme: float
//--- alias.yaml
- match: &name conv
  scheme: float
- match: *name
  scheme: float
//--- indent.yaml
- match: conv
   scheme: float
  bits: [8
//--- two.yaml
- scheme: float
---
- scheme: float
//--- empty.yaml
# Nothing.
//--- good.json
[
  {"match": "conv$", "ops": ["conv_2d"], "granularity": "tensor", "bits": 4},
  {"match": "^block_1/", "scheme": "int8"},
  {"ops": ["softmax", "mopt.conv_2d", "relu"], "scheme": "float"}
]
//--- aspects.json
[
  {"ops": ["conv_2d"], "sparsity": 0.25, "pattern": "1x4"},
  {"ops": ["conv_2d"], "bits": 4},
  {"ops": ["softmax"], "scheme": "float"}
]
//--- sparsity.json
[{"sparsity": 1.5}]
//--- int8.json
[
  {"ops": ["softmax"], "scheme": "float"},
  {"granularity": "tensor"}
]
//--- weights.json
[{"match": "conv", "bits": 4}]
//--- syntax.json
[{"match": "a" "scheme": 1}
//--- object.json
{"match": "a", "scheme": "float"}
//--- number.json
[3]
//--- key.json
[{"match": "conv", "scheme": "float"}, {"shceme": "float"}]
//--- op.json
[{"ops": ["conv2d"], "scheme": "float"}]
//--- regex.json
[{"match": "[", "scheme": "float"}]
//--- scheme.json
[{"scheme": "int5"}]
//--- bits.json
[{"bits": 4}]
//--- granularity.json
[{"granularity": "row"}]
//--- silent.json
[{"match": "conv"}]
//--- both.json
[{"scheme": "float", "bits": 8}]
//--- unmatched.json
[{"match": "conv", "scheme": "float"}, {"match": "block_2", "scheme": "float"}]
//--- hidden.json
[{"match": "conv|relu", "scheme": "float"}, {"ops": ["relu"], "scheme": "float"}]
//--- model.mlir
func.func @main(%x: tensor<1x1x1x2xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [-1.0], max = [1.0]>}) -> tensor<1x1x1x2xf32> {
  %w = mopt.const {value = dense<[[[[1.0, -0.5]]], [[[0.25, 0.125]]]]> : tensor<2x1x1x2xf32>} : () -> tensor<2x1x1x2xf32>
  %b = mopt.const {value = dense<[0.5, -0.5]> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = mopt.conv_2d %x, %w, %b {mopt.tensors = [#mopt.tensor<name = "block_1/conv", min = [-1.0], max = [1.0]>]} : (tensor<1x1x1x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>) -> tensor<1x1x1x2xf32>
  %1 = mopt.relu %0 {mopt.tensors = [#mopt.tensor<name = "block_1/relu", min = [0.0], max = [1.0]>]} : (tensor<1x1x1x2xf32>) -> tensor<1x1x1x2xf32>
  %2 = mopt.softmax %1 {beta = 1.0 : f32, mopt.tensors = [#mopt.tensor<name = "out", min = [0.0], max = [1.0]>]} : (tensor<1x1x1x2xf32>) -> tensor<1x1x1x2xf32>
  return %2 : tensor<1x1x1x2xf32>
}
