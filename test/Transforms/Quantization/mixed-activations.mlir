// RUN: mopt-opt %s --mopt-quantize --mopt-verify-quantized 2>&1 | FileCheck %s
// RUN: mopt-opt %s --mopt-quantize="activations=int16" --mopt-verify-quantized 2>&1 | FileCheck %s --check-prefix=WIDE

// A recipe gives one op activations of 16 bits; conversions between the widths
// are single ops. What has no int16 form stays float for its own reason.
// CHECK: remark: 'swish' (mopt.hard_swish) stays float: the format defines no int16 form of it
// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<1x4xf32>
// CHECK: %[[XQ:.*]] = mopt.quantize %[[X]] {{.*}} -> tensor<1x4x!quant.uniform<i8:f32,
// CHECK: %[[A:.*]] = mopt.relu %[[XQ]] {{.*}}"a"{{.*}} -> tensor<1x4x!quant.uniform<i8:f32, {{[^,]*}}:-128>>
// CHECK: %[[AW:.*]] = mopt.quantize %[[A]] {{.*}}"a_int16"{{.*}} : (tensor<1x4x!quant.uniform<i8:f32, {{.*}}>>) -> tensor<1x4x!quant.uniform<i16:f32, 
// CHECK: %[[M:.*]] = mopt.mul %[[AW]], %[[AW]] {{.*}}"m"{{.*}} -> tensor<1x4x!quant.uniform<i16:f32, 
// CHECK: %[[MQ:.*]] = mopt.quantize %[[M]] {{.*}} : (tensor<1x4x!quant.uniform<i16:f32, {{.*}}>>) -> tensor<1x4x!quant.uniform<i8:f32, 
// CHECK: %[[B:.*]] = mopt.relu6 %[[MQ]]
// CHECK: %[[BF:.*]] = mopt.dequantize %[[B]]
// CHECK: %[[S:.*]] = mopt.hard_swish %[[BF]] {{.*}} -> tensor<1x4xf32>
// CHECK: return %[[S]]
// CHECK-NOT: mopt.recipe

// In a model of 16 bits the op's recipe changes nothing.
// WIDE: mopt.relu {{.*}} -> tensor<1x4x!quant.uniform<i16:f32,
// WIDE-NOT: mopt.quantize
// WIDE: mopt.mul {{.*}} -> tensor<1x4x!quant.uniform<i16:f32,
func.func @main(%x: tensor<1x4xf32> {mopt.tensor = #mopt.tensor<name = "x", min = [-1.0], max = [1.0]>}) -> tensor<1x4xf32> {
  %a = mopt.relu %x {mopt.tensors = [#mopt.tensor<name = "a", min = [0.0], max = [1.0]>]} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %m = mopt.mul %a, %a {mopt.recipe = {activations = "int16"}, mopt.tensors = [#mopt.tensor<name = "m", min = [0.0], max = [1.0]>]} : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  %b = mopt.relu6 %m {mopt.tensors = [#mopt.tensor<name = "b", min = [0.0], max = [1.0]>]} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %s = mopt.hard_swish %b {mopt.recipe = {activations = "int16"}, mopt.tensors = [#mopt.tensor<name = "swish", min = [0.0], max = [1.0]>]} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return %s : tensor<1x4xf32>
}
