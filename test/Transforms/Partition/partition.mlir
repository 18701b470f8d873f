// RUN: split-file %s %t
// RUN: mopt-opt %t/run.mlir --mopt-partition=target=edgetpu --mopt-verify-partition -o %t/out.mlir 2>&1 | FileCheck %t/run.mlir --check-prefix=REMARK
// RUN: FileCheck %t/run.mlir < %t/out.mlir
// Marks of another run do not stay.
// RUN: mopt-opt %t/out.mlir --mopt-partition=target=edgetpu 2>/dev/null | diff %t/out.mlir -
// RUN: not mopt-opt %t/run.mlir --mopt-partition=target=toaster 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET: error: mopt-partition: there is no target 'toaster'; choose one with target=NAME: edgetpu, hexagon, vulkan
// RUN: not mopt-opt %t/marks.mlir --mopt-verify-partition 2>&1 | FileCheck %s --check-prefix=MARKS
// MARKS: error: function 'marks': 5 ops are not assigned to a target; run mopt-partition first
// MARKS: note: RELU: has no attribute 'mopt.target'
// MARKS: note: RELU6: runs on the CPU without a reason
// MARKS: note: RELU: names the unknown target 'toaster'
// MARKS: note: HARD_SWISH: is refused by 'edgetpu': Operation not supported
// MARKS: note: RELU6: is in a second region of 'edgetpu', which runs only one

//--- run.mlir
!q = !quant.uniform<i8:f32, 0.5>
// The region begins with the first op that the target takes, and ends with the
// first behind it that it refuses. Constants are no ops of the file.
// REMARK: remark: QUANTIZE stays on the CPU: Operation is working on an unsupported data type
// REMARK: remark: HARD_SWISH stays on the CPU: Operation not supported
// REMARK-NOT: remark
// CHECK: mopt.const {{.*}}> : tensor<1x8xi8>} : ()
// CHECK: mopt.quantize {{.*}}mopt.target = "cpu"
// CHECK: mopt.add {{.*}}{mopt.target = "edgetpu"}
// CHECK: mopt.relu {{.*}}{mopt.target = "edgetpu"}
// CHECK: mopt.hard_swish {{.*}}mopt.target = "cpu", mopt.target_reason = "Operation not supported"}
// CHECK: mopt.relu6 {{.*}}mopt.target = "cpu", mopt.target_reason = "More than one subgraph is not supported"}
func.func @main(%x: tensor<1x8xf32>) -> tensor<1x8x!q> {
  %c = mopt.const {value = dense<1> : tensor<1x8xi8>} : () -> tensor<1x8x!q>
  %0 = mopt.quantize %x : (tensor<1x8xf32>) -> tensor<1x8x!q>
  %1 = mopt.add %0, %c : (tensor<1x8x!q>, tensor<1x8x!q>) -> tensor<1x8x!q>
  %2 = mopt.relu %1 : (tensor<1x8x!q>) -> tensor<1x8x!q>
  %3 = mopt.hard_swish %2 : (tensor<1x8x!q>) -> tensor<1x8x!q>
  %4 = mopt.relu6 %3 : (tensor<1x8x!q>) -> tensor<1x8x!q>
  return %4 : tensor<1x8x!q>
}

//--- marks.mlir
!q = !quant.uniform<i8:f32, 0.5>
func.func @marks(%x: tensor<1x8x!q>) -> tensor<1x8x!q> {
  %0 = mopt.relu %x : (tensor<1x8x!q>) -> tensor<1x8x!q>
  %1 = mopt.relu %0 {mopt.target = "edgetpu"} : (tensor<1x8x!q>) -> tensor<1x8x!q>
  %2 = mopt.relu6 %1 {mopt.target = "cpu"} : (tensor<1x8x!q>) -> tensor<1x8x!q>
  %3 = mopt.relu %2 {mopt.target = "toaster"} : (tensor<1x8x!q>) -> tensor<1x8x!q>
  %4 = mopt.hard_swish %3 {mopt.target = "edgetpu"} : (tensor<1x8x!q>) -> tensor<1x8x!q>
  %5 = mopt.relu6 %4 {mopt.target = "edgetpu"} : (tensor<1x8x!q>) -> tensor<1x8x!q>
  return %5 : tensor<1x8x!q>
}
