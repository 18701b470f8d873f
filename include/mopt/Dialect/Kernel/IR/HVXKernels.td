//===- HVXKernels.td - Kernels of Hexagon's vectors -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Included by KernelOps.td, which defines what kernels have in common.

#ifndef MOPT_DIALECT_KERNEL_IR_HVXKERNELS_TD
#define MOPT_DIALECT_KERNEL_IR_HVXKERNELS_TD

def Kernel_PlanesAttr : Kernel_Attr<"Planes", "planes"> {
  let summary = "How an image lies in planes of four channels";
  let description = [{
    [plane][phase][pixel][4]: a plane has four channels of every pixel, as uint8
    (int8 values plus 128). With a `step` of 2 there are 2 * 2 phases, one for
    each remainder of row and column: a window with that stride reads neighbours
    in them; `step` 1 is the image as it is.

    The pixels of a phase are its rows, one after the other, from pixel `front`
    on. A row has `pitch` pixels: its columns, then the border, which is that on
    the left of the next row, too. `size` pixels in all, a multiple of 32 (one
    vector), as is `front`. Four channels at most are one plane, others an even
    number of planes. Behind the last one there is a vector of any bytes.
  }];
  let parameters = (ins "int64_t":$rows, "int64_t":$columns, "int64_t":$channels,
                        "int64_t":$step, "int64_t":$pitch, "int64_t":$front,
                        "int64_t":$size);
  let extraClassDeclaration = [{
    /// Rows and columns of a phase.
    int64_t getPhaseRows() const { return (getRows() + getStep() - 1) / getStep(); }
    int64_t getPhaseColumns() const {
      return (getColumns() + getStep() - 1) / getStep();
    }
    int64_t getNumPlanes() const {
      return getChannels() <= 4 ? 1 : (getChannels() + 7) / 8 * 2;
    }
    int64_t getNumPhases() const { return getStep() * getStep(); }
    /// Bytes from one phase, and from one plane, to the next.
    int64_t getPhaseBytes() const { return getSize() * 4; }
    int64_t getPlaneBytes() const { return getNumPhases() * getPhaseBytes(); }
    /// Bytes of a buffer.
    int64_t getBytes() const {
      return getNumPlanes() * getPlaneBytes() + kHVXVectorBytes;
    }
    /// Vectors from `front` to the last pixel of the last row.
    int64_t getNumVectors() const {
      return ((getPhaseRows() - 1) * getPitch() + getPhaseColumns() + 31) / 32;
    }
    /// The byte of the first pixel in its phase.
    int64_t getFrontBytes() const { return getFront() * 4; }
  }];
}

def Kernel_HVXRounding : I32EnumAttr<"HVXRounding", "how sums are rescaled", [
    I32EnumAttrCase<"Twice", 0, "twice">,
    I32EnumAttrCase<"TwiceWide", 1, "twice_wide">,
    I32EnumAttrCase<"Once", 2, "once">,
    I32EnumAttrCase<"Real", 3, "real">,
    I32EnumAttrCase<"TwiceLong", 4, "twice_long">]> {
  let cppNamespace = "::mlir::mopt::kernel";
}

def Kernel_HVXRequantizeAttr : Kernel_Attr<"HVXRequantize", "hvx_requantize"> {
  let summary = "What becomes of a sum";
  let description = [{
    By channel there are a bias b, a multiplier m and a shift e. Of a sum s (b is in
    it) `twice` makes round(round(s m / 2^31) / 2^e), where the first rounds halves
    up, the second away from zero; e is 1 to 15. `twice_long` is the same for e from
    1 to 31, `twice_wide` for e from 0 to 31, and for 256 times the bits by which s
    is shifted to the left before. `once` makes floor(s m / 2^(31 + e) + 1/2), e from 1 to 15. `real`
    makes, in integers, what float mode does (docs/Numerics.md) with the factor m /
    2^(32 + e), of which 24 bits of m are used; sums of 2^24 and more are not rounded to float32 before.
    Then `zero_point` is added and the
    result brought within [`min`, `max`], all in terms of uint8.
  }];
  let parameters = (ins EnumParameter<Kernel_HVXRounding>:$rounding,
                        "int32_t":$zero_point, "int32_t":$min, "int32_t":$max);
  let extraClassDeclaration = [{
    /// Rows of four int32 that every four channels have as parameters.
    int64_t getNumRows() const {
      switch (getRounding()) {
      case HVXRounding::Twice:
      case HVXRounding::Once:
        return 3;
      case HVXRounding::TwiceLong:
        return 4;
      case HVXRounding::TwiceWide:
      case HVXRounding::Real:
        return 5;
      }
      llvm_unreachable("all roundings have rows");
    }
    /// True if all negative results become the same.
    bool cutsOffNegative() const { return getMin() >= getZeroPoint(); }
  }];
}

class Kernel_HVXOp<string mnemonic, list<Trait> traits = []>
    : Kernel_Op<"hvx_" # mnemonic, traits>;

def Kernel_HVXPackOp : Kernel_HVXOp<"pack"> {
  let summary = "An image into planes";
  let description = [{
    `input` is [rows, columns, channels], dense; what is no pixel of it becomes
    `border`, a uint8. Elements are int8, or uint8 with `input_offset`.
  }];
  let arguments = (ins Kernel_Buffer:$input, Kernel_Buffer:$output,
                       Kernel_PlanesAttr:$planes, I32Attr:$border,
                       UnitAttr:$input_offset);
  let assemblyFormat = [{
    `ins` `(` $input `:` type($input) `)` `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def Kernel_HVXUnpackOp : Kernel_HVXOp<"unpack"> {
  let summary = "Planes into a dense image";
  let description = [{
    The opposite of `kernel.hvx_pack`; planes have a `step` of 1.
  }];
  let arguments = (ins Kernel_Buffer:$input, Kernel_Buffer:$output,
                       Kernel_PlanesAttr:$planes, UnitAttr:$output_offset);
  let assemblyFormat = [{
    `ins` `(` $input `:` type($input) `)` `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def Kernel_HVXSplitPhasesOp : Kernel_HVXOp<"split_phases"> {
  let summary = "The phases of an image";
  let description = [{
    Copies an image of `step` 1 into planes with another step. What is no pixel
    becomes `border`.
  }];
  let arguments = (ins Kernel_Buffer:$input, Kernel_Buffer:$output,
                       Kernel_PlanesAttr:$input_planes,
                       Kernel_PlanesAttr:$output_planes, I32Attr:$border);
  let assemblyFormat = [{
    `ins` `(` $input `:` type($input) `)` `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def Kernel_HVXConv2DOp : Kernel_HVXOp<"conv_2d", [AttrSizedOperandSegments]> {
  let summary = "Convolution of planes, pixels in the lanes";
  let description = [{
    Output channels are taken in groups of four, one plane, and pixels in tiles of
    up to four vectors of 32, as if the image were one row. The sums of a tile take
    `turns` turns of eight weights a channel: two planes, one after the other; with
    `steps` those at the two byte offsets that each turn has there, counted from
    the first pixel of the tile in the first plane, which is at pixel `front`.

    `weights`: [group][turn][channel][8], and after the turns of a group those of
    `rest`, which are taken as well: weights less their zero point may not fit a
    byte. `rest` has two offsets for each of them. `parameters`:
    [group][row][channel], rows being bias, multiplier, shift; for `twice_long` a
    shift of 15 at most and the rest of it; for `twice_wide` also what rounds and a mask for the sign, for `real` 31 less the shift and the
    bits that it takes off; with `rest` a last row that begins with the number of
    the group's turns there.

    With `border`, a uint8, what lies around the image is written afterwards.
  }];
  let arguments = (ins
    Kernel_Buffer:$input, Kernel_Buffer:$weights, Kernel_Buffer:$parameters,
    Optional<Kernel_Buffer>:$steps, Optional<Kernel_Buffer>:$rest,
    Kernel_Buffer:$output, Kernel_PlanesAttr:$input_planes,
    Kernel_PlanesAttr:$output_planes, I64Attr:$turns,
    Kernel_HVXRequantizeAttr:$requantize, OptionalAttr<I32Attr>:$border);
  let assemblyFormat = [{
    `ins` `(` $input `,` $weights `,` $parameters `:` type($input) `,`
    type($weights) `,` type($parameters) `)`
    (`steps` `(` $steps^ `:` type($steps) `)`)?
    (`rest` `(` $rest^ `:` type($rest) `)`)?
    `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def Kernel_HVXChannelConv2DOp
    : Kernel_HVXOp<"channel_conv_2d"> {
  let summary = "Convolution of planes, channels in the lanes";
  let description = [{
    What `kernel.hvx_conv_2d` is, for images that would fill its lanes badly: lanes
    are output channels, 32 in a vector, weights, as uint8, are the vectors, and
    four channels of a pixel the scalar operand. No pixel is computed in vain.

    Vectors of channels are taken in groups of three, the last ones of two or one.
    `weights`: [group][turn][2][vector][lane][4]; of their products
    `weight_zero_point` times the sum of the window is taken. A turn has two planes,
    one after the other, or those at the two offsets of `steps`, as in
    `kernel.hvx_conv_2d`. `parameters`: [vector][row][lane], five rows as of
    `twice_wide` or `real`; all other roundings have the former.

    With `border`, a uint8, it is what lies around the image; this may have phases.
  }];
  let arguments = (ins
    Kernel_Buffer:$input, Kernel_Buffer:$weights, Kernel_Buffer:$parameters,
    Optional<Kernel_Buffer>:$steps, Kernel_Buffer:$output,
    Kernel_PlanesAttr:$input_planes, Kernel_PlanesAttr:$output_planes,
    I64Attr:$turns, I32Attr:$weight_zero_point,
    Kernel_HVXRequantizeAttr:$requantize, OptionalAttr<I32Attr>:$border);
  let assemblyFormat = [{
    `ins` `(` $input `,` $weights `,` $parameters `:` type($input) `,`
    type($weights) `,` type($parameters) `)`
    (`steps` `(` $steps^ `:` type($steps) `)`)?
    `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutputMutable(); }
    /// Channels of a vector, and rows of parameters.
    static constexpr int64_t kLanes = 32, kRows = 5;
    /// How many groups there are of how many vectors.
    static SmallVector<std::pair<int64_t, int64_t>> getGroups(int64_t channels);
  }];
}

def Kernel_HVXDepthwiseConv2DOp : Kernel_HVXOp<"depthwise_conv_2d"> {
  let summary = "Depthwise convolution of planes, pixels in the lanes";
  let description = [{
    Vectors of one channel with a row of the window in each byte of a lane are made
    from up to four rows, so that a product with a scalar adds up a column of the
    window. `columns` has five numbers for each such product: the offsets of its
    four rows in a plane, in pixels, and by how many pixels the vector is shifted.
    Weights that less their zero point do not fit a byte are parted among two
    products.

    Few channels may have such weights: `rest_planes` are then the planes that are
    computed by `rest_columns` instead, with more products than others have.

    `weights`: [plane][product][channel][4], then those of the rest planes.
    `parameters` and `border` are those of `kernel.hvx_conv_2d`.
  }];
  let arguments = (ins
    Kernel_Buffer:$input, Kernel_Buffer:$weights, Kernel_Buffer:$parameters,
    Kernel_Buffer:$output, Kernel_PlanesAttr:$input_planes,
    Kernel_PlanesAttr:$output_planes, DenseI64ArrayAttr:$columns,
    OptionalAttr<DenseI64ArrayAttr>:$rest_columns,
    OptionalAttr<DenseI64ArrayAttr>:$rest_planes,
    Kernel_HVXRequantizeAttr:$requantize, OptionalAttr<I32Attr>:$border);
  let assemblyFormat = [{
    `ins` `(` $input `,` $weights `,` $parameters `:` type($input) `,`
    type($weights) `,` type($parameters) `)`
    `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def Kernel_HVXMatmulOp : Kernel_HVXOp<"matmul"> {
  let summary = "Product of dense rows with a matrix, channels in the lanes";
  let description = [{
    `input` is [rows, depth], `output` [rows, channels]; elements are int8, or uint8
    with `offset`. Lane l of vector v is channel 4 l + v of 128. `weights`:
    [128 channels][depth / 4][vector][lane][4], uint8, from whose products
    `weight_zero_point` times the sum of the row is taken. `parameters`:
    [128 channels][row][vector][lane], rows as of `twice_wide` or `real`;
    `once` has the former.
  }];
  let arguments = (ins
    Kernel_Buffer:$input, Kernel_Buffer:$weights, Kernel_Buffer:$parameters,
    Kernel_Buffer:$output, I64Attr:$rows, I64Attr:$depth, I64Attr:$channels,
    I32Attr:$weight_zero_point, UnitAttr:$offset,
    Kernel_HVXRequantizeAttr:$requantize);
  let assemblyFormat = [{
    `ins` `(` $input `,` $weights `,` $parameters `:` type($input) `,`
    type($weights) `,` type($parameters) `)`
    `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def Kernel_HVXAddOp : Kernel_HVXOp<"add"> {
  let summary = "Sum of two images in planes";
  let description = [{
    As docs/Numerics.md says of add in fixed mode: the values less their
    `zero_points` times 2^20 are rescaled by `multipliers` (multiplier and shift to
    the right of both and of their sum).
  }];
  let arguments = (ins
    Kernel_Buffer:$lhs, Kernel_Buffer:$rhs, Kernel_Buffer:$output,
    Kernel_PlanesAttr:$lhs_planes, Kernel_PlanesAttr:$rhs_planes,
    Kernel_PlanesAttr:$output_planes, DenseI32ArrayAttr:$zero_points,
    DenseI32ArrayAttr:$multipliers, Kernel_HVXRequantizeAttr:$requantize,
    OptionalAttr<I32Attr>:$border);
  let assemblyFormat = [{
    `ins` `(` $lhs `,` $rhs `:` type($lhs) `,` type($rhs) `)`
    `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def Kernel_HVXMeanOp : Kernel_HVXOp<"mean"> {
  let summary = "Mean of all pixels of each channel";
  let description = [{
    Of the sum s of a channel's values, less `zero_point` each, becomes t = (s
    `multiplier` + n) / 2^`shift`, rounded down, n being `nudge`; then (t + m) /
    2^`last_shift`, m being the first of `last_nudges` for negative t and else the
    second; that is brought within [`min`, `max`], in terms of uint8. `output` is
    dense: int8, or uint8 with `output_offset`. An image has 257 pixels at most.
  }];
  let arguments = (ins
    Kernel_Buffer:$input, Kernel_Buffer:$output, Kernel_PlanesAttr:$planes,
    I32Attr:$zero_point, I32Attr:$multiplier, I64Attr:$nudge, I64Attr:$shift,
    DenseI64ArrayAttr:$last_nudges, I64Attr:$last_shift, I32Attr:$min,
    I32Attr:$max, UnitAttr:$output_offset);
  let assemblyFormat = [{
    `ins` `(` $input `:` type($input) `)` `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

#endif // MOPT_DIALECT_KERNEL_IR_HVXKERNELS_TD
