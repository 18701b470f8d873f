// RUN: mopt-opt %s --mopt-convert-kernel-to-hexagon -split-input-file -verify-diagnostics | FileCheck %s

#in = #kernel.planes<rows = 8, columns = 16, channels = 32, step = 1, pitch = 16, front = 0, size = 128>
#out = #kernel.planes<rows = 8, columns = 16, channels = 4, step = 1, pitch = 16, front = 0, size = 128>

// A tile of four vectors and four channels: 32 products a turn, in a loop that
// is left at its end. What a turn has first is loaded by the one before; the
// last turn is behind the loop, with the rescaling.
// CHECK-LABEL: func.func @pointwise(
// CHECK: call @pointwise_hvx_conv_2d(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}})
// CHECK-LABEL: func.func private @pointwise_hvx_conv_2d(
// CHECK-SAME: memref<4224xi8> {llvm.noalias}
// CHECK-SAME: attributes {no_inline, passthrough = ["no-builtins"]}
// CHECK-COUNT-4: llvm.load {{.*}} {alignment = 8 : i64} : !llvm.ptr -> i64
// CHECK-COUNT-4: llvm.load {{.*}} {alignment = 128 : i64} : !llvm.ptr -> vector<32xi32>
// CHECK: llvm.br ^[[LOOP:.*]](
// CHECK: ^[[LOOP]](
// CHECK-NOT: llvm.load
// CHECK-COUNT-16: llvm.call_intrinsic "llvm.hexagon.V6.vrmpybus.acc.128B"
// CHECK-COUNT-4: llvm.load {{.*}} {alignment = 128 : i64} : !llvm.ptr -> vector<32xi32>
// CHECK-COUNT-16: llvm.call_intrinsic "llvm.hexagon.V6.vrmpybus.acc.128B"
// CHECK-COUNT-3: llvm.call_intrinsic "llvm.hexagon.A2.add"
// CHECK-COUNT-4: llvm.load {{.*}} {alignment = 8 : i64} : !llvm.ptr -> i64
// CHECK-COUNT-4: llvm.load {{.*}} {alignment = 128 : i64} : !llvm.ptr -> vector<32xi32>
// CHECK: %[[NEXT:.*]] = llvm.add %{{.*}}, %{{.*}} : i32
// CHECK: %[[MORE:.*]] = llvm.icmp "ne" %[[NEXT]], %{{.*}} : i32
// CHECK: llvm.cond_br %[[MORE]], ^[[LOOP]](
// CHECK-COUNT-32: vrmpybus
// CHECK-NOT: vrmpybus
// CHECK-COUNT-2: vsathub
// CHECK: llvm.store %{{.*}} {alignment = 128 : i64} : vector<32xi32>
func.func @pointwise(%in: memref<4224xi8>, %w: memref<128xi8>, %p: memref<12xi32>, %out: memref<640xi8>) {
  kernel.hvx_conv_2d ins(%in, %w, %p : memref<4224xi8>, memref<128xi8>, memref<12xi32>) outs(%out : memref<640xi8>)
    {input_planes = #in, output_planes = #out, turns = 4 : i64,
     requantize = #kernel.hvx_requantize<rounding = twice, zero_point = 128, min = 0, max = 255>}
  return
}

// -----

#in = #kernel.planes<rows = 7, columns = 7, channels = 64, step = 1, pitch = 8, front = 0, size = 64>
#out = #kernel.planes<rows = 7, columns = 7, channels = 64, step = 1, pitch = 8, front = 0, size = 64>

// Channels in the lanes: the sums of windows first, which are taken from biases,
// then rows of seven pixels of two vectors of channels, two turns at a time, the
// last ones behind the loop, and at last the planes. Nothing negative is left of a result whose
// smallest is the zero point, 0. Without a border nothing says where it is.
// CHECK-NOT: memref.global
// CHECK-LABEL: func.func @channels(
// CHECK: %[[SCRATCH:.*]] = memref.alloc() : memref<4608xi8>
// CHECK: call @channels_hvx_channel_conv_2d(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %[[SCRATCH]])
// CHECK-LABEL: func.func private @channels_hvx_channel_conv_2d(
// CHECK-COUNT-16: vrmpyub.acc.128B
// CHECK: llvm.load {{.*}} {alias_scopes = [#[[WINDOWS:.*]]], alignment = 4 : i64}
// CHECK-COUNT-14: vsubw
// CHECK-COUNT-56: vrmpyub.acc.128B
// CHECK: llvm.icmp "ne"
// CHECK-COUNT-56: vrmpyub.acc.128B
// CHECK-NOT: vasrw.acc
// CHECK-NOT: vaddhsat
// CHECK-COUNT-14: vmpyowh.rnd.sacc
// CHECK: llvm.store {{.*}} {alignment = 32 : i64, noalias_scopes = [#[[WINDOWS]]]}
// CHECK-COUNT-40: vshuffvdd
func.func @channels(%in: memref<4224xi8>, %w: memref<4096xi8>, %p: memref<320xi32>, %out: memref<4224xi8>) {
  kernel.hvx_channel_conv_2d ins(%in, %w, %p : memref<4224xi8>, memref<4096xi8>, memref<320xi32>) outs(%out : memref<4224xi8>)
    {input_planes = #in, output_planes = #out, turns = 8 : i64, weight_zero_point = 128 : i32,
     requantize = #kernel.hvx_requantize<rounding = twice, zero_point = 0, min = 0, max = 255>}
  return
}

// -----

#in = #kernel.planes<rows = 7, columns = 7, channels = 96, step = 1, pitch = 8, front = 0, size = 64>
#out = #kernel.planes<rows = 7, columns = 7, channels = 64, step = 1, pitch = 8, front = 0, size = 64>

// Twelve turns: the sums of windows, of two vectors, have three of them in each turn of
// their loop.
// CHECK-LABEL: func.func private @thirds_hvx_channel_conv_2d(
// CHECK-COUNT-12: vrmpyub.acc.128B
// CHECK-NOT: vrmpyub
// CHECK: llvm.icmp "ne"
// CHECK-COUNT-12: vrmpyub.acc.128B
// CHECK-NOT: vrmpyub
// CHECK: llvm.load {{.*}} {alias_scopes
func.func @thirds(%in: memref<6272xi8>, %w: memref<6144xi8>, %p: memref<320xi32>, %out: memref<4224xi8>) {
  kernel.hvx_channel_conv_2d ins(%in, %w, %p : memref<6272xi8>, memref<6144xi8>, memref<320xi32>) outs(%out : memref<4224xi8>)
    {input_planes = #in, output_planes = #out, turns = 12 : i64, weight_zero_point = 128 : i32,
     requantize = #kernel.hvx_requantize<rounding = twice, zero_point = 0, min = 0, max = 255>}
  return
}

// -----

#in = #kernel.planes<rows = 4, columns = 5, channels = 32, step = 1, pitch = 5, front = 0, size = 32>
#out = #kernel.planes<rows = 4, columns = 5, channels = 32, step = 2, pitch = 4, front = 32, size = 64>

// Phases: each of the four has its own shuffles, and its border from a constant
// with a word for each pixel, -1 where there is none. The phases have two rows of
// three or two pixels in four. A kernel with the same border takes the same
// constant.
// CHECK: memref.global "private" constant @[[$MASK:.*]] : memref<128xi32> = dense<"0x
// CHECK-SAME: {{^}}000000000000000000000000FFFFFFFF000000000000000000000000FFFFFFFF{{(F{192})}}
// CHECK-SAME: {{^}}0000000000000000FFFFFFFFFFFFFFFF0000000000000000FFFFFFFFFFFFFFFF{{(F{192})}}
// CHECK-SAME: {{^}}000000000000000000000000FFFFFFFF000000000000000000000000FFFFFFFF{{(F{192})}}
// CHECK-SAME: {{^}}0000000000000000FFFFFFFFFFFFFFFF0000000000000000FFFFFFFFFFFFFFFF{{(F{192})}}
// CHECK-SAME: {{^}}"> {alignment = 128 : i64}
// CHECK-NOT: memref.global
// CHECK-LABEL: func.func @phases(
// CHECK: %[[AT:.*]] = memref.get_global @[[$MASK]]
// CHECK: %[[PHASE_SCRATCH:.*]] = memref.alloc() : memref<4736xi8>
// CHECK: call @phases_hvx_channel_conv_2d(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %[[AT]], %[[PHASE_SCRATCH]])
// CHECK: memref.get_global @[[$MASK]]
// CHECK-LABEL: func.func private @phases_hvx_channel_conv_2d(
// CHECK-COUNT-4: vrmpyub.acc.128B
// CHECK-COUNT-20: vshuffvdd
// CHECK-COUNT-8: vmux
// CHECK-COUNT-20: vshuffvdd
// CHECK-COUNT-8: vmux
// CHECK-COUNT-20: vshuffvdd
// CHECK-COUNT-8: vmux
// CHECK-COUNT-20: vshuffvdd
// CHECK-COUNT-8: vmux
func.func @phases(%in: memref<1152xi8>, %w: memref<1024xi8>, %p: memref<160xi32>, %out: memref<8320xi8>, %other: memref<8320xi8>) {
  kernel.hvx_channel_conv_2d ins(%in, %w, %p : memref<1152xi8>, memref<1024xi8>, memref<160xi32>) outs(%out : memref<8320xi8>)
    {input_planes = #in, output_planes = #out, turns = 4 : i64, weight_zero_point = 128 : i32, border = 7 : i32,
     requantize = #kernel.hvx_requantize<rounding = twice, zero_point = 0, min = 0, max = 255>}
  kernel.hvx_channel_conv_2d ins(%in, %w, %p : memref<1152xi8>, memref<1024xi8>, memref<160xi32>) outs(%other : memref<8320xi8>)
    {input_planes = #in, output_planes = #out, turns = 4 : i64, weight_zero_point = 128 : i32, border = 9 : i32,
     requantize = #kernel.hvx_requantize<rounding = twice, zero_point = 0, min = 0, max = 255>}
  return
}

// -----

#in = #kernel.planes<rows = 1, columns = 32, channels = 4, step = 1, pitch = 32, front = 0, size = 32>

func.func @tensors(%in: tensor<256xi8>, %out: tensor<128xi8>) -> tensor<128xi8> {
  // expected-error@+1 {{must be on buffers to become code}}
  %0 = kernel.hvx_unpack ins(%in : tensor<256xi8>) outs(%out : tensor<128xi8>) {planes = #in} -> tensor<128xi8>
  return %0 : tensor<128xi8>
}

// -----

#planes = #kernel.planes<rows = 4, columns = 24, channels = 8, step = 1, pitch = 24, front = 0, size = 96>

// Three vectors, two of which are a turn: of each come four channels, which take
// two products of halves and one shift; narrowing shifts the rest. The loop is that
// over planes.
// CHECK-LABEL: func.func private @sum_hvx_linear_add(
// CHECK: vshufoeh
// CHECK: vdmpyhsat.acc
// CHECK: vdmpyhsusat.acc
// CHECK: vasrw.acc
// CHECK-COUNT-2: vdmpyh
// CHECK: vasrwhsat
// CHECK-COUNT-4: vdmpyh
// CHECK: vsathub
// CHECK-NOT: vminub
// CHECK-COUNT-16: vdmpyh
// CHECK-NOT: vdmpyh
// CHECK: llvm.cond_br
func.func @sum(%lhs: memref<896xi8>, %rhs: memref<896xi8>, %out: memref<896xi8>) {
  kernel.hvx_linear_add ins(%lhs, %rhs : memref<896xi8>, memref<896xi8>) outs(%out : memref<896xi8>)
    {lhs_planes = #planes, rhs_planes = #planes, output_planes = #planes, multipliers = array<i32: 7, 100000>,
     offset = -3 : i64, shift = 15 : i64, zero_point = 0 : i32, min = 0 : i32, max = 255 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 8, columns = 8, channels = 4, step = 1, pitch = 9, front = 32, size = 160>
#out = #kernel.planes<rows = 8, columns = 8, channels = 4, step = 1, pitch = 9, front = 0, size = 96>

// Three rows of a column are compared once a vector; the columns beside it are
// shifted, with the next vector, which that takes over.
// CHECK-LABEL: func.func private @largest_hvx_max_pool(
// CHECK-COUNT-3: llvm.load {{.*}} {alignment = 4 : i64} : !llvm.ptr -> vector<32xi32>
// CHECK-COUNT-2: vmaxub
// CHECK-COUNT-3: llvm.load {{.*}} {alignment = 4 : i64} : !llvm.ptr -> vector<32xi32>
// CHECK-COUNT-2: vmaxub
// CHECK-COUNT-2: valignb
// CHECK-NOT: llvm.load
// CHECK: llvm.store {{.*}} {alignment = 128 : i64} : vector<32xi32>
// CHECK-COUNT-3: llvm.load
// CHECK-COUNT-2: valignb
// CHECK: vminub
// CHECK: llvm.store
func.func @largest(%in: memref<768xi8>, %out: memref<512xi8>) {
  kernel.hvx_max_pool ins(%in : memref<768xi8>) outs(%out : memref<512xi8>)
    {input_planes = #in, output_planes = #out, rows = array<i64: -9, 0, 9>, columns = array<i64: -1, 0, -1, 1, -1, 2>,
     min = 0 : i32, max = 200 : i32}
  return
}

// -----

#in = #kernel.planes<rows = 8, columns = 16, channels = 4, step = 2, pitch = 8, front = 0, size = 32>
#out = #kernel.planes<rows = 4, columns = 8, channels = 4, step = 1, pitch = 8, front = 0, size = 32>

// Windows of two by two with that stride: a pixel of each phase, none shifted.
// CHECK-LABEL: func.func private @mean_hvx_average_pool(
// CHECK-COUNT-2: llvm.load {{.*}} {alignment = 128 : i64} : !llvm.ptr -> vector<32xi32>
// CHECK: vaddubh
// CHECK-COUNT-2: llvm.load {{.*}} {alignment = 128 : i64} : !llvm.ptr -> vector<32xi32>
// CHECK: vaddubh
// CHECK-NOT: valignb
// CHECK-COUNT-2: vaddh
// CHECK-COUNT-2: vmpyuh
// CHECK: vsathub
func.func @mean(%in: memref<640xi8>, %out: memref<256xi8>) {
  kernel.hvx_average_pool ins(%in : memref<640xi8>) outs(%out : memref<256xi8>)
    {input_planes = #in, output_planes = #out, rows = array<i64: 0, 64>, columns = array<i64: 0, 0, 32, 0>,
     multiplier = 16384 : i32, nudge = 32768 : i32, shift = 16 : i64, min = 0 : i32, max = 255 : i32}
  return
}

// -----

#one = #kernel.planes<rows = 4, columns = 40, channels = 8, step = 1, pitch = 41, front = 32, size = 224>
#two = #kernel.planes<rows = 4, columns = 40, channels = 3, step = 1, pitch = 41, front = 0, size = 192>
#out = #kernel.planes<rows = 4, columns = 40, channels = 11, step = 1, pitch = 41, front = 0, size = 192>

// Six vectors of each plane: four in a turn, then two.
// CHECK-LABEL: func.func private @join_hvx_concat(
// CHECK-COUNT-4: llvm.load
// CHECK-COUNT-4: llvm.store
// CHECK-COUNT-2: llvm.load
// CHECK-COUNT-2: llvm.store
// CHECK-COUNT-4: llvm.load
// CHECK-COUNT-4: llvm.store
// CHECK-COUNT-2: llvm.load
// CHECK-COUNT-2: llvm.store
// CHECK-NOT: llvm.load
func.func @join(%a: memref<1920xi8>, %b: memref<896xi8>, %out: memref<3200xi8>) {
  kernel.hvx_concat ins(%a, %b : memref<1920xi8>, memref<896xi8>) outs(%out : memref<3200xi8>)
    {input_planes = [#one, #two], output_planes = #out}
  return
}
