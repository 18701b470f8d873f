// RUN: not mopt-opt %s --pass-pipeline='builtin.module(func.func(mopt-convert-mopt-to-hvx{requantize=exact}))' 2>&1 | FileCheck %s

// CHECK: error: option 'requantize' must be 'float' or 'fixed', not 'exact'
func.func @main() {
  return
}
