// RUN: mopt-opt %s -split-input-file -verify-diagnostics

#in = #kernel.planes<rows = 4, columns = 8, channels = 8, step = 1, pitch = 8, front = 0, size = 30>
func.func @vectors(%in: memref<256xi8>, %out: memref<368xi8>) {
  // expected-error@+1 {{'planes' must have whole vectors}}
  kernel.hvx_pack ins(%in : memref<256xi8>) outs(%out : memref<368xi8>) {planes = #in, border = 0 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 8, step = 1, pitch = 9, front = 0, size = 32>
func.func @rows(%in: memref<256xi8>, %out: memref<384xi8>) {
  // expected-error@+1 {{'planes' must hold all rows}}
  kernel.hvx_pack ins(%in : memref<256xi8>) outs(%out : memref<384xi8>) {planes = #in, border = 0 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 8, step = 1, pitch = 8, front = 0, size = 64>
func.func @bytes(%in: memref<256xi8>, %out: memref<512xi8>) {
  // expected-error@+1 {{'planes' buffer must have 640 elements}}
  kernel.hvx_pack ins(%in : memref<256xi8>) outs(%out : memref<512xi8>) {planes = #in, border = 0 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 8, step = 1, pitch = 8, front = 0, size = 32>
func.func @room(%in: memref<256xi8>, %out: memref<384xi8>) {
  // expected-error@+1 {{planes must have room for whole vectors of a row}}
  kernel.hvx_pack ins(%in : memref<256xi8>) outs(%out : memref<384xi8>) {planes = #in, border = 0 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 8, step = 1, pitch = 8, front = 0, size = 64>
func.func @border(%in: memref<256xi8>, %out: memref<640xi8>) {
  // expected-error@+1 {{'border' must be a uint8}}
  kernel.hvx_pack ins(%in : memref<256xi8>) outs(%out : memref<640xi8>) {planes = #in, border = 256 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 8, step = 2, pitch = 8, front = 0, size = 64>
func.func @step(%in: memref<2176xi8>, %out: memref<256xi8>) {
  // expected-error@+1 {{'planes' must have a step of 1}}
  kernel.hvx_unpack ins(%in : memref<2176xi8>) outs(%out : memref<256xi8>) {planes = #in}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 8, step = 1, pitch = 8, front = 0, size = 32>
#out = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 9, front = 0, size = 64>
func.func @pitch(%in: memref<384xi8>, %w: memref<32xi8>, %p: memref<12xi32>, %out: memref<384xi8>) {
  // expected-error@+1 {{planes must have the same pitch}}
  kernel.hvx_conv_2d ins(%in, %w, %p : memref<384xi8>, memref<32xi8>, memref<12xi32>) outs(%out : memref<384xi8>)
    {input_planes = #in, output_planes = #out, turns = 1 : i64,
     requantize = #kernel.hvx_requantize<rounding = twice, zero_point = 0, min = 0, max = 255>}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 8, step = 1, pitch = 8, front = 0, size = 32>
#out = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
func.func @turns(%in: memref<384xi8>, %w: memref<64xi8>, %p: memref<12xi32>, %out: memref<256xi8>) {
  // expected-error@+1 {{'turns' must be half the planes without 'steps'}}
  kernel.hvx_conv_2d ins(%in, %w, %p : memref<384xi8>, memref<64xi8>, memref<12xi32>) outs(%out : memref<256xi8>)
    {input_planes = #in, output_planes = #out, turns = 2 : i64,
     requantize = #kernel.hvx_requantize<rounding = twice, zero_point = 0, min = 0, max = 255>}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 8, step = 1, pitch = 8, front = 0, size = 32>
#out = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
func.func @parameters(%in: memref<384xi8>, %w: memref<32xi8>, %p: memref<12xi32>, %out: memref<256xi8>) {
  // expected-error@+1 {{parameters must have 20 elements}}
  kernel.hvx_conv_2d ins(%in, %w, %p : memref<384xi8>, memref<32xi8>, memref<12xi32>) outs(%out : memref<256xi8>)
    {input_planes = #in, output_planes = #out, turns = 1 : i64,
     requantize = #kernel.hvx_requantize<rounding = twice_wide, zero_point = 0, min = 0, max = 255>}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
func.func @offsets(%in: memref<256xi8>, %w: memref<16xi8>, %p: memref<12xi32>, %out: memref<256xi8>) {
  // expected-error@+1 {{'columns' must have offsets in a plane}}
  kernel.hvx_depthwise_conv_2d ins(%in, %w, %p : memref<256xi8>, memref<16xi8>, memref<12xi32>) outs(%out : memref<256xi8>)
    {input_planes = #in, output_planes = #in, columns = array<i64: -8, 0, 8, 8, 0>,
     requantize = #kernel.hvx_requantize<rounding = twice, zero_point = 0, min = 0, max = 255>}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
func.func @shifts(%in: memref<256xi8>, %w: memref<16xi8>, %p: memref<12xi32>, %out: memref<256xi8>) {
  // expected-error@+1 {{'columns' must have shifts below 32}}
  kernel.hvx_depthwise_conv_2d ins(%in, %w, %p : memref<256xi8>, memref<16xi8>, memref<12xi32>) outs(%out : memref<256xi8>)
    {input_planes = #in, output_planes = #in, columns = array<i64: 0, 0, 8, 8, 32>,
     requantize = #kernel.hvx_requantize<rounding = twice, zero_point = 0, min = 0, max = 255>}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
func.func @rest_pair(%in: memref<256xi8>, %w: memref<16xi8>, %p: memref<12xi32>, %out: memref<256xi8>) {
  // expected-error@+1 {{'rest_columns' and 'rest_planes' need each other}}
  kernel.hvx_depthwise_conv_2d ins(%in, %w, %p : memref<256xi8>, memref<16xi8>, memref<12xi32>) outs(%out : memref<256xi8>)
    {input_planes = #in, output_planes = #in, columns = array<i64: 0, 0, 8, 8, 0>, rest_planes = array<i64: 0>,
     requantize = #kernel.hvx_requantize<rounding = twice, zero_point = 0, min = 0, max = 255>}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
func.func @rest_plane(%in: memref<256xi8>, %w: memref<32xi8>, %p: memref<12xi32>, %out: memref<256xi8>) {
  // expected-error@+1 {{'rest_planes' must be below 1}}
  kernel.hvx_depthwise_conv_2d ins(%in, %w, %p : memref<256xi8>, memref<32xi8>, memref<12xi32>) outs(%out : memref<256xi8>)
    {input_planes = #in, output_planes = #in, columns = array<i64: 0, 0, 8, 8, 0>,
     rest_columns = array<i64: 0, 0, 8, 8, 0>, rest_planes = array<i64: 1>,
     requantize = #kernel.hvx_requantize<rounding = twice, zero_point = 0, min = 0, max = 255>}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
func.func @rest_weights(%in: memref<256xi8>, %w: memref<16xi8>, %p: memref<12xi32>, %out: memref<256xi8>) {
  // expected-error@+1 {{packed weights must have 48 elements}}
  kernel.hvx_depthwise_conv_2d ins(%in, %w, %p : memref<256xi8>, memref<16xi8>, memref<12xi32>) outs(%out : memref<256xi8>)
    {input_planes = #in, output_planes = #in, columns = array<i64: 0, 0, 8, 8, 0>,
     rest_columns = array<i64: 0, 0, 8, 8, 0, 0, 0, 8, 8, 1>, rest_planes = array<i64: 0>,
     requantize = #kernel.hvx_requantize<rounding = twice, zero_point = 0, min = 0, max = 255>}
  return
}

// -----

func.func @row_table(%in: memref<480xi8>, %r: memref<8xi32>, %c: memref<40xi32>, %out: memref<1200xi8>) {
  // expected-error@+1 {{'row_table' must have 12 elements}}
  kernel.hvx_resize_bilinear ins(%in, %r, %c : memref<480xi8>, memref<8xi32>, memref<40xi32>) outs(%out : memref<1200xi8>)
    {input_rows = 3 : i64, input_columns = 4 : i64, output_rows = 3 : i64, output_columns = 10 : i64, channels = 40 : i64}
  return
}

// -----

func.func @narrow_rows(%in: memref<240xi8>, %r: memref<12xi32>, %c: memref<40xi32>, %out: memref<600xi8>) {
  // expected-error@+1 {{must have two rows or more, of 128 bytes at least}}
  kernel.hvx_resize_bilinear ins(%in, %r, %c : memref<240xi8>, memref<12xi32>, memref<40xi32>) outs(%out : memref<600xi8>)
    {input_rows = 3 : i64, input_columns = 4 : i64, output_rows = 3 : i64, output_columns = 10 : i64, channels = 20 : i64}
  return
}

// -----

func.func @one_row(%in: memref<480xi8>, %r: memref<4xi32>, %c: memref<40xi32>, %out: memref<400xi8>) {
  // expected-error@+1 {{must have two rows or more, of 128 bytes at least}}
  kernel.hvx_resize_bilinear ins(%in, %r, %c : memref<480xi8>, memref<4xi32>, memref<40xi32>) outs(%out : memref<400xi8>)
    {input_rows = 3 : i64, input_columns = 4 : i64, output_rows = 1 : i64, output_columns = 10 : i64, channels = 40 : i64}
  return
}

// -----

func.func @many_channels(%in: memref<3600xi8>, %r: memref<12xi32>, %c: memref<40xi32>, %out: memref<9000xi8>) {
  // expected-error@+1 {{must have at most 256 channels}}
  kernel.hvx_resize_bilinear ins(%in, %r, %c : memref<3600xi8>, memref<12xi32>, memref<40xi32>) outs(%out : memref<9000xi8>)
    {input_rows = 3 : i64, input_columns = 4 : i64, output_rows = 3 : i64, output_columns = 10 : i64, channels = 300 : i64}
  return
}

// -----

func.func @depth(%in: memref<16xi8>, %w: memref<1024xi8>, %p: memref<640xi32>, %out: memref<10xi8>) {
  // expected-error@+1 {{packed weights must have 2048 elements}}
  kernel.hvx_matmul ins(%in, %w, %p : memref<16xi8>, memref<1024xi8>, memref<640xi32>) outs(%out : memref<10xi8>)
    {rows = 1 : i64, depth = 16 : i64, channels = 10 : i64, weight_zero_point = 128 : i32,
     requantize = #kernel.hvx_requantize<rounding = once, zero_point = 0, min = 0, max = 255>}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
func.func @add(%in: memref<256xi8>, %out: memref<256xi8>) {
  // expected-error@+1 {{shifts must be 0 to 31}}
  kernel.hvx_add ins(%in, %in : memref<256xi8>, memref<256xi8>) outs(%out : memref<256xi8>)
    {lhs_planes = #in, rhs_planes = #in, output_planes = #in, zero_points = array<i32: 0, 0>,
     multipliers = array<i32: 1, 0, 1, 32, 1, 0>,
     requantize = #kernel.hvx_requantize<rounding = twice_wide, zero_point = 0, min = 0, max = 255>}
  return
}

// -----

#in = #kernel.planes<rows = 20, columns = 20, channels = 4, step = 1, pitch = 20, front = 0, size = 416>
func.func @mean(%in: memref<1792xi8>, %out: memref<4xi8>) {
  // expected-error@+1 {{must have at most 257 pixels}}
  kernel.hvx_mean ins(%in : memref<1792xi8>) outs(%out : memref<4xi8>)
    {planes = #in, zero_point = 0 : i32, multiplier = 1 : i32, nudge = 0 : i64, shift = 0 : i64,
     last_nudges = array<i64: 0, 0>, last_shift = 0 : i64, min = 0 : i32, max = 255 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 7, columns = 7, channels = 64, step = 1, pitch = 7, front = 0, size = 64>
#out = #kernel.planes<rows = 7, columns = 7, channels = 33, step = 1, pitch = 7, front = 0, size = 64>

func.func @channel_weights(%in: memref<4224xi8>, %w: memref<2112xi8>, %p: memref<320xi32>, %out: memref<2688xi8>) {
  // expected-error@+1 {{packed weights must have 4096 elements}}
  kernel.hvx_channel_conv_2d ins(%in, %w, %p : memref<4224xi8>, memref<2112xi8>, memref<320xi32>) outs(%out : memref<2688xi8>)
    {input_planes = #in, output_planes = #out, turns = 8 : i64, weight_zero_point = 128 : i32,
     requantize = #kernel.hvx_requantize<rounding = twice, zero_point = 128, min = 0, max = 255>}
  return
}

// -----

#in = #kernel.planes<rows = 7, columns = 7, channels = 64, step = 1, pitch = 7, front = 0, size = 64>

func.func @channel_turns(%in: memref<4224xi8>, %w: memref<4096xi8>, %p: memref<320xi32>, %out: memref<4224xi8>) {
  // expected-error@+1 {{'turns' must be half the planes without 'steps'}}
  kernel.hvx_channel_conv_2d ins(%in, %w, %p : memref<4224xi8>, memref<4096xi8>, memref<320xi32>) outs(%out : memref<4224xi8>)
    {input_planes = #in, output_planes = #in, turns = 4 : i64, weight_zero_point = 128 : i32,
     requantize = #kernel.hvx_requantize<rounding = twice, zero_point = 128, min = 0, max = 255>}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 64, step = 1, pitch = 8, front = 0, size = 32>
#out = #kernel.planes<rows = 8, columns = 8, channels = 64, step = 2, pitch = 5, front = 0, size = 32>

func.func @channel_windows(%in: memref<2176xi8>, %w: memref<4096xi8>, %p: memref<320xi32>, %out: memref<8320xi8>) {
  // expected-error@+1 {{'input_planes' must have a window for each pixel}}
  kernel.hvx_channel_conv_2d ins(%in, %w, %p : memref<2176xi8>, memref<4096xi8>, memref<320xi32>) outs(%out : memref<8320xi8>)
    {input_planes = #in, output_planes = #out, turns = 8 : i64, weight_zero_point = 128 : i32,
     requantize = #kernel.hvx_requantize<rounding = twice, zero_point = 128, min = 0, max = 255>}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
func.func @linear_shift(%in: memref<256xi8>, %out: memref<256xi8>) {
  // expected-error@+1 {{'shift' must be 1 to 15}}
  kernel.hvx_linear_add ins(%in, %in : memref<256xi8>, memref<256xi8>) outs(%out : memref<256xi8>)
    {lhs_planes = #in, rhs_planes = #in, output_planes = #in, multipliers = array<i32: 1, 1>,
     offset = 0 : i64, shift = 16 : i64, zero_point = 0 : i32, min = 0 : i32, max = 255 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
func.func @linear_multipliers(%in: memref<256xi8>, %out: memref<256xi8>) {
  // expected-error@+1 {{'multipliers' must be two numbers, none negative}}
  kernel.hvx_linear_add ins(%in, %in : memref<256xi8>, memref<256xi8>) outs(%out : memref<256xi8>)
    {lhs_planes = #in, rhs_planes = #in, output_planes = #in, multipliers = array<i32: 1, -1>,
     offset = 0 : i64, shift = 15 : i64, zero_point = 0 : i32, min = 0 : i32, max = 255 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
func.func @linear_offset(%in: memref<256xi8>, %out: memref<256xi8>) {
  // expected-error@+1 {{'offset' must be within 2^46 of zero}}
  kernel.hvx_linear_add ins(%in, %in : memref<256xi8>, memref<256xi8>) outs(%out : memref<256xi8>)
    {lhs_planes = #in, rhs_planes = #in, output_planes = #in, multipliers = array<i32: 1, 1>,
     offset = 70368744177665 : i64, shift = 15 : i64, zero_point = 0 : i32, min = 0 : i32, max = 255 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
#out = #kernel.planes<rows = 4, columns = 8, channels = 3, step = 1, pitch = 8, front = 0, size = 32>
func.func @linear_sizes(%in: memref<256xi8>, %out: memref<256xi8>) {
  // expected-error@+1 {{must add images of the same sizes}}
  kernel.hvx_linear_add ins(%in, %in : memref<256xi8>, memref<256xi8>) outs(%out : memref<256xi8>)
    {lhs_planes = #in, rhs_planes = #in, output_planes = #out, multipliers = array<i32: 1, 1>,
     offset = 0 : i64, shift = 15 : i64, zero_point = 0 : i32, min = 0 : i32, max = 255 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
#other = #kernel.planes<rows = 4, columns = 8, channels = 3, step = 1, pitch = 8, front = 0, size = 32>
func.func @pool_columns(%in: memref<256xi8>, %out: memref<256xi8>) {
  // expected-error@+1 {{'rows' must be one number or more, 'columns' as many pairs}}
  kernel.hvx_max_pool ins(%in : memref<256xi8>) outs(%out : memref<256xi8>)
    {input_planes = #in, output_planes = #in, rows = array<i64: 0>, columns = array<i64: 0, 0, 1>,
     min = 0 : i32, max = 255 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
#other = #kernel.planes<rows = 4, columns = 8, channels = 3, step = 1, pitch = 8, front = 0, size = 32>
func.func @pool_shifts(%in: memref<256xi8>, %out: memref<256xi8>) {
  // expected-error@+1 {{'columns' must have shifts below 32}}
  kernel.hvx_max_pool ins(%in : memref<256xi8>) outs(%out : memref<256xi8>)
    {input_planes = #in, output_planes = #in, rows = array<i64: 0>, columns = array<i64: 0, 32>,
     min = 0 : i32, max = 255 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
#other = #kernel.planes<rows = 4, columns = 8, channels = 3, step = 1, pitch = 8, front = 0, size = 32>
func.func @pool_rows(%in: memref<256xi8>, %out: memref<256xi8>) {
  // expected-error@+1 {{'rows' and 'columns' must stay in a plane}}
  kernel.hvx_max_pool ins(%in : memref<256xi8>) outs(%out : memref<256xi8>)
    {input_planes = #in, output_planes = #in, rows = array<i64: -1, 0>, columns = array<i64: 0, 0>,
     min = 0 : i32, max = 255 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
#other = #kernel.planes<rows = 4, columns = 8, channels = 3, step = 1, pitch = 8, front = 0, size = 32>
func.func @pool_rows_behind(%in: memref<256xi8>, %out: memref<256xi8>) {
  // expected-error@+1 {{'rows' and 'columns' must stay in a plane}}
  kernel.hvx_max_pool ins(%in : memref<256xi8>) outs(%out : memref<256xi8>)
    {input_planes = #in, output_planes = #in, rows = array<i64: 0, 33>, columns = array<i64: 0, 0>,
     min = 0 : i32, max = 255 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
#other = #kernel.planes<rows = 4, columns = 8, channels = 3, step = 1, pitch = 8, front = 0, size = 32>
func.func @pool_channels(%in: memref<256xi8>, %out: memref<256xi8>) {
  // expected-error@+1 {{input and output must have the same channels}}
  kernel.hvx_max_pool ins(%in : memref<256xi8>) outs(%out : memref<256xi8>)
    {input_planes = #in, output_planes = #other, rows = array<i64: 0>, columns = array<i64: 0, 0>,
     min = 0 : i32, max = 255 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
#other = #kernel.planes<rows = 4, columns = 8, channels = 3, step = 1, pitch = 8, front = 0, size = 32>
func.func @average_shift(%in: memref<256xi8>, %out: memref<256xi8>) {
  // expected-error@+1 {{'shift' must be 0 to 30}}
  kernel.hvx_average_pool ins(%in : memref<256xi8>) outs(%out : memref<256xi8>)
    {input_planes = #in, output_planes = #in, rows = array<i64: 0>, columns = array<i64: 0, 0>,
     multiplier = 1 : i32, nudge = 0 : i32, shift = 31 : i64,
     min = 0 : i32, max = 255 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
#other = #kernel.planes<rows = 4, columns = 8, channels = 3, step = 1, pitch = 8, front = 0, size = 32>
func.func @average_product(%in: memref<256xi8>, %out: memref<256xi8>) {
  // expected-error@+1 {{'multiplier' must have 16 bits, and products 31}}
  kernel.hvx_average_pool ins(%in : memref<256xi8>) outs(%out : memref<256xi8>)
    {input_planes = #in, output_planes = #in, rows = array<i64: 0>, columns = array<i64: 0, 0>,
     multiplier = 65536 : i32, nudge = 0 : i32, shift = 16 : i64,
     min = 0 : i32, max = 255 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
#other = #kernel.planes<rows = 4, columns = 8, channels = 3, step = 1, pitch = 8, front = 0, size = 32>
func.func @average_nudge(%in: memref<256xi8>, %out: memref<256xi8>) {
  // expected-error@+1 {{'multiplier' must have 16 bits, and products 31}}
  kernel.hvx_average_pool ins(%in : memref<256xi8>) outs(%out : memref<256xi8>)
    {input_planes = #in, output_planes = #in, rows = array<i64: 0>, columns = array<i64: 0, 0>,
     multiplier = 65535 : i32, nudge = 2147483647 : i32, shift = 16 : i64,
     min = 0 : i32, max = 255 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
#other = #kernel.planes<rows = 4, columns = 8, channels = 3, step = 1, pitch = 8, front = 0, size = 32>
func.func @average_pixels(%in: memref<256xi8>, %out: memref<256xi8>) {
  // expected-error@+1 {{must have windows of at most 257 pixels}}
  kernel.hvx_average_pool ins(%in : memref<256xi8>) outs(%out : memref<256xi8>)
    {input_planes = #in, output_planes = #in, rows = array<i64: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0>, columns = array<i64: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0>,
     multiplier = 65535 : i32, nudge = 0 : i32, shift = 16 : i64,
     min = 0 : i32, max = 255 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 3, step = 1, pitch = 8, front = 0, size = 32>
#out = #kernel.planes<rows = 4, columns = 8, channels = 6, step = 1, pitch = 8, front = 0, size = 32>
func.func @concat_channels(%in: memref<256xi8>, %out: memref<384xi8>) {
  // expected-error@+1 {{all inputs but the last must have a multiple of four channels}}
  kernel.hvx_concat ins(%in, %in : memref<256xi8>, memref<256xi8>) outs(%out : memref<384xi8>)
    {input_planes = [#in, #in], output_planes = #out}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
#out = #kernel.planes<rows = 4, columns = 8, channels = 7, step = 1, pitch = 8, front = 0, size = 32>
func.func @concat_sum(%in: memref<256xi8>, %out: memref<384xi8>) {
  // expected-error@+1 {{joins 8 channels to an image of 7}}
  kernel.hvx_concat ins(%in, %in : memref<256xi8>, memref<256xi8>) outs(%out : memref<384xi8>)
    {input_planes = [#in, #in], output_planes = #out}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
func.func @concat_planes(%in: memref<256xi8>, %out: memref<256xi8>) {
  // expected-error@+1 {{'input_planes' must be one for each input, of at least one}}
  kernel.hvx_concat ins(%in, %in : memref<256xi8>, memref<256xi8>) outs(%out : memref<256xi8>)
    {input_planes = [#in], output_planes = #in}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
#out = #kernel.planes<rows = 4, columns = 7, channels = 4, step = 1, pitch = 8, front = 0, size = 32>
func.func @concat_sizes(%in: memref<256xi8>, %out: memref<256xi8>) {
  // expected-error@+1 {{must join images of the same sizes}}
  kernel.hvx_concat ins(%in : memref<256xi8>) outs(%out : memref<256xi8>)
    {input_planes = [#in], output_planes = #out}
  return
}
