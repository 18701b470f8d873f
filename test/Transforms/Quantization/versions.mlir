// Versions that depend on more than element types: rule 9 of the verify pass
// names the least that will do.
// RUN: mopt-opt %s --split-input-file --verify-diagnostics --mopt-verify-quantized

!q = !quant.uniform<i8:f32, 0.5>
!coarse = !quant.uniform<i8:f32, 0.5>
!fine = !quant.uniform<i8:f32, 0.125>
// expected-error @below {{quantization breaks 4 rule(s)}}
module {
  func.func @versions(%x: tensor<1x2x!q>, %i: tensor<1x1x1x4x!q>, %a: tensor<2x!coarse>, %size: tensor<2xi32>) {
    %w = mopt.const {value = dense<1> : tensor<2x2xi8>} : () -> tensor<2x2x!q>
    %b = mopt.no_value : () -> none
    // expected-note @below {{mopt.fully_connected: operator version 4 does not have this form, 5 does}}
    %0 = mopt.fully_connected %x, %w, %b {keep_num_dims = true, mopt.version = 4 : i32} : (tensor<1x2x!q>, tensor<2x2x!q>, none) -> tensor<1x2x!q>
    %k = mopt.const {value = dense<1> : tensor<2x1x1x2xi8>} : () -> tensor<2x1x1x2x!q>
    %kb = mopt.const {value = dense<1> : tensor<2xi32>} : () -> tensor<2x!quant.uniform<i32:f32, 0.25>>
    // expected-note @below {{mopt.conv_2d: operator version 3 does not have this form, 6 does}}
    %1 = mopt.conv_2d %i, %k, %kb {mopt.version = 3 : i32} : (tensor<1x1x1x4x!q>, tensor<2x1x1x2x!q>, tensor<2x!quant.uniform<i32:f32, 0.25>>) -> tensor<1x1x1x2x!q>
    // 0.5 * 0.5 / 0.125 is one or more, 0.5 * 0.5 / 0.5 is not.
    // expected-note @below {{mopt.mul: operator version 2 does not have this form, 3 does}}
    %2 = mopt.mul %a, %a {mopt.version = 2 : i32} : (tensor<2x!coarse>, tensor<2x!coarse>) -> tensor<2x!fine>
    %3 = mopt.mul %a, %a {mopt.version = 2 : i32} : (tensor<2x!coarse>, tensor<2x!coarse>) -> tensor<2x!coarse>
    // expected-note @below {{mopt.resize_bilinear: operator version 2 does not have this form, 3 does}}
    %4 = mopt.resize_bilinear %i, %size {half_pixel_centers = true, new_height = 2 : i32, new_width = 2 : i32, mopt.version = 2 : i32} : (tensor<1x1x1x4x!q>, tensor<2xi32>) -> tensor<1x2x2x4x!q>
    return
  }
}
