// RUN: mopt-opt %s --mopt-quantize=exclude=^a$ 2>&1 | FileCheck %s --check-prefix=EXCLUDE
// RUN: mopt-opt %s --mopt-quantize=only=^a$ 2>&1 | FileCheck %s --check-prefix=ONLY
// RUN: not mopt-opt %s --mopt-quantize="strict=true exclude=^a$" 2>&1 | FileCheck %s --check-prefix=STRICT
// RUN: not mopt-opt %s --mopt-quantize=only=[ 2>&1 | FileCheck %s --check-prefix=REGEX
// RUN: mopt-opt %s --mopt-quantize=exclude-ops=softmax,relu 2>&1 | FileCheck %s --check-prefix=EXCLUDE-OPS
// RUN: mopt-opt %s --mopt-quantize=only-ops=relu6 2>&1 | FileCheck %s --check-prefix=ONLY-OPS
// RUN: not mopt-opt %s --mopt-quantize=only-ops=rellu6 2>&1 | FileCheck %s --check-prefix=OPS

// EXCLUDE-OPS: remark: 'a' (mopt.relu) stays float: excluded by 'exclude-ops'
// EXCLUDE-OPS: mopt.relu6 %{{.*}} -> tensor<2x!quant
// ONLY-OPS: remark: 'a' (mopt.relu) stays float: not selected by 'only-ops'
// ONLY-OPS: mopt.relu6 %{{.*}} -> tensor<2x!quant
// OPS: error: mopt-quantize: 'only-ops': there is no op 'rellu6'; the nearest name is 'relu6'
// EXCLUDE: remark: 'a' (mopt.relu) stays float: excluded by 'exclude'
// EXCLUDE: mopt.relu %{{.*}} -> tensor<2xf32>
// EXCLUDE: mopt.relu6 %{{.*}} -> tensor<2x!quant
// ONLY: remark: 'b' (mopt.relu6) stays float: not selected by 'only'
// ONLY: mopt.relu %{{.*}} -> tensor<2x!quant
// ONLY: mopt.relu6 %{{.*}} -> tensor<2xf32>
// STRICT: error: 'a' (mopt.relu) stays float: excluded by 'exclude'
// REGEX: error: mopt-quantize: '[', given as 'only', is no regular expression: brackets ([ ]) not balanced
func.func @main(%x: tensor<2xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [-1.0], max = [1.0]>}) -> tensor<2xf32> {
  %a = mopt.relu %x {mopt.tensors = [#mopt.tensor<name = "a", min = [0.0], max = [1.0]>]} : (tensor<2xf32>) -> tensor<2xf32>
  %b = mopt.relu6 %a {mopt.tensors = [#mopt.tensor<name = "b", min = [0.0], max = [1.0]>]} : (tensor<2xf32>) -> tensor<2xf32>
  return %b : tensor<2xf32>
}
