// RUN: mopt-opt %s --split-input-file --verify-diagnostics

func.func @scalar(%x: tensor<f32>) {
  // expected-error @below {{'mopt.log_softmax' op input must have at least one dimension}}
  %0 = mopt.log_softmax %x : (tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @types(%x: tensor<2xf32>) {
  // expected-error @below {{'mopt.log_softmax' op input and output must have the same element type, got 'f32' and 'f16'}}
  %0 = mopt.log_softmax %x : (tensor<2xf32>) -> tensor<2xf16>
  return
}

// -----

!x = tensor<2x!quant.uniform<i8:f32, 0.1>>
!y = tensor<2x!quant.uniform<i8:f32, 0.0625:126>>
func.func @output_parameters(%x: !x) {
  // expected-error @below {{'mopt.log_softmax' op output must have scale 6.250000e-02 and zero point 127, got}}
  %0 = mopt.log_softmax %x : (!x) -> !y
  return
}

// -----

func.func @shape(%x: tensor<2x3xf32>) {
  // expected-error @below {{'mopt.l2_normalization' op output must have shape [2, 3], got 'tensor<3x2xf32>'}}
  %0 = mopt.l2_normalization %x : (tensor<2x3xf32>) -> tensor<3x2xf32>
  return
}

// -----

func.func @activation(%x: tensor<2x3xf32>) {
  // expected-error @below {{'mopt.l2_normalization' op cannot fuse activation RELU}}
  %0 = mopt.l2_normalization %x {fused_activation_function = #mopt.activation<RELU>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @rank(%x: tensor<1x1x1x2x3xf32>) {
  // expected-error @below {{'mopt.l2_normalization' op input must have at most 4 dimensions, got}}
  %0 = mopt.l2_normalization %x : (tensor<1x1x1x2x3xf32>) -> tensor<1x1x1x2x3xf32>
  return
}

// -----

func.func @lrn_rank(%x: tensor<2x3xf32>) {
  // expected-error @below {{'mopt.local_response_normalization' op input must have rank 4, got}}
  %0 = mopt.local_response_normalization %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @lrn_radius(%x: tensor<1x1x2x3xf32>) {
  // expected-error @below {{'mopt.local_response_normalization' op radius must not be negative, got -1}}
  %0 = mopt.local_response_normalization %x {radius = -1 : i32} : (tensor<1x1x2x3xf32>) -> tensor<1x1x2x3xf32>
  return
}

// -----

func.func @lrn_type(%x: tensor<1x1x2x3xi32>) {
  // expected-error @below {{'mopt.local_response_normalization' op input must be float32, got}}
  %0 = mopt.local_response_normalization %x : (tensor<1x1x2x3xi32>) -> tensor<1x1x2x3xi32>
  return
}
